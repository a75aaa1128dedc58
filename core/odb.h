/*
 * core/odb.h - read-only access to the objects of one bare repository.
 *
 * Packs are mapped and read by us (libdeflate, one cache of whole objects that
 * serves as delta-base cache too); everything else (loose objects, formats we
 * do not know) is libgit2's.  Objects were verified when they arrived, so
 * nothing is hashed here; zlib's checksum still guards each one.
 */
#ifndef CORE_ODB_H
#define CORE_ODB_H

#include "core/err.h"
#include "core/git_compat.h"
#include "core/obj_cache.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct odb;			/* shared by threads, immutable once open */
struct odb_reader;		/* one per thread */

/*
 * gitdir is a bare repository or a .git folder.  Reads AIREP_NO_PACK=1 to leave
 * everything to libgit2 (for comparison and as a way out).
 */
int odb_open(struct odb **out, const char *gitdir, struct err *e);
void odb_free(struct odb *o);
/*
 * Free n of them, and the array (from xcalloc()), in a thread of its own that
 * nobody waits for: to give back what is mapped takes a millisecond for each two
 * hundred megabytes that were looked at.
 */
void odb_free_beside(struct odb **v, size_t n);

struct odb_reader *odb_reader_new(struct odb *o, size_t cache_bytes);
void odb_reader_free(struct odb_reader *r);
/* Keep no more than so many bytes of objects now; those that somebody else holds
 * stay, too. */
void odb_reader_trim(struct odb_reader *r, size_t bytes);

/*
 * Read an object whole.  ERR_NOTFOUND: the mirror lacks it; ERR_LIMIT: longer
 * than max; ERR_CORRUPT: it is there but cannot be read.  *out is NULL then.
 */
int odb_read(struct odb_reader *r, const git_oid *id, size_t max,
	     struct obj **out, struct err *e);

/* It is not likely to be read again: its place in the cache is for others. */
void odb_done(struct odb_reader *r, const git_oid *id);

/* Type and length without reading the content. */
int odb_header(struct odb_reader *r, const git_oid *id, int *type,
	       size_t *len, struct err *e);

bool odb_exists(struct odb_reader *r, const git_oid *id);

/*
 * Ids that begin with the first `digits` hex digits of prefix: up to max of
 * them into out, in order.  Returns how many there are (may exceed max).
 */
int odb_find_prefix(struct odb_reader *r, const char *prefix, git_oid *out,
		    int max);

/*
 * Objects that are there but could not be read (ERR_CORRUPT) since it was opened,
 * by any reader: how many reads failed, and the lowest of the ids.
 */
int odb_damaged(struct odb *o, git_oid *id);

#endif
