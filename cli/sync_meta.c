/* cli/sync_meta.c - see sync_meta.h. */
#include "cli/sync_meta.h"

#include "analyze/relabel.h"
#include "core/http.h"
#include "core/log.h"
#include "core/mem.h"
#include "mirror/forge.h"
#include "mirror/forge_jsonl.h"
#include "mirror/forge_sync.h"
#include "store/ledger.h"

#include <string.h>

/* meta: rows written up to this time have had their say in the labels. */
#define LABELS_MARK "labels.issues_seen"

int sync_meta_check(const struct cmd_ctx *c, const struct sync_meta *m,
		    struct err *e)
{
	int64_t t;
	int rc = m->since ? time_parse(m->since, &c->zone, &t, e) : 0;

	return rc ? err_wrap(e, "--meta-since") : 0;
}

static void tell_lines(const char *name, const char *lines)
{
	const char *s, *end;

	for (s = lines; *s; s = *end ? end + 1 : end) {
		end = s + strcspn(s, "\n");
		log_warn("%s: metadata: %.*s", name, (int)(end - s), s);
	}
}

static void tell(const struct repo_spec *r, const struct forge_result *f,
		 const struct err *e)
{
	const struct forge_saved *s = &f->saved;

	tell_lines(r->name, f->warnings);
	if (e->code && !f->repeated)
		log_warn("%s: metadata: %s", r->name, e->msg);
	if (s->added || s->changed || s->releases)
		log_info("%s: %lld new and %lld changed issues and pull "
			 "requests, %lld releases", r->name,
			 (long long)s->added, (long long)s->changed,
			 (long long)s->releases);
	if (f->skipped)
		log_warn("%s: metadata: %lld items left out", r->name,
			 (long long)f->skipped);
	log_debug("%s: metadata: %lld requests", r->name,
		  (long long)f->requests);
}

static int one(struct cmd_ctx *c, struct forge_run *run,
	       const struct repo_spec *r, struct sync_meta *m, struct err *e)
{
	struct forge_result f;
	struct repo_row row;
	struct arena a = { 0 };
	struct err why = { 0 };
	bool tags;
	int rc;

	rc = repo_get(c->db, r->name, &a, &row, e);
	arena_release(&a);
	if (rc || !row.id)
		return rc;	/* its mirror never came: nothing to join with */
	rc = forge_tags_moved(c->db, row.id, &tags, e);
	if (rc)
		return rc;
	rc = forge_sync_repo(run, r, row.id, tags, &f, &why);
	tell(r, &f, &why);
	m->news += f.saved.added || f.saved.changed || f.saved.releases;
	if (f.outcome != FORGE_SKIPPED)
		m->asked++;
	if (rc == ERR_DB || rc == ERR_INTERRUPTED)
		return err_set(e, rc, "%s", why.msg);
	/* our own budget is no failure: the next sync goes on */
	if (!rc || (rc == ERR_QUOTA && !f.resumes_utc && !f.repeated))
		return 0;
	m->failed++;
	m->denied += rc == ERR_QUOTA || rc == ERR_AUTH;
	return 0;
}

int sync_meta_run(struct cmd_ctx *c, const struct repo_spec *const *repos,
		  size_t n, struct sync_meta *m, struct err *e)
{
	struct forge_options o = { .wait = m->wait };
	struct forge_run *run = NULL;
	size_t i;
	int rc = 0;

	m->failed = m->denied = m->asked = m->news = 0;
	if (m->off || http_forbidden())
		return 0;
	for (i = 0; i < n; i++)
		o.repos_n += forge_find(repos[i]) != NULL;
	if (!o.repos_n)
		return 0;
	if (m->since)
		rc = time_parse(m->since, &c->zone, &o.since_utc, e);
	if (!rc)
		rc = forge_run_new(&run, c->db, c->config, &o, e);
	for (i = 0; !rc && i < n; i++)
		if (forge_find(repos[i]))
			rc = one(c, run, repos[i], m, e);
	if (run)
		log_debug("metadata: %lld requests",
			  (long long)forge_run_requests(run));
	forge_run_free(run);
	return rc;
}

/* Repositories of the list get their row: they may have no mirror yet. */
static int add_rows(struct cmd_ctx *c, struct err *e)
{
	const struct repo_spec *s;
	int64_t id;
	size_t i;
	int rc = 0;

	for (i = 0; i < c->list.n && !rc; i++) {
		s = &c->list.v[i];
		rc = repo_put(c->db, s->name, s->url ? s->url : s->mirror,
			      s->was, &id, e);
	}
	return rc;
}

int sync_meta_import(struct cmd_ctx *c, const char *file, struct err *e)
{
	struct forge_import im;
	int rc;

	rc = db_begin(c->db, e);
	if (rc)
		return rc;
	rc = add_rows(c, e);
	if (!rc)
		rc = forge_import(c->db, file, clock_now(), &im, e);
	if (!rc)
		rc = db_commit(c->db, e);
	if (rc) {
		db_rollback(c->db);
		return rc;
	}
	log_info("%lld new and %lld changed issues and pull requests, %lld "
		 "releases from '%s'", (long long)im.saved.added,
		 (long long)im.saved.changed, (long long)im.saved.releases,
		 file);
	if (im.unknown)
		log_warn("%lld lines of repositories that are not in the "
			 "store are left out, first '%s'",
			 (long long)im.unknown, im.unknown_name);
	return 0;
}

/* Newest time at which a row was written, 0: no rows. */
static int newest_seen(struct db *db, int64_t *out, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_ISSUE_SEEN_MAX, e);
	int rc = db_step(db, s, e);

	*out = rc > 0 ? c_int(s, 0) : 0;
	if (s)
		sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}

static int relabel_since(struct db *db, const struct rules *rules,
			 int64_t since, int64_t now, struct err *e)
{
	struct relabel_options o = { .rules = rules };
	struct relabel_result res;
	char mark[32];
	sqlite3_stmt *s;
	int rc;

	s = db_query(db, Q_LABEL_DROP_SEEN, e);
	if (!s)
		return ERR_DB;
	q_int(s, ":since", since);
	rc = db_run(db, s, e);
	if (!rc && sqlite3_changes(db->sql))
		rc = relabel(db, &o, &res, e);
	snprintf(mark, sizeof(mark), "%lld", (long long)now);
	return rc ? rc : db_meta_set(db, LABELS_MARK, mark, e);
}

int sync_meta_relabel(struct cmd_ctx *c, const struct rules *rules,
		      struct err *e)
{
	int64_t newest, since;
	char *mark = NULL;
	int rc = newest_seen(c->db, &newest, e);

	if (!rc)
		rc = db_meta_get(c->db, LABELS_MARK, &mark, e);
	since = mark ? strtoll(mark, NULL, 10) : 0;
	free(mark);
	if (rc || newest <= since)
		return rc;
	rc = db_begin(c->db, e);
	if (rc)
		return rc;
	rc = relabel_since(c->db, rules, since, newest, e);
	if (!rc)
		rc = db_commit(c->db, e);
	if (rc)
		db_rollback(c->db);
	return rc;
}

int sync_meta_result(const struct sync_meta *m, struct err *e)
{
	if (!m->failed)
		return 0;
	return err_set(e, m->failed == m->denied ? ERR_QUOTA : ERR_PARTIAL,
		       "metadata of %d of %d repositories is not complete",
		       m->failed, m->asked);
}
