/* cli/cmd_sync.c - refresh every mirror, then analyse what is new. */
#include "cli/cmds.h"

#include "analyze/analyze.h"
#include "core/fs.h"
#include "core/log.h"
#include "core/mem.h"
#include "store/ledger.h"

static int64_t jobs, timeout_s;

const struct option sync_options[] = {
	OPTION_INT('j', "jobs", &jobs, "N", "repositories at once", 1, 64),
	OPTION_INT(0, "timeout", &timeout_s, "S",
		   "give a repository up after S seconds without progress", 1,
		   86400),
	OPTIONS_END
};

static int sync_repo(struct cmd_ctx *c, const struct repo_spec *r, int64_t now,
		     struct err *e)
{
	struct analyze_options opt = { .max_file = (size_t)config_int(
			c->config, "analyze.maxFileSize"),
		.jobs = (int)config_int(c->config, "analyze.jobs"),
		.zone = &c->zone, .now = now, .repo = r->name };
	struct analyze_result res;
	struct repo_done done = { .at = now };
	struct repo_row row;
	struct arena a = { 0 };
	git_repository *repo = NULL;
	git_reference *head = NULL;
	int64_t id;
	int rc;

	rc = repo_put(c->db, r->name, r->mirror, r->was, &id, e);
	if (!rc)
		rc = repo_get(c->db, r->name, &a, &row, e);
	if (!rc && git_repository_open_bare(&repo, r->mirror))
		rc = err_git(e, r->mirror);
	if (!rc && git_repository_head(&head, repo))
		rc = err_git(e, r->mirror);
	if (rc)
		goto out;
	done.id = id;
	done.tip = *git_reference_target(head);
	done.branch = git_reference_name(head);
	opt.previous = row.last_sync ? row.last_sync : INT64_MIN;
	rc = db_begin(c->db, e);
	if (!rc)
		rc = analyze_repo(c->db, id, r->mirror, &done.tip, &row.tip,
				  &opt, &res, e);
	if (!rc)
		rc = repo_sync_done(c->db, &done, e);
	if (!rc)
		rc = db_commit(c->db, e);
	else
		db_rollback(c->db);
	if (!rc)
		log_info("%s: %d new commits, %d landings", r->name,
			 res.commits, res.landings);
out:
	git_reference_free(head);
	git_repository_free(repo);
	arena_release(&a);
	return rc;
}

int cmd_sync(struct cmd_ctx *c, struct err *e)
{
	const struct repo_spec **repos = NULL;
	int64_t now = clock_now();
	size_t n, i;
	int rc = cmd_repos(c, 0, &repos, &n, e);

	for (i = 0; !rc && i < n; i++)
		rc = sync_repo(c, repos[i], now, e);
	free(repos);
	return rc;
}
