/* store/signals.c - see signals.h. */
#include "store/signals.h"

#define BATCH 16		/* Q_SIGNAL_ADD_16 */

static void bind_text(sqlite3_stmt *s, int at, const char *v)
{
	sqlite3_bind_text(s, at, v, -1, SQLITE_STATIC);
}

/* In the order of SIGNAL_INSERT, from the parameter `at` on.  Returns the next. */
static int bind_row(sqlite3_stmt *s, int at, const struct signal_row *r)
{
	sqlite3_bind_int64(s, at++, r->commit_id);
	sqlite3_bind_int(s, at++, r->n);
	bind_text(s, at++, r->kind);
	bind_text(s, at++, r->name ? r->name : "");
	bind_text(s, at++, r->old);
	bind_text(s, at++, r->new);
	bind_text(s, at++, r->path);
	sqlite3_bind_int(s, at++, r->line);
	sqlite3_bind_int(s, at++, r->old_side);
	sqlite3_bind_int(s, at++, r->breaking);
	sqlite3_bind_int(s, at++, r->in_title);
	bind_text(s, at++, r->detail);
	return at;
}

static int put(struct db *db, enum query q, const struct signal_row *v,
	       size_t n, struct err *e)
{
	sqlite3_stmt *s = db_query(db, q, e);
	int at = 1;
	size_t i;

	if (!s)
		return ERR_DB;
	for (i = 0; i < n; i++)
		at = bind_row(s, at, &v[i]);
	return db_run(db, s, e);
}

int signals_put(struct db *db, const struct signal_row *v, size_t n,
		struct err *e)
{
	int rc = 0;

	for (; n >= BATCH && !rc; v += BATCH, n -= BATCH)
		rc = put(db, Q_SIGNAL_ADD_16, v, BATCH, e);
	for (; n && !rc; v++, n--)
		rc = put(db, Q_SIGNAL_ADD, v, 1, e);
	return rc;
}
