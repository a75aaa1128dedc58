/* render/document.c - see document.h. */
#include "render/document.h"

#include "core/mem.h"
#include "render/commit_json.h"
#include "render/doc_change_json.h"
#include "render/doc_issues.h"
#include "render/doc_read.h"

static const char tool_name[] = "airep-git " AIREP_VERSION;

struct builder {
	const struct doc_request *rq;
	struct doc_window w;
	struct json j;
	const char **stack;		/* words of report.stack */
	size_t stack_n;
	int issues;			/* handles given out */
	int failed;			/* first error while writing JSON */
	struct err *e;
};

static void read_stack(struct builder *b)
{
	size_t cap = 0;
	const char *word;
	int i;

	for (i = 0; (word = config_item(b->rq->config, "report.stack", i));
	     i++) {
		GROW(b->stack, b->stack_n, cap);
		b->stack[b->stack_n++] = word;
	}
}

static void add_change(struct builder *b, const struct doc_repo *r,
		       const struct doc_landing *l)
{
	struct doc_change *c = &b->w.changes[b->w.n++];

	c->dl = l;
	c->repo = r;
	c->s = l->s;
	c->unsure = c->s->confidence <
		    config_int(b->rq->config, "labels.threshold");
}

/* By handle: on time in repos.list order, then the late ones. */
static void list_changes(struct builder *b)
{
	size_t i, k, n = 0;

	for (i = 0; i < b->w.set.n; i++)
		n += b->w.set.v[i].changes_n + b->w.set.v[i].late_n;
	b->w.changes = xcalloc(n + 1, sizeof(*b->w.changes));
	for (i = 0; i < b->w.set.n; i++)
		for (k = 0; k < b->w.set.v[i].changes_n; k++)
			add_change(b, &b->w.set.v[i],
				   &b->w.set.v[i].changes[k]);
	for (i = 0; i < b->w.set.n; i++)
		for (k = 0; k < b->w.set.v[i].late_n; k++)
			add_change(b, &b->w.set.v[i], &b->w.set.v[i].late[k]);
}

/* "moe,gemm" as words for the score. */
static size_t split(const char *list, const char **out, size_t max,
		    struct arena *a)
{
	char *s = arena_strdup(a, list), *next;
	size_t n = 0;

	for (; *s && n < max; s = next) {
		next = strchrnul(s, ',');
		if (*next)
			*next++ = 0;
		out[n++] = s;
	}
	return n;
}

static bool is_release_tag(const char *ref)
{
	const char *t = strncmp(ref, "refs/tags/", 10) ? ref : ref + 10;

	return !strcasestr(t, "nightly") && !strcasestr(t, "dev") &&
	       !strcasestr(t, "rc");
}

static bool has_release_tag(const struct doc_change *c)
{
	size_t i;

	for (i = 0; i < c->repo->events_n; i++)
		if (oid_eq(&c->repo->events[i].target, &c->s->c.oid) &&
		    is_release_tag(c->repo->events[i].ref))
			return true;
	return false;
}

static int trees_using(const struct doc_change *c)
{
	size_t i;
	int n = 0;

	for (i = 0; i < c->uses_n; i++)
		n += !i || strcmp(c->uses[i].repo, c->uses[i - 1].repo);
	return n;
}

static void score(struct builder *b, struct doc_change *c)
{
	const char *areas[8], *hardware[8];
	struct importance_input in = {
		.subject = c->s->c.subject, .body = c->s->c.body,
		.type = *c->s->type ? c->s->type : NULL, .bot = c->s->bot,
		.areas = areas, .hardware = hardware,
		.signals = c->signals.v, .signals_n = c->signals.n,
		.changes = c->changes.v, .changes_n = c->changes.n,
		.in_thread = c->steps_n > 1, .downstream = trees_using(c),
		.stack = b->stack, .stack_n = b->stack_n,
		.release_tag = has_release_tag(c),
	};

	in.areas_n = split(c->s->areas, areas, 8, &b->w.arena);
	in.hardware_n = split(c->s->hardware, hardware, 8, &b->w.arena);
	importance_score(&c->importance, &b->w.arena, &in);
}

static void facts_json(struct builder *b, const struct doc_change *c)
{
	struct json *j = &b->j;
	int i;

	if (!b->failed)
		b->failed = doc_pull(j, b->rq->db, c->s->repo_id, c->s->pr,
				     b->e);
	if (!b->failed)
		b->failed = doc_closes(j, b->rq->db, c->s->repo_id,
				       c->repo->spec->name, c->s, b->e);
	json_kint(j, "confidence", c->s->confidence);
	json_kbool(j, "unsure", c->unsure);
	json_kbool(j, "readable", c->readable);
	json_kint(j, "binary", c->s->binary);
	json_key(j, "excerpt");
	json_open(j, '[');
	for (i = 0; i < c->excerpt.n; i++)
		json_str(j, c->excerpt.text[i]);
	json_close(j, ']');
	json_key(j, "tests");
	json_open(j, '{');
	json_kint(j, "files", c->tests_files);
	json_kint(j, "additions", c->tests_additions);
	json_kint(j, "deletions", c->tests_deletions);
	json_close(j, '}');
	json_key(j, "components");
	json_open(j, '[');
	for (i = 0; i < c->parts_n; i++) {
		json_open(j, '{');
		json_kstr(j, "dir", c->parts[i].dir);
		json_kint(j, "files", c->parts[i].files);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_kint(j, "components_rest", c->parts_rest);
}

static void change_json(struct builder *b, const struct doc_change *c)
{
	char handle[16];
	struct commit_view v = {
		.repo = c->repo->spec->name, .s = c->s,
		.landing = &c->s->c.oid, .late = c->dl->late,
		.landing_observed = c->s->observed, .members = c->members.v,
		.members_n = c->members.n, .changes = &c->changes,
		.live = &c->signals,
	};
	struct json *j = &b->j;

	snprintf(handle, sizeof(handle), "c%d", c->dl->handle);
	json_open(j, '{');
	json_kstr(j, "handle", handle);
	commit_json_keys(j, &v);
	facts_json(b, c);
	doc_change_json(j, c);
	json_close(j, '}');
}

static void time_json(struct json *j, const char *key, int64_t t)
{
	char text[40];

	json_kstr(j, key, t ? time_format_utc(t, text) : NULL);
}

static void events_json(struct json *j, const struct doc_repo *r)
{
	char hex[OID_HEX + 1];
	size_t i;

	json_key(j, "events");
	json_open(j, '[');
	for (i = 0; i < r->events_n; i++) {
		const struct doc_event *v = &r->events[i];

		json_open(j, '{');
		json_kstr(j, "kind", v->kind);
		json_kstr(j, "ref", v->ref);
		json_kstr(j, "old", oid_zero(&v->old) ? NULL :
			  oid_hex(&v->old, hex));
		json_kstr(j, "new", oid_zero(&v->new) ? NULL :
			  oid_hex(&v->new, hex));
		json_kstr(j, "target", oid_zero(&v->target) ? NULL :
			  oid_hex(&v->target, hex));
		time_json(j, "at", v->at);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* Where a commit can be looked at with a browser, or null. */
static void web_json(struct json *j, const struct doc_repo *r)
{
	char url[512];

	if (strcmp(r->spec->host, "github.com") || strchr(r->spec->name, ' ')) {
		json_kstr(j, "web", NULL);
		return;
	}
	snprintf(url, sizeof(url), "https://github.com/%s", r->spec->name);
	json_kstr(j, "web", url);
}

static void last_json(struct json *j, const char *key,
		      const struct stored_list *l)
{
	char hex[OID_HEX + 1];

	json_key(j, key);
	if (!l->n) {
		json_put_null(j);
		return;
	}
	json_open(j, '{');
	json_kstr(j, "oid", oid_hex(&l->v[0].c.oid, hex));
	time_json(j, "landed", l->v[0].landed);
	json_close(j, '}');
}

/* Sums over what the page counts: on-time landings. */
static void totals_json(struct json *j, const struct doc_repo *r)
{
	int64_t files = 0, additions = 0, deletions = 0, unmeasured = 0,
		binary = 0;
	size_t i;

	for (i = 0; i < r->changes_n; i++) {
		const struct stored *s = r->changes[i].s;

		files += s->files;
		additions += s->additions;
		deletions += s->deletions;
		unmeasured += s->unmeasured;
		binary += s->binary;
	}
	json_kint(j, "landings", (int64_t)r->changes_n);
	json_kint(j, "files", files);
	json_kint(j, "additions", additions);
	json_kint(j, "deletions", deletions);
	json_kint(j, "unmeasured", unmeasured);
	json_kint(j, "binary", binary);
	json_key(j, "mean");
	json_open(j, '{');
	json_key(j, "landings");
	json_put_real(j, (double)r->sums.landings / r->mean_days, 4);
	json_key(j, "lines");
	json_put_real(j, (double)(r->sums.additions + r->sums.deletions) /
		  r->mean_days, 2);
	json_close(j, '}');
}

static void repo_head_json(struct builder *b, const struct doc_repo *r)
{
	struct json *j = &b->j;
	const char *branch = r->row.branch ? r->row.branch : "";

	json_kstr(j, "repo", r->spec->name);
	web_json(j, r);
	json_kstr(j, "branch", !strncmp(branch, "refs/heads/", 11) ?
		  branch + 11 : branch);
	json_kbool(j, "synced", r->row.first_sync != 0);
	time_json(j, "last_sync", r->row.last_sync);
	json_kbool(j, "covers", r->row.last_sync >= b->rq->until);
	json_kbool(j, "shallow", r->row.shallow);
	json_kint(j, "tags", r->row.has_tags);
	json_kstr(j, "error", r->row.last_error && *r->row.last_error ?
		  r->row.last_error : NULL);
	json_kstr(j, "mirror", r->mirror);
	json_kint(j, "unread", r->unread);
	last_json(j, "from", &r->before);
	last_json(j, "to", &r->last);
	totals_json(j, r);
	json_kint(j, "replaced", r->replaced);
}

static void repo_json(struct builder *b, const struct doc_repo *r)
{
	struct json *j = &b->j;
	size_t i;

	json_open(j, '{');
	repo_head_json(b, r);
	json_key(j, "changes");
	json_open(j, '[');
	for (i = 0; i < b->w.n; i++)
		if (b->w.changes[i].repo == r && !b->w.changes[i].dl->late)
			change_json(b, &b->w.changes[i]);
	json_close(j, ']');
	events_json(j, r);
	if (!b->failed)
		b->failed = doc_issues(j, b->rq->db, r->row.id, b->rq->since,
				       b->rq->until, &b->issues, b->e);
	json_close(j, '}');
}

static void errata_json(struct builder *b)
{
	struct json *j = &b->j;
	char hex[OID_HEX + 1];
	size_t i, k;

	json_open(j, '[');
	for (i = 0; i < b->w.set.n; i++)
		for (k = 0; k < b->w.set.v[i].errata_n; k++) {
			const struct stored *s = b->w.set.v[i].errata[k];
			char day[16];

			if (!b->w.set.v[i].shown)
				continue;
			json_open(j, '{');
			json_kstr(j, "repo", b->w.set.v[i].spec->name);
			web_json(j, &b->w.set.v[i]);
			json_kstr(j, "oid", oid_hex(&s->c.oid, hex));
			json_kstr(j, "subject", s->c.subject);
			time_json(j, "landed", s->landed);
			time_json(j, "observed", s->observed);
			json_kstr(j, "page", day_format(day_of(b->rq->zone,
				s->observed), day));
			json_close(j, '}');
		}
	json_close(j, ']');
}

static void window_json(struct builder *b)
{
	const struct doc_request *rq = b->rq;
	struct json *j = &b->j;
	char t[40];

	json_kint(j, "schema", 1);
	json_kstr(j, "tool", tool_name);
	json_kstr(j, "label", rq->label);
	json_key(j, "window");
	json_open(j, '{');
	json_kstr(j, "since", time_format_offset(rq->since,
		zone_offset(rq->zone, rq->since), t));
	json_kstr(j, "until", time_format_offset(rq->until,
		zone_offset(rq->zone, rq->until), t));
	json_kstr(j, "timezone", rq->zone->name);
	json_close(j, '}');
	json_kstr(j, "rules", rq->rules_hash);
}

static void coverage_json(struct builder *b)
{
	int64_t repos = 0, of = 0, files = 0, files_of = 0, synced = 0, lag = 0;
	struct json *j = &b->j;
	size_t i, k;

	for (i = 0; i < b->w.set.n; i++) {
		const struct doc_repo *r = &b->w.set.v[i];

		if (!r->shown)
			continue;
		of++;
		repos += r->row.last_sync >= b->rq->until;
		if (!synced || r->row.last_sync < lag)
			lag = r->row.last_sync;
		if (r->row.last_sync > synced)
			synced = r->row.last_sync;
		for (k = 0; k < r->changes_n; k++) {
			files_of += r->changes[k].s->files;
			files += r->changes[k].s->files -
				 r->changes[k].s->unmeasured;
		}
	}
	time_json(j, "synced", synced);
	json_key(j, "coverage");
	json_open(j, '{');
	json_key(j, "repositories");
	json_open(j, '[');
	json_int(j, repos);
	json_int(j, of);
	json_close(j, ']');
	json_key(j, "files");
	json_open(j, '[');
	json_int(j, files);
	json_int(j, files_of);
	json_close(j, ']');
	json_close(j, '}');
}

static void all_json(struct builder *b)
{
	struct json *j = &b->j;
	size_t i;

	json_open(j, '{');
	window_json(b);
	coverage_json(b);
	json_key(j, "repositories");
	json_open(j, '[');
	for (i = 0; i < b->w.set.n; i++)
		if (b->w.set.v[i].shown)
			repo_json(b, &b->w.set.v[i]);
		else if (!b->failed)
			b->failed = doc_issues_skip(b->rq->db,
				b->w.set.v[i].row.id, b->rq->since,
				b->rq->until, &b->issues, b->e);
	json_close(j, ']');
	json_key(j, "watch");
	doc_watch_json(j, &b->w.watch, b->w.changes);
	json_key(j, "late");
	json_open(j, '[');
	for (i = 0; i < b->w.n; i++)
		if (b->w.changes[i].dl->late && b->w.changes[i].repo->shown)
			change_json(b, &b->w.changes[i]);
	json_close(j, ']');
	json_key(j, "errata");
	errata_json(b);
	json_close(j, '}');
}

int document_errata(const struct doc_request *rq, struct str *out,
		    struct err *e)
{
	struct builder b = { .rq = rq, .w = { .rq = rq } };
	int rc = doc_collect(rq, &b.w.set, e);

	json_init(&b.j, out);
	if (!rc)
		errata_json(&b);
	doc_set_release(&b.w.set);
	return rc;
}

/* Into j, which was initialised. */
static int build(const struct doc_request *rq, struct json *j, struct err *e)
{
	struct builder b = { .rq = rq, .w = { .rq = rq }, .e = e, .j = *j };
	size_t i;
	int rc;

	blobwords_ahead(rq->words);
	rc = doc_collect(rq, &b.w.set, e);
	read_stack(&b);
	if (!rc) {
		list_changes(&b);
		rc = doc_read(&b.w, e);
	}
	if (!rc) {
		for (i = 0; i < b.w.n; i++)
			score(&b, &b.w.changes[i]);
		all_json(&b);
		rc = b.failed;
	}
	doc_window_release(&b.w);
	free(b.stack);
	*j = b.j;
	return rc;
}

static int build_at_once(const struct doc_request *rq, struct json *j,
			 struct err *e)
{
	int rc = db_begin_reading(rq->db, e), end;

	if (rc)
		return rc;
	rc = build(rq, j, e);
	end = db_commit(rq->db, rc ? NULL : e);
	return rc ? rc : end;
}

int document_build(const struct doc_request *rq, struct str *out,
		   struct err *e)
{
	struct json j;

	json_init(&j, out);
	return build_at_once(rq, &j, e);
}

int document_tree(const struct doc_request *rq, json_t **out, struct err *e)
{
	struct json j;
	int rc;

	json_init_tree(&j);
	rc = build_at_once(rq, &j, e);
	*out = json_take_tree(&j);
	if (!rc && !*out)
		return err_set(e, ERR_CORRUPT, "a part of the document is not "
			       "JSON");
	if (rc) {
		json_decref(*out);
		*out = NULL;
	}
	return rc;
}
