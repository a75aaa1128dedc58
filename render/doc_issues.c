/* render/doc_issues.c - see doc_issues.h. */
#include "render/doc_issues.h"

#include "analyze/fixes.h"
#include "core/day.h"
#include "render/issues.h"

static void put_time(struct json *j, const char *key, int64_t t)
{
	char text[40];

	json_kstr(j, key, t ? time_format_utc(t, text) : NULL);
}

static void put_issue(struct json *j, const struct issue_item *x, int handle)
{
	static const char *const states[] = { "open", "closed", "merged" };
	const struct issue *i = x->issue;
	char text[24];
	int k;

	snprintf(text, sizeof(text), "i%d", handle);
	json_open(j, '{');
	json_kstr(j, "handle", text);
	json_kint(j, "number", i->number);
	json_kstr(j, "title", i->title);
	json_kstr(j, "author", i->author);
	json_kstr(j, "state", states[i->state]);
	json_kbool(j, "opened", x->opened);
	json_kbool(j, "closed", x->closed);
	put_time(j, "created", i->created_utc);
	put_time(j, "closed_at", i->closed_utc);
	json_kint(j, "comments", i->comments);
	json_key(j, "labels");
	json_open(j, '[');
	for (k = 0; k < i->labels_n; k++)
		json_str(j, i->labels[k]);
	json_close(j, ']');
	json_kstr(j, "kind", issue_kind_name(x->kind));
	json_kbool(j, "correctness", issue_kind_is_correctness(x->kind));
	json_kstr(j, "word", x->word);
	json_kstr(j, "sentence", x->sentence);
	json_kstr(j, "environment", x->environment);
	json_kstr(j, "url", i->url);
	json_close(j, '}');
}

/* Handles follow the number, so that another ranking does not move them. */
static int handle_of(const struct issue_page *p, size_t at, int first)
{
	int n = first;
	size_t i;

	for (i = 0; i < p->n; i++)
		n += p->v[i].issue->number < p->v[at].issue->number;
	return n;
}

static int put_all(struct json *j, struct db *db, int64_t repo_id,
		   int64_t since, int64_t until, int *handle, struct err *e)
{
	struct issue_list list = { 0 };
	struct issue_page page = { 0 };
	struct arena a = { 0 };
	size_t i;
	int rc = forge_issues_window(db, repo_id, since, until, &list, &a, e);

	if (!rc)
		issues_rank(&page, &a, &list, since, until);
	json_key(j, "issues");
	json_open(j, '[');
	for (i = 0; i < page.n && !rc; i++)
		put_issue(j, &page.v[i], handle_of(&page, i, *handle + 1));
	*handle += (int)page.n;
	json_close(j, ']');
	json_key(j, "pulls");
	json_open(j, '{');
	json_kint(j, "opened", (int64_t)page.pr_opened);
	json_kint(j, "merged", (int64_t)page.pr_merged);
	json_kint(j, "closed", (int64_t)page.pr_closed);
	json_kint(j, "issues_opened", (int64_t)page.opened);
	json_kint(j, "issues_closed", (int64_t)page.closed);
	json_close(j, '}');
	arena_release(&a);
	return rc;
}

int doc_issues(struct json *j, struct db *db, int64_t repo_id, int64_t since,
	       int64_t until, int *handle, struct err *e)
{
	static const char *const names[] = { "none", "stale", "short",
					     "fresh" };
	enum forge_freshness fresh = FORGE_NONE;
	int64_t as_of = 0;
	int rc = repo_id ? forge_freshness(db, repo_id, since, until, &fresh,
					   &as_of, e) : 0;

	json_kstr(j, "metadata", names[fresh]);
	put_time(j, "metadata_as_of", fresh == FORGE_NONE ? 0 : as_of);
	/* Older than the window: the header says so, nothing else changes. */
	if (!rc && fresh == FORGE_FRESH)
		return put_all(j, db, repo_id, since, until, handle, e);
	json_key(j, "issues");
	json_open(j, '[');
	json_close(j, ']');
	return rc;
}

int doc_issues_skip(struct db *db, int64_t repo_id, int64_t since,
		    int64_t until, int *handle, struct err *e)
{
	struct issue_list list = { 0 };
	struct arena a = { 0 };
	size_t i;
	int rc = repo_id ? forge_issues_window(db, repo_id, since, until,
					       &list, &a, e) : 0;

	for (i = 0; i < list.n && !rc; i++)
		*handle += !list.v[i].is_pr;
	arena_release(&a);
	return rc;
}

int doc_pull(struct json *j, struct db *db, int64_t repo_id, int pr,
	     struct err *e)
{
	struct arena a = { 0 };
	struct issue i;
	int rc = pr ? forge_get_issue(db, repo_id, pr, &i, &a, e) : 0, k;

	if (rc > 0 && i.is_pr) {
		json_kstr(j, "pr_title", i.title);
		json_kstr(j, "pr_author", i.author);
		json_key(j, "pr_labels");
		json_open(j, '[');
		for (k = 0; k < i.labels_n; k++)
			json_str(j, i.labels[k]);
		json_close(j, ']');
	}
	arena_release(&a);
	return rc < 0 ? rc : 0;
}

#define CLOSES_MAX 8

int doc_closes(struct json *j, struct db *db, int64_t repo_id,
	       const char *project, const struct stored *s, struct err *e)
{
	struct str text = STR_INIT;
	struct arena a = { 0 };
	int64_t v[CLOSES_MAX];
	struct issue i;
	size_t n, k, shown = 0;
	int rc = s->pr ? forge_get_issue(db, repo_id, s->pr, &i, &a, e) : 0;

	str_addf(&text, "%s\n%s", s->c.subject, s->c.body);
	if (rc > 0 && i.is_pr && i.body)
		str_addf(&text, "\n%s", i.body);
	n = rc < 0 ? 0 : fixes_read(str_c(&text), project, v, CLOSES_MAX);
	for (k = 0; k < n; k++) {
		rc = forge_get_issue(db, repo_id, v[k], &i, &a, e);
		if (rc < 0)
			break;
		if (!rc || i.is_pr)
			continue;
		if (!shown++) {
			json_key(j, "closes");
			json_open(j, '[');
		}
		json_open(j, '{');
		json_kint(j, "number", v[k]);
		json_kstr(j, "title", i.title);
		json_kstr(j, "url", i.url);
		json_close(j, '}');
	}
	if (shown)
		json_close(j, ']');
	str_release(&text);
	arena_release(&a);
	return rc < 0 ? rc : 0;
}
