/* analyze/label.h - from an analysed commit to its label row. */
#ifndef ANALYZE_LABEL_H
#define ANALYZE_LABEL_H

#include "analyze/classify.h"
#include "core/arena.h"
#include "store/labels.h"
#include "store/rows.h"

/* What a label is made from besides the commit itself. */
struct label_source {
	const char *repo;		/* "owner/name" */
	const struct change *changes;
	size_t changes_n;
	uint32_t traits;
	/* Merge landings: subjects of what they brought in, newest first; NULL
	 * otherwise.  "Merge pull request" is never evidence. */
	const char *const *members;
	size_t members_n;
	const char *pr_title;		/* of the forge, or NULL */
	const char *const *pr_labels;
	size_t pr_labels_n;
};

/* *out and everything in it lives in `a` or in the rules behind the cache. */
void label_commit(struct classify_cache *cache, const struct commit *c,
		  const struct label_source *src, struct arena *a,
		  struct label_row *out);

/* The input of classify() for a commit, as label_commit() makes it; for
 * --explain.  Lives in `a`. */
void label_input(const struct commit *c, const struct label_source *src,
		 struct arena *a, struct classify_input *in);

/* "moe,gemm" of a list of words. */
char *label_join(const char *const *v, int n, struct arena *a);

#endif
