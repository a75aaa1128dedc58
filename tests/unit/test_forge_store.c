/* Issues, events and cursors in the store. */
#include "store/forge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

static struct db *db;
static struct arena mem;

static int fresh(void **state)
{
	struct err e = { 0 };
	sqlite3_stmt *s;

	(void)state;
	assert_int_equal(db_open(&db, ":memory:", DB_CREATE, &e), 0);
	s = db_query(db, Q_REPO_ADD, &e);
	q_text(s, ":name", "o/n");
	q_text(s, ":source", "x");
	return db_run(db, s, &e);
}

static int drop(void **state)
{
	(void)state;
	db_close(db);
	arena_release(&mem);
	return 0;
}

static struct issue sample(void)
{
	static const char *const labels[] = { "bug", "a \"b\", c" };

	return (struct issue){ .number = 7, .forge_id = 70, .title = "t",
		.author = "ann", .labels = labels, .labels_n = 2,
		.created_utc = 100, .updated_utc = 200, .comments = 1,
		.body = "b", .url = "https://x" };
}

static int put(const struct issue *i, int64_t now, struct forge_saved *saved)
{
	struct err e = { 0 };

	memset(saved, 0, sizeof(*saved));
	return forge_put_issue(db, 1, i, now, true, saved, &e);
}

static void a_row_comes_back_as_it_went_in(void **state)
{
	struct issue i = sample(), got;
	struct forge_saved saved;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(put(&i, 300, &saved), 0);
	assert_int_equal(saved.added, 1);
	assert_int_equal(forge_get_issue(db, 1, 7, &got, &mem, &e), 1);
	assert_string_equal(got.title, "t");
	assert_int_equal(got.labels_n, 2);
	assert_string_equal(got.labels[1], "a \"b\", c");
	assert_string_equal(got.author, "ann");
	assert_int_equal(got.updated_utc, 200);
	assert_null(got.state_reason);
	assert_int_equal(forge_get_issue(db, 1, 8, &got, &mem, &e), 0);
}

static void the_same_row_again_writes_nothing(void **state)
{
	struct issue i = sample();
	struct forge_saved saved;
	int before;

	(void)state;
	put(&i, 300, &saved);
	before = sqlite3_total_changes(db->sql);
	assert_int_equal(put(&i, 400, &saved), 0);
	assert_int_equal(saved.same, 1);
	i.updated_utc = 150;
	i.title = "older";
	assert_int_equal(put(&i, 400, &saved), 0);
	assert_int_equal(saved.same, 1);
	assert_int_equal(sqlite3_total_changes(db->sql), before);
}

static void a_change_of_state_is_one_event(void **state)
{
	struct issue i = sample();
	struct forge_saved saved;
	struct event_list l;
	struct err e = { 0 };

	(void)state;
	put(&i, 300, &saved);
	i.state = ISSUE_MERGED;
	i.updated_utc = 250;
	put(&i, 400, &saved);
	assert_int_equal(saved.events, 1);
	put(&i, 500, &saved);
	assert_int_equal(saved.events, 0);
	assert_int_equal(forge_events(db, 1, 0, 0, &l, &mem, &e), 0);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].was, ISSUE_OPEN);
	assert_int_equal(l.v[0].is, ISSUE_MERGED);
	assert_int_equal(l.v[0].seen_utc, 400);
}

static void another_id_under_the_number_is_refused(void **state)
{
	struct issue i = sample();
	struct forge_saved saved;

	(void)state;
	put(&i, 300, &saved);
	i.forge_id = 71;
	i.updated_utc = 900;
	assert_int_equal(put(&i, 400, &saved), ERR_CORRUPT);
	assert_int_equal(saved.changed, 0);
}

static void a_page_is_all_or_nothing(void **state)
{
	struct issue v[2] = { sample(), sample() };
	struct forge_cursor c = { .pass_utc = 5, .problem = "p" }, got;
	struct forge_saved saved = { 0 };
	struct err e = { 0 };
	int64_t n;

	(void)state;
	v[1].forge_id = 99;	/* same number: refused */
	v[1].updated_utc = 999;
	assert_int_equal(forge_put_page(db, 1, v, 2, &c, 300, &saved, &e),
			 ERR_CORRUPT);
	assert_int_equal(saved.added, 0);
	forge_issue_count(db, 1, &n, &e);
	assert_int_equal(n, 0);
	forge_cursor_get(db, 1, &got, &mem, &e);
	assert_int_equal(got.pass_utc, 0);
	v[1].number = 8;
	assert_int_equal(forge_put_page(db, 1, v, 2, &c, 300, &saved, &e), 0);
	assert_int_equal(saved.added, 2);
	forge_cursor_get(db, 1, &got, &mem, &e);
	assert_int_equal(got.pass_utc, 5);
	assert_string_equal(got.problem, "p");
}

static void the_window_holds_what_was_opened_or_closed_in_it(void **state)
{
	static const int64_t t[][2] = { { 100, 0 }, { 50, 150 }, { 50, 250 },
					{ 199, 0 }, { 200, 0 }, { 50, 100 } };
	struct forge_saved saved;
	struct issue_list l;
	struct err e = { 0 };
	struct issue i = sample();
	int n;

	(void)state;
	for (n = 0; n < 6; n++) {
		i.number = i.forge_id = n + 1;
		i.created_utc = t[n][0];
		i.closed_utc = t[n][1];
		put(&i, 300, &saved);
	}
	assert_int_equal(forge_issues_window(db, 1, 100, 200, &l, &mem, &e),
			 0);
	assert_int_equal(l.n, 4);
	assert_int_equal(l.v[0].number, 1);
	assert_int_equal(l.v[1].number, 2);
	assert_int_equal(l.v[2].number, 4);
	assert_int_equal(l.v[3].number, 6);
}

static void freshness_says_what_a_page_may_claim(void **state)
{
	struct forge_cursor c = { 0 };
	enum forge_freshness f;
	struct err e = { 0 };
	int64_t at;

	(void)state;
	forge_freshness(db, 1, 100, 200, &f, &at, &e);
	assert_int_equal(f, FORGE_NONE);
	c = (struct forge_cursor){ .from_utc = 50, .done_utc = 150,
				   .synced_utc = 199 };
	forge_cursor_put(db, 1, &c, &e);
	forge_freshness(db, 1, 100, 200, &f, &at, &e);
	assert_int_equal(f, FORGE_STALE);
	assert_int_equal(at, 199);
	c.synced_utc = 200;
	forge_cursor_put(db, 1, &c, &e);
	forge_freshness(db, 1, 100, 200, &f, &at, &e);
	assert_int_equal(f, FORGE_FRESH);
	forge_freshness(db, 1, 49, 200, &f, &at, &e);
	assert_int_equal(f, FORGE_SHORT);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fresh, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_row_comes_back_as_it_went_in),
		T(the_same_row_again_writes_nothing),
		T(a_change_of_state_is_one_event),
		T(another_id_under_the_number_is_refused),
		T(a_page_is_all_or_nothing),
		T(the_window_holds_what_was_opened_or_closed_in_it),
		T(freshness_says_what_a_page_may_claim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
