/* analyze/treediff.h - which files differ between two trees. */
#ifndef ANALYZE_TREEDIFF_H
#define ANALYZE_TREEDIFF_H

#include "core/arena.h"
#include "core/odb.h"
#include "store/rows.h"

#include <stdbool.h>
#include <stddef.h>

/* Over these a commit is flagged, not measured: a tree bomb, not a project. */
#define TREE_DEPTH_MAX 512
#define TREE_DELTAS_MAX 2000000

struct change_list {
	struct change *v;		/* byte order of path; paths in arena */
	size_t n, cap;
	struct arena *arena;
};

/*
 * Full recursion; only entries whose id or mode differ.  A zero id stands for
 * the empty tree.  Status is A, D, M or T (another file kind); counts are not
 * filled in.  ERR_NOTFOUND or ERR_CORRUPT: a tree cannot be read; ERR_LIMIT:
 * over the limits above.  *out is then left empty: never "all files deleted".
 */
int treediff(struct odb_reader *r, const git_oid *old_tree,
	     const git_oid *new_tree, struct change_list *out, struct err *e);

void change_list_release(struct change_list *l);

/* Call fn for every entry of a tree, recursively, in path order; a return
 * value other than 0 ends it and is returned. */
int tree_each(struct odb_reader *r, const git_oid *tree,
	      int (*fn)(void *arg, const char *path, uint32_t mode,
			const git_oid *id),
	      void *arg, struct err *e);

/* The entry at a path, mode 0 when there is none. */
int tree_lookup(struct odb_reader *r, const git_oid *tree, const char *path,
		uint32_t *mode, git_oid *id, struct err *e);

#endif
