/* render/commit_json.h - one commit as the JSON object of `log --json`. */
#ifndef RENDER_COMMIT_JSON_H
#define RENDER_COMMIT_JSON_H

#include "analyze/signals/signals.h"
#include "core/json.h"
#include "store/ledger.h"
#include "store/read.h"

/* What stands around a commit row; everything is borrowed. */
struct commit_view {
	const char *repo;		/* "owner/name" */
	const struct stored *s;
	const git_oid *landing;		/* NULL: belongs to none */
	bool late;
	int64_t landing_observed;
	const struct stored *members;	/* of a merge landing */
	size_t members_n;
	const struct stored_changes *changes;	/* NULL: left out */
	sqlite3_stmt *signals;		/* Q_SIGNAL_LIST bound, or NULL */
	const struct signal_list *live;	/* instead of it, or NULL */
};

/*
 * The keys of DESIGN section 5, into an object that is already open, so that
 * a caller may add its own.
 */
void commit_json_keys(struct json *j, const struct commit_view *v);

/* Just the changes array. */
void changes_json(struct json *j, const struct stored_changes *c);

#endif
