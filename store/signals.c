/* store/signals.c - see signals.h. */
#include "store/signals.h"

int signal_put(struct db *db, int64_t commit_id, int n,
	       const struct signal_row *r, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_SIGNAL_ADD, e);

	if (!s)
		return ERR_DB;
	q_int(s, ":commit", commit_id);
	q_int(s, ":n", n);
	q_text(s, ":kind", r->kind);
	q_text(s, ":name", r->name ? r->name : "");
	q_text(s, ":old", r->old);
	q_text(s, ":new", r->new);
	q_text(s, ":path", r->path);
	q_int(s, ":line", r->line);
	q_int(s, ":old_side", r->old_side);
	q_int(s, ":breaking", r->breaking);
	q_int(s, ":in_title", r->in_title);
	q_text(s, ":detail", r->detail);
	return db_run(db, s, e);
}
