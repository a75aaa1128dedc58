/* forge_release.c - releases and events: rows in and out (store/forge.h). */
#include "store/forge.h"

#include "core/mem.h"

#include <string.h>

static const char *keep(struct arena *a, sqlite3_stmt *s, int col)
{
	return c_null(s, col) ? NULL : arena_strdup(a, c_text(s, col));
}

static void time_or_null(sqlite3_stmt *s, const char *name, int64_t v)
{
	if (v)
		q_int(s, name, v);
	else
		q_null(s, name);
}

int forge_put_release(struct db *db, int64_t repo, const struct release *r,
		      struct forge_saved *saved, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_RELEASE_PUT, e);
	int rc;

	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo);
	q_text(s, ":tag", r->tag);
	q_text(s, ":name", r->name);
	q_text(s, ":body", r->body);
	q_int(s, ":body_cut", r->body_cut);
	q_text(s, ":author", r->author);
	time_or_null(s, ":created", r->created_utc);
	time_or_null(s, ":published", r->published_utc);
	q_int(s, ":prerelease", r->prerelease);
	q_text(s, ":url", r->url);
	rc = db_run(db, s, e);
	/* an unchanged one is left alone by the statement's WHERE */
	if (!rc)
		saved->releases += sqlite3_changes(db->sql);
	return rc;
}

static void read_release(struct release *r, struct arena *a, sqlite3_stmt *s)
{
	memset(r, 0, sizeof(*r));
	r->tag = arena_strdup(a, c_text(s, 0));
	r->name = keep(a, s, 1);
	r->body = keep(a, s, 2);
	r->body_cut = c_int(s, 3);
	r->author = keep(a, s, 4);
	r->created_utc = c_int(s, 5);
	r->published_utc = c_int(s, 6);
	r->prerelease = c_int(s, 7);
	r->url = keep(a, s, 8);
}

int forge_releases(struct db *db, int64_t repo, int64_t since, int64_t until,
		   struct release_list *out, struct arena *a, struct err *e)
{
	bool all = !since && !until;
	sqlite3_stmt *s = db_query(db, all ? Q_RELEASE_ALL : Q_RELEASE_WINDOW,
				   e);
	struct release *v = NULL;
	size_t n = 0, cap = 0;
	int rc;

	memset(out, 0, sizeof(*out));
	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo);
	if (!all) {
		q_int(s, ":since", since);
		q_int(s, ":until", until);
	}
	while ((rc = db_step(db, s, e)) > 0) {
		GROW(v, n, cap);
		read_release(&v[n++], a, s);
	}
	sqlite3_reset(s);
	out->v = arena_alloc(a, sizeof(*v) * (n + 1));
	if (n)
		memcpy(out->v, v, sizeof(*v) * n);
	out->n = n;
	free(v);
	return rc;
}

int forge_events(struct db *db, int64_t repo, int64_t since, int64_t until,
		 struct event_list *out, struct arena *a, struct err *e)
{
	bool all = !since && !until;
	sqlite3_stmt *s = db_query(db, all ? Q_EVENT_LIST : Q_EVENT_WINDOW, e);
	struct issue_event *v = NULL;
	size_t n = 0, cap = 0;
	int rc;

	memset(out, 0, sizeof(*out));
	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo);
	if (!all) {
		q_int(s, ":since", since);
		q_int(s, ":until", until);
	}
	while ((rc = db_step(db, s, e)) > 0) {
		int was = issue_state_parse(c_text(s, 1));
		int is = issue_state_parse(c_text(s, 2));

		if (was < 0 || is < 0)
			continue;
		GROW(v, n, cap);
		v[n++] = (struct issue_event){ c_int(s, 0),
			(enum issue_state)was, (enum issue_state)is,
			c_int(s, 3) };
	}
	sqlite3_reset(s);
	out->v = arena_alloc(a, sizeof(*v) * (n + 1));
	if (n)
		memcpy(out->v, v, sizeof(*v) * n);
	out->n = n;
	free(v);
	return rc;
}
