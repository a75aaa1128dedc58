/*
 * analyze/signals/fixcopy.h - does a copy elsewhere still hold what a fix
 * removed?  (Rule S6.)
 */
#ifndef ANALYZE_SIGNALS_FIXCOPY_H
#define ANALYZE_SIGNALS_FIXCOPY_H

#include "analyze/signals/signals.h"
#include "core/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct fixcopy_lines {
	const char **v;		/* trimmed, NUL-terminated */
	size_t n;
};

/*
 * Lines of at least 20 bytes that the change took out of the file for good
 * (side '-') or brought into it (side '+'), comments and imports left out;
 * repeated lines are repeated.  Everything lives in `a`.
 */
void fixcopy_lines(struct fixcopy_lines *out, struct arena *a,
		   const struct landing_file *f, char side);

struct fixcopy {
	int removed;		/* lines the fix removed */
	int held;		/* of them found verbatim in the copy */
	int added, ported;	/* lines the fix added, and found there */
	int line;		/* first line held, in the copy; 0 none */
};

/* Look into one file of another tree, which has the same base name. */
void fixcopy_compare(struct fixcopy *out, const struct fixcopy_lines *removed,
		     const struct fixcopy_lines *added, const char *text,
		     size_t len);

/* Worth telling: more than half is held and none of the fix has arrived. */
bool fixcopy_tells(const struct fixcopy *c);

#endif
