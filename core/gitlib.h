/* core/gitlib.h - libgit2 started with the settings every command shares. */
#ifndef CORE_GITLIB_H
#define CORE_GITLIB_H

#include "core/err.h"

struct git_repository;

/*
 * Before anything of libgit2 is used, by whoever opens the first object of it;
 * calling it again is free, from any thread.  Not at the start of the program:
 * it is loaded (core/git_lib.h) and reads all certificates of the machine then
 * (7 ms, as long as a sync with nothing new takes), which most runs never need.
 *
 * Empties the search paths (no /etc/gitconfig, no ~/.gitconfig: results are the
 * same on every machine), turns fsync on, bounds mapped pack windows and open
 * packs, and the size of one object of a pack where the library can.  Owner
 * validation is off: who may own a mirror is checked in mirror/mirror.c.
 */
int gitlib_init(struct err *e);

/*
 * The bare repository at dir; the library is started.  ERR_IO: a file that it would
 * open is none (gitlib_refuse_odd()); ERR_GIT: no repository, or not readable.
 */
int gitlib_open_bare(struct git_repository **out, const char *dir,
		     struct err *e);

/* ERR_IO when a FIFO or the like stands where libgit2 opens a file without a look
 * at what it is: it would wait for ever. */
int gitlib_refuse_odd(const char *dir, struct err *e);

/* At the end of the program, whether it was started or not. */
void gitlib_end(void);

/* Largest object of a fetched pack, in bytes. */
#define GITLIB_OBJECT_MAX ((size_t)1 << 30)

#endif
