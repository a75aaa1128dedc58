/* Limits of a forge: what absurd headers do to the wait. */
#include "mirror/forge_limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#define NOW 1770163200	/* 2026-02-04T00:00:00Z */

static struct http_header heads[8];

/* An answer from literals: status, body, then name, value, ..., NULL. */
static struct http_response answer(long status, const char *body, ...)
{
	struct http_response r = { .status = status };
	const char *name;
	va_list ap;

	va_start(ap, body);
	while ((name = va_arg(ap, const char *))) {
		heads[r.headers_n].name = (char *)name;
		heads[r.headers_n++].value = va_arg(ap, char *);
	}
	va_end(ap);
	r.headers = heads;
	r.body.s = (char *)body;
	r.body.len = strlen(body);
	return r;
}

static struct forge_verdict judge(struct http_response r, int strikes)
{
	struct forge_verdict v;

	forge_judge(&v, &r, NOW, strikes);
	return v;
}

static void the_reset_is_clamped_and_nonsense_is_told(void **state)
{
	static const struct { const char *v; int64_t wait; bool ignored; } t[] = {
		{ "1770163260", 61, false }, { "1770163200", 1, false },
		{ "1770166800", 3600, false }, { "1770166801", 3600, true },
		{ "1507651200000", 3600, true }, { "0", 60, true },
		{ "abc", 60, true }, { "", 60, true }, { NULL, 60, true },
		{ "1770163199", 60, true }, { "-5", 60, true },
		{ "99999999999999999999", 60, true }, { "12x", 60, true },
		{ "9223372036854775807", 3600, true },
	};
	bool ignored;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(forge_wait_reset(t[i].v, NOW, &ignored),
				 t[i].wait);
		assert_int_equal(ignored, t[i].ignored);
	}
}

static void retry_after_is_seconds_or_a_date(void **state)
{
	static const struct { const char *v; int64_t wait; bool ignored; } t[] = {
		{ "37", 37, false }, { "0", 0, false }, { " 5 ", 5, false },
		{ "-1", 60, true }, { "1000000000", 3600, true },
		{ "Wed, 04 Feb 2026 00:01:00 GMT", 60, false },
		{ "Tue, 03 Feb 2026 00:00:00 GMT", 0, true },
		{ "Wed, 04 Feb 2099 00:00:00 GMT", 3600, true },
		{ "soon", 60, true }, { "1e9", 60, true },
		{ "Wed, 04 Xxx 2026 00:01:00 GMT", 60, true },
		{ "-9223372036854775808", 60, true },
	};
	bool ignored;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(forge_wait_retry(t[i].v, NOW, &ignored),
				 t[i].wait);
		assert_int_equal(ignored, t[i].ignored);
	}
}

static void an_http_date_is_read(void **state)
{
	(void)state;
	assert_int_equal(forge_http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
			 784111777);
	assert_int_equal(forge_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), -1);
	assert_int_equal(forge_http_date("Sun, 06 ovD 1994 08:49:37 GMT"), -1);
	assert_int_equal(forge_http_date("Sun, 06 Nov 1994 25:49:37 GMT"), -1);
	assert_int_equal(forge_http_date(NULL), -1);
}

static void an_empty_quota_waits_for_the_reset(void **state)
{
	struct forge_verdict v = judge(answer(403, "{\"message\":\"API rate "
		"limit exceeded\"}", "x-ratelimit-remaining", "0",
		"x-ratelimit-reset", "1770164000", NULL), 0);

	(void)state;
	assert_int_equal(v.kind, FORGE_LIMITED);
	assert_int_equal(v.wait_s, 801);
	assert_string_equal(v.text, "API rate limit exceeded");
	v = judge(answer(429, "", "x-ratelimit-remaining", "0",
			 "x-ratelimit-reset", "1507651200000", NULL), 0);
	assert_int_equal(v.kind, FORGE_LIMITED);
	assert_int_equal(v.wait_s, 3600);
	assert_true(v.ignored);
}

static void the_servers_clock_counts_where_ours_is_wrong(void **state)
{
	struct forge_verdict v = judge(answer(403, "",
		"x-ratelimit-remaining", "0",
		"x-ratelimit-reset", "1000000060",
		"date", "Sun, 09 Sep 2001 01:46:40 GMT", NULL), 0);

	(void)state;
	assert_int_equal(v.wait_s, 61);
	assert_false(v.ignored);
}

static void a_secondary_limit_doubles_without_a_header(void **state)
{
	static const int64_t waits[] = { 60, 120, 240, 480, 960, 1920, 1920 };
	const char *body = "{\"message\":\"You have exceeded a secondary rate "
		"limit\"}";
	struct forge_verdict v;
	int i;

	(void)state;
	for (i = 0; i < 7; i++) {
		v = judge(answer(403, body, NULL), i);
		assert_int_equal(v.kind, FORGE_SLOW_DOWN);
		assert_int_equal(v.wait_s, waits[i]);
	}
	v = judge(answer(403, body, "retry-after", "7", NULL), 3);
	assert_int_equal(v.wait_s, 7);
	v = judge(answer(429, "Retry later", NULL), 0);
	assert_int_equal(v.kind, FORGE_SLOW_DOWN);
	assert_string_equal(v.text, "Retry later");
	/* Retry-After outranks an empty quota, and 0 is not "at once" */
	v = judge(answer(429, "", "retry-after", "0",
			 "x-ratelimit-remaining", "0", NULL), 0);
	assert_int_equal(v.kind, FORGE_SLOW_DOWN);
	assert_int_equal(v.wait_s, 1);
}

static void not_every_403_is_a_limit(void **state)
{
	struct forge_verdict v = judge(answer(403, "{\"message\":\"Resource "
		"protected by\\norganization \\u001b[31mSAML\"}",
		"x-ratelimit-remaining", "12",
		"x-github-sso", "required; url=https://x", NULL), 0);

	(void)state;
	assert_int_equal(v.kind, FORGE_FORBIDDEN);
	assert_string_equal(v.text, "Resource protected by organization "
			    "[31mSAML; the token needs single sign-on "
			    "authorisation");
	v = judge(answer(403, "<html>rate limit</html>", NULL), 0);
	assert_int_equal(v.kind, FORGE_FORBIDDEN);
}

static void a_block_names_reason_and_notice(void **state)
{
	const char *body = "{\"message\":\"Repository access blocked\","
		"\"block\":{\"reason\":\"dmca\",\"html_url\":"
		"\"https://github.com/github/dmca/x.md\"}}";
	struct forge_verdict v = judge(answer(451, body, NULL), 0);

	(void)state;
	assert_int_equal(v.kind, FORGE_BLOCKED);
	assert_string_equal(v.text, "dmca");
	assert_string_equal(v.notice, "https://github.com/github/dmca/x.md");
	assert_int_equal(judge(answer(403, body, NULL), 0).kind, FORGE_BLOCKED);
}

static void every_status_has_a_meaning(void **state)
{
	static const struct { long status; int kind; } t[] = {
		{ 200, FORGE_OK }, { 204, FORGE_OK }, { 304, FORGE_UNCHANGED },
		{ 301, FORGE_MOVED }, { 307, FORGE_MOVED },
		{ 400, FORGE_REFUSED }, { 401, FORGE_UNAUTHORIZED },
		{ 404, FORGE_ABSENT }, { 410, FORGE_GONE },
		{ 422, FORGE_REFUSED }, { 423, FORGE_AGAIN },
		{ 500, FORGE_AGAIN }, { 502, FORGE_AGAIN },
		{ 503, FORGE_AGAIN }, { 418, FORGE_REFUSED },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_int_equal(judge(answer(t[i].status, "", NULL), 0).kind,
				 t[i].kind);
}

static void the_last_request_of_a_quota_is_noticed(void **state)
{
	struct forge_verdict v = judge(answer(200, "[]",
		"x-ratelimit-remaining", "0",
		"x-ratelimit-reset", "1770163210", NULL), 0);

	(void)state;
	assert_int_equal(v.kind, FORGE_OK);
	assert_true(v.last);
	assert_int_equal(v.wait_s, 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_reset_is_clamped_and_nonsense_is_told),
		cmocka_unit_test(retry_after_is_seconds_or_a_date),
		cmocka_unit_test(an_http_date_is_read),
		cmocka_unit_test(an_empty_quota_waits_for_the_reset),
		cmocka_unit_test(the_servers_clock_counts_where_ours_is_wrong),
		cmocka_unit_test(a_secondary_limit_doubles_without_a_header),
		cmocka_unit_test(not_every_403_is_a_limit),
		cmocka_unit_test(a_block_names_reason_and_notice),
		cmocka_unit_test(every_status_has_a_meaning),
		cmocka_unit_test(the_last_request_of_a_quota_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
