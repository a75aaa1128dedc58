/*
 * analyze/signals/outlines.h - outlines of Python files kept from one commit to
 * the next, with their texts.
 *
 * Commits are read newest first, so what a file was before one of them is what
 * it is after the next one that touches it, or nearly that.
 */
#ifndef ANALYZE_SIGNALS_OUTLINES_H
#define ANALYZE_SIGNALS_OUTLINES_H

#include "analyze/signals/pymodule.h"

/* One per thread.  Those used longest ago leave when max_bytes are kept. */
struct outlines *outlines_new(size_t max_bytes);
void outlines_free(struct outlines *o);		/* NULL is fine */
void outlines_clear(struct outlines *o);	/* keep none */

/*
 * The outline of src, which is that of `path` in some commit, made from the one
 * kept for the path.  src outlives *m.  False: nothing is kept for it (or o is
 * NULL), *m is untouched.
 */
bool outlines_make(struct outlines *o, const char *path, const char *src,
		   size_t len, struct pymodule *m);

/* Keep *m for the path, in place of what was; *m is empty afterwards and its
 * source may go.  Without o it is released. */
void outlines_give(struct outlines *o, const char *path, struct pymodule *m);

#endif
