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

enum pytaken {
	PYTAKEN_NOTHING,
	PYTAKEN_HEADER,		/* of a definition: its body is to be passed */
	PYTAKEN_STATEMENT,	/* at least one */
	PYTAKEN_REST,
};

/* The begin of a line, and the class of the new outline that a statement there
 * stands in (-1: the module). */
struct pyplace {
	size_t off;
	int cls;
};

/* Into the empty m: what comes before the k-th mark of j->old. */
void pymodule_take_head(struct pymodule *m, struct pyjoin *j, size_t k);

/*
 * Copy what comes next: statements with their bodies, the header of a
 * definition whose body is another one, or all that is left; *at moves behind
 * it.  Of a header the symbol is m's last one, and ends at the header's end.
 */
enum pytaken pymodule_take(struct pymodule *m, struct pyjoin *j,
			   struct pyplace *at);

#endif
