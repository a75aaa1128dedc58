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
	q_int(s, ":rules", l->rules);
	return db_run(db, s, e);
}

int labels_by_others(struct db *db, int64_t rules, int64_t *n, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_LABEL_OTHERS, e);
	int rc;

	*n = 0;
	if (!s)
		return ERR_DB;
	q_int(s, ":rules", rules);
	rc = db_step(db, s, e);
	if (rc > 0)
		*n = c_int(s, 0);
	sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}
