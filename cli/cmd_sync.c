/* cli/cmd_sync.c - refresh every mirror, then analyse what is new. */
#include "cli/cmds.h"

#include "analyze/classify.h"
#include "cli/stale_labels.h"
#include "cli/sync_meta.h"
#include "cli/sync_progress.h"
#include "cli/sync_repo.h"
#include "core/fs.h"
#include "core/http.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/stop.h"
#include "mirror/sound.h"
#include "mirror/transport.h"
#include "mirror/worker.h"
#include "store/ledger.h"

static int64_t jobs, timeout_s;
static bool dry_run, exit_code, accept_deletions;
static struct sync_meta meta;

const struct option sync_options[] = {
	OPTION_INT('j', "jobs", &jobs, "N", "repositories at once", 1, 64),
	OPTION_INT(0, "timeout", &timeout_s, "S",
		   "give a repository up after S seconds without progress", 1,
		   86400),
	OPTION_FLAG(0, "no-meta", &meta.off, "no issues and pull requests"),
	OPTION_STR(0, "meta-since", &meta.since, "DATE",
		   "fetch issues that changed since DATE, not 14 days"),
	OPTION_STR(0, "meta-from", &meta.from, "FILE",
		   "read issues from FILE, fetch nothing at all"),
	OPTION_FLAG(0, "dry-run", &dry_run, "say what would move"),
	OPTION_FLAG(0, "wait", &meta.wait, "wait for another sync to end, "
		    "and over limits of a forge"),
	OPTION_FLAG(0, "exit-code", &exit_code, "exit 5 when nothing is new"),
	OPTION_FLAG(0, "accept-deletions", &accept_deletions,
		    "also when most refs are gone"),
	OPTIONS_END
};

/* What became of one repository. */
struct target {
	const struct repo_spec *spec;
	struct worker_job *job;		/* NULL: mirror= */
	int rc;
	struct err e;
};

struct run {
	struct cmd_ctx *c;
	struct target *targets;
	size_t n;
	struct worker_job *jobs;
	size_t jobs_n;
	struct rules *rules;
	int64_t id, now;
	int news;			/* ledger rows and commits */
};

static void make_jobs(struct run *r)
{
	size_t i;

	r->jobs = xcalloc(r->n + 1, sizeof(*r->jobs));
	for (i = 0; i < r->n; i++) {
		struct target *t = &r->targets[i];
		struct worker_job *j;
		char *local;

		if (t->spec->mirror)
			continue;
		/* a path on this machine needs no socket */
		local = transport_local_path(t->spec->url);
		if (http_forbidden() && !local) {
			t->rc = err_set(&t->e, ERR_OFFLINE, "needs the "
					"network, --offline forbids it");
			continue;
		}
		free(local);
		j = &r->jobs[r->jobs_n++];
		j->url = t->spec->url;
		j->path = repo_mirror_path(t->spec, r->c->workspace);
		j->user = t;
		t->job = j;
	}
}

static int fetch_all(struct run *r, struct err *e)
{
	const struct config *cfg = r->c->config;
	struct zone utc = { .name = "UTC" };
	char date[16];
	struct worker_opts o = {
		.config_path = r->c->config_path,
		.jobs = (int)(jobs ? jobs : config_int(cfg, "sync.jobs")),
		.timeout_s = (int)(timeout_s ? timeout_s :
				   config_int(cfg, "sync.timeout")),
		.accept_deletions = accept_deletions,
		.keep = config_int(cfg, "mirror.keepRewritten") > 0,
		.dry_run = dry_run,
		.date = day_format(day_of(&utc, r->now), date),
	};
	struct sync_progress p;
	int rc;
	size_t i;

	sync_progress_init(&p, r->jobs_n);
	o.progress = sync_progress_show;
	o.done = sync_progress_done;
	o.arg = &p;
	rc = workers_run(r->jobs, r->jobs_n, &o, e);
	sync_progress_clear(&p);
	for (i = 0; i < r->jobs_n; i++) {
		struct target *t = r->jobs[i].user;

		t->rc = r->jobs[i].rc;
		t->e = r->jobs[i].e;
	}
	return rc;
}

static void say_moves(struct run *r)
{
	size_t i, k;

	for (i = 0; i < r->jobs_n; i++) {
		struct target *t = r->jobs[i].user;
		struct fetch_result *f = &r->jobs[i].result;

		if (t->rc)
			continue;
		printf("%s: %zu refs would move\n", t->spec->name, f->n);
		for (k = 0; k < f->n; k++) {
			struct str line = STR_INIT;

			put_terminal(&line, f->moves[k].name,
				     strlen(f->moves[k].name));
			printf("  %s %s\n", refmove_name(f->moves[k].kind),
			       line.s);
			str_release(&line);
		}
		r->news += f->n > 0;
	}
}

static void say_done(const struct target *t, const struct sync_outcome *o)
{
	const char *p, *end;

	if (o->empty)
		log_info("%s: no commits yet", t->spec->name);
	else if (o->commits || o->moves)
		log_info("%s: %d new commit%s, %d landing%s, %d ref%s moved",
			 t->spec->name, o->commits, o->commits == 1 ? "" : "s",
			 o->landings, o->landings == 1 ? "" : "s", o->moves,
			 o->moves == 1 ? "" : "s");
	else
		log_info("%s: nothing new", t->spec->name);
	for (p = str_c(&o->notes); *p; p = *end ? end + 1 : end) {
		end = strchrnul(p, '\n');
		log_warn("%s: %.*s", t->spec->name, (int)(end - p), p);
	}
}

/* A host that cannot be reached is one line, not one per repository. */
static void say_failure(const struct run *r, const struct target *t)
{
	struct str names = STR_INIT;
	const struct target *o;

	for (o = r->targets; o < r->targets + r->n; o++) {
		if (o->rc != t->rc || strcmp(o->e.msg, t->e.msg))
			continue;
		if (o < t && o->rc == ERR_NET)
			goto out;	/* said then */
		if (o == t || (o > t && o->rc == ERR_NET))
			str_addf(&names, "%s%s", names.len ? ", " : "",
				 o->spec->name);
	}
	log_error("%s: %s", str_c(&names), t->e.msg);
out:
	str_release(&names);
}

static int store_failure(struct run *r, struct target *t, struct err *e)
{
	struct db *db = r->c->db;
	int64_t id;
	int rc = r->id ? 0 : run_begin(db, "sync", r->now, &r->id, e);

	say_failure(r, t);
	if (!rc)
		rc = repo_put(db, t->spec->name, t->spec->url ? t->spec->url :
			      t->spec->mirror, t->spec->was, &id, e);
	if (!rc)
		rc = repo_sync_failed(db, id, r->id, r->now, t->e.msg, e);
	return rc;
}

/*
 * A clone of ours that is damaged is moved away, so that the next run makes it
 * anew.  Only what is proven counts: an error of the server or of the store is
 * no reason.
 */
static void set_aside(struct run *r, struct target *t, bool proven)
{
	struct zone utc = { .name = "UTC" };
	struct err why = { 0 };
	char date[16], *to = NULL;

	if (!t->job || !fs_exists(t->job->path))
		return;
	if (!proven && (t->rc == ERR_CORRUPT || t->rc == ERR_GIT) &&
	    mirror_sound(t->job->path, &why) == ERR_CORRUPT) {
		t->rc = err_set(&t->e, ERR_CORRUPT, "the mirror is damaged: %s",
				why.msg);
		proven = true;
	}
	if (!proven)
		return;
	day_format(day_of(&utc, r->now), date);
	if (mirror_set_aside(t->job->path, date, &to, &why))
		log_warn("%s: %s", t->spec->name, why.msg);
	else
		log_warn("%s: the mirror is damaged and was moved to '%s'; no "
			 "row of the store is lost, and the next `airep-git "
			 "sync` clones it again", t->spec->name, to);
	free(to);
}

/* An error of the store ends the run; one of a repository does not. */
static int store_one(struct run *r, struct target *t, struct err *e)
{
	struct sync_outcome o = { 0 };
	struct sync_input in = { .spec = t->spec, .rules = r->rules,
				 .run_id = &r->id, .now = r->now };

	if (!t->rc) {
		if (t->job) {
			in.received = t->job->result.received;
			in.warnings = &t->job->result.warnings;
		}
		t->rc = sync_repo(r->c, &in, &o, &t->e);
	}
	if (!t->rc) {
		say_done(t, &o);
		r->news += o.moves + o.commits;
	}
	str_release(&o.notes);
	if (!t->rc)
		return 0;
	if (t->rc == ERR_INTERRUPTED && stop_asked())
		return err_set(e, ERR_INTERRUPTED, "%s", t->e.msg);
	set_aside(r, t, o.damaged);
	if (t->rc == ERR_DB || t->rc == ERR_CORRUPT) {
		struct err probe = { 0 };

		/* Can the store still be written?  Then it was the mirror. */
		if (store_failure(r, t, &probe))
			return err_set(e, t->rc, "%s", t->e.msg);
		return 0;
	}
	return store_failure(r, t, e);
}

/* Issues and releases of the repositories whose mirrors are up to date. */
static int metadata(struct run *r, struct err *e)
{
	const struct repo_spec **v = xcalloc(r->n + 1, sizeof(*v));
	size_t i, n = 0;
	int rc;

	for (i = 0; i < r->n; i++)
		if (!r->targets[i].rc)
			v[n++] = r->targets[i].spec;
	rc = sync_meta_run(r->c, v, n, &meta, e);
	r->news += meta.news;
	free(v);
	return rc ? rc : sync_meta_relabel(r->c, r->rules, e);
}

/* The exit code of the whole from those of the parts. */
static int judge(const struct run *r, struct err *e)
{
	size_t bad = 0, auth = 0, offline = 0, i;

	for (i = 0; i < r->n; i++) {
		int rc = r->targets[i].rc;

		bad += rc != 0;
		auth += rc == ERR_AUTH || rc == ERR_QUOTA;
		offline += rc == ERR_OFFLINE;
	}
	if (!bad && meta.failed)
		return sync_meta_result(&meta, e);
	if (!bad)
		return exit_code && !r->news ? err_set(e, ERR_NOTHING_NEW,
						       "nothing new") : 0;
	if (bad == r->n && bad == offline)
		return err_set(e, ERR_OFFLINE, "%zu of %zu repositories need "
			       "the network, --offline forbids it", bad, r->n);
	if (bad == auth)
		return err_set(e, ERR_AUTH, "%zu of %zu repositories refused "
			       "us", bad, r->n);
	if (bad < r->n)
		return err_set(e, ERR_PARTIAL, "%zu of %zu repositories "
			       "failed; the others are complete", bad, r->n);
	return err_set(e, ERR_FAILED, "no repository could be synced");
}

/* Stamps never decrease, whatever the clock does. */
static int choose_now(struct run *r, struct err *e)
{
	struct arena a = { 0 };
	struct repo_row *v;
	size_t n, i;
	int rc = repo_all(r->c->db, &a, &v, &n, e);

	r->now = clock_now();
	for (i = 0; i < n && !rc; i++)
		if (v[i].last_try > r->now)
			r->now = v[i].last_try;
	arena_release(&a);
	return rc;
}

static int store_all(struct run *r, struct err *e)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < r->n && !rc; i++) {
		if (stop_asked())
			return err_set(e, ERR_INTERRUPTED, "interrupted; run "
				       "it again to go on");
		/* What one history left free does not fit the next. */
		if (i)
			mem_trim();
		rc = store_one(r, &r->targets[i], e);
	}
	return rc;
}

/* Of the commands that lock only this one can wait. */
static int lock(struct cmd_ctx *c, struct err *e)
{
	struct err busy = { 0 };
	int rc = cmd_lock(c, meta.wait, &busy);

	if (rc == ERR_BUSY)
		return err_set(e, rc, "%s, or use --wait", busy.msg);
	if (rc)
		*e = busy;
	return rc;
}

static void release(struct run *r)
{
	size_t i;

	for (i = 0; i < r->jobs_n; i++) {
		fetch_result_release(&r->jobs[i].result);
		free((char *)(uintptr_t)r->jobs[i].path);
	}
	rules_free(r->rules);
	free(r->jobs);
	free(r->targets);
}

int cmd_sync(struct cmd_ctx *c, struct err *e)
{
	const struct repo_spec **repos = NULL;
	struct run r = { .c = c };
	char *rules_path = fs_join(c->workspace, "rules.conf");
	size_t i;
	int rc;

	rc = cmd_repos(c, 0, &repos, &r.n, e);
	if (!rc)
		rc = sync_meta_check(c, &meta, e);
	if (!rc)
		rc = rules_load(&r.rules, rules_path, e);
	if (!rc)
		rc = lock(c, e);
	if (!rc)
		rc = cmd_open_store(c, true, e);
	if (!rc && meta.from) {
		rc = sync_meta_import(c, meta.from, e);
		if (!rc)
			rc = sync_meta_relabel(c, r.rules, e);
		goto out;
	}
	if (!rc)
		rc = choose_now(&r, e);
	if (rc)
		goto out;
	r.targets = xcalloc(r.n + 1, sizeof(*r.targets));
	for (i = 0; i < r.n; i++)
		r.targets[i].spec = repos[i];
	make_jobs(&r);
	rc = fetch_all(&r, e);
	if (!rc && dry_run) {
		say_moves(&r);
	} else if (!rc) {
		rc = store_all(&r, e);
		if (!rc)
			rc = metadata(&r, e);
		if (!rc)
			rc = stale_labels_say(c, r.rules, e);
		if (!rc)
			rc = judge(&r, e);
		if (r.id && rc != ERR_DB)
			run_end(c->db, r.id, r.now, rc, NULL);
	}
out:
	release(&r);
	free(repos);
	free(rules_path);
	return rc;
}
