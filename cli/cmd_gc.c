/* cli/cmd_gc.c - let go of what is kept for a while: old tips of branches. */
#include "cli/cmds.h"

#include "core/fs.h"
#include "core/git_compat.h"
#include "core/log.h"
#include "mirror/mirror.h"
#include "mirror/refplan.h"

static bool dry_run;

const struct option gc_options[] = {
	OPTION_FLAG(0, "dry-run", &dry_run, "say what would go"),
	OPTIONS_END
};

/* refs/airep/kept/2026-02-04/...: the day it was kept, or false. */
static bool kept_day(const char *ref, int64_t *day)
{
	char date[11];

	if (!starts_with(ref, REFS_KEPT) ||
	    strlen(ref) < strlen(REFS_KEPT) + 10)
		return false;
	memcpy(date, ref + strlen(REFS_KEPT), 10);
	date[10] = 0;
	return day_parse(date, day, NULL) == 0;
}

static int sweep(const struct repo_spec *spec, const char *path,
		 int64_t before, struct err *e)
{
	struct reflist refs = { 0 };
	struct notes warn = { 0 };
	struct mirror m = { 0 };
	int64_t day;
	size_t i;
	int rc = mirror_open(&m, path, e);

	if (rc)
		return rc;
	rc = reflist_read(&refs, path, true, &warn, e);
	for (i = 0; i < refs.n && !rc; i++) {
		if (!kept_day(refs.v[i].name, &day) || day >= before)
			continue;
		if (!dry_run && git_reference_remove(m.repo, refs.v[i].name))
			rc = err_git(e, refs.v[i].name);
		else
			log_info("%s: %s %s", spec->name, dry_run ?
				 "would drop" : "dropped", refs.v[i].name);
	}
	reflist_release(&refs);
	notes_release(&warn);
	mirror_close(&m);
	return rc;
}

/* All of them, whatever becomes of one: the lock of a mirror, a damaged ref. */
static int sweep_all(struct cmd_ctx *c, int64_t before, struct err *e)
{
	size_t i, tried = 0, bad = 0;
	struct err one;

	for (i = 0; i < c->list.n; i++) {
		const struct repo_spec *spec = &c->list.v[i];
		char *path;

		if (spec->mirror)
			continue;
		memset(&one, 0, sizeof(one));
		path = repo_mirror_path(spec, c->workspace);
		if (fs_exists(path)) {
			tried++;
			if (sweep(spec, path, before, &one)) {
				bad++;
				log_error("%s: %s", spec->name, one.msg);
			}
		}
		free(path);
	}
	if (!bad)
		return 0;
	if (bad < tried)
		return err_set(e, ERR_PARTIAL, "%zu of %zu mirrors could not "
			       "be looked through; the others are done", bad,
			       tried);
	return err_set(e, ERR_FAILED, "no mirror could be looked through");
}

int cmd_gc(struct cmd_ctx *c, struct err *e)
{
	int64_t keep = config_int(c->config, "mirror.keepRewritten");
	int64_t before = day_of(&c->zone, clock_now()) - keep;
	int rc = args_count(&c->args, 0, 0, "", e);

	if (!rc)
		rc = cmd_lock(c, false, e);
	return rc ? rc : sweep_all(c, before, e);
}
