/* tests/unit/test_options.c - the parser every command shares. */
#include "tests/unit/unit.h"

#include "cli/options.h"

static bool json, meta;
static int form;
static const char *since, *color;
static int64_t jobs;
static struct option_list grep;

static const struct option opts[] = {
	OPTION_INT('j', "jobs", &jobs, "N", "at once", 1, 64),
	OPTION_FLAG('n', "json", &json, "print JSON"),
	OPTION_CLEAR(0, "no-meta", &meta, "no metadata"),
	OPTION_SET(0, "stat", &form, 1, "counts"),
	OPTION_SET(0, "patch", &form, 2, "patch"),
	OPTION_STR('s', "since", &since, "DATE", "from"),
	OPTION_LIST(0, "grep", &grep, "RE", "only these"),
	OPTION_FLAG(0, "hidden", &json, NULL),
	OPTIONS_END
};
static const struct option more[] = {
	OPTION_CHOICE(0, "color", &color, "auto|always|never", "colour"),
	OPTIONS_END
};

static int setup(void **state UNUSED)
{
	json = false;
	meta = true;
	form = 0;
	since = color = NULL;
	jobs = 0;
	free(grep.v);
	memset(&grep, 0, sizeof(grep));
	return 0;
}

/* Splits at single blanks; the words live as long as the test. */
static int parse(const char *line, bool stop, struct args *a, struct err *e)
{
	static char words[512];
	static char *argv[32];
	int n = 0;
	char *p;

	snprintf(words, sizeof(words), "%s", line);
	for (p = words; *p && n < 31; n++) {
		argv[n] = p;
		p += strcspn(p, " ");
		if (*p)
			*p++ = 0;
	}
	memset(e, 0, sizeof(*e));
	return options_parse(opts, more, n, argv, stop, a, e);
}

static void accepts(const char *line, struct args *a)
{
	struct err e;

	if (parse(line, false, a, &e))
		fail_msg("%s: %s", line, e.msg);
}

static void refuses(const char *line, const char *says)
{
	struct args a;
	struct err e;

	assert_int_equal(parse(line, false, &a, &e), ERR_USAGE);
	assert_says(e, says);
}

static void every_form_of_a_value_is_read(void **state UNUSED)
{
	static const char *const forms[] = {
		"-j 7", "-j7", "--jobs 7", "--jobs=7", "-nj7", "-nj 7",
	};
	struct args a;
	size_t i;

	for (i = 0; i < ARRAY_N(forms); i++) {
		jobs = 0;
		accepts(forms[i], &a);
		assert_int_equal(jobs, 7);
		assert_int_equal(a.n, 0);
		args_release(&a);
	}
	assert_true(json);
}

static void options_may_follow_arguments(void **state UNUSED)
{
	struct args a;

	accepts("one --json two --color=never --no-meta", &a);
	assert_true(json);
	assert_false(meta);
	assert_string_equal(color, "never");
	assert_int_equal(a.n, 2);
	assert_string_equal(a.v[1], "two");
	assert_null(a.v[2]);
	args_release(&a);
}

static void two_hyphens_end_the_options(void **state UNUSED)
{
	struct args a;

	accepts("x@main -- --json -j", &a);
	assert_false(json);
	assert_int_equal(a.n, 1);
	assert_true(a.dashdash);
	assert_int_equal(a.paths_n, 2);
	assert_string_equal(a.paths[0], "--json");
	args_join(&a);
	assert_int_equal(a.n, 3);
	assert_string_equal(a.v[2], "-j");
	assert_null(a.v[3]);
	assert_int_equal(a.paths_n, 0);
	assert_null(a.paths[0]);
	args_release(&a);
	accepts("-", &a);
	assert_string_equal(a.v[0], "-");
	assert_false(a.dashdash);
	args_release(&a);
}

static void the_last_of_a_set_counts_a_list_grows(void **state UNUSED)
{
	struct args a;

	accepts("--stat --patch --grep a --grep=b=c", &a);
	assert_int_equal(form, 2);
	assert_int_equal(grep.n, 2);
	assert_string_equal(grep.v[1], "b=c");
	args_release(&a);
}

static void the_command_ends_the_words_of_main(void **state UNUSED)
{
	struct args a;
	struct err e;

	assert_int_equal(parse("-n log --bogus -- x", true, &a, &e), 0);
	assert_true(json);
	assert_int_equal(a.n, 4);
	assert_string_equal(a.v[1], "--bogus");
	assert_string_equal(a.v[2], "--");
	args_release(&a);
}

static void help_stops_the_reading(void **state UNUSED)
{
	struct args a;

	accepts("-h --bogus", &a);
	assert_true(a.help);
	args_release(&a);
	accepts("--help --bogus", &a);
	assert_true(a.manual);
	args_release(&a);
}

static void mistakes_are_named(void **state UNUSED)
{
	refuses("--jsn", "unknown option '--jsn'; did you mean '--json'?");
	refuses("--colr=x", "did you mean '--color'?");
	refuses("--hiden", "unknown option '--hiden'");
	refuses("--js", "unknown option '--js'");
	refuses("-x", "unknown option '-x'");
	refuses("-nx", "unknown option '-x'");
	refuses("--jobs", "option '--jobs' wants N");
	refuses("-j", "option '-j' wants N");
	refuses("--jobs=", "wants a number, not ''");
	refuses("--jobs=4x", "wants a number, not '4x'");
	refuses("--jobs 0", "is 0, but 1 to 64 is allowed");
	refuses("--jobs 99999999999999999999", "but 1 to 64 is allowed");
	refuses("--json=1", "option '--json' takes no value");
	refuses("--color=red", "wants one of auto|always|never, not 'red'");
}

static void hidden_options_are_never_suggested(void **state UNUSED)
{
	struct str s = STR_INIT;
	struct args a;
	struct err e;

	assert_int_equal(parse("--hiddem", false, &a, &e), ERR_USAGE);
	assert_null(strstr(e.msg, "did you mean"));
	options_help(&s, opts);
	assert_null(strstr(s.s, "hidden"));
	assert_non_null(strstr(s.s, "  -j, --jobs=N "));
	str_release(&s);
}

static void too_many_arguments_are_named(void **state UNUSED)
{
	struct args a;
	struct err e = {0};

	accepts("a b", &a);
	assert_int_equal(args_count(&a, 0, 1, "FILE", &e), ERR_USAGE);
	assert_says(e, "unexpected argument 'b'");
	assert_int_equal(args_count(&a, 3, 3, "FILE", &e), ERR_USAGE);
	assert_says(e, "FILE is missing");
	assert_int_equal(args_count(&a, 2, 2, "FILE", &e), 0);
	args_release(&a);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_form_of_a_value_is_read),
		T(options_may_follow_arguments),
		T(two_hyphens_end_the_options),
		T(the_last_of_a_set_counts_a_list_grows),
		T(the_command_ends_the_words_of_main),
		T(help_stops_the_reading),
		T(mistakes_are_named),
		T(hidden_options_are_never_suggested),
		T(too_many_arguments_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
