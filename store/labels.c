/* store/labels.c - see labels.h. */
#include "store/labels.h"

int label_put(struct db *db, int64_t commit_id, const struct label_row *l,
	      struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_LABEL_PUT, e);

	if (!s)
		return ERR_DB;
	q_int(s, ":commit", commit_id);
	q_text(s, ":type", l->type);
	q_int(s, ":confidence", l->confidence);
	q_text(s, ":areas", l->areas);
	q_text(s, ":hardware", l->hardware);
	q_int(s, ":bot", l->bot);
	q_int(s, ":not_evaluated", l->not_evaluated);
	return db_run(db, s, e);
}
