/* test_linecount.c - counts equal libgit2's xdiff, which is git's, on texts made
 * to find where a shortest edit of our own would differ. */
#include "analyze/linecount.h"

#include "core/git_compat.h"
#include "core/str.h"
#include "tests/unit/unit.h"

static struct linecount lc;
static unsigned long long state_;

static unsigned rnd(unsigned n)
{
	state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(state_ >> 33) % n;
}

struct counted {
	int add, del;
};

static int on_line(const git_diff_delta *d UNUSED, const git_diff_hunk *h UNUSED,
		   const git_diff_line *l, void *arg)
{
	struct counted *c = arg;

	c->add += l->origin == GIT_DIFF_LINE_ADDITION;
	c->del += l->origin == GIT_DIFF_LINE_DELETION;
	return 0;
}

static void compare(const struct str *a, const struct str *b, const char *what)
{
	git_diff_options opt;
	struct counted want = { 0, 0 };
	struct middle m;
	int32_t add, del;

	git_diff_options_init(&opt, GIT_DIFF_OPTIONS_VERSION);
	opt.flags |= GIT_DIFF_FORCE_TEXT;
	assert_int_equal(git_diff_buffers(str_c(a), a->len, "f", str_c(b),
					  b->len, "f", &opt, NULL, NULL, NULL,
					  on_line, &want), 0);
	linecount_middle(str_c(a), a->len, str_c(b), b->len, &m);
	assert_int_equal(linecount(&lc, str_c(a), a->len, str_c(b), b->len,
				   &m, &add, &del, NULL), 0);
	if (add != want.add || del != want.del)
		fail_msg("%s: +%d -%d, not +%d -%d\n--- old\n%.900s\n--- new\n"
			 "%.900s", what, add, del, want.add, want.del,
			 str_c(a), str_c(b));
}

/* Lines from so small an alphabet that most are repeated. */
static void add_lines(struct str *s, unsigned n, unsigned alphabet,
		      const char *end)
{
	while (n--)
		str_addf(s, "line %u%s", rnd(alphabet), end);
}

/* Copy with each line kept, dropped, changed or doubled at random. */
static void edit(struct str *out, const struct str *in, unsigned rate,
		 unsigned alphabet, const char *end)
{
	const char *p = str_c(in), *stop = p + in->len, *nl;

	for (; p < stop; p = nl) {
		nl = memchr(p, '\n', (size_t)(stop - p));
		nl = nl ? nl + 1 : stop;
		switch (rnd(rate)) {
		case 0:
			break;
		case 1:
			add_lines(out, 1 + rnd(3), alphabet, end);
			break;
		case 2:
			add_lines(out, 1, alphabet, end);
			/* fall through */
		default:
			str_addmem(out, p, (size_t)(nl - p));
		}
	}
}

static void many(int rounds, unsigned lines, unsigned alphabet, unsigned rate,
		 const char *end, const char *what)
{
	int i;

	for (i = 0; i < rounds; i++) {
		struct str a = STR_INIT, b = STR_INIT;

		add_lines(&a, rnd(lines + 1), alphabet, end);
		edit(&b, &a, rate, alphabet, end);
		if (a.len && rnd(3) == 0)
			str_cut(&a, a.len - 1);
		if (b.len && rnd(3) == 0)
			str_cut(&b, b.len - 1);
		compare(&a, &b, what);
		compare(&b, &a, what);
		str_release(&a);
		str_release(&b);
	}
}

static void short_texts(void **state UNUSED)
{
	many(3000, 12, 4, 4, "\n", "short");
	many(1000, 12, 4, 4, "\r\n", "short, CRLF");
}

static void repeated_lines(void **state UNUSED)
{
	many(600, 200, 5, 8, "\n", "repeated");
	many(300, 300, 40, 6, "\n", "some repeated");
}

static void mostly_distinct_lines(void **state UNUSED)
{
	many(300, 400, 100000, 12, "\n", "distinct");
}

static void frequent_lines_between_unmatched_ones(void **state UNUSED)
{
	int i;

	for (i = 0; i < 300; i++) {
		struct str a = STR_INIT, b = STR_INIT;
		unsigned k, n = 50 + rnd(200);

		for (k = 0; k < n; k++) {
			str_add(&a, rnd(3) ? "}\n" : "");
			str_addf(&a, "old %u\n", k * (1 + rnd(2)));
			str_add(&b, rnd(3) ? "}\n" : "\n");
			str_addf(&b, "%s %u\n", rnd(6) ? "new" : "old", k);
		}
		compare(&a, &b, "frequent");
		str_release(&a);
		str_release(&b);
	}
}

/* Small blocks without a match around a line that both sides have often: xdiff
 * drops it, a shortest edit keeps it. */
static void small_edits_among_frequent_lines(void **state UNUSED)
{
	unsigned long long before = lc.small;
	int i;

	for (i = 0; i < 2000; i++) {
		struct str a = STR_INIT, b = STR_INIT;
		unsigned k, n = 20 + rnd(300), at = rnd(n), blocks = rnd(5);

		for (k = 0; k < n; k++) {
			unsigned j, old = rnd(6), new = rnd(6);
			const char *kept = rnd(12) ? "}\n" : "kept by both\n";

			str_add(&a, kept);
			str_add(&b, kept);
			if (k < at || k > at + blocks)
				continue;
			for (j = 0; j < old; j++)
				str_addf(&a, "old %u %u\n", k, j);
			for (j = 0; j < new; j++)
				str_addf(&b, "new %u %u\n", k, j);
		}
		compare(&a, &b, "frequent lines, small edit");
		str_release(&a);
		str_release(&b);
	}
	assert_true(lc.small - before > 500);
}

static void edits_past_the_limit_of_the_search(void **state UNUSED)
{
	many(25, 3000, 3000, 3, "\n", "large edits");
	many(25, 2500, 60, 3, "\n", "large edits of few lines");
}

/* The ends decide what is frequent, and xdiff is given them in short. */
static void large_edits_between_equal_ends(void **state UNUSED)
{
	uint64_t before = lc.xdiff;
	int i;

	for (i = 0; i < 60; i++) {
		struct str a = STR_INIT, b = STR_INIT, x = STR_INIT,
			   y = STR_INIT, end = STR_INIT;
		unsigned alphabet = i % 2 ? 4000 : 40 + rnd(400);

		add_lines(&end, rnd(3000), alphabet, "\n");
		add_lines(&x, 300 + rnd(1500), alphabet, "\n");
		edit(&y, &x, 3, alphabet, "\n");
		str_addf(&a, "%s%s", str_c(&end), str_c(&x));
		str_addf(&b, "%s%s", str_c(&end), str_c(&y));
		str_clear(&end);
		add_lines(&end, rnd(3000), alphabet, "\n");
		str_add(&end, rnd(2) ? "" : "no line end");
		str_add(&a, str_c(&end));
		str_add(&b, str_c(&end));
		compare(&a, &b, "large edits between equal ends");
		compare(&b, &a, "large edits between equal ends");
		str_release(&a);
		str_release(&b);
		str_release(&x);
		str_release(&y);
		str_release(&end);
	}
	assert_true(lc.xdiff - before > 40);
}

static void empty_texts_and_single_lines(void **state UNUSED)
{
	static const char *const t[] = { "", "\n", "a", "a\n", "\n\n", "a\nb",
		"b\na\n", "a\r\n", "\r", "a\n\nb\n", "b" };
	size_t i, k;

	for (i = 0; i < ARRAY_N(t); i++)
		for (k = 0; k < ARRAY_N(t); k++) {
			struct str a = STR_INIT, b = STR_INIT;

			str_add(&a, t[i]);
			str_add(&b, t[k]);
			compare(&a, &b, "tiny");
			str_release(&a);
			str_release(&b);
		}
}

static void both_ways_of_counting_were_used(void **state UNUSED)
{
	assert_true(lc.exact > 1000);
	assert_true(lc.xdiff > 20);
}

static void a_script_is_an_edit_when_the_rest_is_the_same(void **state UNUSED)
{
	static const char old[] = "a\nb\nx\n", new[] = "a\nx\nb\nx\n";
	struct changed_line first = { 2, 2 }, last = { 6, 2 };
	struct line_script s = { .n = { 0, 1 } };

	s.v[1] = &first;
	assert_true(line_script_is_edit(&s, old, 6, new, 8));
	/* that line is there once more too, but it is not the one that came */
	s.v[1] = &last;
	assert_false(line_script_is_edit(&s, old, 6, new, 8));
	s.n[1] = 0;
	assert_false(line_script_is_edit(&s, old, 6, new, 8));
	assert_true(line_script_is_edit(&s, old, 6, old, 6));
	assert_false(line_script_is_edit(&s, old, 4, old, 6));
}

static void lines_and_binaries_are_told_as_git_does(void **state UNUSED)
{
	char big[8100];

	assert_int_equal(count_lines("", 0), 0);
	assert_int_equal(count_lines("a", 1), 1);
	assert_int_equal(count_lines("a\n", 2), 1);
	assert_int_equal(count_lines("a\nb", 3), 2);
	memset(big, 'x', sizeof(big));
	assert_false(is_binary(big, sizeof(big)));
	big[8000] = 0;
	assert_false(is_binary(big, sizeof(big)));
	big[7999] = 0;
	assert_true(is_binary(big, sizeof(big)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_texts),
		cmocka_unit_test(repeated_lines),
		cmocka_unit_test(mostly_distinct_lines),
		cmocka_unit_test(frequent_lines_between_unmatched_ones),
		cmocka_unit_test(small_edits_among_frequent_lines),
		cmocka_unit_test(edits_past_the_limit_of_the_search),
		cmocka_unit_test(large_edits_between_equal_ends),
		cmocka_unit_test(empty_texts_and_single_lines),
		cmocka_unit_test(both_ways_of_counting_were_used),
		cmocka_unit_test(a_script_is_an_edit_when_the_rest_is_the_same),
		cmocka_unit_test(lines_and_binaries_are_told_as_git_does),
	};
	int rc;

	git_libgit2_init();
	state_ = 42;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	linecount_release(&lc);
	git_libgit2_shutdown();
	return rc;
}
