/* What a reader of packs keeps, and what leaves first. */
#include "core/obj_cache.h"
#include "tests/unit/unit.h"

#include <stdbool.h>

static void add(struct obj_cache *c, int64_t off, size_t len)
{
	struct obj *o = obj_new(3, len);

	memset(o->data, (int)(off & 127), len);
	obj_cache_add(c, 0, off, o);
	obj_put(o);
}

static bool has(struct obj_cache *c, int64_t off)
{
	struct obj *o = obj_cache_get(c, 0, off);
	bool is = o && (!o->len || o->data[0] == (char)(off & 127));

	obj_put(o);
	return is;
}

static void the_one_used_longest_ago_leaves(void **state UNUSED)
{
	struct obj_cache c;

	obj_cache_init(&c, 10000);
	add(&c, 1, 2400);
	add(&c, 2, 2400);
	add(&c, 3, 2400);
	assert_true(has(&c, 1));
	add(&c, 4, 2400);
	add(&c, 5, 2400);
	assert_false(has(&c, 2));
	assert_true(has(&c, 1));
	assert_true(has(&c, 5));
	obj_cache_release(&c);
}

static void what_is_done_leaves_before_what_is_kept(void **state UNUSED)
{
	struct obj_cache c;

	obj_cache_init(&c, 100000);
	add(&c, 1, 2000);
	add(&c, 2, 2000);
	add(&c, 3, 2000);
	obj_cache_done(&c, 0, 3);
	obj_cache_done(&c, 0, 99);	/* never heard of */
	assert_true(has(&c, 3));
	obj_cache_done(&c, 0, 2);	/* both are more than its part */
	assert_false(has(&c, 3));
	assert_true(has(&c, 2));
	assert_true(has(&c, 1));
	for (int64_t i = 10; i < 57; i++)
		add(&c, i, 2000);
	assert_false(has(&c, 2));
	assert_true(has(&c, 1));
	obj_cache_release(&c);
}

static void a_borrowed_object_outlives_its_place(void **state UNUSED)
{
	struct obj_cache c;
	struct obj *o;

	obj_cache_init(&c, 8000);
	add(&c, 1, 1500);
	o = obj_cache_get(&c, 0, 1);
	obj_cache_done(&c, 0, 1);
	assert_false(has(&c, 1));
	assert_int_equal(o->data[1499], 1);
	obj_put(o);
	obj_cache_release(&c);
}

static void one_larger_than_a_quarter_is_not_kept(void **state UNUSED)
{
	struct obj_cache c;

	obj_cache_init(&c, 10000);
	add(&c, 1, 2501);
	assert_false(has(&c, 1));
	add(&c, 2, 2500);
	assert_true(has(&c, 2));
	obj_cache_release(&c);
}

static void many_are_found_each_in_its_pack(void **state UNUSED)
{
	struct obj_cache c;
	struct obj *o;

	obj_cache_init(&c, (size_t)8 << 20);
	for (int64_t i = 0; i < 5000; i++)
		add(&c, i * 16, 1);
	for (int64_t i = 0; i < 5000; i++)
		assert_true(has(&c, i * 16));
	assert_null(obj_cache_get(&c, 1, 16));
	o = obj_new(1, 0);
	obj_cache_add(&c, 1, 16, o);
	obj_put(o);
	o = obj_cache_get(&c, 1, 16);
	assert_int_equal(o->type, 1);
	obj_put(o);
	obj_cache_release(&c);
}

static void trimming_keeps_the_newest(void **state UNUSED)
{
	struct obj_cache c;

	obj_cache_init(&c, 100000);
	for (int64_t i = 1; i <= 10; i++)
		add(&c, i, 1000);
	obj_cache_trim(&c, 2500);
	assert_false(has(&c, 8));
	assert_true(has(&c, 9));
	assert_true(has(&c, 10));
	add(&c, 11, 20000);
	assert_true(has(&c, 9));
	obj_cache_release(&c);
}

static void trimming_keeps_what_others_hold(void **state UNUSED)
{
	struct obj_cache c;
	struct obj *o;

	obj_cache_init(&c, 100000);
	for (int64_t i = 1; i <= 10; i++)
		add(&c, i, 1000);
	o = obj_cache_get(&c, 0, 3);
	add(&c, 11, 1000);
	obj_cache_trim(&c, 2500);
	assert_true(has(&c, 3));
	assert_true(has(&c, 11));
	assert_true(has(&c, 10));
	assert_false(has(&c, 9));
	obj_put(o);
	obj_cache_trim(&c, 0);
	assert_false(has(&c, 3));
	assert_int_equal(c.n, 0);
	obj_cache_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_one_used_longest_ago_leaves),
		cmocka_unit_test(what_is_done_leaves_before_what_is_kept),
		cmocka_unit_test(a_borrowed_object_outlives_its_place),
		cmocka_unit_test(one_larger_than_a_quarter_is_not_kept),
		cmocka_unit_test(trimming_keeps_the_newest),
		cmocka_unit_test(trimming_keeps_what_others_hold),
		cmocka_unit_test(many_are_found_each_in_its_pack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
