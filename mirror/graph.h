/*
 * mirror/graph.h - commits and their parents, read leniently and kept.
 *
 * libgit2's revision walk stops at the first commit whose author line does not
 * parse.  Here only "parent" lines and the committer's time are looked at; a
 * commit that lacks them is a root of 1970.
 */
#ifndef MIRROR_GRAPH_H
#define MIRROR_GRAPH_H

#include "core/err.h"
#include "core/git_compat.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct graph;

enum graph_state {
	GRAPH_UNREAD,
	GRAPH_COMMIT,
	GRAPH_MISSING,		/* not there, not readable, or no commit */
};

struct graph_node {
	git_oid id, tree;
	int64_t date;			/* committer time, 0 when unknown */
	uint32_t parents_at, parents_n;	/* into graph_parent() */
	uint32_t mark;			/* of the walk that saw it last */
	uint8_t state;
	uint8_t flags;			/* of whoever walks */
};

/* odb is borrowed. */
struct graph *graph_new(git_odb *odb);
void graph_free(struct graph *g);
git_odb *graph_odb(struct graph *g);

/* Parents of this commit are cut off (a shallow boundary): a root for us. */
void graph_add_shallow(struct graph *g, const git_oid *id);

/* The index of a commit; the node is made when new.  Nodes move when others
 * are made: ask again after graph_index() or graph_load(). */
uint32_t graph_index(struct graph *g, const git_oid *id);
struct graph_node *graph_node(struct graph *g, uint32_t i);

/* Read it once; returns its state. */
enum graph_state graph_load(struct graph *g, uint32_t i);
uint32_t graph_parent(struct graph *g, uint32_t i, uint32_t nth);
size_t graph_size(const struct graph *g);
void graph_clear_flags(struct graph *g);

/* Follow tags from id to a commit: 0, or -1 when it ends at none. */
int graph_peel(struct graph *g, const git_oid *id, git_oid *commit);

/* Newest first; ties in the order of their indexes. */
struct graph_heap {
	uint32_t *v;
	size_t n, cap;
};
void graph_push(struct graph *g, struct graph_heap *h, uint32_t i);
uint32_t graph_pop(struct graph *g, struct graph_heap *h);

/* Is a reachable from b (or the same)?  Exact: a wrong clock costs time, never
 * the answer. */
bool graph_is_ancestor(struct graph *g, const git_oid *a, const git_oid *b);

/* Commits reachable from old only, and from new only. */
void graph_difference(struct graph *g, const git_oid *old_id,
		      const git_oid *new_id, size_t *gone, size_t *fresh);

/*
 * Every commit reachable from tips and not from known must be there with its
 * tree.  Ids that are no commits (tags of blobs) only need to exist.
 * ERR_CORRUPT names the first that is not.
 */
int graph_check(struct graph *g, const git_oid *tips, size_t tips_n,
		const git_oid *known, size_t known_n, struct err *e);

#endif
