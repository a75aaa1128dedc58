/* test_odb.c - our pack reader gives what libgit2 gives, object by object. */
#include "core/odb.h"

#include "core/str.h"

#include "tests/unit/unit.h"

/* Tests run with a repository that git makes. */
static char *dir, *repo;

static void git(const char *args)
{
	char *cmd = xasprintf("cd '%s' && exec 2>/dev/null && %s", dir, args);
	int rc = system(cmd);

	if (rc)
		fail_msg("%s: %d", args, rc);
	free(cmd);
}

/* Many versions of a few files, so that deltas are long and of both kinds. */
static void make_repository(void)
{
	git("export HOME=. GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a "
	    "GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=c GIT_COMMITTER_EMAIL=c "
	    "GIT_AUTHOR_DATE='@1769904000 +0000' "
	    "GIT_COMMITTER_DATE='@1769904000 +0000';"
	    "git init -q -b main r && cd r && "
	    "{ i=0; while [ $i -lt 120 ]; do i=$((i+1));"
	    "echo 'commit refs/heads/main';"
	    "echo \"committer c <c> $((1769904000+i)) +0000\";"
	    "echo 'data 2'; echo x;"
	    "echo \"M 100644 inline d/f$((i%3))\";"
	    "echo 'data <<END'; seq 1 $((200+i*3)) | sed \"s/^$((i*2))\\$/x$i/\";"
	    "echo END; done; } | git fast-import --quiet && "
	    "git tag -a -m t v1 main && "
	    "git repack -q -a -d -f --depth=60 --window=30 && "
	    "git checkout -q main && echo loose >l && git add l && "
	    "git commit -q -m loose");
}

struct walk {
	git_odb *theirs;
	struct odb_reader *ours;
	int n, types[5];
};

static int look(const git_oid *id, void *arg)
{
	struct walk *w = arg;
	git_odb_object *o;
	struct err e = { 0 };
	struct obj *mine;
	int type;
	size_t len;

	assert_int_equal(git_odb_read(&o, w->theirs, id), 0);
	if (odb_read(w->ours, id, git_odb_object_size(o), &mine, &e))
		fail_msg("%s", e.msg);
	assert_int_equal(mine->type, git_odb_object_type(o));
	assert_int_equal(mine->len, git_odb_object_size(o));
	assert_memory_equal(mine->data, git_odb_object_data(o), mine->len);
	assert_int_equal(mine->data[mine->len], 0);
	assert_int_equal(odb_header(w->ours, id, &type, &len, &e), 0);
	assert_int_equal(type, mine->type);
	assert_int_equal(len, mine->len);
	assert_true(odb_exists(w->ours, id));
	w->types[type]++;
	w->n++;
	obj_put(mine);
	git_odb_object_free(o);
	return 0;
}

static void compare_all(size_t cache)
{
	struct walk w = { 0 };
	git_repository *r;
	struct odb *odb;

	assert_int_equal(git_repository_open_bare(&r, repo), 0);
	assert_int_equal(git_repository_odb(&w.theirs, r), 0);
	assert_int_equal(odb_open(&odb, repo, NULL), 0);
	w.ours = odb_reader_new(odb, cache);
	assert_int_equal(git_odb_foreach(w.theirs, look, &w), 0);
	assert_true(w.n > 400);
	assert_true(w.types[GIT_OBJECT_COMMIT] == 121);
	assert_true(w.types[GIT_OBJECT_TREE] > 200);
	assert_true(w.types[GIT_OBJECT_BLOB] > 100);
	assert_true(w.types[GIT_OBJECT_TAG] == 1);
	odb_reader_free(w.ours);
	odb_free(odb);
	git_odb_free(w.theirs);
	git_repository_free(r);
}

static void every_object_is_the_same(void **state UNUSED)
{
	compare_all(16 << 20);
}

static void also_with_a_cache_too_small_to_hold_a_chain(void **state UNUSED)
{
	compare_all(0);
	compare_all(3000);
}

static void also_when_libgit2_reads_the_packs(void **state UNUSED)
{
	setenv("AIREP_NO_PACK", "1", 1);
	compare_all(1 << 20);
	unsetenv("AIREP_NO_PACK");
}

static void first_id(git_oid *id)
{
	git_repository *r;
	git_reference *ref;

	assert_int_equal(git_repository_open_bare(&r, repo), 0);
	assert_int_equal(git_reference_lookup(&ref, r, "refs/heads/main"), 0);
	*id = *git_reference_target(ref);
	git_reference_free(ref);
	git_repository_free(r);
}

static void what_is_absent_or_too_long_is_told_apart(void **state UNUSED)
{
	git_oid id, no = { { 0xee, 1 } };
	struct odb_reader *r;
	struct odb *odb;
	struct obj *o;
	int type;
	size_t len;

	first_id(&id);
	assert_int_equal(odb_open(&odb, repo, NULL), 0);
	r = odb_reader_new(odb, 1 << 20);
	assert_int_equal(odb_read(r, &no, 1000, &o, NULL), ERR_NOTFOUND);
	assert_null(o);
	assert_false(odb_exists(r, &no));
	assert_int_equal(odb_header(r, &no, &type, &len, NULL), ERR_NOTFOUND);
	assert_int_equal(odb_read(r, &id, 10, &o, NULL), ERR_LIMIT);
	assert_null(o);
	odb_reader_free(r);
	odb_free(odb);
}

/* The id that a text has as a blob; it is written where `where` says. */
static git_oid blob(const char *text, const char *where)
{
	char *cmd = xasprintf("echo '%s' | git hash-object --stdin %s >id",
			      text, where);
	struct str out = STR_INIT;
	char *path = fs_join(dir, "id");
	git_oid id;

	git(cmd);
	assert_int_equal(fs_read(path, 100, &out, NULL), 0);
	assert_int_equal(oid_parse(&id, out.s), 0);
	str_release(&out);
	free(path);
	free(cmd);
	return id;
}

static void what_came_later_or_lies_elsewhere_is_found(void **state UNUSED)
{
	git_oid id = blob("later", ""), found[2];
	struct odb_reader *r;
	struct odb *odb;
	char hex[OID_HEX + 1], *path;

	assert_int_equal(odb_open(&odb, repo, NULL), 0);
	r = odb_reader_new(odb, 1 << 20);
	assert_false(odb_exists(r, &id));
	assert_int_equal(odb_find_prefix(r, oid_hex(&id, hex), found, 2), 0);
	git("cd r && echo later | git hash-object -w --stdin");
	assert_true(odb_exists(r, &id));
	assert_int_equal(odb_find_prefix(r, hex, found, 2), 1);
	odb_reader_free(r);
	odb_free(odb);

	assert_int_equal(odb_open(&odb, repo, NULL), 0);
	r = odb_reader_new(odb, 1 << 20);
	git("cd r && git pack-objects -q .git/objects/pack/pack <../id && "
	    "git prune-packed -q");
	assert_true(odb_exists(r, &id));
	odb_reader_free(r);
	odb_free(odb);

	git("git init -q --bare e && echo \"$PWD/r/.git/objects\" "
	    ">e/objects/info/alternates");
	path = fs_join(dir, "e");
	assert_int_equal(odb_open(&odb, path, NULL), 0);
	r = odb_reader_new(odb, 1 << 20);
	assert_true(odb_exists(r, &id));
	odb_reader_free(r);
	odb_free(odb);
	free(path);
}

static void prefixes_find_ids(void **state UNUSED)
{
	char hex[OID_HEX + 1];
	git_oid id, found[4];
	struct odb_reader *r;
	struct odb *odb;

	first_id(&id);
	oid_hex(&id, hex);
	hex[12] = 0;
	assert_int_equal(odb_open(&odb, repo, NULL), 0);
	r = odb_reader_new(odb, 1 << 20);
	assert_int_equal(odb_find_prefix(r, hex, found, 4), 1);
	assert_true(oid_eq(&found[0], &id));
	hex[3] = 0;
	assert_int_equal(odb_find_prefix(r, hex, found, 4), 0);
	assert_int_equal(odb_find_prefix(r, "0000000000000", found, 4), 0);
	odb_reader_free(r);
	odb_free(odb);
}

static int read_any(const git_oid *id, void *arg)
{
	struct obj *o;
	int type;
	size_t len;

	odb_header(arg, id, &type, &len, NULL);
	if (!odb_read(arg, id, 1 << 20, &o, NULL))
		obj_put(o);
	return 0;
}

static void a_damaged_pack_is_an_error_not_a_crash(void **state UNUSED)
{
	unsigned round;

	git("cp -R r spoilt && chmod -R u+w spoilt");
	for (round = 0; round < 25; round++) {
		char *cmd = xasprintf("p=$(ls spoilt/.git/objects/pack/*.pack)"
			" && cp r/.git/objects/pack/*.pack \"$p\" && "
			"printf 'XYZ%u' | dd of=\"$p\" bs=1 seek=%u "
			"conv=notrunc", round, 20 + round * 997);
		char *path = xasprintf("%s/spoilt/.git", dir);
		struct odb_reader *r;
		git_repository *g;
		struct odb *odb;
		git_odb *ids;

		git(cmd);
		assert_int_equal(git_repository_open_bare(&g, repo), 0);
		assert_int_equal(git_repository_odb(&ids, g), 0);
		if (!odb_open(&odb, path, NULL)) {
			r = odb_reader_new(odb, 1 << 20);
			git_odb_foreach(ids, read_any, r);
			odb_reader_free(r);
			odb_free(odb);
		}
		git_odb_free(ids);
		git_repository_free(g);
		free(path);
		free(cmd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_object_is_the_same),
		cmocka_unit_test(also_with_a_cache_too_small_to_hold_a_chain),
		cmocka_unit_test(also_when_libgit2_reads_the_packs),
		cmocka_unit_test(what_is_absent_or_too_long_is_told_apart),
		cmocka_unit_test(prefixes_find_ids),
		cmocka_unit_test(a_damaged_pack_is_an_error_not_a_crash),
		cmocka_unit_test(what_came_later_or_lies_elsewhere_is_found),
	};
	int rc;

	git_libgit2_init();
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	dir = unit_dir();
	repo = xasprintf("%s/r/.git", dir);
	make_repository();
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	unit_dir_remove(dir);
	free(repo);
	git_libgit2_shutdown();
	return rc;
}
