/* store/migrate.c - see migrate.h. */
#include "store/migrate.h"

#include "core/fs.h"
#include "core/log.h"
#include "core/mem.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * What makes version `to` of the one before it, oldest first, one entry for each
 * version.  An entry is never edited once a release has it; schema.sql is what
 * all of them together lead to, and tests/e2e/t320 compares the two.
 */
static const struct step {
	int to;
	const char *sql;
} steps[] = {
	/* Late arrivals are found by when they were first seen, and labels know
	 * which rules made them. */
	{ 2, "CREATE INDEX commit_row_by_observed"
	     " ON commit_row(repo_id, observed);"
	     "ALTER TABLE label ADD COLUMN rules INTEGER;"
	     "DELETE FROM meta WHERE key='rules.hash';"
	     /* What `report` asks of every page, without its document. */
	     "ALTER TABLE page ADD COLUMN since INTEGER;"
	     "ALTER TABLE page ADD COLUMN until INTEGER;"
	     "ALTER TABLE page ADD COLUMN changes INTEGER;"
	     "ALTER TABLE page ADD COLUMN settled INTEGER;" },
	/* A page asks for the last landing before a time. */
	{ 3, "CREATE INDEX landing_by_pos"
	     " ON landing(repo_id, pos, commit_id, landed, gone);" },
};

_Static_assert(ARRAY_N(steps) == DB_SCHEMA_VERSION - 1,
	       "each version after the first needs its step");

bool migrate_can(int from)
{
	return from >= steps[0].to - 1 && from < DB_SCHEMA_VERSION;
}

/* All pages of one file into a new one.  SQLite reads the store itself: opening
 * and closing it behind its back would drop the locks of our connection. */
static int copy_pages(const char *path, const char *tmp, struct err *e)
{
	sqlite3 *from = NULL, *to = NULL;
	sqlite3_backup *b = NULL;
	int rc = 0;

	if (sqlite3_open_v2(path, &from, SQLITE_OPEN_READONLY, NULL))
		rc = err_set(e, ERR_IO, "%s", sqlite3_errmsg(from));
	else if (sqlite3_open_v2(tmp, &to, SQLITE_OPEN_READWRITE |
				 SQLITE_OPEN_CREATE, NULL) ||
		 sqlite3_exec(to, "PRAGMA journal_mode=OFF;"
			      "PRAGMA synchronous=OFF", NULL, NULL, NULL) ||
		 !(b = sqlite3_backup_init(to, "main", from, "main")))
		rc = err_set(e, ERR_IO, "%s", sqlite3_errmsg(to));
	if (b) {
		sqlite3_backup_step(b, -1);
		if (sqlite3_backup_finish(b))
			rc = err_set(e, ERR_IO, "%s", sqlite3_errmsg(to));
	}
	if (sqlite3_close(to) && !rc)
		rc = err_set(e, ERR_IO, "cannot be closed");
	sqlite3_close(from);
	return rc;
}

/* As private as the store; on the disk before the store changes. */
static int settle(const char *path, const char *tmp, const char *copy,
		  struct err *e)
{
	const char *slash = strrchr(copy, '/');
	char *dir = slash ? xasprintf("%.*s", (int)(slash - copy + 1), copy) :
			    xstrdup(".");
	struct stat st;
	int rc = fs_sync(tmp, e);

	if (!rc && (stat(path, &st) || chmod(tmp, st.st_mode & 0777) ||
		    rename(tmp, copy)))
		rc = err_set(e, ERR_IO, "%s", strerror(errno));
	if (!rc)
		rc = fs_sync(dir, e);
	free(dir);
	return rc;
}

static int keep_copy(const char *path, const char *copy, struct err *e)
{
	char *tmp = xasprintf("%s.tmp-%ld", copy, (long)getpid());
	int rc;

	fs_sweep(copy);
	rc = copy_pages(path, tmp, e);
	if (!rc)
		rc = settle(path, tmp, copy, e);
	if (rc)
		unlink(tmp);
	free(tmp);
	return rc;
}

static int run_steps(struct db *db, int from, struct err *e)
{
	char version[64];
	size_t i;
	int rc = 0;

	for (i = 0; i < ARRAY_N(steps) && !rc; i++)
		if (steps[i].to > from)
			rc = db_exec(db, steps[i].sql, e);
	snprintf(version, sizeof(version), "PRAGMA user_version=%d",
		 DB_SCHEMA_VERSION);
	return rc ? rc : db_exec(db, version, e);
}

int migrate(struct db *db, int from, struct err *e)
{
	char *copy = xasprintf("%s.schema-%d", db->path, from);
	int rc = db_begin(db, e);

	if (!rc && keep_copy(db->path, copy, e))
		rc = err_wrap(e, "store '%s' is unchanged (schema %d): its "
			      "copy '%s' cannot be written", db->path, from,
			      copy);
	else if (!rc && ((rc = run_steps(db, from, e)) != 0 ||
			 (rc = db_commit(db, e)) != 0))
		rc = err_wrap(e, "schema %d to %d: nothing was changed, and a "
			      "copy is '%s'", from, DB_SCHEMA_VERSION, copy);
	if (rc)
		db_rollback(db);
	else
		log_info("store '%s': schema %d became %d; as it was it is "
			 "kept in '%s'", db->path, from, DB_SCHEMA_VERSION,
			 copy);
	free(copy);
	return rc;
}
