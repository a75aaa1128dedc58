/* cli/stale_labels.h - stored labels that the rules of today did not make. */
#ifndef CLI_STALE_LABELS_H
#define CLI_STALE_LABELS_H

#include "cli/cmds.h"

struct rules;

/*
 * One warning when labels of the open store were made by other rules than `r`,
 * with how many and what mends it; nothing when all are of these.  Reads the
 * label table once (a few milliseconds for 100,000 rows).
 */
int stale_labels_say(struct cmd_ctx *c, const struct rules *r, struct err *e);

#endif
