/* tests/unit/test_claims.c - what the scanner of claims sees and survives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/mem.h"
#include "core/str.h"
#include "render/claims.h"

static struct claims scan(const char *text)
{
	struct claims c;

	claims_scan(&c, text, strlen(text), NULL, 0);
	return c;
}

/* The k-th claim of a kind, or NULL. */
static const struct claim *nth(const struct claims *c, enum claim_kind kind,
			       int k)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (c->v[i].kind == kind && k-- == 0)
			return &c->v[i];
	return NULL;
}

static int count(const struct claims *c, enum claim_kind kind)
{
	int n = 0;

	while (nth(c, kind, n))
		n++;
	return n;
}

#define ID "6b3e607b852f1543dc21323155a2ad71473c8642"

static void ids_short_full_and_malformed_are_told_apart(void **state)
{
	struct claims c = scan("`6b3e607` and " ID "\n"
			       "f218234e4f19323d9f10c03505a89a82d52ebd4 x\n"
			       "words defaced 20260204 1234567 v0.6.2 0xdeadbeef1\n"
			       "1cfbb53a2..6b3e607b8\n"
			       "vllm-project/vllm@91a07ff6187e\n"
			       "- **91a07ff** - *Fix 2abd975*\n");

	(void)state;
	assert_int_equal(count(&c, CLAIM_OID), 7);
	assert_int_equal(count(&c, CLAIM_BAD_OID), 1);
	assert_int_equal(nth(&c, CLAIM_BAD_OID, 0)->line, 2);
	assert_string_equal(nth(&c, CLAIM_OID, 4)->repo, "vllm-project/vllm");
	claims_release(&c);
}

static void links_that_contradict_their_target_are_claims(void **state)
{
	struct claims c = scan(
		"[#5](https://github.com/o/r/pull/6)\n"
		"[`1234abc`](https://github.com/o/r/commit/" ID ")\n"
		"PR: <https://github.com/o/r/commit/" ID ">\n"
		"[PR #7](https://github.com/o/r/pull/7)\n"
		"[6b3e607](https://github.com/o/r/commit/" ID ")\n"
		"[6b3e6g7](https://github.com/o/r/commit/" ID ")\n"
		"[2026-02-03](2026-02-02.en.md)\n");
	static const int lines[] = { 1, 2, 3, 6, 7 };
	int i;

	(void)state;
	assert_int_equal(count(&c, CLAIM_LABEL), 5);
	for (i = 0; i < 5; i++)
		assert_int_equal(nth(&c, CLAIM_LABEL, i)->line, lines[i]);
	claims_release(&c);
}

static void counts_belong_to_the_path_before_them(void **state)
{
	struct claims c = scan(
		"- `a/b.py`\xef\xbc\x88+27 / \xe2\x80\x93" "26 \xe8\xa1\x8c\xef\xbc\x89\n"
		"- 18 files +645/-304\n"
		"- `x.py`. Then much later, in words that say a lot of other "
		"things, +5/-6\n");
	const struct claim *k = nth(&c, CLAIM_COUNTS, 0);

	(void)state;
	assert_non_null(k);
	assert_int_equal(k->a, 27);
	assert_int_equal(k->b, 26);
	assert_string_equal(c.v[k->ref].text, "a/b.py");
	assert_true(k->flags & CLAIM_EXOTIC);
	k = nth(&c, CLAIM_COUNTS, 1);
	assert_int_equal(c.v[k->ref].kind, CLAIM_FILES);
	assert_int_equal(c.v[k->ref].a, 18);
	assert_int_equal(nth(&c, CLAIM_COUNTS, 2)->ref, -1);
	claims_release(&c);
}

static void dates_with_exotic_hyphens_are_read_and_reported(void **state)
{
	struct claims c = scan("\xe4\xbd\x9c\xe8\x80\x85: Meng, Hengyu\xef\xbc\x8c"
			       "2026\xe2\x80\x91" "02\xe2\x80\x91" "05\n");

	(void)state;
	assert_string_equal(nth(&c, CLAIM_AUTHOR, 0)->text, "Meng, Hengyu");
	assert_string_equal(nth(&c, CLAIM_DATE, 0)->text, "2026-02-05");
	assert_true(nth(&c, CLAIM_DATE, 0)->flags & CLAIM_EXOTIC);
	assert_int_equal(nth(&c, CLAIM_DATE, 0)->a, 20489);
	assert_int_equal(c.exotic, 2);
	claims_release(&c);
}

static void context_is_the_section_and_the_item(void **state)
{
	struct claims c = scan(
		"### o/first\n- **title**\n  - PR: <https://github.com/o/first/"
		"commit/" ID ">\n  - `a/b.c` (+1 / -2 lines)\n"
		"## later\n### o/second\n| id | files |\n|--|--|\n"
		"| `abc1234` | 12 |\n");
	const struct claim *k = nth(&c, CLAIM_COUNTS, 0);

	(void)state;
	assert_string_equal(c.v[claims_owner(&c, k->block)].text, ID);
	assert_string_equal(claims_repo(&c, k->block), "o/first");
	k = nth(&c, CLAIM_FILES, 0);
	assert_int_equal(k->a, 12);
	assert_string_equal(claims_repo(&c, k->block), "o/second");
	assert_string_equal(c.v[claims_owner(&c, k->block)].text, "abc1234");
	claims_release(&c);
}

static void fences_give_their_lines_with_the_path_above(void **state)
{
	struct claims c = scan(
		"- `src/x.c:12`\n\n  ```diff\n   same\n  -old #5\n  +new\n"
		"  ```\n- `y.c`\n");

	(void)state;
	assert_int_equal(count(&c, CLAIM_LINE), 3);
	assert_int_equal(count(&c, CLAIM_NUMBER), 0);
	assert_true(nth(&c, CLAIM_LINE, 1)->flags & CLAIM_REMOVED);
	assert_string_equal(nth(&c, CLAIM_LINE, 2)->text, "new");
	assert_string_equal(c.v[nth(&c, CLAIM_LINE, 2)->ref].text, "src/x.c");
	assert_int_equal(c.v[nth(&c, CLAIM_LINE, 2)->ref].a, 12);
	assert_int_equal(count(&c, CLAIM_PATH), 2);
	claims_release(&c);
	c = scan("- `src/x.c:12`\n- other\n\n  ```diff\n  +\n   \n  ```\n"
		 "- `.npmrc:3`\n\n  ```diff\n  -x\n  ```\n");
	/* blank lines of a hunk too; another item's path is not above it */
	assert_int_equal(count(&c, CLAIM_LINE), 3);
	assert_int_equal(nth(&c, CLAIM_LINE, 0)->ref, -1);
	assert_string_equal(nth(&c, CLAIM_LINE, 0)->text, "");
	assert_true(nth(&c, CLAIM_LINE, 0)->flags & CLAIM_ADDED);
	assert_string_equal(c.v[nth(&c, CLAIM_LINE, 2)->ref].text, ".npmrc");
	claims_release(&c);
}

static void paths_are_told_from_names_and_versions(void **state)
{
	struct claims c = scan(
		"`torch.float8_e4m3fn` `fp8.py` `..._x.hpp` `tests/moe/*` "
		"tests/a/b.py 1.5/2.0 and/or v3.2 4.4.0.dev1 1.27x 0.456\n");

	(void)state;
	assert_int_equal(count(&c, CLAIM_PATH), 4);
	assert_true(nth(&c, CLAIM_PATH, 1)->flags & CLAIM_ELIDED);
	assert_true(nth(&c, CLAIM_PATH, 2)->flags & CLAIM_GLOB);
	assert_int_equal(count(&c, CLAIM_VERSION), 2);
	assert_int_equal(count(&c, CLAIM_CODE), 1);
	claims_release(&c);
}

static void a_badge_line_names_its_author_and_time(void **state)
{
	struct claims c = scan("#### c2 [6b3e607](https://github.com/o/r/commit/"
			       ID ") T\n`feat` `moe` \xc2\xb7 amitz-nv \xc2\xb7 "
			       "22:19Z \xc2\xb7 18 files +645/-304\n");

	(void)state;
	assert_string_equal(nth(&c, CLAIM_AUTHOR, 0)->text, "amitz-nv");
	assert_int_equal(nth(&c, CLAIM_TIME, 0)->a, 22 * 3600 + 19 * 60);
	claims_release(&c);
}

static void offsets_point_into_the_given_bytes(void **state)
{
	const char *t = "x\xe2\x80\x91y\xc2\xa0\xe2\x80\x8b" "6b3e607 "
			"#12\n\xe4\xb8\xad +3/-4\n";
	struct claims c = scan(t);
	size_t i;

	(void)state;
	assert_int_equal(c.n, 3);
	for (i = 0; i < c.n; i++)
		assert_memory_equal(t + c.v[i].off, c.v[i].text, c.v[i].len);
	claims_release(&c);
}

static void repeat(struct str *b, const char *unit, size_t bytes)
{
	size_t n = strlen(unit);

	while (b->len < bytes)
		str_addmem(b, unit, n);
}

/* Sanitizers cost a factor of twenty: a smaller text says the same. */
#ifdef __SANITIZE_ADDRESS__
#define HOSTILE_BYTES ((size_t)1 << 20)
#else
#define HOSTILE_BYTES ((size_t)10 << 20)
#endif

static void hostile_texts_end_soon_and_stay_small(void **state)
{
	static const char *const units[] = {
		"a", "[", "[]( ", "[a](", "`", "` `` ``` ", "#1", "a#1", "+1/",
		"abcdef1 ", "- ", "```\n~~~~\n", "> ", "\xff\xfe", "+1 -1 ",
		"\xe2\x80\xae", "http://x/", "a/b.c ", ".", "1.", "|", "\n",
		"2026-02-0", "\"x\" ", "a@", "<", " \xc2\xb7 ", "1/1/",
		"https://github.com/o/r/commit/abcdef12345 ", "* x\n * y\n",
		"abcdef12 (this) ", " .. 3 landings 4 files ",
		"not the inverse (1/4 files) ",
	};
	struct str b = STR_INIT;
	struct claims c;
	size_t i;
	clock_t from;

	(void)state;
	for (i = 0; i < ARRAY_N(units); i++) {
		str_clear(&b);
		repeat(&b, units[i], HOSTILE_BYTES);
		from = clock();
		claims_scan(&c, b.s, b.len, NULL, 0);
		if ((clock() - from) / CLOCKS_PER_SEC > 8)
			fail_msg("'%s' takes too long", units[i]);
		assert_true(c.n <= CLAIMS_MAX);
		assert_true(c.blocks_n <= CLAIM_BLOCKS_MAX);
		assert_true(c.arena.used < (size_t)200 << 20);
		claims_release(&c);
	}
	str_release(&b);
}

static void nul_and_broken_bytes_are_counted_not_fatal(void **state)
{
	static const char t[] = "a\0b \xc3( abcdef1\x1b[31m `x\n```\n\0\n";
	struct claims c;

	(void)state;
	claims_scan(&c, t, sizeof(t) - 1, NULL, 0);
	assert_int_equal(count(&c, CLAIM_OID), 1);
	assert_int_equal(c.broken, 4);
	claims_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_short_full_and_malformed_are_told_apart),
		cmocka_unit_test(links_that_contradict_their_target_are_claims),
		cmocka_unit_test(counts_belong_to_the_path_before_them),
		cmocka_unit_test(dates_with_exotic_hyphens_are_read_and_reported),
		cmocka_unit_test(context_is_the_section_and_the_item),
		cmocka_unit_test(fences_give_their_lines_with_the_path_above),
		cmocka_unit_test(paths_are_told_from_names_and_versions),
		cmocka_unit_test(a_badge_line_names_its_author_and_time),
		cmocka_unit_test(offsets_point_into_the_given_bytes),
		cmocka_unit_test(hostile_texts_end_soon_and_stay_small),
		cmocka_unit_test(nul_and_broken_bytes_are_counted_not_fatal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
