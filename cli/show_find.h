/* cli/show_find.h - what `show` was asked for: REPO@REV, REV or HANDLE@DATE. */
#ifndef CLI_SHOW_FIND_H
#define CLI_SHOW_FIND_H

#include "cli/cmds.h"
#include "core/git_compat.h"

struct show_target {
	const struct repo_spec *repo;	/* in c->list */
	git_oid oid;			/* a commit, however malformed */
	int file, hunk;			/* of a handle, from 1; 0: all */
};

/*
 * "c3", "c3.f2", "c3.f2.h1" is a handle: of the page of @DATE, else of the
 * newest page.  It is looked up in the document the page was written from, else
 * collected anew.  "c5257605", which no page has, and any other word is a branch,
 * a tag, an id or the beginning of one, or what git makes of "v1~2"; REPO@ before
 * it names the repository, without it all are asked and exactly one must know it.
 *
 * ERR_NOTFOUND: nobody knows it; ERR_USAGE: several do, or it cannot be one.
 */
int show_find(struct cmd_ctx *c, const char *spec, struct show_target *out,
	      struct err *e);

/* True for what is a handle where a page has it, "@DATE" behind it or not. */
bool show_is_handle(const char *spec);

#endif
