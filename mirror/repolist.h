/* mirror/repolist.h - repos.list: which repositories we follow. */
#ifndef MIRROR_REPOLIST_H
#define MIRROR_REPOLIST_H

#include "core/err.h"

#include <stdbool.h>
#include <stddef.h>

struct repo_spec {
	char *name;		/* as shown, "owner/name"; unique */
	char *url;		/* where to fetch from; NULL with mirror= */
	char *host;		/* "github.com", "local", ... */
	char *mirror;		/* mirror=PATH, absolute; NULL: our own clone */
	char *branch;		/* branch=, or NULL: the remote's HEAD */
	char *was;		/* was=old/name, or NULL */
	char *forge;		/* "github" or "none"; without forge=: github with
				 * api= and for github.com without mirror= */
	char *api;		/* api= base URL, or NULL */
	char *group;		/* or NULL */
	int line;		/* of repos.list, 1-based */
};

struct repolist {
	struct repo_spec *v;
	size_t n;
	char *path;		/* the file, for messages */
};

/*
 * Relative mirror= and local paths count from the folder of the file.  Errors
 * name file, line and column; the same repository twice names both lines.
 */
int repolist_load(struct repolist *l, const char *path, struct err *e);
void repolist_release(struct repolist *l);

/* By shown name, by its last part where that is unique, or NULL. */
const struct repo_spec *repolist_find(const struct repolist *l,
				      const char *name);

/* mirrors/<host>/<owner>/<name>.git below the workspace, or mirror=; fresh
 * memory.  Parts are made safe (no "..", no leading dot, at most 100 bytes plus
 * a hash where something had to be changed). */
char *repo_mirror_path(const struct repo_spec *r, const char *workspace);

#endif
