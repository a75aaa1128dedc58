/* mirror/refs_apply.h - carry out a ref plan, all at once. */
#ifndef MIRROR_REFS_APPLY_H
#define MIRROR_REFS_APPLY_H

#include "mirror/refplan.h"

/*
 * Write the refs of the bare repository at gitdir so that they are `local` with
 * the plan carried out, then HEAD.  The caller holds the mirror's lock, local
 * was read with all = true, every new object is there and flushed.
 *
 * All refs go into one new packed-refs file that is renamed into place: a crash
 * leaves the old refs or the new ones, `a` may become `a/b`, and ten thousand
 * tags cost one flush.  Loose files are removed after it; one that a crash
 * leaves there shows the old value, and the next run sees and mends it.
 */
int refs_apply(const char *gitdir, const struct reflist *local,
	       const struct refplan *plan, struct err *e);

#endif
