/*
 * cmd_fetch_worker.c - hidden: one repository fetched in a process of its own.
 * sync starts it; the request is on stdin, the answer on stdout.
 */
#include "cli/cmds.h"
#include "mirror/worker.h"

int cmd_fetch_worker(struct cmd_ctx *c, struct err *e)
{
	(void)c;
	return worker_main(e);
}
