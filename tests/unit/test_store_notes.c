/* test_store_notes.c - what the store is spared: looking at every label, and
 * writing a page that is there. */
#include "store/labels.h"
#include "store/pages.h"

#include "tests/unit/unit.h"

/* Four commits of one repository; foreign keys are off, ids are enough. */
static struct db *made(void)
{
	struct db *db;

	assert_int_equal(db_open(&db, ":memory:", DB_CREATE, NULL), 0);
	assert_int_equal(db_exec(db, "PRAGMA foreign_keys=OFF;"
		"INSERT INTO repo(id,name,source) VALUES(1,'o/n','x')", NULL),
		0);
	return db;
}

static void label(struct db *db, int64_t commit, int64_t rules)
{
	struct label_row l = { .type = "fix", .areas = "", .hardware = "",
			       .rules = rules };

	assert_int_equal(label_put(db, commit, &l, NULL), 0);
}

static void assert_others(struct db *db, int64_t rules, int64_t want)
{
	int64_t n = -1;

	assert_int_equal(labels_by_others(db, rules, &n, NULL), 0);
	assert_int_equal(n, want);
}

static void labels_of_one_set_are_noted_not_counted(void **state UNUSED)
{
	struct db *db = made();

	assert_others(db, 7, 0);
	label(db, 1, 7);
	label(db, 2, 7);
	assert_others(db, 7, 0);
	assert_others(db, 8, 2);
	/* behind the back of the note, which is what tells */
	assert_int_equal(db_exec(db, "UPDATE label SET rules=8 "
				 "WHERE commit_id=1", NULL), 0);
	assert_others(db, 7, 0);
	db_close(db);
}

static void labels_of_two_sets_are_counted(void **state UNUSED)
{
	struct db *db = made();

	label(db, 1, 7);
	label(db, 2, 7);
	label(db, 3, 8);
	assert_others(db, 7, 1);
	assert_others(db, 8, 2);
	label(db, 3, 7);
	assert_others(db, 7, 0);
	label(db, 1, 8);		/* not the newest one */
	assert_others(db, 7, 1);
	db_close(db);
}

static void a_note_that_was_undone_is_not_believed(void **state UNUSED)
{
	struct db *db = made();

	label(db, 1, 7);
	label(db, 3, 7);
	assert_int_equal(db_begin(db, NULL), 0);
	label(db, 2, 8);
	db_rollback(db);
	assert_others(db, 7, 0);
	label(db, 2, 8);
	assert_others(db, 7, 1);
	db_close(db);
}

static void labels_made_again_are_of_one_set(void **state UNUSED)
{
	struct db *db = made();

	label(db, 1, 7);
	label(db, 2, 8);
	assert_int_equal(db_begin(db, NULL), 0);
	assert_int_equal(labels_clear(db, NULL), 0);
	assert_others(db, 8, 0);
	label(db, 1, 9);
	label(db, 2, 9);
	assert_int_equal(db_commit(db, NULL), 0);
	assert_others(db, 9, 0);
	assert_others(db, 8, 2);
	db_close(db);
}

static void what_an_older_program_put_is_counted(void **state UNUSED)
{
	struct db *db = made();

	label(db, 1, 7);
	assert_int_equal(db_exec(db, "INSERT INTO label SELECT 2,type,"
		"confidence,areas,hardware,bot,not_evaluated,6 FROM label",
		NULL), 0);
	assert_others(db, 7, 1);
	assert_int_equal(db_exec(db, "UPDATE label SET rules=NULL", NULL), 0);
	assert_others(db, 7, 2);
	db_close(db);
}

/* When its row says it was written. */
static int64_t written(struct db *db)
{
	struct arena a = { 0 };
	struct page_row *v;
	int64_t out;
	size_t n;

	assert_int_equal(page_list(db, &a, &v, &n, NULL), 0);
	assert_int_equal(n, 1);
	out = v[0].written;
	arena_release(&a);
	return out;
}

static void page(struct db *db, int64_t now, const char *document,
		 bool settled)
{
	struct page_row p = { .file = "d.md", .day = "d", .lang = "zh",
			      .written = now, .since = 100, .until = 200,
			      .changes = 1, .settled = settled };

	assert_int_equal(page_put(db, &p, document, NULL), 0);
}

static void a_page_that_is_there_is_not_written_again(void **state UNUSED)
{
	struct db *db = made();

	page(db, 1000, "{}", true);
	page(db, 1100, "{}", true);
	assert_int_equal(written(db), 1000);
	page(db, 1200, "{\"a\":1}", true);
	assert_int_equal(written(db), 1200);
	page(db, 1300, "{\"a\":1}", false);
	assert_int_equal(written(db), 1300);
	page(db, 900, "{\"a\":1}", false);	/* a clock put back */
	assert_int_equal(written(db), 900);
	db_close(db);
}

static void a_page_with_news_gets_the_time_it_took_them_in(void **state UNUSED)
{
	struct db *db = made();

	page(db, 1000, "{}", true);
	assert_int_equal(db_exec(db, "INSERT INTO ref_move(repo_id,ref,"
		"observed,kind,first) VALUES(1,'refs/heads/main',1050,"
		"'rewritten',0)", NULL), 0);
	page(db, 1100, "{}", true);
	assert_int_equal(written(db), 1100);
	page(db, 1200, "{}", true);
	assert_int_equal(written(db), 1100);
	db_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_of_one_set_are_noted_not_counted),
		cmocka_unit_test(labels_of_two_sets_are_counted),
		cmocka_unit_test(a_note_that_was_undone_is_not_believed),
		cmocka_unit_test(labels_made_again_are_of_one_set),
		cmocka_unit_test(what_an_older_program_put_is_counted),
		cmocka_unit_test(a_page_that_is_there_is_not_written_again),
		cmocka_unit_test(a_page_with_news_gets_the_time_it_took_them_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
