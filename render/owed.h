/* render/owed.h - which days `report` without a date has to write. */
#ifndef RENDER_OWED_H
#define RENDER_OWED_H

#include "core/day.h"
#include "core/err.h"
#include "mirror/repolist.h"
#include "store/db.h"

#include <stdint.h>

struct owed {
	int64_t last;		/* last closed day, a day number; -1: nothing
				 * was synced yet */
	int64_t *days;		/* that lack a page, oldest first */
	size_t n;
};

/*
 * The closed days (over when a repository was synced last) without a page in
 * lang ("zh", "en"), out of the last catch_up of them and after the day whose
 * page was written first in that language: later pages, whichever day somebody
 * asked for, hide no day before them and ask for none.  A language without a
 * page goes on behind the newest closed page of the other one; the last closed
 * day is owed in any case.  Caller: owed_release(), also on error.
 */
int owed_read(struct owed *o, struct db *db, const struct repolist *list,
	      const struct zone *zone, const char *lang, int catch_up,
	      struct err *e);
void owed_release(struct owed *o);

/* The newest sync of the followed repositories; 0: none. */
int owed_newest_sync(struct db *db, const struct repolist *list, int64_t *out,
		     struct err *e);

#endif
