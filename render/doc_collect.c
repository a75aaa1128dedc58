/* render/doc_collect.c - see doc_collect.h. */
#include "render/doc_collect.h"

#include "core/mem.h"

#define MEAN_DAYS 28

void doc_set_release(struct doc_set *d)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		struct doc_repo *r = &d->v[i];

		stored_list_release(&r->landed);
		stored_list_release(&r->observed);
		stored_list_release(&r->last);
		stored_list_release(&r->before);
		free(r->changes);
		free(r->late);
		free(r->errata);
		free(r->events);
		free(r->gitdir);
	}
	free(d->v);
	arena_release(&d->arena);
	memset(d, 0, sizeof(*d));
}

static bool is_shown(const struct doc_request *rq, const char *name)
{
	size_t i;

	for (i = 0; i < rq->repos_n; i++)
		if (!strcmp(rq->repos[i], name))
			return true;
	return !rq->repos;
}

/* Split what landed in the window: on time, late (errata), repeats. */
static void split_landed(const struct doc_request *rq, struct doc_repo *r)
{
	size_t i;

	r->changes = xcalloc(r->landed.n + 1, sizeof(*r->changes));
	r->errata = xcalloc(r->landed.n + 1, sizeof(*r->errata));
	for (i = 0; i < r->landed.n; i++) {
		struct stored *s = &r->landed.v[i];

		if (s->replaces)
			r->replaced++;
		else if (is_late(&r->syncs, rq->zone, s->landed, s->observed))
			r->errata[r->errata_n++] = s;
		else
			r->changes[r->changes_n++].s = s;
	}
	r->late = xcalloc(r->observed.n + 1, sizeof(*r->late));
	for (i = 0; i < r->observed.n; i++) {
		struct stored *s = &r->observed.v[i];

		if (s->replaces || !is_late(&r->syncs, rq->zone, s->landed,
					    s->observed))
			continue;
		r->late[r->late_n].late = true;
		r->late[r->late_n++].s = s;
	}
}

/* The day an event belongs to (DESIGN, words: event). */
static int64_t event_time(const struct ref_move *m)
{
	if (m->tagged)
		return m->tagged < m->observed ? m->tagged : m->observed;
	return m->placed ? m->landed : m->observed;
}

static bool is_event(const struct ref_move *m)
{
	if (!strncmp(m->ref, "refs/tags/", 10))
		return true;
	if (m->first)
		return false;
	return !strcmp(m->kind, "rewritten") || !strcmp(m->kind, "sidelined");
}

static int collect_events(const struct doc_request *rq, struct doc_repo *r,
			  struct arena *a, struct err *e)
{
	size_t i;
	int64_t at;
	int rc = ref_moves(rq->db, r->row.id, a, &r->moves, &r->moves_n, e);

	if (rc)
		return rc;
	r->events = xcalloc(r->moves_n + 1, sizeof(*r->events));
	for (i = 0; i < r->moves_n; i++) {
		struct ref_move *m = &r->moves[i];

		if (!is_event(m))
			continue;
		at = event_time(m);
		if (at < rq->since || at >= rq->until)
			continue;
		r->events[r->events_n++] = (struct doc_event) {
			.kind = m->kind, .ref = m->ref, .old = m->old,
			.new = m->new, .target = m->target, .at = at };
	}
	return 0;
}

/*
 * What was first seen in the window, for the late ones.  A landing is observed
 * at the time of a successful sync, and what the first one brought is never
 * late: without a later one in the window there is nothing to look for, and
 * looking would read every commit of the repository.
 */
static int collect_observed(const struct doc_request *rq, struct doc_repo *r,
			    struct arena *a, struct err *e)
{
	size_t i;

	for (i = 1; i < r->syncs.n; i++)
		if (r->syncs.v[i] >= rq->since && r->syncs.v[i] < rq->until)
			return read_observed(rq->db, r->row.id, rq->since,
					     rq->until, a, &r->observed, e);
	return 0;
}

static int collect_repo(const struct doc_request *rq, struct doc_repo *r,
			struct arena *a, struct err *e)
{
	int64_t id;
	int rc = repo_get(rq->db, r->spec->name, a, &r->row, e);

	if (rc || !r->row.id)
		return rc;
	id = r->row.id;
	rc = sync_times(rq->db, id, a, &r->syncs, e);
	if (!rc)
		rc = read_landings(rq->db, id, rq->since, rq->until, a,
				   &r->landed, e);
	if (!rc)
		rc = collect_observed(rq, r, a, e);
	if (!rc)
		split_landed(rq, r);
	return rc;
}

static int collect_rest(const struct doc_request *rq, struct doc_repo *r,
			struct arena *a, struct err *e)
{
	int64_t day = day_of(rq->zone, rq->since);
	int rc;

	r->mean_days = MEAN_DAYS /
		((double)(rq->until - rq->since) / 86400.0);
	if (!r->row.id)
		return 0;
	rc = read_last(rq->db, r->row.id, rq->since, rq->until, a, &r->before,
		       &r->last, e);
	if (!rc)
		rc = read_sums(rq->db, r->row.id,
			       day_start(rq->zone, day - MEAN_DAYS),
			       rq->since, &r->sums, e);
	if (!rc)
		rc = collect_events(rq, r, a, e);
	return rc;
}

/* repos.list order, then landing order, late ones last. */
static void number(struct doc_set *d)
{
	int handle = 0;
	size_t i, k;

	for (i = 0; i < d->n; i++)
		for (k = 0; k < d->v[i].changes_n; k++)
			d->v[i].changes[k].handle = ++handle;
	for (i = 0; i < d->n; i++)
		for (k = 0; k < d->v[i].late_n; k++)
			d->v[i].late[k].handle = ++handle;
}

int doc_collect(const struct doc_request *rq, struct doc_set *out,
		struct err *e)
{
	size_t i;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	out->n = rq->list->n;
	out->v = xcalloc(out->n + 1, sizeof(*out->v));
	for (i = 0; i < out->n && !rc; i++) {
		struct doc_repo *r = &out->v[i];

		r->spec = &rq->list->v[i];
		r->shown = is_shown(rq, r->spec->name);
		r->gitdir = repo_mirror_path(r->spec, rq->workspace);
		rc = collect_repo(rq, r, &out->arena, e);
	}
	if (!rc)
		number(out);
	return rc;
}

int doc_collect_rest(const struct doc_request *rq, struct doc_set *set,
		     struct err *e)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < set->n && !rc; i++)
		rc = collect_rest(rq, &set->v[i], &set->arena, e);
	return rc;
}
