/*
 * cli/workspace.h - the folder that holds repos.list, airep.conf, mirrors, the
 * store and the pages.
 */
#ifndef CLI_WORKSPACE_H
#define CLI_WORKSPACE_H

#include "core/err.h"

/*
 * dash_C (-C DIR) when not NULL, else $AIREP_HOME, else the current folder when
 * it has repos.list, else $XDG_DATA_HOME/airep-git (~/.local/share/airep-git).
 * *out: absolute, fresh memory.  ERR_CONFIG when the folder that was named does
 * not exist, or none can be.
 */
int workspace_find(char **out, const char *dash_C, struct err *e);

/*
 * Write repos.list and airep.conf into dir where they are absent, making the
 * folder.  *made counts the files written.
 */
int workspace_init(const char *dir, int *made, struct err *e);

#endif
