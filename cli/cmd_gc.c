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

static int sweep(struct cmd_ctx *c, const struct repo_spec *spec,
		 const char *path, int64_t before, struct err *e)
{
	struct reflist refs = { 0 };
	struct notes warn = { 0 };
	struct mirror m = { 0 };
	int64_t day;
	size_t i;
	int rc = mirror_open(&m, path, e);

	(void)c;
	if (rc)
		return rc;
	rc = reflist_read(&refs, path, true, &warn, e);
	for (i = 0; i < refs.n && !rc; i++) {
		if (!kept_day(refs.v[i].name, &day) || day >= before)
			continue;
		log_info("%s: %s %s", spec->name, dry_run ? "would drop" :
			 "dropped", refs.v[i].name);
		if (!dry_run && git_reference_remove(m.repo, refs.v[i].name))
			rc = err_git(e, refs.v[i].name);
	}
	reflist_release(&refs);
	notes_release(&warn);
	mirror_close(&m);
	return rc;
}

int cmd_gc(struct cmd_ctx *c, struct err *e)
{
	int64_t keep = config_int(c->config, "mirror.keepRewritten");
	int64_t before = day_of(&c->zone, clock_now()) - keep;
	size_t i;
	int rc = args_count(&c->args, 0, 0, "", e);

	if (!rc)
		rc = cmd_lock(c, false, e);

	for (i = 0; i < c->list.n && !rc; i++) {
		char *path;

		if (c->list.v[i].mirror)
			continue;
		path = repo_mirror_path(&c->list.v[i], c->workspace);
		if (fs_exists(path))
			rc = sweep(c, &c->list.v[i], path, before, e);
		free(path);
	}
	return rc;
}
