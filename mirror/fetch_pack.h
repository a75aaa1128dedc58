/* mirror/fetch_pack.h - objects into a mirror (part of fetch.c's work). */
#ifndef MIRROR_FETCH_PACK_H
#define MIRROR_FETCH_PACK_H

#include "mirror/fetch.h"
#include "mirror/mirror.h"
#include "mirror/upload_pack.h"

/*
 * Get the wanted objects as one pack into m, thin deltas completed from what m
 * has.  When it returns 0 the pack and its index are on the disk.
 */
int fetch_pack(struct mirror *m, struct upload_pack *u,
	       const struct reflist *local, const struct reflist *remote,
	       const git_oid *wants, size_t n, const struct fetch_request *q,
	       struct fetch_result *r, struct err *e);

/* Ids of the remote that m lacks, each once; *out is fresh memory. */
size_t fetch_wants(struct mirror *m, const struct reflist *remote,
		   git_oid **out);

/* A local repository without the program git: libgit2's own transport. */
int fetch_local_refs(const char *path, struct mirror *m, struct reflist *out,
		     struct err *e);
int fetch_local_pack(const char *path, struct mirror *m,
		     const struct fetch_request *q, struct fetch_result *r,
		     struct err *e);

#endif
