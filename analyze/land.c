/* analyze/land.c - see land.h. */
#include "analyze/land.h"

#include "core/mem.h"
#include "core/str.h"

struct row {
	int32_t node;
	int64_t pos, landed, replaces;
	bool doubtful, frozen, recomputed, gone, sidelined;
	bool stored;
};

void land_times(const int64_t *time, const int64_t *latest, size_t n,
		int64_t *landed, bool *doubtful)
{
	int32_t *pile_top = xcalloc(n + 1, sizeof(*pile_top));
	int32_t *back = xcalloc(n + 1, sizeof(*back)), last;
	bool *trusted = xcalloc(n + 1, sizeof(*trusted));
	size_t piles = 0, i, lo, hi, mid;
	int64_t have = INT64_MIN, least = INT64_MAX;

	for (i = 0; i < n; i++) {
		if (latest[i] < least)
			least = latest[i];
		if (time[i] == INT64_MIN || time[i] > latest[i])
			continue;
		lo = 0;
		hi = piles;
		while (lo < hi) {
			mid = (lo + hi) / 2;
			if (time[pile_top[mid]] > time[i])
				hi = mid;
			else
				lo = mid + 1;
		}
		back[i] = lo ? pile_top[lo - 1] : -1;
		pile_top[lo] = (int32_t)i;
		if (lo == piles)
			piles++;
	}
	for (last = piles ? pile_top[piles - 1] : -1; last >= 0;
	     last = back[last])
		trusted[last] = true;
	for (i = 0; i < n; i++) {
		if (trusted[i])
			have = time[i];
		landed[i] = have;
		doubtful[i] = !trusted[i];
	}
	/* What stands before the first trusted one takes the next after it. */
	have = piles ? have : least;
	for (i = n; i-- > 0;) {
		if (trusted[i])
			have = time[i];
		if (landed[i] == INT64_MIN)
			landed[i] = piles ? have : least;
	}
	free(pile_top);
	free(back);
	free(trusted);
}

struct update {
	struct db *db;
	int64_t repo_id, closed;	/* landed < closed: its day is over */
	struct history *g;
	struct row *rows;		/* one per landing, wanted state */
	int32_t *row_of;		/* by node, -1: none */
	int32_t rows_n, rows_cap;
	struct row *old;		/* as stored, by node; node -1: none */
	int32_t *was;			/* stored landing of a member, -1 */
	int32_t *was_order;
	int32_t *kept;			/* see history_assign() */
	bool *touched;			/* merges that bring in something else */
	struct err *e;
};

/* Row number -> node number. */
static void number_rows(const struct update *u, struct map *nodes)
{
	int32_t i;

	for (i = 0; i < u->g->n; i++)
		map_set(nodes, &u->g->v[i].row, sizeof(int64_t), i);
}

static int load_old(struct update *u)
{
	sqlite3_stmt *s = db_query(u->db, Q_LANDING_LIST, u->e);
	struct map nodes = { 0 };
	int rc;

	number_rows(u, &nodes);
	q_int(s, ":repo", u->repo_id);
	while ((rc = db_step(u->db, s, u->e)) > 0) {
		int64_t id = c_int(s, 0);
		int64_t node = map_get(&nodes, &id, sizeof(id));
		struct row *r;

		if (node < 0)
			continue;
		r = &u->old[node];
		r->node = (int32_t)node;
		r->pos = c_int(s, 1);
		r->landed = c_int(s, 2);
		r->doubtful = c_int(s, 3);
		r->frozen = c_int(s, 4);
		r->recomputed = c_int(s, 5);
		r->gone = c_int(s, 6);
		r->sidelined = c_int(s, 7);
		r->replaces = c_int(s, 8);
		r->stored = true;
	}
	map_release(&nodes);
	return rc;
}

static struct row *add_row(struct update *u, int32_t node)
{
	struct row *r;

	GROW(u->rows, u->rows_n, u->rows_cap);
	u->row_of[node] = u->rows_n;
	r = &u->rows[u->rows_n++];
	memset(r, 0, sizeof(*r));
	r->node = node;
	return r;
}

/* Rows of the mainline, with times recomputed where they are not frozen. */
static void plan_mainline(struct update *u, int64_t now)
{
	struct history *g = u->g;
	size_t n = (size_t)g->mainline_n, i;
	int64_t *time = xcalloc(n + 1, sizeof(*time));
	int64_t *latest = xcalloc(n + 1, sizeof(*latest));
	int64_t *landed = xcalloc(n + 1, sizeof(*landed));
	bool *doubtful = xcalloc(n + 1, sizeof(*doubtful));

	for (i = 0; i < n; i++) {
		struct node *c = &g->v[g->mainline[i]];

		time[i] = c->time;
		latest[i] = c->observed ? c->observed : now;
	}
	land_times(time, latest, n, landed, doubtful);
	for (i = 0; i < n; i++) {
		int32_t node = g->mainline[i];
		struct row *o = &u->old[node], *r = add_row(u, node);

		r->pos = (int64_t)i;
		r->landed = landed[i];
		r->doubtful = doubtful[i];
		if (o->stored) {
			r->replaces = o->replaces;
			if (o->frozen) {
				r->frozen = true;
				r->landed = o->landed;
				r->doubtful = o->doubtful;
				r->recomputed = o->landed != landed[i];
			}
		}
		if (r->landed < u->closed)
			r->frozen = true;
	}
	free(time);
	free(latest);
	free(landed);
	free(doubtful);
}

static int by_pos(const void *x, const void *y)
{
	const struct row *a = x, *b = y;

	return (a->pos > b->pos) - (a->pos < b->pos);
}

/* Frozen landings that are no longer on the mainline stay, flagged, after it
 * and in the order they had. */
static void plan_kept(struct update *u)
{
	int32_t i, first = u->rows_n;

	for (i = 0; i < u->g->n; i++) {
		struct row *o = &u->old[i], *r;

		if (!o->stored || !o->frozen || u->row_of[i] >= 0)
			continue;
		r = add_row(u, i);
		*r = *o;
		r->gone = !u->g->v[i].reachable;
		r->sidelined = u->g->v[i].reachable;
	}
	qsort(u->rows + first, (size_t)(u->rows_n - first), sizeof(*u->rows),
	      by_pos);
	for (i = first; i < u->rows_n; i++) {
		u->rows[i].pos = u->g->mainline_n + i - first;
		u->row_of[u->rows[i].node] = i;
	}
}

static bool same_row(const struct row *a, const struct row *b)
{
	return a->pos == b->pos && a->landed == b->landed &&
	       a->doubtful == b->doubtful && a->frozen == b->frozen &&
	       a->recomputed == b->recomputed && a->gone == b->gone &&
	       a->sidelined == b->sidelined && a->replaces == b->replaces;
}

static int put_row(struct update *u, const struct row *r)
{
	sqlite3_stmt *s = db_query(u->db, Q_LANDING_PUT, u->e);

	q_int(s, ":commit", u->g->v[r->node].row);
	q_int(s, ":repo", u->repo_id);
	q_int(s, ":pos", r->pos);
	q_int(s, ":landed", r->landed);
	q_int(s, ":doubtful", r->doubtful);
	q_int(s, ":frozen", r->frozen);
	q_int(s, ":recomputed", r->recomputed);
	q_int(s, ":gone", r->gone);
	q_int(s, ":sidelined", r->sidelined);
	if (r->replaces)
		q_int(s, ":replaces", r->replaces);
	return db_run(u->db, s, u->e);
}

static int drop(struct update *u, enum query q, int64_t row)
{
	sqlite3_stmt *s = db_query(u->db, q, u->e);

	q_int(s, ":commit", row);
	return db_run(u->db, s, u->e);
}

/* Rows first, then the ones that are to go: members refer to landings. */
static int write_landings(struct update *u)
{
	int32_t i;
	int rc = 0;

	for (i = 0; i < u->rows_n && !rc; i++) {
		struct row *o = &u->old[u->rows[i].node];

		if (!o->stored || !same_row(o, &u->rows[i]))
			rc = put_row(u, &u->rows[i]);
	}
	return rc;
}

static int drop_landings(struct update *u)
{
	int32_t i;
	int rc = 0;

	for (i = 0; i < u->g->n && !rc; i++)
		if (u->old[i].stored && u->row_of[i] < 0)
			rc = drop(u, Q_LANDING_DROP, u->g->v[i].row);
	return rc;
}

/* Members as stored. */
static int load_members(struct update *u)
{
	sqlite3_stmt *s = db_query(u->db, Q_MEMBER_LIST, u->e);
	struct map nodes = { 0 };
	int rc;

	number_rows(u, &nodes);
	q_int(s, ":repo", u->repo_id);
	while ((rc = db_step(u->db, s, u->e)) > 0) {
		int64_t id = c_int(s, 0), of = c_int(s, 1);
		int64_t node = map_get(&nodes, &id, sizeof(id));
		int64_t landing = map_get(&nodes, &of, sizeof(of));

		if (node >= 0 && landing >= 0) {
			u->was[node] = (int32_t)landing;
			u->was_order[node] = (int32_t)c_int(s, 2);
		}
	}
	map_release(&nodes);
	return rc;
}

/*
 * Landings off the mainline and what they brought in stay together; all others
 * are assigned anew.
 */
static void assign(struct update *u)
{
	struct history *g = u->g;
	int32_t i, *before = xcalloc((size_t)g->n + 1, sizeof(*before));

	for (i = 0; i < g->n; i++) {
		int32_t of = u->was[i] >= 0 ? u->was[i] : i;

		before[i] = g->v[i].landing;
		u->kept[i] = -1;
		if (u->row_of[of] < g->mainline_n)
			continue;
		u->kept[i] = of;
		g->v[i].order = of == i ? 1 : u->was_order[i];
	}
	history_assign(g, u->kept);
	for (i = 0; i < g->n; i++) {
		if (g->v[i].landing == before[i])
			continue;
		if (before[i] >= 0)
			u->touched[before[i]] = true;
		if (g->v[i].landing >= 0)
			u->touched[g->v[i].landing] = true;
	}
	free(before);
}

static int put_member(struct update *u, const struct node *c)
{
	sqlite3_stmt *s = db_query(u->db, Q_MEMBER_PUT, u->e);

	q_int(s, ":commit", c->row);
	q_int(s, ":landing", u->g->v[c->landing].row);
	q_int(s, ":n", c->order);
	return db_run(u->db, s, u->e);
}

/*
 * Rows that are to go leave first, so that no landing is held by a member;
 * `put` says which half is done.
 */
static int write_members(struct update *u, bool put)
{
	struct history *g = u->g;
	int32_t i;
	int rc = 0;

	for (i = 0; i < g->n && !rc; i++) {
		struct node *c = &g->v[i];
		bool member = u->row_of[i] < 0 && c->landing >= 0;
		int32_t want = member ? c->landing : -1;

		if (want == u->was[i] && (want < 0 ||
					  u->was_order[i] == c->order))
			continue;
		if (u->was[i] >= 0)
			u->touched[u->was[i]] = true;
		if (put && member)
			rc = put_member(u, c);
		else if (!put && !member)
			rc = drop(u, Q_MEMBER_DROP, c->row);
	}
	return rc;
}

/* What a merge brought in speaks for its labels: they are made again. */
static int drop_labels(struct update *u, int *n)
{
	int32_t i;
	int rc = 0;

	for (i = 0; i < u->g->n && !rc; i++) {
		if (!u->touched[i] || u->g->v[i].parents_n < 2)
			continue;
		rc = drop(u, Q_LABEL_DROP, u->g->v[i].row);
		(*n)++;
	}
	return rc;
}

static int write_flags(struct update *u)
{
	int32_t i;
	int rc = 0;

	for (i = 0; i < u->g->n && !rc; i++) {
		struct node *c = &u->g->v[i];
		uint32_t want = c->stored_flags & ~(uint32_t)COMMIT_GONE;
		sqlite3_stmt *s;

		if (!c->reachable)
			want |= COMMIT_GONE;
		if (want == c->stored_flags)
			continue;
		s = db_query(u->db, Q_COMMIT_SET_FLAGS, u->e);
		q_int(s, ":flags", want);
		q_int(s, ":id", c->row);
		rc = db_run(u->db, s, u->e);
	}
	return rc;
}

/* author, author time and subject: what a rebase keeps. */
static int load_identities(struct update *u, struct map *by_text)
{
	sqlite3_stmt *s = db_query(u->db, Q_GONE_LANDINGS, u->e);
	struct str key = STR_INIT;
	int rc;

	q_int(s, ":repo", u->repo_id);
	while ((rc = db_step(u->db, s, u->e)) > 0) {
		str_clear(&key);
		str_addf(&key, "%lld %lld ", (long long)c_int(s, 1),
			 (long long)c_int(s, 2));
		str_add(&key, c_text(s, 3));
		map_set(by_text, key.s, key.len, c_int(s, 0));
	}
	str_release(&key);
	return rc;
}

/* After a rewrite: which new landing repeats which gone one. */
static int find_replacements(struct update *u)
{
	struct map by_text = { 0 };
	struct str key = STR_INIT;
	sqlite3_stmt *s;
	int rc = load_identities(u, &by_text);
	int32_t i;
	int64_t old;

	for (i = 0; i < u->rows_n && !rc && by_text.n; i++) {
		struct row *r = &u->rows[i];

		if (u->old[r->node].stored || r->gone || r->sidelined)
			continue;
		s = db_query(u->db, Q_COMMIT_IDENTITY, u->e);
		q_int(s, ":id", u->g->v[r->node].row);
		rc = db_step(u->db, s, u->e);
		if (rc > 0) {
			str_clear(&key);
			str_addf(&key, "%lld %lld ", (long long)c_int(s, 0),
				 (long long)c_int(s, 1));
			str_add(&key, c_text(s, 2));
			old = map_get(&by_text, key.s, key.len);
			rc = 0;
			if (old >= 0) {
				r->replaces = old;
				rc = put_row(u, r);
			}
		}
	}
	map_release(&by_text);
	str_release(&key);
	return rc;
}

static bool any_gone(const struct update *u)
{
	int32_t i;

	for (i = 0; i < u->g->n; i++)
		if (!u->g->v[i].reachable)
			return true;
	return false;
}

/* Days that an earlier sync closed are frozen before anything moves. */
static void freeze(struct update *u, int64_t closed)
{
	int32_t i;

	for (i = 0; i < u->g->n; i++)
		if (u->old[i].stored && u->old[i].landed < closed)
			u->old[i].frozen = true;
}

static int write_all(struct update *u, int *unlabelled)
{
	int rc = write_landings(u);

	if (!rc && any_gone(u))
		rc = find_replacements(u);
	if (!rc)
		rc = write_members(u, false);
	if (!rc)
		rc = write_members(u, true);
	if (!rc)
		rc = drop_landings(u);
	if (!rc)
		rc = write_flags(u);
	return rc ? rc : drop_labels(u, unlabelled);
}

static int32_t *none(int32_t n)
{
	size_t bytes = ((size_t)n + 1) * sizeof(int32_t);

	return memset(xmalloc(bytes), 0xff, bytes);
}

int land_update(struct db *db, int64_t repo_id, struct history *g,
		const struct zone *zone, int64_t previous, int64_t now,
		int *unlabelled, struct err *e)
{
	struct update u = { .db = db, .repo_id = repo_id, .g = g, .e = e };
	size_t n = (size_t)g->n + 1;
	int rc;

	*unlabelled = 0;
	u.row_of = none(g->n);
	u.was = none(g->n);
	u.kept = none(g->n);
	u.was_order = xcalloc(n, sizeof(*u.was_order));
	u.touched = xcalloc(n, sizeof(*u.touched));
	u.old = xcalloc(n, sizeof(*u.old));
	rc = load_old(&u);
	if (!rc)
		rc = load_members(&u);
	if (!rc) {
		if (previous != INT64_MIN)
			freeze(&u, day_start(zone, day_of(zone, previous)));
		u.closed = day_start(zone, day_of(zone, now));
		plan_mainline(&u, now);
		plan_kept(&u);
		assign(&u);
		rc = write_all(&u, unlabelled);
	}
	free(u.rows);
	free(u.row_of);
	free(u.was);
	free(u.was_order);
	free(u.kept);
	free(u.touched);
	free(u.old);
	return rc;
}
