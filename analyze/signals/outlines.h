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

struct obj;

/* One per thread.  Those used longest ago leave when max_bytes are kept. */
struct outlines *outlines_new(size_t max_bytes);
void outlines_free(struct outlines *o);		/* NULL is fine */
void outlines_clear(struct outlines *o);	/* keep none */

/* Everywhere below, o may be NULL: then nothing is kept. */

/*
 * The outline kept for the path, when its text is src byte for byte; it is the
 * caller's then, as if it had been parsed, and no longer kept.  False: it is not,
 * *m is untouched.
 */
bool outlines_take(struct outlines *o, const char *path, const char *src,
		   size_t len, struct pymodule *m);

/*
 * The outline of src, which is that of `path` in some commit, made from the one
 * kept for the path.  src outlives *m.  False: nothing is kept for it, *m is
 * untouched.
 */
bool outlines_make(struct outlines *o, const char *path, const char *src,
		   size_t len, struct pymodule *m);

/* Keep *m for the path, in place of what was; *m is empty afterwards.  Its source
 * is text->data, of which a reference is kept; without one, *m is released. */
void outlines_give(struct outlines *o, const char *path, struct pymodule *m,
		   struct obj *text);

/* An empty *m, with the memory of one that was given back and if possible has
 * room for so many symbols; and give one back. */
void outlines_room(struct outlines *o, struct pymodule *m, size_t syms);
void outlines_give_back(struct outlines *o, struct pymodule *m);

#endif
