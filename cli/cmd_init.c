/* cli/cmd_init.c - airep-git init [DIR]. */
#include "cli/cmds.h"
#include "cli/workspace.h"
#include "core/fs.h"
#include "core/log.h"

#include <stdio.h>
#include <stdlib.h>

int cmd_init(struct cmd_ctx *c, struct err *e)
{
	const char *home = getenv("AIREP_HOME");
	const char *dir = home && *home ? home : ".";
	char *abs;
	int made = 0, rc = args_count(&c->args, 0, 1, "", e);

	if (rc)
		return rc;
	if (c->args.n && c->dash_C)
		return err_set(e, ERR_USAGE, "both -C and a folder are given");
	if (c->dash_C)
		dir = c->dash_C;
	if (c->args.n)
		dir = c->args.v[0];
	if (!*dir)
		return err_set(e, ERR_USAGE, "the folder's name is empty, "
			       "nothing was written; 'airep-git init .' means "
			       "this one");
	rc = workspace_init(dir, &made, e);
	if (rc)
		return rc;
	abs = fs_absolute(dir);
	if (made)
		log_info("workspace ready in %s", abs);
	else
		log_info("%s is a workspace already; nothing written", abs);
	if (made)
		log_info("next: edit repos.list, then 'airep-git -C %s sync'",
			 dir);
	free(abs);
	return 0;
}
