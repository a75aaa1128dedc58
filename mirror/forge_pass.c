/*
 * forge_pass.c - one pass over the list of issues, oldest change first.
 *
 * Invariants.  After every page the rows and the cursor's pass_utc are stored
 * together, and everything that changed between pass_from_utc and pass_utc is
 * in the store.  A reading (one chain of pages) can miss a row only when one it
 * has shown already changed meanwhile: that row leaves its place, the rest
 * moves up by one, and the row at the edge of a page is never shown.  Such a
 * mover shows up again at the end, with a later time; then the reading is
 * repeated from where the mover had been, until nothing moved.
 */
#include "mirror/forge_job.h"

#include "core/mem.h"

#include <string.h>
#include <strings.h>

#define QUIET_TRIES 3		/* readings of one run until rows hold still */
#define PARSE_TRIES 3		/* of one page */
#define VANISHED_MAX 5		/* single requests for rows not shown again */

/* The chain of pages under way. */
struct chain {
	int64_t since_utc;	/* its first request's */
	bool sorted;		/* as far as read: pass_utc may advance */
	int64_t last_utc;
	char **urls;		/* asked so far */
	size_t urls_n, urls_cap;
};

static void chain_release(struct chain *c)
{
	size_t i;

	for (i = 0; i < c->urls_n; i++)
		free(c->urls[i]);
	free(c->urls);
	memset(c, 0, sizeof(*c));
}

static int chain_visit(struct chain *c, const char *url, struct err *e)
{
	char *safe;
	size_t i;

	for (i = c->urls_n; i-- > 0;)
		if (!strcmp(c->urls[i], url))
			break;
	if (c->urls_n < FORGE_MAX_PAGES && i == (size_t)-1) {
		GROW(c->urls, c->urls_n, c->urls_cap);
		c->urls[c->urls_n++] = xstrdup(url);
		return 0;
	}
	safe = http_safe_url(url);
	err_set(e, ERR_CORRUPT, "%s after %zu pages: '%s'", i == (size_t)-1 ?
		"the list does not end" : "the pages go in a circle",
		c->urls_n, safe);
	free(safe);
	return ERR_CORRUPT;
}

/* Content type and first byte: a login page says 200 as well. */
static int check_is_api(const struct http_response *r, struct err *e)
{
	const char *type = http_header(r, "content-type");
	const char *s = str_c(&r->body);

	s += strspn(s, " \t\r\n");
	if (*s == '<' || (type && strcasestr(type, "text/html")))
		return err_set(e, ERR_CORRUPT, "got HTML, not the API (a login "
			       "page, a proxy?)");
	return 0;
}

static int parse_page(struct forge_job *j, const struct http_response *r,
		      struct forge_issues *is, struct arena *a, struct err *e)
{
	int rc;

	memset(is, 0, sizeof(*is));
	if (r->status == 204)
		return 0;
	rc = check_is_api(r, e);
	return rc ? rc : j->ops->issues(is, a, str_c(&r->body), r->body.len,
					e);
}

/*
 * Ask for a page until it is one: a document that was cut off is thrown away
 * and asked for again.  Other answers than OK are left to the caller in *v.
 */
static int get_page(struct forge_job *j, const char *url,
		    struct http_response *r, struct forge_verdict *v,
		    struct forge_issues *is, struct arena *a, struct err *e)
{
	int n, rc;

	for (n = 0;; n++) {
		rc = forge_ask(j, url, NULL, r, v, e);
		if (rc || v->kind != FORGE_OK)
			return rc;
		rc = parse_page(j, r, is, a, e);
		if (rc != ERR_CORRUPT || n + 1 == PARSE_TRIES ||
		    strstr(e->msg, "HTML"))
			return rc;
	}
}

/* Note what the page shows: movers, order, how far it goes. */
static void look_at(struct forge_job *j, struct chain *c,
		    const struct forge_issues *is)
{
	struct forge_cursor *k = &j->c;
	int64_t before;
	size_t i;

	for (i = 0; i < is->n; i++) {
		const struct issue *v = &is->v[i];

		if (forge_seen_put(&j->seen, v->number, v->updated_utc,
				   &before) && before < v->updated_utc &&
		    (!k->again_utc || before < k->again_utc))
			k->again_utc = before;
		/* not in order: then no time says how far we are */
		if (v->updated_utc < c->last_utc) {
			c->sorted = false;
			k->pass_utc = c->since_utc;
		}
		c->last_utc = v->updated_utc;
		if (v->updated_utc > k->pass_top_utc)
			k->pass_top_utc = v->updated_utc;
	}
	if (c->sorted && c->last_utc > k->pass_utc)
		k->pass_utc = c->last_utc;
	if (!is->skipped)
		return;
	if (!j->out->skipped)
		forge_note(j, "items of the wrong shape are left out (%s)",
			   is->why);
	j->out->skipped += (int64_t)is->skipped;
}

/* What to do about an answer that is no page.  1: begin a new chain. */
static int not_a_page(struct forge_job *j, struct chain *c,
		      const struct http_response *r,
		      const struct forge_verdict *v, struct err *e)
{
	if (v->kind == FORGE_MOVED) {
		int rc = forge_follow(j, r, e);

		return rc ? rc : 1;
	}
	/* the server gives up on large pages before it does on small ones */
	if (v->kind == FORGE_AGAIN && j->per_page > 25) {
		j->per_page /= 2;
		return 1;
	}
	/* "pagination with the page parameter is not supported": go on by time,
	 * where that leads further than the chain's beginning */
	if (r->status == 422 && c->sorted && j->c.pass_utc > c->since_utc + 1)
		return 1;
	return forge_refused(j, r, v, e);
}

/* One page: 0 the chain goes on at *url, 1 a new chain, 2 the end. */
static int read_page(struct forge_job *j, struct chain *c, struct str *url,
		     struct err *e)
{
	struct http_response r = { 0 };
	struct forge_verdict v;
	struct forge_issues is;
	struct arena a = { 0 };
	struct err later = { 0 };
	int rc, more;

	rc = chain_visit(c, str_c(url), e);
	if (!rc)
		rc = get_page(j, str_c(url), &r, &v, &is, &a, e);
	if (rc)
		goto out;
	if (v.kind != FORGE_OK) {
		rc = not_a_page(j, c, &r, &v, e);
		goto out;
	}
	more = j->ops->next(url, &r, c->urls[c->urls_n - 1], &later);
	look_at(j, c, &is);
	rc = forge_put_page(j->run->db, j->repo, is.v, is.n, &j->c, j->now_utc,
			    &j->out->saved, e);
	/* the rows were good; only now complain about where it goes on */
	if (!rc && more < 0)
		rc = err_set(e, later.code, "%s", later.msg);
	else if (!rc)
		rc = more ? 0 : 2;
out:
	http_response_release(&r);
	arena_release(&a);
	return rc;
}

static int read_chain(struct forge_job *j, struct chain *c, struct err *e)
{
	struct str url = STR_INIT;
	int rc = 0;

	memset(c, 0, sizeof(*c));
	c->since_utc = j->c.pass_utc;
	c->sorted = true;
	forge_seen_clear(&j->seen);
	/* whether the server's "since" includes that second is not documented */
	j->ops->url(&url, str_c(&j->base), FORGE_ASK_ISSUES, c->since_utc - 1,
		    j->per_page);
	while (!rc)
		rc = read_page(j, c, &url, e);
	str_release(&url);
	return rc;
}

/* --- what should have been shown and was not --- */

static int confirm(struct forge_job *j, int64_t number, struct err *e)
{
	struct http_response r = { 0 };
	struct forge_verdict v;
	struct issue is;
	struct arena a = { 0 };
	struct str url = STR_INIT;
	enum issue_gone gone = ISSUE_HERE;
	int rc;

	j->ops->url(&url, str_c(&j->base), FORGE_ASK_ISSUE, number, 0);
	rc = forge_ask(j, str_c(&url), NULL, &r, &v, e);
	if (!rc && v.kind == FORGE_MOVED)
		gone = ISSUE_MOVED;
	else if (!rc && (v.kind == FORGE_ABSENT || v.kind == FORGE_GONE))
		gone = ISSUE_DELETED;
	else if (!rc && v.kind == FORGE_OK &&
		 !j->ops->issue(&is, &a, str_c(&r.body), r.body.len, NULL) &&
		 is.number == number)
		rc = forge_put_issue(j->run->db, j->repo, &is, j->now_utc,
				     true, &j->out->saved, e);
	if (gone != ISSUE_HERE) {
		forge_note(j, "#%lld %s at the forge: kept, marked so",
			   (long long)number, gone == ISSUE_MOVED ?
			   "was moved away" : "is deleted");
		rc = forge_set_gone(j->run->db, j->repo, number, gone, e);
	}
	str_release(&url);
	http_response_release(&r);
	arena_release(&a);
	return rc;
}

/* Stored rows whose last change lies in what was read must have been shown. */
static int look_for_vanished(struct forge_job *j, const struct chain *c,
			     struct err *e)
{
	struct arena a = { 0 };
	struct issue_list l;
	size_t i;
	int n = 0, rc;

	rc = forge_issues_updated(j->run->db, j->repo, c->since_utc,
				  j->c.pass_utc - 1, &l, &a, e);
	for (i = 0; !rc && i < l.n && n < VANISHED_MAX; i++)
		if (!forge_seen_has(&j->seen, l.v[i].number)) {
			rc = confirm(j, l.v[i].number, e);
			n++;
		}
	arena_release(&a);
	return rc;
}

int forge_read_list(struct forge_job *j, bool *done, struct err *e)
{
	struct forge_cursor *k = &j->c;
	struct chain c;
	int quiet = 0, rc;

	*done = false;
	for (;;) {
		if (k->again_utc) {
			if (k->again_utc < k->pass_utc)
				k->pass_utc = k->again_utc;
			k->again_utc = 0;
		}
		rc = read_chain(j, &c, e);
		if (rc == 2 && !k->again_utc)
			break;
		chain_release(&c);
		if (rc < 0)
			return rc;
		if (rc == 2 && ++quiet == QUIET_TRIES) {
			forge_note(j, "the list moves while it is read: the "
				   "next sync goes on");
			return 0;
		}
	}
	/* an unsorted list has no place to compare with */
	rc = c.sorted ? look_for_vanished(j, &c, e) : 0;
	chain_release(&c);
	*done = !rc;
	return rc;
}
