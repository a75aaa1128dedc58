/* mirror/sound.h - is one of our clones still whole, and what if not. */
#ifndef MIRROR_SOUND_H
#define MIRROR_SOUND_H

#include "core/err.h"
#include "mirror/repolist.h"

/*
 * What every fetch of ours leaves true: each pack has its index and both match,
 * refs and configuration can be read, and every commit that a ref leads to is
 * there with its tree.  Reads headers of all commits (a second for 80,000), no
 * file contents; takes no lock and writes nothing.  A single ref that cannot be
 * read is not looked at here: it is named elsewhere, and the next fetch mends it.
 *
 * 0: whole as far as that goes, or no mirror at all; ERR_CORRUPT: proven
 * otherwise, *e says what; any other code: it could not be told (rights, memory).
 */
int mirror_sound(const char *path, struct err *e);

/* The packs alone: cheap enough for every fetch.  Returns as above. */
int mirror_packs_sound(const char *path, struct err *e);

/*
 * Move a damaged clone out of the way: NAME.git becomes
 * NAME.git.damaged-DATE beside it (".2" and so on behind it when that is taken),
 * *to in fresh memory.  Nothing in it changes.  ERR_BUSY: somebody holds it.
 */
int mirror_set_aside(const char *path, const char *date, char **to,
		     struct err *e);

/* Say that there is no mirror at path and what brings it back; ERR_NOTFOUND. */
int mirror_missing(const struct repo_spec *r, const char *path, struct err *e);

#endif
