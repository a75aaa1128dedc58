/* tests/unit/test_filehunks.c - hunks are git's, whatever is left out of what
 * libgit2 is given. */
#include "tests/unit/facts.h"

#include "analyze/hunks.h"
#include "core/git_compat.h"
#include "core/str.h"

#define T(f) cmocka_unit_test(f)
#define LINES_MAX 1200

/* Numbers that are the same on every machine. */
static uint32_t seed;

static uint32_t any(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

/* What git says, as text. */
static int on_hunk(const git_diff_delta *delta UNUSED,
		   const git_diff_hunk *h, void *arg)
{
	str_addf(arg, "@@ -%d,%d +%d,%d\n", h->old_start, h->old_lines,
		 h->new_start, h->new_lines);
	return 0;
}

static int on_line(const git_diff_delta *delta UNUSED,
		   const git_diff_hunk *h UNUSED, const git_diff_line *l,
		   void *arg)
{
	size_t n = l->content_len;

	if (!strchr(" +-", l->origin))
		return 0;
	while (n && strchr("\r\n", l->content[n - 1]))
		n--;
	str_addf(arg, "%c%d %d %.*s\n", l->origin,
		 l->old_lineno > 0 ? l->old_lineno : 0,
		 l->new_lineno > 0 ? l->new_lineno : 0, (int)n, l->content);
	return 0;
}

static void expect(struct str *out, const struct str *old,
		   const struct str *new)
{
	git_diff_options op;

	git_diff_options_init(&op, GIT_DIFF_OPTIONS_VERSION);
	op.context_lines = 3;
	op.flags = GIT_DIFF_INDENT_HEURISTIC | GIT_DIFF_FORCE_TEXT;
	assert_int_equal(git_diff_buffers(old->s, old->len, NULL, new->s,
		new->len, NULL, &op, NULL, NULL, on_hunk, on_line, out), 0);
}

static void compare(const struct str *old, const struct str *new)
{
	struct made *m = make("x", "", (struct side[]){ { "a.c", str_c(old),
							  str_c(new) } }, 1);
	struct str want = STR_INIT, have = STR_INIT;
	struct file_hunks h;
	size_t i, k;

	expect(&want, old, new);
	assert_int_equal(file_hunks_read(&h, &m->arena, m->files, NULL), 0);
	for (i = 0; i < h.n; i++) {
		str_addf(&have, "@@ -%d,%d +%d,%d\n", h.v[i].old_start,
			 h.v[i].old_lines, h.v[i].new_start,
			 h.v[i].new_lines);
		for (k = 0; k < h.v[i].n; k++)
			str_addf(&have, "%c%d %d %.*s\n", h.v[i].v[k].op,
				 h.v[i].v[k].old_no, h.v[i].v[k].new_no,
				 (int)h.v[i].v[k].len, h.v[i].v[k].s);
	}
	assert_string_equal(str_c(&have), str_c(&want));
	str_release(&want);
	str_release(&have);
	made_free(m);
}

/* Lines that are often equal, of every depth, some blank, some there once. */
static const char *one_line(char out[64], uint32_t single)
{
	static const char *const often[] = { "}", "", "  ", "\treturn 0;",
		"\t\tbreak;", "        }", "\t", "{", "  x();", "\r", "end" };
	uint32_t k = any(100);

	if (k < single)
		snprintf(out, 64, "%*sline %u", (int)any(12), "", any(100000));
	else
		snprintf(out, 64, "%s", often[k % ARRAY_N(often)]);
	return out;
}

struct text {
	char v[LINES_MAX][64];
	size_t n;
};

static void insert(struct text *t, size_t at, const char *line)
{
	char copy[64];

	if (t->n == LINES_MAX)
		return;
	snprintf(copy, sizeof(copy), "%s", line);
	memmove(t->v[at + 1], t->v[at], (t->n++ - at) * sizeof(t->v[0]));
	memcpy(t->v[at], copy, sizeof(copy));
}

static void cut(struct text *t, size_t at)
{
	memmove(t->v[at], t->v[at + 1], (--t->n - at) * sizeof(t->v[0]));
}

/* Around one place: lines go, come, come twice, and come from far away. */
static void edit(struct text *t, uint32_t single)
{
	size_t at = any((uint32_t)t->n), i;
	uint32_t times = 1 + any(any(8) ? 12 : 150);
	char line[64];

	while (times-- && t->n > 2 && at + 1 < t->n) {
		switch (any(5)) {
		case 0:
			cut(t, at);
			break;
		case 1:
			insert(t, at, one_line(line, single));
			break;
		case 2:
			insert(t, at, t->v[any((uint32_t)t->n)]);
			break;
		case 3:
			for (i = any(6); i-- && at + i < t->n;)
				insert(t, at, t->v[at + i]);
			break;
		default:
			at += any(4);
		}
		if (at >= t->n)
			at = t->n - 1;
	}
}

static void put(struct str *out, const struct text *t, bool last_end)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		str_addf(out, "%s%s", t->v[i],
			 i + 1 < t->n || last_end ? "\n" : "");
}

static void a_change_of(uint32_t lines, uint32_t single)
{
	struct text *t = xcalloc(1, sizeof(*t));
	struct str old = STR_INIT, new = STR_INIT;
	uint32_t n = 1 + any(3), i;
	char line[64];

	for (i = 0; i < lines; i++)
		insert(t, t->n, one_line(line, single));
	put(&old, t, any(4));
	while (n--)
		edit(t, single);
	put(&new, t, any(4));
	compare(&old, &new);
	str_release(&old);
	str_release(&new);
	free(t);
}

static void hunks_of_any_change_are_those_of_git(void **state UNUSED)
{
	static const uint32_t single[] = { 0, 3, 30, 80 };
	uint32_t i;

	for (i = 0; i < 2000; i++) {
		seed = i;
		a_change_of(1 + any(any(2) ? 700 : 90), single[i % 4]);
	}
}

/* Nothing but the lines themselves is alike: libgit2 takes what is near. */
static void texts_of_the_same_lines_in_another_order(void **state UNUSED)
{
	struct str old = STR_INIT, new = STR_INIT;
	uint32_t i, k, kinds;

	for (i = 0; i < 60; i++) {
		seed = i;
		kinds = 20 + any(600);
		str_clear(&old);
		str_clear(&new);
		for (k = 300 + any(500); k; k--) {
			str_addf(&old, "%*s%u\n", (int)any(3), "", any(kinds));
			str_addf(&new, "%*s%u\n", (int)any(3), "", any(kinds));
		}
		compare(&old, &new);
	}
	str_release(&old);
	str_release(&new);
}

static void a_file_that_is_emptied_or_filled(void **state UNUSED)
{
	struct str none = STR_INIT, some = STR_INIT;

	str_add(&none, "");
	str_add(&some, "a\nb");
	compare(&none, &some);
	compare(&some, &none);
	str_release(&none);
	str_release(&some);
}

/* Seventy lines come a second time; they part best at the blank one, which is
 * farther above the middle than is looked at first. */
static void a_group_slides_far_out_of_the_middle(void **state UNUSED)
{
	struct str old = STR_INIT, new = STR_INIT;
	int i, times;

	for (i = 0; i < 200; i++)
		str_addf(&old, "line %d\n", i);
	str_addmem(&new, old.s, old.len);
	for (times = 0; times < 3; times++)
		for (i = 0; i < 70; i++)
			str_addf(times ? &new : &old, i == 9 ? "\n" :
				 "  call_%d();\n", i);
	str_add(&new, "  end\n");
	str_add(&old, "  end\n");
	compare(&old, &new);
	str_release(&old);
	str_release(&new);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(hunks_of_any_change_are_those_of_git),
		T(texts_of_the_same_lines_in_another_order),
		T(a_file_that_is_emptied_or_filled),
		T(a_group_slides_far_out_of_the_middle),
	};
	int r;

	git_libgit2_init();
	r = cmocka_run_group_tests(tests, NULL, NULL);
	git_libgit2_shutdown();
	return r;
}
