/* tests/unit/test_refs.c - refs from and to the files of a repository. */
#include "tests/unit/unit.h"

#include "mirror/mirror.h"
#include "mirror/refs_apply.h"

#include <sys/stat.h>

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C "cccccccccccccccccccccccccccccccccccccccc"

static char *dir;

static void put(const char *name, const char *text)
{
	char *path = fs_join(dir, name), *folder = xstrdup(path);

	*strrchr(folder, '/') = 0;
	assert_int_equal(fs_mkdirs(folder, NULL), 0);
	assert_int_equal(fs_write(path, text, strlen(text), NULL), 0);
	free(folder);
	free(path);
}

static int setup(void **state UNUSED)
{
	dir = unit_dir();
	put("HEAD", "ref: refs/heads/main\n");
	put("refs/heads/main", A "\n");
	put("objects/pack/.keep", "");
	return 0;
}

static int teardown(void **state UNUSED)
{
	unit_dir_remove(dir);
	return 0;
}

/* "main=a v1=b !broken" of what is read. */
static char *read_all(bool all, struct notes *warn)
{
	struct str s = STR_INIT;
	struct reflist l;
	struct err e = { 0 };
	size_t i;

	if (reflist_read(&l, dir, all, warn, &e))
		fail_msg("%s", e.msg);
	for (i = 0; i < l.n; i++)
		str_addf(&s, "%s%s=%x", s.len ? " " : "", ref_short(l.v[i].name),
			 l.v[i].id.id[0] & 15);
	for (i = 0; i < l.broken_n; i++)
		str_addf(&s, " !%s", ref_short(l.broken[i]));
	reflist_release(&l);
	return str_detach(&s);
}

static void reads(bool all, const char *want)
{
	struct notes warn = { 0 };
	char *got = read_all(all, &warn);

	assert_string_equal(got, want);
	free(got);
	notes_release(&warn);
}

static void loose_refs_win_over_packed_ones(void **state UNUSED)
{
	put("packed-refs", "# pack-refs with: peeled fully-peeled sorted \n"
	    B " refs/heads/main\n" B " refs/tags/v1\n^" C "\n"
	    C " refs/pull/1/head\n");
	reads(false, "main=a v1=b");
	reads(true, "main=a refs/pull/1/head=c v1=b");
}

static void damaged_refs_are_named_and_not_gone(void **state UNUSED)
{
	struct notes warn = { 0 };
	char *got;

	put("refs/heads/empty", "");
	put("refs/heads/text", "hello\n");
	put("refs/heads/loop", "ref: refs/heads/loop\n");
	put("refs/heads/main.lock", B "\n");
	got = read_all(false, &warn);
	assert_string_equal(got, "main=a !empty !text !loop");
	assert_int_equal(warn.n, 3);
	assert_non_null(strstr(warn.v[0], "not taken as deleted"));
	free(got);
	notes_release(&warn);
}

static void symbolic_refs_are_followed_five_steps(void **state UNUSED)
{
	put("refs/heads/s1", "ref: refs/heads/main\n");
	put("refs/heads/s2", "ref: refs/heads/s1\n");
	put("refs/heads/s3", "ref: refs/heads/s2\n");
	reads(false, "main=a s1=a s2=a s3=a");
}

static void a_linked_work_tree_shares_refs_and_has_its_own_head(
	void **state UNUSED)
{
	struct reflist l;
	struct notes warn = { 0 };
	char *tree;

	put("worktrees/w/HEAD", B "\n");
	put("worktrees/w/commondir", "../..\n");
	tree = fs_join(dir, "worktrees/w");
	assert_int_equal(reflist_read(&l, tree, false, &warn, NULL), 0);
	assert_int_equal(l.n, 1);
	assert_true(l.detached);
	reflist_release(&l);
	free(tree);
}

static void a_foreign_repository_with_borrowed_objects_is_refused(
	void **state UNUSED)
{
	struct reflist l;
	struct notes warn = { 0 };
	struct err e = { 0 };
	char *gitdir;
	bool shallow;

	assert_int_equal(mirror_foreign(dir, &gitdir, &l, &warn, &shallow, &e),
			 0);
	assert_int_equal(l.n, 1);
	assert_false(shallow);
	reflist_release(&l);
	free(gitdir);
	put("objects/info/alternates", "/elsewhere/objects\n");
	assert_int_equal(mirror_foreign(dir, &gitdir, &l, &warn, &shallow, &e),
			 ERR_GIT);
	assert_non_null(strstr(e.msg, "borrows objects"));
	assert_null(gitdir);
}

static void formats_we_cannot_read_are_refused_by_name(void **state UNUSED)
{
	static const char *const bad[][2] = {
		{ "[extensions]\nobjectformat = sha256\n", "sha256" },
		{ "[extensions]\nrefstorage = reftable\n", "reftable" },
		{ "[extensions]\npartialclone = origin\n", "partial clone" },
	};
	size_t i;

	for (i = 0; i < ARRAY_N(bad); i++) {
		struct mirror m;
		struct err e = { 0 };

		put("config", bad[i][0]);
		assert_int_equal(mirror_open(&m, dir, &e), ERR_GIT);
		assert_non_null(strstr(e.msg, bad[i][1]));
	}
}

static void a_shallow_repository_says_so(void **state UNUSED)
{
	struct reflist l;
	struct notes warn = { 0 };
	char *gitdir;
	git_oid *ids;
	size_t n;
	bool shallow;

	put("shallow", A "\n" B "\n");
	assert_int_equal(mirror_foreign(dir, &gitdir, &l, &warn, &shallow,
					NULL), 0);
	assert_true(shallow);
	assert_int_equal(warn.n, 1);
	assert_int_equal(mirror_read_shallow(gitdir, &ids, &n, NULL), 0);
	assert_int_equal(n, 2);
	assert_int_equal(ids[1].id[0], 0xbb);
	free(ids);
	free(gitdir);
	reflist_release(&l);
	notes_release(&warn);
}

static void the_plan_is_written_as_packed_refs(void **state UNUSED)
{
	struct reflist local, remote = { 0 };
	struct refplan_opts o = { .accept_deletions = true, .keep = true,
		.date = "2026-02-04" };
	struct notes warn = { 0 };
	struct refplan p;
	git_oid id;
	char *loose = fs_join(dir, "refs/heads/main");

	put("refs/heads/empty", "");
	put("packed-refs", C " refs/pull/1/head\n");
	assert_int_equal(reflist_read(&local, dir, true, &warn, NULL), 0);
	oid_parse(&id, B);
	reflist_add(&remote, "refs/heads/main/x", 17, &id);
	remote.head = xstrdup("refs/heads/main/x");
	assert_int_equal(refplan_make(&p, &local, &remote, &o, NULL), 0);
	assert_int_equal(refs_apply(dir, &local, &p, NULL), 0);
	reads(true, "refs/airep/kept/2026-02-04/heads/main=a main/x=b "
	      "refs/pull/1/head=c");
	assert_false(fs_exists(loose));
	reflist_release(&local);
	assert_int_equal(reflist_read(&local, dir, true, &warn, NULL), 0);
	assert_string_equal(local.head, "refs/heads/main/x");
	free(loose);
	refplan_release(&p);
	reflist_release(&local);
	reflist_release(&remote);
	notes_release(&warn);
}

static void what_a_killed_run_left_is_swept(void **state UNUSED)
{
	static const char *const left[] = {
		"refs/heads/main.lock", "refs/heads/a/b.lock",
		"packed-refs.lock", "HEAD.lock", "config.lock",
		"packed-refs.tmp-12", "objects/pack/pack_git2_0123456789abcdef",
		"objects/pack/tmp_pack_abc", "objects/pack/tmp_idx_abc"
	};
	struct mirror m;
	struct err e = { 0 };
	size_t i;

	for (i = 0; i < ARRAY_N(left); i++)
		put(left[i], "");
	put("config", "");
	if (mirror_open(&m, dir, &e))
		fail_msg("%s", e.msg);
	for (i = 0; i < ARRAY_N(left); i++) {
		char *path = fs_join(dir, left[i]);

		if (fs_exists(path))
			fail_msg("%s is still there", left[i]);
		free(path);
	}
	reads(false, "main=a");
	mirror_close(&m);
}

static void the_lock_lets_one_in(void **state UNUSED)
{
	struct mirror a, b;
	struct err e = { 0 };

	put("config", "");
	assert_int_equal(mirror_open(&a, dir, &e), 0);
	assert_int_equal(mirror_open(&b, dir, &e), ERR_BUSY);
	mirror_close(&a);
	assert_int_equal(mirror_open(&b, dir, &e), 0);
	mirror_close(&b);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(loose_refs_win_over_packed_ones),
		T(damaged_refs_are_named_and_not_gone),
		T(symbolic_refs_are_followed_five_steps),
		T(a_linked_work_tree_shares_refs_and_has_its_own_head),
		T(a_foreign_repository_with_borrowed_objects_is_refused),
		T(formats_we_cannot_read_are_refused_by_name),
		T(a_shallow_repository_says_so),
		T(the_plan_is_written_as_packed_refs),
		T(what_a_killed_run_left_is_swept),
		T(the_lock_lets_one_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
