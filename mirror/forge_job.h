/*
 * mirror/forge_job.h - what the files of forge_sync share: one run, its hosts,
 * and the job of one repository.  Nobody else includes it.
 */
#ifndef MIRROR_FORGE_JOB_H
#define MIRROR_FORGE_JOB_H

#include "mirror/forge.h"
#include "mirror/forge_limit.h"
#include "mirror/forge_seen.h"
#include "mirror/forge_sync.h"

#define FORGE_OVERLAP 120	/* seconds read again: ties, slow indexes */
#define FORGE_TRIES 5		/* of one request: the first and 4 retries */
#define FORGE_MAX_PAGES 10000	/* of one list; a loop would have no end */

/* A host of this run, by origin. */
struct forge_peer {
	struct http_origin at;
	bool loaded;		/* its row of the store was read */
	bool answered;		/* at least once in this run */
	bool told;		/* its limit was told for a repository */
	bool dead;		/* failed: no further request in this run */
	int code;		/* why it is dead ... */
	char text[320];		/* ... as told for the first repository */
	struct forge_host limit;
};

struct forge_run {
	struct db *db;
	const struct config *cfg;
	struct http *http;
	struct forge_options opt;
	struct forge_peer *peers;
	size_t peers_n, peers_cap;
	int64_t requests;
	int64_t waited_s;
	int repos_done;
};

struct forge_job {
	struct forge_run *run;
	const struct forge_ops *ops;
	const struct repo_spec *spec;
	int64_t repo;		/* row */
	size_t peer;		/* index: the array may move */
	char *token;
	struct str root, base;
	struct forge_cursor c;
	struct arena mem;	/* texts of the cursor */
	struct forge_result *out;
	int per_page;
	bool loaded;		/* the cursor is the store's */
	int hops;		/* redirects followed */
	bool more;		/* the probe's list has a next page */
	int64_t now_utc;	/* ours */
	int64_t server_utc;	/* by the last answer's Date, else ours */
	struct forge_seen seen;	/* by the reading under way */
};

/*
 * One request of this job with retries, pauses, budget and limits, etag sent
 * where not NULL.  0: an answer the caller can read: v->kind is OK, UNCHANGED,
 * MOVED, ABSENT, GONE, BLOCKED, REFUSED or AGAIN (still failing).  Else ERR_*
 * with the sentence; r is released by the caller in every case.
 */
int forge_ask(struct forge_job *j, const char *url, const char *etag,
	      struct http_response *r, struct forge_verdict *v, struct err *e);

/* The sentence for an answer that is neither OK nor UNCHANGED. */
int forge_refused(const struct forge_job *j, const struct http_response *r,
		  const struct forge_verdict *v, struct err *e);

/* A line into the result's warnings. */
void forge_note(struct forge_job *j, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Follow a redirect of the repository: proves the id, sets the new base. */
int forge_follow(struct forge_job *j, const struct http_response *r,
		 struct err *e);

/* Read the list from the cursor's pass to its end and store it.  *done is
 * false when rows moved too often: the cursor then still has a pass. */
int forge_read_list(struct forge_job *j, bool *done, struct err *e);

int forge_read_releases(struct forge_job *j, struct err *e);

/* Forget limits that are over, after a repository went through. */
int forge_peer_fine(struct forge_job *j, struct err *e);

/* The origin's entry of this run. */
size_t forge_peer_find(struct forge_run *run, const struct http_origin *at);

#endif
