/* store/check.c - see check.h. */
#include "store/check.h"

/* The first row of a pragma as text; "" when it has none. */
static int first_row(struct db *db, const char *sql, char *out, size_t cap,
		     struct err *e)
{
	sqlite3_stmt *s;
	int rc = 0, got;

	out[0] = 0;
	if (sqlite3_prepare_v2(db->sql, sql, -1, &s, NULL) != SQLITE_OK)
		return err_set(e, ERR_CORRUPT, "store '%s': %s", db->path,
			       sqlite3_errmsg(db->sql));
	got = sqlite3_step(s);
	if (got == SQLITE_ROW)
		snprintf(out, cap, "%s", c_text(s, 0));
	else if (got != SQLITE_DONE)
		rc = err_set(e, ERR_CORRUPT, "store '%s': %s", db->path,
			     sqlite3_errmsg(db->sql));
	sqlite3_finalize(s);
	return rc;
}

int db_check(struct db *db, struct err *e)
{
	char what[200];
	int rc = first_row(db, "PRAGMA integrity_check(1)", what, sizeof(what),
			   e);

	if (!rc && strcmp(what, "ok"))
		rc = err_set(e, ERR_CORRUPT, "store '%s': %s", db->path, what);
	if (!rc)
		rc = first_row(db, "PRAGMA foreign_key_check", what,
			       sizeof(what), e);
	if (!rc && what[0])
		rc = err_set(e, ERR_CORRUPT, "store '%s': a row of table '%s' "
			     "refers to one that is not there", db->path, what);
	return rc;
}
