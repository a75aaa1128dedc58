/* graph.c - the commit pool, its reader and its heap. */
#include "mirror/graph.h"

#include "core/mem.h"
#include "core/str.h"

#include <string.h>

#define PEEL_STEPS 10

struct graph {
	git_odb *odb;
	struct graph_node *v;
	size_t n, cap;
	uint32_t *table;	/* index + 1; 0: free; a power of two long */
	size_t table_n;
	uint32_t *parents;
	size_t parents_n, parents_cap;
	git_oid *shallow;
	size_t shallow_n, shallow_cap;
};

struct graph *graph_new(git_odb *odb)
{
	struct graph *g = xcalloc(1, sizeof(*g));

	g->odb = odb;
	g->table_n = 1024;
	g->table = xcalloc(g->table_n, sizeof(*g->table));
	return g;
}

void graph_free(struct graph *g)
{
	if (!g)
		return;
	free(g->v);
	free(g->table);
	free(g->parents);
	free(g->shallow);
	free(g);
}

git_odb *graph_odb(struct graph *g)
{
	return g->odb;
}

void graph_add_shallow(struct graph *g, const git_oid *id)
{
	GROW(g->shallow, g->shallow_n, g->shallow_cap);
	g->shallow[g->shallow_n++] = *id;
}

static bool is_shallow(const struct graph *g, const git_oid *id)
{
	size_t i;

	for (i = 0; i < g->shallow_n; i++)
		if (oid_eq(&g->shallow[i], id))
			return true;
	return false;
}

static size_t slot_of(const struct graph *g, const git_oid *id)
{
	size_t h, mask = g->table_n - 1;

	/* ids are hashes already */
	memcpy(&h, id->id, sizeof(h));
	for (h &= mask; g->table[h]; h = (h + 1) & mask)
		if (oid_eq(&g->v[g->table[h] - 1].id, id))
			break;
	return h;
}

static void table_double(struct graph *g)
{
	size_t i;

	free(g->table);
	g->table_n *= 2;
	g->table = xcalloc(g->table_n, sizeof(*g->table));
	for (i = 0; i < g->n; i++)
		g->table[slot_of(g, &g->v[i].id)] = (uint32_t)i + 1;
}

uint32_t graph_index(struct graph *g, const git_oid *id)
{
	size_t s = slot_of(g, id);

	if (g->table[s])
		return g->table[s] - 1;
	if (g->n * 2 >= g->table_n) {
		table_double(g);
		s = slot_of(g, id);
	}
	GROW(g->v, g->n, g->cap);
	memset(&g->v[g->n], 0, sizeof(g->v[0]));
	g->v[g->n].id = *id;
	g->table[s] = (uint32_t)++g->n;
	return (uint32_t)g->n - 1;
}

struct graph_node *graph_node(struct graph *g, uint32_t i)
{
	return &g->v[i];
}

uint32_t graph_parent(struct graph *g, uint32_t i, uint32_t nth)
{
	return g->parents[g->v[i].parents_at + nth];
}

size_t graph_size(const struct graph *g)
{
	return g->n;
}

void graph_clear_flags(struct graph *g)
{
	size_t i;

	for (i = 0; i < g->n; i++)
		g->v[i].flags = 0;
}

/* The time of "committer A <a@b> 1700000000 +0100": what follows the last '>'.
 * A line that has none, or a number that does not fit, is 0. */
static int64_t line_date(const char *p, const char *end)
{
	const char *gt = memrchr(p, '>', (size_t)(end - p));
	int64_t v = 0;

	if (!gt)
		return 0;
	for (p = gt + 1; p < end && *p == ' '; p++)
		;
	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		if (v > INT64_MAX / 10 - 1)
			return 0;
		v = v * 10 + (*p - '0');
	}
	return v;
}

static void add_parent(struct graph *g, uint32_t i, const git_oid *id)
{
	uint32_t p = graph_index(g, id);

	GROW(g->parents, g->parents_n, g->parents_cap);
	g->parents[g->parents_n++] = p;
	g->v[i].parents_n++;
}

static void read_header(struct graph *g, uint32_t i, const char *p, size_t len)
{
	const char *end = p + len, *nl;
	bool cut = is_shallow(g, &g->v[i].id);
	git_oid id;

	for (; p < end && *p != '\n'; p = nl + 1) {
		size_t n;

		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			break;
		n = (size_t)(nl - p);
		if (n >= 5 + OID_HEX && !memcmp(p, "tree ", 5) &&
		    !oid_parse(&id, p + 5))
			g->v[i].tree = id;
		else if (n >= 7 + OID_HEX && !memcmp(p, "parent ", 7) &&
			 !cut && !oid_parse(&id, p + 7))
			add_parent(g, i, &id);
		else if (n > 10 && !memcmp(p, "committer ", 10))
			g->v[i].date = line_date(p, nl);
	}
}

enum graph_state graph_load(struct graph *g, uint32_t i)
{
	git_odb_object *o = NULL;
	git_oid id = g->v[i].id;

	if (g->v[i].state != GRAPH_UNREAD)
		return (enum graph_state)g->v[i].state;
	g->v[i].parents_at = (uint32_t)g->parents_n;
	if (git_odb_read(&o, g->odb, &id) ||
	    git_odb_object_type(o) != GIT_OBJECT_COMMIT) {
		g->v[i].state = GRAPH_MISSING;
	} else {
		read_header(g, i, git_odb_object_data(o),
			    git_odb_object_size(o));
		g->v[i].state = GRAPH_COMMIT;
	}
	git_odb_object_free(o);
	return (enum graph_state)g->v[i].state;
}

int graph_peel(struct graph *g, const git_oid *id, git_oid *commit)
{
	git_odb_object *o;
	git_oid at = *id;
	int step, type;
	bool ok;

	for (step = 0; step < PEEL_STEPS; step++) {
		const char *p;

		if (git_odb_read(&o, g->odb, &at))
			return -1;
		type = git_odb_object_type(o);
		p = git_odb_object_data(o);
		ok = type == GIT_OBJECT_TAG &&
			git_odb_object_size(o) >= 7 + OID_HEX &&
			starts_with(p, "object ") && !oid_parse(&at, p + 7);
		git_odb_object_free(o);
		if (type == GIT_OBJECT_COMMIT) {
			*commit = at;
			return 0;
		}
		if (!ok)
			return -1;
	}
	return -1;
}

/* --- heap --- */

static bool before(const struct graph *g, uint32_t a, uint32_t b)
{
	if (g->v[a].date != g->v[b].date)
		return g->v[a].date > g->v[b].date;
	return a < b;
}

void graph_push(struct graph *g, struct graph_heap *h, uint32_t i)
{
	size_t k;

	GROW(h->v, h->n, h->cap);
	for (k = h->n++; k && before(g, i, h->v[(k - 1) / 2]);
	     k = (k - 1) / 2)
		h->v[k] = h->v[(k - 1) / 2];
	h->v[k] = i;
}

uint32_t graph_pop(struct graph *g, struct graph_heap *h)
{
	uint32_t top = h->v[0], last = h->v[--h->n];
	size_t k = 0, c;

	for (; (c = 2 * k + 1) < h->n; k = c) {
		if (c + 1 < h->n && before(g, h->v[c + 1], h->v[c]))
			c++;
		if (!before(g, h->v[c], last))
			break;
		h->v[k] = h->v[c];
	}
	h->v[k] = last;
	return top;
}
