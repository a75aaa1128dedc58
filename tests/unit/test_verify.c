/* tests/unit/test_verify.c - verdicts, with a source that knows a few commits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/mem.h"
#include "render/escape.h"
#include "render/texts.h"
#include "render/verify.h"

#define A "aaaaaaa111111111111111111111111111111111"
#define B "bbbbbbb222222222222222222222222222222222"
#define NASTY "ddddddd555555555555555555555555555555555"
#define TWIN "abcab44444444444444444444444444444444444"	/* one of two */

static const struct verify_change changes[] = {
	{ "src/a.c", NULL, 'M', 10, 2 },
	{ "src/b.c", "src/old.c", 'R', 3, 1 },
	{ "tests/test_a.c", NULL, 'A', 7, 0 },
};
static const struct verify_change large[] = {
	{ "a.bin", NULL, 'A', -1, -1 },
	{ "a.txt", NULL, 'A', 5, 0 },
};
static char writer[80];		/* a name that a test sets */
static const struct verify_commit commits[] = {
	{ .oid = A, .repo = "o/r", .subject = "Add it (#5)",
	  .message = "Add it (#5)\n\nIt is added because it was missing.\n"
		     "As of 2026-01-31.",
	  .author = "Ada B", .pr = 5, .landed = 1770210000,	/* 13:00Z */
	  .authored = 1770210000, .files = 3, .additions = 20, .deletions = 3,
	  .changes = changes, .changes_n = 3 },
	{ .oid = B, .repo = "o/s", .subject = "Other (#6)",
	  .message = "Other (#6)", .author = "C", .pr = 6,
	  .landed = 1770310000, .files = 0 },
	{ .oid = NASTY, .repo = "o/r", .subject = "Odd", .message = "Odd",
	  .author = writer, .landed = 1770210060, .authored = 1770210060,
	  .files = 3, .additions = 4, .deletions = 5 },
	{ .oid = TWIN, .repo = "o/r", .subject = "Twin (#8)",
	  .message = "Twin (#8)", .author = "Ada B", .pr = 8,
	  .landed = 1770210060, .authored = 1770210060, .files = 2,
	  .additions = 5, .deletions = 0, .changes = large, .changes_n = 2 },
};
static const char *const names[] = { "o/r", "o/s", "o/broken" };
static const char *const tree[] = { "README.md", "src/a.c", "src/b.c",
				    "src/z.c", "tests/test_a.c" };

static int commit(void *arg, const char *repo, const char *prefix,
		  const struct verify_commit **out, struct err *e)
{
	size_t i;

	(void)arg;
	if (!strcmp(repo, "o/broken"))
		return err_set(e, ERR_GIT, "unreadable");
	if (!strncmp(prefix, "ccccccc", 7) || !strcmp(prefix, "abcab44"))
		return err_set(e, ERR_LIMIT, "several");
	for (i = 0; i < ARRAY_N(commits); i++)
		if (!strcmp(commits[i].repo, repo) &&
		    !strncmp(commits[i].oid, prefix, strlen(prefix))) {
			*out = &commits[i];
			return 0;
		}
	return ERR_NOTFOUND;
}

static int paths(void *arg, const struct verify_commit *c,
		 const char *const **v, size_t *n, struct err *e)
{
	(void)arg, (void)c, (void)e;
	*v = tree;
	*n = ARRAY_N(tree);
	return 0;
}

static int file(void *arg, const struct verify_commit *c, size_t i, bool old,
		const char **text, size_t *len, struct err *e)
{
	(void)arg, (void)c, (void)e;
	*text = i ? "" : old ? "int old;\nint same;\n\nint gone;\n"
			     : "int new(int x);\n\tint same;\n\n";
	*len = strlen(*text);
	return 0;
}

static int inverse(void *arg, const struct verify_commit *landing,
		   const struct verify_commit *revert, int64_t *same,
		   int64_t *total, struct err *e)
{
	(void)arg, (void)e;
	if (landing != &commits[0] || revert != &commits[3])
		return ERR_GIT;
	*same = 1;
	*total = 4;
	return 0;
}

static int span(void *arg, const struct verify_commit *from,
		const struct verify_commit *to, struct verify_totals *out,
		struct err *e)
{
	(void)arg, (void)e;
	if (from != &commits[0] || to != &commits[3])
		return ERR_NOTFOUND;
	*out = (struct verify_totals){ 3, 7, 40, 50, 2 };
	return 0;
}

static const struct verify_source source = {
	.repos = names, .repos_n = 3, .commit = commit, .paths = paths,
	.file = file, .inverse = inverse, .span = span,
};

#define OURS "\n---\nReplay: `airep-git report --replay x.md`\n"

static struct verify_report run(const char *text)
{
	struct verify_report r;
	struct err e;

	assert_int_equal(verify_text(&r, "-", text, strlen(text), &source, &e),
			 0);
	return r;
}

/* The worst verdict on a claim with this text and kind. */
static enum verify_verdict on(const struct verify_report *r, const char *what,
			      const char *text)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (!strcmp(r->v[i].what, what) && !strcmp(r->v[i].text, text))
			return r->v[i].verdict;
	return VERIFY_VERDICTS;
}

static void says(const char *text, const char *what, const char *claim,
		 enum verify_verdict v)
{
	struct verify_report r = run(text);

	if (on(&r, what, claim) != v)
		fail_msg("%s '%s' in: %s", what, claim, text);
	verify_release(&r);
}

static void an_id_is_looked_up_where_it_is_said_to_be(void **state)
{
	(void)state;
	says("### o/r\n- aaaaaaa1 x\n", "commit", "aaaaaaa1", VERIFY_OK);
	says("### o/r\n- aaaaaaa2 x\n", "commit", "aaaaaaa2", VERIFY_MISSING);
	says("### o/r\n- bbbbbbb2 x\n", "commit", "bbbbbbb2", VERIFY_OK);
	says("### o/r\n- o/r@bbbbbbb2 x\n", "commit", "bbbbbbb2", VERIFY_WRONG);
	says("### o/r\n- ccccccc1 x\n", "commit", "ccccccc1", VERIFY_UNCHECKED);
	says("### o/broken\n- aaaaaaa9 x\n", "commit", "aaaaaaa9",
	     VERIFY_UNCHECKED);
	says("### a/b\n- [x](https://github.com/a/b/commit/" A ")\n", "commit",
	     A, VERIFY_UNCHECKED);
}

static void counts_are_judged_by_what_they_are_said_of(void **state)
{
	(void)state;
	says("### o/r\n- aaaaaaa1 `src/a.c` +10/-2\n", "counts", "+10/-2",
	     VERIFY_OK);
	says("### o/r\n- aaaaaaa1 `src/a.c` +3/-1\n", "counts", "+3/-1",
	     VERIFY_WRONG);
	says("### o/r\n- aaaaaaa1 3 files +20/-3\n", "counts", "+20/-3",
	     VERIFY_OK);
	says("### o/r\n- aaaaaaa1 3 files +20/-4\n", "counts", "+20/-4",
	     VERIFY_WRONG);
	says("### o/r\n- aaaaaaa1 1 file +7/-0 tests\n", "counts", "+7/-0",
	     VERIFY_OK);
	says("### o/r\n- aaaaaaa1 total +21/-3\n", "counts", "+21/-3",
	     VERIFY_WRONG);
	says("### o/r\n- aaaaaaa1 and then some +21/-3\n", "counts", "+21/-3",
	     VERIFY_UNCHECKED);
	says("### o/r\n- nothing +1/-2\n", "counts", "+1/-2",
	     VERIFY_UNCHECKED);
	says("### o/r\n- aaaaaaa1 `src/*` +13/-3\n", "counts", "+13/-3",
	     VERIFY_OK);
}

static void an_id_of_several_is_the_one_its_link_goes_to(void **state)
{
	(void)state;
	says("### o/r\n- [abcab44](https://github.com/o/r/commit/" TWIN ") "
	     "author: Ada B\n", "commit", "abcab44", VERIFY_OK);
	says("### o/r\n- [abcab44](https://github.com/o/r/commit/" TWIN ") "
	     "author: Eve C\n", "author", "Eve C", VERIFY_WRONG);
	says("### o/r\n- `abcab44` x\n", "commit", "abcab44",
	     VERIFY_UNCHECKED);
}

#define FOLD(head, second) "### o/r\n<details><summary>" head \
	"</summary>\n\n- aaaaaaa1 x\n- " second " y\n\n</details>\n" OURS

static void a_folded_group_counts_what_is_listed_in_it(void **state)
{
	(void)state;
	says(FOLD("2 folded: 5 files +25/-3", "abcab444"), "changes",
	     "2 folded", VERIFY_OK);
	says(FOLD("2 folded: 5 files +25/-3", "abcab444"), "counts", "+25/-3",
	     VERIFY_OK);
	says(FOLD("3 folded: 5 files +25/-3", "abcab444"), "changes",
	     "3 folded", VERIFY_WRONG);
	says(FOLD("2 folded: 5 files +25/-4", "abcab444"), "counts", "+25/-4",
	     VERIFY_WRONG);
	/* which commit the second is cannot be told: nor what it counts */
	says(FOLD("2 folded: 5 files +25/-3", "`abcab44`"), "changes",
	     "2 folded", VERIFY_OK);
	says(FOLD("2 folded: 5 files +25/-3", "`abcab44`"), "counts", "+25/-3",
	     VERIFY_UNCHECKED);
	says(FOLD("2 folded: 5 files +25/-3", "`abcab44`"), "files", "5 files",
	     VERIFY_UNCHECKED);
}

static void files_not_measured_are_no_files_of_the_change(void **state)
{
	(void)state;
	says("### o/r\n- abcab444 2 files +5/-0, 1 file not measured\n",
	     "files", "1 file", VERIFY_OK);
	says("### o/r\n- aaaaaaa1 3 files not measured\n", "files", "3 files",
	     VERIFY_UNCHECKED);
	says("### o/r\n- aaaaaaa1 3 files not measured\n" OURS, "files",
	     "3 files", VERIFY_WRONG);
	says("### o/r\n- aaaaaaa1 3 \xe4\xb8\xaa\xe6\x96\x87\xe4\xbb\xb6\xe6"
	     "\x9c\xaa\xe8\xae\xa1\xe9\x87\x8f\n", "files",
	     "3 \xe4\xb8\xaa\xe6\x96\x87\xe4\xbb\xb6", VERIFY_UNCHECKED);
}

#define THREAD(said) "### o/r\n- Thread: bbbbbbb2 -> aaaaaaa1 -> revert [#8](" \
	"https://github.com/o/r/pull/8) [abcab44](https://github.com/o/r/" \
	"commit/" TWIN ") (this) +5 d; " said "\n" OURS

static void how_much_a_revert_undoes_is_counted_again(void **state)
{
	(void)state;
	says(THREAD("not line for line the inverse (1/4 files)"), "inverse",
	     "1/4 files", VERIFY_OK);
	says(THREAD("not line for line the inverse (2/4 files)"), "inverse",
	     "2/4 files", VERIFY_WRONG);
	says(THREAD("not line for line the inverse (1/5 files)"), "inverse",
	     "1/5 files", VERIFY_WRONG);
	says(THREAD("line for line the inverse (4/4 files)"), "inverse",
	     "4/4 files", VERIFY_WRONG);
	/* the number is right and what is said of it is not */
	says(THREAD("line for line the inverse (1/4 files)"), "inverse",
	     "1/4 files", VERIFY_WRONG);
	says("### o/r\n- Thread: aaaaaaa1 -> abcab444 (\xe6\x9c\xac\xe9\xa1\xb9); "
	     "\xe5\xb9\xb6\xe9\x9d\x9e\xe9\x80\x90\xe8\xa1\x8c\xe7\x9b\xb8\xe5"
	     "\x8f\x8d (1/4 \xe6\x96\x87\xe4\xbb\xb6)\n", "inverse",
	     "1/4 \xe6\x96\x87\xe4\xbb\xb6", VERIFY_OK);
	/* which revert is not said; what it undoes cannot be read */
	says("### o/r\n- aaaaaaa1 abcab444 the inverse (1/4 files)\n",
	     "inverse", "1/4 files", VERIFY_UNCHECKED);
	says("### o/r\n- abcab444 -> aaaaaaa1 (this); the inverse (1/4 files)"
	     "\n", "inverse", "1/4 files", VERIFY_UNCHECKED);
}

#define BRIEF(from, to, said) "# o/r " from ".." to "\n\n> `" from "` [" from \
	"](https://github.com/o/r/commit/" from ") 2026-02-04T13:00Z .. `v2` [" \
	to "](https://github.com/o/r/commit/" to ") 2026-02-04T13:01Z \xc2\xb7 " \
	said "\n"

static void counts_of_a_range_are_of_what_landed_in_it(void **state)
{
	static const char *const right = BRIEF("aaaaaaa1", "abcab444",
		"3 landings \xc2\xb7 7 files +40/-50 \xc2\xb7 2 files not "
		"measured");

	(void)state;
	says(right, "changes", "3 landings", VERIFY_OK);
	says(right, "files", "7 files", VERIFY_OK);
	says(right, "counts", "+40/-50", VERIFY_OK);
	says(right, "files", "2 files", VERIFY_OK);
	says(BRIEF("aaaaaaa1", "abcab444", "4 landings"), "changes",
	     "4 landings", VERIFY_WRONG);
	says(BRIEF("aaaaaaa1", "abcab444", "3 \xe9\xa1\xb9\xe8\x90\xbd\xe5\x9c"
		   "\xb0 \xc2\xb7 8 files +40/-50"), "files", "8 files",
	     VERIFY_WRONG);
	says(BRIEF("aaaaaaa1", "abcab444", "3 landings \xc2\xb7 7 files +40/-5"),
	     "counts", "+40/-5", VERIFY_WRONG);
	says(BRIEF("aaaaaaa1", "abcab444", "3 landings \xc2\xb7 1 file not "
		   "measured"), "files", "1 file", VERIFY_WRONG);
	/* its other way round it is none */
	says(BRIEF("abcab444", "aaaaaaa1", "3 landings \xc2\xb7 7 files +40/-5"),
	     "counts", "+40/-5", VERIFY_UNCHECKED);
	/* git's own words for a range count something else */
	says(BRIEF("aaaaaaa1", "abcab444", "9 commits"), "changes", "9 commits",
	     VERIFY_UNCHECKED);
}

static void paths_are_in_the_change_or_in_the_tree(void **state)
{
	(void)state;
	says("### o/r\n- aaaaaaa1 `old.c` x\n", "path", "old.c", VERIFY_OK);
	says("### o/r\n- aaaaaaa1 `src/z.c` x\n", "path", "src/z.c", VERIFY_OK);
	says("### o/r\n- aaaaaaa1 `src/y.c` x\n", "path", "src/y.c",
	     VERIFY_WRONG);
	says("### o/r\n- `src/y.c` x\n", "path", "src/y.c", VERIFY_UNCHECKED);
}

static void code_is_searched_on_the_right_side(void **state)
{
	const char *text = "### o/r\n- aaaaaaa1 `src/a.c:1`\n\n  ```diff\n"
			   "  -int old;\n  +int new(int x);\n  -int fresh;\n"
			   "  +int old;\n   int same;\n  ```\n"
			   "  ```c\n  int new(...);\n  int now(...);\n  ```\n";
	static const char *const right[] = { "int old;", "int new(int x);",
					     "int same;", "int new(...);" };
	struct verify_report r = run(text);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_N(right); i++)
		assert_int_equal(on(&r, "code line", right[i]), VERIFY_OK);
	assert_int_equal(on(&r, "code line", "int fresh;"), VERIFY_WRONG);
	assert_int_equal(on(&r, "code line", "int now(...);"), VERIFY_WRONG);
	assert_int_equal(r.count[VERIFY_WRONG], 3);
	verify_release(&r);
}

#define HUNK(where, lines) "### o/r\n- aaaaaaa1 x\n  - `src/a.c:" where \
	"`\n\n    ```diff\n" lines "    ```\n" OURS

static void a_hunk_of_ours_stands_where_its_caption_says(void **state)
{
	(void)state;
	says(HUNK("1", "    -int old;\n     \tint same;\n"), "line number",
	     "src/a.c", VERIFY_VERDICTS);
	says(HUNK("2", "    -int old;\n     \tint same;\n"), "line number",
	     "src/a.c", VERIFY_WRONG);
	/* a removed first line counts on the old side, also a blank one */
	says(HUNK("3", "    -\n    +\n    -int gone;\n"), "line number",
	     "src/a.c", VERIFY_VERDICTS);
	says(HUNK("3", "     \n    -int gone;\n"), "line number",
	     "src/a.c", VERIFY_VERDICTS);
	says(HUNK("4", "     \n    -int gone;\n"), "line number",
	     "src/a.c", VERIFY_WRONG);
	/* each line is there, and not in this order */
	says(HUNK("2", "     \tint same;\n    +int new(int x);\n"), "hunk",
	     "src/a.c", VERIFY_WRONG);
	says(HUNK("1", "    +int new(int x);\n    -\n    -int old;\n"), "hunk",
	     "src/a.c", VERIFY_WRONG);
}

static void a_date_of_the_title_is_the_authors(void **state)
{
	(void)state;
	says("### o/r\n- aaaaaaa1 Add it 2026-01-31\n" OURS, "date",
	     "2026-01-31", VERIFY_OK);
	says("### o/r\n- aaaaaaa1 Add it 2026-01-30\n" OURS, "date",
	     "2026-01-30", VERIFY_WRONG);
}

static void a_moment_within_the_day_is_not_the_day(void **state)
{
	(void)state;
	says("## News (2026-02-04)\n", "date", "2026-02-04", VERIFY_OK);
	/* nothing here knows when an issue was opened */
	says("## News (2026-02-04)\n### o/r\n- #77 2026-02-04 22:21:14\n",
	     "date", "2026-02-04 22:21:14", VERIFY_UNCHECKED);
}

static void a_digest_of_several_days_spans_them(void **state)
{
	(void)state;
	says("## 2026-02-04\n### o/r\n- aaaaaaa1 x\n## 2026-02-05\n### o/s\n"
	     "- bbbbbbb2 x\n", "day", "bbbbbbb2", VERIFY_VERDICTS);
	says("## 2026-02-01 to 2026-02-07\n### o/s\n- bbbbbbb2 x\n", "day",
	     "bbbbbbb2", VERIFY_VERDICTS);
	says("## 2026-02-01 to 2026-02-04\n### o/s\n- bbbbbbb2 x\n", "day",
	     "bbbbbbb2", VERIFY_WRONG);
}

static void counts_of_each_file_name_the_one_that_differs(void **state)
{
	struct verify_report r = run("### o/r\n- aaaaaaa1 x\n"
		"  - `src/a.c` `src/b.c` (\xe5\x90\x84 +10/-2)\n");
	size_t i;

	(void)state;
	assert_int_equal(on(&r, "counts", "+10/-2"), VERIFY_WRONG);
	for (i = 0; i < r.n; i++)
		if (!strcmp(r.v[i].what, "counts"))
			assert_string_equal(r.v[i].truth, "src/b.c +3/-1");
	verify_release(&r);
}

static void quotes_are_compared_without_what_a_page_adds(void **state)
{
	(void)state;
	says("### o/r\n#### aaaaaaa1 x\n> \"Add it "
	     "([#5](https://github.com/o/r/pull/5))\"\n", "quote",
	     "Add it ([#5](https://github.com/o/r/pull/5))", VERIFY_OK);
	says("### o/r\n#### aaaaaaa1 x\n> \"It is added because it was "
	     "there.\"\n", "quote", "It is added because it was there.",
	     VERIFY_UNCHECKED);
}

static void a_day_is_stated_by_heading_or_window(void **state)
{
	(void)state;
	says("## News (2026-02-04)\n### o/r\n- aaaaaaa1 x\n", "day",
	     "aaaaaaa1", VERIFY_VERDICTS);
	says("## News (2026-02-05)\n### o/r\n- aaaaaaa1 x\n", "day",
	     "aaaaaaa1", VERIFY_WRONG);
	says("Window 2026-02-04T00:00+08:00 - 2026-02-05T00:00+08:00\n### o/r\n"
	     "- aaaaaaa1 x\n", "day", "aaaaaaa1", VERIFY_VERDICTS);
	says("Window 2026-02-04T00:00+08:00 - 2026-02-05T00:00+08:00\n### o/s\n"
	     "- bbbbbbb2 x\n", "day", "bbbbbbb2", VERIFY_WRONG);
}

static void a_name_is_read_as_a_page_writes_it(void **state)
{
	static const char *const names_of[] = {
		"A*", "*", "**x**", "me @home", "a_b_", "_x_", "back\\slash",
		"a|b", "x <y>", "~z~", "Q&A", "tom&amp;", "one \xc2\xb7 two*",
		"a \xe2\x80\x91 b", "\xe2\x80\xae-bidi", "bell\x07",
		"\xe4\xb8\xad\xe6\x96\x87", "x\\", "!bang", "dot.", "(Ada)",
	};
	struct str page = STR_INIT;
	struct verify_report r;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_N(names_of); i++) {
		snprintf(writer, sizeof(writer), "%s", names_of[i]);
		str_clear(&page);
		str_add(&page, "### o/r\n- ddddddd5 Odd \xc2\xb7 `feat` \xc2\xb7 ");
		put_md_text(&page, writer, NULL);
		str_add(&page, " \xc2\xb7 3 files +4/-5\n" OURS);
		r = run(page.s);
		if (verify_failed(&r))
			fail_msg("'%s' in: %s", writer, page.s);
		verify_release(&r);
		/* somebody else is found all the same */
		snprintf(writer, sizeof(writer), "Another");
		r = run(page.s);
		if (!verify_failed(&r))
			fail_msg("not found in: %s", page.s);
		verify_release(&r);
	}
	str_release(&page);
}

static void a_day_may_be_longer_or_shorter_than_others(void **state)
{
	(void)state;
	/* aaaaaaa1 landed at 13:00Z */
	says("Window 2026-02-03T00:00:00-12:00 - 2026-02-04T00:00:00-13:30\n"
	     "### o/r\n- aaaaaaa1 x\n", "day", "aaaaaaa1", VERIFY_VERDICTS);
	says("Window 2026-02-03T00:00:00-13:30 - 2026-02-04T00:00:00-12:00\n"
	     "### o/r\n- aaaaaaa1 x\n", "day", "aaaaaaa1", VERIFY_WRONG);
	says("Window 2026-02-04T00:00+00:00 - 2026-02-05T00:00+00:00\n"
	     "### o/r\n- aaaaaaa1 x\n", "day", "aaaaaaa1", VERIFY_VERDICTS);
}

static void a_ref_of_the_day_may_point_at_an_older_commit(void **state)
{
	static const enum text events[] = {
		TEXT_TAG_NEW, TEXT_TAG_MOVED, TEXT_TAG_GONE, TEXT_REWRITTEN,
		TEXT_SIDELINED_EVENT,
	};
	struct str s = STR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < 2 * ARRAY_N(events); i++) {
		str_clear(&s);
		str_addf(&s, "## News (2026-02-04)\n### o/s\n- %s: `v1` points "
			 "at bbbbbbb2\n" OURS,
			 text(i % 2 ? LANG_EN : LANG_ZH, events[i / 2]));
		says(s.s, "day", "bbbbbbb2", VERIFY_VERDICTS);
	}
	says("## News (2026-02-04)\n### o/s\n- new tags: bbbbbbb2\n" OURS,
	     "day", "bbbbbbb2", VERIFY_WRONG);
	str_release(&s);
}

static void authors_and_numbers_belong_to_the_entry(void **state)
{
	(void)state;
	says("### o/r\n- aaaaaaa1 author: Ada B, 2026-02-04\n", "author",
	     "Ada B", VERIFY_OK);
	says("### o/r\n- aaaaaaa1 author: Eve, 2026-02-04\n", "author", "Eve",
	     VERIFY_WRONG);
	says("### o/r\n- aaaaaaa1 author: Ada B, 2026-02-14\n", "date",
	     "2026-02-14", VERIFY_WRONG);
	says("### o/r\n- aaaaaaa1 [#5](https://github.com/o/r/pull/5)\n",
	     "number", "#5", VERIFY_OK);
	says("### o/r\n- aaaaaaa1 [#7](https://github.com/o/r/pull/7)\n",
	     "number", "#7", VERIFY_WRONG);
	says("### o/r\n- see #7\n", "number", "#7", VERIFY_UNCHECKED);
}

static void reports_print_as_text_and_as_json(void **state)
{
	struct verify_report r = run("### o/r\n- aaaaaaa2 \x1b[31m\n");
	struct str s = STR_INIT;

	(void)state;
	assert_true(verify_failed(&r));
	verify_print(&r, false, true, &s);
	assert_non_null(strstr(s.s, "-:2:3: not found: commit 'aaaaaaa2'"));
	assert_null(strchr(s.s, '\x1b'));
	str_clear(&s);
	verify_print_json(&r, true, true, &s);
	assert_non_null(strstr(s.s, "\"verdict\":\"not found\""));
	str_release(&s);
	verify_release(&r);
}

/* Nothing to sort: an error only sanitizers see. */
static void a_text_without_claims(void **state)
{
	struct verify_report r = run("no claims here\n");

	(void)state;
	assert_int_equal(r.n, 0);
	assert_false(verify_failed(&r));
	verify_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_is_looked_up_where_it_is_said_to_be),
		cmocka_unit_test(counts_are_judged_by_what_they_are_said_of),
		cmocka_unit_test(an_id_of_several_is_the_one_its_link_goes_to),
		cmocka_unit_test(a_folded_group_counts_what_is_listed_in_it),
		cmocka_unit_test(files_not_measured_are_no_files_of_the_change),
		cmocka_unit_test(how_much_a_revert_undoes_is_counted_again),
		cmocka_unit_test(counts_of_a_range_are_of_what_landed_in_it),
		cmocka_unit_test(paths_are_in_the_change_or_in_the_tree),
		cmocka_unit_test(code_is_searched_on_the_right_side),
		cmocka_unit_test(a_hunk_of_ours_stands_where_its_caption_says),
		cmocka_unit_test(a_date_of_the_title_is_the_authors),
		cmocka_unit_test(a_moment_within_the_day_is_not_the_day),
		cmocka_unit_test(a_digest_of_several_days_spans_them),
		cmocka_unit_test(counts_of_each_file_name_the_one_that_differs),
		cmocka_unit_test(quotes_are_compared_without_what_a_page_adds),
		cmocka_unit_test(a_day_is_stated_by_heading_or_window),
		cmocka_unit_test(a_name_is_read_as_a_page_writes_it),
		cmocka_unit_test(a_day_may_be_longer_or_shorter_than_others),
		cmocka_unit_test(a_ref_of_the_day_may_point_at_an_older_commit),
		cmocka_unit_test(authors_and_numbers_belong_to_the_entry),
		cmocka_unit_test(a_text_without_claims),
		cmocka_unit_test(reports_print_as_text_and_as_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
