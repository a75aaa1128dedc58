/* test_history.c - to which landing each commit belongs, and in which order. */
#include "analyze/history.h"

#include "tests/unit/unit.h"

static struct history g;

/* "c: a b" lines: node c with parents a and b; the last one is the tip.  The
 * letter is the first byte of the id, so it is the order of ties too. */
static void make(const char *const *lines, int n)
{
	int i, k;

	history_init(&g);
	for (i = 0; i < n; i++) {
		const char *s = lines[i];
		struct node *x;
		git_oid id = { { 0 } };

		GROW(g.v, g.n, g.cap);
		x = &g.v[g.n];
		memset(x, 0, sizeof(*x));
		id.id[0] = (unsigned char)s[0];
		x->oid = id;
		x->landing = -1;
		x->reachable = true;
		x->parents = arena_alloc(&g.arena, 64);
		for (s = strchr(s, ':') + 1; *s; s++) {
			if (*s == ' ')
				continue;
			for (k = 0; k < i; k++)
				if (g.v[k].oid.id[0] == (unsigned char)*s)
					x->parents[x->parents_n++] = k;
		}
		oid_map_set(&g.by_oid, &id, g.n++);
	}
	g.tip = g.n - 1;
	g.mainline = xcalloc((size_t)g.n + 1, sizeof(*g.mainline));
	for (i = g.tip; i >= 0; i = g.v[i].parents_n ? g.v[i].parents[0] : -1)
		g.mainline_n++;
	for (k = g.mainline_n, i = g.tip; k-- > 0;
	     i = g.v[i].parents_n ? g.v[i].parents[0] : -1)
		g.mainline[k] = i;
}

static int node(char c)
{
	int i;

	for (i = 0; i < g.n; i++)
		if (g.v[i].oid.id[0] == (unsigned char)c)
			return i;
	return -1;
}

/* "M=xyz": landing M holds x, y, z in this order, then itself. */
static void assert_holds(const char *what)
{
	int landing = node(what[0]), k;

	for (k = 0; what[2 + k]; k++) {
		struct node *x = &g.v[node(what[2 + k])];

		if (x->landing != landing || x->order != k + 1)
			fail_msg("%c is in %c at %d, not as '%s' says",
				 what[2 + k], x->landing < 0 ? '-' :
				 g.v[x->landing].oid.id[0], x->order, what);
	}
	assert_int_equal(g.v[landing].landing, landing);
	assert_int_equal(g.v[landing].order, k + 1);
}

#define graph(...) \
	do { \
		static const char *const lines_[] = { __VA_ARGS__ }; \
		make(lines_, sizeof(lines_) / sizeof(*lines_)); \
		history_assign(&g, NULL); \
	} while (0)

static int tear_down(void **state UNUSED)
{
	history_release(&g);
	return 0;
}

static void a_line_is_its_own_landings(void **state UNUSED)
{
	graph("a:", "b: a", "c: b");
	assert_holds("a=");
	assert_holds("b=");
	assert_holds("c=");
}

static void a_merge_holds_what_it_brought_in(void **state UNUSED)
{
	graph("a:", "x: a", "y: x", "b: a", "M: b y");
	assert_holds("M=xy");
	assert_holds("b=");
}

static void an_octopus_holds_all_arms_by_id_where_free(void **state UNUSED)
{
	graph("a:", "z: a", "q: z", "c: a", "d: a", "M: a q c d");
	assert_holds("M=cdzq");
}

static void a_criss_cross_goes_to_the_first_landing_that_reaches_it(
	void **state UNUSED)
{
	graph("a:", "l: a", "r: a", "m: l r", "n: r l", "P: a m", "Q: P n");
	assert_holds("P=lrm");
	assert_holds("Q=n");
}

static void another_root_belongs_to_the_merge_that_joined_it(
	void **state UNUSED)
{
	graph("a:", "b: a", "s:", "t: s", "M: b t");
	assert_holds("M=st");
}

static void merges_inside_a_branch_come_after_their_parents(
	void **state UNUSED)
{
	/* ids are against the order: parents win */
	graph("a:", "z: a", "y: a", "c: z y", "b: c", "M: a b");
	assert_holds("M=yzcb");
}

static void a_merge_of_what_is_there_already_holds_nothing(void **state UNUSED)
{
	graph("a:", "b: a", "M: b a");
	assert_holds("M=");
}

static void a_fast_forwarded_branch_point_is_shared_by_none(
	void **state UNUSED)
{
	graph("a:", "x: a", "y: x", "M: a x", "N: M y");
	assert_holds("M=x");
	assert_holds("N=y");
}

static void kept_landings_keep_their_own_and_hide_nothing_behind_them(
	void **state UNUSED)
{
	static const char *const lines[] = { "a:", "u: a", "x: u", "K: u x",
					     "b: a", "T: b K" };
	int32_t kept[6];
	int i;

	make(lines, 6);
	for (i = 0; i < 6; i++)
		kept[i] = -1;
	kept[node('K')] = node('K');
	kept[node('x')] = node('K');
	g.v[node('x')].order = 1;
	g.v[node('K')].order = 2;
	history_assign(&g, kept);
	assert_holds("K=x");
	assert_holds("T=u");
}

static void a_long_history_with_many_merges_is_covered_once(
	void **state UNUSED)
{
	unsigned seed = 11;
	int i, k, n = 400;

	history_init(&g);
	for (i = 0; i < n; i++) {
		struct node *x;
		git_oid id = { { 0 } };

		seed = seed * 1103515245 + 12345;
		GROW(g.v, g.n, g.cap);
		x = &g.v[g.n++];
		memset(x, 0, sizeof(*x));
		id.id[0] = (unsigned char)(seed >> 16);
		id.id[1] = (unsigned char)i;
		id.id[2] = (unsigned char)(i >> 8);
		x->oid = id;
		x->parents = arena_alloc(&g.arena, 64);
		for (k = 0; i && k < 1 + (int)(seed >> 20) % 3; k++) {
			seed = seed * 1103515245 + 12345;
			x->parents[x->parents_n++] = i - 1 -
				(int)(seed >> 16) % (i < 9 ? i : 9);
		}
	}
	g.tip = n - 1;
	g.mainline = xcalloc((size_t)n + 1, sizeof(*g.mainline));
	for (i = g.tip; i >= 0; i = g.v[i].parents_n ? g.v[i].parents[0] : -1)
		g.mainline_n++;
	for (k = g.mainline_n, i = g.tip; k-- > 0;
	     i = g.v[i].parents_n ? g.v[i].parents[0] : -1)
		g.mainline[k] = i;
	history_assign(&g, NULL);
	for (i = 0; i < n; i++) {
		struct node *x = &g.v[i];

		if (x->landing < 0)
			continue;	/* not reachable from the tip */
		for (k = 0; k < x->parents_n; k++) {
			struct node *p = &g.v[x->parents[k]];

			assert_true(p->landing >= 0);
			if (p->landing == x->landing)
				assert_true(p->order < x->order);
		}
	}
	assert_int_equal(g.v[g.tip].landing, g.tip);
}

#define test(f) cmocka_unit_test_teardown(f, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_line_is_its_own_landings),
		test(a_merge_holds_what_it_brought_in),
		test(an_octopus_holds_all_arms_by_id_where_free),
		test(a_criss_cross_goes_to_the_first_landing_that_reaches_it),
		test(another_root_belongs_to_the_merge_that_joined_it),
		test(merges_inside_a_branch_come_after_their_parents),
		test(a_merge_of_what_is_there_already_holds_nothing),
		test(a_fast_forwarded_branch_point_is_shared_by_none),
		test(
		kept_landings_keep_their_own_and_hide_nothing_behind_them),
		test(a_long_history_with_many_merges_is_covered_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
