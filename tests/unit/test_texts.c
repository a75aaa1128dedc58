/*
 * tests/unit/test_texts.c - what the numbers of a page's own sentences are read
 * as: what they are, or nothing.  A new sentence with a number fails here until
 * it is listed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/mem.h"
#include "core/str.h"
#include "render/claims.h"
#include "render/texts.h"

/* Sentences whose numbers are counts of files, changes or lines; those of all
 * others claim nothing.  Numbers are 3, then 5. */
static const struct { enum text id; const char *zh, *en; } claimed[] = {
	{ TEXT_FOLDED, "changes 3", "changes 3" },
	{ TEXT_INVERSE, "inverse 3/5", "inverse 3/5" },
	{ TEXT_NOT_INVERSE, "no inverse 3/5", "no inverse 3/5" },
	{ TEXT_UNMEASURED, "unmeasured 3", "unmeasured 3" },
	{ TEXT_U_BODY, "changes 3", "changes 3" },	/* of the page */
	{ TEXT_B_LANDINGS, "changes 3", "changes 3" },
	{ TEXT_N_CHANGES, "changes 3", "changes 3" },
	{ TEXT_N_FILES, "files 3", "files 3" },
};

static const char *name_of(const struct claim *k)
{
	if (k->flags & CLAIM_DENIED)
		return "no inverse";
	return k->flags & CLAIM_UNMEASURED ? "unmeasured"
					   : claim_kind_name(k->kind);
}

/* "files 3/5; changes 4": the counts that a line is read to claim. */
static void counts_in(struct str *out, const char *line)
{
	static const char *const repos[] = { "sample/server" };
	struct claims c;
	size_t i;

	str_clear(out);
	claims_scan(&c, line, strlen(line), repos, 1);
	for (i = 0; i < c.n; i++) {
		const struct claim *k = &c.v[i];

		if (k->kind != CLAIM_FILES && k->kind != CLAIM_CHANGES &&
		    k->kind != CLAIM_INVERSE && k->kind != CLAIM_COUNTS)
			continue;
		str_addf(out, "%s%s %d", out->len ? "; " : "", name_of(k),
			 (int)k->a);
		if (k->b >= 0)
			str_addf(out, "/%d", (int)k->b);
	}
	claims_release(&c);
}

static void expect(const char *line, const char *want)
{
	struct str got = STR_INIT;

	counts_in(&got, line);
	if (strcmp(str_c(&got), want))
		fail_msg("'%s': read as '%s', not as '%s'", line, str_c(&got),
			 want);
	str_release(&got);
}

/* What sentence `id` with these numbers is to be read as. */
static const char *wanted(enum text id, enum lang lang)
{
	size_t k;

	for (k = 0; k < ARRAY_N(claimed); k++)
		if (claimed[k].id == id)
			return lang == LANG_ZH ? claimed[k].zh : claimed[k].en;
	return "";
}

static void a_sentences_number_is_read_as_what_it_is_or_not(void **state)
{
	static const char *const starts[] = { "", "- ", "- Tests: " };
	struct str line = STR_INIT;
	size_t i;
	int lang, id;

	(void)state;
	for (id = 0; id < TEXT_COUNT; id++)
		for (lang = 0; lang < 2; lang++) {
			if (!strstr(text(lang, id), "%d"))
				continue;
			for (i = 0; i < ARRAY_N(starts); i++) {
				str_clear(&line);
				str_add(&line, starts[i]);
				text_put(&line, lang, id, 3, 5);
				expect(line.s, wanted(id, lang));
			}
		}
	str_release(&line);
}

/* As above with every 3 and 5 a 1. */
static void so_it_is_of_one_file_and_one_change(void **state)
{
	struct str line = STR_INIT, want = STR_INIT;
	int lang, id;
	size_t i;

	(void)state;
	for (id = 0; id < TEXT_COUNT; id++)
		for (lang = 0; lang < 2; lang++) {
			if (!strstr(text(lang, id), "%d"))
				continue;
			str_clear(&want);
			str_add(&want, wanted(id, lang));
			for (i = 0; i < want.len; i++)
				if (want.s[i] == '3' || want.s[i] == '5')
					want.s[i] = '1';
			str_clear(&line);
			text_put(&line, lang, id, 1, 1);
			expect(line.s, str_c(&want));
			if (lang == LANG_EN && strstr(line.s, "1 files"))
				fail_msg("'%s'", line.s);
		}
	str_release(&line);
	str_release(&want);
}

static void said(enum text id, int a, int b, const char *want)
{
	struct str line = STR_INIT;

	text_put(&line, LANG_EN, id, a, b);
	assert_string_equal(line.s, want);
	str_release(&line);
}

static void a_sentence_has_its_number_and_the_word_that_goes_with_it(
		void **state)
{
	struct str line = STR_INIT;

	(void)state;
	said(TEXT_N_FILES, 0, 0, "0 files");
	said(TEXT_N_FILES, 1, 0, "1 file");
	said(TEXT_N_FILES, 2, 0, "2 files");
	said(TEXT_PLACES, 2, 1, "2 times in 1 file");
	said(TEXT_S_UNTESTED, 1, 0,
	     "1 change touches product code, 0 of them no test");
	said(TEXT_REPLACED, 1, 0, "1 landing repeats a commit from before a "
	     "rewrite (counted on its own day)");
	said(TEXT_REPLACED, 2, 0, "2 landings repeat commits from before a "
	     "rewrite (counted on their own day)");
	text_put(&line, LANG_EN, TEXT_LATE_LINE, "100%d", "{a|b}");
	assert_string_equal(line.s, "landed 100%d, first seen {a|b}");
	str_release(&line);
}

/* What the renderer puts together of a number and a word. */
static void so_is_that_of_a_line_of_several(void **state)
{
	(void)state;
	expect("3 changes \xc2\xb7 20 files \xc2\xb7 +5/-6",
	       "changes 3; files 20; counts 5/6");
	expect("- Tests: 3 files +5/-6. Body: none. Components: `a/` 2",
	       "files 3; counts 5/6");
	expect("changes 3/3 \xc2\xb7 files 4/5 measured, binary 0",
	       "changes 3/3; files 4/5");
	expect("\xe5\x8f\x98\xe6\x9b\xb4 3/3 \xc2\xb7 \xe6\x96\x87\xe4\xbb\xb6 "
	       "4/5 \xe5\xb7\xb2\xe8\xae\xa1\xe9\x87\x8f",
	       "changes 3/3; files 4/5");
	/* uses of a name in another repository's tree */
	expect("- Downstream: sample/server `x` 2 files / 5 lines (`a.py:1`)",
	       "");
	expect("- kernels `x`, `y` (server 2 files, other 3 files)", "files 3");
	expect("- Downstream: sample/server `x` 2 \xe6\x96\x87\xe4\xbb\xb6 / 5 "
	       "\xe8\xa1\x8c (`a.py:1`)", "");
	expect("- kernels `x` (server 2 \xe6\x96\x87\xe4\xbb\xb6)", "");
	expect("server 2 files +3/-4", "files 2; counts 3/4");
	expect("- kernels `x` (server 1 file, other 3 files)", "files 3");
	expect("- sample/server `x` 1 file / 1 line (`a.py:1`)", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sentences_number_is_read_as_what_it_is_or_not),
		cmocka_unit_test(so_it_is_of_one_file_and_one_change),
		cmocka_unit_test(a_sentence_has_its_number_and_the_word_that_goes_with_it),
		cmocka_unit_test(so_is_that_of_a_line_of_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
