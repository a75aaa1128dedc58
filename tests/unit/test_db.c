/* test_db.c - the store opens what is its own, refuses the rest by name, and
 * every statement of the table fits the schema. */
#include "store/db.h"

#include "core/str.h"

#include "tests/unit/unit.h"

static char *dir;

static char *at(const char *name)
{
	return fs_join(dir, name);
}

static void put(const char *name, const char *text)
{
	char *path = at(name);

	assert_int_equal(fs_write(path, text, strlen(text), NULL), 0);
	free(path);
}

static int open_it(const char *name, enum db_mode mode, struct err *e)
{
	char *path = at(name);
	struct db *db;
	int rc = db_open(&db, path, mode, e);

	db_close(db);
	free(path);
	return rc;
}

/* Run SQL on a file without our checks. */
static void sql(const char *name, const char *text)
{
	char *path = at(name);
	sqlite3 *s;

	assert_int_equal(sqlite3_open(path, &s), SQLITE_OK);
	assert_int_equal(sqlite3_exec(s, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(s);
	free(path);
}

static void every_statement_can_be_prepared(void **state UNUSED)
{
	struct err e = { 0 };
	struct db *db;
	int q;

	assert_int_equal(db_open(&db, ":memory:", DB_CREATE, &e), 0);
	for (q = 0; q < Q_COUNT; q++)
		if (!db_query(db, (enum query)q, &e))
			fail_msg("statement %d: %s", q, e.msg);
	db_close(db);
}

static void every_view_can_be_read(void **state UNUSED)
{
	static const char *const views[] = { "repos", "landings", "commits",
		"changes", "labels", "signals", "issues", "ledger", "runs" };
	struct db *db;
	size_t i;

	assert_int_equal(db_open(&db, ":memory:", DB_CREATE, NULL), 0);
	for (i = 0; i < ARRAY_N(views); i++) {
		char *text = xasprintf("SELECT * FROM %s", views[i]);

		assert_int_equal(sqlite3_exec(db->sql, text, NULL, NULL, NULL),
				 SQLITE_OK);
		free(text);
	}
	db_close(db);
}

static void a_store_is_made_and_opened_again(void **state UNUSED)
{
	struct err e = { 0 };

	assert_int_equal(open_it("new.db", DB_WRITE, &e), ERR_NOTFOUND);
	assert_says(e, "airep-git sync");
	assert_int_equal(open_it("new.db", DB_CREATE, &e), 0);
	assert_int_equal(open_it("new.db", DB_CREATE, &e), 0);
	assert_int_equal(open_it("new.db", DB_READ, &e), 0);
}

static void another_programs_file_is_left_alone(void **state UNUSED)
{
	struct err e = { 0 };

	sql("other.db", "CREATE TABLE t(x); PRAGMA user_version=1;");
	assert_int_equal(open_it("other.db", DB_CREATE, &e), ERR_CONFIG);
	assert_says(e, "belongs to another program");
	sql("app.db", "PRAGMA application_id=77; CREATE TABLE t(x);");
	assert_int_equal(open_it("app.db", DB_WRITE, &e), ERR_CONFIG);
	assert_says(e, "app.db");
}

static void a_text_file_is_refused(void **state UNUSED)
{
	struct err e = { 0 };

	put("text.db", "This is a letter, long enough to be looked at as if it "
	    "were the head of a data base file, which it is not.\n");
	assert_true(open_it("text.db", DB_CREATE, &e) < 0);
	assert_says(e, "text.db");
}

static void an_empty_file_is_only_filled_when_asked(void **state UNUSED)
{
	struct err e = { 0 };

	put("empty.db", "");
	assert_int_equal(open_it("empty.db", DB_READ, &e), ERR_NOTFOUND);
	assert_says(e, "is empty");
	assert_int_equal(open_it("empty.db", DB_CREATE, &e), 0);
	assert_int_equal(open_it("empty.db", DB_READ, &e), 0);
}

static void a_newer_schema_is_refused_by_number(void **state UNUSED)
{
	struct err e = { 0 };

	assert_int_equal(open_it("newer.db", DB_CREATE, NULL), 0);
	sql("newer.db", "PRAGMA user_version=99;");
	assert_int_equal(open_it("newer.db", DB_WRITE, &e), ERR_CONFIG);
	assert_says(e, "schema 99");
	assert_says(e, "newer airep-git");
}

static void a_reader_cannot_write(void **state UNUSED)
{
	char *path = at("ro.db");
	struct err e = { 0 };
	struct db *db;

	assert_int_equal(open_it("ro.db", DB_CREATE, NULL), 0);
	assert_int_equal(db_open(&db, path, DB_READ, &e), 0);
	assert_true(db_meta_set(db, "k", "v", &e) < 0);
	assert_says(e, "ro.db");
	db_close(db);
	free(path);
}

static void nested_transactions_end_with_the_outermost(void **state UNUSED)
{
	char *value;
	struct db *db;

	assert_int_equal(db_open(&db, ":memory:", DB_CREATE, NULL), 0);
	assert_int_equal(db_begin(db, NULL), 0);
	assert_int_equal(db_begin(db, NULL), 0);
	assert_int_equal(db_meta_set(db, "k", "v", NULL), 0);
	assert_int_equal(db_commit(db, NULL), 0);
	db_rollback(db);
	assert_int_equal(db_meta_get(db, "k", &value, NULL), 0);
	assert_null(value);
	assert_int_equal(db_begin(db, NULL), 0);
	assert_int_equal(db_meta_set(db, "k", "v", NULL), 0);
	assert_int_equal(db_commit(db, NULL), 0);
	assert_int_equal(db_meta_get(db, "k", &value, NULL), 0);
	assert_string_equal(value, "v");
	free(value);
	db_close(db);
}

static int write_beside(const char *path)
{
	sqlite3 *s;
	int rc;

	assert_int_equal(sqlite3_open(path, &s), SQLITE_OK);
	rc = sqlite3_exec(s, "INSERT INTO meta VALUES('beside','v')", NULL,
			  NULL, NULL);
	sqlite3_close(s);
	return rc;
}

static void what_is_read_at_once_is_one_view(void **state UNUSED)
{
	char *path = at("view.db"), *value;
	struct db *db;

	assert_int_equal(db_open(&db, path, DB_CREATE, NULL), 0);
	assert_int_equal(db_begin_reading(db, NULL), 0);
	assert_int_equal(db_meta_get(db, "beside", &value, NULL), 0);
	assert_null(value);
	assert_int_equal(write_beside(path), SQLITE_BUSY);
	assert_int_equal(db_meta_get(db, "beside", &value, NULL), 0);
	assert_null(value);
	assert_int_equal(db_commit(db, NULL), 0);
	assert_int_equal(write_beside(path), SQLITE_OK);
	assert_int_equal(db_meta_get(db, "beside", &value, NULL), 0);
	assert_string_equal(value, "v");
	free(value);
	/* A reader takes no lock that a reader has to wait for. */
	assert_int_equal(db_begin_reading(db, NULL), 0);
	assert_int_equal(open_it("view.db", DB_READ, NULL), 0);
	db_rollback(db);
	db_close(db);
	free(path);
}

static void a_damaged_store_says_how_to_go_on(void **state UNUSED)
{
	char *path = at("bad.db");
	struct str text = STR_INIT;
	struct err e = { 0 };
	struct db *db;
	int rc;

	assert_int_equal(open_it("bad.db", DB_CREATE, NULL), 0);
	assert_int_equal(fs_read(path, 64 << 20, &text, NULL), 0);
	memset(text.s + 100, 0x5a, text.len - 100);
	assert_int_equal(fs_write(path, text.s, text.len, NULL), 0);
	rc = db_open(&db, path, DB_WRITE, &e);
	assert_true(rc < 0);
	assert_says(e, "airep-git sync");
	db_close(db);
	str_release(&text);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_statement_can_be_prepared),
		cmocka_unit_test(every_view_can_be_read),
		cmocka_unit_test(a_store_is_made_and_opened_again),
		cmocka_unit_test(another_programs_file_is_left_alone),
		cmocka_unit_test(a_text_file_is_refused),
		cmocka_unit_test(an_empty_file_is_only_filled_when_asked),
		cmocka_unit_test(a_newer_schema_is_refused_by_number),
		cmocka_unit_test(a_reader_cannot_write),
		cmocka_unit_test(nested_transactions_end_with_the_outermost),
		cmocka_unit_test(what_is_read_at_once_is_one_view),
		cmocka_unit_test(a_damaged_store_says_how_to_go_on),
	};
	int rc;

	dir = unit_dir();
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	unit_dir_remove(dir);
	return rc;
}
