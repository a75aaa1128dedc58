/*
 * negotiate.c - a walk from our tips, newest first.
 *
 * SEEN: is or was in the heap; POPPED: was.  COMMON: the server has it.  TELL:
 * common, but the server does not know yet that we have it.  The walk does not
 * go below a common commit: what lies there is common too.
 */
#include "mirror/negotiate.h"

#include "core/mem.h"

#define SEEN 1
#define COMMON 2
#define TELL 4
#define ACKED 8
#define POPPED 16

struct negotiator {
	struct graph *g;
	struct graph_heap h;
	size_t open;		/* entries of the heap that are not COMMON,
				 * or still to be told */
};

static bool is_open(uint8_t flags)
{
	return !(flags & COMMON) || flags & TELL;
}

static void push(struct negotiator *n, uint32_t i, uint8_t flags)
{
	if (graph_node(n->g, i)->flags & SEEN ||
	    graph_load(n->g, i) != GRAPH_COMMIT)
		return;
	flags |= SEEN | graph_node(n->g, i)->flags;
	graph_node(n->g, i)->flags = flags;
	graph_push(n->g, &n->h, i);
	n->open += is_open(flags);
}

/*
 * Mark what lies behind a common commit, as far as the walk has come: the rest
 * gets the flag when it is reached.
 */
static void spread(struct negotiator *n, uint32_t from)
{
	uint32_t *stack = NULL, k;
	size_t m = 0, cap = 0;

	GROW(stack, m, cap);
	stack[m++] = from;
	while (m) {
		uint32_t i = stack[--m];

		for (k = 0; k < graph_node(n->g, i)->parents_n; k++) {
			uint32_t p = graph_parent(n->g, i, k);
			struct graph_node *node = graph_node(n->g, p);

			if (node->flags & COMMON || !(node->flags & SEEN))
				continue;
			node->flags |= COMMON;
			if (!(node->flags & POPPED))
				n->open--;
			GROW(stack, m, cap);
			stack[m++] = p;
		}
	}
	free(stack);
}

/* Tags are left out of what is told: branches have their commits. */
static void add_tips(struct negotiator *n, const struct reflist *l,
		     uint8_t flags)
{
	git_oid id;
	size_t i;

	for (i = 0; i < l->n; i++)
		if (!(flags && ref_is_tag(l->v[i].name)) &&
		    !graph_peel(n->g, &l->v[i].id, &id))
			push(n, graph_index(n->g, &id), flags);
}

struct negotiator *negotiator_new(struct graph *g, const struct reflist *local,
				  const struct reflist *remote)
{
	struct negotiator *n = xcalloc(1, sizeof(*n));

	n->g = g;
	graph_clear_flags(g);
	add_tips(n, remote, COMMON | TELL);
	add_tips(n, local, 0);
	return n;
}

void negotiator_free(struct negotiator *n)
{
	if (!n)
		return;
	graph_clear_flags(n->g);
	free(n->h.v);
	free(n);
}

bool negotiator_next(struct negotiator *n, git_oid *id)
{
	uint32_t i, k;

	while (n->open && n->h.n) {
		uint8_t flags;

		i = graph_pop(n->g, &n->h);
		flags = graph_node(n->g, i)->flags;
		if (is_open(flags))
			n->open--;
		graph_node(n->g, i)->flags |= POPPED;
		for (k = 0; !(flags & COMMON) &&
		     k < graph_node(n->g, i)->parents_n; k++)
			push(n, graph_parent(n->g, i, k), 0);
		if (!is_open(flags))
			continue;
		*id = graph_node(n->g, i)->id;
		return true;
	}
	return false;
}

bool negotiator_ack(struct negotiator *n, const git_oid *id)
{
	uint32_t i = graph_index(n->g, id);
	struct graph_node *node = graph_node(n->g, i);

	if (node->flags & ACKED)
		return false;
	node->flags |= COMMON | ACKED;
	spread(n, i);
	return true;
}
