/* store/db.c - see db.h. */
#include "store/db.h"

#include "core/fs.h"
#include "core/mem.h"
#include "core/str.h"
#include "store/migrate.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

extern const char store_schema_sql[];

static const char *const query_text[Q_COUNT] = {
#define Q(id, sql) [Q_##id] = sql,
#include "store/queries.def"
#undef Q
};

static int db_error(struct db *db, struct err *e)
{
	int rc = sqlite3_errcode(db->sql) & 0xff, code = ERR_DB;
	const char *hint = "";

	if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED) {
		code = ERR_BUSY;
		hint = " (another program has it open; nothing was changed)";
	} else if (rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB) {
		code = ERR_CORRUPT;
		hint = " (move it away and run `airep-git sync`: mirrors are "
		       "enough to make it again)";
	} else if (rc == SQLITE_FULL) {
		hint = " (the transaction was undone)";
	} else if (rc == SQLITE_READONLY || rc == SQLITE_CANTOPEN) {
		hint = " (is the folder writable?)";
	}
	return err_set(e, code, "store '%s': %s%s", db->path,
		       sqlite3_errmsg(db->sql), hint);
}

int db_exec(struct db *db, const char *sql, struct err *e)
{
	if (sqlite3_exec(db->sql, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_error(db, e);
	return 0;
}

static int pragma_int(struct db *db, const char *sql, int64_t *out,
		      struct err *e)
{
	sqlite3_stmt *s;

	*out = 0;
	if (sqlite3_prepare_v2(db->sql, sql, -1, &s, NULL) != SQLITE_OK)
		return db_error(db, e);
	if (sqlite3_step(s) == SQLITE_ROW)
		*out = sqlite3_column_int64(s, 0);
	if (sqlite3_finalize(s) != SQLITE_OK)
		return db_error(db, e);
	return 0;
}

static int quick_check(struct db *db, struct err *e)
{
	sqlite3_stmt *s;
	int rc = 0;

	if (sqlite3_prepare_v2(db->sql, "PRAGMA quick_check(1)", -1, &s,
			       NULL) != SQLITE_OK)
		return db_error(db, e);
	if (sqlite3_step(s) != SQLITE_ROW ||
	    strcmp((const char *)sqlite3_column_text(s, 0), "ok"))
		rc = err_set(e, ERR_CORRUPT, "store '%s' is damaged: %s (move "
			     "it away and run `airep-git sync`: mirrors are "
			     "enough to make it again)", db->path,
			     (const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
	return rc;
}

static int create(struct db *db, struct err *e)
{
	struct str sql = STR_INIT;
	int rc;

	str_addf(&sql, "BEGIN IMMEDIATE;\n%s\nPRAGMA application_id=%d;\n"
		 "PRAGMA user_version=%d;\nCOMMIT;", store_schema_sql,
		 DB_APPLICATION_ID, DB_SCHEMA_VERSION);
	rc = db_exec(db, sql.s, e);
	if (rc)
		sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
	str_release(&sql);
	return rc;
}

/* What kind of file it is, before anything is written; *version is its
 * schema's. */
static int check_identity(struct db *db, enum db_mode mode, int *version,
			  struct err *e)
{
	int64_t app, is, tables;

	if (pragma_int(db, "PRAGMA application_id", &app, e) ||
	    pragma_int(db, "PRAGMA user_version", &is, e) ||
	    pragma_int(db, "SELECT count(*) FROM sqlite_schema", &tables, e))
		return e ? e->code : ERR_DB;
	*version = (int)is;
	if (!app && !is && !tables) {
		*version = DB_SCHEMA_VERSION;
		if (mode == DB_CREATE)
			return create(db, e);
		return err_set(e, ERR_NOTFOUND, "store '%s' is empty: run "
			       "`airep-git sync` first", db->path);
	}
	if (app != DB_APPLICATION_ID)
		return err_set(e, ERR_CONFIG, "'%s' belongs to another "
			       "program: it is left alone", db->path);
	if (is > DB_SCHEMA_VERSION)
		return err_set(e, ERR_CONFIG, "store '%s' has schema %d, this "
			       "program knows %d: use a newer airep-git",
			       db->path, *version, DB_SCHEMA_VERSION);
	if (is < DB_SCHEMA_VERSION && !migrate_can(*version))
		return err_set(e, ERR_CONFIG, "store '%s' has schema %d, "
			       "which no release wrote", db->path, *version);
	if (is < DB_SCHEMA_VERSION && mode == DB_READ)
		return err_set(e, ERR_CONFIG, "store '%s' has the older schema "
			       "%d: `airep-git sync`, like any command that "
			       "writes, makes it %d and keeps a copy",
			       db->path, *version, DB_SCHEMA_VERSION);
	return 0;
}

static int set_up(struct db *db, struct err *e)
{
	sqlite3_busy_timeout(db->sql, 30000);
	sqlite3_db_config(db->sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->sql, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db->sql, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0,
			  NULL);
	return db_exec(db, "PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON;"
		       "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32768", e);
}

int db_open(struct db **out, const char *path, enum db_mode mode,
	    struct err *e)
{
	struct db *db = xcalloc(1, sizeof(*db));
	char *journal = xasprintf("%s-journal", path);
	bool memory = !strcmp(path, ":memory:"), hot = fs_exists(journal);
	int version = DB_SCHEMA_VERSION;
	int flags = mode == DB_READ ? SQLITE_OPEN_READONLY :
		    mode == DB_WRITE ? SQLITE_OPEN_READWRITE :
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, rc;
	struct err local = { 0 };

	*out = NULL;
	e = e ? e : &local;
	db->path = xstrdup(path);
	db->read_only = mode == DB_READ;
	rc = fs_refuse_odd(path, e);
	if (!rc)
		rc = fs_refuse_odd(journal, e);
	free(journal);
	if (rc)
		goto fail;
	if (!memory && mode != DB_CREATE && !fs_exists(path)) {
		rc = err_set(e, ERR_NOTFOUND, "there is no store '%s' yet: "
			     "run `airep-git sync`", path);
		goto fail;
	}
	if (sqlite3_open_v2(path, &db->sql, flags | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK) {
		rc = db_error(db, e);
		goto fail;
	}
	rc = set_up(db, e);
	if (!rc && mode != DB_READ && !memory)
		rc = db_exec(db, "PRAGMA journal_mode=DELETE;"
			     "PRAGMA synchronous=FULL", e);
	if (!rc)
		rc = check_identity(db, mode, &version, e);
	/* A crash was here before us: look before building on it. */
	if (!rc && hot && !memory)
		rc = quick_check(db, e);
	if (!rc && version < DB_SCHEMA_VERSION)
		rc = migrate(db, version, e);
	if (!rc) {
		*out = db;
		return 0;
	}
fail:
	db_close(db);
	return rc;
}

void db_close(struct db *db)
{
	int i;

	if (!db)
		return;
	for (i = 0; i < Q_COUNT; i++)
		sqlite3_finalize(db->stmt[i]);
	sqlite3_close(db->sql);
	free(db->path);
	free(db);
}

static int begin(struct db *db, const char *sql, struct err *e)
{
	int rc = db->depth ? 0 : db_exec(db, sql, e);

	if (!rc && !db->depth++)
		db->labels_noted = false;
	return rc;
}

int db_begin(struct db *db, struct err *e)
{
	return begin(db, db->read_only ? "BEGIN" : "BEGIN IMMEDIATE", e);
}

int db_begin_reading(struct db *db, struct err *e)
{
	return begin(db, "BEGIN", e);
}

int db_commit(struct db *db, struct err *e)
{
	int rc;

	assert(db->depth > 0);
	if (--db->depth)
		return 0;
	rc = db_exec(db, "COMMIT", e);
	/* Some failures end the transaction and some leave it open. */
	if (rc)
		sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

void db_rollback(struct db *db)
{
	if (db->depth)
		sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
	db->depth = 0;
	db->labels_noted = false;
}

sqlite3_stmt *db_query(struct db *db, enum query q, struct err *e)
{
	sqlite3_stmt *s = db->stmt[q];

	if (s) {
		sqlite3_reset(s);
		sqlite3_clear_bindings(s);
		return s;
	}
	if (sqlite3_prepare_v3(db->sql, query_text[q], -1,
			       SQLITE_PREPARE_PERSISTENT, &db->stmt[q],
			       NULL) != SQLITE_OK) {
		db_error(db, e);
		return NULL;
	}
	return db->stmt[q];
}

/*
 * Parameters are mostly bound in the order of the statement, so the one behind
 * the last is looked at first: sqlite3_bind_parameter_index() compares all
 * names, which was three percent of a first sync.
 */
static int index_of(sqlite3_stmt *s, const char *name)
{
	static _Thread_local struct {
		sqlite3_stmt *s;
		int i;
	} last;
	const char *next;

	last.i = last.s == s ? last.i + 1 : 1;
	last.s = s;
	next = sqlite3_bind_parameter_name(s, last.i);
	if (next && !strcmp(next, name))
		return last.i;
	last.i = sqlite3_bind_parameter_index(s, name);
	if (!last.i) {
		fprintf(stderr, "no parameter %s in: %s\n", name,
			sqlite3_sql(s));
		abort();
	}
	return last.i;
}

void q_int(sqlite3_stmt *s, const char *name, int64_t v)
{
	sqlite3_bind_int64(s, index_of(s, name), v);
}

void q_text(sqlite3_stmt *s, const char *name, const char *v)
{
	sqlite3_bind_text(s, index_of(s, name), v, -1, SQLITE_STATIC);
}

void q_blob(sqlite3_stmt *s, const char *name, const void *v, size_t len)
{
	sqlite3_bind_blob(s, index_of(s, name), len ? v : "", (int)len,
			  SQLITE_STATIC);
}

void q_oid(sqlite3_stmt *s, const char *name, const git_oid *id)
{
	if (!id || oid_zero(id))
		q_null(s, name);
	else
		q_blob(s, name, id->id, OID_RAW);
}

void q_null(sqlite3_stmt *s, const char *name)
{
	sqlite3_bind_null(s, index_of(s, name));
}

int db_step(struct db *db, sqlite3_stmt *s, struct err *e)
{
	int rc;

	if (!s)
		return e && e->code ? e->code : ERR_DB;
	rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	return db_error(db, e);
}

int db_run(struct db *db, sqlite3_stmt *s, struct err *e)
{
	int rc;

	while ((rc = db_step(db, s, e)) > 0)
		;
	if (s)
		sqlite3_reset(s);
	return rc;
}

const char *c_text(sqlite3_stmt *s, int col)
{
	const char *t = (const char *)sqlite3_column_text(s, col);

	return t ? t : "";
}

int64_t c_int(sqlite3_stmt *s, int col)
{
	return sqlite3_column_int64(s, col);
}

bool c_null(sqlite3_stmt *s, int col)
{
	return sqlite3_column_type(s, col) == SQLITE_NULL;
}

void c_oid(sqlite3_stmt *s, int col, git_oid *id)
{
	memset(id, 0, sizeof(*id));
	if (sqlite3_column_bytes(s, col) == OID_RAW)
		memcpy(id->id, sqlite3_column_blob(s, col), OID_RAW);
}

int64_t db_last_id(struct db *db)
{
	return sqlite3_last_insert_rowid(db->sql);
}

int db_meta_get(struct db *db, const char *key, char **out, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_META_GET, e);
	int rc;

	*out = NULL;
	if (!s)
		return ERR_DB;
	q_text(s, ":key", key);
	rc = db_step(db, s, e);
	if (rc > 0)
		*out = xstrdup(c_text(s, 0));
	sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}

int db_meta_set(struct db *db, const char *key, const char *value,
		struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_META_SET, e);

	if (!s)
		return ERR_DB;
	q_text(s, ":key", key);
	q_text(s, ":value", value);
	return db_run(db, s, e);
}
