/*
 * render/doc_tree.h - the files of a mirror's tree as of the window's end, listed
 * once for all who look through it.
 */
#ifndef RENDER_DOC_TREE_H
#define RENDER_DOC_TREE_H

#include "render/doc_change.h"

struct doc_tree_file {
	const char *path;		/* in the mirror's arena */
	git_oid id;
	uint32_t mode;
};

struct doc_tree {
	const struct doc_repo *repo;
	struct doc_mirror *m;
	struct doc_tree_file *v;	/* path order */
	size_t n, cap;
	bool whole;			/* false: it could not be read to its
					 * end, v is what came before */
};

/* m is open and is borrowed. */
void doc_tree_list(struct doc_tree *t, const struct doc_repo *r,
		   struct doc_mirror *m);
void doc_tree_release(struct doc_tree *t);

static inline bool is_plain_file(const struct doc_tree_file *f)
{
	return (f->mode & 0170000) == 0100000;
}

#endif
