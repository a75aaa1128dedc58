/*
 * cli/sync_meta.h - the metadata part of `sync`: after the mirrors, one
 * repository after the other, never in the way of the rest.
 */
#ifndef CLI_SYNC_META_H
#define CLI_SYNC_META_H

#include "analyze/classify.h"
#include "cli/cmds.h"

struct sync_meta {
	/* in */
	bool off;		/* --no-meta */
	bool wait;		/* --wait */
	const char *since;	/* --meta-since DATE, or NULL */
	const char *from;	/* --meta-from FILE, or NULL */
	/* out: repositories with a forge whose metadata is not complete */
	int failed;		/* in any way but by our own budget ... */
	int denied;		/* ... of these by authentication or quota */
	int asked;		/* repositories asked at all */
	int news;		/* rows added or changed */
};

/* ERR_USAGE unless the date of --meta-since is one; call before any work. */
int sync_meta_check(const struct cmd_ctx *c, const struct sync_meta *m,
		    struct err *e);

/*
 * Fetch for the repositories in this order; each failure is a warning line.
 * Returns 0 even then (see the counts), ERR_DB when the store fails, or
 * ERR_INTERRUPTED.
 */
int sync_meta_run(struct cmd_ctx *c, const struct repo_spec *const *repos,
		  size_t n, struct sync_meta *m, struct err *e);

/*
 * Read the file of --meta-from for the repositories of the list; no network.
 * All of it or nothing; how much came is told.
 */
int sync_meta_import(struct cmd_ctx *c, const char *file, struct err *e);

/* Labels of the landings whose pull requests have come or changed since this
 * was last done: labels of the forge are evidence too. */
int sync_meta_relabel(struct cmd_ctx *c, const struct rules *rules,
		      struct err *e);

/* What `sync` should end with for these counts when the mirrors went well: 0,
 * ERR_PARTIAL, or ERR_QUOTA when nothing but authentication or quota failed. */
int sync_meta_result(const struct sync_meta *m, struct err *e);

#endif
