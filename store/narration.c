/* store/narration.c - see narration.h. */
#include "store/narration.h"

int narration_get(struct db *db, const char *key, struct str *answer,
		  struct str *model, struct err *e)
{
	sqlite3_stmt *q = db_query(db, Q_NARRATION_GET, e);
	int rc;

	if (!q)
		return ERR_DB;
	q_text(q, ":key", key);
	rc = db_step(db, q, e);
	if (rc == 1) {
		str_clear(model);
		str_add(model, c_text(q, 0));
		str_clear(answer);
		str_add(answer, c_text(q, 1));
	}
	sqlite3_reset(q);
	if (rc == 0)
		return err_set(e, ERR_NOTFOUND, "not asked before");
	return rc == 1 ? 0 : rc;
}

int narration_put(struct db *db, const char *key, const char *model,
		  const char *answer, struct err *e)
{
	sqlite3_stmt *q = db_query(db, Q_NARRATION_PUT, e);

	if (!q)
		return ERR_DB;
	q_text(q, ":key", key);
	q_text(q, ":model", model);
	q_text(q, ":answer", answer);
	return db_run(db, q, e);
}
