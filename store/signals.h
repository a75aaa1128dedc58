/* store/signals.h - signal rows: derived from a landing's two sides. */
#ifndef STORE_SIGNALS_H
#define STORE_SIGNALS_H

#include "store/db.h"

#include <stdbool.h>

struct signal_row {
	int64_t commit_id;
	int n;				/* from 1 within the commit */
	const char *kind, *name, *old, *new, *path;
	int line;
	bool old_side, breaking, in_title;
	const char *detail;		/* JSON or NULL */
};

/* Append n rows; their commits are there. */
int signals_put(struct db *db, const struct signal_row *v, size_t n,
		struct err *e);

#endif
