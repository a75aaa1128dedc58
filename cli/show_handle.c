/* cli/show_handle.c - see show_handle.h. */
#include "cli/show_handle.h"

#include "core/mem.h"
#include "render/doc_collect.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The deepest place a change can be in a document. */
#define DOC_DEPTH 8

struct handle {
	int c, f, h;		/* 0: not named */
	bool zeroth;		/* ".f0" or ".h0", which nothing is */
	char commit[16];	/* "c3" */
	const char *date;	/* behind '@', or NULL */
};

/* ".f12" -> 12; *s moves behind it.  -1: not there. */
static int number(const char **s, const char *lead)
{
	size_t n = strlen(lead);
	int v = 0;

	if (strncmp(*s, lead, n) || !isdigit((unsigned char)(*s)[n]))
		return -1;
	for (*s += n; isdigit((unsigned char)**s); (*s)++)
		if (v < 100000000)
			v = v * 10 + (**s - '0');
	return v;
}

static bool parse(const char *s, struct handle *h)
{
	int f, k = -1;

	memset(h, 0, sizeof(*h));
	h->c = number(&s, "c");
	if (h->c < 1)
		return false;
	f = number(&s, ".f");
	if (f >= 0)
		k = number(&s, ".h");
	h->zeroth = f == 0 || k == 0;
	h->f = f > 0 ? f : 0;
	h->h = k > 0 ? k : 0;
	if (*s == '@')
		h->date = s + 1;
	snprintf(h->commit, sizeof(h->commit), "c%d", h->c);
	return !*s || *s == '@';
}

bool show_is_handle(const char *spec)
{
	struct handle h;

	return parse(spec, &h);
}

/* The object whose "handle" it is; *repo becomes that of the nearest object
 * around it that names one. */
static const json_t *search(const json_t *at, const char *handle,
			    const char **repo, int depth)
{
	const char *outer = *repo, *mine;
	const json_t *found = NULL;
	size_t i;
	void *it;

	if (depth > DOC_DEPTH)
		return NULL;
	for (i = 0; json_is_array(at) && !found && i < json_array_size(at); i++)
		found = search(json_array_get(at, i), handle, repo, depth + 1);
	if (!json_is_object(at))
		return found;
	mine = json_string_value(json_object_get(at, "repo"));
	if (mine)
		*repo = mine;
	mine = json_string_value(json_object_get(at, "handle"));
	if (mine && !strcmp(mine, handle) && json_object_get(at, "oid"))
		return at;
	for (it = json_object_iter((json_t *)(uintptr_t)at); it && !found;
	     it = json_object_iter_next((json_t *)(uintptr_t)at, it))
		found = search(json_object_iter_value(it), handle, repo,
			       depth + 1);
	if (!found)
		*repo = outer;
	return found;
}

static int from_document(struct cmd_ctx *c, const char *text,
			 const struct handle *h, struct show_target *out,
			 struct err *e)
{
	json_t *doc = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	const char *repo = NULL, *oid;
	const json_t *found;
	int rc = 0;

	if (!doc)
		return err_set(e, ERR_CORRUPT, "the stored page of %s is not "
			       "JSON", h->date);
	found = search(doc, h->commit, &repo, 0);
	oid = json_string_value(json_object_get(found, "oid"));
	if (!found || !repo || !oid || strlen(oid) != OID_HEX ||
	    oid_parse(&out->oid, oid))
		rc = err_set(e, ERR_NOTFOUND, "the page of %s has no %s",
			     h->date, h->commit);
	if (!rc) {
		out->repo = repolist_find(&c->list, repo);
		if (!out->repo)
			rc = err_set(e, ERR_NOTFOUND, "'%s' is no longer in "
				     "%s", repo, c->list.path);
	}
	json_decref(doc);
	return rc;
}

/* No page was written of that day: number its changes as one would. */
static int from_store(struct cmd_ctx *c, const struct handle *h,
		      struct show_target *out, struct err *e)
{
	struct doc_request rq = {
		.db = c->db, .config = c->config, .list = &c->list,
		.workspace = c->workspace, .zone = &c->zone, .label = h->date,
	};
	struct doc_set set = {0};
	const struct doc_landing *l;
	int64_t day;
	size_t i, k;
	int rc = day_parse(h->date, &day, e);

	if (rc)
		return rc;
	rq.since = day_start(&c->zone, day);
	rq.until = day_start(&c->zone, day + 1);
	rc = doc_collect(&rq, &set, e);
	for (i = 0; !rc && i < set.n && !out->repo; i++) {
		const struct doc_repo *r = &set.v[i];

		for (k = 0; k < r->changes_n + r->late_n; k++) {
			l = k < r->changes_n ? &r->changes[k] :
			    &r->late[k - r->changes_n];
			if (l->handle != h->c)
				continue;
			out->repo = r->spec;
			out->oid = l->s->c.oid;
			break;
		}
	}
	doc_set_release(&set);
	if (!rc && !out->repo)
		rc = err_set(e, ERR_NOTFOUND, "%s has no %s", h->date,
			     h->commit);
	return rc;
}

/* The file of the page of `date` (of the newest page for NULL) and its date;
 * both fresh memory, NULL when there is none. */
static int find_page(struct cmd_ctx *c, const char *date, char **file,
		     char **day, struct err *e)
{
	sqlite3_stmt *s = db_query(c->db, Q_PAGE_LIST, e);
	int rc;

	*file = *day = NULL;
	if (!s)
		return e->code;
	while ((rc = db_step(c->db, s, e)) > 0) {
		/* Ranges are pages too; a handle belongs to a day. */
		if (strlen(c_text(s, 1)) != 10 ||
		    (date && strcmp(c_text(s, 1), date)))
			continue;
		free(*file);
		free(*day);
		*file = xstrdup(c_text(s, 0));
		*day = xstrdup(c_text(s, 1));
	}
	sqlite3_reset(s);
	return rc;
}

int show_find_handle(struct cmd_ctx *c, const char *spec,
		     struct show_target *out, struct err *e)
{
	char *file = NULL, *day = NULL;
	struct handle h;
	sqlite3_stmt *s;
	int rc;

	parse(spec, &h);
	if (h.zeroth)
		return err_set(e, ERR_USAGE, "'%.80s': files and hunks are "
			       "counted from 1", spec);
	if (!c->db) {
		rc = cmd_open_store(c, false, e);
		if (rc)
			return rc;
	}
	rc = find_page(c, h.date, &file, &day, e);
	if (!rc && file) {
		h.date = day;
		s = db_query(c->db, Q_PAGE_GET, e);
		if (s)
			q_text(s, ":file", file);
		rc = s ? db_step(c->db, s, e) : e->code;
		if (rc > 0)
			rc = from_document(c, c_text(s, 0), &h, out, e);
		if (s)
			sqlite3_reset(s);
	} else if (!rc && h.date) {
		rc = from_store(c, &h, out, e);
	} else if (!rc) {
		rc = err_set(e, ERR_USAGE, "no page was written yet; say which "
			     "day: %s@2026-02-04", h.commit);
	}
	out->file = h.f;
	out->hunk = h.h;
	free(file);
	free(day);
	return rc;
}
