/* forge_cursor.c - how far a forge was read, and hosts that told us to wait
 * (store/forge.h). */
#include "store/forge.h"

#include <string.h>

static const char *keep(struct arena *a, sqlite3_stmt *s, int col)
{
	return c_null(s, col) ? NULL : arena_strdup(a, c_text(s, col));
}

int forge_cursor_get(struct db *db, int64_t repo, struct forge_cursor *c,
		     struct arena *a, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_FORGE_CURSOR_GET, e);
	int rc;

	memset(c, 0, sizeof(*c));
	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo);
	rc = db_step(db, s, e);
	if (rc > 0) {
		c->forge_id = c_int(s, 0);
		c->from_utc = c_int(s, 1);
		c->done_utc = c_int(s, 2);
		c->pass_utc = c_int(s, 3);
		c->pass_from_utc = c_int(s, 4);
		c->pass_top_utc = c_int(s, 5);
		c->again_utc = c_int(s, 6);
		c->synced_utc = c_int(s, 7);
		c->probe_url = keep(a, s, 8);
		c->probe_etag = keep(a, s, 9);
		c->pass_etag = keep(a, s, 10);
		c->path = keep(a, s, 11);
		c->release_etag = keep(a, s, 12);
		c->release_utc = c_int(s, 13);
		c->release_due = c_int(s, 14);
		c->problem = keep(a, s, 15);
	}
	sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}

int forge_cursor_put(struct db *db, int64_t repo, const struct forge_cursor *c,
		     struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_FORGE_CURSOR_PUT, e);

	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo);
	q_int(s, ":forge_id", c->forge_id);
	q_int(s, ":from_time", c->from_utc);
	q_int(s, ":done", c->done_utc);
	q_int(s, ":pass", c->pass_utc);
	q_int(s, ":pass_from", c->pass_from_utc);
	q_int(s, ":pass_top", c->pass_top_utc);
	q_int(s, ":again", c->again_utc);
	q_int(s, ":synced", c->synced_utc);
	q_text(s, ":probe_url", c->probe_url);
	q_text(s, ":probe_etag", c->probe_etag);
	q_text(s, ":pass_etag", c->pass_etag);
	q_text(s, ":path", c->path);
	q_text(s, ":release_etag", c->release_etag);
	q_int(s, ":release_read", c->release_utc);
	q_int(s, ":release_due", c->release_due);
	q_text(s, ":problem", c->problem);
	return db_run(db, s, e);
}

int forge_tags_moved(struct db *db, int64_t repo, bool *out, struct err *e)
{
	struct arena a = { 0 };
	struct forge_cursor c;
	sqlite3_stmt *s;
	int rc;

	*out = false;
	rc = forge_cursor_get(db, repo, &c, &a, e);
	arena_release(&a);
	if (rc)
		return rc;
	s = db_query(db, Q_FORGE_TAGS_SINCE, e);
	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo);
	q_int(s, ":since", c.release_utc);
	rc = db_step(db, s, e);
	*out = rc > 0;
	sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}

int forge_freshness(struct db *db, int64_t repo, int64_t since, int64_t until,
		    enum forge_freshness *out, int64_t *as_of_utc,
		    struct err *e)
{
	struct arena a = { 0 };
	struct forge_cursor c;
	int rc = forge_cursor_get(db, repo, &c, &a, e);

	*as_of_utc = c.synced_utc;
	if (!c.done_utc || !c.synced_utc)
		*out = FORGE_NONE;
	else if (c.synced_utc < until)
		*out = FORGE_STALE;
	else
		*out = c.from_utc > since ? FORGE_SHORT : FORGE_FRESH;
	arena_release(&a);
	return rc;
}

int forge_host_get(struct db *db, const char *host, struct forge_host *h,
		   struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_FORGE_HOST_GET, e);
	int rc;

	memset(h, 0, sizeof(*h));
	if (!s)
		return ERR_DB;
	q_text(s, ":host", host);
	rc = db_step(db, s, e);
	if (rc > 0) {
		h->resume_utc = c_int(s, 0);
		h->strikes = (int)c_int(s, 1);
		snprintf(h->why, sizeof(h->why), "%s", c_text(s, 2));
	}
	sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}

int forge_host_put(struct db *db, const char *host,
		   const struct forge_host *h, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_FORGE_HOST_PUT, e);

	if (!s)
		return ERR_DB;
	q_text(s, ":host", host);
	q_int(s, ":resume", h->resume_utc);
	q_int(s, ":strikes", h->strikes);
	q_text(s, ":why", h->why);
	return db_run(db, s, e);
}

int forge_host_clear(struct db *db, const char *host, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_FORGE_HOST_CLEAR, e);

	if (!s)
		return ERR_DB;
	q_text(s, ":host", host);
	return db_run(db, s, e);
}
