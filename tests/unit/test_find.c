/* test_find.c - words are found where memmem() and strcasestr() find them. */
#include "core/find.h"

#include "core/mem.h"
#include "tests/unit/unit.h"

#include <string.h>

static unsigned long long state_ = 7;

static unsigned rnd(unsigned n)
{
	state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(state_ >> 33) % n;
}

/* Few different bytes, so that words are nearly found all the time. */
static void fill(char *s, size_t n, const char *alphabet)
{
	size_t i, k = strlen(alphabet);

	for (i = 0; i < n; i++)
		s[i] = alphabet[rnd((unsigned)k)];
}

static void as_memmem(void **state UNUSED)
{
	int i;

	for (i = 0; i < 60000; i++) {
		size_t len = rnd(i % 2 ? 90 : 400), n = 1 + rnd(7);
		char *s = xmalloc(len + 1), word[8];

		fill(s, len, i % 4 < 2 ? "ab" : "aaaaaaaaaaaab");
		fill(word, n, "ab");
		assert_ptr_equal(find_bytes(s, len, word, n),
				 memmem(s, len, word, n));
		free(s);
	}
}

static void as_strcasestr(void **state UNUSED)
{
	int i;

	for (i = 0; i < 60000; i++) {
		size_t len = rnd(i % 2 ? 90 : 400), n = 1 + rnd(7);
		char *s = xmalloc(len + 1), word[8];

		/* '@' and '`', '[' and '{' differ by the folded bit alone */
		fill(s, len, "aAbB@`[{");
		fill(word, n, "aB@[`");
		s[len] = word[n] = '\0';
		assert_ptr_equal(find_folded(s, len, word, n),
				 strcasestr(s, word));
		free(s);
	}
}

static void a_digit_is_where_strpbrk_has_it(void **state UNUSED)
{
	for (int i = 0; i < 60000; i++) {
		size_t len = rnd(90);
		char *s = xmalloc(len + 1);

		/* '/' and ':' stand beside the digits */
		fill(s, len, i % 2 ? "ab/:\xb5" : "ab/:\xb5 -+x09");
		s[len] = '\0';
		assert_ptr_equal(find_digit(s, len),
				 strpbrk(s, "0123456789"));
		free(s);
	}
	assert_null(find_digit("abc1", 3));
}

static void an_empty_word_is_at_the_begin(void **state UNUSED)
{
	const char *s = "x";

	assert_ptr_equal(find_bytes(s, 1, "", 0), s);
	assert_ptr_equal(find_folded(s, 1, "", 0), s);
	assert_null(find_bytes(s, 0, "x", 1));
	assert_null(find_folded(s, 0, "x", 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_memmem),
		cmocka_unit_test(as_strcasestr),
		cmocka_unit_test(a_digit_is_where_strpbrk_has_it),
		cmocka_unit_test(an_empty_word_is_at_the_begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
