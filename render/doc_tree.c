/* render/doc_tree.c - see doc_tree.h. */
#include "render/doc_tree.h"

#include "analyze/treediff.h"
#include "core/mem.h"

static int add_file(void *arg, const char *path, uint32_t mode,
		    const git_oid *id)
{
	struct doc_tree *t = arg;

	GROW(t->v, t->n, t->cap);
	t->v[t->n].path = arena_strdup(&t->m->arena, path);
	t->v[t->n].mode = mode;
	t->v[t->n++].id = *id;
	return 0;
}

void doc_tree_list(struct doc_tree *t, const struct doc_repo *r,
		   struct doc_mirror *m)
{
	memset(t, 0, sizeof(*t));
	t->repo = r;
	t->m = m;
	t->whole = !tree_each(m->reader, &r->last.v[0].c.tree, add_file, t,
			      NULL);
}

void doc_tree_release(struct doc_tree *t)
{
	free(t->v);
}
