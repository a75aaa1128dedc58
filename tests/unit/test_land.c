/* test_land.c - landed times: which committer times of a chain are trusted. */
#include "analyze/land.h"

#include "tests/unit/unit.h"

#define LATE INT64_MAX
#define NONE INT64_MIN
#define MAX 64

static int64_t latest[MAX], landed[MAX];
static bool doubtful[MAX];

static void run(const int64_t *time, size_t n, int64_t limit)
{
	size_t i;

	for (i = 0; i < n; i++)
		latest[i] = limit;
	land_times(time, latest, n, landed, doubtful);
}

#define expect_times(...) \
	do { \
		static const int64_t want_[] = { __VA_ARGS__ }; \
		size_t i_; \
		for (i_ = 0; i_ < sizeof(want_) / sizeof(*want_); i_++) \
			assert_int_equal(landed[i_], want_[i_]); \
	} while (0)

#define times(name, limit, ...) \
	static const int64_t name##_[] = { __VA_ARGS__ }; \
	run(name##_, sizeof(name##_) / sizeof(*name##_), limit)

static void assert_doubtful(const char *pattern)
{
	size_t i;

	for (i = 0; pattern[i]; i++)
		assert_int_equal(doubtful[i], pattern[i] == '?');
}

static void rising_times_are_their_own(void **state UNUSED)
{
	times(t, LATE, 1, 2, 3, 10);
	expect_times(1, 2, 3, 10);
	assert_doubtful("....");
}

static void ties_are_kept(void **state UNUSED)
{
	times(t, LATE, 5, 5, 5, 6, 6);
	expect_times(5, 5, 5, 6, 6);
	assert_doubtful(".....");
}

static void one_date_in_the_future_does_not_drag_the_rest(void **state UNUSED)
{
	times(t, LATE, 1, 2, 900, 3, 4);
	expect_times(1, 2, 2, 3, 4);
	assert_doubtful("..?..");
}

static void one_old_date_in_front_does_not_hold_the_rest(void **state UNUSED)
{
	/* the amended commit with a later date stands before 316 others */
	times(t, LATE, 1, 2, 700, 3, 4, 5, 6, 700, 800);
	assert_doubtful("..?......");
	expect_times(1, 2, 2, 3, 4, 5, 6, 700, 800);
}

static void what_is_untrusted_in_front_takes_the_next(void **state UNUSED)
{
	times(t, LATE, 900, 1, 2, 3);
	expect_times(1, 1, 2, 3);
	assert_doubtful("?...");
}

static void a_time_later_than_its_observed_time_never_counts(void **state UNUSED)
{
	times(t, 10, 1, 2, 11, 12);
	expect_times(1, 2, 2, 2);
	assert_doubtful("..??");
	times(u, 10, 1, 10);
	expect_times(1, 10);
	assert_doubtful("..");
}

static void without_any_trusted_time_the_least_observed_stands(void **state UNUSED)
{
	times(t, 10, NONE, 11, NONE);
	expect_times(10, 10, 10);
	assert_doubtful("???");
}

static void a_missing_time_takes_its_neighbour(void **state UNUSED)
{
	times(t, LATE, NONE, 4, NONE, 5);
	expect_times(4, 4, 4, 5);
	assert_doubtful("?.?.");
}

static void an_empty_chain_is_no_error(void **state UNUSED)
{
	land_times(NULL, NULL, 0, landed, doubtful);
}

static void times_before_1970_are_times(void **state UNUSED)
{
	times(t, LATE, -5, -4, 0, 3);
	expect_times(-5, -4, 0, 3);
	assert_doubtful("....");
}

/* The longest non-decreasing run by trying all subsets. */
static int longest(const int64_t *t, int n)
{
	int best = 0, set;

	for (set = 0; set < 1 << n; set++) {
		int64_t have = NONE;
		int i, k = 0;

		for (i = 0; i < n; i++) {
			if (!(set >> i & 1))
				continue;
			if (t[i] < have)
				break;
			have = t[i];
			k++;
		}
		if (i == n && k > best)
			best = k;
	}
	return best;
}

static void the_run_is_a_longest_one_and_what_lands_never_goes_back(
	void **state UNUSED)
{
	unsigned seed = 7;
	int round, i;

	for (round = 0; round < 3000; round++) {
		int64_t t[10];
		int n = 1 + round % 10, trusted = 0;

		for (i = 0; i < n; i++) {
			seed = seed * 1103515245 + 12345;
			t[i] = (seed >> 16) % 8;
		}
		run(t, (size_t)n, LATE);
		for (i = 0; i < n; i++) {
			trusted += !doubtful[i];
			if (!doubtful[i])
				assert_int_equal(landed[i], t[i]);
			if (i)
				assert_true(landed[i - 1] <= landed[i]);
		}
		assert_int_equal(trusted, longest(t, n));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rising_times_are_their_own),
		cmocka_unit_test(ties_are_kept),
		cmocka_unit_test(one_date_in_the_future_does_not_drag_the_rest),
		cmocka_unit_test(one_old_date_in_front_does_not_hold_the_rest),
		cmocka_unit_test(what_is_untrusted_in_front_takes_the_next),
		cmocka_unit_test(
			a_time_later_than_its_observed_time_never_counts),
		cmocka_unit_test(
			without_any_trusted_time_the_least_observed_stands),
		cmocka_unit_test(a_missing_time_takes_its_neighbour),
		cmocka_unit_test(an_empty_chain_is_no_error),
		cmocka_unit_test(times_before_1970_are_times),
		cmocka_unit_test(
		the_run_is_a_longest_one_and_what_lands_never_goes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
