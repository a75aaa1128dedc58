/*
 * store/forge_rows.h - what a forge knows and a mirror does not: issues, pull
 * requests, releases, and how far we have read them.
 *
 * Times are seconds since 1970, 0 where the forge gave none.  Text is valid
 * UTF-8, bounded, and still hostile: whoever prints it escapes it.
 */
#ifndef STORE_FORGE_ROWS_H
#define STORE_FORGE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes kept of a text; a longer one is cut between characters. */
#define FORGE_MAX_BODY 16384
#define FORGE_MAX_TITLE 1024
#define FORGE_MAX_NAME 256		/* author, label, tag, reason */
#define FORGE_MAX_URL 1024
#define FORGE_MAX_LABELS 100		/* per issue */

enum issue_state { ISSUE_OPEN, ISSUE_CLOSED, ISSUE_MERGED };

/* Where an issue went that the forge no longer lists. */
enum issue_gone { ISSUE_HERE, ISSUE_MOVED, ISSUE_DELETED };

/* One issue or pull request of one repository, keyed by its number. */
struct issue {
	int64_t number;			/* 1.. as shown */
	int64_t forge_id;		/* the forge's own id; 0: not known */
	bool is_pr, draft;
	const char *title;		/* never NULL */
	enum issue_state state;		/* MERGED: a PR with a merge time */
	const char *state_reason;	/* "completed", "not_planned" or NULL */
	const char *author;		/* login; NULL: deleted user */
	const char *const *labels;	/* in the forge's order */
	int labels_n;
	int64_t created_utc, updated_utc, closed_utc, merged_utc;
	int64_t comments;		/* how many */
	const char *body;		/* NULL: none */
	bool body_cut;			/* the forge's was longer */
	const char *url;		/* http or https, or NULL */
	enum issue_gone gone;		/* kept, but no longer at the forge */
};

struct release {
	const char *tag;		/* never NULL */
	const char *name;		/* or NULL */
	const char *body;		/* or NULL */
	bool body_cut, prerelease;
	const char *author;		/* login or NULL */
	int64_t created_utc;		/* of the commit */
	int64_t published_utc;
	const char *url;		/* or NULL */
};

/* A change of state between two syncs. */
struct issue_event {
	int64_t number;
	enum issue_state was, is;
	int64_t seen_utc;		/* when our sync saw it */
};

/*
 * How far one repository has been read.  Rows and cursor of a page are written
 * in one transaction, so the cursor never runs ahead of the rows.
 *
 * A pass reads the list ordered by the time of the last update.  pass_utc is
 * where it stands; a run that finds it set goes on from that time (never from
 * a page number: pages move while nobody looks).
 */
struct forge_cursor {
	int64_t forge_id;	/* of the repository; 0: not known yet */
	int64_t from_utc;	/* all that changed since then is stored ... */
	int64_t done_utc;	/* ... up to here; 0: no pass has ended yet */
	int64_t pass_utc;	/* a pass is under way, read up to here; or 0 */
	int64_t pass_from_utc;	/* where that pass began */
	int64_t pass_top_utc;	/* newest update it has seen */
	int64_t again_utc;	/* it must be repeated from here: rows moved
				 * while it read; 0: not */
	int64_t synced_utc;	/* last time we knew that nothing is missing */
	const char *probe_url;	/* the request the ETag belongs to, or NULL */
	const char *probe_etag;	/* with its quotes, or NULL */
	const char *pass_etag;	/* becomes probe_etag when the pass ends */
	const char *path;	/* API path after a rename, or NULL */
	const char *release_etag;	/* or NULL */
	int64_t release_utc;	/* when releases were last read; 0: never */
	bool release_due;	/* tags moved since */
	const char *problem;	/* sentence of the last run, or NULL */
};

/* "open", "closed", "merged"; and back, -1 when it is none of them. */
const char *issue_state_name(enum issue_state s);
int issue_state_parse(const char *s);

#endif
