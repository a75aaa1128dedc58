/* mirror/mirror.h - the bare repositories themselves: ours, and others'. */
#ifndef MIRROR_MIRROR_H
#define MIRROR_MIRROR_H

#include "mirror/reflist.h"

#include "core/fs.h"

#include <git2.h>

/* One of our clones, locked. */
struct mirror {
	char *path;
	git_repository *repo;
	git_odb *odb;		/* of repo */
	struct fs_lock lock;	/* path/airep.lock */
	bool created;		/* it was not there before */
	bool shallow;		/* has a shallow file */
};

/*
 * Open our clone at path for writing, creating it when absent.  Takes the lock
 * (ERR_BUSY when another sync has it), then removes what a killed run may have
 * left: *.lock of refs and HEAD, half-written packs.  Refused with a sentence:
 * a folder of another user, SHA-256, reftable, partial clones, repositories
 * that borrow objects from elsewhere.
 */
int mirror_open(struct mirror *m, const char *path, struct err *e);
void mirror_close(struct mirror *m);

/*
 * mirror=PATH: a bare repository or a work tree (then its .git) of somebody
 * else, read in place.  Never written to, no lock taken, any owner.  Finds the
 * real git folder (fresh memory in *gitdir), refuses SHA-256, reftable and
 * borrowed objects, and lists heads, tags and HEAD as they are now.
 */
int mirror_foreign(const char *path, char **gitdir, struct reflist *refs,
		   struct notes *warn, bool *shallow, struct err *e);

/* The same for one of our own mirrors, without its lock: what `status` and the
 * comparison with the refs last stored need.  ERR_NOTFOUND: never cloned. */
int mirror_refs(const char *path, struct reflist *refs, struct notes *warn,
		bool *shallow, struct err *e);

/* The ids in the file `shallow` of a repository; 0 also when there is none. */
int mirror_read_shallow(const char *gitdir, git_oid **ids, size_t *n,
			struct err *e);

/* Set that file (fsync, rename). */
int mirror_write_shallow(const char *gitdir, const git_oid *ids, size_t n,
			 struct err *e);

#endif
