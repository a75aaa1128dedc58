/* test_lines.c - the walk over lines says what memchr() says. */
#include "core/lines.h"

#include "core/mem.h"
#include "tests/unit/unit.h"

#include <string.h>

/* A copy that ends where its memory ends, so that a read behind it is seen. */
static void compare(const char *text, size_t len)
{
	char *s = xmalloc(len ? len : 1);
	const char *p = s, *end = s + len, *nl;
	struct line_walk w;
	size_t n = 0, k;

	memcpy(s, text, len);
	line_walk_init(&w, s, len);
	while (p < end) {
		nl = memchr(p, '\n', (size_t)(end - p));
		k = (size_t)((nl ? nl + 1 : end) - p);
		n += nl != NULL;
		assert_int_equal(next_line(&w), k);
		p += k;
		assert_ptr_equal(w.at, p);
	}
	assert_int_equal(next_line(&w), 0);
	assert_int_equal(next_line(&w), 0);
	assert_int_equal(count_line_ends(s, len), n);
	free(s);
}

static void every_length_up_to_some_blocks(void **state UNUSED)
{
	char text[400];
	size_t len, every;

	for (len = 0; len < sizeof(text); len++)
		for (every = 1; every < 140; every += 3) {
			size_t i;

			for (i = 0; i < len; i++)
				text[i] = i % every == every - 1 ? '\n' : 'a';
			compare(text, len);
		}
}

static void only_line_ends_and_none(void **state UNUSED)
{
	char text[9000];

	memset(text, '\n', sizeof(text));
	compare(text, sizeof(text));
	memset(text, 'x', sizeof(text));
	compare(text, sizeof(text));
	text[8999] = '\n';
	compare(text, sizeof(text));
	memset(text, 0, sizeof(text));
	text[64] = '\n';
	compare(text, sizeof(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length_up_to_some_blocks),
		cmocka_unit_test(only_line_ends_and_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
