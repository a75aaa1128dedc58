/*
 * store/forge.h - issues, releases and cursors in the store.
 *
 * Rows read back live in the caller's arena.  Writing is idempotent: the same
 * row again writes nothing, an older state of a row never replaces a newer one.
 */
#ifndef STORE_FORGE_H
#define STORE_FORGE_H

#include "core/arena.h"
#include "store/db.h"
#include "store/forge_rows.h"

struct issue_list { struct issue *v; size_t n; };
struct release_list { struct release *v; size_t n; };
struct event_list { struct issue_event *v; size_t n; };

/* What writing did. */
struct forge_saved {
	int64_t added, changed, same;	/* issues */
	int64_t events;			/* changes of state */
	int64_t releases;		/* written */
};

/*
 * Write one issue; with `events` a change of state since the stored row becomes
 * an event seen at now_utc.  A stored row of the same number with another forge id means
 * that the name now belongs to another repository: ERR_CORRUPT, nothing
 * written.
 */
int forge_put_issue(struct db *db, int64_t repo, const struct issue *i,
		    int64_t now_utc, bool events, struct forge_saved *saved,
		    struct err *e);
int forge_put_release(struct db *db, int64_t repo, const struct release *r,
		      struct forge_saved *saved, struct err *e);
int forge_put_event(struct db *db, int64_t repo, const struct issue_event *v,
		    struct err *e);
int forge_set_gone(struct db *db, int64_t repo, int64_t number,
		   enum issue_gone gone, struct err *e);

/* Rows and the cursor that stands behind them, in one transaction. */
int forge_put_page(struct db *db, int64_t repo, const struct issue *v,
		   size_t n, const struct forge_cursor *c, int64_t now_utc,
		   struct forge_saved *saved, struct err *e);

/* 1: found, 0: not there. */
int forge_get_issue(struct db *db, int64_t repo, int64_t number,
		    struct issue *out, struct arena *a, struct err *e);

/* By number; opened or closed in [since, until). */
int forge_issues_window(struct db *db, int64_t repo, int64_t since,
			int64_t until, struct issue_list *out,
			struct arena *a, struct err *e);
int forge_issues_all(struct db *db, int64_t repo, struct issue_list *out,
		     struct arena *a, struct err *e);
int forge_issue_count(struct db *db, int64_t repo, int64_t *n, struct err *e);

/* Number and updated_utc only, of what was not gone and changed within
 * [since, until]: what a listing of that time must show again. */
int forge_issues_updated(struct db *db, int64_t repo, int64_t since,
			 int64_t until, struct issue_list *out,
			 struct arena *a, struct err *e);

/* By time of publication, then tag; all when since and until are 0. */
int forge_releases(struct db *db, int64_t repo, int64_t since, int64_t until,
		   struct release_list *out, struct arena *a, struct err *e);

/* In the order seen; all when since and until are 0. */
int forge_events(struct db *db, int64_t repo, int64_t since, int64_t until,
		 struct event_list *out, struct arena *a, struct err *e);

/* All zero where the repository was never asked.  Text is in the arena. */
int forge_cursor_get(struct db *db, int64_t repo, struct forge_cursor *c,
		     struct arena *a, struct err *e);
int forge_cursor_put(struct db *db, int64_t repo, const struct forge_cursor *c,
		     struct err *e);

/* Whether the ledger has tags that came or moved since the releases were
 * last read. */
int forge_tags_moved(struct db *db, int64_t repo, bool *out, struct err *e);

/*
 * Whether the page of a window can speak about issues: FRESH when all changes
 * of [since, until) are stored.
 */
enum forge_freshness {
	FORGE_NONE,		/* never fetched */
	FORGE_STALE,		/* last good fetch (*as_of_utc) before until */
	FORGE_SHORT,		/* what is stored begins after since */
	FORGE_FRESH,
};
int forge_freshness(struct db *db, int64_t repo, int64_t since, int64_t until,
		    enum forge_freshness *out, int64_t *as_of_utc,
		    struct err *e);

/* A host that told us to wait; survives the run.  resume 0: none. */
struct forge_host {
	int64_t resume_utc;
	int strikes;		/* secondary limits in a row */
	char why[256];
};
int forge_host_get(struct db *db, const char *host, struct forge_host *h,
		   struct err *e);
int forge_host_put(struct db *db, const char *host,
		   const struct forge_host *h, struct err *e);
int forge_host_clear(struct db *db, const char *host, struct err *e);

#endif
