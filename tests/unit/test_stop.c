/* tests/unit/test_stop.c - being asked to stop, each case in its own child. */
#include "tests/unit/unit.h"

#include "core/stop.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

static int last_pipe;

static void last_call(void)
{
	if (write(last_pipe, "x", 1) < 0)
		_exit(99);
}

/* Whoever runs the tests may ignore some of them (nohup, `cmd &`). */
static void as_on_a_terminal(void)
{
	static const int all[] = { SIGINT, SIGTERM, SIGHUP };

	for (size_t i = 0; i < ARRAY_N(all); i++)
		signal(all[i], SIG_DFL);
}

/* The child's exit code, or 1000 + its signal. */
static int child(int (*fn)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		as_on_a_terminal();
		_exit(fn());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	       1000 + WTERMSIG(status);
}

static int gently_once(void)
{
	stop_install(true, NULL);
	if (stop_asked())
		return 1;
	raise(SIGTERM);
	return stop_asked() ? 0 : 2;
}

static int gently_twice(void)
{
	stop_install(true, NULL);
	raise(SIGINT);
	raise(SIGINT);
	return 1;
}

static int at_once(void)
{
	stop_install(false, last_call);
	raise(SIGHUP);
	return 1;
}

static int ignored(void)
{
	signal(SIGINT, SIG_IGN);
	stop_install(false, NULL);
	raise(SIGINT);
	return stop_asked() ? 1 : 0;
}

static void gently_the_first_signal_is_only_a_wish(void **state UNUSED)
{
	assert_int_equal(child(gently_once), 0);
}

static void gently_the_second_signal_ends_with_130(void **state UNUSED)
{
	assert_int_equal(child(gently_twice), 130);
}

static void else_the_first_one_does_after_the_last_call(void **state UNUSED)
{
	int fd[2];
	char c = 0;

	assert_int_equal(pipe(fd), 0);
	last_pipe = fd[1];
	assert_int_equal(child(at_once), 130);
	assert_int_equal(read(fd[0], &c, 1), 1);
	assert_int_equal(c, 'x');
	close(fd[0]);
	close(fd[1]);
}

static void what_the_parent_ignores_stays_ignored(void **state UNUSED)
{
	assert_int_equal(child(ignored), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gently_the_first_signal_is_only_a_wish),
		cmocka_unit_test(gently_the_second_signal_ends_with_130),
		cmocka_unit_test(else_the_first_one_does_after_the_last_call),
		cmocka_unit_test(what_the_parent_ignores_stays_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
