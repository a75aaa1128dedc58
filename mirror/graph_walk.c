/* graph_walk.c - questions about reachability, answered on the pool. */
#include "mirror/graph.h"

#include "core/mem.h"

#include <string.h>

#define IN_OLD 1
#define IN_NEW 2

static void push_once(struct graph *g, struct graph_heap *h, uint32_t i,
		      uint8_t flag)
{
	if (graph_node(g, i)->flags & flag)
		return;
	graph_load(g, i);
	graph_node(g, i)->flags |= flag;
	graph_push(g, h, i);
}

bool graph_is_ancestor(struct graph *g, const git_oid *a, const git_oid *b)
{
	struct graph_heap h = { 0 };
	uint32_t goal = graph_index(g, a), i, k;
	bool found = false;

	graph_clear_flags(g);
	push_once(g, &h, graph_index(g, b), IN_NEW);
	while (!found && h.n) {
		i = graph_pop(g, &h);
		found = i == goal;
		for (k = 0; !found && k < graph_node(g, i)->parents_n; k++)
			push_once(g, &h, graph_parent(g, i, k), IN_NEW);
	}
	free(h.v);
	graph_clear_flags(g);
	return found;
}

static void mark_all(struct graph *g, const git_oid *from, uint8_t flag)
{
	struct graph_heap h = { 0 };
	uint32_t i, k;

	push_once(g, &h, graph_index(g, from), flag);
	while (h.n) {
		i = graph_pop(g, &h);
		for (k = 0; k < graph_node(g, i)->parents_n; k++)
			push_once(g, &h, graph_parent(g, i, k), flag);
	}
	free(h.v);
}

void graph_difference(struct graph *g, const git_oid *old_id,
		      const git_oid *new_id, size_t *gone, size_t *fresh)
{
	size_t i;

	*gone = *fresh = 0;
	graph_clear_flags(g);
	mark_all(g, old_id, IN_OLD);
	mark_all(g, new_id, IN_NEW);
	for (i = 0; i < graph_size(g); i++) {
		const struct graph_node *n = graph_node(g, (uint32_t)i);

		*gone += n->flags == IN_OLD && n->state == GRAPH_COMMIT;
		*fresh += n->flags == IN_NEW && n->state == GRAPH_COMMIT;
	}
	graph_clear_flags(g);
}

/* A heap that knows how many of its entries no known commit reaches. */
struct frontier {
	struct graph_heap h;
	size_t open;
};

static void frontier_push(struct graph *g, struct frontier *f, uint32_t i,
			  uint8_t flag)
{
	struct graph_node *n = graph_node(g, i);

	if (n->flags & flag || n->flags & IN_OLD)
		return;
	if (n->flags & IN_NEW && flag == IN_OLD) {
		/* in the heap or past it: if past, its parents are new too
		 * and get the other flag when they come up */
		if (n->mark && f->open)
			f->open--;
		n->flags |= flag;
		if (n->mark)
			return;
	}
	graph_load(g, i);
	n = graph_node(g, i);
	n->flags |= flag;
	n->mark = 1;
	f->open += !(n->flags & IN_OLD);
	graph_push(g, &f->h, i);
}

static int missing(const git_oid *id, const char *what, struct err *e)
{
	char hex[OID_HEX + 1];

	return err_set(e, ERR_CORRUPT, "the server's pack lacks the %s '%s': "
		       "refs stay as they were", what, oid_hex(id, hex));
}

static int check_one(git_odb *odb, const struct graph_node *n, struct err *e)
{
	if (n->state != GRAPH_COMMIT)
		return missing(&n->id, "commit", e);
	if (!oid_zero(&n->tree) && !git_odb_exists(odb, &n->tree))
		return missing(&n->tree, "tree", e);
	return 0;
}

static int walk_open(struct graph *g, git_odb *odb, struct frontier *f,
		     struct err *e)
{
	uint32_t i, k;
	uint8_t flag;
	int rc;

	while (f->open) {
		struct graph_node *n;

		i = graph_pop(g, &f->h);
		n = graph_node(g, i);
		n->mark = 0;
		flag = n->flags & IN_OLD ? IN_OLD : IN_NEW;
		if (flag == IN_NEW) {
			f->open--;
			rc = check_one(odb, n, e);
			if (rc)
				return rc;
		}
		for (k = 0; k < graph_node(g, i)->parents_n; k++)
			frontier_push(g, f, graph_parent(g, i, k), flag);
	}
	return 0;
}

int graph_check(struct graph *g, const git_oid *tips, size_t tips_n,
		const git_oid *known, size_t known_n, struct err *e)
{
	git_odb *odb = graph_odb(g);
	struct frontier f = { 0 };
	git_oid id;
	size_t i;
	int rc = 0;

	graph_clear_flags(g);
	for (i = 0; i < known_n; i++)
		if (!graph_peel(g, &known[i], &id))
			frontier_push(g, &f, graph_index(g, &id), IN_OLD);
	for (i = 0; !rc && i < tips_n; i++) {
		if (!git_odb_exists(odb, &tips[i]))
			rc = missing(&tips[i], "object", e);
		else if (!graph_peel(g, &tips[i], &id))
			frontier_push(g, &f, graph_index(g, &id), IN_NEW);
	}
	if (!rc)
		rc = walk_open(g, odb, &f, e);
	for (i = 0; i < graph_size(g); i++)
		graph_node(g, (uint32_t)i)->mark = 0;
	graph_clear_flags(g);
	free(f.h.v);
	return rc;
}
