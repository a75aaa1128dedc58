/* analyze/signals/lines.h - the changed lines of one file, for the readers. */
#ifndef ANALYZE_SIGNALS_LINES_H
#define ANALYZE_SIGNALS_LINES_H

#include "analyze/signals/signals.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dline {
	const char *s;		/* borrowed from the file; no line end */
	size_t len;
	int no;			/* 1-based line on its side */
	int hunk;		/* counts from 0; runs without context */
	char op;		/* '+' or '-' */
};

struct dlines {
	struct dline *v;
	size_t n, cap;
	int hunks;
};

/*
 * A line diff of the differing middle, without context: the edit that counting
 * found where it is one, else close to what `git diff --patience -U0` shows.
 * Nothing for files without contents.  Linear in the middle's size; call it for
 * files that passed a cheaper look.
 */
void dlines_read(struct dlines *d, const struct landing_file *f);
void dlines_release(struct dlines *d);

/* [*from, *to) of the lines with hunk number h; '-' lines come first. */
void dlines_hunk(const struct dlines *d, int h, size_t *from, size_t *to);

/* Blanks cut on both ends. */
void trim(const char **s, size_t *n);

/*
 * Does a line with these trimmed bytes occur in [from, to) of text?  Used to
 * tell a moved line from an added one.
 */
bool has_line(const char *text, size_t len, const char *s, size_t n);

/* Is the line one of the file's before (for '+') or after (for '-')? */
bool is_moved_line(const struct landing_file *f, const struct dline *l);

bool has_bytes(const char *s, size_t n, const char *needle);

/* has_bytes() over the middle of one side. */
bool middle_has(const struct landing_file *f, int side, const char *needle);

#endif
