/* core/stop.c - see stop.h. */
#include "core/stop.h"

#include "core/mem.h"

#include <signal.h>
#include <unistd.h>

#define EXIT_STOPPED 130

static volatile sig_atomic_t asked, gentle;
static void (*last_call)(void);

static void on_signal(int sig UNUSED)
{
	if (gentle && !asked) {
		asked = 1;
		return;
	}
	if (last_call)
		last_call();
	_exit(EXIT_STOPPED);
}

void stop_install(bool gently, void (*before_exit)(void))
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa = { .sa_handler = on_signal };
	struct sigaction old;
	size_t i;

	gentle = gently;
	last_call = before_exit;
	sigemptyset(&sa.sa_mask);
	for (i = 0; i < ARRAY_N(signals); i++) {
		/* nohup and background jobs of a script stay deaf. */
		if (sigaction(signals[i], NULL, &old) == 0 &&
		    old.sa_handler == SIG_IGN)
			continue;
		sigaction(signals[i], &sa, NULL);
	}
}

bool stop_asked(void)
{
	return asked != 0;
}

void stop_ask(void)
{
	asked = 1;
}
