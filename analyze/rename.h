/* analyze/rename.h - git's rename detection, bounded as git bounds it. */
#ifndef ANALYZE_RENAME_H
#define ANALYZE_RENAME_H

#include "analyze/treediff.h"
#include "core/odb.h"

#include <stdbool.h>

#define RENAME_LIMIT 1000	/* diff.renameLimit since git 2.34 */

/*
 * Replace matching D and A entries by R entries (status R, old_path, old_mode,
 * old_oid, similarity), in path order.  The pairs are those of
 * `git log -M50% -l1000` (research: RENAMES, sections 2 to 6).  *skipped is set
 * when the inexact search was over the limit.  Blobs that cannot be read or are
 * longer than max score 0.
 */
void rename_detect(struct odb_reader *r, struct change_list *l, size_t max,
		   bool *skipped);

/*
 * Similarity of two contents in 1/60000, as git's diffcore computes it; exposed
 * for tests.
 */
#define SIMILARITY_MAX 60000
int similarity(const char *a, size_t a_len, const char *b, size_t b_len);

#endif
