/* tests/unit/test_config.c - airep.conf: values, origins and every refusal. */
#include "tests/unit/unit.h"

#include "core/config.h"
#include "core/config_check.h"
#include "core/git_compat.h"
#include "core/gitlib.h"

static char *dir, *path;

static int setup(void **state UNUSED)
{
	dir = unit_dir();
	path = fs_join(dir, "airep.conf");
	return 0;
}

static int teardown(void **state UNUSED)
{
	unit_dir_remove(dir);
	free(path);
	return 0;
}

static void put_bytes(const char *text, size_t len)
{
	assert_int_equal(fs_write(path, text, len, NULL), 0);
}

static struct config *load(const char *text)
{
	struct config *c;
	struct err e = {0};

	put_bytes(text, strlen(text));
	if (config_load(&c, path, &e))
		fail_msg("%s", e.msg);
	return c;
}

static void refuses_bytes(const char *text, size_t len, const char *says)
{
	struct config *c;
	struct err e = {0};

	put_bytes(text, len);
	assert_int_equal(config_load(&c, path, &e), ERR_CONFIG);
	assert_null(c);
	assert_says(e, says);
}

static void refuses(const char *text, const char *says)
{
	refuses_bytes(text, strlen(text), says);
}

static void every_default_passes_its_own_check(void **state UNUSED)
{
	const struct config_key *k;
	struct err e = {0};

	for (k = config_keys; k->name; k++)
		if (k->dflt && config_set(path, k->name, k->dflt, &e))
			fail_msg("%s", e.msg);
}

static void an_absent_file_means_defaults(void **state UNUSED)
{
	struct config *c;

	assert_int_equal(config_load(&c, "/nonexistent/airep.conf", NULL), 0);
	assert_string_equal(config_str(c, "report.timezone"), "UTC");
	assert_int_equal(config_int(c, "sync.jobs"), 4);
	assert_false(config_bool(c, "llm.allowRemote"));
	assert_null(config_str(c, "http.proxy"));
	assert_int_equal(config_int(c, "labels.threshold"), 45);
	assert_null(config_item(c, "report.stack", 0));
	assert_string_equal(config_origin(c, "sync.jobs"), "default");
	config_free(c);
}

static void values_come_with_their_line(void **state UNUSED)
{
	struct config *c = load("# comment\n[report]\n\ttimezone = +08:00 ; x\n"
				"\tlang=en\n[Analyze] maxFileSize = 32m\n"
				"[llm]\n allowRemote\n temperature = 0.25\n");

	assert_string_equal(config_str(c, "report.timezone"), "+08:00");
	assert_string_equal(config_origin(c, "report.timezone"),
			    "airep.conf:3");
	assert_int_equal(config_int(c, "analyze.maxFileSize"), 32 << 20);
	assert_string_equal(config_origin(c, "analyze.maxFileSize"),
			    "airep.conf:5");
	assert_true(config_bool(c, "llm.allowRemote"));
	assert_true(config_real(c, "llm.temperature") == 0.25);
	config_free(c);
}

static void lines_are_right_after_a_continued_one(void **state UNUSED)
{
	struct config *c = load("[report]\nstack = a,\\\n b\nlang = en\n");

	assert_string_equal(config_str(c, "report.stack"), "a, b");
	assert_string_equal(config_origin(c, "report.lang"), "airep.conf:4");
	config_free(c);
}

static void lists_add_up_and_an_empty_one_clears(void **state UNUSED)
{
	struct config *c = load("[report]\nstack = old\nstack =\n"
				"stack = hopper, fp8\nstack = \"moe\"\n");

	assert_string_equal(config_item(c, "report.stack", 0), "hopper");
	assert_string_equal(config_item(c, "report.stack", 1), "fp8");
	assert_string_equal(config_item(c, "report.stack", 2), "moe");
	assert_null(config_item(c, "report.stack", 3));
	config_free(c);
}

static void hosts_are_found_in_any_case(void **state UNUSED)
{
	struct config *c = load("[credential \"GitHub.com\"]\ntokenEnv = A\n"
				"[credential \"git.lab.example\"]\n"
				"tokenFile = /x\ntokenEnv = B\n");
	const char *key, *value, *origin;

	assert_string_equal(config_host(c, "github.com", "tokenEnv"), "A");
	assert_string_equal(config_host(c, "git.lab.example", "tokenFile"),
			    "/x");
	assert_null(config_host(c, "example", "tokenEnv"));
	assert_true(config_host_at(c, 2, &key, &value, &origin));
	assert_string_equal(value, "B");
	assert_string_equal(origin, "airep.conf:5");
	assert_false(config_host_at(c, 3, &key, &value, &origin));
	config_free(c);
}

static void a_mark_and_crlf_are_read_as_git_reads_them(void **state UNUSED)
{
	struct config *c = load("\xef\xbb\xbf[report]\r\nlang = en\r\n"
				"[sync]\r\njobs = 2\r\n");

	assert_string_equal(config_str(c, "report.lang"), "en");
	assert_int_equal(config_int(c, "sync.jobs"), 2);
	assert_string_equal(config_origin(c, "sync.jobs"), "airep.conf:4");
	config_free(c);
}

static void numbers_are_read_as_git_reads_them(void **state UNUSED)
{
	static const char *const s[] = { "0", "7", "010", "0x10", "2k", "2K",
		"3m", "4g", "4gb", "k", "", "-1", "+1", " 1", "1 ", "1.5",
		"999999999", "1234567890", "99999999999999999", "999999999g",
		"0k", "00", "1kk", "true", "false", "True", "yes", "no", "on",
		"off", "2", "maybe", "truex" };
	size_t i;

	assert_int_equal(gitlib_init(NULL), 0);
	for (i = 0; i < ARRAY_N(s); i++) {
		int64_t want = -5, have = -5;
		int bool_want = -5, bool_have = -5;

		if (config_parse_int(s[i], &have) ==
		    (git_config_parse_int64(&want, s[i]) != 0))
			fail_msg("number '%s'", s[i]);
		if (config_parse_bool(s[i], &bool_have) ==
		    (git_config_parse_bool(&bool_want, s[i]) != 0))
			fail_msg("truth '%s'", s[i]);
		if (!git_config_parse_int64(&want, s[i]))
			assert_int_equal(have, want);
		if (!git_config_parse_bool(&bool_want, s[i]))
			assert_int_equal(bool_have, bool_want);
	}
}

static void the_environment_wins(void **state UNUSED)
{
	struct config *c;
	struct err e = {0};

	setenv("AIREP_REPORT_STACK", "x,y", 1);
	setenv("AIREP_SYNC_JOBS", "7", 1);
	c = load("[report]\nstack = a\n[sync]\njobs = 2\n");
	assert_string_equal(config_str(c, "report.stack"), "x, y");
	assert_int_equal(config_int(c, "sync.jobs"), 7);
	assert_string_equal(config_origin(c, "sync.jobs"),
			    "environment AIREP_SYNC_JOBS");
	config_free(c);
	setenv("AIREP_SYNC_JOBS", "many", 1);
	assert_int_equal(config_load(&c, path, &e), ERR_CONFIG);
	assert_says(e, "environment AIREP_SYNC_JOBS: 'sync.jobs' wants a "
		       "number, not 'many'");
	unsetenv("AIREP_SYNC_JOBS");
	unsetenv("AIREP_REPORT_STACK");
}

static void mistakes_are_refused_with_their_line(void **state UNUSED)
{
	refuses("[report]\ntimezon = UTC\n", "airep.conf:2: unknown key "
		"'report.timezon'; did you mean 'report.timezone'?");
	refuses("[credential \"h\"]\ntokenenv=A\ntokenenw = X\n",
		":3: unknown key 'credential.h.tokenenw'; did you mean "
		"'credential.*.tokenEnv'?");
	refuses("[zebra]\nx = 1\n", "config list");
	refuses("[include]\npath = /etc/passwd\n",
		":2: unknown key 'include.path'");
	refuses("\n[sync]\njobs = many\n", ":3: 'sync.jobs' wants a number");
	refuses("[sync]\njobs = 0\n", ":2: 'sync.jobs' is 0, but 1 to 64");
	refuses("[sync]\njobs\n", ":2: 'sync.jobs' has no value");
	refuses("[llm]\nallowRemote = maybe\n", "true or false");
	refuses("[llm]\ntemperature = 2.5\n", "0 to 2 is allowed");
	refuses("[llm]\ntemperature = warm\n", "wants a number");
	refuses("[report]\nlang = fr\n", "wants one of zh|en, not 'fr'");
	refuses("[report]\ntimezone = Mars/Olympus\n",
		":2: 'report.timezone': ");
}

static void broken_syntax_is_refused_with_its_line(void **state UNUSED)
{
	refuses("lang = en\n", ":1: a key before the first [section]");
	refuses("[report\nlang = en\n", ":1: the section has no ']'");
	refuses("[]\nlang = en\n", ":1: a section has no name");
	refuses("[a \"b\n", "has no end");
	refuses("[report]\nlang = \"en\n", ":2: a quote has no end");
	refuses("[report]\nindex = a\\q\n", ":2: unknown escape");
	refuses("[report]\n\n= x\n", ":3: expected");
	refuses("[report]\nlang en\n", ":2: expected '='");
	refuses("[report]\nindex = a\rb\n", ":2: a carriage return");
	refuses("[report]\nindex = caf\xe9\n", ":2: text that is not UTF-8");
	refuses_bytes("[report]\n\nindex = a\0b\n", 23, ":3: a NUL byte");
	refuses_bytes("\xff\xfe[\0r\0]\0", 8, "UTF-16");
}

static void a_huge_file_is_refused(void **state UNUSED)
{
	struct config *c;
	struct err e = {0};
	FILE *f = fopen(path, "w");

	assert_int_equal(ftruncate(fileno(f), 100 << 20), 0);
	fclose(f);
	assert_int_equal(config_load(&c, path, &e), ERR_CONFIG);
	assert_says(e, "not a settings file");
}

static void set_keeps_comments_and_replaces_all_values(void **state UNUSED)
{
	struct str now = STR_INIT;
	struct err e = {0};

	static const char old[] = "# mine\n[report]\n\tstack = a\n"
				  "\tstack = b\n\tlang = en # why\n";

	put_bytes(old, sizeof(old) - 1);
	assert_int_equal(config_set(path, "REPORT.stack", "c, d", &e), 0);
	assert_int_equal(config_set(path, "sync.jobs", "3", &e), 0);
	assert_int_equal(config_set(path, "credential.h.x.tokenEnv", "T", &e),
			 0);
	assert_int_equal(fs_read(path, 4096, &now, &e), 0);
	assert_non_null(strstr(now.s, "# mine\n"));
	assert_non_null(strstr(now.s, "lang = en # why"));
	assert_null(strstr(now.s, "= a\n"));
	assert_null(strstr(now.s, "= b\n"));
	assert_non_null(strstr(now.s, "c, d"));
	assert_non_null(strstr(now.s, "[credential \"h.x\"]"));
	assert_int_equal(config_set(path, "report.stack", NULL, &e), 0);
	assert_int_equal(fs_read(path, 4096, &now, &e), 0);
	assert_null(strstr(now.s, "c, d"));
	str_release(&now);
}

static void set_refuses_before_it_writes(void **state UNUSED)
{
	struct err e = {0};

	assert_int_equal(config_set(path, "sync.job", "3", &e), ERR_USAGE);
	assert_says(e, "did you mean 'sync.jobs'?");
	assert_int_equal(config_set(path, "sync.jobs", "x", &e), ERR_USAGE);
	assert_int_equal(config_set(path, "report.stack", "\xff", &e),
			 ERR_USAGE);
	assert_says(e, "nothing was written");
	assert_says(e, "not UTF-8");
	assert_false(fs_exists(path));
}

static void set_writes_nothing_that_would_be_refused(void **state UNUSED)
{
	static const char old[] = "[report]\n\tlang = en\n";
	static const char bad[] = "[sync]\n\tjobs = x\n\ttimeout = y\n";
	struct config *c = NULL;
	struct str now = STR_INIT;
	struct err e = {0};

	put_bytes(old, sizeof(old) - 1);
	assert_int_equal(config_set(path, "report.stack", "a\rb", &e),
			 ERR_USAGE);
	assert_int_equal(config_set(path, "credential.\xff.tokenEnv", "T", &e),
			 ERR_USAGE);
	assert_int_equal(fs_read(path, 4096, &now, &e), 0);
	assert_string_equal(now.s, old);
	/* One of two mistakes can be mended. */
	put_bytes(bad, sizeof(bad) - 1);
	assert_int_equal(config_set(path, "sync.timeout", "\xff", &e),
			 ERR_USAGE);
	assert_int_equal(config_set(path, "report.stack", "\xff", &e),
			 ERR_USAGE);
	assert_int_equal(config_set(path, "sync.jobs", "3", &e), 0);
	assert_int_equal(config_set(path, "sync.timeout", "9", &e), 0);
	assert_int_equal(config_load(&c, path, &e), 0);
	config_free(c);
	str_release(&now);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_default_passes_its_own_check),
		T(an_absent_file_means_defaults),
		T(values_come_with_their_line),
		T(lines_are_right_after_a_continued_one),
		T(lists_add_up_and_an_empty_one_clears),
		T(hosts_are_found_in_any_case),
		T(a_mark_and_crlf_are_read_as_git_reads_them),
		T(numbers_are_read_as_git_reads_them),
		T(the_environment_wins),
		T(mistakes_are_refused_with_their_line),
		T(broken_syntax_is_refused_with_its_line),
		T(a_huge_file_is_refused),
		T(set_keeps_comments_and_replaces_all_values),
		T(set_refuses_before_it_writes),
		T(set_writes_nothing_that_would_be_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
