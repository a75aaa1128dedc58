/*
 * analyze/signals/pycopy.h - an outline made from that of a similar text.
 *
 * The parts between marks say the same wherever they stand, as long as they
 * begin at a statement and end at one that is indented as far: their symbols are
 * copied and moved instead of read again.  For pymodule.c.
 */
#ifndef ANALYZE_SIGNALS_PYCOPY_H
#define ANALYZE_SIGNALS_PYCOPY_H

#include "analyze/signals/pymodule.h"

struct pyjoin {
	const struct pymodule *old;
	size_t tail;		/* bytes both texts end in */
	size_t next;		/* the old mark that is expected now */
};

enum pytaken { PYTAKEN_NOTHING, PYTAKEN_STATEMENT, PYTAKEN_REST };

/* Into the empty m: what comes before the k-th mark of j->old. */
void pymodule_take_head(struct pymodule *m, struct pyjoin *j, size_t k);

/*
 * At the beginning *off of a line whose statement stands in the class `cls` of m
 * (-1: the module): copy the statement with its body, moving *off behind it, or
 * all that is left; or find nothing.
 */
enum pytaken pymodule_take(struct pymodule *m, struct pyjoin *j, size_t *off,
			   int cls);

#endif
