/* tests/unit/test_repolist.c - repos.list: every form and every refusal. */
#include "tests/unit/unit.h"

#include "core/log.h"
#include "mirror/repolist.h"
#include "mirror/repourl.h"

static char *dir, *path;

static int setup(void **state UNUSED)
{
	dir = unit_dir();
	path = fs_join(dir, "repos.list");
	log_level = -1;
	return 0;
}

static int teardown(void **state UNUSED)
{
	unit_dir_remove(dir);
	free(path);
	return 0;
}

static struct repolist load(const char *text)
{
	struct repolist l;
	struct err e = {0};

	assert_int_equal(fs_write(path, text, strlen(text), NULL), 0);
	if (repolist_load(&l, path, &e))
		fail_msg("%s", e.msg);
	return l;
}

static void refuses(const char *text, const char *says)
{
	struct repolist l;
	struct err e = {0};

	assert_int_equal(fs_write(path, text, strlen(text), NULL), 0);
	if (!repolist_load(&l, path, &e))
		fail_msg("accepted: %s", text);
	assert_int_equal(e.code, ERR_CONFIG);
	assert_int_equal(l.n, 0);
	assert_says(e, says);
}

static void github_names_are_enough(void **state UNUSED)
{
	struct repolist l = load("# ours\n\nNVIDIA/cutlass  # gemm\n"
				 "  deepseek-ai/DeepGEMM.git\r\n");

	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].name, "NVIDIA/cutlass");
	assert_string_equal(l.v[0].url, "https://github.com/NVIDIA/cutlass");
	assert_string_equal(l.v[0].host, "github.com");
	assert_string_equal(l.v[0].forge, "github");
	assert_int_equal(l.v[0].line, 3);
	assert_string_equal(l.v[1].name, "deepseek-ai/DeepGEMM");
	assert_int_equal(l.v[1].line, 4);
	repolist_release(&l);
}

static void urls_tell_host_and_name(void **state UNUSED)
{
	static const struct { const char *line, *url, *host, *name; } t[] = {
		{ "https://git.Lab.example:8443/team/kernels.git",
		  "https://git.Lab.example:8443/team/kernels.git",
		  "git.lab.example", "team/kernels" },
		{ "https://h/a/b/c/", "https://h/a/b/c/", "h", "b/c" },
		{ "ssh://git@h:22/a/b", "ssh://git@h:22/a/b", "h", "a/b" },
		{ "git@h:a/b.git", "git@h:a/b.git", "h", "a/b" },
		{ "git://[::1]:9418/a/b", "git://[::1]:9418/a/b", "[::1]",
		  "a/b" },
		{ "/srv/git/own/tool.git", "/srv/git/own/tool.git", "local",
		  "own/tool" },
		{ "file:///srv/own/tool/.git", "/srv/own/tool/.git", "local",
		  "own/tool" },
	};
	struct repolist l;
	size_t i;

	for (i = 0; i < ARRAY_N(t); i++) {
		l = load(t[i].line);
		assert_int_equal(l.n, 1);
		assert_string_equal(l.v[0].url, t[i].url);
		assert_string_equal(l.v[0].host, t[i].host);
		assert_string_equal(l.v[0].name, t[i].name);
		assert_string_equal(l.v[0].forge, "none");
		repolist_release(&l);
	}
}

static void a_password_in_a_url_is_kept_nowhere(void **state UNUSED)
{
	struct repolist l = load("https://me:CANARY@h/a/b\n"
				 "https://CANARY@h/c/d\n"
				 "ssh://git:CANARY@h/e/f\n");
	size_t i;

	for (i = 0; i < l.n; i++)
		assert_null(strstr(l.v[i].url, "CANARY"));
	assert_string_equal(l.v[0].url, "https://h/a/b");
	assert_string_equal(l.v[2].url, "ssh://git@h/e/f");
	repolist_release(&l);
}

static void options_are_read(void **state UNUSED)
{
	struct repolist l = load(
		"vllm-project/vllm mirror=m/vllm branch=main "
		"was=old/vllm group=\"serving engines\" forge=none\n"
		"./up/x name=me/x\n"
		"https://ghe.example/a/b api=https://ghe.example/api/v3\n"
		"o/in-place mirror=m/p\no/asked mirror=m/q forge=github\n");
	char *want = fs_join(dir, "m/vllm"), *got;

	assert_string_equal(l.v[0].mirror, want);
	assert_null(l.v[0].url);
	assert_string_equal(l.v[0].branch, "main");
	assert_string_equal(l.v[0].was, "old/vllm");
	assert_string_equal(l.v[0].group, "serving engines");
	assert_string_equal(l.v[0].forge, "none");
	assert_string_equal(l.v[0].host, "github.com");
	got = repo_mirror_path(&l.v[0], "/ws");
	assert_string_equal(got, want);
	free(got);
	free(want);
	want = fs_join(dir, "up/x");
	assert_string_equal(l.v[1].url, want);
	assert_string_equal(l.v[1].name, "me/x");
	assert_string_equal(l.v[2].forge, "github");
	assert_string_equal(l.v[3].forge, "none");
	assert_string_equal(l.v[4].forge, "github");
	free(want);
	repolist_release(&l);
}

static void mistakes_name_line_and_column(void **state UNUSED)
{
	refuses("a/b\nnonsense\n", "repos.list:2:1: expected owner/name");
	refuses("../../..\n", "add name=owner/name");
	refuses("a/b/c\n", ":1:1: expected owner/name");
	refuses("a/b branch\n", ":1:5: expected option=value");
	refuses("a/b  brunch=x\n", ":1:6: unknown option 'brunch='; did you "
		"mean 'branch='?");
	refuses("a/b zzzzzzzz=x\n", "(known: ");
	refuses("a/b branch=x branch=y\n", ":1:14: option 'branch=' is given "
		"twice");
	refuses("a/b branch=\n", "has no value");
	refuses("a/b branch=a..b\n", "cannot be the name of a branch");
	refuses("a/b name=c\n", "name must be owner/name, not 'c'");
	refuses("a/b name=../etc\n", "name must be owner/name");
	refuses("a/b was=x\n", "was must be owner/name");
	refuses("a/b forge=gitea\n", "forge must be github or none");
	refuses("a/b api=ftp://x\n", "api must be an http or https URL");
	refuses("a/b group=\"x\n", "a quote has no end");
	refuses("ftp://h/a/b\n", "unknown scheme");
	refuses("https:///a/b\n", "no valid host");
	refuses("https://h/a/b?x=1\n", "no query");
	refuses("https://h/\n", "add name=owner/name");
	refuses("file://rel/x\n", "file:///absolute/path");
	refuses("a/b\x01\n", "control character");
	refuses("a/b\n\nc/\xff\n", ":3:1: text that is not UTF-8");
}

static void the_same_twice_names_both_lines(void **state UNUSED)
{
	refuses("a/b\n\nA/B\n", ":3:1: a repository of this name is already "
		"on line 1");
	refuses("a/b\nhttps://github.com/a/b.git name=c/d\n",
		":2:1: this repository is already on line 1");
	refuses("a/b\nssh://git@GitHub.com/A/B/ name=c/d\n",
		":2:1: this repository is already on line 1");
	refuses("a/b\ngit@github.com:a/b.git name=c/d\n",
		":2:1: this repository is already on line 1");
	refuses("./x/y\n./x/../x/y.git name=c/d\n",
		"this repository is already on line 1");
	refuses("a/b mirror=m\nc/d mirror=m\n",
		"this mirror's folder is already on line 1");
	refuses("https://h/a/b\nhttps://i/a/b\n",
		"a repository of this name is already on line 1");
}

static void an_at_sign_behind_the_colon_is_part_of_the_path(void **state UNUSED)
{
	char *key = repo_url_key("host:@-dir/(");

	assert_string_equal(key, "host/@-dir/(");
	free(key);
	key = repo_url_key("ssh://git@h:22/a/b@c.git/");
	assert_string_equal(key, "h/a/b@c");
	free(key);
}

static void an_absent_list_is_not_found(void **state UNUSED)
{
	struct repolist l;
	struct err e = {0};

	assert_int_equal(repolist_load(&l, "/nonexistent/repos.list", &e),
			 ERR_NOTFOUND);
	assert_says(e, "/nonexistent/repos.list");
}

static void a_long_name_is_refused_a_longish_one_hashed(void **state UNUSED)
{
	char line[1400], part[301];
	struct repolist l;
	char *p;

	memset(part, 'n', 300);
	part[300] = 0;
	snprintf(line, sizeof(line), "./x name=o/%s%s%s%s\n", part, part, part,
		 part);
	refuses(line, "longer than 1000 bytes");
	snprintf(line, sizeof(line), "./x name=o/%s\n", part);
	l = load(line);
	p = repo_mirror_path(&l.v[0], "/ws");
	assert_true(strlen(p) < 160);
	assert_true(starts_with(p, "/ws/mirrors/local/o/nnn"));
	free(p);
	repolist_release(&l);
}

static void folder_names_cannot_leave_the_workspace(void **state UNUSED)
{
	static const char *const names[] = {
		".hidden/..x", "a\\b/c:d", "-x/.git", "x/\xe4\xb8\xad",
	};
	struct repo_spec s = { .host = "..", .name = NULL };
	char *p, *q;
	size_t i;

	for (i = 0; i < ARRAY_N(names); i++) {
		s.name = (char *)names[i];
		p = repo_mirror_path(&s, "/ws/");
		assert_true(starts_with(p, "/ws/mirrors/_"));
		assert_null(strstr(p, "/."));
		for (q = p; *q; q++)
			assert_true((unsigned char)*q < 0x80 && *q > ' ');
		free(p);
	}
	s.name = "a/b";
	s.host = "github.com";
	p = repo_mirror_path(&s, "/ws");
	assert_string_equal(p, "/ws/mirrors/github.com/a/b.git");
	free(p);
}

static void names_that_differ_get_folders_that_differ(void **state UNUSED)
{
	struct repo_spec a = { .host = "h", .name = "o/x:y" };
	struct repo_spec b = { .host = "h", .name = "o/x;y" };
	char *p = repo_mirror_path(&a, ""), *q = repo_mirror_path(&b, "");

	assert_string_not_equal(p, q);
	free(p);
	free(q);
}

static void too_many_repositories_end_soon(void **state UNUSED)
{
	struct str s = STR_INIT;
	int i;

	for (i = 0; i < 6000; i++)
		str_addf(&s, "o/r%d\n", i);
	refuses(str_c(&s), ":5001:1: more than 5000 repositories");
	str_release(&s);
}

static void find_takes_the_last_part_where_it_is_unique(void **state UNUSED)
{
	struct repolist l = load("a/x\nb/x\nb/y\n");

	assert_ptr_equal(repolist_find(&l, "b/X"), &l.v[1]);
	assert_ptr_equal(repolist_find(&l, "y"), &l.v[2]);
	assert_null(repolist_find(&l, "x"));
	assert_null(repolist_find(&l, "z"));
	repolist_release(&l);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(github_names_are_enough),
		T(urls_tell_host_and_name),
		T(a_password_in_a_url_is_kept_nowhere),
		T(options_are_read),
		T(mistakes_name_line_and_column),
		T(the_same_twice_names_both_lines),
		T(an_at_sign_behind_the_colon_is_part_of_the_path),
		T(an_absent_list_is_not_found),
		T(a_long_name_is_refused_a_longish_one_hashed),
		T(folder_names_cannot_leave_the_workspace),
		T(names_that_differ_get_folders_that_differ),
		T(too_many_repositories_end_soon),
		T(find_takes_the_last_part_where_it_is_unique),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
