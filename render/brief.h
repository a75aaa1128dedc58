/*
 * render/brief.h - what changed between two landings of one repository.
 *
 * Signals come from the store; the landings of the range that sync marked as
 * asking for a search of their tree are read again from the mirror, at most
 * BRIEF_SEARCH_MAX of them, newest first.  How many were not is said.
 */
#ifndef RENDER_BRIEF_H
#define RENDER_BRIEF_H

#include "core/day.h"
#include "core/str.h"
#include "render/texts.h"
#include "store/ledger.h"
#include "store/read.h"

#include <jansson.h>

/* One end: what was asked for, the commit it names, and the landing on the
 * mainline that is it or brought it in. */
struct brief_end {
	const char *rev;
	struct stored commit, landing;
};

struct brief_request {
	struct db *db;
	const struct zone *zone;
	const char *name, *web;		/* "owner/name"; address or NULL */
	const char *gitdir;		/* its mirror */
	size_t max_file;		/* analyze.maxFileSize */
	int64_t repo_id;
	/*
	 * Landings after `from` up to and with `to`.  A merge that brought
	 * `from` in holds more than it and counts as after it.
	 */
	struct brief_end from, to;
};

#define BRIEF_SEARCH_MAX 400		/* about 5 s */

/*
 * The document: schema, repo, web, from, to, totals, types, searched (read and
 * marked), groups (lists of ids by what they are about) and changes, as `log
 * --json` has them but for their files, in mainline order.
 */
int brief_build(const struct brief_request *rq, struct str *out,
		struct err *e);

/* The same as Markdown; each line of a group ends in the commit's short id. */
void brief_markdown(struct str *out, json_t *doc, enum lang lang);

#endif
