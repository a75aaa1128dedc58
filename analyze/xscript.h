/*
 * analyze/xscript.h - which lines of two numbered texts differ, line for line
 * as git has it.
 *
 * Many scripts are shortest ones, and what a reader sees of a change hangs on
 * which of them it is, so every choice is xdiff's, as libgit2 and git contain
 * it: lines that the other text lacks are left out of the search, Myers' search
 * from both ends ("An O(ND) Difference Algorithm", 1986, section 4b) prefers the
 * same diagonals, and groups of changed lines are then moved along equal lines
 * as its rules on indents say (git: --indent-heuristic).
 */
#ifndef ANALYZE_XSCRIPT_H
#define ANALYZE_XSCRIPT_H

#include "analyze/linetable.h"

/* Zero it with {0}; memory is used again by the next call. */
struct xscript {
	/* Of every line of a side, 1: the other side has not got it.  A 0 stands
	 * before the first and behind the last one. */
	unsigned char *changed[2];
	/* Of every distinct line of the table; -1: nothing but blanks. */
	signed short *indent;
	/* Working memory. */
	unsigned char *marks;
	uint32_t *kept[2], *place[2];
	int32_t *fronts;
	size_t lines_cap, indent_cap;
};

/*
 * Compare both sides of the table.  `whole` of its slots counts as an occurrence
 * on either side; bound: from where on a line is frequent (linedrop.h).  False:
 * so much is different that xdiff would no longer search for a shortest script.
 */
bool xscript_find(struct xscript *d, const struct line_table *t,
		  const uint32_t bound[2]);

void xscript_release(struct xscript *d);

/* As git measures it (its largest is 200); -1: nothing but blanks. */
int xscript_indent(const char *s, size_t len);

#endif
