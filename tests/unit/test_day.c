/* test_day.c - days and zones, without libc's TZ. */
#include "core/day.h"

#include "tests/unit/unit.h"

static struct zone z;

static void use(const char *name)
{
	struct err e = { 0 };

	zone_release(&z);
	if (zone_load(&z, name, &e))
		fail_msg("%s", e.msg);
}

static int64_t at(const char *text)
{
	struct zone utc = { .name = "UTC" };
	struct err e = { 0 };
	int64_t t;

	if (time_parse(text, &utc, &t, &e))
		fail_msg("%s", e.msg);
	return t;
}

static int64_t day(const char *text)
{
	int64_t d;

	assert_int_equal(day_parse(text, &d, NULL), 0);
	return d;
}

/* A day begins then and the next one so many hours later. */
static void assert_day(const char *date, const char *begins, int minutes)
{
	int64_t d = day(date), t = day_start(&z, d);
	char text[40];

	if (t != at(begins))
		fail_msg("%s begins %s, not %s", date,
			 time_format_utc(t, text), begins);
	assert_int_equal(day_start(&z, d + 1) - t, minutes * 60);
	assert_int_equal(day_of(&z, t), d);
	assert_int_equal(day_of(&z, t - 1), d - 1);
	assert_int_equal(day_of(&z, t + minutes * 60 - 1), d);
}

static void utc_is_plain(void **state UNUSED)
{
	use("UTC");
	assert_day("2026-02-04", "2026-02-04T00:00:00Z", 1440);
	use("");
	assert_day("2026-02-04", "2026-02-04T00:00:00Z", 1440);
	use("Z");
	assert_day("2024-02-29", "2024-02-29T00:00:00Z", 1440);
}

static void offsets_always_work(void **state UNUSED)
{
	use("+08:00");
	assert_day("2026-02-04", "2026-02-03T16:00:00Z", 1440);
	assert_int_equal(zone_offset(&z, 0), 8 * 3600);
	use("-0730");
	assert_day("2026-02-04", "2026-02-04T07:30:00Z", 1440);
	use("+05:45");
	assert_day("1969-12-31", "1969-12-30T18:15:00Z", 1440);
}

static void shanghai_has_no_summer(void **state UNUSED)
{
	use("Asia/Shanghai");
	assert_day("2026-02-04", "2026-02-03T16:00:00Z", 1440);
	assert_day("2026-07-04", "2026-07-03T16:00:00Z", 1440);
	/* it had one in 1988 */
	assert_int_equal(zone_offset(&z, at("1988-07-01T00:00:00Z")), 9 * 3600);
}

static void days_on_which_the_clock_moves(void **state UNUSED)
{
	use("America/Los_Angeles");
	assert_day("2026-03-07", "2026-03-07T08:00:00Z", 1440);
	assert_day("2026-03-08", "2026-03-08T08:00:00Z", 23 * 60);
	assert_day("2026-03-09", "2026-03-09T07:00:00Z", 1440);
	assert_day("2026-11-01", "2026-11-01T07:00:00Z", 25 * 60);
	use("Europe/Berlin");
	assert_day("2026-03-29", "2026-03-28T23:00:00Z", 23 * 60);
	assert_day("2026-10-25", "2026-10-24T22:00:00Z", 25 * 60);
	use("Australia/Lord_Howe");
	assert_day("2026-04-05", "2026-04-04T13:00:00Z", 1440 + 30);
}

static void a_midnight_that_the_clock_skips(void **state UNUSED)
{
	/* 2018-11-04 00:00 did not exist: 01:00 came at once */
	use("America/Sao_Paulo");
	assert_day("2018-11-04", "2018-11-04T03:00:00Z", 23 * 60);
	assert_day("2018-11-03", "2018-11-03T03:00:00Z", 1440);
}

static void a_day_that_was_skipped_is_empty(void **state UNUSED)
{
	/* Samoa had no 30 December 2011 */
	use("Pacific/Apia");
	assert_int_equal(day_start(&z, day("2011-12-30")),
			 day_start(&z, day("2011-12-31")));
	assert_day("2011-12-29", "2011-12-29T10:00:00Z", 1440);
	assert_int_equal(day_start(&z, day("2011-12-31")),
			 at("2011-12-30T10:00:00Z"));
	assert_int_equal(day_of(&z, at("2011-12-30T10:00:00Z")),
			 day("2011-12-31"));
	assert_int_equal(day_of(&z, at("2011-12-30T09:59:59Z")),
			 day("2011-12-29"));
}

static void years_past_the_table_follow_the_rule(void **state UNUSED)
{
	use("America/New_York");
	assert_int_equal(zone_offset(&z, at("2090-07-01T00:00:00Z")), -14400);
	assert_int_equal(zone_offset(&z, at("2090-01-01T00:00:00Z")), -18000);
	use("Asia/Shanghai");
	assert_int_equal(zone_offset(&z, at("2090-07-01T00:00:00Z")), 28800);
}

static void every_instant_has_one_day_in_every_zone(void **state UNUSED)
{
	static const char *const zones[] = { "UTC", "Asia/Shanghai",
		"America/Los_Angeles", "America/Sao_Paulo", "Pacific/Apia",
		"Australia/Lord_Howe", "Africa/Casablanca", "+13:00" };
	size_t i;
	int64_t d;

	for (i = 0; i < ARRAY_N(zones); i++) {
		use(zones[i]);
		for (d = day("2010-01-01"); d < day("2032-01-01"); d++) {
			int64_t a = day_start(&z, d), b = day_start(&z, d + 1);

			assert_true(b >= a && b - a <= 26 * 3600);
			if (a == b)
				continue;
			assert_int_equal(day_of(&z, a), d);
			assert_int_equal(day_of(&z, b - 1), d);
			assert_int_equal(day_of(&z, (a + b) / 2), d);
		}
	}
}

static void dates_are_checked(void **state UNUSED)
{
	static const char *const bad[] = { "2026-02-30", "2025-02-29",
		"2026-13-01", "2026-00-01", "2026-01-00", "26-01-01",
		"2026-1-1", "2026-01-01x", "", "yesterday", "2026/01/01",
		" 2026-01-01" };
	struct err e;
	int64_t d;
	size_t i;

	for (i = 0; i < ARRAY_N(bad); i++) {
		memset(&e, 0, sizeof(e));
		if (day_parse(bad[i], &d, &e) != ERR_USAGE)
			fail_msg("'%s' is taken for a date", bad[i]);
		assert_true(*e.msg);
	}
	assert_int_equal(day("1970-01-01"), 0);
	assert_int_equal(day("2000-03-01"), 11017);
}

static void dates_and_times_come_back_as_they_were(void **state UNUSED)
{
	char text[40];
	int64_t d, t;

	use("UTC");
	for (d = -200000; d < 400000; d += 37) {
		int64_t back, y;
		int m, dd;

		day_format(d, text);
		day_to_civil(d, &y, &m, &dd);
		assert_int_equal(day_from_civil(y, m, dd), d);
		if (y < 1000 || y > 9999)
			continue;
		assert_int_equal(day_parse(text, &back, NULL), 0);
		assert_int_equal(back, d);
	}
	for (t = -5000000000ll; t < 9000000000ll; t += 97531357) {
		int64_t back;

		time_format_offset(t, 28800, text);
		assert_int_equal(time_parse(text, &z, &back, NULL), 0);
		assert_int_equal(back, t);
		time_format_utc(t, text);
		assert_int_equal(time_parse(text, &z, &back, NULL), 0);
		assert_int_equal(back, t);
	}
	assert_string_equal(time_format_offset(1770169692, 28800, text),
			    "2026-02-04T09:48:12+08:00");
	assert_string_equal(time_format_utc(1770169692, text),
			    "2026-02-04T01:48:12Z");
}

static void a_bare_date_is_midnight_of_the_zone(void **state UNUSED)
{
	int64_t t;

	use("Asia/Shanghai");
	assert_int_equal(time_parse("2026-02-04", &z, &t, NULL), 0);
	assert_int_equal(t, at("2026-02-03T16:00:00Z"));
}

static void unknown_zones_are_refused(void **state UNUSED)
{
	static const char *const bad[] = { "Mars/Base", "../../etc/passwd",
		"/etc/passwd", "+25:00", "+8", "Asia/", "Asia", "posix/../UTC",
		"UTC+1x" };
	struct zone q;
	struct err e = { 0 };
	size_t i;

	for (i = 0; i < ARRAY_N(bad); i++)
		if (!zone_load(&q, bad[i], &e))
			fail_msg("'%s' is taken for a zone", bad[i]);
}

static void the_environment_does_not_show(void **state UNUSED)
{
	setenv("TZ", "Asia/Tokyo", 1);
	tzset();
	use("UTC");
	assert_day("2026-02-04", "2026-02-04T00:00:00Z", 1440);
	use("America/Los_Angeles");
	assert_day("2026-03-08", "2026-03-08T08:00:00Z", 23 * 60);
	unsetenv("TZ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utc_is_plain),
		cmocka_unit_test(offsets_always_work),
		cmocka_unit_test(shanghai_has_no_summer),
		cmocka_unit_test(days_on_which_the_clock_moves),
		cmocka_unit_test(a_midnight_that_the_clock_skips),
		cmocka_unit_test(a_day_that_was_skipped_is_empty),
		cmocka_unit_test(years_past_the_table_follow_the_rule),
		cmocka_unit_test(every_instant_has_one_day_in_every_zone),
		cmocka_unit_test(dates_are_checked),
		cmocka_unit_test(dates_and_times_come_back_as_they_were),
		cmocka_unit_test(a_bare_date_is_midnight_of_the_zone),
		cmocka_unit_test(unknown_zones_are_refused),
		cmocka_unit_test(the_environment_does_not_show),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	zone_release(&z);
	return rc;
}
