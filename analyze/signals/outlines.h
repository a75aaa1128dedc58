/*
 * analyze/signals/outlines.h - outlines of Python files kept from one commit to
 * the next.
 *
 * Commits are read newest first, so what a file was before one of them is what
 * it is after the next one that touches it: half of all outlines, and the whole
 * parse of most others, have been made already.
 */
#ifndef ANALYZE_SIGNALS_OUTLINES_H
#define ANALYZE_SIGNALS_OUTLINES_H

#include "analyze/signals/pymodule.h"
#include "core/git_compat.h"

/* One per thread.  Those used longest ago leave when max_bytes are kept. */
struct outlines *outlines_new(size_t max_bytes);
void outlines_free(struct outlines *o);		/* NULL is fine */

/*
 * The outline of the blob `id`, moved out of the cache into *m, its spans in
 * src, which has the same bytes as when it was given.  False: not there, *m is
 * untouched.
 */
bool outlines_take(struct outlines *o, const git_oid *id, const char *src,
		   size_t len, struct pymodule *m);

/* Keep an outline; *m is empty afterwards, its source may go. */
void outlines_give(struct outlines *o, const git_oid *id, struct pymodule *m);

#endif
