/*
 * mirror/forge_sync.h - bring a repository's issues, pull requests and
 * releases up to date, politely: one request at a time, one conditional
 * request when nothing is new, a budget, and a stop where the server says so.
 *
 * Nothing stored is ever removed because a forge is unreachable, empty or has
 * changed its mind.  Killed anywhere, the next call goes on from the last page.
 */
#ifndef MIRROR_FORGE_SYNC_H
#define MIRROR_FORGE_SYNC_H

#include "core/config.h"
#include "core/http.h"
#include "mirror/repolist.h"
#include "store/forge.h"

struct forge_options {
	bool wait;		/* sleep over limits instead of stopping ... */
	int64_t wait_cap_s;	/* ... at most so long in all; 0: an hour */
	int64_t since_utc;	/* go back to here; 0: forge.since days */
	int repos_n;		/* repositories of this run: each may use the
				 * budget but for 2 requests of every one that
				 * comes after it; 0: no such reserve */
};

/* One run: connection, budget, and what its hosts have said. */
struct forge_run;
int forge_run_new(struct forge_run **out, struct db *db,
		  const struct config *cfg, const struct forge_options *o,
		  struct err *e);
void forge_run_free(struct forge_run *run);
int64_t forge_run_requests(const struct forge_run *run);

enum forge_outcome {
	FORGE_SKIPPED,		/* forge=none, or its host has failed before */
	FORGE_NOTHING_NEW,
	FORGE_UPDATED,
	FORGE_LATER,		/* a limit or the budget: the rest comes with
				 * a later run */
	FORGE_FAILED,
};

struct forge_result {
	enum forge_outcome outcome;
	bool repeated;		/* the host's failure was told already */
	struct forge_saved saved;
	int64_t requests;
	int64_t skipped;	/* items with a field of the wrong type */
	int64_t resumes_utc;	/* LATER: when to come back; 0: next run */
	char moved_to[256];	/* new name at the forge, or "" */
	char warnings[1024];	/* lines, or "" */
};

/*
 * Bring one repository up to date; repo_id is its row in the store.
 * tags_moved: the mirror saw new or moved tags, so releases are read too.
 *
 * Returns 0 (SKIPPED, NOTHING_NEW, UPDATED), ERR_QUOTA (LATER), or the reason
 * of FAILED: ERR_AUTH, ERR_NOTFOUND, ERR_NET, ERR_TIMEOUT, ERR_OFFLINE,
 * ERR_CORRUPT (an answer nobody can read, another repository under the name),
 * ERR_LIMIT, ERR_DB.  *e then holds the sentence, which is also kept in the
 * cursor's `problem`.  Other repositories go on in every case but ERR_DB.
 */
int forge_sync_repo(struct forge_run *run, const struct repo_spec *spec,
		    int64_t repo_id, bool tags_moved,
		    struct forge_result *out, struct err *e);

#endif
