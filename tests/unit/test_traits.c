#include "tests/unit/unit.h"

#include "analyze/traits.h"

static uint32_t one(const char *path, char status, const char *old,
		    const char *new)
{
	struct traits t = { 0 };

	traits_add(&t, path, status, old, old ? strlen(old) : 0, new,
		   new ? strlen(new) : 0, NULL);
	return traits_bits(&t);
}

static void comments_alone_are_told_from_code(void **state UNUSED)
{
	assert_true(one("a.py", 'M', "x = 1  # one\n", "x = 1  # uno\n") &
		    TRAIT_ONLY_COMMENTS);
	assert_true(one("a.cu", 'M', "int a; // x\n", "/* y */\nint a;\n") &
		    TRAIT_ONLY_COMMENTS);
	assert_false(one("a.py", 'M', "x = '#1'\n", "x = '#2'\n") &
		     TRAIT_ONLY_COMMENTS);
	assert_false(one("a.cc", 'M', "f(\"//a\");\n", "f(\"//b\");\n") &
		     TRAIT_ONLY_COMMENTS);
	assert_true(one("a.py", 'M', "\"\"\"Old words.\"\"\"\nx\n",
			"\"\"\"New words.\n\nMore.\"\"\"\nx\n") &
		    TRAIT_ONLY_COMMENTS);
	assert_false(one("a.md", 'M', "a\n", "b\n") & TRAIT_ONLY_COMMENTS);
}

static void space_alone_is_told_from_text(void **state UNUSED)
{
	assert_true(one("a.cc", 'M', "if(a)\n{ b; }\n", "if (a) {\n\tb;\n}\n") &
		    TRAIT_ONLY_SPACE);
	assert_false(one("a.cc", 'M', "if(a)\n", "if (b)\n") &
		     TRAIT_ONLY_SPACE);
}

static void formatting_alone_is_told_from_text(void **state UNUSED)
{
	assert_true(one("a.py", 'M', "f(a,\n  'b')\n",
			"f(\n    a,\n    \"b\",\n)\n") & TRAIT_ONLY_FORMAT);
	assert_false(one("a.py", 'M', "f(a, 'b')\n", "f(a, 'c')\n") &
		     TRAIT_ONLY_FORMAT);
}

static void lines_in_another_order_are_told_from_others(void **state UNUSED)
{
	assert_true(one("a.py", 'M', "import b\nimport a\n",
			"import a\nimport b\n") & TRAIT_ONLY_ORDER);
	assert_false(one("a.py", 'M', "import b\nimport a\n",
			 "import a\nimport c\n") & TRAIT_ONLY_ORDER);
	assert_false(one("a.py", 'M', "import b\n", "import b\nimport b\n") &
		     TRAIT_ONLY_ORDER);
}

static void lines_left_out_are_only_deletions(void **state UNUSED)
{
	uint32_t t = one("a.cc", 'M', "a\nb\nc\nd\n", "b\nd\n");

	assert_true(t & TRAIT_ONLY_DELETIONS);
	assert_false(t & TRAIT_ONLY_ADDITIONS);
	t = one("a.cc", 'M', "b\nd\n", "a\nb\nc\nd\n");
	assert_true(t & TRAIT_ONLY_ADDITIONS);
	assert_false(one("a.cc", 'M', "a\n", "b\n") &
		     (TRAIT_ONLY_ADDITIONS | TRAIT_ONLY_DELETIONS));
	assert_true(one("a.cc", 'D', "a\n", NULL) & TRAIT_ONLY_DELETIONS);
}

static void versions_and_pins_are_told_from_other_numbers(void **state UNUSED)
{
	assert_true(one("pkg/version.py", 'M', "__version__ = \"1.2.0\"\n",
			"__version__ = \"1.3.0rc1\"\n") & TRAIT_ONLY_VERSION);
	assert_true(one("v.h", 'M', "#define X_MINOR 4\n",
			"#define X_MINOR 5\n") & TRAIT_ONLY_VERSION);
	assert_false(one("a.py", 'M', "rate = 0.5\n", "rate = 0.6\n") &
		     (TRAIT_ONLY_VERSION | TRAIT_ONLY_PINS));
	assert_true(one("requirements.txt", 'M', "torch==2.5\n",
			"torch==2.6\nnumpy\n") & TRAIT_ONLY_PINS);
	assert_true(one("setup.py", 'M', "\"torch==2.5\",\n",
			"\"torch==2.6\",\n") & TRAIT_ONLY_PINS);
	assert_true(one("3rdparty/cutlass", 'M', NULL, NULL) &
		    TRAIT_ONLY_PINS);
}

static void one_file_that_differs_ends_an_only(void **state UNUSED)
{
	struct traits t = { 0 };

	traits_add(&t, "a.py", 'M', "# a\n", 4, "# b\n", 4, NULL);
	assert_true(traits_bits(&t) & TRAIT_ONLY_COMMENTS);
	traits_add(&t, "b.py", 'M', "a\n", 2, "b\n", 2, NULL);
	assert_false(traits_bits(&t) & TRAIT_ONLY_COMMENTS);
}

static void renames_without_edit_are_known(void **state UNUSED)
{
	struct traits t = { 0 };

	traits_add(&t, "b.py", 'R', "", 0, "", 0, NULL);
	assert_int_equal(traits_bits(&t), TRAIT_ONLY_RENAMES);
	traits_add(&t, "c.py", 'R', "a\n", 2, "b\n", 2, NULL);
	assert_false(traits_bits(&t) & TRAIT_ONLY_RENAMES);
}

static void new_tests_functions_and_files_are_seen(void **state UNUSED)
{
	assert_true(one("tests/test_a.py", 'M', "", "def test_b():\n\tpass\n") &
		    TRAIT_NEW_TESTS);
	assert_false(one("tests/test_a.py", 'M', "def test_a():\n",
			 "def test_b():\n") & TRAIT_NEW_TESTS);
	assert_true(one("pkg/a.py", 'M', "", "def f():\n\tpass\n") &
		    TRAIT_NEW_FUNCTIONS);
	assert_false(one("tests/a.py", 'M', "", "def f():\n\tpass\n") &
		     TRAIT_NEW_FUNCTIONS);
	assert_true(one("pkg/a.py", 'A', NULL, "x = 1\n") & TRAIT_NEW_FILES);
	assert_false(one("docs/a.md", 'A', NULL, "x\n") & TRAIT_NEW_FILES);
}

static void a_region_too_long_disproves_what_it_does_not_show(
	void **state UNUSED)
{
	struct traits t = { 0 };
	size_t n = 70000;
	char *big = xmalloc(n);

	memset(big, '\n', n);
	traits_add(&t, "a.py", 'M', big, n, "\n", 1, NULL);
	assert_int_equal(traits_bits(&t), 0);
	free(big);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comments_alone_are_told_from_code),
		cmocka_unit_test(space_alone_is_told_from_text),
		cmocka_unit_test(formatting_alone_is_told_from_text),
		cmocka_unit_test(lines_in_another_order_are_told_from_others),
		cmocka_unit_test(lines_left_out_are_only_deletions),
		cmocka_unit_test(versions_and_pins_are_told_from_other_numbers),
		cmocka_unit_test(one_file_that_differs_ends_an_only),
		cmocka_unit_test(renames_without_edit_are_known),
		cmocka_unit_test(new_tests_functions_and_files_are_seen),
		cmocka_unit_test(
			a_region_too_long_disproves_what_it_does_not_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
