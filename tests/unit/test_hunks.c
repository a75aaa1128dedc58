/* tests/unit/test_hunks.c - verbatim windows and the points they get. */
#include "tests/unit/facts.h"

#include "analyze/hunks.h"

#define T(f) cmocka_unit_test(f)

static size_t choose(struct hunk_window *w, struct made *m,
		     const char *const *names, size_t n)
{
	return hunks_choose(w, &m->arena, m->files, m->view.files_n, names, n,
			    false);
}

static void hunks_are_those_of_git(void **state UNUSED)
{
	struct made *m = make("x", "", (struct side[]){ { "a.py",
		"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n",
		"1\nB\n3\n4\n5\n6\n7\n8\n9\n10\n11\nL\n" } }, 1);
	struct file_hunks h;

	assert_int_equal(file_hunks_read(&h, &m->arena, m->files, NULL), 0);
	assert_int_equal(h.n, 2);
	assert_int_equal(h.v[0].old_start, 1);
	assert_int_equal(h.v[0].n, 6);
	assert_int_equal(h.v[1].new_start, 9);
	assert_int_equal(h.v[1].v[4].op, '+');
	assert_int_equal(h.v[1].v[4].new_no, 12);
	made_free(m);
}

static void a_file_that_came_or_went_is_one_hunk(void **state UNUSED)
{
	struct made *m = make("x", "", (struct side[]){
		{ "a.py", NULL, "one\r\n\ntwo" }, { "b.py", "1\n2\n", NULL },
		{ "c.py", NULL, "" } }, 3);
	struct file_hunks h;

	assert_int_equal(file_hunks_read(&h, &m->arena, m->files, NULL), 0);
	assert_int_equal(h.n, 1);
	assert_int_equal(h.v[0].old_start, 0);
	assert_int_equal(h.v[0].new_start, 1);
	assert_int_equal(h.v[0].new_lines, 3);
	assert_int_equal(h.v[0].n, 3);
	assert_int_equal(h.v[0].v[0].len, 3);
	assert_int_equal(h.v[0].v[1].len, 0);
	assert_int_equal(h.v[0].v[2].len, 3);
	assert_int_equal(h.v[0].v[2].new_no, 3);
	assert_int_equal(file_hunks_read(&h, &m->arena, m->files + 1, NULL),
			 0);
	assert_int_equal(h.v[0].old_start, 1);
	assert_int_equal(h.v[0].new_start, 0);
	assert_int_equal(h.v[0].old_lines, 2);
	assert_int_equal(h.v[0].v[1].op, '-');
	assert_int_equal(h.v[0].v[1].old_no, 2);
	assert_int_equal(file_hunks_read(&h, &m->arena, m->files + 2, NULL),
			 0);
	assert_int_equal(h.n, 0);
	made_free(m);
}

/* Whichever is diffed first: the same windows in the same order. */
static void ties_go_to_the_earlier_file(void **state UNUSED)
{
	struct made *m = make("x", "", (struct side[]){
		{ "docs/a.md", "a\n", "b\n" }, { "p/a.py", "a1()\n", "b1()\n" },
		{ "p/b.py", "a1()\n", "b1()\n" },
		{ "p/c.py", NULL, "proxy_kind()\n" },
		{ "p/d.py", "a1()\n", "b1()\n" },
		{ "p/e.py", "x\na1()\n", "x\nproxy_kind()\n" } }, 6);
	const char *names[] = { "proxy_kind" };
	struct hunk_window w[WINDOWS_MAX];

	assert_int_equal(choose(w, m, names, 1), 3);
	assert_int_equal(w[0].file, 5);
	assert_int_equal(w[1].file, 3);
	assert_int_equal(w[2].file, 1);
	assert_int_equal(choose(w, m, NULL, 0), 3);
	assert_int_equal(w[0].file, 1);
	assert_int_equal(w[1].file, 2);
	assert_int_equal(w[2].file, 4);
	made_free(m);
}

static void a_window_is_verbatim_and_knows_its_place(void **state UNUSED)
{
	struct made *m = make("x", "", (struct side[]){ { "p/a.py",
		"a\nb\nc\nold(1)\nd\ne\nf\n", "a\nb\nc\nnew(1)\nd\ne\nf\n" },
		}, 1);
	struct hunk_window w[WINDOWS_MAX];

	assert_int_equal(choose(w, m, NULL, 0), 1);
	assert_int_equal(w[0].h, 1);
	assert_int_equal(w[0].line, 3);
	assert_int_equal(w[0].n, 4);
	assert_memory_equal(w[0].v[1].s, "old(1)", 6);
	assert_int_equal(w[0].v[1].op, '-');
	assert_memory_equal(w[0].v[2].s, "new(1)", 6);
	made_free(m);
}

static void the_hunk_with_the_name_wins(void **state UNUSED)
{
	struct made *m = make("x", "", (struct side[]){ { "p/a.py",
		"a1()\nb1()\nc1()\n1\n2\n3\n4\n5\n6\n7\n8\nkeep()\n",
		"a2()\nb2()\nc2()\n1\n2\n3\n4\n5\n6\n7\n8\nproxy_kind()\n" },
		}, 1);
	const char *names[] = { "proxy_kind" };
	struct hunk_window w[WINDOWS_MAX];

	assert_int_equal(choose(w, m, names, 1), 1);
	assert_int_equal(w[0].h, 2);
	assert_int_equal(choose(w, m, NULL, 0), 1);
	assert_int_equal(w[0].h, 1);
	made_free(m);
}

static void imports_comments_and_data_are_passed_over(void **state UNUSED)
{
	struct made *m = make("x", "", (struct side[]){
		{ "p/a.py", "import a\nfrom b import (\n    c,\n)\n",
		  "import z\nfrom b import (\n    d,\n)\n" },
		{ "p/c.py", "# one\nx\n", "# two\nx\n" },
		{ "p/d.json", "{}\n", "{\"a\":1}\n" },
		{ "third_party/e.py", "a\n", "b\n" },
		}, 4);
	struct hunk_window w[WINDOWS_MAX];
	size_t n = choose(w, m, NULL, 0);

	for (size_t i = 0; i < n; i++)
		assert_true(w[i].score < 10);
	for (size_t i = 0; i < n; i++)
		assert_true(w[i].file < 2);
	made_free(m);
}

static void one_window_a_file_and_three_at_most(void **state UNUSED)
{
	struct made *m = make("x", "", (struct side[]){
		{ "p/a.py", "aaaa()\n", "bbbb()\n" },
		{ "p/b.py", "aaaa()\n", "bbbb()\n" },
		{ "tests/c.py", "aaaa()\n", "bbbb()\n" },
		{ "p/d.py", "aaaa()\n", "bbbb()\n" },
		}, 4);
	struct hunk_window w[WINDOWS_MAX];

	assert_int_equal(choose(w, m, NULL, 0), 3);
	assert_int_equal(w[0].file, 0);
	assert_int_equal(w[1].file, 1);
	assert_int_equal(w[2].file, 3);
	made_free(m);
}

static void eight_lines_at_most_and_no_wide_ones(void **state UNUSED)
{
	char wide[400];
	struct made *m;
	struct hunk_window w[WINDOWS_MAX];

	memset(wide, 'x', sizeof(wide) - 2);
	wide[sizeof(wide) - 2] = '\n';
	wide[sizeof(wide) - 1] = '\0';
	m = make("x", "", (struct side[]){
		{ "p/a.py", NULL, "a1\na2\na3\na4\na5\na6\na7\na8\na9\n" },
		{ "p/b.py", NULL, wide } }, 2);
	assert_int_equal(choose(w, m, NULL, 0), 1);
	assert_int_equal(w[0].n, 8);
	made_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(hunks_are_those_of_git),
		T(a_file_that_came_or_went_is_one_hunk),
		T(ties_go_to_the_earlier_file),
		T(a_window_is_verbatim_and_knows_its_place),
		T(the_hunk_with_the_name_wins),
		T(imports_comments_and_data_are_passed_over),
		T(one_window_a_file_and_three_at_most),
		T(eight_lines_at_most_and_no_wide_ones),
	};
	int r;

	git_libgit2_init();
	r = cmocka_run_group_tests(tests, NULL, NULL);
	git_libgit2_shutdown();
	return r;
}
