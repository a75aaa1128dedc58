/* store/ledger.h - repositories, their syncs and the movements of refs. */
#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include "core/arena.h"
#include "core/day.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct repo_row {
	int64_t id;			/* 0: not in the store yet */
	const char *name, *source;
	const char *branch;		/* full ref name, or "" */
	git_oid tip;			/* zero: none */
	int64_t first_sync, last_sync, last_try;	/* 0: never */
	const char *last_error;		/* "" when the last one went well */
	const char *warnings;		/* lines, or "" */
	bool shallow;
	int has_tags;
};

/* *r is zeroed when there is no such repository.  Strings in `a`. */
int repo_get(struct db *db, const char *name, struct arena *a,
	     struct repo_row *r, struct err *e);

/* All of the store, by name, also those no longer listed. */
int repo_all(struct db *db, struct arena *a, struct repo_row **out, size_t *n,
	     struct err *e);

/* Make it known (or update its source); *id is its row.  `was` (may be NULL)
 * is a former name whose rows move along. */
int repo_put(struct db *db, const char *name, const char *source,
	     const char *was, int64_t *id, struct err *e);

struct repo_done {
	int64_t id, run_id, at;
	const char *branch;
	git_oid tip;
	const char *warnings;		/* or NULL */
	bool shallow;
	int has_tags;
	uint64_t received;		/* bytes */
};
int repo_sync_done(struct db *db, const struct repo_done *d, struct err *e);
int repo_sync_failed(struct db *db, int64_t id, int64_t run_id, int64_t at,
		     const char *sentence, struct err *e);

struct ref_row {
	const char *name;		/* UTF-8 */
	git_oid oid;
};
int refs_load(struct db *db, int64_t repo_id, struct arena *a,
	      struct ref_row **out, size_t *n, struct err *e);

struct ref_move {
	const char *ref, *kind;		/* kinds of DESIGN's ledger */
	git_oid old, new;		/* zero: absent */
	int64_t observed;
	bool first;			/* by the repository's first sync */
	git_oid target;			/* commit a tag peels to, or zero */
	int64_t tagged;			/* tagger time, 0: lightweight or branch */
	/* Only read back, only where a first sync brought a branch or a
	 * lightweight tag whose target is stored: its landed time. */
	bool placed;
	int64_t landed;
};
/* Adds the ledger row and brings the ref table in line. */
int ref_move_add(struct db *db, int64_t repo_id, const struct ref_move *m,
		 struct err *e);
int ref_moves(struct db *db, int64_t repo_id, struct arena *a,
	      struct ref_move **out, size_t *n, struct err *e);

/*
 * Times of the successful syncs, ascending: they close days.  A landing is late
 * in a zone when the last sync before it was observed had closed its day.
 */
struct sync_times {
	int64_t *v;			/* in the arena */
	size_t n;
};
int sync_times(struct db *db, int64_t repo_id, struct arena *a,
	       struct sync_times *out, struct err *e);
bool is_late(const struct sync_times *t, const struct zone *z, int64_t landed,
	     int64_t observed);

int run_begin(struct db *db, const char *command, int64_t at, int64_t *id,
	      struct err *e);
int run_end(struct db *db, int64_t id, int64_t at, int result, struct err *e);

#endif
