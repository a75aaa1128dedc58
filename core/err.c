/* core/err.c - see err.h. */
#include "core/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A sentence that did not fit must not look complete. */
static void mark_cut(char *msg, size_t cap, int want)
{
	if (want >= (int)cap)
		memcpy(msg + cap - 4, "...", 4);
}

int err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (!e)
		return code;
	e->code = code;
	va_start(ap, fmt);
	n = vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	mark_cut(e->msg, sizeof(e->msg), n);
	return code;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
	char inner[sizeof(e->msg)];
	va_list ap;
	int n, m;

	if (!e)
		return ERR_FAILED;
	memcpy(inner, e->msg, sizeof(inner));
	va_start(ap, fmt);
	n = vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	mark_cut(e->msg, sizeof(e->msg), n);
	if (n >= 0 && n < (int)sizeof(e->msg)) {
		m = snprintf(e->msg + n, sizeof(e->msg) - n, ": %s", inner);
		mark_cut(e->msg, sizeof(e->msg), n + m);
	}
	return e->code;
}

int err_errno(struct err *e, const char *fmt, ...)
{
	int saved = errno, n, m;
	va_list ap;

	if (!e)
		return ERR_IO;
	e->code = ERR_IO;
	va_start(ap, fmt);
	n = vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	mark_cut(e->msg, sizeof(e->msg), n);
	if (n >= 0 && n < (int)sizeof(e->msg)) {
		m = snprintf(e->msg + n, sizeof(e->msg) - n, ": %s",
			     strerror(saved));
		mark_cut(e->msg, sizeof(e->msg), n + m);
	}
	return ERR_IO;
}
