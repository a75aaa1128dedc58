/* store/ledger.c - see ledger.h. */
#include "store/ledger.h"

#include "core/mem.h"

static void read_repo(sqlite3_stmt *s, struct arena *a, struct repo_row *r)
{
	r->id = c_int(s, 0);
	r->name = arena_strdup(a, c_text(s, 1));
	r->source = arena_strdup(a, c_text(s, 2));
	r->branch = arena_strdup(a, c_text(s, 3));
	c_oid(s, 4, &r->tip);
	r->first_sync = c_int(s, 5);
	r->last_sync = c_int(s, 6);
	r->last_try = c_int(s, 7);
	r->last_error = arena_strdup(a, c_text(s, 8));
	r->warnings = arena_strdup(a, c_text(s, 9));
	r->shallow = c_int(s, 10);
	r->has_tags = (int)c_int(s, 11);
}

int repo_get(struct db *db, const char *name, struct arena *a,
	     struct repo_row *r, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_REPO_GET, e);
	int rc;

	memset(r, 0, sizeof(*r));
	if (!s)
		return ERR_DB;
	q_text(s, ":name", name);
	rc = db_step(db, s, e);
	if (rc > 0)
		read_repo(s, a, r);
	sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}

int repo_all(struct db *db, struct arena *a, struct repo_row **out, size_t *n,
	     struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_REPO_ALL, e);
	struct repo_row *v = NULL;
	size_t cap = 0;
	int rc;

	*n = 0;
	while ((rc = db_step(db, s, e)) > 0) {
		GROW(v, *n, cap);
		read_repo(s, a, &v[(*n)++]);
	}
	*out = arena_alloc(a, *n * sizeof(*v) + 1);
	if (*n)
		memcpy(*out, v, *n * sizeof(*v));
	free(v);
	return rc;
}

int repo_put(struct db *db, const char *name, const char *source,
	     const char *was, int64_t *id, struct err *e)
{
	struct arena a = { 0 };
	struct repo_row r, old;
	sqlite3_stmt *s;
	int rc = repo_get(db, name, &a, &r, e);

	if (!rc && !r.id && was) {
		rc = repo_get(db, was, &a, &old, e);
		if (!rc && old.id) {
			s = db_query(db, Q_REPO_RENAME, e);
			q_text(s, ":name", name);
			q_text(s, ":was", was);
			rc = db_run(db, s, e);
		}
	}
	if (!rc && (!r.id || strcmp(r.source, source))) {
		s = db_query(db, Q_REPO_ADD, e);
		q_text(s, ":name", name);
		q_text(s, ":source", source);
		rc = db_run(db, s, e);
		if (!rc)
			rc = repo_get(db, name, &a, &r, e);
	}
	*id = r.id;
	arena_release(&a);
	return rc;
}

static int add_sync(struct db *db, int64_t repo, int64_t run, int64_t at,
		    bool ok, uint64_t received, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_SYNC_ADD, e);

	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo);
	if (run)
		q_int(s, ":run", run);
	q_int(s, ":at", at);
	q_int(s, ":ok", ok);
	q_int(s, ":received", (int64_t)received);
	return db_run(db, s, e);
}

int repo_sync_done(struct db *db, const struct repo_done *d, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_REPO_DONE, e);
	int rc;

	if (!s)
		return ERR_DB;
	q_text(s, ":branch", d->branch);
	q_oid(s, ":tip", &d->tip);
	q_int(s, ":at", d->at);
	q_text(s, ":warnings", d->warnings && *d->warnings ? d->warnings :
			       NULL);
	q_int(s, ":shallow", d->shallow);
	q_int(s, ":has_tags", d->has_tags);
	q_int(s, ":id", d->id);
	rc = db_run(db, s, e);
	if (!rc)
		rc = add_sync(db, d->id, d->run_id, d->at, true, d->received,
			      e);
	return rc;
}

int repo_sync_failed(struct db *db, int64_t id, int64_t run_id, int64_t at,
		     const char *sentence, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_REPO_FAILED, e);
	int rc;

	if (!s)
		return ERR_DB;
	q_int(s, ":at", at);
	q_text(s, ":error", sentence);
	q_int(s, ":id", id);
	rc = db_run(db, s, e);
	return rc ? rc : add_sync(db, id, run_id, at, false, 0, e);
}

int refs_load(struct db *db, int64_t repo_id, struct arena *a,
	      struct ref_row **out, size_t *n, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_REF_LIST, e);
	struct ref_row *v = NULL;
	size_t cap = 0;
	int rc;

	*n = 0;
	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo_id);
	while ((rc = db_step(db, s, e)) > 0) {
		GROW(v, *n, cap);
		v[*n].name = arena_strdup(a, c_text(s, 0));
		c_oid(s, 1, &v[*n].oid);
		(*n)++;
	}
	*out = arena_alloc(a, *n * sizeof(*v) + 1);
	if (*n)
		memcpy(*out, v, *n * sizeof(*v));
	free(v);
	return rc;
}

int ref_move_add(struct db *db, int64_t repo_id, const struct ref_move *m,
		 struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_MOVE_ADD, e);
	int rc;

	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo_id);
	q_text(s, ":ref", m->ref);
	q_oid(s, ":old", &m->old);
	q_oid(s, ":new", &m->new);
	q_int(s, ":observed", m->observed);
	q_text(s, ":kind", m->kind);
	q_int(s, ":first", m->first);
	q_oid(s, ":target", &m->target);
	if (m->tagged)
		q_int(s, ":tagged", m->tagged);
	rc = db_run(db, s, e);
	if (rc)
		return rc;
	s = db_query(db, oid_zero(&m->new) ? Q_REF_DROP : Q_REF_PUT, e);
	q_int(s, ":repo", repo_id);
	q_text(s, ":name", m->ref);
	if (!oid_zero(&m->new))
		q_oid(s, ":oid", &m->new);
	return db_run(db, s, e);
}

int ref_moves(struct db *db, int64_t repo_id, struct arena *a,
	      struct ref_move **out, size_t *n, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_MOVE_LIST, e);
	struct ref_move *v = NULL;
	size_t cap = 0;
	int rc;

	*n = 0;
	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo_id);
	while ((rc = db_step(db, s, e)) > 0) {
		struct ref_move *m;

		GROW(v, *n, cap);
		m = &v[(*n)++];
		memset(m, 0, sizeof(*m));
		m->ref = arena_strdup(a, c_text(s, 0));
		c_oid(s, 1, &m->old);
		c_oid(s, 2, &m->new);
		m->observed = c_int(s, 3);
		m->kind = arena_strdup(a, c_text(s, 4));
		m->first = c_int(s, 5);
		c_oid(s, 6, &m->target);
		m->tagged = c_int(s, 7);
		m->placed = !c_null(s, 8);
		m->landed = c_int(s, 8);
	}
	*out = arena_alloc(a, *n * sizeof(*v) + 1);
	if (*n)
		memcpy(*out, v, *n * sizeof(*v));
	free(v);
	return rc;
}

int sync_times(struct db *db, int64_t repo_id, struct arena *a,
	       struct sync_times *out, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_SYNC_TIMES, e);
	int64_t *v = NULL;
	size_t cap = 0;
	int rc;

	out->n = 0;
	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo_id);
	while ((rc = db_step(db, s, e)) > 0) {
		GROW(v, out->n, cap);
		v[out->n++] = c_int(s, 0);
	}
	out->v = arena_alloc(a, out->n * sizeof(*v) + 1);
	if (out->n)
		memcpy(out->v, v, out->n * sizeof(*v));
	free(v);
	return rc;
}

bool is_late(const struct sync_times *t, const struct zone *z, int64_t landed,
	     int64_t observed)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (t->v[mid] < observed)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && day_of(z, landed) < day_of(z, t->v[lo - 1]);
}

int run_begin(struct db *db, const char *command, int64_t at, int64_t *id,
	      struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_RUN_ADD, e);
	int rc;

	if (!s)
		return ERR_DB;
	q_text(s, ":command", command);
	q_int(s, ":started", at);
	rc = db_run(db, s, e);
	*id = db_last_id(db);
	return rc;
}

int run_end(struct db *db, int64_t id, int64_t at, int result, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_RUN_END, e);

	if (!s)
		return ERR_DB;
	q_int(s, ":ended", at);
	q_int(s, ":result", result);
	q_int(s, ":id", id);
	return db_run(db, s, e);
}
