/*
 * render/diff.h - what changed in files, as git prints it.
 *
 * The text equals that of `git show --format= -m --first-parent -M
 * --full-index` with its --patch, --stat or --numstat (default settings, no
 * attributes): names quoted as core.quotePath has them, ids in full because a
 * short one depends on what else is in the mirror.
 */
#ifndef RENDER_DIFF_H
#define RENDER_DIFF_H

#include "core/err.h"
#include "core/str.h"
#include "render/terminal.h"
#include "store/rows.h"

#include <git2.h>

struct diff_style {
	struct term_style term;
	size_t max_file;	/* bytes; a larger side is not compared */
	int context;		/* lines around a change; git's default is 3 */
	int only_hunk;		/* just this one, from 1; 0: all */
};

/*
 * Append the patch of one change.  Where a side is over max_file or the mirror
 * lacks it, a line "not shown: ..." stands in place of the hunks, and that is
 * no error.  ERR_GIT: the mirror cannot be read; ERR_NOTFOUND: there is no such
 * only_hunk; out then ends where it got.
 * One thread; memory: both sides at once.
 */
int diff_patch(struct str *out, git_repository *repo, const struct change *c,
	       const struct diff_style *st, struct err *e);

/*
 * git's --stat: st->term.columns wide, graph scaled as git does, the sum last.
 * Counts are the rows'; sizes of binary files are read from the mirror (repo
 * may be NULL: no sizes).  Rows that were not measured say so.
 */
void diff_stat(struct str *out, git_repository *repo, const struct change *c,
	       size_t n, const struct diff_style *st);

/* git's --numstat: "-" for binary files, "?" where nothing was measured. */
void diff_numstat(struct str *out, const struct change *c, size_t n);

/* The name in double quotes with escapes where git would quote it. */
void diff_quote(struct str *out, const char *path);

/* "dir/{old => new}/name"; just the path when it is no rename. */
void diff_rename(struct str *out, const struct change *c);

#endif
