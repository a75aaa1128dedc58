/* cli/color.c - see color.h. */
#include "cli/color.h"

#include "cli/pager.h"
#include "core/mem.h"

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

static bool is_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *s;
	size_t i;

	for (i = 0; i < ARRAY_N(names); i++) {
		s = getenv(names[i]);
		if (s && *s)
			return strcasestr(s, "utf-8") || strcasestr(s, "utf8");
	}
	return false;
}

void color_style(struct term_style *st, bool color)
{
	memset(st, 0, sizeof(*st));
	st->color = color;
	st->terminal = isatty(STDOUT_FILENO) || pager_running();
	st->ascii = st->terminal && !is_utf8();
	st->columns = color_columns();
}
