/* tests/unit/test_http.c - addresses, tokens, and what is never sent. */
#include "tests/unit/unit.h"

#include "core/http.h"

static void origins_are_compared_in_one_form(void **state UNUSED)
{
	struct http_origin o;

	assert_int_equal(http_origin("HTTPS://GitHub.COM/a/b", &o, NULL), 0);
	assert_string_equal(o.scheme, "https");
	assert_string_equal(o.host, "github.com");
	assert_int_equal(o.port, 443);
	assert_int_equal(http_origin("http://[::1]:8080/", &o, NULL), 0);
	assert_int_equal(o.port, 8080);
}

static void only_web_addresses_without_controls_pass(void **state UNUSED)
{
	static const char *const bad[] = {
		"file:///etc/passwd", "ftp://x/", "gopher://x/", "x", "",
		"http://a b/", "http://a/\r\nX: y", "http:///",
		"http://a/\x1b[0m", "http://a:99999/",
	};
	struct http_origin o;
	size_t i;

	for (i = 0; i < ARRAY_N(bad); i++)
		if (!http_origin(bad[i], &o, NULL))
			fail_msg("'%s' was taken", bad[i]);
}

static void shown_addresses_have_no_secrets(void **state UNUSED)
{
	static const char *const urls[][2] = {
		{ "https://u:canary@h.example/a/b?token=canary#canary",
		  "https://h.example/a/b" },
		{ "https://canary@h.example/a", "https://h.example/a" },
		{ "ssh://git:canary@h.example/a", "ssh://h.example/a" },
		{ "https://u:canary@h.exa mple/a?canary",
		  "https://h.exa mple/a" },
		{ "u:canary@host/x", "host/x" },
	};
	size_t i;

	for (i = 0; i < ARRAY_N(urls); i++) {
		char *s = http_safe_url(urls[i][0]);

		assert_string_equal(s, urls[i][1]);
		free(s);
	}
}

static struct config *config_of(const char *dir, const char *text)
{
	char *path = fs_join(dir, "airep.conf");
	struct config *c;
	struct err e = { 0 };

	assert_int_equal(fs_write(path, text, strlen(text), NULL), 0);
	if (config_load(&c, path, &e))
		fail_msg("%s", e.msg);
	free(path);
	return c;
}

static void tokens_come_from_variable_file_or_command(void **state UNUSED)
{
	char *dir = unit_dir(), *file = fs_join(dir, "tok"), *token, *text;
	struct config *c;
	struct err e = { 0 };

	assert_int_equal(fs_write(file, "from-file\n", 10, NULL), 0);
	text = xasprintf("[credential \"a.example\"]\n\ttokenEnv = TEST_TOK\n"
			 "[credential \"b.example\"]\n\ttokenFile = %s\n"
			 "[credential \"c.example\"]\n\ttokenCmd = "
			 "\"printf 'from-cmd\\\\n'\"\n"
			 "[credential \"d.example\"]\n\ttokenCmd = false\n", file);
	c = config_of(dir, text);
	setenv("TEST_TOK", "from-env", 1);
	assert_int_equal(http_token(c, "a.example", NULL, &token, &e), 0);
	assert_string_equal(token, "from-env");
	free(token);
	assert_int_equal(http_token(c, "b.example", NULL, &token, &e), 0);
	assert_string_equal(token, "from-file");
	free(token);
	assert_int_equal(http_token(c, "c.example", NULL, &token, &e), 0);
	assert_string_equal(token, "from-cmd");
	free(token);
	assert_int_equal(http_token(c, "d.example", NULL, &token, &e),
			 ERR_AUTH);
	assert_int_equal(http_token(c, "e.example", "TEST_TOK", &token, &e), 0);
	assert_string_equal(token, "from-env");
	free(token);
	assert_int_equal(http_token(c, "e.example", NULL, &token, &e), 0);
	assert_null(token);
	unsetenv("TEST_TOK");
	assert_int_equal(http_token(c, "a.example", NULL, &token, &e),
			 ERR_AUTH);
	assert_says(e, "TEST_TOK");
	setenv("TEST_TOK", "can ary", 1);
	assert_int_equal(http_token(c, "a.example", NULL, &token, &e),
			 ERR_AUTH);
	assert_null(strstr(e.msg, "ary"));
	config_free(c);
	free(text);
	free(file);
	unit_dir_remove(dir);
}

static int request(struct http_request *q, struct err *e)
{
	struct config *c;
	struct http *h;
	struct http_response r;
	int rc;

	assert_int_equal(config_load(&c, NULL, e), 0);
	assert_int_equal(http_new(&h, c, e), 0);
	rc = http_do(h, q, &r, e);
	http_response_release(&r);
	http_free(h);
	config_free(c);
	return rc;
}

static void requests_that_would_leak_are_not_made(void **state UNUSED)
{
	static const char *const split[] = { "X: a\r\nY: b", NULL };
	struct http_request q = { .method = "GET",
		.url = "http://u:canary@127.0.0.1:1/" };
	struct err e = { 0 };

	assert_int_equal(request(&q, &e), ERR_CONFIG);
	assert_null(strstr(e.msg, "canary"));
	q.url = "http://127.0.0.1:1/";
	q.headers = split;
	assert_int_equal(request(&q, &e), ERR_FAILED);
	q.headers = NULL;
	q.bearer = "a\nb";
	assert_int_equal(request(&q, &e), ERR_AUTH);
}

static void a_closed_port_is_a_network_error(void **state UNUSED)
{
	struct http_request q = { .method = "GET",
		.url = "http://127.0.0.1:1/" };
	struct err e = { 0 };

	assert_int_equal(request(&q, &e), ERR_NET);
	assert_says(e, "127.0.0.1");
}

/* Last: it cannot be taken back. */
static void offline_opens_nothing(void **state UNUSED)
{
	struct http_request q = { .method = "GET",
		.url = "http://127.0.0.1:1/" };
	struct err e = { 0 };

	http_forbid();
	assert_true(http_forbidden());
	assert_int_equal(request(&q, &e), ERR_OFFLINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(origins_are_compared_in_one_form),
		cmocka_unit_test(only_web_addresses_without_controls_pass),
		cmocka_unit_test(shown_addresses_have_no_secrets),
		cmocka_unit_test(tokens_come_from_variable_file_or_command),
		cmocka_unit_test(requests_that_would_leak_are_not_made),
		cmocka_unit_test(a_closed_port_is_a_network_error),
		cmocka_unit_test(offline_opens_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
