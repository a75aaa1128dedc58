/* render/doc_issues.h - issues and pull requests of a window in the document. */
#ifndef RENDER_DOC_ISSUES_H
#define RENDER_DOC_ISSUES_H

#include "core/json.h"
#include "store/db.h"
#include "store/read.h"

#include <stdint.h>

/*
 * The keys "metadata" ("none", "stale", "short" or "fresh"), "metadata_as_of",
 * "issues" (ranked, handles from *handle on) and "pulls" (counts) into an open
 * object.  repo_id 0: never synced.
 */
int doc_issues(struct json *j, struct db *db, int64_t repo_id, int64_t since,
	       int64_t until, int *handle, struct err *e);

/* Count the handles of a repository that the page leaves out. */
int doc_issues_skip(struct db *db, int64_t repo_id, int64_t since,
		    int64_t until, int *handle, struct err *e);

/* Title and labels the forge has of a landing's pull request: "pr_title",
 * "pr_labels", "pr_author"; nothing when it has none. */
int doc_pull(struct json *j, struct db *db, int64_t repo_id, int pr,
	     struct err *e);

/*
 * Issues that a landing's message or the text of its pull request says it
 * closes (analyze/fixes.h) and that the store knows: "closes", a list of
 * `number` and `title`; nothing when there are none.  project: "owner/name".
 */
int doc_closes(struct json *j, struct db *db, int64_t repo_id,
	       const char *project, const struct stored *s, struct err *e);

#endif
