/* store/read.c - see read.h.  Column order: COMMIT_COLUMNS of queries.def. */
#include "store/read.h"

#include "core/mem.h"

void stored_list_release(struct stored_list *l)
{
	free(l->v);
	l->v = NULL;
	l->n = l->cap = 0;
}

static const char *text(sqlite3_stmt *s, int col, struct arena *a)
{
	return arena_strndup(a, c_text(s, col),
			     (size_t)sqlite3_column_bytes(s, col));
}

static void read_person(sqlite3_stmt *s, int col, struct person *p,
			struct arena *a)
{
	p->name = text(s, col, a);
	p->email = text(s, col + 1, a);
	p->time = c_int(s, col + 2);
	p->offset = (int32_t)c_int(s, col + 3);
	if (c_null(s, col + 4))
		return;
	*(c_null(s, col + 2) ? &p->time_raw : &p->zone_raw) =
		text(s, col + 4, a);
}

static void read_parents(sqlite3_stmt *s, int col, struct commit *c,
			 struct arena *a)
{
	size_t len = (size_t)sqlite3_column_bytes(s, col);

	c->parents_n = (int)(len / OID_RAW);
	c->parents = arena_alloc(a, len + 1);
	if (len)
		memcpy(c->parents, sqlite3_column_blob(s, col), len);
}

static void read_row(sqlite3_stmt *s, struct arena *a, struct stored *r)
{
	memset(r, 0, sizeof(*r));
	r->id = c_int(s, 0);
	r->repo_id = c_int(s, 1);
	c_oid(s, 2, &r->c.oid);
	c_oid(s, 3, &r->c.tree);
	read_parents(s, 4, &r->c, a);
	read_person(s, 5, &r->c.author, a);
	read_person(s, 10, &r->c.committer, a);
	r->c.subject = text(s, 15, a);
	r->c.body = text(s, 16, a);
	r->pr = (int)c_int(s, 17);
	r->c.flags = (uint32_t)c_int(s, 18);
	r->observed = c_int(s, 19);
	r->files = (int)c_int(s, 20);
	r->additions = c_int(s, 21);
	r->deletions = c_int(s, 22);
	r->unmeasured = (int)c_int(s, 23);
	r->binary = (int)c_int(s, 24);
	r->traits = (uint32_t)c_int(s, 25);
	r->landed = c_int(s, 26);
	r->doubtful = c_int(s, 27);
	r->frozen = c_int(s, 28);
	r->recomputed = c_int(s, 29);
	r->gone = c_int(s, 30);
	r->sidelined = c_int(s, 31);
	r->replaces = c_int(s, 32);
	r->pos = c_int(s, 33);
	r->type = text(s, 34, a);
	r->confidence = (int)c_int(s, 35);
	r->areas = text(s, 36, a);
	r->hardware = text(s, 37, a);
	r->bot = c_int(s, 38);
	r->landing_id = c_int(s, 39);
	r->is_landing = r->landing_id == r->id;
}

static int read_all(struct db *db, sqlite3_stmt *s, struct arena *a,
		    struct stored_list *out, struct err *e)
{
	int rc;

	while ((rc = db_step(db, s, e)) > 0) {
		GROW(out->v, out->n, out->cap);
		read_row(s, a, &out->v[out->n++]);
	}
	return rc;
}

static sqlite3_stmt *query_window(struct db *db, enum query q, int64_t repo_id,
				  int64_t since, int64_t until, struct err *e)
{
	sqlite3_stmt *s = db_query(db, q, e);

	if (!s)
		return NULL;
	q_int(s, ":repo", repo_id);
	q_int(s, ":since", since);
	q_int(s, ":until", until);
	return s;
}

static int read_window(struct db *db, enum query q, int64_t repo_id,
		       int64_t since, int64_t until, struct arena *a,
		       struct stored_list *out, struct err *e)
{
	sqlite3_stmt *s = query_window(db, q, repo_id, since, until, e);

	out->n = 0;
	return s ? read_all(db, s, a, out, e) : ERR_DB;
}

static int by_pos(const void *x, const void *y)
{
	const struct stored *a = x, *b = y;

	return (a->pos > b->pos) - (a->pos < b->pos);
}

int read_texts(struct db *db, int64_t repo_id, int64_t since, int64_t until,
	       bool (*wants)(const char *body, size_t len), struct arena *a,
	       struct stored_list *out, struct err *e)
{
	sqlite3_stmt *s = query_window(db, Q_READ_TEXTS, repo_id, since, until,
				       e);
	int rc;

	out->n = 0;
	if (!s)
		return ERR_DB;
	while ((rc = db_step(db, s, e)) > 0) {
		struct stored *r;

		GROW(out->v, out->n, out->cap);
		r = &out->v[out->n++];
		memset(r, 0, sizeof(*r));
		r->id = c_int(s, 0);
		c_oid(s, 1, &r->c.oid);
		c_oid(s, 2, &r->c.tree);
		read_parents(s, 3, &r->c, a);
		r->c.subject = text(s, 4, a);
		r->c.body = wants(c_text(s, 5),
				  (size_t)sqlite3_column_bytes(s, 5)) ?
			    text(s, 5, a) : "";
		r->pr = (int)c_int(s, 6);
		r->c.flags = (uint32_t)c_int(s, 7);
		r->landed = c_int(s, 8);
		r->pos = c_int(s, 9);
	}
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_pos);
	return rc;
}

int read_subjects(struct db *db, int64_t repo_id, int64_t since,
		  int64_t until, struct arena *a, const char ***out, size_t *n,
		  struct err *e)
{
	sqlite3_stmt *s = query_window(db, Q_READ_SUBJECTS, repo_id, since,
				       until, e);
	const char **v = NULL;
	size_t cap = 0;
	int rc;

	*n = 0;
	if (!s)
		return ERR_DB;
	while ((rc = db_step(db, s, e)) > 0) {
		GROW(v, *n, cap);
		v[(*n)++] = text(s, 0, a);
	}
	*out = arena_alloc(a, (*n + 1) * sizeof(*v));
	if (*n)
		memcpy(*out, v, *n * sizeof(*v));
	free(v);
	return rc;
}

int read_landings(struct db *db, int64_t repo_id, int64_t since, int64_t until,
		  struct arena *a, struct stored_list *out, struct err *e)
{
	return read_window(db, Q_READ_LANDINGS, repo_id, since, until, a, out,
			   e);
}

int read_observed(struct db *db, int64_t repo_id, int64_t since, int64_t until,
		  struct arena *a, struct stored_list *out, struct err *e)
{
	return read_window(db, Q_READ_OBSERVED, repo_id, since, until, a, out,
			   e);
}

int read_members(struct db *db, int64_t landing_id, struct arena *a,
		 struct stored_list *out, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_READ_MEMBERS, e);

	out->n = 0;
	if (!s)
		return ERR_DB;
	q_int(s, ":landing", landing_id);
	return read_all(db, s, a, out, e);
}

int read_span(struct db *db, int64_t repo_id, int64_t after, int64_t upto,
	      struct arena *a, struct stored_list *out, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_READ_SPAN, e);

	out->n = 0;
	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo_id);
	q_int(s, ":after", after);
	q_int(s, ":upto", upto);
	return read_all(db, s, a, out, e);
}

int count_span(struct db *db, int64_t repo_id, int64_t after, int64_t upto,
	       int64_t *n, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_COUNT_SPAN, e);
	int rc;

	*n = 0;
	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo_id);
	q_int(s, ":after", after);
	q_int(s, ":upto", upto);
	rc = db_step(db, s, e);
	if (rc > 0)
		*n = c_int(s, 0);
	sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}

static int read_landing(struct db *db, int64_t id, struct arena *a,
			struct stored_list *out, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_READ_LANDING, e);

	if (!s)
		return ERR_DB;
	q_int(s, ":id", id);
	return read_all(db, s, a, out, e);
}

int read_last(struct db *db, int64_t repo_id, int64_t since, int64_t until,
	      struct arena *a, struct stored_list *before,
	      struct stored_list *last, struct err *e)
{
	sqlite3_stmt *s = query_window(db, Q_LAST_BEFORE, repo_id, since,
				       until, e);
	int64_t id[2] = { 0, 0 };
	int rc, i;

	before->n = last->n = 0;
	if (!s)
		return ERR_DB;
	rc = db_step(db, s, e);
	for (i = 0; rc > 0 && i < 2; i++)
		id[i] = c_int(s, i) & UINT32_MAX;
	sqlite3_reset(s);
	rc = rc < 0 ? rc : 0;
	if (!rc && id[0])
		rc = read_landing(db, id[0], a, before, e);
	if (!rc && id[1])
		rc = read_landing(db, id[1], a, last, e);
	return rc;
}

int read_commit(struct db *db, int64_t id, struct arena *a, struct stored *out,
		struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_READ_COMMIT, e);
	int rc;

	if (!s)
		return ERR_DB;
	q_int(s, ":id", id);
	rc = db_step(db, s, e);
	if (rc > 0)
		read_row(s, a, out);
	sqlite3_reset(s);
	if (!rc)
		return err_set(e, ERR_NOTFOUND, "no such commit row");
	return rc < 0 ? rc : 0;
}

int find_commits(struct db *db, int64_t repo_id, const char *hex,
		 int64_t ids[8], int *n, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_COMMIT_BY_PREFIX, e);
	char low[OID_HEX + 1], high[OID_HEX + 1];
	size_t len = strlen(hex);
	git_oid a, b;
	int rc;

	*n = 0;
	if (!s)
		return ERR_DB;
	if (len > OID_HEX)
		return 0;
	memset(low, '0', OID_HEX);
	memset(high, 'f', OID_HEX);
	memcpy(low, hex, len);
	memcpy(high, hex, len);
	low[OID_HEX] = high[OID_HEX] = 0;
	if (oid_parse(&a, low) || oid_parse(&b, high))
		return 0;
	q_int(s, ":repo", repo_id);
	q_blob(s, ":low", a.id, OID_RAW);
	q_blob(s, ":high", b.id, OID_RAW);
	while ((rc = db_step(db, s, e)) > 0)
		if (*n < 8)
			ids[(*n)++] = c_int(s, 0);
	return rc;
}

/* The bytes of a path: the raw column where the text is not exact. */
static const char *path_bytes(sqlite3_stmt *s, int col, struct arena *a)
{
	size_t raw = (size_t)sqlite3_column_bytes(s, col + 1);

	if (c_null(s, col))
		return NULL;
	if (raw)
		return arena_strndup(a, sqlite3_column_blob(s, col + 1), raw);
	return text(s, col, a);
}

int read_changes(struct db *db, int64_t commit_id, struct arena *a,
		 struct stored_changes *out, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_READ_CHANGES, e);
	struct change *v = NULL;
	size_t cap = 0;
	int rc;

	out->n = 0;
	if (!s)
		return ERR_DB;
	q_int(s, ":commit", commit_id);
	while ((rc = db_step(db, s, e)) > 0) {
		struct change *c;

		GROW(v, out->n, cap);
		c = &v[out->n++];
		memset(c, 0, sizeof(*c));
		c->status = c_text(s, 0)[0];
		c->old_mode = (uint32_t)c_int(s, 1);
		c->mode = (uint32_t)c_int(s, 2);
		c->similarity = c_null(s, 3) ? -1 : (int)c_int(s, 3);
		c->additions = c_null(s, 4) ? -1 : (int32_t)c_int(s, 4);
		c->deletions = c_null(s, 5) ? -1 : (int32_t)c_int(s, 5);
		c->flags = (uint32_t)c_int(s, 6);
		c->path = path_bytes(s, 7, a);
		c->old_path = path_bytes(s, 9, a);
	}
	out->v = arena_alloc(a, out->n * sizeof(*v) + 1);
	if (out->n)
		memcpy(out->v, v, out->n * sizeof(*v));
	free(v);
	return rc;
}

int read_sums(struct db *db, int64_t repo_id, int64_t since, int64_t until,
	      struct sums *out, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_SUM_LANDINGS, e);
	int rc;

	memset(out, 0, sizeof(*out));
	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo_id);
	q_int(s, ":since", since);
	q_int(s, ":until", until);
	rc = db_step(db, s, e);
	if (rc > 0) {
		out->landings = c_int(s, 0);
		out->files = c_int(s, 1);
		out->additions = c_int(s, 2);
		out->deletions = c_int(s, 3);
	}
	sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}
