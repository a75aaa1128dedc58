/* cli/cmd_export.c - what a machine without a network needs from this one. */
#include "cli/cmds.h"

#include "core/log.h"
#include "core/mem.h"
#include "mirror/forge_jsonl.h"

static bool meta;

const struct option export_options[] = {
	OPTION_FLAG(0, "meta", &meta, "issues, pull requests and releases, "
		    "one JSON object a line"),
	OPTIONS_END
};

static int put(void *arg UNUSED, const struct str *line, struct err *e)
{
	return out_str(line, e);
}

int cmd_export(struct cmd_ctx *c, struct err *e)
{
	const struct repo_spec **repos = NULL;
	const char **names;
	int64_t lines = 0;
	size_t n, i;
	int rc;

	if (!meta)
		return err_set(e, ERR_USAGE, "say what to export: --meta");
	rc = cmd_repos(c, 0, &repos, &n, e);
	if (rc)
		return rc;
	names = xcalloc(n + 1, sizeof(*names));
	for (i = 0; i < n; i++)
		names[i] = repos[i]->name;
	rc = forge_export(c->db, names, n, put, NULL, &lines, e);
	if (!rc)
		log_info("%lld lines", (long long)lines);
	free(names);
	free(repos);
	return rc;
}
