/*
 * analyze/analyze.h - new commits of one repository into the store.
 *
 * Commits are handled in chunks of neighbours, newest first, by several
 * threads; one thread writes, in an order that does not depend on them.  The
 * number of threads changes no byte of the result.
 */
#ifndef ANALYZE_ANALYZE_H
#define ANALYZE_ANALYZE_H

#include "core/day.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

struct rules;

struct analyze_options {
	int jobs;			/* threads; 0: as many as processors */
	size_t max_file;		/* bytes; longer files are not measured */
	const struct rules *rules;	/* NULL: no labels */
	const struct zone *zone;	/* report.timezone: closes days */
	int64_t previous;		/* last successful sync, INT64_MIN: none */
	int64_t now;			/* this sync */
	const char *repo;		/* "owner/name" for messages and signals */
	/* Called now and then from the writing thread; may be NULL. */
	void (*progress)(void *arg, int done, int of);
	void *progress_arg;
};

struct analyze_result {
	int commits;			/* new ones */
	int landings;			/* of them */
	int unreadable, malformed;	/* of them */
	int missing;			/* files whose content is not there */
	bool damaged;			/* an object is there, but not whole:
					 * the result is an error */
	int64_t not_evaluated;		/* times a label rule hit a limit */
	char rule[128];			/* the first such rule, or "" */
	bool shallow;
	bool was_ancestor;		/* the old tip is in the new history */
	bool sidelined;			/* it is, but not on the mainline */
};

/*
 * Analyse what is reachable from tip and not stored, then bring landings in
 * line.  old_tip (zero: none) only decides was_ancestor and sidelined.  Inside
 * a transaction; on error the caller rolls back.  What the mirror lacks is
 * counted and goes on; what it has and cannot give back is ERR_CORRUPT.  Asked to
 * stop (core/stop.h) it ends soon with ERR_INTERRUPTED.
 */
int analyze_repo(struct db *db, int64_t repo_id, const char *gitdir,
		 const git_oid *tip, const git_oid *old_tip,
		 const struct analyze_options *opt,
		 struct analyze_result *out, struct err *e);

#endif
