/*
 * mirror/fetch.h - bring one mirror up to date: connect, list, download, check,
 * plan, apply.
 *
 * Order: the pack is complete and flushed, then the refs change, at once.
 * Whatever happens before that leaves the refs as they were.
 *
 * What sync writes into its ledger does not come from here but from comparing
 * the refs last stored with the mirror's (fetch_compare): that is the same when
 * the process died in between, and for mirror=PATH.
 */
#ifndef MIRROR_FETCH_H
#define MIRROR_FETCH_H

#include "core/config.h"
#include "mirror/refplan.h"

#include <stdint.h>

struct fetch_request {
	const char *url;	/* without credentials, or a path */
	const char *path;	/* of the mirror */
	const struct config *cfg;
	bool accept_deletions;
	bool keep;		/* old tips of rewritten and deleted refs */
	bool dry_run;		/* list and compare; nothing is written, and a
				 * mirror that is not there is not made */
	const char *date;	/* of kept tips, "2026-02-04" */
	/* Called often; may be NULL.  phase is "connect", "list", "wait" (the
	 * server prepares the pack), "receive", "resolve", "check" or "apply";
	 * total 0 when not known. */
	void (*progress)(void *arg, const char *phase, uint64_t done,
			 uint64_t total, uint64_t bytes);
	void *arg;
};

struct fetch_result {
	struct refmove *moves;	/* deletions first, then by name */
	size_t n, cap;
	char *head;		/* HEAD of the remote, "refs/heads/main" or NULL */
	bool head_changed, detached;
	bool empty;		/* the remote has no branch and no tag */
	bool created;		/* the mirror is new */
	bool shallow;
	uint64_t received;	/* bytes on the wire */
	uint64_t objects;	/* of the packs received */
	char *moved;		/* the address redirects led to, or NULL */
	struct notes warnings;
};

/*
 * Fetch one repository in this process.  ERR_BUSY: another sync has the mirror;
 * ERR_NOTFOUND, ERR_AUTH, ERR_QUOTA, ERR_NET, ERR_TIMEOUT: the server;
 * ERR_CORRUPT: what it sent; ERR_IO: our disk; ERR_FAILED: mass deletion.
 * fetch_result_release() in every case.
 */
int fetch_run(const struct fetch_request *q, struct fetch_result *r,
	      struct err *e);
void fetch_result_release(struct fetch_result *r);

/*
 * What moved between the refs last stored and those of the repository at
 * gitdir now; out->moves has the kinds, out->warnings the sentences.  Nothing
 * is refused and nothing kept.  Reads the repository's commits, writes nothing.
 * An old tip that is gone from the repository counts as rewritten.
 */
int fetch_compare(struct refplan *out, const char *gitdir,
		  const struct reflist *stored, const struct reflist *now,
		  struct err *e);

#endif
