/* core/gitlib.h - libgit2 started with the settings every command shares. */
#ifndef CORE_GITLIB_H
#define CORE_GITLIB_H

#include "core/err.h"

/*
 * Once per process, before anything of libgit2 is used; calling it again is
 * free.  Empties the search paths (no /etc/gitconfig, no ~/.gitconfig: results
 * are the same on every machine), turns fsync on, bounds mapped pack windows
 * and open packs, and the size of one object of a pack where the library can.
 * Owner validation is off: who may own a mirror is checked in mirror/mirror.c.
 */
int gitlib_init(struct err *e);

/* Largest object of a fetched pack, in bytes. */
#define GITLIB_OBJECT_MAX ((size_t)1 << 30)

#endif
