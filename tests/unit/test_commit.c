/* test_commit.c - raw commit objects, however malformed. */
#include "analyze/commit.h"

#include "core/str.h"
#include "tests/unit/unit.h"

#define TREE "tree 0123456789012345678901234567890123456789\n"
#define P1 "parent 1111111111111111111111111111111111111111\n"
#define P2 "parent 2222222222222222222222222222222222222222\n"
#define AUTHOR "author A U <a@b> 1769904000 +0800\n"
#define COMMITTER "committer C O <c@d> 1769904060 -0530\n"

static struct arena arena;
static struct commit c;

/* What both readers say of the committer's time must agree. */
static void parse_len(const char *raw, size_t len)
{
	git_oid oid = { { 7 } }, tree, parents[4];
	int64_t t;
	int n;

	commit_parse(&c, &oid, raw, len, &arena);
	commit_scan(raw, len, &tree, parents, 4, &n, &t);
	assert_true(oid_eq(&tree, &c.tree));
	assert_int_equal(n, c.parents_n);
	if (c.committer.time_raw)
		assert_true(t == INT64_MIN);
	else
		assert_true(t == c.committer.time);
	assert_non_null(c.subject);
	assert_non_null(c.body);
	assert_non_null(c.author.name);
	assert_non_null(c.author.email);
}

static void parse(const char *raw)
{
	parse_len(raw, strlen(raw));
}

static void a_plain_commit_is_read_whole(void **state UNUSED)
{
	parse(TREE P1 P2 AUTHOR COMMITTER "\nSubject\n\nBody one\nBody two\n");
	assert_int_equal(c.flags, 0);
	assert_int_equal(c.parents_n, 2);
	assert_int_equal(c.parents[1].id[0], 0x22);
	assert_string_equal(c.author.name, "A U");
	assert_string_equal(c.author.email, "a@b");
	assert_int_equal(c.author.time, 1769904000);
	assert_int_equal(c.author.offset, 8 * 3600);
	assert_int_equal(c.committer.offset, -(5 * 3600 + 1800));
	assert_string_equal(c.subject, "Subject");
	assert_string_equal(c.body, "Body one\nBody two\n");
}

static void a_subject_is_its_first_paragraph(void **state UNUSED)
{
	parse(TREE AUTHOR COMMITTER "\n\n  \nOne  \ntwo\n\n\nbody\n");
	assert_string_equal(c.subject, "One two");
	assert_string_equal(c.body, "body\n");
	parse(TREE AUTHOR COMMITTER "\nno end of line");
	assert_string_equal(c.subject, "no end of line");
	assert_string_equal(c.body, "");
	parse(TREE AUTHOR COMMITTER "\n");
	assert_string_equal(c.subject, "");
	parse(TREE AUTHOR COMMITTER);
	assert_string_equal(c.subject, "");
}

static void a_signature_is_no_message(void **state UNUSED)
{
	parse(TREE AUTHOR COMMITTER "gpgsig -----BEGIN PGP SIGNATURE-----\n"
	      " \n author X <x@y> 1 +0000\n -----END PGP SIGNATURE-----\n"
	      "\nSigned\n");
	assert_string_equal(c.subject, "Signed");
	assert_string_equal(c.author.name, "A U");
	assert_int_equal(c.flags, 0);
}

static void person_lines_that_do_not_parse_are_flagged(void **state UNUSED)
{
	static const char *const lines[] = {
		"author A a@b 1769904000 +0000\n", "author A <a@b\n",
		"author A <a@b>\n", "author A <a@b> x\n", "author \n",
		"author\n", "", "author A <a@b> +0000\n",
		"author A a@b> 5 +0000\n",
	};
	size_t i;

	for (i = 0; i < ARRAY_N(lines); i++) {
		char *raw = xasprintf(TREE P1 "%s" COMMITTER "\nkept\n",
				      lines[i]);

		parse(raw);
		assert_true(c.flags & COMMIT_MALFORMED);
		assert_non_null(c.author.time_raw);
		assert_string_equal(c.subject, "kept");
		assert_int_equal(c.parents_n, 1);
		free(raw);
	}
}

static void committer_lines_that_do_not_parse_have_no_time(void **state UNUSED)
{
	static const char *const lines[] = {
		"committer A a@b> 1769904000 +0000\n", "committer A <a@b\n",
		"committer A <a@b> x\n", "committer\n", "",
		"committer A <a@b> 99999999999999999999 +0000\n",
		("committer A <a@b> x\n" COMMITTER),
	};
	size_t i;

	for (i = 0; i < ARRAY_N(lines); i++) {
		char *raw = xasprintf(TREE AUTHOR "%s\nkept\n", lines[i]);

		parse(raw);
		assert_true(c.flags & COMMIT_MALFORMED);
		assert_non_null(c.committer.time_raw);
		free(raw);
	}
}

static void dates_at_the_edge(void **state UNUSED)
{
	parse(TREE "author A <a@b> 0 +0000\ncommitter A <a@b> -1 +0000\n\nx\n");
	assert_int_equal(c.flags, 0);
	assert_int_equal(c.author.time, 0);
	assert_null(c.author.time_raw);
	assert_int_equal(c.committer.time, -1);
	parse(TREE AUTHOR "committer A <a@b> 9223372036854775808 +0000\n\nx\n");
	assert_string_equal(c.committer.time_raw, "9223372036854775808 +0000");
	assert_true(c.flags & COMMIT_MALFORMED);
	/* what RFC 3339 can say ends with the year 9999 */
	parse(TREE AUTHOR "committer A <a@b> 253402300799 +0000\n\nx\n");
	assert_null(c.committer.time_raw);
	parse(TREE AUTHOR "committer A <a@b> 253402300800 +0000\n\nx\n");
	assert_non_null(c.committer.time_raw);
}

static void zones_out_of_the_ordinary_are_none(void **state UNUSED)
{
	parse(TREE "author A <a@b> 5 +9999\ncommitter A <a@b> 5 +0\n\nx\n");
	assert_int_equal(c.flags, 0);
	assert_int_equal(c.author.offset, 0);
	assert_int_equal(c.committer.offset, 0);
	assert_null(c.author.time_raw);
	assert_string_equal(c.author.zone_raw, "5 +9999");
	assert_string_equal(c.committer.zone_raw, "5 +0");
	parse(TREE "author A <a@b> 5 -0000\ncommitter A <a@b> 5 +0000\n\nx\n");
	assert_string_equal(c.author.zone_raw, "5 -0000");
	assert_null(c.committer.zone_raw);
	parse(TREE "author A <a@b> 5 +0545\ncommitter A <a@b> 5\n\nx\n");
	assert_int_equal(c.author.offset, 5 * 3600 + 45 * 60);
	assert_null(c.author.zone_raw);
	assert_int_equal(c.committer.offset, 0);
}

static void text_is_decoded_by_its_header(void **state UNUSED)
{
	parse(TREE "author J\xe9r\xf4me <a@b> 5 +0000\n" COMMITTER
	      "encoding ISO-8859-1\n\ncaf\xe9\n");
	assert_string_equal(c.author.name, "J\xc3\xa9r\xc3\xb4me");
	assert_string_equal(c.subject, "caf\xc3\xa9");
	assert_false(c.flags & COMMIT_BAD_TEXT);
	parse(TREE AUTHOR COMMITTER "encoding GB18030\n\n\xd6\xd0\n");
	assert_string_equal(c.subject, "\xe4\xb8\xad");
}

static void bytes_of_no_encoding_are_replaced_and_flagged(void **state UNUSED)
{
	static const char nul[] = TREE AUTHOR COMMITTER "\na\0b\n\nc\0d\n";

	parse(TREE AUTHOR COMMITTER "\ncaf\xe9\n");
	assert_string_equal(c.subject, "caf\xef\xbf\xbd");
	assert_true(c.flags & COMMIT_BAD_TEXT);
	parse(TREE AUTHOR COMMITTER "encoding klingon\n\ncaf\xe9\n");
	assert_string_equal(c.subject, "caf\xef\xbf\xbd");
	parse_len(nul, sizeof(nul) - 1);
	assert_string_equal(c.subject, "a\xe2\x90\x80" "b");
	assert_string_equal(c.body, "c\xe2\x90\x80" "d\n");
	assert_true(c.flags & COMMIT_BAD_TEXT);
	assert_int_equal(c.message_len, 9);
}

static void nothing_and_rubbish_are_read_without_harm(void **state UNUSED)
{
	unsigned seed = 3, i, k;

	parse("");
	assert_true(c.flags & COMMIT_MALFORMED);
	parse("tree abc\n\nx\n");
	assert_true(c.flags & COMMIT_MALFORMED);
	for (i = 0; i < 5000; i++) {
		char raw[] = TREE P1 AUTHOR COMMITTER "\nSubject\n\nBody\n";

		for (k = 0; k < 4; k++) {
			seed = seed * 1103515245 + 12345;
			raw[(seed >> 16) % (sizeof(raw) - 1)] =
				"\n <>\0\xff" "09-"[(seed >> 8) % 9];
		}
		parse_len(raw, sizeof(raw) - 1);
	}
}

static void the_pull_request_is_the_last_number_of_a_subject(
	void **state UNUSED)
{
	assert_int_equal(commit_pr("Fix it (#12)"), 12);
	assert_int_equal(commit_pr("Revert \"Fix (#12)\" (#13)"), 13);
	assert_int_equal(commit_pr("Fix it (#12) "), 12);
	assert_int_equal(commit_pr("Merge pull request #7 from a/b"), 7);
	assert_int_equal(commit_pr("Merge pull request #7 from a/b (#8)"), 8);
	assert_int_equal(commit_pr("Fix (#12) now"), 0);
	assert_int_equal(commit_pr("Fix #12"), 0);
	assert_int_equal(commit_pr("(#0)"), 0);
	assert_int_equal(commit_pr("x (#99999999999999999999)"), 0);
	assert_int_equal(commit_pr(""), 0);
	assert_int_equal(commit_pr("(#)"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_commit_is_read_whole),
		cmocka_unit_test(a_subject_is_its_first_paragraph),
		cmocka_unit_test(a_signature_is_no_message),
		cmocka_unit_test(person_lines_that_do_not_parse_are_flagged),
		cmocka_unit_test(
			committer_lines_that_do_not_parse_have_no_time),
		cmocka_unit_test(dates_at_the_edge),
		cmocka_unit_test(zones_out_of_the_ordinary_are_none),
		cmocka_unit_test(text_is_decoded_by_its_header),
		cmocka_unit_test(
			bytes_of_no_encoding_are_replaced_and_flagged),
		cmocka_unit_test(nothing_and_rubbish_are_read_without_harm),
		cmocka_unit_test(
			the_pull_request_is_the_last_number_of_a_subject),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	arena_release(&arena);
	return rc;
}
