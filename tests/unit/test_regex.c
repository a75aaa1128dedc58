/* tests/unit/test_regex.c - patterns that would eat time or memory. */
#include "tests/unit/unit.h"

#include "core/regex.h"

#include <pthread.h>
#include <time.h>

static struct regex *make(const char *pattern)
{
	struct regex *r;
	struct err e = {0};

	if (regex_new(&r, pattern, false, &e))
		fail_msg("%s", e.msg);
	return r;
}

static enum regex_result ask(const char *pattern, const char *s, size_t len)
{
	struct regex *r = make(pattern);
	enum regex_result got = regex_test(r, s, len);

	regex_free(r);
	return got;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void groups_are_byte_offsets(void **state UNUSED)
{
	struct regex *r = make("(\\w+)-(x)?(\\d+)");
	size_t g[2 * REGEX_GROUPS];

	assert_int_equal(regex_match(r, "  ab-12", 7, 0, g), REGEX_YES);
	assert_int_equal(g[0], 2);
	assert_int_equal(g[1], 7);
	assert_int_equal(g[2], 2);
	assert_int_equal(g[3], 4);
	assert_true(g[4] == (size_t)-1);
	assert_int_equal(g[6], 5);
	assert_true(g[2 * 4] == (size_t)-1);
	regex_free(r);
}

static void start_is_kept_to(void **state UNUSED)
{
	struct regex *r = make("a");

	assert_int_equal(regex_match(r, "abb", 3, 1, NULL), REGEX_NO);
	assert_int_equal(regex_match(r, "abb", 3, 4, NULL), REGEX_NO);
	regex_free(r);
}

static void more_groups_than_fit_are_no_failure(void **state UNUSED)
{
	struct regex *r = make("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)(l)");
	size_t g[2 * REGEX_GROUPS];

	assert_int_equal(regex_match(r, "abcdefghijkl", 12, 0, g), REGEX_YES);
	assert_int_equal(g[2 * 9], 8);
	regex_free(r);
}

/* Each gives up within a blink, and says so instead of "no match". */
static void catastrophic_patterns_are_not_evaluated(void **state UNUSED)
{
	char as[4096];
	double t = seconds();

	memset(as, 'a', sizeof(as));
	as[41] = '!';
	assert_int_equal(ask("^(a+)+$", as, 42), REGEX_NOT_EVALUATED);
	assert_int_equal(ask("^(a|aa)+$", as, 42), REGEX_NOT_EVALUATED);
	as[41] = 'a';
	assert_int_equal(ask("^(.*?,){11}P", as, 42), REGEX_NO);
	assert_int_equal(ask("(x+x+)+y", as, 42), REGEX_NO);
	assert_true(seconds() - t < 1.0);
}

static void a_pattern_cannot_raise_the_limit(void **state UNUSED)
{
	char as[42];

	memset(as, 'a', sizeof(as));
	as[41] = '!';
	assert_int_equal(ask("(*LIMIT_MATCH=4000000000)^(a+)+$", as, 42),
			 REGEX_NOT_EVALUATED);
}

static void memory_stays_below_the_heap_limit(void **state UNUSED)
{
	char *s = xmalloc(1 << 20);
	FILE *f;
	long before = 0, after = 0, skip;

	memset(s, '\n', 1 << 20);
	f = fopen("/proc/self/statm", "r");
	assert_int_equal(fscanf(f, "%ld %ld", &skip, &before), 2);
	fclose(f);
	assert_int_not_equal(ask("^(?:.|\\n)*x$", s, 1 << 20), REGEX_YES);
	f = fopen("/proc/self/statm", "r");
	assert_int_equal(fscanf(f, "%ld %ld", &skip, &after), 2);
	fclose(f);
	assert_true((after - before) * sysconf(_SC_PAGESIZE) < 64 << 20);
	free(s);
}

/* JIT says "too many steps" here where the interpreter sees at once that no b
 * is in the subject: the answer must be the interpreter's. */
static void the_interpreter_has_the_last_word(void **state UNUSED)
{
	char as[4096];

	memset(as, 'a', sizeof(as));
	assert_int_equal(ask("(?:a+)+b", as, sizeof(as)), REGEX_NO);
}

static void ill_formed_text_matches_around_the_bytes(void **state UNUSED)
{
	assert_int_equal(ask("fix", "\xff\xfe fix \xc3", 8), REGEX_YES);
	assert_int_equal(ask("^\xc3\xa9$", "\xc3\xa9", 2), REGEX_YES);
}

static void text_behind_the_limit_is_not_read(void **state UNUSED)
{
	char *s = xmalloc(REGEX_SUBJECT_MAX + 3);

	memset(s, 'a', REGEX_SUBJECT_MAX + 3);
	s[REGEX_SUBJECT_MAX] = 'b';
	assert_int_equal(ask("b", s, REGEX_SUBJECT_MAX + 3), REGEX_NO);
	s[REGEX_SUBJECT_MAX - 1] = 'b';
	assert_int_equal(ask("b", s, REGEX_SUBJECT_MAX + 3), REGEX_YES);
	free(s);
}

static void bad_patterns_name_the_offset(void **state UNUSED)
{
	static const struct { const char *p, *says; } bad[] = {
		{ "a(b", "at offset 3" }, { "[z", "at offset 2" },
		{ "*", "at offset 0" }, { "\\C", "at offset 2" },
	};
	struct regex *r;
	struct err e;
	size_t i;

	for (i = 0; i < ARRAY_N(bad); i++) {
		memset(&e, 0, sizeof(e));
		assert_int_equal(regex_new(&r, bad[i].p, false, &e),
				 ERR_CONFIG);
		assert_null(r);
		assert_says(e, bad[i].says);
	}
}

static void too_long_a_pattern_is_refused(void **state UNUSED)
{
	char *s = xmalloc(4098);
	struct regex *r;
	struct err e = {0};

	memset(s, 'a', 4097);
	s[4097] = 0;
	assert_int_equal(regex_new(&r, s, false, &e), ERR_CONFIG);
	assert_says(e, "at offset");
	free(s);
}

static void *hammer(void *arg)
{
	const struct regex *r = arg;
	size_t g[2 * REGEX_GROUPS];
	long i, good = 0;

	for (i = 0; i < 2000; i++)
		good += regex_match(r, "see #1234 now", 13, 0, g) ==
			REGEX_YES && g[2] == 5 && g[3] == 9;
	return (void *)good;
}

static void threads_share_a_pattern(void **state UNUSED)
{
	struct regex *r = make("#(\\d+)");
	pthread_t t[4];
	void *good;
	int i;

	for (i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, hammer, r), 0);
	for (i = 0; i < 4; i++) {
		pthread_join(t[i], &good);
		assert_int_equal((long)good, 2000);
	}
	regex_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_are_byte_offsets),
		cmocka_unit_test(start_is_kept_to),
		cmocka_unit_test(more_groups_than_fit_are_no_failure),
		cmocka_unit_test(catastrophic_patterns_are_not_evaluated),
		cmocka_unit_test(a_pattern_cannot_raise_the_limit),
		cmocka_unit_test(memory_stays_below_the_heap_limit),
		cmocka_unit_test(the_interpreter_has_the_last_word),
		cmocka_unit_test(ill_formed_text_matches_around_the_bytes),
		cmocka_unit_test(text_behind_the_limit_is_not_read),
		cmocka_unit_test(bad_patterns_name_the_offset),
		cmocka_unit_test(too_long_a_pattern_is_refused),
		cmocka_unit_test(threads_share_a_pattern),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
