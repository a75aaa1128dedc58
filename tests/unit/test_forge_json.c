/* A forge's JSON: strict about the document, tolerant about documented shapes. */
#include "mirror/forge_json.h"

#include "core/mem.h"
#include "core/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#define TIMES "\"created_at\":\"2026-02-04T00:00:00Z\"," \
	"\"updated_at\":\"2026-02-04T01:00:00Z\""
#define GOOD "{\"id\":7,\"number\":1,\"title\":\"t\",\"state\":\"open\"," \
	TIMES "}"

static struct arena mem;

static int drop(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

static int parse(struct forge_issues *is, const char *s, struct err *e)
{
	memset(e, 0, sizeof(*e));
	return forge_json_issues(is, &mem, s, strlen(s), e);
}

static void a_full_item_is_read(void **state)
{
	struct forge_issues is;
	struct err e;

	(void)state;
	assert_int_equal(parse(&is, "[{\"id\":99,\"number\":12,\"title\":\"NaN "
		"in fp8\",\"state\":\"closed\",\"state_reason\":\"completed\","
		"\"user\":{\"login\":\"ann\"},\"labels\":[\"bug\",{\"name\":"
		"\"sm100\"},{\"name\":null}],\"comments\":3,\"body\":\"b\","
		"\"html_url\":\"https://github.com/o/n/pull/12\",\"draft\":true,"
		"\"closed_at\":\"2026-02-04T02:00:00Z\",\"pull_request\":"
		"{\"merged_at\":\"2026-02-04T02:00:00Z\"}," TIMES "}]", &e), 0);
	assert_int_equal(is.n, 1);
	assert_int_equal(is.v[0].number, 12);
	assert_int_equal(is.v[0].forge_id, 99);
	assert_true(is.v[0].is_pr);
	assert_true(is.v[0].draft);
	assert_int_equal(is.v[0].state, ISSUE_MERGED);
	assert_string_equal(is.v[0].author, "ann");
	assert_int_equal(is.v[0].labels_n, 2);
	assert_string_equal(is.v[0].labels[0], "bug");
	assert_string_equal(is.v[0].labels[1], "sm100");
	assert_int_equal(is.v[0].updated_utc, 1770166800);
	assert_string_equal(is.v[0].url, "https://github.com/o/n/pull/12");
}

static void documented_nulls_are_taken(void **state)
{
	struct forge_issues is;
	struct err e;

	(void)state;
	assert_int_equal(parse(&is, "[{\"number\":1,\"title\":\"t\",\"state\":"
		"\"open\",\"user\":null,\"body\":null,\"closed_at\":null,"
		"\"pull_request\":null,\"state_reason\":null," TIMES "}]", &e),
		0);
	assert_int_equal(is.n, 1);
	assert_null(is.v[0].author);
	assert_null(is.v[0].body);
	assert_false(is.v[0].is_pr);
}

static void a_wrong_type_skips_the_item_and_counts_it(void **state)
{
	static const char *const bad[] = {
		"\"number\":\"1\"", "\"number\":0", "\"number\":1.5",
		"\"number\":-3", "\"title\":null", "\"title\":[]",
		"\"state\":\"half\"", "\"state\":1", "\"user\":\"ann\"",
		"\"user\":{\"login\":5}", "\"labels\":{}", "\"labels\":[7]",
		"\"labels\":[{\"name\":7}]", "\"body\":7", "\"comments\":\"9\"",
		"\"closed_at\":7", "\"pull_request\":true", "\"draft\":\"no\"",
		"\"pull_request\":{\"merged_at\":1}", "\"id\":\"x\"",
		"\"updated_at\":null", "\"updated_at\":\"yesterday\"",
		"\"created_at\":\"0000-00-00T00:00:00Z\"",
	};
	static const char *const keys[][2] = {
		{ "number", "1" }, { "title", "\"t\"" },
		{ "state", "\"open\"" },
		{ "created_at", "\"2026-02-04T00:00:00Z\"" },
		{ "updated_at", "\"2026-02-04T00:00:00Z\"" },
	};
	struct forge_issues is;
	struct err e;
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_N(bad); i++) {
		struct str s = STR_INIT;

		str_addf(&s, "[" GOOD ",{%s", bad[i]);
		for (k = 0; k < ARRAY_N(keys); k++)
			if (strncmp(bad[i] + 1, keys[k][0],
				    strlen(keys[k][0])))
				str_addf(&s, ",\"%s\":%s", keys[k][0],
					 keys[k][1]);
		str_add(&s, "}]");
		assert_int_equal(parse(&is, str_c(&s), &e), 0);
		assert_int_equal(is.n, 1);
		assert_int_equal(is.skipped, 1);
		assert_non_null(strstr(is.why, "item 1"));
		str_release(&s);
	}
}

static void a_bad_document_is_refused_whole(void **state)
{
	static const char *const bad[] = {
		"", "  ", "[" GOOD, "[" GOOD "] x", "[{\"a\":1,\"a\":2}]",
		"[1e999]", "[\"\\ud800\"]", "[\"\xff\"]", "{\"a\":}", "nul",
		"[\"\xed\xa0\x80\"]", "\"text\"",
	};
	struct forge_issues is;
	struct str deep = STR_INIT;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_N(bad); i++)
		assert_int_equal(parse(&is, bad[i], &e), ERR_CORRUPT);
	for (i = 0; i < 100000; i++)
		str_addch(&deep, '[');
	assert_int_equal(parse(&is, str_c(&deep), &e), ERR_CORRUPT);
	assert_string_equal(e.msg,
			    "brackets nested deeper than 64 at byte 64");
	str_release(&deep);
	assert_int_equal(parse(&is, "[" GOOD ",", &e), ERR_CORRUPT);
	assert_non_null(strstr(e.msg, "at byte"));
	assert_int_equal(parse(&is, "<!DOCTYPE html>", &e), ERR_CORRUPT);
	assert_non_null(strstr(e.msg, "got HTML, not the API"));
	assert_int_equal(parse(&is, "{\"message\":\"no\"}", &e), ERR_CORRUPT);
	assert_string_equal(e.msg, "the answer is not a list: no");
}

static void brackets_inside_text_do_not_count(void **state)
{
	struct forge_issues is;
	struct str s = STR_INIT;
	struct err e;
	int i;

	(void)state;
	str_add(&s, "[{\"number\":1,\"title\":\"");
	for (i = 0; i < 500; i++)
		str_add(&s, "[\\\"{");
	str_add(&s, "\",\"state\":\"open\"," TIMES "}]");
	assert_int_equal(parse(&is, str_c(&s), &e), 0);
	assert_int_equal(is.n, 1);
	str_release(&s);
}

static void a_long_body_is_cut_between_characters(void **state)
{
	struct forge_issues is;
	struct str s = STR_INIT;
	struct err e;
	int i;

	(void)state;
	str_add(&s, "[{\"number\":1,\"title\":\"t\",\"state\":\"open\","
		TIMES ",\"body\":\"x");
	for (i = 0; i < 30000; i++)
		str_add(&s, "\xe4\xb8\xad");
	str_add(&s, "\"}]");
	assert_int_equal(parse(&is, str_c(&s), &e), 0);
	assert_true(is.v[0].body_cut);
	assert_true(strlen(is.v[0].body) <= FORGE_MAX_BODY);
	assert_int_equal((strlen(is.v[0].body) - 1) % 3, 0);
	str_release(&s);
}

static void a_nul_in_text_becomes_visible(void **state)
{
	struct forge_issues is;
	struct err e;

	(void)state;
	assert_int_equal(parse(&is, "[{\"number\":1,\"title\":\"a\\u0000b\","
		"\"state\":\"open\"," TIMES "}]", &e), 0);
	assert_string_equal(is.v[0].title, "a\xe2\x90\x80" "b");
}

static void only_web_addresses_are_kept(void **state)
{
	static const char *const bad[] = { "javascript:alert(1)", "file:///e",
		"https://x/ y", "https://x/\\u0007", "https://x/<b>" };
	struct forge_issues is;
	struct err e;
	char s[400];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_N(bad); i++) {
		snprintf(s, sizeof(s), "[{\"number\":1,\"title\":\"t\","
			 "\"state\":\"open\",\"html_url\":\"%s\"," TIMES "}]",
			 bad[i]);
		assert_int_equal(parse(&is, s, &e), 0);
		assert_int_equal(is.n, 1);
		assert_null(is.v[0].url);
	}
}

static void releases_leave_drafts_out(void **state)
{
	const char *s = "[{\"tag_name\":\"v1\",\"name\":null,\"body\":null,"
		"\"draft\":false,\"prerelease\":true,\"published_at\":"
		"\"2026-02-04T00:00:00Z\",\"author\":{\"login\":\"a\"}},"
		"{\"tag_name\":\"v2\",\"draft\":true},{\"tag_name\":null}]";
	struct forge_releases rs;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(forge_json_releases(&rs, &mem, s, strlen(s), &e), 0);
	assert_int_equal(rs.n, 1);
	assert_int_equal(rs.skipped, 1);
	assert_string_equal(rs.v[0].tag, "v1");
	assert_true(rs.v[0].prerelease);
	assert_int_equal(rs.v[0].published_utc, 1770163200);
}

static void a_repository_tells_its_id(void **state)
{
	const char *s = "{\"id\":1000,\"full_name\":\"o/n\",\"has_issues\":"
		"false}";
	struct forge_repo r;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(forge_json_repo(&r, s, strlen(s), &e), 0);
	assert_int_equal(r.id, 1000);
	assert_string_equal(r.full_name, "o/n");
	assert_false(r.has_issues);
	assert_int_equal(forge_json_repo(&r, "[]", 2, &e), ERR_CORRUPT);
}

#define T(f) cmocka_unit_test_teardown(f, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_full_item_is_read), T(documented_nulls_are_taken),
		T(a_wrong_type_skips_the_item_and_counts_it),
		T(a_bad_document_is_refused_whole),
		T(brackets_inside_text_do_not_count),
		T(a_long_body_is_cut_between_characters),
		T(a_nul_in_text_becomes_visible),
		T(only_web_addresses_are_kept), T(releases_leave_drafts_out),
		T(a_repository_tells_its_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
