/* analyze/history.c - see graph.h. */
#include "analyze/history.h"

#include "analyze/commit.h"
#include "core/mem.h"

#define COMMIT_MAX ((size_t)64 << 20)

void history_init(struct history *g)
{
	memset(g, 0, sizeof(*g));
	g->tip = -1;
}

void history_release(struct history *g)
{
	free(g->v);
	free(g->mainline);
	oid_map_release(&g->by_oid);
	arena_release(&g->arena);
	history_init(g);
}

static int32_t add_node(struct history *g, const git_oid *oid)
{
	struct node *n;

	GROW(g->v, g->n, g->cap);
	n = &g->v[g->n];
	memset(n, 0, sizeof(*n));
	n->oid = *oid;
	n->landing = -1;
	n->time = INT64_MIN;
	oid_map_set(&g->by_oid, oid, g->n);
	return g->n++;
}

/* Parents may come after their children in the store: resolved at the end. */
int history_load(struct history *g, struct db *db, int64_t repo_id, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_GRAPH_COMMITS, e);
	int32_t i;
	int k, rc;

	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo_id);
	while ((rc = db_step(db, s, e)) > 0) {
		size_t len = (size_t)sqlite3_column_bytes(s, 2);
		struct node *n;
		git_oid oid;

		c_oid(s, 1, &oid);
		i = add_node(g, &oid);	/* may move g->v: first */
		n = &g->v[i];
		n->row = c_int(s, 0);
		n->parents_n = (int)(len / OID_RAW);
		n->parents = arena_alloc(&g->arena, len + 1);
		memcpy(n->parents, sqlite3_column_blob(s, 2) ?
		       sqlite3_column_blob(s, 2) : "", len);
		n->time = c_null(s, 3) ? INT64_MIN : c_int(s, 3);
		n->flags = n->stored_flags = (uint32_t)c_int(s, 6);
		n->observed = c_int(s, 7);
	}
	/* In place: an oid is longer than a node number. */
	for (i = 0; i < g->n && !rc; i++) {
		struct node *n = &g->v[i];
		int have = n->parents_n;

		n->parents_n = 0;
		for (k = 0; k < have; k++) {
			git_oid id;
			int32_t p;

			memcpy(id.id, (char *)n->parents + k * OID_RAW,
			       OID_RAW);
			p = oid_map_get(&g->by_oid, &id);
			if (p >= 0)
				n->parents[n->parents_n++] = p;
		}
	}
	return rc;
}

/* Read one new commit; its parents become nodes and go on the stack. */
static int read_node(struct history *g, struct odb_reader *r, int32_t i,
		     const struct oid_map *shallow, int32_t **stack,
		     size_t *top, size_t *cap, struct err *e)
{
	git_oid few[8], *parents = few;
	struct obj *o;
	int n, k;
	int64_t t;

	if (odb_read(r, &g->v[i].oid, COMMIT_MAX, &o, NULL)) {
		g->v[i].flags |= COMMIT_UNREADABLE;
		return 0;
	}
	if (o->type != GIT_OBJECT_COMMIT) {
		obj_put(o);
		return err_set(e, ERR_CORRUPT, "the tip is not a commit");
	}
	commit_scan(o->data, o->len, &g->v[i].tree, few, 8, &n, &t);
	if (n > 8) {
		parents = xcalloc((size_t)n, sizeof(*parents));
		commit_scan(o->data, o->len, &g->v[i].tree, parents, n, &n,
			    &t);
	}
	obj_put(o);
	g->v[i].time = t;
	if (n && shallow && oid_map_get(shallow, &g->v[i].oid) >= 0) {
		g->v[i].flags |= COMMIT_SHALLOW;
		n = 0;
	}
	g->v[i].parents = arena_alloc(&g->arena,
				      (size_t)n * sizeof(int32_t) + 1);
	g->v[i].parents_n = n;
	for (k = 0; k < n; k++) {
		int32_t p = oid_map_get(&g->by_oid, &parents[k]);

		if (p < 0) {
			p = add_node(g, &parents[k]);
			GROW(*stack, *top, *cap);
			(*stack)[(*top)++] = p;
		}
		g->v[i].parents[k] = p;
	}
	if (parents != few)
		free(parents);
	return 0;
}

static void mark_reachable(struct history *g)
{
	int32_t *stack = xcalloc((size_t)g->n + 1, sizeof(*stack)), i;
	size_t top = 0;
	int k;

	for (i = 0; i < g->n; i++)
		g->v[i].reachable = false;
	if (g->tip >= 0) {
		stack[top++] = g->tip;
		g->v[g->tip].reachable = true;
	}
	while (top) {
		struct node *n = &g->v[stack[--top]];

		for (k = 0; k < n->parents_n; k++)
			if (!g->v[n->parents[k]].reachable) {
				g->v[n->parents[k]].reachable = true;
				stack[top++] = n->parents[k];
			}
	}
	free(stack);
}

static void find_mainline(struct history *g)
{
	int32_t i, n = 0;

	for (i = g->tip; i >= 0; i = g->v[i].parents_n ?
	     g->v[i].parents[0] : -1)
		n++;
	free(g->mainline);
	g->mainline = xcalloc((size_t)n + 1, sizeof(*g->mainline));
	g->mainline_n = n;
	for (i = g->tip; i >= 0; i = g->v[i].parents_n ?
	     g->v[i].parents[0] : -1)
		g->mainline[--n] = i;
}

int history_walk(struct history *g, struct odb_reader *r, const git_oid *tip,
	       const struct oid_map *shallow, struct err *e)
{
	size_t top = 0, cap = 0;
	int32_t *stack = NULL;
	int rc = 0;

	g->tip = oid_map_get(&g->by_oid, tip);
	if (g->tip < 0) {
		g->tip = add_node(g, tip);
		GROW(stack, top, cap);
		stack[top++] = g->tip;
	}
	while (top && !rc)
		rc = read_node(g, r, stack[--top], shallow, &stack, &top,
			       &cap, e);
	free(stack);
	if (rc)
		return rc;
	mark_reachable(g);
	find_mainline(g);
	return 0;
}

struct heap {
	struct history *g;
	int32_t *v;
	int n;
};

static bool before(const struct heap *h, int a, int b)
{
	return oid_cmp(&h->g->v[h->v[a]].oid, &h->g->v[h->v[b]].oid) < 0;
}

static void heap_swap(struct heap *h, int a, int b)
{
	int32_t t = h->v[a];

	h->v[a] = h->v[b];
	h->v[b] = t;
}

static void heap_push(struct heap *h, int32_t x)
{
	int i = h->n++;

	h->v[i] = x;
	while (i && before(h, i, (i - 1) / 2)) {
		heap_swap(h, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

static int32_t heap_pop(struct heap *h)
{
	int32_t x = h->v[0];
	int i = 0, c;

	h->v[0] = h->v[--h->n];
	while ((c = 2 * i + 1) < h->n) {
		if (c + 1 < h->n && before(h, c + 1, c))
			c++;
		if (!before(h, c, i))
			break;
		heap_swap(h, c, i);
		i = c;
	}
	return x;
}

struct assign {
	struct history *g;
	const int32_t *kept;
	bool *passed;			/* kept nodes that were looked behind */
	int32_t *through;		/* stack of them */
	int32_t *set;			/* members of one landing */
	int32_t *waits;			/* unplaced parents in it, per node */
	int32_t *child_head, *child_next, *child_node;
	int32_t set_n, edges;
	struct heap heap;
};

/* Claim a node for a landing, or put it on the stack of those that stay with
 * another one and may have unclaimed ancestors. */
static void claim(struct assign *a, int32_t p, int32_t landing, int32_t *top)
{
	struct node *n = &a->g->v[p];

	if (n->landing < 0) {
		n->landing = landing;
		a->set[a->set_n++] = p;
	} else if (a->kept && a->kept[p] >= 0 && !a->passed[p]) {
		a->passed[p] = true;
		a->through[(*top)++] = p;
	}
}

/* Everything reachable from the other parents that has no landing yet. */
static void collect(struct assign *a, int32_t landing)
{
	struct history *g = a->g;
	int32_t i = 0, top = 0;
	int k;

	a->set_n = 0;
	for (k = 1; k < g->v[landing].parents_n; k++)
		claim(a, g->v[landing].parents[k], landing, &top);
	while (top || i < a->set_n) {
		struct node *n = &g->v[top ? a->through[--top] : a->set[i++]];

		for (k = 0; k < n->parents_n; k++)
			claim(a, n->parents[k], landing, &top);
	}
}

/* Kahn's algorithm with the smallest oid first. */
static void order_set(struct assign *a, int32_t landing)
{
	struct history *g = a->g;
	int32_t i, edge, order = 0;
	int k;

	a->edges = 0;
	for (i = 0; i < a->set_n; i++) {
		a->waits[a->set[i]] = 0;
		a->child_head[a->set[i]] = -1;
	}
	for (i = 0; i < a->set_n; i++) {
		struct node *n = &g->v[a->set[i]];

		for (k = 0; k < n->parents_n; k++) {
			int32_t p = n->parents[k];

			if (g->v[p].landing != landing || p == landing)
				continue;
			a->waits[a->set[i]]++;
			a->child_node[a->edges] = a->set[i];
			a->child_next[a->edges] = a->child_head[p];
			a->child_head[p] = a->edges++;
		}
	}
	for (i = 0; i < a->set_n; i++)
		if (!a->waits[a->set[i]])
			heap_push(&a->heap, a->set[i]);
	while (a->heap.n) {
		int32_t x = heap_pop(&a->heap);

		g->v[x].order = ++order;
		for (edge = a->child_head[x]; edge >= 0;
		     edge = a->child_next[edge])
			if (!--a->waits[a->child_node[edge]])
				heap_push(&a->heap, a->child_node[edge]);
	}
	g->v[landing].order = ++order;
}

void history_assign(struct history *g, const int32_t *kept)
{
	struct assign a = { .g = g, .kept = kept };
	size_t n = (size_t)g->n + 1, edges = 1;
	int32_t i;

	for (i = 0; i < g->n; i++) {
		g->v[i].landing = kept ? kept[i] : -1;
		if (g->v[i].landing < 0)
			g->v[i].order = 1;
		edges += (size_t)g->v[i].parents_n;
	}
	a.set = xcalloc(n, sizeof(*a.set));
	a.passed = xcalloc(n, sizeof(*a.passed));
	a.through = xcalloc(n, sizeof(*a.through));
	a.waits = xcalloc(n, sizeof(*a.waits));
	a.child_head = xcalloc(n, sizeof(*a.child_head));
	a.child_next = xcalloc(edges, sizeof(*a.child_next));
	a.child_node = xcalloc(edges, sizeof(*a.child_node));
	a.heap.g = g;
	a.heap.v = xcalloc(n, sizeof(*a.heap.v));
	for (i = 0; i < g->mainline_n; i++) {
		g->v[g->mainline[i]].landing = g->mainline[i];
		g->v[g->mainline[i]].order = 1;
	}
	for (i = 0; i < g->mainline_n; i++) {
		if (g->v[g->mainline[i]].parents_n < 2)
			continue;
		collect(&a, g->mainline[i]);
		order_set(&a, g->mainline[i]);
	}
	free(a.set);
	free(a.passed);
	free(a.through);
	free(a.waits);
	free(a.child_head);
	free(a.child_next);
	free(a.child_node);
	free(a.heap.v);
}
