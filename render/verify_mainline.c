/*
 * render/verify_mainline.c - what landed when, and as which pull request: from
 * the store, else from the first parents.
 */
#include "render/verify_source.h"

#include "analyze/land.h"
#include "core/gitlib.h"
#include "core/mem.h"
#include "store/ledger.h"
#include "store/read.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW_MAX 5000			/* landings summed up without a store */
#define WALK_MAX 200000			/* mainline commits without a store */

/* The tip in the store, else what HEAD or the branch of the mirror says. */
static int tip_oid(struct verify_store *s, struct repo_at *r, git_oid *out,
		   struct err *e)
{
	git_repository *g = NULL;
	char *path, name[300];
	sqlite3_stmt *q;
	int rc = -1;

	if (s->db && r->id) {
		q = db_query(s->db, Q_VERIFY_TIP, e);
		if (q) {
			q_int(q, ":repo", r->id);
			if (db_step(s->db, q, e) == 1 && !c_null(q, 0)) {
				c_oid(q, 0, out);
				rc = 0;
			}
			sqlite3_reset(q);
			if (rc == 0)
				return 0;
		}
	}
	path = repo_mirror_path(r->spec, r->workspace);
	if (!gitlib_init(NULL) && !gitlib_refuse_odd(path, NULL) &&
	    (git_repository_open_bare(&g, path) == 0 ||
	     git_repository_open(&g, path) == 0)) {
		snprintf(name, sizeof(name), "refs/heads/%s",
			 r->spec->branch ? r->spec->branch : "");
		rc = git_reference_name_to_id(out, g, r->spec->branch ? name
								      : "HEAD");
	}
	git_repository_free(g);
	free(path);
	return rc == 0 ? 0 : err_set(e, ERR_NOTFOUND, "no tip of %s",
				     r->spec->name);
}

static int by_number(const void *a, const void *b)
{
	const struct pull *p = a, *q = b;

	return p->n < q->n ? -1 : p->n > q->n;
}

static void add_pull(struct repo_at *r, int64_t n, const git_oid *id)
{
	GROW(r->pulls, r->pulls_n, r->pulls_cap);
	r->pulls[r->pulls_n].n = n;
	r->pulls[r->pulls_n++].oid = *id;
}

/* Committer times become landed times, as a sync would set them. */
static void settle_times(struct repo_at *r)
{
	size_t n = r->line_n, i;
	int64_t *time = xcalloc(n + 1, sizeof(*time));
	int64_t *latest = xcalloc(n + 1, sizeof(*latest));
	int64_t *landed = xcalloc(n + 1, sizeof(*landed));
	bool *doubtful = xcalloc(n + 1, sizeof(*doubtful));

	for (i = 0; i < n; i++) {
		time[i] = r->line[n - 1 - i].at;
		latest[i] = INT64_MAX;
	}
	land_times(time, latest, n, landed, doubtful);
	for (i = 0; i < n; i++)
		r->line[n - 1 - i].at = landed[i];
	free(time);
	free(latest);
	free(landed);
	free(doubtful);
}

/*
 * The first parents from the tip, for a workspace without a store: their times
 * and the pull requests of their subjects.
 */
static void walk(struct verify_store *s, struct repo_at *r)
{
	struct err e;
	struct commit c;
	struct arena a = { 0 };
	struct obj *raw;
	git_oid id;
	int left = WALK_MAX;

	if (r->walked)
		return;
	r->walked = true;
	if (tip_oid(s, r, &id, &e) < 0)
		return;
	while (left-- &&
	       odb_read(r->reader, &id, VERIFY_FILE_MAX, &raw, &e) == 0) {
		commit_parse(&c, &id, raw->data, raw->len, &a);
		obj_put(raw);
		GROW(r->line, r->line_n, r->line_cap);
		r->line[r->line_n].at = c.committer.time;
		r->line[r->line_n++].oid = id;
		if (commit_pr(c.subject) > 0)
			add_pull(r, commit_pr(c.subject), &id);
		if (!c.parents_n)
			break;
		id = c.parents[0];
		if (a.used > (size_t)8 << 20)
			arena_release(&a);
	}
	arena_release(&a);
	settle_times(r);
}

void source_landed(struct verify_store *s, struct repo_at *r,
		   const git_oid *id, int64_t *landed)
{
	size_t i;

	walk(s, r);
	for (i = 0; i < r->line_n; i++)
		if (oid_eq(&r->line[i].oid, id)) {
			*landed = r->line[i].at;
			return;
		}
}

/* The last landing before `at`. */
static int tip_at(struct verify_store *s, struct repo_at *r, int64_t at,
		  git_oid *out, struct err *e)
{
	sqlite3_stmt *q;
	size_t i;
	int rc;

	if (s->db && r->id) {
		q = db_query(s->db, Q_VERIFY_TIP_AT, e);
		if (!q)
			return ERR_DB;
		q_int(q, ":repo", r->id);
		q_int(q, ":at", at);
		rc = db_step(s->db, q, e);
		if (rc == 1)
			c_oid(q, 0, out);
		sqlite3_reset(q);
		return rc == 1 ? 0 : ERR_NOTFOUND;
	}
	walk(s, r);
	for (i = 0; i < r->line_n; i++)
		if (r->line[i].at < at) {
			*out = r->line[i].oid;
			return 0;
		}
	return err_set(e, ERR_NOTFOUND, "nothing landed before that");
}

int source_get_tip(void *arg, const char *repo, int64_t at,
		   const struct verify_commit **out, struct err *e)
{
	struct verify_store *s = arg;
	struct repo_at *r = source_repo(s, repo);
	git_oid id;
	int rc;

	if (!r || source_open(r, e) < 0)
		return ERR_GIT;
	rc = at ? tip_at(s, r, at, &id, e) : tip_oid(s, r, &id, e);
	return rc < 0 ? rc : source_commit(s, r, &id, out, e);
}

static void read_pulls(struct verify_store *s, struct repo_at *r)
{
	struct err e;
	sqlite3_stmt *q = NULL;
	git_oid id;

	r->pulls_read = true;
	if (s->db && r->id && (q = db_query(s->db, Q_VERIFY_PULLS, &e))) {
		q_int(q, ":repo", r->id);
		while (db_step(s->db, q, &e) == 1) {
			c_oid(q, 1, &id);
			add_pull(r, c_int(q, 0), &id);
		}
		sqlite3_reset(q);
	}
	if (!r->pulls_n)
		walk(s, r);
	if (r->pulls_n)
		qsort(r->pulls, r->pulls_n, sizeof(*r->pulls), by_number);
}

int source_get_pull(void *arg, const char *repo, int64_t n,
		    const struct verify_commit **out, struct err *e)
{
	struct verify_store *s = arg;
	struct repo_at *r = source_repo(s, repo);
	struct pull key = { .n = n }, *p;

	if (!r || source_open(r, e) < 0)
		return ERR_GIT;
	if (!r->pulls_read)
		read_pulls(s, r);
	p = r->pulls_n ? bsearch(&key, r->pulls, r->pulls_n, sizeof(key),
				 by_number) : NULL;
	if (!p)
		return err_set(e, ERR_NOTFOUND, "no landing of #%lld",
			       (long long)n);
	return source_commit(s, r, &p->oid, out, e);
}

/* Without a store. */
static int walk_window(struct verify_store *s, struct repo_at *r, int64_t since,
		       int64_t until, struct verify_totals *out, struct err *e)
{
	const struct verify_commit *c;
	size_t i;
	int rc;

	memset(out, 0, sizeof(*out));
	walk(s, r);
	for (i = 0; i < r->line_n; i++) {
		if (r->line[i].at < since || r->line[i].at >= until)
			continue;
		rc = source_commit(s, r, &r->line[i].oid, &c, e);
		if (rc < 0 || c->files < 0)
			return ERR_GIT;
		out->changes++;
		out->files += c->files;
		out->additions += c->additions;
		out->deletions += c->deletions;
		if (out->changes > WINDOW_MAX)
			return ERR_LIMIT;
	}
	return r->line_n ? 0 : ERR_FAILED;
}

static void add_up(struct verify_totals *t, const struct verify_commit *c)
{
	size_t i;

	t->changes++;
	t->files += c->files;
	t->additions += c->additions;
	t->deletions += c->deletions;
	for (i = 0; i < c->changes_n; i++)
		t->unmeasured += c->changes[i].additions < 0;
}

/* The ids are found before anything is measured: `from` may not be there. */
int source_get_span(void *arg, const struct verify_commit *from,
		    const struct verify_commit *to, struct verify_totals *out,
		    struct err *e)
{
	struct verify_store *s = arg;
	struct repo_at *r = source_repo(s, to->repo);
	const struct known *first = from->priv, *last = to->priv;
	git_oid *v = NULL, id = last->oid, tree, up;
	const struct verify_commit *c;
	size_t n = 0, cap = 0, i;
	struct obj *raw;
	int parents, rc = 0;
	int64_t when;

	memset(out, 0, sizeof(*out));
	while (!rc && !oid_eq(&id, &first->oid)) {
		rc = n == WINDOW_MAX ? ERR_LIMIT :
		     odb_read(r->reader, &id, VERIFY_FILE_MAX, &raw, e);
		if (rc)
			break;
		GROW(v, n, cap);
		v[n++] = id;
		commit_scan(raw->data, raw->len, &tree, &up, 1, &parents,
			    &when);
		obj_put(raw);
		id = up;
		if (!parents)
			rc = err_set(e, ERR_NOTFOUND, "not below it");
	}
	for (i = 0; i < n && !rc; i++) {
		rc = source_commit(s, r, &v[i], &c, e);
		if (!rc && c->files < 0)
			rc = err_set(e, ERR_GIT, "%s is not measured", c->oid);
		if (!rc)
			add_up(out, c);
	}
	free(v);
	return rc;
}

/* Of a zone in which t is a midnight, seconds east. */
static int32_t offset_at(int64_t t)
{
	int32_t east = (int32_t)((86400 - t % 86400) % 86400);

	return east > 14 * 3600 ? east - 86400 : east;
}

/*
 * What a page of the window counts: landings that were not late, as they stood
 * when the day closed; a repeat of one that is gone counts no second time.  The
 * window's ends are midnights, which tell its zone; where the clocks change in
 * between, when they do makes no difference.
 */
static int store_window(struct verify_store *s, struct repo_at *r,
			int64_t since, int64_t until,
			struct verify_totals *out, struct err *e)
{
	int64_t noon = since + (until - since) / 2;
	int32_t after = offset_at(until);
	struct zone zone = { .before = offset_at(since), .at = &noon,
			     .offset = &after, .n = 1 };
	struct stored_list l = { 0 };
	struct sync_times syncs;
	struct arena a = { 0 };
	size_t i;
	int rc = sync_times(s->db, r->id, &a, &syncs, e);

	if (!rc)
		rc = read_landings(s->db, r->id, since, until, &a, &l, e);
	memset(out, 0, sizeof(*out));
	for (i = 0; i < l.n && !rc; i++) {
		const struct stored *c = &l.v[i];

		if (c->replaces || is_late(&syncs, &zone, c->landed,
					   c->observed))
			continue;
		out->changes++;
		out->files += c->files;
		out->additions += c->additions;
		out->deletions += c->deletions;
	}
	stored_list_release(&l);
	arena_release(&a);
	return rc;
}

int source_get_window(void *arg, const char *repo, int64_t since, int64_t until,
		      struct verify_totals *out, struct err *e)
{
	struct verify_store *s = arg;
	struct repo_at *r = source_repo(s, repo);

	if (!r || source_open(r, e) < 0)
		return ERR_GIT;
	if (!s->db || !r->id)
		return walk_window(s, r, since, until, out, e);
	return store_window(s, r, since, until, out, e);
}
