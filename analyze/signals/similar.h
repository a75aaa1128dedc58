/* analyze/signals/similar.h - how alike two Python definitions are. */
#ifndef ANALYZE_SIGNALS_SIMILAR_H
#define ANALYZE_SIGNALS_SIMILAR_H

#include "analyze/signals/pymodule.h"

/*
 * Percent of body lines (stripped, blank ones and comments left out) that the
 * two definitions share, of the longer body; 0 when either has fewer than
 * min_lines.  Their own names inside the bodies count as equal.
 */
int similar_bodies(const struct pymodule *a, int x, const struct pymodule *b,
		   int y, size_t min_lines);

/* Percent of letter pairs that two names share, of the longer one's. */
int similar_names(struct span a, struct span b);

#endif
