/* tests/unit/test_json.c - a tree is what parsing the text would make. */
#include "tests/unit/unit.h"

#include "core/json.h"

#include <math.h>

#define T(f) cmocka_unit_test(f)

static void put_all(struct json *j)
{
	static const char *const texts[] = {
		"", "plain", "a \"quoted\" \\ one", "tab\tand\nline\rend",
		"\x01\x1f\x7f", "caf\xc3\xa9 \xe4\xb8\xad\xf0\x9f\x98\x80",
		"bad \xff\xfe byte", "cut \xe4\xb8", "\xed\xa0\x80 half",
		"\xc0\x80 long", "\xf4\x90\x80\x80 beyond", "\xc2\x85",
	};
	size_t i;

	json_open(j, '{');
	json_key(j, "texts");
	json_open(j, '[');
	for (i = 0; i < ARRAY_N(texts); i++)
		json_str(j, texts[i]);
	json_strn(j, "a\0b", 3);
	json_str(j, NULL);
	json_close(j, ']');
	json_kstr(j, "none", NULL);
	json_kint(j, "most", INT64_MAX);
	json_kint(j, "least", INT64_MIN);
	json_kbool(j, "yes", true);
	json_kbool(j, "no", false);
	json_key(j, "reals");
	json_open(j, '[');
	json_put_real(j, 1.25, 4);
	json_put_real(j, 2, 0);
	json_put_real(j, -0.004, 2);
	json_put_real(j, 1e15 / 3, 2);
	json_put_real(j, 1e300, 6);
	json_put_real(j, HUGE_VAL, 6);
	json_put_real(j, -HUGE_VAL, 6);
	json_close(j, ']');
	json_key(j, "raw");
	json_raw(j, "{\"a\":[1,2.5,\"x\"],\"b\":null}");
	json_key(j, "empty");
	json_open(j, '{');
	json_close(j, '}');
	json_close(j, '}');
}

static void a_tree_is_the_text_parsed(void **state UNUSED)
{
	struct str text = STR_INIT;
	struct json j;
	json_t *tree, *parsed;
	char *a, *b;

	json_init(&j, &text);
	put_all(&j);
	parsed = json_loadb(text.s, text.len, 0, NULL);
	assert_non_null(parsed);
	json_init_tree(&j);
	put_all(&j);
	tree = json_take_tree(&j);
	assert_non_null(tree);
	/* Dumped: order and kinds of numbers too. */
	a = json_dumps(parsed, JSON_COMPACT);
	b = json_dumps(tree, JSON_COMPACT);
	assert_string_equal(a, b);
	free(a);
	free(b);
	json_decref(tree);
	json_decref(parsed);
	str_release(&text);
}

/* Every byte below 128 in a string and a key, every kind of number. */
static void a_tree_is_dumped_as_jansson_dumps_it(void **state UNUSED)
{
	json_t *v = json_pack("{s:[i,I,f,f,f,f,f],s:{},s:[],s:[b,b,n],s:{s:[[{}]]}}",
		"numbers", -1, (json_int_t)INT64_MIN, 0.1, 1e300, -0.0, 2.0,
		1e-7, "none", "empty", "three", 1, 0, "deep", "er");
	struct str text = STR_INIT;
	char *want, all[400];
	size_t n = 0;
	int c;

	for (c = 1; c < 128; c++)
		all[n++] = (char)c;
	n += (size_t)snprintf(all + n, sizeof(all) - n, "\xc3\xa9\xe2\x82\xac"
			      "\xf0\x9f\x99\x82/\xe2\x80\xa8");
	json_object_set_new(v, all, json_stringn(all, n));
	json_object_set_new(v, "", json_stringn("a\0b", 3));
	want = json_dumps(v, JSON_COMPACT | JSON_PRESERVE_ORDER);
	json_add_tree(&text, v);
	assert_string_equal(str_c(&text), want);
	free(want);
	str_release(&text);
	json_decref(v);
}

static void a_part_that_is_not_json_makes_no_tree(void **state UNUSED)
{
	struct json j;

	json_init_tree(&j);
	json_open(&j, '{');
	json_key(&j, "raw");
	json_raw(&j, "{\"a\":");
	json_kint(&j, "n", 1);
	json_close(&j, '}');
	assert_null(json_take_tree(&j));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_tree_is_the_text_parsed),
		T(a_tree_is_dumped_as_jansson_dumps_it),
		T(a_part_that_is_not_json_makes_no_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
