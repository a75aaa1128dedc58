/* store/pages.h - the documents of written pages. */
#ifndef STORE_PAGES_H
#define STORE_PAGES_H

#include "core/arena.h"
#include "store/db.h"

struct page_row {
	const char *file;	/* below the workspace's reports */
	const char *day;	/* DATE or A..B */
	const char *lang;	/* zh, en */
	int64_t written;
	int64_t id;		/* in the order of first being written */
	/* Of the document; until 0: not known, it has to be read. */
	int64_t since, until;	/* its window */
	int64_t changes;	/* landings it tells of, late ones too */
	bool settled;		/* every repository was synced after it
				 * and had its mirror */
};

/*
 * Add or replace.  The same document again, and no page_news() of it: the row
 * stays as it is, and nothing is written (a transaction is four waits for the
 * disk).
 */
int page_put(struct db *db, const struct page_row *p, const char *document,
	     struct err *e);

/* *out is fresh memory, NULL when there is no such page. */
int page_get(struct db *db, const char *file, char **out, struct err *e);

/*
 * 1: since the page was written something was seen that landed in its window,
 * or a branch was rewritten, so that its errata may be others; 0: they are not.
 */
int page_news(struct db *db, const struct page_row *p, struct err *e);

/* By day, then language. */
int page_list(struct db *db, struct arena *a, struct page_row **out,
	      size_t *n, struct err *e);

/* The same without window, changes and settled, which cost reading past every
 * document. */
int page_names(struct db *db, struct arena *a, struct page_row **out,
	       size_t *n, struct err *e);
/* What page_names() left out of one of them. */
int page_rest(struct db *db, struct page_row *p, struct err *e);

#endif
