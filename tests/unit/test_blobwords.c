#include "tests/unit/unit.h"

#include "analyze/blobwords.h"
#include "analyze/signals/signals.h"
#include "core/str.h"

#include <pthread.h>

static git_oid id_of(unsigned char n)
{
	git_oid id = { { 0 } };

	id.id[0] = (unsigned char)(n + 1);
	return id;
}

/* Words, parts of words, numbers and bytes that are no letters. */
static size_t make_text(char *out, size_t max, unsigned *seed)
{
	static const char *const parts[] = {
		"alpha", "beta", "_x", "9", "10", "--", "-", " ", "\n", ".",
		"\xc3\xa9", "(", "ab", "Alpha", "a_b", "\t", "ALPHA", ""
	};
	size_t n = 0, k;

	while (n + 8 < max) {
		const char *s;

		*seed = *seed * 1103515245u + 12345u;
		s = parts[(*seed >> 16) % ARRAY_N(parts)];
		k = strlen(s);
		memcpy(out + n, s, k);
		n += k;
		if (!k)
			out[n++] = 0;
	}
	return n;
}

static void a_word_that_is_there_is_never_denied(void **state)
{
	static const char *const names[] = {
		"alpha", "beta", "_x", "9", "10", "alphabeta", "--alpha",
		"-beta", "alpha.beta", "alpha--beta", "ab", "alpha_x",
		"_x9", "beta10", "ALPHA", "a_b", ".", "--a_b-Alpha", "9alpha",
	};
	struct blobwords w;
	unsigned seed = 7, denied = 0;
	char text[400];

	(void)state;
	blobwords_init(&w, NULL);
	for (int i = 0; i < 3000; i++) {
		size_t n = make_text(text, (size_t)(i % 380) + 10, &seed);
		git_oid id = { { 0 } };
		struct wordset s;

		memcpy(id.id, &i, sizeof(i));
		blobwords_add(&w, &id, text, n);
		s = blobwords_get(&w, &id);
		assert_true(s.known);
		for (size_t k = 0; k < ARRAY_N(names); k++) {
			size_t len = strlen(names[k]);
			struct wordask a;

			wordask_init(&a, names[k], len);
			if (wordset_may_hold(&s, &a))
				continue;
			assert_null(find_word(text, n, names[k], len));
			denied++;
		}
	}
	assert_true(denied > 10000);
	blobwords_join(&w);
}

static bool may_hold(struct blobwords_file *f, unsigned char blob,
		     const char *name, bool *known)
{
	struct blobwords w;
	struct wordask a;
	struct wordset s;
	git_oid id = id_of(blob);
	bool may;

	blobwords_init(&w, f);
	s = blobwords_get(&w, &id);
	*known = s.known;
	wordask_init(&a, name, strlen(name));
	may = wordset_may_hold(&s, &a);
	blobwords_join(&w);
	return may;
}

static void put(const char *path, unsigned char blob, const char *text)
{
	struct blobwords_file *f = blobwords_open(path);
	git_oid id = id_of(blob);
	struct blobwords w;

	blobwords_init(&w, f);
	blobwords_add(&w, &id, text, strlen(text));
	blobwords_join(&w);
	assert_int_equal(blobwords_save(f, NULL), 0);
	blobwords_close(f);
}

static void what_was_saved_is_known_again(void **state)
{
	char *dir = unit_dir(), *path = fs_join(dir, "words");
	struct blobwords_file *f;
	bool known;

	(void)state;
	put(path, 1, "one two");
	put(path, 2, "");
	put(path, 3, "three");
	f = blobwords_open(path);
	assert_true(may_hold(f, 1, "two", &known) && known);
	assert_false(may_hold(f, 1, "three", &known));
	assert_false(may_hold(f, 2, "two", &known));
	assert_true(known);
	assert_true(may_hold(f, 3, "three", &known) && known);
	assert_true(may_hold(f, 4, "three", &known));
	assert_false(known);
	blobwords_close(f);
	free(path);
	unit_dir_remove(dir);
}

static void *ask_for_two(void *f)
{
	bool known, may = may_hold(f, 1, "two", &known);

	return may && known ? f : NULL;
}

static void whoever_needs_it_first_waits_for_a_file_read_ahead(void **state)
{
	char *dir = unit_dir(), *path = fs_join(dir, "words");
	struct blobwords_file *f;
	pthread_t thread[4];
	void *result;
	int i;

	(void)state;
	put(path, 1, "one two");
	blobwords_ahead(NULL);
	f = blobwords_open(path);
	blobwords_ahead(f);
	blobwords_close(f);	/* never needed */
	f = blobwords_open(path);
	blobwords_ahead(f);
	for (i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, ask_for_two,
						f), 0);
	for (i = 0; i < 4; i++) {
		pthread_join(thread[i], &result);
		assert_ptr_equal(result, f);
	}
	blobwords_ahead(f);	/* it is there */
	assert_non_null(ask_for_two(f));
	assert_int_equal(blobwords_save(f, NULL), 0);
	blobwords_close(f);
	free(path);
	unit_dir_remove(dir);
}

/* Its hashes would deny words that are there. */
static void a_file_of_another_hash_or_format_is_not_believed(void **state)
{
	char *dir = unit_dir(), *path = fs_join(dir, "words");
	bool known;

	(void)state;
	for (int at = 0; at < 16; at += 5) {
		struct blobwords_file *f;
		FILE *raw;

		fs_remove_tree(path, NULL);
		put(path, 1, "one");
		raw = fopen(path, "r+");
		fseek(raw, at, SEEK_SET);
		fputc('#', raw);
		fclose(raw);
		f = blobwords_open(path);
		assert_true(may_hold(f, 1, "two", &known));
		assert_false(known);
		blobwords_close(f);
		put(path, 2, "two");
		f = blobwords_open(path);
		assert_true(may_hold(f, 2, "two", &known) && known);
		blobwords_close(f);
	}
	free(path);
	unit_dir_remove(dir);
}

#define MANY 1500

static git_oid nth(int i)
{
	git_oid id = { { 0 } };

	id.id[0] = (unsigned char)(i * 37);
	id.id[1] = (unsigned char)(i * 11);
	id.id[2] = (unsigned char)(1 + i / 250);
	id.id[3] = (unsigned char)(1 + i % 250);
	return id;
}

static void put_some(const char *path, int from, int to)
{
	struct blobwords_file *f = blobwords_open(path);
	struct blobwords w;
	char text[40];

	blobwords_init(&w, f);
	for (int i = from; i < to; i++) {
		git_oid id = nth(i);

		blobwords_add(&w, &id, text, (size_t)snprintf(text,
			sizeof(text), "all of%d", i));
	}
	blobwords_join(&w);
	assert_int_equal(blobwords_save(f, NULL), 0);
	blobwords_close(f);
}

/* Of blobs from..to how many are known; none is denied what it has. */
static int known_of(const char *path, int from, int to)
{
	struct blobwords_file *f = blobwords_open(path);
	struct blobwords w;
	struct wordask a;
	char word[20];
	int known = 0;

	blobwords_init(&w, f);
	for (int i = from; i < to; i++) {
		git_oid id = nth(i);
		struct wordset s = blobwords_get(&w, &id);

		wordask_init(&a, word, (size_t)snprintf(word, sizeof(word),
							"of%d", i));
		assert_true(wordset_may_hold(&s, &a));
		wordask_init(&a, "other", 5);
		assert_true(wordset_may_hold(&s, &a) == !s.known);
		known += s.known;
	}
	blobwords_join(&w);
	blobwords_close(f);
	return known;
}

static uint64_t index_place(const char *path)
{
	struct str s = STR_INIT;
	uint64_t at;

	assert_int_equal(fs_read(path, 1 << 20, &s, NULL), 0);
	memcpy(&at, s.s + 16, 8);
	str_release(&s);
	return at;
}

static void many_are_found_by_an_index(void **state)
{
	char *dir = unit_dir(), *path = fs_join(dir, "words");
	uint64_t at;

	(void)state;
	put_some(path, 0, 300);
	assert_int_equal(index_place(path), 0);
	put_some(path, 300, MANY);
	at = index_place(path);
	assert_true(at > 0);
	assert_int_equal(known_of(path, 0, MANY + 50), MANY);
	put_some(path, MANY, MANY + 40);	/* walked behind it */
	assert_int_equal(index_place(path), at);
	assert_int_equal(known_of(path, 0, MANY + 50), MANY + 40);
	put_some(path, 0, MANY + 40);		/* nothing new */
	assert_int_equal(index_place(path), at);
	put_some(path, MANY + 40, MANY + 700);
	assert_true(index_place(path) > at);
	assert_int_equal(known_of(path, 0, MANY + 800), MANY + 700);
	free(path);
	unit_dir_remove(dir);
}

/* Every byte of the head's number, bytes all over the index, and its end. */
static void an_index_that_is_damaged_is_not_believed(void **state)
{
	char *dir = unit_dir(), *path = fs_join(dir, "words");
	struct str whole = STR_INIT, bad = STR_INIT;
	uint64_t at;
	size_t i;

	(void)state;
	put_some(path, 0, MANY);
	at = index_place(path);
	assert_int_equal(fs_read(path, 1 << 20, &whole, NULL), 0);
	for (i = 16; i < whole.len; i += i < 23 ? 1 : i < at ? at - i : 997) {
		str_clear(&bad);
		str_addmem(&bad, whole.s, whole.len);
		bad.s[i] ^= i % 2 ? '\xff' : 4;
		assert_int_equal(fs_write(path, bad.s, bad.len, NULL), 0);
		assert_int_equal(known_of(path, 0, MANY), MANY);
		put_some(path, MANY, MANY + 1);
		assert_int_equal(known_of(path, 0, MANY + 1), MANY + 1);
	}
	for (i = whole.len - 1; i > at; i -= 5000) {
		assert_int_equal(fs_write(path, whole.s, i, NULL), 0);
		assert_int_equal(known_of(path, 0, MANY), MANY);
		put_some(path, MANY, MANY + 1);
		assert_int_equal(known_of(path, 0, MANY + 1), MANY + 1);
	}
	str_release(&whole);
	str_release(&bad);
	free(path);
	unit_dir_remove(dir);
}

/* Of names asked for together none is overlooked, and few blobs are left. */
static void many_names_are_asked_for_at_once(void **state)
{
	struct wordfilter f = { 0 };
	struct blobwords w;
	struct wordask a;
	struct wordset none = { 0 }, s;
	char text[4000], word[20];
	int left = 0;

	(void)state;
	blobwords_init(&w, NULL);
	assert_true(wordset_may_hold_any(&none, &f));
	for (int i = 0; i < 40; i++) {
		wordask_init(&a, word, (size_t)snprintf(word, sizeof(word),
							"name_%d", i * 25));
		wordfilter_add(&f, &a);
	}
	for (int i = 0; i < 1000; i++) {
		git_oid id = nth(i);
		size_t n = (size_t)snprintf(text, sizeof(text), "name_%d", i);

		for (int k = 0; k < i % 60; k++)
			n += (size_t)snprintf(text + n, sizeof(text) - n,
					      " w%dx%d", i, k);
		s = blobwords_add(&w, &id, text, n);
		if (i % 25 == 0)
			assert_true(wordset_may_hold_any(&s, &f));
		left += wordset_may_hold_any(&s, &f);
	}
	assert_in_range(left, 40, 80);
	wordask_init(&a, "--", 2);	/* has no word: may be anywhere */
	wordfilter_add(&f, &a);
	assert_true(wordset_may_hold_any(&s, &f));
	blobwords_join(&w);
}

static void large_texts_of_many_words_are_told(void **state)
{
	size_t cap = 1 << 21, n = 0;
	char *text = xmalloc(cap);
	struct blobwords w;
	struct wordset s;
	struct wordask a;
	git_oid id = id_of(1);

	(void)state;
	for (int i = 0; n + 16 < cap; i++)
		n += (size_t)snprintf(text + n, 16, "w%x ", i);
	blobwords_init(&w, NULL);
	s = blobwords_add(&w, &id, text, n);
	assert_true(s.known);
	wordask_init(&a, "w12345", 6);
	assert_true(wordset_may_hold(&s, &a));
	wordask_init(&a, "absent", 6);
	assert_false(wordset_may_hold(&s, &a));
	blobwords_join(&w);
	free(text);
}

static void a_file_too_large_begins_again_with_what_was_asked(void **state)
{
	char *dir = unit_dir(), *path = fs_join(dir, "words");
	struct blobwords_file *f = blobwords_open(path);
	struct blobwords w;
	char text[1 << 19];
	size_t n;
	bool known;
	int i = 0;

	(void)state;
	blobwords_init(&w, f);
	for (unsigned char b = 1; b < 250; b++) {
		git_oid id = id_of(b);

		for (n = 0; n + 16 < sizeof(text); i++)
			n += (size_t)snprintf(text + n, 16, "w%x ", i);
		blobwords_add(&w, &id, text, n);
	}
	blobwords_join(&w);
	assert_int_equal(blobwords_save(f, NULL), 0);
	blobwords_close(f);
	f = blobwords_open(path);
	assert_true(may_hold(f, 1, "w1", &known) && known);
	blobwords_close(f);
	f = blobwords_open(path);
	assert_true(may_hold(f, 1, "w1", &known) && known);
	blobwords_init(&w, f);
	git_oid more = id_of(251);
	blobwords_add(&w, &more, "more", 4);
	blobwords_join(&w);
	assert_int_equal(blobwords_save(f, NULL), 0);
	blobwords_close(f);
	f = blobwords_open(path);
	assert_true(may_hold(f, 1, "w1", &known) && known);
	assert_true(may_hold(f, 251, "more", &known) && known);
	assert_true(may_hold(f, 2, "more", &known) && !known);
	blobwords_close(f);
	free(path);
	unit_dir_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_that_is_there_is_never_denied),
		cmocka_unit_test(what_was_saved_is_known_again),
		cmocka_unit_test(
			whoever_needs_it_first_waits_for_a_file_read_ahead),
		cmocka_unit_test(
			a_file_of_another_hash_or_format_is_not_believed),
		cmocka_unit_test(many_are_found_by_an_index),
		cmocka_unit_test(an_index_that_is_damaged_is_not_believed),
		cmocka_unit_test(many_names_are_asked_for_at_once),
		cmocka_unit_test(large_texts_of_many_words_are_told),
		cmocka_unit_test(
			a_file_too_large_begins_again_with_what_was_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
