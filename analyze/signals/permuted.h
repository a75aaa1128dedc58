/*
 * analyze/signals/permuted.h - elements of a list, and whether some of them can
 * have changed places: a look at what counting left of a file, far cheaper than
 * the order of all its lines (lines.h).
 */
#ifndef ANALYZE_SIGNALS_PERMUTED_H
#define ANALYZE_SIGNALS_PERMUTED_H

#include "analyze/signals/linediff.h"
#include "analyze/signals/signals.h"

/* One positional element, trimmed: a name or an expression, then a comma; no
 * part of a condition. */
bool is_element(const char *s, size_t n);

/*
 * Both sides are there and l is their diff.  False: elements below each other
 * in a list stand in the same order on both sides, as far as both have them.
 */
bool may_be_permuted(const struct landing_file *f, const struct line_diff *l);

#endif
