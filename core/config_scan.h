/*
 * core/config_scan.h - which line of a git-config file holds which key.
 *
 * libgit2 reads the values but tells no lines; this reads the lines and makes
 * only plain values.  Where a file has others, core/config.c has libgit2 read
 * it and demands that both see the same keys.
 */
#ifndef CORE_CONFIG_SCAN_H
#define CORE_CONFIG_SCAN_H

#include "core/err.h"

#include <stddef.h>

struct config_line {
	char *key;	/* section and name in lower case, the middle as it is */
	int line;	/* 1-based */
	char *plain;	/* its value where that needs no reader: one word
			 * without quotes, escapes and comments; else NULL */
};

struct config_scan {
	struct config_line *v;	/* in file order */
	size_t n, cap;
};

/*
 * name is for messages.  ERR_CONFIG names the line: syntax, NUL bytes, UTF-16,
 * text that is not UTF-8.  A UTF-8 byte order mark and CRLF are as git has
 * them: skipped.
 */
int config_scan(struct config_scan *out, const char *name, const char *text,
		size_t len, struct err *e);
void config_scan_release(struct config_scan *s);

#endif
