/*
 * forge.c - issues, their changes of state, and releases.
 *
 * "Nothing new" must not touch the file, so a row is compared before it is
 * written; that also gives the old state an event needs.
 */
#include "store/forge.h"

#include "core/mem.h"

#include <jansson.h>
#include <string.h>

/* --- rows in --- */

static const char *keep(struct arena *a, sqlite3_stmt *s, int col)
{
	return c_null(s, col) ? NULL : arena_strdup(a, c_text(s, col));
}

/* We wrote the array ourselves; one that does not parse is no labels. */
static void read_labels(struct issue *i, struct arena *a, const char *text)
{
	json_t *doc = json_loads(text, 0, NULL), *l;
	const char **names;
	size_t at, n = json_array_size(doc);

	names = arena_alloc(a, sizeof(*names) * (n + 1));
	i->labels = names;
	json_array_foreach(doc, at, l)
		if (json_is_string(l))
			names[i->labels_n++] =
				arena_strdup(a, json_string_value(l));
	json_decref(doc);
}

static void read_issue(struct issue *i, struct arena *a, sqlite3_stmt *s)
{
	int state = issue_state_parse(c_text(s, 5));

	memset(i, 0, sizeof(*i));
	i->number = c_int(s, 0);
	i->forge_id = c_int(s, 1);
	i->is_pr = c_int(s, 2);
	i->draft = c_int(s, 3);
	i->title = arena_strdup(a, c_text(s, 4));
	i->state = state < 0 ? ISSUE_OPEN : (enum issue_state)state;
	i->state_reason = keep(a, s, 6);
	i->author = keep(a, s, 7);
	read_labels(i, a, c_text(s, 8));
	i->created_utc = c_int(s, 9);
	i->updated_utc = c_int(s, 10);
	i->closed_utc = c_int(s, 11);
	i->merged_utc = c_int(s, 12);
	i->comments = c_int(s, 13);
	i->body = keep(a, s, 14);
	i->body_cut = c_int(s, 15);
	i->url = keep(a, s, 16);
	i->gone = (enum issue_gone)c_int(s, 17);
}

int forge_get_issue(struct db *db, int64_t repo, int64_t number,
		    struct issue *out, struct arena *a, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_ISSUE_GET, e);
	int rc;

	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo);
	q_int(s, ":number", number);
	rc = db_step(db, s, e);
	if (rc > 0)
		read_issue(out, a, s);
	sqlite3_reset(s);
	return rc;
}

static int list_issues(struct db *db, sqlite3_stmt *s, struct issue_list *out,
		       struct arena *a, struct err *e)
{
	struct issue *v = NULL;
	size_t n = 0, cap = 0;
	int rc;

	memset(out, 0, sizeof(*out));
	while ((rc = db_step(db, s, e)) > 0) {
		GROW(v, n, cap);
		read_issue(&v[n++], a, s);
	}
	sqlite3_reset(s);
	if (!rc) {
		out->v = arena_alloc(a, sizeof(*v) * (n + 1));
		if (n)
			memcpy(out->v, v, sizeof(*v) * n);
		out->n = n;
	}
	free(v);
	return rc;
}

int forge_issues_window(struct db *db, int64_t repo, int64_t since,
			int64_t until, struct issue_list *out,
			struct arena *a, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_ISSUE_WINDOW, e);

	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo);
	q_int(s, ":since", since);
	q_int(s, ":until", until);
	return list_issues(db, s, out, a, e);
}

int forge_issues_all(struct db *db, int64_t repo, struct issue_list *out,
		     struct arena *a, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_ISSUE_ALL, e);

	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo);
	return list_issues(db, s, out, a, e);
}

int forge_issue_count(struct db *db, int64_t repo, int64_t *n, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_ISSUE_COUNT, e);
	int rc;

	*n = 0;
	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo);
	rc = db_step(db, s, e);
	if (rc > 0)
		*n = c_int(s, 0);
	sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}

int forge_issues_updated(struct db *db, int64_t repo, int64_t since,
			 int64_t until, struct issue_list *out,
			 struct arena *a, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_ISSUE_UPDATED, e);
	struct issue *v = NULL;
	size_t n = 0, cap = 0;
	int rc;

	memset(out, 0, sizeof(*out));
	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo);
	q_int(s, ":since", since);
	q_int(s, ":until", until);
	while ((rc = db_step(db, s, e)) > 0) {
		GROW(v, n, cap);
		v[n++] = (struct issue){ .number = c_int(s, 0),
					 .updated_utc = c_int(s, 1) };
	}
	sqlite3_reset(s);
	out->v = arena_alloc(a, sizeof(*v) * (n + 1));
	if (n)
		memcpy(out->v, v, sizeof(*v) * n);
	out->n = n;
	free(v);
	return rc;
}

/* --- rows out --- */

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool same_issue(const struct issue *a, const struct issue *b)
{
	int i;

	if (a->is_pr != b->is_pr || a->draft != b->draft ||
	    a->state != b->state || a->created_utc != b->created_utc ||
	    a->updated_utc != b->updated_utc ||
	    a->closed_utc != b->closed_utc ||
	    a->merged_utc != b->merged_utc || a->comments != b->comments ||
	    a->body_cut != b->body_cut || a->labels_n != b->labels_n ||
	    a->gone != b->gone || !same_text(a->title, b->title) ||
	    !same_text(a->state_reason, b->state_reason) ||
	    !same_text(a->author, b->author) || !same_text(a->body, b->body) ||
	    !same_text(a->url, b->url))
		return false;
	for (i = 0; i < a->labels_n; i++)
		if (strcmp(a->labels[i], b->labels[i]))
			return false;
	return true;
}

static void int_or_null(sqlite3_stmt *s, const char *name, int64_t v)
{
	if (v)
		q_int(s, name, v);
	else
		q_null(s, name);
}

/* ["bug","sm100"]; fresh memory. */
static char *labels_json(const struct issue *i)
{
	json_t *doc = json_array();
	char *text;
	int n;

	for (n = 0; n < i->labels_n; n++)
		json_array_append_new(doc, json_string(i->labels[n]));
	text = json_dumps(doc, JSON_COMPACT);
	json_decref(doc);
	return text ? text : xstrdup("[]");
}

static int write_issue(struct db *db, int64_t repo, const struct issue *i,
		       int64_t now_utc, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_ISSUE_PUT, e);
	char *labels;
	int rc;

	if (!s)
		return ERR_DB;
	labels = labels_json(i);
	q_int(s, ":repo", repo);
	q_int(s, ":number", i->number);
	q_int(s, ":forge_id", i->forge_id);
	q_int(s, ":is_pr", i->is_pr);
	q_int(s, ":draft", i->draft);
	q_text(s, ":title", i->title);
	q_text(s, ":state", issue_state_name(i->state));
	q_text(s, ":state_reason", i->state_reason);
	q_text(s, ":author", i->author);
	q_text(s, ":labels", labels);
	q_int(s, ":created", i->created_utc);
	q_int(s, ":updated", i->updated_utc);
	int_or_null(s, ":closed", i->closed_utc);
	int_or_null(s, ":merged", i->merged_utc);
	q_int(s, ":comments", i->comments);
	q_text(s, ":body", i->body);
	q_int(s, ":body_cut", i->body_cut);
	q_text(s, ":url", i->url);
	q_int(s, ":gone", i->gone);
	q_int(s, ":seen", now_utc);
	rc = db_run(db, s, e);
	free(labels);
	return rc;
}

int forge_put_event(struct db *db, int64_t repo, const struct issue_event *v,
		    struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_EVENT_ADD, e);

	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo);
	q_int(s, ":number", v->number);
	q_text(s, ":was", issue_state_name(v->was));
	q_text(s, ":state", issue_state_name(v->is));
	q_int(s, ":seen", v->seen_utc);
	return db_run(db, s, e);
}

/* An import may lack the id the forge gave us, and a forge the item's. */
static struct issue with_id(const struct issue *i, const struct issue *old)
{
	struct issue out = *i;

	if (!out.forge_id)
		out.forge_id = old->forge_id;
	return out;
}

int forge_put_issue(struct db *db, int64_t repo, const struct issue *i,
		    int64_t now_utc, bool events, struct forge_saved *saved,
		    struct err *e)
{
	struct arena a = { 0 };
	struct issue old, put;
	struct issue_event ev;
	int rc;

	rc = forge_get_issue(db, repo, i->number, &old, &a, e);
	if (rc < 0)
		goto out;
	if (!rc) {
		saved->added++;
		rc = write_issue(db, repo, i, now_utc, e);
		goto out;
	}
	rc = 0;
	if (old.forge_id && i->forge_id && old.forge_id != i->forge_id) {
		rc = err_set(e, ERR_CORRUPT, "number %lld has id %lld, stored "
			     "is %lld: not the repository tracked so far",
			     (long long)i->number, (long long)i->forge_id,
			     (long long)old.forge_id);
		goto out;
	}
	put = with_id(i, &old);
	if (i->updated_utc < old.updated_utc ||
	    (same_issue(&put, &old) && put.forge_id == old.forge_id)) {
		saved->same++;
		goto out;
	}
	saved->changed++;
	rc = write_issue(db, repo, &put, now_utc, e);
	if (!rc && events && put.state != old.state) {
		ev = (struct issue_event){ i->number, old.state, put.state,
					   now_utc };
		saved->events++;
		rc = forge_put_event(db, repo, &ev, e);
	}
out:
	arena_release(&a);
	return rc;
}

int forge_set_gone(struct db *db, int64_t repo, int64_t number,
		   enum issue_gone gone, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_ISSUE_GONE, e);

	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo);
	q_int(s, ":number", number);
	q_int(s, ":gone", gone);
	return db_run(db, s, e);
}

int forge_put_page(struct db *db, int64_t repo, const struct issue *v,
		   size_t n, const struct forge_cursor *c, int64_t now_utc,
		   struct forge_saved *saved, struct err *e)
{
	struct forge_saved page = { 0 };
	size_t i;
	int rc;

	rc = db_begin(db, e);
	if (rc)
		return rc;
	for (i = 0; !rc && i < n; i++)
		rc = forge_put_issue(db, repo, &v[i], now_utc, true, &page,
				     e);
	if (!rc)
		rc = forge_cursor_put(db, repo, c, e);
	if (!rc)
		rc = db_commit(db, e);
	if (rc) {
		db_rollback(db);
		return rc;
	}
	saved->added += page.added;
	saved->changed += page.changed;
	saved->same += page.same;
	saved->events += page.events;
	return 0;
}
