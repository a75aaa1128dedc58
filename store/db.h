/*
 * store/db.h - the one SQLite file of a workspace.
 *
 * Rollback journal, synchronous FULL, foreign keys on, one process writes (the
 * lock in the workspace sees to that).  WAL is not used: Debian 12's SQLite
 * has the WAL-reset bug, and a batch tool gains nothing from it.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "core/err.h"
#include "core/git_compat.h"
#include "store/queries.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#define DB_APPLICATION_ID 0x61697267	/* "airg" */
#define DB_SCHEMA_VERSION 3

struct db {
	sqlite3 *sql;
	sqlite3_stmt *stmt[Q_COUNT];
	char *path;
	bool read_only;
	int depth;			/* nested db_begin() */
	bool labels_noted;		/* in this transaction, that labels */
	int64_t labels_by;		/* are made by these (store/labels.c) */
};

enum db_mode {
	DB_CREATE,			/* make it when it is absent or empty */
	DB_WRITE,			/* must exist */
	DB_READ,			/* must exist; never written to */
};

/*
 * Open and check: another program's file, a text file, an empty file without
 * DB_CREATE, a newer schema are refused by name.  An older schema is migrated
 * (store/migrate.h); DB_READ refuses it.  ":memory:" works with DB_CREATE.
 * After a crash (a hot journal) quick_check runs first.
 */
int db_open(struct db **out, const char *path, enum db_mode mode,
	    struct err *e);
void db_close(struct db *db);

/* Nested calls count; only the outermost one is a transaction. */
int db_begin(struct db *db, struct err *e);
/* The same for reading: one view of the store, and its locks are taken once, not
 * by every statement. */
int db_begin_reading(struct db *db, struct err *e);
int db_commit(struct db *db, struct err *e);	/* failed: all undone */
void db_rollback(struct db *db);	/* undoes all levels */

/* SQL of our own without parameters, no rows wanted. */
int db_exec(struct db *db, const char *sql, struct err *e);

/*
 * A prepared statement of the table in queries.h, reset and unbound; borrowed
 * until the next db_query() of the same id.
 */
sqlite3_stmt *db_query(struct db *db, enum query q, struct err *e);

/* Bind by name; a name the statement does not have aborts (our mistake).  Text
 * and blobs must live until the step. */
void q_int(sqlite3_stmt *s, const char *name, int64_t v);
void q_text(sqlite3_stmt *s, const char *name, const char *v);	/* NULL ok */
void q_blob(sqlite3_stmt *s, const char *name, const void *v, size_t len);
void q_oid(sqlite3_stmt *s, const char *name, const git_oid *id); /* 0: NULL */
void q_null(sqlite3_stmt *s, const char *name);

/* 1: a row; 0: done; negative: error.  The sentence names the store. */
int db_step(struct db *db, sqlite3_stmt *s, struct err *e);

/* Run to the end, no rows wanted. */
int db_run(struct db *db, sqlite3_stmt *s, struct err *e);

/* Columns; text is "" for NULL, borrowed until the next step. */
const char *c_text(sqlite3_stmt *s, int col);
int64_t c_int(sqlite3_stmt *s, int col);
bool c_null(sqlite3_stmt *s, int col);
void c_oid(sqlite3_stmt *s, int col, git_oid *id);

int64_t db_last_id(struct db *db);

/* meta table; *out is fresh memory or NULL when unset. */
int db_meta_get(struct db *db, const char *key, char **out, struct err *e);
int db_meta_set(struct db *db, const char *key, const char *value,
		struct err *e);

#endif
