/* "Fixes #N" in all its forms. */
#include "analyze/fixes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static const char *read_all(const char *text)
{
	static char buf[200];
	int64_t v[8];
	size_t n = fixes_read(text, "o/n", v, 8), i, at = 0;

	buf[0] = 0;
	for (i = 0; i < n; i++)
		at += (size_t)snprintf(buf + at, sizeof(buf) - at, "%s%lld",
				       i ? " " : "", (long long)v[i]);
	return buf;
}

static void every_form_is_read(void **state)
{
	static const char *const t[][2] = {
		{ "Fixes #12", "12" }, { "fix: #7.", "7" },
		{ "This closes #1, #2 and #3 and #4", "1 2 3 4" },
		{ "Resolves O/N#5", "5" }, { "closes other/n#5", "" },
		{ "fixes https://github.com/o/n/issues/44)", "44" },
		{ "fixes https://github.com/x/y/issues/44 #3", "3" },
		{ "FIXED GH-9", "9" }, { "fixes #8, fixes #8", "8" },
		{ "prefixes #12", "" }, { "fixture #12", "" },
		{ "fix the #12 thing", "" }, { "see #12", "" },
		{ "fixes #", "" }, { "fixes #abc", "" }, { "", "" },
		{ "fixes\n#3", "" }, { "fixes #99999999999999999999", "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_string_equal(read_all(t[i][0]), t[i][1]);
	assert_int_equal(fixes_read(NULL, NULL, NULL, 0), 0);
}

static void no_more_than_there_is_room(void **state)
{
	int64_t v[2] = { 0, 77 };

	(void)state;
	assert_int_equal(fixes_read("fixes #1, #2, #3", NULL, v, 1), 1);
	assert_int_equal(v[1], 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_read),
		cmocka_unit_test(no_more_than_there_is_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
