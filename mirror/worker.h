/*
 * mirror/worker.h - every repository in a process of its own.
 *
 * The program is executed anew (the hidden command fetch-worker), never a bare
 * fork: the parent has threads and an open store.  A worker that shows no
 * progress for a while is killed, and the others go on.
 */
#ifndef MIRROR_WORKER_H
#define MIRROR_WORKER_H

#include "mirror/fetch.h"

/* One repository.  Zero it, set the first part; workers_run() the second. */
struct worker_job {
	const char *url;	/* without credentials, or a path */
	const char *path;	/* of our mirror */
	void *user;		/* the caller's */

	int rc;			/* 0 or the ERR_* of e */
	struct err e;
	struct fetch_result result;
};

struct worker_opts {
	const char *config_path;	/* airep.conf, which workers read too */
	int jobs;			/* at once */
	int timeout_s;			/* without progress, then killed */
	bool accept_deletions, keep, dry_run;
	const char *date;		/* of kept tips, "2026-02-04" */
	/* Both may be NULL; called from workers_run(). */
	void (*progress)(void *arg, const struct worker_job *job,
			 const char *phase, uint64_t done, uint64_t total,
			 uint64_t bytes);
	void (*done)(void *arg, struct worker_job *job);
	void *arg;
};

/*
 * Fetch all jobs, opts->jobs at once, in their order.  Each job's outcome is in
 * the job; release each result.  Returns 0, or ERR_INTERRUPTED when
 * stop_asked(): the running workers are killed then, and jobs not ended have
 * rc ERR_INTERRUPTED.
 */
int workers_run(struct worker_job *jobs, size_t n,
		const struct worker_opts *opts, struct err *e);

/*
 * The other side: reads one request from stdin, fetches, answers on stdout.
 * Returns 0 also when the fetch failed: the answer says so.
 */
int worker_main(struct err *e);

#endif
