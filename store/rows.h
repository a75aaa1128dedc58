/*
 * store/rows.h - the plain structs that travel between the stages: analyze
 * fills them, store keeps them, render reads them.
 */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include "core/git_compat.h"

#include <stdbool.h>
#include <stdint.h>

/* Why a change has no line counts, or what is special about it (bit set). */
enum change_flag {
	CHANGE_BINARY = 1,
	CHANGE_SUBMODULE = 2,
	CHANGE_SYMLINK = 4,
	CHANGE_LFS = 8,			/* a Git LFS pointer on either side */
	CHANGE_TOO_LARGE = 16,		/* over the size limit: not measured */
	CHANGE_MISSING = 32,		/* a blob the mirror lacks: not measured */
	CHANGE_MODE_ONLY = 64,
};
#define CHANGE_UNMEASURED (CHANGE_TOO_LARGE | CHANGE_MISSING)

/* One row of `git log --numstat -M`, with what git prints elsewhere. */
struct change {
	const char *path;		/* bytes, NUL-terminated */
	const char *old_path;		/* NULL unless status is R */
	char status;			/* A M D R T */
	uint32_t old_mode, mode;	/* git modes; 0 where absent */
	git_oid old_oid, oid;		/* zero where absent */
	int similarity;			/* percent, or -1 */
	int32_t additions, deletions;	/* 0/0 for binary; -1 not measured */
	uint32_t flags;			/* enum change_flag */
};

/* A person line of a commit; text is UTF-8 by then (core/utf8.h). */
struct person {
	const char *name, *email;
	int64_t time;			/* seconds since 1970; 0 when invalid */
	int32_t offset;			/* seconds east of UTC */
	const char *time_raw;		/* as written, when invalid; else NULL */
	const char *zone_raw;		/* the same when only the zone is odd:
					 * +9999 counts as 0, -0000 is none */
};

enum commit_flag {
	COMMIT_MALFORMED = 1,		/* a header line did not parse */
	COMMIT_UNREADABLE = 2,		/* its tree or its parent's is missing */
	COMMIT_SHALLOW = 4,		/* parents cut off: treated as a root */
	COMMIT_RENAMES_SKIPPED = 8,	/* inexact detection over the limit */
	COMMIT_BAD_TEXT = 16,		/* bytes replaced, or a NUL, in the text */
	COMMIT_GONE = 32,		/* no longer reachable */
	COMMIT_TOO_LARGE = 64,		/* over the limits of a tree walk */
	COMMIT_UNSEARCHED = 128,	/* a signal asked for a search of its
					 * tree, which sync does not do */
};

struct commit {
	git_oid oid, tree;
	git_oid *parents;
	int parents_n;
	struct person author, committer;
	const char *subject;		/* UTF-8, %s: first paragraph joined */
	const char *body;		/* UTF-8, %b */
	const char *message;		/* raw bytes as in the object */
	size_t message_len;
	const char *encoding;		/* header, or NULL */
	uint32_t flags;			/* enum commit_flag */
};

#endif
