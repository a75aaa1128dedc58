/*
 * forge_sync.c - one repository: probe, pass, releases.
 *
 * The probe asks for the newest change with the ETag of the last complete
 * pass: 304 means that nothing is new and ends the matter with one request.
 * Its ETag is kept as the cursor's pass_etag and becomes valid only when the
 * pass behind it has ended, so an interrupted pass is never taken for a
 * complete one.
 */
#include "mirror/forge_job.h"

#include "core/day.h"
#include "core/mem.h"

#include <string.h>
#include <strings.h>

#define MAX_HOPS 5
#define DAY_S 86400

int forge_run_new(struct forge_run **out, struct db *db,
		  const struct config *cfg, const struct forge_options *o,
		  struct err *e)
{
	struct forge_run *run = xcalloc(1, sizeof(*run));
	int rc;

	*out = NULL;
	run->db = db;
	run->cfg = cfg;
	run->opt = *o;
	rc = http_new(&run->http, cfg, e);
	if (rc)
		forge_run_free(run);
	else
		*out = run;
	return rc;
}

void forge_run_free(struct forge_run *run)
{
	if (!run)
		return;
	http_free(run->http);
	free(run->peers);
	free(run);
}

int64_t forge_run_requests(const struct forge_run *run)
{
	return run->requests;
}

/* --- the job --- */

static bool loopback(const char *host)
{
	return !strcmp(host, "localhost") || starts_with(host, "127.") ||
		!strcmp(host, "[::1]") || !strcmp(host, "::1");
}

/*
 * The token as for git: configured for the host of the repository or of its
 * API, else the forge's usual variable.  It belongs to the API's host alone
 * and never travels unencrypted beyond this machine.
 */
static int find_token(struct forge_job *j, const struct http_origin *o,
		      struct err *e)
{
	static const char *const leaves[] = { "tokenEnv", "tokenFile",
					      "tokenCmd" };
	const char *host = o->host;
	size_t i;
	int rc;

	/* api.x and x are one host to the user, if nothing says otherwise */
	if (starts_with(o->host, "api.") && !strcasecmp(o->host + 4,
							j->spec->host)) {
		host = j->spec->host;
		for (i = 0; i < ARRAY_N(leaves); i++)
			if (config_host(j->run->cfg, o->host, leaves[i]))
				host = o->host;
	}
	rc = http_token(j->run->cfg, host, j->ops->token_env, &j->token, e);
	if (!rc && j->token && !strcmp(o->scheme, "http") &&
	    !loopback(o->host)) {
		free(j->token);
		j->token = NULL;
		forge_note(j, "no token is sent to '%s' over plain http",
			   o->host);
	}
	return rc;
}

static int job_open(struct forge_job *j, struct err *e)
{
	struct http_origin o;
	int rc;

	rc = j->ops->root(&j->root, j->spec, e);
	if (!rc)
		rc = http_origin(str_c(&j->root), &o, e);
	if (rc)
		return rc;
	j->peer = forge_peer_find(j->run, &o);
	rc = forge_cursor_get(j->run->db, j->repo, &j->c, &j->mem, e);
	if (rc)
		return rc;
	j->loaded = true;
	str_add(&j->base, str_c(&j->root));
	if (j->c.path)
		str_add(&j->base, j->c.path);
	else
		j->ops->path(&j->base, j->spec);
	return find_token(j, &o, e);
}

static void job_close(struct forge_job *j)
{
	if (j->token)
		memset(j->token, 0, strlen(j->token));
	free(j->token);
	str_release(&j->root);
	str_release(&j->base);
	forge_seen_release(&j->seen);
	arena_release(&j->mem);
}

/* --- renamed repositories --- */

static int other_repository(int64_t was, int64_t is, struct err *e)
{
	return err_set(e, ERR_CORRUPT, "not the repository tracked so far "
		       "(id %lld, stored is %lld): the name was given away",
		       (long long)is, (long long)was);
}

static int check_id(struct forge_job *j, int64_t id, struct err *e)
{
	if (id && j->c.forge_id && id != j->c.forge_id)
		return other_repository(j->c.forge_id, id, e);
	if (id)
		j->c.forge_id = id;
	return 0;
}

/* Ask the repository itself: its id, and its name of today. */
static int read_repo(struct forge_job *j, struct forge_repo *repo,
		     struct err *e)
{
	struct http_response r = { 0 };
	struct forge_verdict v;
	struct str url = STR_INIT;
	int rc;

	memset(repo, 0, sizeof(*repo));
	j->ops->url(&url, str_c(&j->base), FORGE_ASK_REPO, 0, 0);
	rc = forge_ask(j, str_c(&url), NULL, &r, &v, e);
	if (!rc && v.kind == FORGE_MOVED)
		rc = err_set(e, ERR_NET, "redirected more than once");
	else if (!rc && v.kind != FORGE_OK)
		rc = forge_refused(j, &r, &v, e);
	else if (!rc)
		rc = j->ops->repo(repo, str_c(&r.body), r.body.len, e);
	str_release(&url);
	http_response_release(&r);
	return rc ? rc : check_id(j, repo->id, e);
}

int forge_follow(struct forge_job *j, const struct http_response *r,
		 struct err *e)
{
	struct str path = STR_INIT;
	struct forge_repo repo;
	int64_t id = 0;
	char *safe;
	int rc;

	if (!r->location || ++j->hops > MAX_HOPS)
		return err_set(e, ERR_NET, "redirects that lead nowhere");
	if (!j->ops->moved_path(&path, &id, str_c(&j->root), r->location)) {
		safe = http_safe_url(r->location);
		err_set(e, ERR_NET, "a redirect to '%s' is not followed",
			safe);
		free(safe);
		str_release(&path);
		return ERR_NET;
	}
	rc = check_id(j, id, e);
	if (!rc) {
		str_clear(&j->base);
		str_add(&j->base, str_c(&j->root));
		str_add(&j->base, str_c(&path));
		rc = read_repo(j, &repo, e);
	}
	if (!rc) {
		if (r->status == 301 || r->status == 308)
			j->c.path = arena_strdup(&j->mem, str_c(&path));
		snprintf(j->out->moved_to, sizeof(j->out->moved_to), "%s",
			 repo.full_name);
		forge_note(j, "is now '%s' at the forge (id %lld proves it): "
			   "change line %d of repos.list", repo.full_name,
			   (long long)j->c.forge_id, j->spec->line);
	}
	str_release(&path);
	return rc;
}

/* --- releases --- */

static int put_releases(struct forge_job *j, const struct forge_releases *rs,
			struct err *e)
{
	size_t i;
	int rc;

	j->out->skipped += (int64_t)rs->skipped;
	rc = db_begin(j->run->db, e);
	if (rc)
		return rc;
	for (i = 0; !rc && i < rs->n; i++)
		rc = forge_put_release(j->run->db, j->repo, &rs->v[i],
				       &j->out->saved, e);
	if (!rc)
		rc = db_commit(j->run->db, e);
	if (rc)
		db_rollback(j->run->db);
	return rc;
}

/* Store one page of them; *next is filled and 1 returned when there is more. */
static int read_releases_page(struct forge_job *j, const char *url,
			      const char *etag, struct str *next,
			      struct err *e)
{
	struct http_response r = { 0 };
	struct forge_verdict v;
	struct forge_releases rs = { 0 };
	struct arena a = { 0 };
	const char *got;
	int rc;

	rc = forge_ask(j, url, etag, &r, &v, e);
	if (rc)
		goto out;
	if (v.kind == FORGE_UNCHANGED && etag)
		goto out;
	if (v.kind != FORGE_OK) {
		rc = forge_refused(j, &r, &v, e);
		goto out;
	}
	if (r.status != 204)
		rc = j->ops->releases(&rs, &a, str_c(&r.body), r.body.len, e);
	if (!rc)
		rc = put_releases(j, &rs, e);
	if (rc)
		goto out;
	got = http_header(&r, "etag");
	if (!next->len)
		j->c.release_etag = got && strlen(got) < 256 ?
			arena_strdup(&j->mem, got) : NULL;
	rc = j->ops->next(next, &r, url, e);
out:
	http_response_release(&r);
	arena_release(&a);
	return rc;
}

/*
 * Newest first, so later pages are only read the first time: ten at most, the
 * older ones are history.  The ETag counts once all of it is stored.
 */
int forge_read_releases(struct forge_job *j, struct err *e)
{
	struct str url = STR_INIT, next = STR_INIT;
	bool first = !j->c.release_utc;
	const char *was = j->c.release_etag;
	int n, rc;

	j->ops->url(&url, str_c(&j->base), FORGE_ASK_RELEASES, 0,
		    FORGE_PER_PAGE);
	rc = read_releases_page(j, str_c(&url), was, &next, e);
	for (n = 1; rc > 0 && first && n < 10; n++) {
		str_clear(&url);
		str_add(&url, str_c(&next));
		rc = read_releases_page(j, str_c(&url), NULL, &next, e);
	}
	if (rc >= 0) {
		j->c.release_due = false;
		j->c.release_utc = j->now_utc;
	} else {
		j->c.release_etag = was;
	}
	str_release(&url);
	str_release(&next);
	return rc < 0 ? rc : 0;
}

/* --- the probe --- */

static int64_t first_since(const struct forge_job *j)
{
	int64_t days = config_int(j->run->cfg, "forge.since");

	return j->run->opt.since_utc ? j->run->opt.since_utc :
		j->now_utc - days * DAY_S;
}

static bool wants_older(const struct forge_job *j)
{
	return j->run->opt.since_utc && j->c.done_utc &&
		j->run->opt.since_utc < j->c.from_utc;
}

static void begin_pass(struct forge_job *j, const struct http_response *r,
		       const char *url)
{
	struct forge_cursor *k = &j->c;
	const char *etag = http_header(r, "etag");

	if (!k->done_utc)
		k->pass_from_utc = first_since(j);
	else if (wants_older(j))
		k->pass_from_utc = j->run->opt.since_utc;
	else
		k->pass_from_utc = k->done_utc - FORGE_OVERLAP;
	if (k->pass_from_utc < 1)
		k->pass_from_utc = 1;
	k->pass_utc = k->pass_from_utc;
	k->pass_top_utc = 0;
	k->again_utc = 0;
	k->probe_url = arena_strdup(&j->mem, url);
	k->probe_etag = NULL;
	k->pass_etag = etag && strlen(etag) < 256 ?
		arena_strdup(&j->mem, etag) : NULL;
}

static void end_pass(struct forge_job *j)
{
	struct forge_cursor *k = &j->c;
	int64_t top = k->pass_top_utc;

	/* a time in the future would hide every change until then */
	if (top > j->server_utc)
		top = j->server_utc;
	if (top < k->pass_from_utc)
		top = k->pass_from_utc;
	if (!k->done_utc || k->pass_from_utc < k->from_utc)
		k->from_utc = k->pass_from_utc;
	if (top > k->done_utc)
		k->done_utc = top;
	k->pass_utc = k->pass_from_utc = k->pass_top_utc = 0;
	k->probe_etag = k->pass_etag;
	k->pass_etag = NULL;
	k->synced_utc = j->now_utc;
}

/* The probe's list is empty: true of a new repository, else strange. */
static int empty_list(struct forge_job *j, struct err *e)
{
	int64_t n;
	int rc = forge_issue_count(j->run->db, j->repo, &n, e);

	if (rc)
		return rc;
	if (n) {
		forge_note(j, "the forge lists no issues, %lld are stored: "
			   "nothing was removed", (long long)n);
		return 0;
	}
	if (!j->c.done_utc) {
		j->c.from_utc = first_since(j);
		j->c.done_utc = j->c.from_utc;
	}
	j->c.synced_utc = j->now_utc;
	return 0;
}

/* An answered probe.  *pass: a pass has begun. */
static int weigh_probe(struct forge_job *j, const struct http_response *r,
		       const char *url, bool *pass, struct err *e)
{
	struct forge_issues is = { 0 };
	struct arena a = { 0 };
	struct str next = STR_INIT;
	const char *s = str_c(&r->body);
	int rc = 0;

	s += strspn(s, " \t\r\n");
	if (*s == '<')
		rc = err_set(e, ERR_CORRUPT, "got HTML, not the API (a login "
			     "page, a proxy?)");
	else if (r->status != 204)
		rc = j->ops->issues(&is, &a, str_c(&r->body), r->body.len, e);
	if (!rc)
		rc = check_id(j, j->ops->repo_id(r), e);
	if (!rc) {
		j->more = j->ops->next(&next, r, url, NULL) != 0;
		if (is.n + is.skipped == 0)
			rc = empty_list(j, e);
		else
			*pass = true;
	}
	if (*pass)
		begin_pass(j, r, url);
	str_release(&next);
	arena_release(&a);
	return rc;
}

/* The validator is worth something only as long as there are rows. */
static int probe_etag(struct forge_job *j, const char *url, const char **etag,
		      struct err *e)
{
	int64_t n;
	int rc = forge_issue_count(j->run->db, j->repo, &n, e);

	*etag = NULL;
	if (!rc && n && j->c.done_utc && !wants_older(j) && j->c.probe_url &&
	    !strcmp(j->c.probe_url, url))
		*etag = j->c.probe_etag;
	return rc;
}

static int probe(struct forge_job *j, bool *pass, struct err *e)
{
	struct http_response r = { 0 };
	struct forge_verdict v;
	struct str url = STR_INIT;
	const char *etag;
	bool again;
	int tries = 0, rc;

	do {
		again = false;
		str_clear(&url);
		j->ops->url(&url, str_c(&j->base), FORGE_ASK_PROBE, 0, 0);
		rc = probe_etag(j, str_c(&url), &etag, e);
		if (!rc)
			rc = forge_ask(j, str_c(&url), etag, &r, &v, e);
		if (rc)
			break;
		if (v.kind == FORGE_UNCHANGED && etag) {
			j->c.synced_utc = j->now_utc;
		} else if (v.kind == FORGE_OK) {
			rc = weigh_probe(j, &r, str_c(&url), pass, e);
			again = rc == ERR_CORRUPT && !strstr(e->msg, "HTML") &&
				!strstr(e->msg, "tracked") && ++tries < 3;
		} else if (v.kind == FORGE_MOVED) {
			rc = forge_follow(j, &r, e);
			again = !rc;
		} else if (v.kind == FORGE_GONE) {
			forge_note(j, "issues are turned off at the forge: "
				   "stored ones are kept");
		} else {
			rc = forge_refused(j, &r, &v, e);
		}
	} while (again);
	str_release(&url);
	http_response_release(&r);
	return rc;
}

/* --- all of it --- */

/* One pass: the one under way, else a new one if the probe sees a change. */
static int one_pass(struct forge_job *j, struct err *e)
{
	bool pass = j->c.pass_utc != 0, done = false;
	struct forge_repo repo;
	int rc = pass ? 0 : probe(j, &pass, e);

	if (!rc && pass)
		rc = forge_read_list(j, &done, e);
	if (rc || !done)
		return rc;
	end_pass(j);
	/* so small a list that no link tells the id: ask once */
	if (!j->c.forge_id && !j->more)
		rc = read_repo(j, &repo, e);
	/* without an id the rows are as good as with it */
	return rc == ERR_CORRUPT || rc == ERR_NOTFOUND ? 0 : rc;
}

static int work(struct forge_job *j, struct err *e)
{
	bool resumed = j->c.pass_utc != 0;
	int rc = one_pass(j, e);

	/* the interrupted pass knew nothing of --meta-since */
	if (!rc && resumed && !j->c.pass_utc && wants_older(j))
		rc = one_pass(j, e);
	if (!rc && j->c.release_due)
		rc = forge_read_releases(j, e);
	return rc;
}

static void set_outcome(struct forge_job *j, int rc)
{
	const struct forge_saved *s = &j->out->saved;

	if (rc == ERR_QUOTA)
		j->out->outcome = FORGE_LATER;
	else if (rc)
		j->out->outcome = FORGE_FAILED;
	else
		j->out->outcome = s->added || s->changed || s->releases ?
			FORGE_UPDATED : FORGE_NOTHING_NEW;
}

int forge_sync_repo(struct forge_run *run, const struct repo_spec *spec,
		    int64_t repo_id, bool tags_moved,
		    struct forge_result *out, struct err *e)
{
	struct forge_job j = { .run = run, .spec = spec, .repo = repo_id,
			       .out = out, .per_page = FORGE_PER_PAGE };
	struct err local = { 0 }, put = { 0 };
	int rc, rc2;

	e = e ? e : &local;
	memset(out, 0, sizeof(*out));
	j.ops = forge_find(spec);
	if (!j.ops) {
		run->repos_done++;
		return 0;
	}
	if (http_forbidden()) {
		out->outcome = FORGE_FAILED;
		return err_set(e, ERR_OFFLINE, "metadata needs the network, "
			       "and --offline forbids it");
	}
	j.now_utc = j.server_utc = clock_now();
	rc = job_open(&j, e);
	if (!rc) {
		j.c.release_due |= tags_moved;
		rc = work(&j, e);
	}
	if (!rc)
		rc = forge_peer_fine(&j, e);
	if (j.loaded && rc != ERR_DB) {
		j.c.problem = rc ? e->msg : NULL;
		rc2 = forge_cursor_put(run->db, repo_id, &j.c, &put);
		if (rc2 && !rc)
			rc = err_set(e, rc2, "%s", put.msg);
	}
	set_outcome(&j, rc);
	run->repos_done++;
	job_close(&j);
	return rc;
}
