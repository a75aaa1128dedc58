#include "tests/unit/unit.h"

#include "analyze/classify.h"
#include "analyze/literals.h"
#include "analyze/rules.h"
#include "analyze/table.h"
#include "core/str.h"

static struct rules *builtin;

/* Built-in rules with `text` laid over them. */
static int load_with(const char *text, struct rules **out, struct err *e)
{
	char *dir = unit_dir(), *path = fs_join(dir, "rules.conf");
	int rc;

	assert_int_equal(fs_write(path, text, strlen(text), NULL), 0);
	rc = rules_load(out, path, e);
	free(path);
	unit_dir_remove(dir);
	return rc;
}

static void refuses(const char *text, const char *where, const char *why)
{
	struct rules *r = NULL;
	struct err e = { 0 };

	assert_int_equal(load_with(text, &r, &e), ERR_CONFIG);
	assert_null(r);
	assert_says(e, where);
	assert_says(e, why);
}

static void errors_name_file_line_and_column(void **state UNUSED)
{
	refuses("[type fix]\nmine 100 subject (", "rules.conf:2:18: ",
		"parenthesis");
	refuses("[type fxi]\n", "rules.conf:1:7: ", "no such type 'fxi'");
	refuses("mine 100 subject x\n", "rules.conf:1:1: ", "before the first");
	refuses("[area moe]\nmine x subject y\n", "rules.conf:2:6: ",
		"a weight is");
	refuses("[area moe]\nmine 10 sbject y\n", "rules.conf:2:9: ",
		"cannot look at 'sbject'");
	refuses("[area moe]\nmine 10 path>=0 y\n", ":2:15: ", "1 to 100");
	refuses("[area moe]\nmine 10 subject>=5 y\n", ":2:", "only files");
	refuses("[area moe]\nmine 10 words a b c d e\n", ":2:15: ",
		"one to 4 words");
	refuses("[area moe]\nmine 10 trait only-comets\n", ":2:15: ",
		"no such trait");
	refuses("[area moe]\na 10 words x\na 10 words y\n", ":3:1: ",
		"already in line 2");
	refuses("[area moe]\nnothing-there off\n", ":2:1: ", "no rule");
	refuses("[area moe\n", ":1:1: ", "without ']'");
	refuses("[area moe]\nmine 10 subject\n", ":2:", "nothing to look for");
	refuses("\n[area x\033[31m<b>`|]\n", "rules.conf:2:7: ",
		"no label can be called 'x\\x1b[31m<b>`|'");
	refuses("[hardware -x]\n", "rules.conf:1:11: ", "'-x'");
	refuses("[area \303\251]\n", "rules.conf:1:7: ", "no label can");
	refuses("\xef\xbb\xbf[area moe\n", "rules.conf:1:1: ", "without ']'");
	refuses("[area a,b]\n", "rules.conf:1:7: ", "'a,b'");
}

static void a_mark_and_crlf_are_skipped(void **state UNUSED)
{
	struct rules *r = NULL;
	struct err e = { 0 };

	assert_int_equal(load_with("\xef\xbb\xbf[area pets]\r\n"
				   "pets 100 words zebra\r\n", &r, &e), 0);
	rules_free(r);
}

static void names_of_labels(void **state UNUSED)
{
	char longest[LABEL_NAME_MAX + 2];

	memset(longest, 'a', sizeof(longest));
	assert_true(label_name_valid("rocm/amd", 8));
	assert_true(label_name_valid("kv-cache_2.c++", 14));
	assert_true(label_name_valid(longest, LABEL_NAME_MAX));
	assert_false(label_name_valid(longest, LABEL_NAME_MAX + 1));
	assert_false(label_name_valid("", 0));
	assert_false(label_name_valid("a\0b", 3));
	assert_false(label_name_valid("a b", 3));
}

static void label(const struct rules *r, const char *subject, struct arena *a,
		  struct labels *l)
{
	struct classify_input in = { .subject = subject };

	classify(r, &in, true, a, l);
}

static void a_workspace_rule_takes_the_place_of_a_built_in_one(
	void **state UNUSED)
{
	struct rules *r;
	struct arena a = { 0 };
	struct labels l;
	struct err e = { 0 };

	assert_int_equal(load_with("[type chore]\n"
				   "fix-prefix 2000 prefix fix\n"
				   "[type test]\nmine 4000 subject zebra\n"
				   "[area pets]\npets 100 words zebra\n"
				   "[area moe]\nmoe-words off\n", &r, &e), 0);
	label(r, "fix: something", &a, &l);
	assert_string_equal(l.type, "chore");
	label(r, "docs: a zebra in moe", &a, &l);
	assert_string_equal(l.type, "test");
	assert_int_equal(l.areas_n, 1);
	assert_string_equal(l.areas[0], "pets");
	assert_string_not_equal(rules_hash(r), rules_hash(builtin));
	arena_release(&a);
	rules_free(r);
}

/* The subject is chosen so that the nested quantifiers must try all ways. */
#define HOSTILE "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"

static void a_catastrophic_pattern_is_named_and_harms_nothing_else(
	void **state UNUSED)
{
	struct rules *r;
	struct arena a = { 0 };
	struct labels l;
	struct err e = { 0 };
	size_t i;

	assert_int_equal(load_with("[type docs]\n", &r, &e), ERR_CONFIG);
	assert_int_equal(load_with("[type test]\n"
				   "evil 9000 subject ^fix: (a+)+(a|aa)+$\n",
				   &r, &e), 0);
	label(r, "fix: " HOSTILE, &a, &l);
	assert_string_equal(l.type, "fix");
	assert_int_equal(l.not_evaluated, 1);
	assert_string_equal(l.not_evaluated_rule, "evil");
	for (i = 0; i < l.fired_n; i++)
		assert_string_not_equal(l.fired[i].rule, "evil");
	label(r, "fix: aaaa", &a, &l);
	assert_string_equal(l.type, "test");
	assert_int_equal(l.not_evaluated, 0);
	arena_release(&a);
	rules_free(r);
}

static void a_path_that_hits_a_limit_is_not_evaluated_each_time(
	void **state UNUSED)
{
	struct classify_path p = { .path = HOSTILE, .additions = 1 };
	struct classify_input in = { .subject = "x", .paths = &p,
		.paths_n = 1, .files = 1 };
	struct classify_cache *c;
	struct arena a = { 0 };
	struct labels l;
	struct rules *r;
	struct err e = { 0 };
	int i;

	assert_int_equal(load_with("[area moe]\n"
				   "evil 100 path ^(a+)+(a|aa)+$\n", &r, &e),
			 0);
	c = classify_cache_new(r);
	for (i = 0; i < 2; i++) {
		classify_with(c, &in, false, &a, &l);
		assert_int_equal(l.not_evaluated, 1);
		assert_string_equal(l.not_evaluated_rule, "evil");
		assert_int_equal(l.areas_n, 0);
	}
	classify_cache_free(c);
	arena_release(&a);
	rules_free(r);
}

static const char *const subjects[] = {
	"Fix typo in README", "[Kernel] Add MLA decode for Blackwell",
	"Bump torch from 2.5 to 2.6", "speed up the sampler", "",
	"\xc4\xb0\xe2\x84\xaa nonsense \xf0\x9f\x98\x80", "Merge branch 'x'",
};

static void same_labels(const struct labels *x, const struct labels *y)
{
	int i;

	assert_string_equal(x->type, y->type);
	assert_int_equal(x->confidence, y->confidence);
	assert_int_equal(x->areas_n, y->areas_n);
	for (i = 0; i < x->areas_n; i++)
		assert_string_equal(x->areas[i], y->areas[i]);
}

static void what_was_labelled_before_changes_nothing(void **state UNUSED)
{
	struct classify_cache *c = classify_cache_new(builtin);
	struct classify_path p[2] = {
		{ .path = "csrc/attention/mla.cu", .additions = 5 },
		{ .path = "tests/test_mla.py", .additions = 3 } };
	struct arena a = { 0 };
	struct labels warm, cold;
	size_t i, k;

	for (k = 0; k < 3; k++)
		for (i = 0; i < ARRAY_N(subjects); i++) {
			struct classify_input in = { .subject = subjects[i],
				.paths = p, .paths_n = k, .files = k };

			classify_with(c, &in, k == 1, &a, &warm);
			classify(builtin, &in, false, &a, &cold);
			same_labels(&warm, &cold);
		}
	classify_cache_free(c);
	arena_release(&a);
}

static void a_catalogue_without_evidence_is_other(void **state UNUSED)
{
	struct arena a = { 0 };
	struct labels l;

	label(builtin, "", &a, &l);
	assert_string_equal(l.type, "other");
	label(builtin, "Merge branch 'main' into x", &a, &l);
	assert_string_equal(l.type, "other");
	arena_release(&a);
}

static void every_learned_row_has_weights_for_known_types(void **state UNUSED)
{
	size_t i;

	assert_true(table_rows > 1000);
	assert_non_null(table_get(hash64(HASH64_START, "1:fix", 5)));
	assert_null(table_get(hash64(HASH64_START, "1:fiz", 5)));
	for (i = 0; i < table_rows; i++)
		assert_ptr_equal(table_get(table_keys[i]), table_weights[i]);
	assert_true(table_confidence(0.99) >= 85);
	assert_true(table_confidence(0.3) <= 60);
}

static bool may(const char *pattern, const char *text)
{
	struct literals l;

	literals_read(&l, pattern);
	return literals_may_match(&l, text, strlen(text), true);
}

static void a_pattern_is_skipped_only_when_it_cannot_match(void **state UNUSED)
{
	assert_false(may("^revert\\s+\"", "fix the bug"));
	assert_true(may("^revert\\s+\"", "revert \"x\""));
	assert_true(may("colou?r", "color"));
	assert_true(may("(foo)?bar|baz", "baz"));
	assert_false(may("(?:foo|bar)baz", "qux"));
	assert_true(may("(?:foo|bar)baz", "barbaz"));
	assert_true(may("x{0,2}y", "y"));
	assert_true(may("a*", ""));
	assert_true(may("(?!foo)bar", "bar"));
	assert_true(may("[xyz]", "x"));
	assert_true(may("\\x41bc", "abc"));
	assert_true(may("a\\.b", "a.b"));
	assert_false(may("a\\.b", "axb"));
	assert_true(may("(?i)ABC", "abc"));
	assert_true(may("ab+c", "abbbc"));
}

static void patterns_give_the_same_with_and_without_the_filter(
	void **state UNUSED)
{
	static const char *const texts[] = {
		"chore(deps): bump a from 1 to 2", "revert \"x\" (#1) (#2)",
		"v4.0 update", "cutlass 3.5.1", "release 1.2", "nothing",
		"update version.h", "this reverts commit 0123456789abcdef",
	};
	size_t i, k;

	rules_ready(builtin);
	assert_true(builtin->n > 100);
	for (i = 0; i < builtin->n; i++) {
		const struct rule *r = &builtin->rule[i];

		for (k = 0; r->re && k < ARRAY_N(texts); k++)
			if (regex_test(r->re, texts[k], strlen(texts[k])) ==
			    REGEX_YES)
				assert_true(literals_may_match(&r->need,
					texts[k], strlen(texts[k]), true));
	}
}

static int load(void **state UNUSED)
{
	return rules_load(&builtin, NULL, NULL);
}

static int unload(void **state UNUSED)
{
	rules_free(builtin);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_name_file_line_and_column),
		cmocka_unit_test(names_of_labels),
		cmocka_unit_test(a_mark_and_crlf_are_skipped),
		cmocka_unit_test(
			a_workspace_rule_takes_the_place_of_a_built_in_one),
		cmocka_unit_test(
			a_catastrophic_pattern_is_named_and_harms_nothing_else),
		cmocka_unit_test(
			a_path_that_hits_a_limit_is_not_evaluated_each_time),
		cmocka_unit_test(what_was_labelled_before_changes_nothing),
		cmocka_unit_test(a_catalogue_without_evidence_is_other),
		cmocka_unit_test(every_learned_row_has_weights_for_known_types),
		cmocka_unit_test(a_pattern_is_skipped_only_when_it_cannot_match),
		cmocka_unit_test(
			patterns_give_the_same_with_and_without_the_filter),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
