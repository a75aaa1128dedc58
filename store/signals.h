/* store/signals.h - signal rows: derived from a landing's two sides. */
#ifndef STORE_SIGNALS_H
#define STORE_SIGNALS_H

#include "store/db.h"

#include <stdbool.h>

struct signal_row {
	const char *kind, *name, *old, *new, *path;
	int line;
	bool old_side, breaking, in_title;
	const char *detail;		/* JSON or NULL */
};

/* Append one; n counts from 1 within the commit. */
int signal_put(struct db *db, int64_t commit_id, int n,
	       const struct signal_row *s, struct err *e);

#endif
