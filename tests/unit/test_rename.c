/* test_rename.c - renames are git's: pairs and percentages, commit by commit. */
#include "analyze/rename.h"

#include "core/str.h"
#include "tests/unit/unit.h"

#define COMMITS 60

static char *dir;
static unsigned long long seed = 9;

static unsigned rnd(unsigned n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(seed >> 33) % n;
}

/* A file of lines; `kin` files share most of them. */
static void put_file(struct str *out, const char *path, unsigned kin,
		     unsigned changed, unsigned lines)
{
	struct str text = STR_INIT;
	unsigned i;

	for (i = 0; i < lines; i++) {
		if (rnd(100) < changed)
			str_addf(&text, "other %u\n", rnd(1000000));
		else
			str_addf(&text, "kin %u line %u%s", kin, i,
				 kin % 7 == 3 ? "\r\n" : "\n");
	}
	str_addf(out, "M 100%s inline %s\ndata %zu\n", kin % 5 ? "644" :
		 "755", path, text.len);
	str_addmem(out, str_c(&text), text.len);
	str_addch(out, '\n');
	str_release(&text);
}

static void add_commit(struct str *out)
{
	str_add(out, "commit refs/heads/main\n"
		"committer c <c> 1769904000 +0000\ndata 1\nx\n"
		"deleteall\n");
}

/* Every commit has other paths than the one before, of files that are akin. */
static void add_moves(struct str *out, int n)
{
	char path[64];
	int i, files = 2 + (int)rnd(30);

	add_commit(out);
	for (i = 0; i < files; i++) {
		unsigned kin = rnd(12);

		if (rnd(3))
			snprintf(path, sizeof(path), "d%u/n%d/f%u.c", rnd(3),
				 n, kin);
		else
			snprintf(path, sizeof(path), "n%d/g%d.c", n, i);
		put_file(out, path, kin, rnd(4) ? rnd(70) : 0,
			 rnd(9) ? 10 + rnd(60) : rnd(2));
	}
}

/* Over the limit: names that are unique are still found, others are not. */
static void add_many(struct str *out, int n, bool unique, unsigned changed)
{
	char path[64];
	int i;

	add_commit(out);
	for (i = 0; i < 1030; i++) {
		snprintf(path, sizeof(path), unique ? "w%d/u%d" : "w%d/%d/u",
			 n, i);
		put_file(out, path, (unsigned)i + 50, changed, 20);
	}
}

static void make_repository(void)
{
	struct str in = STR_INIT;
	char *cmd = xasprintf("cd '%s' && git init -q --bare -b main . && "
			      "git fast-import --quiet", dir);
	FILE *f;
	int i;

	for (i = 0; i < COMMITS; i++)
		add_moves(&in, i);
	add_many(&in, 1, true, 0);
	add_many(&in, 2, true, 10);
	add_many(&in, 3, false, 0);
	add_many(&in, 4, false, 25);
	f = popen(cmd, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(in.s, 1, in.len, f), in.len);
	assert_int_equal(pclose(f), 0);
	str_release(&in);
	free(cmd);
}

static void output_of(struct str *out, const char *args)
{
	char *cmd = xasprintf("git -C '%s' -c core.attributesFile=/dev/null "
			      "%s 2>/dev/null", dir, args);
	FILE *f = popen(cmd, "r");
	char buf[4096];
	size_t n;

	str_clear(out);
	while ((n = fread(buf, 1, sizeof(buf), f)))
		str_addmem(out, buf, n);
	assert_int_equal(pclose(f), 0);
	free(cmd);
}

static void tree_of(const char *rev, git_oid *id)
{
	char *args = xasprintf("rev-parse %s:", rev);
	struct str s = STR_INIT;

	output_of(&s, args);
	assert_int_equal(oid_parse(id, s.s), 0);
	str_release(&s);
	free(args);
}

/* "R087 a -> b" lines, ours in the form of git's --name-status. */
static void ours(struct str *out, const char *rev, bool *skipped)
{
	struct arena a = { 0 };
	struct change_list l = { .arena = &a };
	char *parent = xasprintf("%s^", rev);
	struct odb_reader *r;
	git_oid old, new;
	struct odb *odb;
	size_t i;

	tree_of(parent, &old);
	tree_of(rev, &new);
	assert_int_equal(odb_open(&odb, dir, NULL), 0);
	r = odb_reader_new(odb, 8 << 20);
	assert_int_equal(treediff(r, &old, &new, &l, NULL), 0);
	rename_detect(r, &l, 16 << 20, skipped);
	str_clear(out);
	for (i = 0; i < l.n; i++) {
		if (l.v[i].status == 'R')
			str_addf(out, "R%03d\t%s\t%s\n", l.v[i].similarity,
				 l.v[i].old_path, l.v[i].path);
		else
			str_addf(out, "%c\t%s\n", l.v[i].status, l.v[i].path);
		if (i)
			assert_true(strcmp(l.v[i - 1].path, l.v[i].path) < 0);
	}
	change_list_release(&l);
	odb_reader_free(r);
	odb_free(odb);
	arena_release(&a);
	free(parent);
}

static int compare(const char *rev, bool *skipped)
{
	char *args = xasprintf("diff-tree -r --name-status -M50%% -l1000 "
			       "%s^ %s", rev, rev);
	struct str want = STR_INIT, got = STR_INIT;
	const char *p;
	int n = 0;

	output_of(&want, args);
	ours(&got, rev, skipped);
	if (strcmp(str_c(&want), str_c(&got)))
		fail_msg("%s\n--- git\n%.3000s\n--- ours\n%.3000s", rev,
			 want.s, got.s);
	for (p = str_c(&want); *p; p = strchr(p, '\n') + 1)
		n += *p == 'R';
	str_release(&want);
	str_release(&got);
	free(args);
	return n;
}

static void pairs_and_percentages_are_those_of_git(void **state UNUSED)
{
	bool skipped;
	int i, n = 0;

	for (i = 4; i < COMMITS + 3; i++) {
		char rev[32];

		snprintf(rev, sizeof(rev), "main~%d", i);
		n += compare(rev, &skipped);
		assert_false(skipped);
	}
	assert_true(n > 100);
}

static void unique_names_are_found_over_the_limit(void **state UNUSED)
{
	bool skipped;

	assert_true(compare("main~2", &skipped) > 1000);
	assert_false(skipped);
}

static void over_the_limit_the_rest_is_skipped_and_said(void **state UNUSED)
{
	bool skipped;

	assert_true(compare("main", &skipped) < 30);
	assert_true(skipped);
}

static void similarity_is_in_sixty_thousandths(void **state UNUSED)
{
	static const char a[] = "one\ntwo\nthree\nfour\n";
	static const char b[] = "one\ntwo\nthree\nFOUR\n";

	assert_int_equal(similarity(a, strlen(a), a, strlen(a)),
			 SIMILARITY_MAX);
	assert_int_equal(similarity(a, strlen(a), b, strlen(b)),
			 14 * SIMILARITY_MAX / 19);
	assert_int_equal(similarity(a, strlen(a), "x\n", 2), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_and_percentages_are_those_of_git),
		cmocka_unit_test(unique_names_are_found_over_the_limit),
		cmocka_unit_test(over_the_limit_the_rest_is_skipped_and_said),
		cmocka_unit_test(similarity_is_in_sixty_thousandths),
	};
	int rc;

	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_ATTR_NOSYSTEM", "1", 1);
	git_libgit2_init();
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	dir = unit_dir();
	make_repository();
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	unit_dir_remove(dir);
	git_libgit2_shutdown();
	return rc;
}
