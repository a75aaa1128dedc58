/* cli/show_handle.h - from "c3.f2.h1@2026-02-04" to a commit. */
#ifndef CLI_SHOW_HANDLE_H
#define CLI_SHOW_HANDLE_H

#include "cli/show_find.h"

/* The part of show_find() for handles; opens the store. */
int show_find_handle(struct cmd_ctx *c, const char *spec,
		     struct show_target *out, struct err *e);

#endif
