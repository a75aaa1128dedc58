/* cli/color.c - see color.h. */
#include "cli/color.h"

#include "cli/pager.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool color_wanted(const char *when, const char *setting)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (!when)
		when = no && *no ? "never" : setting;
	if (!strcmp(when, "always"))
		return true;
	if (!strcmp(when, "never"))
		return false;
	return (isatty(STDOUT_FILENO) || pager_running()) && term &&
	       strcmp(term, "dumb");
}

int color_columns(void)
{
	static int known;	/* a pager takes the terminal from stdout */
	const char *env = getenv("COLUMNS");
	struct winsize ws;
	long n;

	if (known)
		return known;
	known = 80;
	if (!isatty(STDOUT_FILENO))
		return known;
	n = env ? strtol(env, NULL, 10) : 0;
	if (n > 0 && n < 10000)
		known = (int)n;
	else if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) && ws.ws_col)
		known = ws.ws_col;
	return known;
}
