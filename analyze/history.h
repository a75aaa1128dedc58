/*
 * analyze/history.h - the commits reachable from a tracked branch, as a graph.
 *
 * What the store knows is loaded first; the walk then reads raw commits from
 * the tip until it meets them.  Nothing here looks at dates: new is what is not
 * in the store.
 */
#ifndef ANALYZE_HISTORY_H
#define ANALYZE_HISTORY_H

#include "core/map.h"
#include "core/odb.h"
#include "store/db.h"
#include "store/rows.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct node {
	git_oid oid, tree;		/* tree is zero for stored ones */
	int32_t *parents;		/* node numbers; in the arena */
	int parents_n;
	int64_t row;			/* store id, 0: new */
	int64_t time;			/* committer, INT64_MIN: not valid */
	int64_t observed;		/* of a stored one */
	uint32_t flags, stored_flags;	/* enum commit_flag */
	int32_t landing;		/* node of its landing, -1: none */
	int32_t order;			/* within its landing, parents first */
	bool reachable;			/* from the tip */
};

struct history {
	struct node *v;
	int32_t n, cap;
	struct oid_map by_oid;
	struct arena arena;
	int32_t *mainline;		/* nodes, root first */
	int32_t mainline_n;
	int32_t tip;			/* -1: empty */
};

void history_init(struct history *g);
void history_release(struct history *g);

/* Every commit the store has of this repository. */
int history_load(struct history *g, struct db *db, int64_t repo_id, struct err *e);

/*
 * Add what is reachable from tip and not known, set reachable and mainline.
 * shallow lists commits whose parents were cut off (may be NULL); a parent the
 * mirror lacks becomes a node flagged COMMIT_UNREADABLE.
 */
int history_walk(struct history *g, struct odb_reader *r, const git_oid *tip,
	       const struct oid_map *shallow, struct err *e);

/*
 * Give every reachable commit its landing: mainline nodes are their own, what
 * is reachable from a landing and not from its first parent is its.  kept (may
 * be NULL) gives by node number the landing off the mainline that it stays with
 * (itself for such a landing), -1: none; order is then left as it is.  Within a
 * landing: parents before children, ties by oid.
 */
void history_assign(struct history *g, const int32_t *kept);

#endif
