/*
 * forge_drive - the metadata part of `sync` alone, for tests: no mirrors.
 *
 *	forge_drive DIR [--meta-since TIME] [--wait] [--tags] [--offline]
 *
 * Reads DIR/repos.list and DIR/airep.conf, fetches into DIR/airep.db, says per
 * repository what came of it, and ends like sync (0, 1, 3, 4, 7).
 */
#include "core/day.h"
#include "core/fs.h"
#include "core/log.h"
#include "core/mem.h"
#include "mirror/forge.h"
#include "mirror/forge_sync.h"
#include "store/db.h"

#include <string.h>

struct drive {
	struct db *db;
	struct config *cfg;
	struct repolist list;
	struct forge_options opt;
	bool tags;
	int failed, denied;
};

static int64_t repo_row(struct db *db, const char *name, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_REPO_ADD, e);
	int64_t id = 0;

	q_text(s, ":name", name);
	q_text(s, ":source", name);
	if (db_run(db, s, e))
		return 0;
	s = db_query(db, Q_REPO_GET, e);
	q_text(s, ":name", name);
	if (db_step(db, s, e) > 0)
		id = c_int(s, 0);
	sqlite3_reset(s);
	return id;
}

static int one(struct drive *d, struct forge_run *run,
	       const struct repo_spec *r, struct err *e)
{
	static const char *const names[] = { "skipped", "nothing-new",
		"updated", "later", "failed" };
	struct forge_result f;
	struct err why = { 0 };
	int64_t id = repo_row(d->db, r->name, e);
	int rc;

	if (!id)
		return e->code;
	rc = forge_sync_repo(run, r, id, d->tags, &f, &why);
	printf("%s: %s, %lld new, %lld changed, %lld events, %lld releases, "
	       "%lld left out, %lld requests\n", r->name, names[f.outcome],
	       (long long)f.saved.added, (long long)f.saved.changed,
	       (long long)f.saved.events, (long long)f.saved.releases,
	       (long long)f.skipped, (long long)f.requests);
	if (f.warnings[0])
		log_warn("%s: metadata: %s", r->name, f.warnings);
	if (rc && !f.repeated)
		log_warn("%s: metadata: %s", r->name, why.msg);
	if (rc && !(rc == ERR_QUOTA && !f.resumes_utc)) {
		d->failed++;
		d->denied += rc == ERR_QUOTA || rc == ERR_AUTH;
	}
	return rc == ERR_DB ? rc : 0;
}

static int drive(struct drive *d, const char *dir, struct err *e)
{
	char *list = fs_join(dir, "repos.list");
	char *conf = fs_join(dir, "airep.conf");
	char *store = fs_join(dir, "airep.db");
	struct forge_run *run = NULL;
	size_t i;
	int rc;

	rc = repolist_load(&d->list, list, e);
	if (!rc)
		rc = config_load(&d->cfg, conf, e);
	if (!rc)
		rc = db_open(&d->db, store, DB_CREATE, e);
	d->opt.repos_n = (int)d->list.n;
	if (!rc)
		rc = forge_run_new(&run, d->db, d->cfg, &d->opt, e);
	for (i = 0; !rc && i < d->list.n; i++)
		rc = one(d, run, &d->list.v[i], e);
	forge_run_free(run);
	db_close(d->db);
	config_free(d->cfg);
	repolist_release(&d->list);
	free(list);
	free(conf);
	free(store);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct zone utc;
	struct drive d = { 0 };
	struct err e = { 0 };
	int i;

	for (i = 2; i < argc; i++)
		if (!strcmp(argv[i], "--wait"))
			d.opt.wait = true;
		else if (!strcmp(argv[i], "--tags"))
			d.tags = true;
		else if (!strcmp(argv[i], "--offline"))
			http_forbid();
		else if (!strcmp(argv[i], "-v"))
			log_level = 1;
		else if (!strcmp(argv[i], "--meta-since") && i + 1 < argc &&
			 !time_parse(argv[i + 1], &utc, &d.opt.since_utc, &e))
			i++;
		else
			argc = 0;
	if (argc < 2) {
		fprintf(stderr, "usage: forge_drive DIR [--meta-since TIME] "
			"[--wait] [--tags] [--offline]\n");
		return 2;
	}
	if (drive(&d, argv[1], &e)) {
		log_error("%s", e.msg);
		return 1;
	}
	if (http_forbidden())
		return 7;
	return !d.failed ? 0 : d.failed == d.denied ? 4 : 3;
}
