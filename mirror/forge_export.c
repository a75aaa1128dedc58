/* forge_export.c - rows to lines (mirror/forge_jsonl.h). */
#include "mirror/forge_jsonl.h"

#include "core/day.h"
#include "core/json.h"
#include "core/mem.h"
#include "store/ledger.h"

#include <string.h>

struct writer {
	struct db *db;
	forge_put_fn *put;
	void *arg;
	struct str line;
	struct json j;
	const char *repo;
	int64_t lines;
};

static void ktime(struct json *j, const char *key, int64_t t)
{
	char s[40];

	json_kstr(j, key, t ? time_format_utc(t, s) : NULL);
}

static void begin(struct writer *w, const char *kind)
{
	str_clear(&w->line);
	json_init(&w->j, &w->line);
	json_open(&w->j, '{');
	json_kstr(&w->j, "kind", kind);
	if (w->repo)
		json_kstr(&w->j, "repo", w->repo);
}

static int end(struct writer *w, struct err *e)
{
	json_close(&w->j, '}');
	str_addch(&w->line, '\n');
	w->lines++;
	return w->put(w->arg, &w->line, e);
}

static int put_cursor(struct writer *w, int64_t repo, struct err *e)
{
	struct arena a = { 0 };
	struct forge_cursor c;
	int rc = forge_cursor_get(w->db, repo, &c, &a, e);

	arena_release(&a);
	if (rc)
		return rc;
	begin(w, "repo");
	json_kint(&w->j, "id", c.forge_id);
	ktime(&w->j, "from", c.done_utc ? c.from_utc : 0);
	ktime(&w->j, "done", c.done_utc);
	ktime(&w->j, "synced", c.synced_utc);
	return end(w, e);
}

static int put_issue(struct writer *w, const struct issue *i, struct err *e)
{
	static const char *const gone[] = { NULL, "moved", "deleted" };
	struct json *j = &w->j;
	int n;

	begin(w, "issue");
	json_kint(j, "number", i->number);
	json_kint(j, "id", i->forge_id);
	json_kbool(j, "pr", i->is_pr);
	json_kbool(j, "draft", i->draft);
	json_kstr(j, "title", i->title);
	json_kstr(j, "state", issue_state_name(i->state));
	json_kstr(j, "state_reason", i->state_reason);
	json_kstr(j, "author", i->author);
	json_key(j, "labels");
	json_open(j, '[');
	for (n = 0; n < i->labels_n; n++)
		json_str(j, i->labels[n]);
	json_close(j, ']');
	ktime(j, "created", i->created_utc);
	ktime(j, "updated", i->updated_utc);
	ktime(j, "closed", i->closed_utc);
	ktime(j, "merged", i->merged_utc);
	json_kint(j, "comments", i->comments);
	json_kstr(j, "body", i->body);
	json_kbool(j, "body_cut", i->body_cut);
	json_kstr(j, "url", i->url);
	json_kstr(j, "gone", gone[i->gone]);
	return end(w, e);
}

static int put_event(struct writer *w, const struct issue_event *v,
		     struct err *e)
{
	begin(w, "event");
	json_kint(&w->j, "number", v->number);
	json_kstr(&w->j, "was", issue_state_name(v->was));
	json_kstr(&w->j, "state", issue_state_name(v->is));
	ktime(&w->j, "seen", v->seen_utc);
	return end(w, e);
}

static int put_release(struct writer *w, const struct release *r,
		       struct err *e)
{
	struct json *j = &w->j;

	begin(w, "release");
	json_kstr(j, "tag", r->tag);
	json_kstr(j, "name", r->name);
	json_kstr(j, "author", r->author);
	ktime(j, "created", r->created_utc);
	ktime(j, "published", r->published_utc);
	json_kbool(j, "prerelease", r->prerelease);
	json_kstr(j, "body", r->body);
	json_kbool(j, "body_cut", r->body_cut);
	json_kstr(j, "url", r->url);
	return end(w, e);
}

static int export_repo(struct writer *w, int64_t repo, struct err *e)
{
	struct arena a = { 0 };
	struct issue_list is = { 0 };
	struct event_list ev = { 0 };
	struct release_list rs = { 0 };
	size_t i;
	int rc;

	rc = put_cursor(w, repo, e);
	if (!rc)
		rc = forge_issues_all(w->db, repo, &is, &a, e);
	for (i = 0; !rc && i < is.n; i++)
		rc = put_issue(w, &is.v[i], e);
	if (!rc)
		rc = forge_events(w->db, repo, 0, 0, &ev, &a, e);
	for (i = 0; !rc && i < ev.n; i++)
		rc = put_event(w, &ev.v[i], e);
	if (!rc)
		rc = forge_releases(w->db, repo, 0, 0, &rs, &a, e);
	for (i = 0; !rc && i < rs.n; i++)
		rc = put_release(w, &rs.v[i], e);
	arena_release(&a);
	return rc;
}

int forge_export(struct db *db, const char *const *names, size_t n,
		 forge_put_fn *put, void *arg, int64_t *lines, struct err *e)
{
	struct writer w = { .db = db, .put = put, .arg = arg };
	struct arena a = { 0 };
	struct repo_row row;
	size_t i;
	int rc;

	begin(&w, "airep-metadata");
	json_kint(&w.j, "version", FORGE_JSONL_VERSION);
	rc = end(&w, e);
	for (i = 0; !rc && i < n; i++) {
		rc = repo_get(db, names[i], &a, &row, e);
		w.repo = names[i];
		if (!rc && row.id)
			rc = export_repo(&w, row.id, e);
	}
	w.repo = NULL;
	if (!rc) {
		begin(&w, "end");
		json_kint(&w.j, "lines", w.lines + 1);
		rc = end(&w, e);
	}
	*lines = w.lines;
	arena_release(&a);
	str_release(&w.line);
	return rc;
}
