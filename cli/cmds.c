/* cli/cmds.c - see cmds.h: the table, what commands open, and stdout. */
#include "cli/cmds.h"

#include "cli/workspace.h"
#include "core/fs.h"
#include "core/mem.h"
#include "store/db.h"
#include "store/ledger.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool reader_gone;

const struct cmd *cmd_find(const char *name)
{
	const struct cmd *c;

	for (c = cmds; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

int cmd_unknown(const char *name, struct err *e)
{
	const struct cmd *c;
	const char *near = NULL;
	int best = 4, d;

	for (c = cmds; c->name; c++) {
		d = c->help ? edit_distance(name, c->name) : 9;
		if (d < best) {
			best = d;
			near = c->name;
		}
	}
	if (near)
		return err_set(e, ERR_USAGE, "unknown command '%.60s'; did you "
			       "mean '%s'?", name, near);
	return err_set(e, ERR_USAGE, "unknown command '%.60s'; 'airep-git -h' "
		       "lists them", name);
}

int cmd_open_workspace(struct cmd_ctx *c, struct err *e)
{
	int rc = workspace_find(&c->workspace, c->dash_C, e);

	if (!rc)
		c->config_path = fs_join(c->workspace, "airep.conf");
	return rc;
}

int cmd_open_config(struct cmd_ctx *c, struct err *e)
{
	int rc = config_load(&c->config, c->config_path, e);

	if (!rc)
		rc = zone_load(&c->zone, config_str(c->config,
						    "report.timezone"), e);
	return rc;
}

int cmd_open_list(struct cmd_ctx *c, struct err *e)
{
	char *path = fs_join(c->workspace, "repos.list");
	int rc = repolist_load(&c->list, path, e);

	if (rc == ERR_NOTFOUND)
		rc = err_set(e, ERR_CONFIG, "no repos.list in '%s'; "
			     "'airep-git init' writes one", c->workspace);
	free(path);
	return rc;
}

int cmd_lock(struct cmd_ctx *c, bool wait, struct err *e)
{
	char *path;
	int rc;

	if (c->lock.fd > 0)
		return 0;
	path = fs_join(c->workspace, "airep.lock");
	rc = fs_lock(&c->lock, path, wait, e);
	free(path);
	return rc;
}

int cmd_open_store(struct cmd_ctx *c, bool write, struct err *e)
{
	char *path;
	int rc = write ? cmd_lock(c, false, e) : 0;

	if (rc)
		return rc;
	path = fs_join(c->workspace, "airep.db");
	if (!write && !fs_exists(path))
		rc = err_set(e, ERR_NOTFOUND, "no store in '%s'; 'airep-git "
			     "sync' makes it", c->workspace);
	else
		rc = db_open(&c->db, path, write ? DB_CREATE : DB_READ, e);
	free(path);
	return rc;
}

void cmd_close(struct cmd_ctx *c)
{
	db_close(c->db);
	/* Unlocked last: nobody else may write before we are done. */
	if (c->lock.fd > 0)
		fs_unlock(&c->lock);
	repolist_release(&c->list);
	zone_release(&c->zone);
	config_free(c->config);
	free(c->config_path);
	free(c->workspace);
	args_release(&c->args);
	memset(c, 0, sizeof(*c));
}

int cmd_repos(const struct cmd_ctx *c, size_t from,
	      const struct repo_spec ***out, size_t *n, struct err *e)
{
	bool *want = xcalloc(c->list.n + 1, sizeof(*want));
	const struct repo_spec *r;
	size_t i;

	*n = 0;
	*out = xcalloc(c->list.n + 1, sizeof(**out));
	for (i = from; i < c->args.n; i++) {
		r = repolist_find(&c->list, c->args.v[i]);
		if (!r) {
			free(want);
			free(*out);
			*out = NULL;
			return err_set(e, ERR_USAGE, "no repository '%.80s' in "
				       "%s (or more than one)", c->args.v[i],
				       c->list.path);
		}
		want[r - c->list.v] = true;
	}
	for (i = 0; i < c->list.n; i++)
		if (want[i] || c->args.n <= from)
			(*out)[(*n)++] = &c->list.v[i];
	free(want);
	return 0;
}

bool cmd_was_synced(const struct cmd_ctx *c, const struct repo_spec *r)
{
	struct arena a = { 0 };
	struct repo_row row = { 0 };
	bool was = c->db && !repo_get(c->db, r->name, &a, &row, NULL) &&
		   row.first_sync;

	arena_release(&a);
	return was;
}

static int cannot_write(struct err *e)
{
	if (errno == EPIPE) {
		reader_gone = true;
		return err_set(e, ERR_INTERRUPTED, "%s", "");
	}
	return err_errno(e, "cannot write to standard output");
}

int out_put(const void *p, size_t n, struct err *e)
{
	if (reader_gone)
		return err_set(e, ERR_INTERRUPTED, "%s", "");
	if (n && fwrite(p, 1, n, stdout) != n)
		return cannot_write(e);
	return 0;
}

int out_str(const struct str *s, struct err *e)
{
	return out_put(str_c(s), s->len, e);
}

/* Some file systems tell only at close() that they are full. */
static int close_stdout(void)
{
	int copy = dup(STDOUT_FILENO);

	return copy >= 0 ? close(copy) : 0;
}

int out_finish(struct err *e)
{
	bool bad;

	if (reader_gone)
		return 0;
	errno = 0;
	bad = ferror(stdout) != 0;
	if (fflush(stdout) || bad || close_stdout()) {
		if (!errno)
			errno = EIO;
		return cannot_write(e);
	}
	return 0;
}

bool out_reader_gone(void)
{
	return reader_gone;
}
