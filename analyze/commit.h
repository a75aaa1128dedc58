/* analyze/commit.h - reading raw commit objects, however malformed. */
#ifndef ANALYZE_COMMIT_H
#define ANALYZE_COMMIT_H

#include "core/arena.h"
#include "store/rows.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * What a walk needs, without any allocation: up to max parents are copied;
 * *parents_n is how many there are.  committer_time is INT64_MIN when the line
 * is missing or its date is not a number between the years 1 and 9999.
 */
void commit_scan(const char *raw, size_t len, git_oid *tree, git_oid *parents,
		 int max, int *parents_n, int64_t *committer_time);

/*
 * Everything, strings in `a`.  oid is copied.  Text is decoded by the encoding
 * header (core/utf8.h); subject and body are git's %s and %b.  A line that does
 * not parse sets COMMIT_MALFORMED and leaves its field empty: nothing fails.
 */
void commit_parse(struct commit *c, const git_oid *oid, const char *raw,
		  size_t len, struct arena *a);

/*
 * The pull request of a subject: the number of the last "(#N)" ending it, else
 * of "Merge pull request #N", else 0.
 */
int commit_pr(const char *subject);

#endif
