/* store/read.h - commits, landings and changes back out of the store. */
#ifndef STORE_READ_H
#define STORE_READ_H

#include "core/arena.h"
#include "store/db.h"
#include "store/rows.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One commit with its landing and labels; strings in the arena. */
struct stored {
	int64_t id, repo_id;
	struct commit c;		/* message stays NULL */
	int pr;				/* 0: none */
	int64_t observed;
	int files, unmeasured, binary;
	int64_t additions, deletions;
	uint32_t traits;
	int64_t landing_id;		/* 0: belongs to none (gone) */
	bool is_landing;
	int64_t landed, pos, replaces;	/* of its landing */
	bool doubtful, frozen, recomputed, gone, sidelined;
	const char *type;		/* "" when not labelled */
	int confidence;			/* percent; 100: the type was set */
	const char *areas, *hardware;	/* comma-separated, sorted */
	bool bot;
};

struct stored_list {
	struct stored *v;		/* malloc; strings in the arena */
	size_t n, cap;
};
void stored_list_release(struct stored_list *l);

/* Landings with since <= landed < until, in mainline order. */
int read_landings(struct db *db, int64_t repo_id, int64_t since, int64_t until,
		  struct arena *a, struct stored_list *out, struct err *e);

/*
 * The same landings with nothing but id, pr, landed, pos and of c: oid, tree,
 * parents, subject, flags, and the body where `wants` says so: else "".
 */
int read_texts(struct db *db, int64_t repo_id, int64_t since, int64_t until,
	       bool (*wants)(const char *body, size_t len), struct arena *a,
	       struct stored_list *out, struct err *e);

/* Their subjects alone, in no order; the array is in the arena. */
int read_subjects(struct db *db, int64_t repo_id, int64_t since,
		  int64_t until, struct arena *a, const char ***out, size_t *n,
		  struct err *e);

/* Landings first observed in [since, until). */
int read_observed(struct db *db, int64_t repo_id, int64_t since, int64_t until,
		  struct arena *a, struct stored_list *out, struct err *e);

/* Commits a merge landing brought in, parents before children. */
int read_members(struct db *db, int64_t landing_id, struct arena *a,
		 struct stored_list *out, struct err *e);

/* Landings of the mainline with after < pos <= upto, in its order. */
int read_span(struct db *db, int64_t repo_id, int64_t after, int64_t upto,
	      struct arena *a, struct stored_list *out, struct err *e);

/* How many that are. */
int count_span(struct db *db, int64_t repo_id, int64_t after, int64_t upto,
	       int64_t *n, struct err *e);

/* The last landing before `since` and the one before `until`, which is no
 * earlier; n is 0 when there is none. */
int read_last(struct db *db, int64_t repo_id, int64_t since, int64_t until,
	      struct arena *a, struct stored_list *before,
	      struct stored_list *last, struct err *e);

/* One commit by row id.  ERR_NOTFOUND. */
int read_commit(struct db *db, int64_t id, struct arena *a, struct stored *out,
		struct err *e);

/* Row ids of commits of a repository whose oid begins with hex: at most 8. */
int find_commits(struct db *db, int64_t repo_id, const char *hex,
		 int64_t ids[8], int *n, struct err *e);

/* Changes in path order; blob ids are not stored (zero). */
struct stored_changes {
	struct change *v;		/* in the arena */
	size_t n;
};
int read_changes(struct db *db, int64_t commit_id, struct arena *a,
		 struct stored_changes *out, struct err *e);

struct sums {
	int64_t landings, files, additions, deletions;
};
int read_sums(struct db *db, int64_t repo_id, int64_t since, int64_t until,
	      struct sums *out, struct err *e);

#endif
