/* GitHub's addresses and links. */
#include "mirror/forge_github.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/mem.h"

#include <string.h>

static const char *next_of(const char *link, int *rc)
{
	static struct str out;
	struct http_header h = { (char *)"link", (char *)link };
	struct http_response r = { .headers = &h, .headers_n = 1 };

	str_clear(&out);
	*rc = forge_github.next(&out, &r,
		"https://api.github.com/repos/o/n/issues?page=1", NULL);
	return str_c(&out);
}

static void next_is_found_in_any_order(void **state)
{
	static const char *const good[] = {
		"<https://api.github.com/r?page=2>; rel=\"next\", "
			"<https://api.github.com/r?page=5>; rel=\"last\"",
		"<https://api.github.com/r?page=1>; rel=\"prev\",<https://"
			"api.github.com/r?page=2>;rel=next",
		"<https://api.github.com/r?page=2>; title=\"a, <b>; c\"; "
			"rel=\"next\"",
		"<https://API.github.com:443/r?page=2>; REL=\"next\"",
	};
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < ARRAY_N(good); i++) {
		assert_non_null(strstr(next_of(good[i], &rc), "/r?page=2"));
		assert_int_equal(rc, 1);
	}
	next_of("<https://api.github.com/r?page=1>; rel=\"nextish\"", &rc);
	assert_int_equal(rc, 0);
	next_of("<https://api.github.com/r", &rc);
	assert_int_equal(rc, 0);
	next_of("", &rc);
	assert_int_equal(rc, 0);
}

static void next_elsewhere_is_refused(void **state)
{
	static const char *const bad[] = {
		"<https://evil.example/r?page=2>; rel=\"next\"",
		"<http://api.github.com/r?page=2>; rel=\"next\"",
		"<https://api.github.com:8443/r?page=2>; rel=\"next\"",
		"<https://api.github.com@evil.example/r>; rel=\"next\"",
		"<file:///etc/passwd>; rel=\"next\"",
		"</r?page=2>; rel=\"next\"",
	};
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < ARRAY_N(bad); i++) {
		next_of(bad[i], &rc);
		assert_int_equal(rc, ERR_NET);
	}
}

static void the_address_names_root_and_path(void **state)
{
	static const struct { struct repo_spec s; const char *root, *path; } t[] = {
		{ { .name = (char *)"shown/as", .host = (char *)"github.com",
		    .url = (char *)"https://github.com/NVIDIA/cutlass.git/" },
		  "https://api.github.com", "/repos/NVIDIA/cutlass" },
		{ { .name = (char *)"o/n", .host = (char *)"github.com",
		    .url = (char *)"git@github.com:o/n.git" },
		  "https://api.github.com", "/repos/o/n" },
		{ { .name = (char *)"o/n", .host = (char *)"ghe.example",
		    .url = (char *)"https://ghe.example/a/b" },
		  "https://ghe.example/api/v3", "/repos/a/b" },
		{ { .name = (char *)"o/n", .host = (char *)"local",
		    .url = (char *)"/srv/git/other/x.git",
		    .api = (char *)"http://127.0.0.1:81/" },
		  "http://127.0.0.1:81", "/repos/o/n" },
		{ { .name = (char *)"o/n d?", .host = (char *)"local",
		    .api = (char *)"http://127.0.0.1:81" },
		  "http://127.0.0.1:81", "/repos/o/n%20d%3F" },
	};
	struct str root = STR_INIT, path = STR_INIT;
	struct err e = { 0 };
	struct repo_spec none = { .name = (char *)"o/n",
				  .host = (char *)"local" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_N(t); i++) {
		str_clear(&root);
		str_clear(&path);
		assert_int_equal(forge_github.root(&root, &t[i].s, &e), 0);
		forge_github.path(&path, &t[i].s);
		assert_string_equal(str_c(&root), t[i].root);
		assert_string_equal(str_c(&path), t[i].path);
	}
	assert_int_equal(forge_github.root(&root, &none, &e), ERR_CONFIG);
	str_release(&root);
	str_release(&path);
}

static void requests_are_spelled_as_documented(void **state)
{
	struct str u = STR_INIT;

	(void)state;
	forge_github.url(&u, "B", FORGE_ASK_PROBE, 0, 0);
	assert_string_equal(str_c(&u), "B/issues?state=all&sort=updated"
			    "&direction=desc&per_page=1");
	str_clear(&u);
	forge_github.url(&u, "B", FORGE_ASK_ISSUES, 1770163200, 50);
	assert_string_equal(str_c(&u), "B/issues?state=all&sort=updated"
			    "&direction=asc&since=2026-02-04T00:00:00Z"
			    "&per_page=50");
	str_release(&u);
}

static void a_redirect_gives_the_new_path_and_id(void **state)
{
	const char *root = "https://api.github.com";
	struct str p = STR_INIT;
	int64_t id;

	(void)state;
	assert_true(forge_github.moved_path(&p, &id, root,
		"https://api.github.com/repositories/1000/issues?state=all"));
	assert_int_equal(id, 1000);
	assert_string_equal(str_c(&p), "/repositories/1000");
	str_clear(&p);
	assert_true(forge_github.moved_path(&p, &id, root,
		"https://api.github.com/repos/new/name/issues?x=1"));
	assert_int_equal(id, 0);
	assert_string_equal(str_c(&p), "/repos/new/name");
	str_clear(&p);
	assert_false(forge_github.moved_path(&p, &id, root,
		"https://evil.example/repositories/1000"));
	assert_false(forge_github.moved_path(&p, &id, root,
		"http://api.github.com/repositories/1000"));
	assert_false(forge_github.moved_path(&p, &id, root,
		"https://api.github.com/login"));
	str_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(next_is_found_in_any_order),
		cmocka_unit_test(next_elsewhere_is_refused),
		cmocka_unit_test(the_address_names_root_and_path),
		cmocka_unit_test(requests_are_spelled_as_documented),
		cmocka_unit_test(a_redirect_gives_the_new_path_and_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
