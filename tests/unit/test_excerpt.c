/* tests/unit/test_excerpt.c - the author's own words and nothing else. */
#include "tests/unit/unit.h"

#include "analyze/excerpt.h"
#include "core/str.h"

#include <malloc.h>

#define T(f) cmocka_unit_test(f)

static struct arena arena;

static struct excerpt quote(const char *subject, const char *body)
{
	struct excerpt e;

	excerpt_read(&e, &arena, subject, body, NULL, 0);
	return e;
}

static int teardown(void **state UNUSED)
{
	arena_release(&arena);
	return 0;
}

static void hard_wrapped_lines_become_one_sentence(void **state UNUSED)
{
	struct excerpt e = quote("Delay freeing",
		"Fixes a case where it was possible for blocks to be\n"
		"freed by an abort, resulting\nin corrupted KV data.\n\n"
		"Signed-off-by: O <o@example.org>\n");

	assert_int_equal(e.n, 1);
	assert_string_equal(e.text[0], "Fixes a case where it was possible "
			    "for blocks to be freed by an abort, resulting in "
			    "corrupted KV data.");
}

static void a_template_alone_is_no_quote(void **state UNUSED)
{
	struct excerpt e = quote("fix: add check",
		"<!-- .github/pull_request_template.md -->\n\n"
		"## Description\n\n<!-- What does this PR do? Briefly\n"
		"describe. -->\n\n## Checklist\n\n"
		"Thank you for contributing to X! Before we review your pull\n"
		"request, please make sure the following items are "
		"complete.\n\n"
		"- [ ] I have installed the hooks with a long\n"
		"line that goes on here and here.\n\n"
		"> If you are unsure about how to set up it, see the docs.\n\n"
		"cc @somebody who knows this\n\n#2361\n"
		"Fixes #12 and https://example.org/issues/3\n");

	assert_int_equal(e.n, 0);
}

static void a_bot_is_never_quoted(void **state UNUSED)
{
	struct excerpt e = quote("Revert \"x y\"",
		"Reverts a/b#2304\n\nAs it introduces a regression on unit "
		"tests\n\n<!-- This is an auto-generated comment: notes\n-->\n"
		"## Summary by CodeRabbit\n\n* **Breaking Changes**\n"
		"* The argument was renamed to something else.\n");

	assert_int_equal(e.n, 1);
	assert_string_equal(e.text[0],
			    "As it introduces a regression on unit tests");
}

static void list_items_stand_alone_and_headlines_are_passed(void **s UNUSED)
{
	const char *names[] = { "ActivationType" };
	struct excerpt e;

	excerpt_read(&e, &arena, "feat: x", "This PR implements these:\n"
		     "- Support element wise activation in\nFP8PerTensor.\n"
		     "- Remove a suffix from a name.\n"
		     "- Use ActivationType in every place.\n", names, 1);
	assert_int_equal(e.n, 2);
	assert_string_equal(e.text[0],
			    "Support element wise activation in FP8PerTensor.");
	assert_string_equal(e.text[1], "Use ActivationType in every place.");
}

static void the_subject_said_again_is_passed_over(void **state UNUSED)
{
	struct excerpt e = quote("Fix IMA in fwd on m boundary (#2091)",
		"* Fix IMA in fwd on m boundary\n\n"
		"* Fix completely out of bounds loads\n");

	assert_int_equal(e.n, 1);
	assert_string_equal(e.text[0], "Fix completely out of bounds loads");
}

/* Memory that was used before: nothing of it is quoted. */
static void a_body_of_a_bot_alone_is_empty(void **state UNUSED)
{
	struct str text = STR_INIT;

#ifdef M_PERTURB
	mallopt(M_PERTURB, 'x');	/* what is allocated is full of it */
#endif
	str_reserve(&text, 40);
	assert_string_equal(str_c(&text), "");
	assert_int_equal(quote("s", "Summary by CodeRabbit: all fine.\n").n,
			 0);
#ifdef M_PERTURB
	mallopt(M_PERTURB, 0);
#endif
	str_release(&text);
}

static void a_squashed_branch_gives_one_step_of_the_work(void **s UNUSED)
{
	struct excerpt e = quote("[Cute] Add local (#2046)",
		"* clean up and rebase for PR\n\n* add local for sm100 bwd\n\n"
		"* revert to fwd test defaults\n");

	assert_int_equal(e.n, 1);
	assert_string_equal(e.text[0], "add local for sm100 bwd");
}

static void code_is_no_sentence_and_leaves_none_half(void **state UNUSED)
{
	struct excerpt e = quote("Fix overflow",
		"The scheduler sizes its swizzle from the value of\n\n"
		"    seqlen_k * (headdim + headdim_v)\n\n"
		"in int32. For long context this overflows quickly.\n"
		"```\npytest says that all of this passed\n```\n");

	assert_int_equal(e.n, 1);
	assert_string_equal(e.text[0],
			    "For long context this overflows quickly.");
}

static void abbreviations_and_versions_end_no_sentence(void **state UNUSED)
{
	struct excerpt e = quote("x", "Bumps the pin (e.g. torch 2.9.0) to "
				 "v0.6.4. then builds it, i.e. once more.\n");

	assert_string_equal(e.text[0], "Bumps the pin (e.g. torch 2.9.0) to "
			    "v0.6.4. then builds it, i.e. once more.");
}

static void short_words_and_an_empty_body_give_nothing(void **state UNUSED)
{
	assert_int_equal(quote("x", "").n, 0);
	assert_int_equal(quote("x", NULL).n, 0);
	assert_int_equal(quote("x", "* ruff files\n\n* minor fix\n").n, 0);
}

static void hostile_bodies_end(void **state UNUSED)
{
	char *deep = xmalloc(100001);

	memset(deep, '(', 100000);
	deep[100000] = '\0';
	assert_int_equal(quote("x", deep).n, 0);
	memset(deep, '`', 100000);
	quote("x", deep);
	assert_int_equal(quote("x", "<!-- never closed\nsome text is here").n,
			 0);
	free(deep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(hard_wrapped_lines_become_one_sentence),
		T(a_template_alone_is_no_quote),
		T(a_bot_is_never_quoted),
		T(a_body_of_a_bot_alone_is_empty),
		T(list_items_stand_alone_and_headlines_are_passed),
		T(the_subject_said_again_is_passed_over),
		T(a_squashed_branch_gives_one_step_of_the_work),
		T(code_is_no_sentence_and_leaves_none_half),
		T(abbreviations_and_versions_end_no_sentence),
		T(short_words_and_an_empty_body_give_nothing),
		T(hostile_bodies_end),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
