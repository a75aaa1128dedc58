/*
 * analyze/signals/linediff.h - which lines of a file's middle changed.
 *
 * A multiset difference: a line that only moved within the file is not
 * changed, one of two equal lines that went is.  Linear time; good enough to
 * know what to look for, not to print hunks.
 */
#ifndef ANALYZE_SIGNALS_LINEDIFF_H
#define ANALYZE_SIGNALS_LINEDIFF_H

#include "analyze/lineedit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diff_line {
	const char *s;		/* borrowed, without its line end */
	uint32_t len;
	uint32_t line;		/* 1-based, within the middle */
	uint64_t hash;		/* set where both sides have changed lines */
};

struct line_diff {
	struct diff_line *old, *new;	/* only the changed ones, in order */
	size_t old_n, new_n;
	size_t old_blank, new_blank;	/* changed ones that are left out */
	/* Lines of the script that both sides have, and of these the ones that
	 * end in a comma; both 0 where the script was free of such lines. */
	size_t moved, moved_comma;
	bool cut;		/* a side was over LINE_DIFF_MAX: both empty */
};

#define LINE_DIFF_MAX ((size_t)4 << 20)

/* script: what is known to differ, or NULL: all lines are looked at. */
void line_diff_make(struct line_diff *d, const char *old, size_t old_len,
		    const char *new, size_t new_len,
		    const struct line_script *script);
void line_diff_release(struct line_diff *d);

/* Without leading and trailing blanks. */
struct diff_line diff_line_trim(struct diff_line l);

/* Blanks at its begin. */
uint32_t diff_line_indent(const struct diff_line *l);

bool diff_line_has(const struct diff_line *l, const char *word);

/*
 * How many of v[0..n) stand below each other in their file, from the first one
 * on: from its beginning to the end of the last one is one piece of text, which
 * is faster to search than its lines.
 */
size_t diff_lines_run(const struct diff_line *v, size_t n);

/* Does a changed line of that side (0: old) hold the word?  Or the blanks that
 * were cut at its end, part of the word. */
bool line_diff_has(const struct line_diff *d, int side, const char *word);
bool diff_line_has_ci(const struct diff_line *l, const char *word);

#endif
