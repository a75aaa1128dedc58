/* core/log.c - see log.h. */
#include "core/log.h"

#include "core/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

int log_level;

void put_terminal(struct str *out, const char *s, size_t len)
{
	uint32_t cp;
	size_t i = 0;
	int n;

	while (i < len) {
		n = utf8_next(s + i, len - i, &cp);
		if (!n) {
			str_add(out, "\xef\xbf\xbd");
			i++;
			continue;
		}
		if ((cp < 0x20 && cp != '\t' && cp != '\n') || cp == 0x7f)
			str_addf(out, "\\x%02x", (unsigned)cp);
		else if ((cp >= 0x80 && cp < 0xa0) || utf8_is_bidi(cp))
			str_addf(out, "<U+%04X>", (unsigned)cp);
		else
			str_addmem(out, s + i, (size_t)n);
		i += (size_t)n;
	}
}

static void say(const char *prefix, const char *fmt, va_list ap)
{
	struct str raw = STR_INIT, line = STR_INIT;
	ssize_t n;

	str_vaddf(&raw, fmt, ap);
	str_add(&line, prefix);
	put_terminal(&line, str_c(&raw), raw.len);
	str_addch(&line, '\n');
	/* One write, so that lines of several processes do not mix. */
	n = write(STDERR_FILENO, line.s, line.len);
	(void)n;
	str_release(&raw);
	str_release(&line);
}

#define SAY(name, prefix, least) \
	void name(const char *fmt, ...) \
	{ \
		va_list ap; \
		if (log_level < (least)) \
			return; \
		va_start(ap, fmt); \
		say(prefix, fmt, ap); \
		va_end(ap); \
	}

SAY(log_error, "airep-git: ", -1)
SAY(log_warn, "warning: ", 0)
SAY(log_info, "", 0)
SAY(log_debug, "debug: ", 1)
