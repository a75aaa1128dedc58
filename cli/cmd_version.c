/* cli/cmd_version.c - airep-git version. */
#include "cli/cmds.h"

#include <stdio.h>

int cmd_version(struct cmd_ctx *c, struct err *e)
{
	int rc = args_count(&c->args, 0, 0, "", e);

	if (!rc)
		printf("airep-git version %s\n", AIREP_VERSION);
	return rc;
}
