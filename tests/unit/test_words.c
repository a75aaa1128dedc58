/* test_words.c - whole words: in a text, and in the product files of a tree. */
#include "analyze/signals/signals.h"
#include "analyze/tree_text.h"

#include "tests/unit/unit.h"

#include <ctype.h>

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static const char *plain_search(const char *s, size_t len, const char *w,
				size_t n)
{
	size_t i;

	for (i = 0; i + n <= len; i++) {
		if (memcmp(s + i, w, n))
			continue;
		if (i && is_word(s[i - 1]) && is_word(*w))
			continue;
		if (i + n == len || !is_word(s[i + n]))
			return s + i;
	}
	return NULL;
}

/* Texts of exactly their length in fresh memory: reading on is seen by ASan. */
static void a_word_is_found_where_a_plain_search_finds_it(void **state)
{
	static const char letters[] = "ab_ \n";
	unsigned seed = 7, round;
	int found = 0;

	(void)state;
	for (round = 0; round < 20000; round++) {
		size_t len = (seed >> 8) % 70, n, i;
		char *s = xmalloc(len + 1), w[40];
		const char *want;

		s = xrealloc(s, len ? len : 1);
		for (i = 0; i < len; i++) {
			seed = seed * 1103515245 + 12345;
			s[i] = letters[(seed >> 16) % 5];
		}
		seed = seed * 1103515245 + 12345;
		n = 1 + (seed >> 16) % 20;
		seed = seed * 1103515245 + 12345;
		for (i = 0; i < n; i++)
			w[i] = len ? s[((seed >> 16) + i) % len] : 'a';
		want = plain_search(s, len, w, n);
		assert_ptr_equal(find_word(s, len, w, n), want);
		found += want != NULL;
		free(s);
	}
	assert_true(found > 1000);
}

static git_oid put_blob(git_repository *r, const char *text)
{
	git_oid id;

	assert_int_equal(git_blob_create_from_buffer(&id, r, text,
						     strlen(text)), 0);
	return id;
}

static git_oid put_tree(git_repository *r, const char *a, const char *b)
{
	git_treebuilder *t;
	git_oid id, blob = put_blob(r, a);

	assert_int_equal(git_treebuilder_new(&t, r, NULL), 0);
	git_treebuilder_insert(NULL, t, "a.py", &blob, GIT_FILEMODE_BLOB);
	git_treebuilder_insert(NULL, t, "link", &blob, GIT_FILEMODE_LINK);
	git_treebuilder_insert(NULL, t, "test_a.py", &blob, GIT_FILEMODE_BLOB);
	blob = put_blob(r, b);
	git_treebuilder_insert(NULL, t, "b.py", &blob, GIT_FILEMODE_BLOB);
	assert_int_equal(git_treebuilder_write(&id, t), 0);
	git_treebuilder_free(t);
	return id;
}

static void lines_of_product_files_count_tree_by_tree(void **state)
{
	char *dir = unit_dir();
	git_repository *repo;
	struct odb *odb;
	struct tree_text t;
	struct err e = { 0 };
	git_oid one, two, none = { { 1 } };

	(void)state;
	assert_int_equal(git_repository_init(&repo, dir, 1), 0);
	one = put_tree(repo, "Old = 1\nx = Old + Old\nOlder\n", "Old\n");
	two = put_tree(repo, "Old = 1\nx = Old + Old\nOlder\n", "New\n");
	assert_int_equal(odb_open(&odb, dir, &e), 0);
	struct odb_reader *r = odb_reader_new(odb, 1 << 20);

	tree_text_init(&t, r, NULL);
	assert_int_equal(tree_text_count(&t, &one, "Old", 3), 3);
	assert_int_equal(tree_text_count(&t, &two, "Old", 3), 2);
	assert_int_equal(tree_text_count(&t, &two, "New", 3), 1);
	assert_int_equal(tree_text_count(&t, &one, "New", 3), 0);
	assert_int_equal(tree_text_count(&t, &none, "Old", 3), -1);
	assert_int_equal(tree_text_count(&t, &one, "Older", 5), 1);
	assert_null(tree_text_blob(&t, &none));
	tree_text_release(&t);
	odb_reader_free(r);
	odb_free(odb);
	git_repository_free(repo);
	unit_dir_remove(dir);
}

/* Each of them there or not, with either content: names that sort in another way
 * as folders, and kinds of files that are not searched. */
static git_oid put_random(git_repository *r, unsigned *seed, int depth)
{
	static const char *const names[] = { "a", "a-b", "a.py", "a0", "b.py",
					     "test_c.py", "z" };
	git_treebuilder *t;
	git_oid id, one = put_blob(r, "Old\n"), two = put_blob(r, "Old\nOld\n");

	assert_int_equal(git_treebuilder_new(&t, r, NULL), 0);
	for (size_t i = 0; i < ARRAY_N(names); i++) {
		unsigned k = (*seed = *seed * 1103515245u + 12345u) >> 16;
		git_oid sub;

		if (k % 8 < 3)
			continue;
		if (k % 8 == 7 && depth) {
			sub = put_random(r, seed, depth - 1);
			git_treebuilder_insert(NULL, t, names[i], &sub,
					       GIT_FILEMODE_TREE);
			continue;
		}
		git_treebuilder_insert(NULL, t, names[i],
				       k & 64 ? &one : &two,
				       k % 8 == 6 ? GIT_FILEMODE_LINK :
				       GIT_FILEMODE_BLOB);
	}
	assert_int_equal(git_treebuilder_write(&id, t), 0);
	git_treebuilder_free(t);
	return id;
}

static void a_tree_after_others_counts_as_by_itself(void **state)
{
	char *dir = unit_dir();
	git_repository *repo;
	struct odb *odb;
	struct tree_text all, alone;
	unsigned seed = 11;
	int sum = 0;

	(void)state;
	assert_int_equal(git_repository_init(&repo, dir, 1), 0);
	assert_int_equal(odb_open(&odb, dir, NULL), 0);
	struct odb_reader *r = odb_reader_new(odb, 1 << 20);

	tree_text_init(&all, r, NULL);
	for (int i = 0; i < 60; i++) {
		git_oid tree = put_random(repo, &seed, 2);
		int n;

		tree_text_init(&alone, r, NULL);
		n = tree_text_count(&alone, &tree, "Old", 3);
		assert_int_equal(tree_text_count(&all, &tree, "Old", 3), n);
		assert_true(n >= 0);
		sum += n;
		tree_text_release(&alone);
	}
	assert_true(sum > 300);
	tree_text_release(&all);
	odb_reader_free(r);
	odb_free(odb);
	git_repository_free(repo);
	unit_dir_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_found_where_a_plain_search_finds_it),
		cmocka_unit_test(lines_of_product_files_count_tree_by_tree),
		cmocka_unit_test(a_tree_after_others_counts_as_by_itself),
	};
	int rc;

	git_libgit2_init();
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	git_libgit2_shutdown();
	return rc;
}
