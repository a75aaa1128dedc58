/* cli/sync_repo.h - one fetched repository into the store, in one transaction. */
#ifndef CLI_SYNC_REPO_H
#define CLI_SYNC_REPO_H

#include "cli/cmds.h"
#include "mirror/refplan.h"

#include <stdint.h>

struct rules;

struct sync_input {
	const struct repo_spec *spec;
	const struct rules *rules;	/* or NULL */
	int64_t *run_id;		/* 0: the run is written with it */
	int64_t now;
	uint64_t received;		/* bytes */
	const struct notes *warnings;	/* of the fetch, or NULL */
};

struct sync_outcome {
	int commits, landings;		/* new ones */
	int moves;			/* ledger rows */
	bool empty;			/* the repository has no commit */
	bool damaged;			/* the mirror is, for certain */
	struct str notes;		/* lines for people: what was odd */
};

/*
 * Compare the mirror's refs with the stored ones, analyse what is new, write
 * ledger, landings and the sync itself.  On error nothing of it is stored, and
 * *in->run_id is what it was.
 */
int sync_repo(struct cmd_ctx *c, const struct sync_input *in,
	      struct sync_outcome *out, struct err *e);

#endif
