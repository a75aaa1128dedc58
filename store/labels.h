/* store/labels.h - label rows: derived, so they can be dropped and made again. */
#ifndef STORE_LABELS_H
#define STORE_LABELS_H

#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

struct label_row {
	const char *type;		/* of docs/rules.md */
	int confidence;			/* percent */
	const char *areas, *hardware;	/* sorted, comma-separated */
	bool bot;
	int not_evaluated;		/* rules that hit a limit */
	const char *not_evaluated_rule;	/* the first of them; not stored */
	int64_t rules;			/* rules_number() of what made it */
};

/* Add or replace. */
int label_put(struct db *db, int64_t commit_id, const struct label_row *l,
	      struct err *e);

/* All of them go. */
int labels_clear(struct db *db, struct err *e);

/*
 * How many labels were made by other rules than these, or by unknown ones.  A
 * store that is open for writing notes that there are none, so that the next
 * one to ask need not look at each.
 */
int labels_by_others(struct db *db, int64_t rules, int64_t *n, struct err *e);

#endif
