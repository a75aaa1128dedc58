/*
 * mirror/forge_json.h - the JSON of a forge into plain rows.
 *
 * Strict about the document (complete, UTF-8, no duplicate keys, bounded
 * depth: otherwise it is refused whole), tolerant about an item: what GitHub
 * documents as nullable or of two shapes is taken, an item with anything else
 * in a field is skipped and counted.
 */
#ifndef MIRROR_FORGE_JSON_H
#define MIRROR_FORGE_JSON_H

#include "core/arena.h"
#include "core/err.h"
#include "store/forge_rows.h"

#include <stddef.h>

#define FORGE_MAX_DEPTH 64		/* of nested brackets; GitHub uses 7 */

struct forge_issues {
	struct issue *v;
	size_t n;
	size_t skipped;		/* items left out ... */
	char why[160];		/* ... and what was wrong with the first */
};

struct forge_releases {
	struct release *v;
	size_t n;
	size_t skipped;
	char why[160];
};

struct forge_repo {
	int64_t id;
	char full_name[FORGE_MAX_NAME];	/* "owner/name" */
	bool has_issues;		/* true when the forge does not say */
};

/*
 * Each reads one whole document of len bytes (text need not end in NUL).  Rows
 * and their text live in the arena; released drafts are left out.  Returns 0
 * or ERR_CORRUPT with a byte offset (ERR_NOTFOUND never: an empty list is 0).
 */
int forge_json_issues(struct forge_issues *out, struct arena *a,
		      const char *text, size_t len, struct err *e);
int forge_json_issue(struct issue *out, struct arena *a, const char *text,
		     size_t len, struct err *e);
int forge_json_releases(struct forge_releases *out, struct arena *a,
			const char *text, size_t len, struct err *e);
int forge_json_repo(struct forge_repo *out, const char *text, size_t len,
		    struct err *e);

#endif
