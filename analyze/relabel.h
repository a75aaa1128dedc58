/*
 * analyze/relabel.h - label rows from stored facts: no mirror, no diff, no
 * network.  What `classify --set` stored is another table and stays.
 */
#ifndef ANALYZE_RELABEL_H
#define ANALYZE_RELABEL_H

#include "analyze/classify.h"
#include "store/db.h"

#include <stdbool.h>

struct relabel_options {
	const struct rules *rules;
	int jobs;			/* threads; 0: as many as processors */
	bool all;			/* drop and refill; else only commits
					 * without a row */
};

struct relabel_result {
	int64_t commits;		/* rows written */
	int64_t not_evaluated;		/* times a rule hit a limit */
	char rule[128];			/* the first such rule, "" for none */
};

/*
 * One transaction (nested when the caller has one open).  The number of threads
 * changes no byte of the rows.
 */
int relabel(struct db *db, const struct relabel_options *o,
	    struct relabel_result *out, struct err *e);

/*
 * Labels of one stored commit with the rules that fired, in `a`.
 * ERR_NOTFOUND.
 */
int relabel_explain(struct db *db, const struct rules *r, int64_t commit_id,
		    struct arena *a, struct labels *out, struct err *e);

#endif
