/* tests/unit/test_worker.c - workers that answer, hang, die and talk nonsense.
 *
 * workers_run() executes the program anew: here that is this test, which then
 * plays the worker that its request's address asks for. */
#include "tests/unit/unit.h"

#include "core/stop.h"
#include "mirror/worker.h"
#include "mirror/worker_lines.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

/* --- the worker's side --- */

static void answer_well(void)
{
	struct fetch_result r = { 0 };
	struct err none = { 0 };
	struct str s = STR_INIT;
	struct refmove m = { .name = (char *)"refs/heads/a b%\xff",
		.kind = REFMOVE_REWRITTEN, .gone = 3, .fresh = 4 };

	memset(m.old_id.id, 0x11, OID_RAW);
	memset(m.new_id.id, 0x22, OID_RAW);
	r.moves = &m;
	r.n = 1;
	r.head = (char *)"refs/heads/a b%\xff";
	r.received = 12345;
	r.objects = 6;
	r.head_changed = r.shallow = true;
	notes_add(&r.warnings, "a warning\nof two lines");
	worker_add_answer(&s, &r, 0, &none);
	fputs("p receive 1 2 3\n", stdout);
	fputs(str_c(&s), stdout);
	fflush(stdout);
}

static int play(void)
{
	struct worker_request q;
	char line[4096];
	struct err e = { 0 };

	if (!fgets(line, sizeof(line), stdin) ||
	    worker_parse_request(&q, line, &e))
		return 9;
	if (!strcmp(q.url, "well")) {
		answer_well();
	} else if (!strcmp(q.url, "fails")) {
		struct fetch_result r = { 0 };
		struct str s = STR_INIT;

		err_set(&e, ERR_AUTH, "no token for 'x'");
		worker_add_answer(&s, &r, ERR_AUTH, &e);
		fputs(str_c(&s), stdout);
	} else if (!strcmp(q.url, "hangs")) {
		fputs("p receive 5 9 777\n", stdout);
		fflush(stdout);
		pause();
	} else if (!strcmp(q.url, "repeats")) {
		for (;;) {
			fputs("p receive 5 9 777\n", stdout);
			fflush(stdout);
			usleep(50000);
		}
	} else if (!strcmp(q.url, "dies")) {
		fputs("m new " "0000000000000000000000000000000000000000 "
		      "1111111111111111111111111111111111111111 0 0 "
		      "refs/heads/x\n", stdout);
		fflush(stdout);
		raise(SIGKILL);
	} else if (!strcmp(q.url, "quits")) {
		return 3;
	} else {
		fputs(q.url, stdout);
		fputs("\n.\n", stdout);
		fflush(stdout);
		pause();
	}
	return 0;
}

/* --- the parent's --- */

static int done_n, progress_n;

static void on_done(void *arg UNUSED, struct worker_job *j UNUSED)
{
	done_n++;
}

static void on_progress(void *arg UNUSED, const struct worker_job *j UNUSED,
			const char *phase UNUSED, uint64_t done UNUSED,
			uint64_t total UNUSED, uint64_t bytes UNUSED)
{
	progress_n++;
}

static int run(struct worker_job *jobs, size_t n, int at_once, int timeout_s)
{
	struct worker_opts o = { .config_path = "", .jobs = at_once,
		.timeout_s = timeout_s, .date = "2026-02-04",
		.done = on_done, .progress = on_progress };
	struct err e = { 0 };

	done_n = progress_n = 0;
	return workers_run(jobs, n, &o, &e);
}

static void an_answer_comes_over_whole(void **state UNUSED)
{
	struct worker_job j = { .url = "well", .path = "/x y" };

	assert_int_equal(run(&j, 1, 1, 10), 0);
	assert_int_equal(j.rc, 0);
	assert_int_equal(done_n, 1);
	assert_int_equal(progress_n, 1);
	assert_int_equal(j.result.n, 1);
	assert_string_equal(j.result.moves[0].name, "refs/heads/a b%\xff");
	assert_int_equal(j.result.moves[0].kind, REFMOVE_REWRITTEN);
	assert_int_equal(j.result.moves[0].new_id.id[19], 0x22);
	assert_int_equal(j.result.moves[0].fresh, 4);
	assert_string_equal(j.result.head, "refs/heads/a b%\xff");
	assert_true(j.result.shallow && j.result.head_changed);
	assert_false(j.result.created);
	assert_int_equal(j.result.received, 12345);
	assert_string_equal(j.result.warnings.v[0], "a warning\nof two lines");
	assert_null(j.result.moved);
	fetch_result_release(&j.result);
}

static void a_failure_keeps_its_code_and_sentence(void **state UNUSED)
{
	struct worker_job j = { .url = "fails", .path = "/x" };

	assert_int_equal(run(&j, 1, 1, 10), 0);
	assert_int_equal(j.rc, ERR_AUTH);
	assert_string_equal(j.e.msg, "no token for 'x'");
	fetch_result_release(&j.result);
}

static void one_that_hangs_is_given_up_and_the_others_end(void **state UNUSED)
{
	struct worker_job j[] = {
		{ .url = "hangs", .path = "/a" }, { .url = "repeats", .path = "/b" },
		{ .url = "well", .path = "/c" }, { .url = "fails", .path = "/d" },
		{ .url = "well", .path = "/e" },
	};
	struct timespec a, b;
	size_t i;

	clock_gettime(CLOCK_MONOTONIC, &a);
	assert_int_equal(run(j, ARRAY_N(j), 3, 3), 0);
	clock_gettime(CLOCK_MONOTONIC, &b);
	assert_true(b.tv_sec - a.tv_sec <= 20);
	assert_int_equal(done_n, 5);
	assert_int_equal(j[0].rc, ERR_TIMEOUT);
	assert_says(j[0].e, "receive, 777 bytes");
	assert_int_equal(j[1].rc, ERR_TIMEOUT);
	assert_int_equal(j[2].rc, 0);
	assert_int_equal(j[3].rc, ERR_AUTH);
	assert_int_equal(j[4].rc, 0);
	for (i = 0; i < ARRAY_N(j); i++)
		fetch_result_release(&j[i].result);
}

static void half_an_answer_counts_for_nothing(void **state UNUSED)
{
	struct worker_job j[] = {
		{ .url = "dies", .path = "/a" }, { .url = "quits", .path = "/b" }
	};

	assert_int_equal(run(j, 2, 2, 10), 0);
	assert_int_equal(j[0].rc, ERR_FAILED);
	assert_int_equal(j[0].result.n, 0);
	assert_says(j[0].e, "signal 9");
	assert_int_equal(j[1].rc, ERR_FAILED);
	assert_says(j[1].e, "code 3");
}

#define ZERO "0000000000000000000000000000000000000000"
#define ONE "1111111111111111111111111111111111111111"

static void nonsense_is_refused(void **state UNUSED)
{
	static const char *const bad[] = {
		"x", "m", "m new", "m new 00 11 0 0 refs/heads/x",
		"m odd " ZERO " " ONE " 0 0 refs/heads/x",
		"m new " ZERO " " ONE " 0 0 refs/airep/x",
		"m new " ZERO " " ONE " -1 0 refs/heads/x",
		"m new " ZERO " " ONE " 0 0 refs/heads/%zz",
		"m new " ZERO " " ONE " 0 0 refs/heads/%00",
		"r x 0 0 - -", "r = a 0 - -", "r = 1 2 -", "e 5 text", "e -3",
		"p averyveryverylongphase 0 0 0", "p receive 1 2",
		"p receive 99999999999999999999999 2 3", "w", ". ",
	};
	size_t i;

	for (i = 0; i < ARRAY_N(bad); i++) {
		struct worker_job j = { .url = bad[i], .path = "/a" };

		assert_int_equal(run(&j, 1, 1, 10), 0);
		if (j.rc != ERR_CORRUPT)
			fail_msg("'%s' gave %d", bad[i], j.rc);
		assert_int_equal(j.result.n, 0);
	}
}

static void being_stopped_kills_the_workers(void **state UNUSED)
{
	struct worker_job j[] = {
		{ .url = "hangs", .path = "/a" }, { .url = "hangs", .path = "/b" },
	};
	pid_t pid = fork();
	int status;

	/* what is asked once stays asked: in a process of its own */
	if (!pid) {
		stop_ask();
		_exit(run(j, 2, 1, 0) == ERR_INTERRUPTED &&
		      j[0].rc == ERR_INTERRUPTED &&
		      j[1].rc == ERR_INTERRUPTED ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_comes_over_whole),
		cmocka_unit_test(a_failure_keeps_its_code_and_sentence),
		cmocka_unit_test(one_that_hangs_is_given_up_and_the_others_end),
		cmocka_unit_test(half_an_answer_counts_for_nothing),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(being_stopped_kills_the_workers),
	};

	if (argc > 1 && !strcmp(argv[1], "fetch-worker")) {
		int rc = play();

		fflush(stdout);
		_exit(rc);	/* its leaks are nobody's business */
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
