/* cli/classify_find.h - the stored commit that `classify` was asked about. */
#ifndef CLI_CLASSIFY_FIND_H
#define CLI_CLASSIFY_FIND_H

#include "cli/cmds.h"

#include <stdint.h>

/*
 * All that `show` understands (cli/show_find.h): ids and their beginnings,
 * branches, tags, HEAD, "v1~2", handles; with REPO@ before it or not.  The
 * beginning of an id is also found when the mirror is not there.  *id is the row
 * of a commit of the open store.
 *
 * ERR_NOTFOUND: nobody knows it, or it is no commit of a tracked branch;
 * ERR_USAGE: several do.
 */
int classify_find(struct cmd_ctx *c, const char *spec, int64_t *id,
		  struct err *e);

#endif
