/* tests/unit/test_http.c - addresses, tokens, and what is never sent. */
#include "tests/unit/unit.h"

#include "core/http.h"

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

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

/* --- a server of a few fixed answers, in a process of its own --- */

/* 64 KiB of zeros, compressed. */
static const unsigned char bomb[] = {
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xed, 0xc1,
	0x01, 0x01, 0x00, 0x00, 0x00, 0x80, 0x90, 0xfe, 0xaf, 0xee, 0x08, 0x0a,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x6a, 0xeb, 0x8e, 0x97, 0xd7, 0x00, 0x00, 0x01, 0x00,
};

static int port;
static pid_t server;

static void reply(int fd, const char *request)
{
	char buf[512];
	int n, hop;

	if (sscanf(request, "GET /hop/%d ", &hop) == 1)
		n = snprintf(buf, sizeof(buf), "HTTP/1.1 302 F\r\nLocation: "
			     "/%s%d\r\nContent-Length: 3\r\n\r\nold",
			     hop ? "hop/" : "end", hop ? hop - 1 : 0);
	else if (!strncmp(request, "GET /end0 ", 10))
		n = snprintf(buf, sizeof(buf), "HTTP/1.1 200 OK\r\nX-Seen: 1"
			     "\r\nContent-Length: 4\r\n\r\nhere");
	else if (!strncmp(request, "GET /away ", 10))
		n = snprintf(buf, sizeof(buf), "HTTP/1.1 302 F\r\nLocation: "
			     "http://localhost:%d/end0\r\nContent-Length: 0"
			     "\r\n\r\n", port);
	else if (!strncmp(request, "GET /file ", 10))
		n = snprintf(buf, sizeof(buf), "HTTP/1.1 302 F\r\nLocation: "
			     "file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");
	else if (!strncmp(request, "GET /short ", 11))
		n = snprintf(buf, sizeof(buf), "HTTP/1.1 200 OK\r\n"
			     "Content-Length: 100\r\n\r\nonly this");
	else if (!strncmp(request, "GET /bomb ", 10))
		n = snprintf(buf, sizeof(buf), "HTTP/1.1 200 OK\r\n"
			     "Content-Encoding: gzip\r\nContent-Length: %zu"
			     "\r\n\r\n", sizeof(bomb));
	else if (strstr(request, "Authorization: Basic dTpw\r\n"))
		n = snprintf(buf, sizeof(buf), "HTTP/1.1 200 OK\r\n"
			     "Content-Length: 4\r\n\r\nauth");
	else
		n = snprintf(buf, sizeof(buf), "HTTP/1.1 404 N\r\n"
			     "Content-Length: 4\r\n\r\nnone");
	if (write(fd, buf, (size_t)n) == n && !strncmp(request, "GET /bomb", 9))
		n = (int)write(fd, bomb, sizeof(bomb));
	if (!strncmp(request, "GET /stall ", 11))
		pause();
}

static void serve(int fd)
{
	char buf[8192];

	for (;;) {
		int c = accept(fd, NULL, NULL);
		ssize_t n = read(c, buf, sizeof(buf) - 1);

		if (n > 0) {
			buf[n] = 0;
			if (!strncmp(buf, "GET /stall ", 11))
				sleep(30);
			reply(c, buf);
		}
		close(c);
	}
}

static int start_server(void **state UNUSED)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&a, n) || listen(fd, 8) ||
	    getsockname(fd, (struct sockaddr *)&a, &n))
		return -1;
	port = ntohs(a.sin_port);
	server = fork();
	if (!server)
		serve(fd);
	close(fd);
	return server < 0;
}

static int stop_server(void **state UNUSED)
{
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	return 0;
}

/* GET a path of it with q's other fields; the answer in *r. */
static int get(const char *path, struct http_request q,
	       struct http_response *r, struct err *e)
{
	struct config *c;
	struct http *h;
	char *url = xasprintf("http://127.0.0.1:%d%s", port, path);
	int rc;

	assert_int_equal(config_load(&c, NULL, e), 0);
	assert_int_equal(http_new(&h, c, e), 0);
	q.method = "GET";
	q.url = url;
	rc = http_do(h, &q, r, e);
	http_free(h);
	config_free(c);
	free(url);
	return rc;
}

static void five_redirects_of_one_host_are_followed_and_not_six(
	void **state UNUSED)
{
	struct http_request q = { .follow = true };
	struct http_response r;
	struct err e = { 0 };

	assert_int_equal(get("/hop/4", q, &r, &e), 0);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body.s, "here");
	assert_true(ends_with(r.url, "/end0"));
	assert_string_equal(http_header(&r, "x-seen"), "1");
	assert_true(r.received > 24);
	http_response_release(&r);
	assert_int_equal(get("/hop/5", q, &r, &e), ERR_NET);
	assert_says(e, "5 redirects");
	http_response_release(&r);
	q.follow = false;
	assert_int_equal(get("/hop/0", q, &r, &e), 0);
	assert_int_equal(r.status, 302);
	assert_true(ends_with(r.location, "/end0"));
	http_response_release(&r);
}

static void redirects_elsewhere_come_back_unfollowed(void **state UNUSED)
{
	struct http_request q = { .follow = true, .bearer = "canary" };
	struct http_response r;
	struct err e = { 0 };

	assert_int_equal(get("/away", q, &r, &e), 0);
	assert_int_equal(r.status, 302);
	assert_true(starts_with(r.location, "http://localhost:"));
	http_response_release(&r);
	assert_int_equal(get("/file", q, &r, &e), 0);
	assert_string_equal(r.location, "file:///etc/passwd");
	http_response_release(&r);
}

static void short_stalled_and_growing_answers_are_errors(void **state UNUSED)
{
	struct http_request q = { .stall_s = 1, .max_bytes = 1000 };
	struct http_response r;
	struct err e = { 0 };

	assert_int_equal(get("/short", q, &r, &e), ERR_NET);
	assert_says(e, "cut the answer off after 9 bytes");
	http_response_release(&r);
	assert_int_equal(get("/bomb", q, &r, &e), ERR_LIMIT);
	assert_true(r.body.len <= 1000);
	http_response_release(&r);
	q.max_bytes = 65536;
	assert_int_equal(get("/bomb", q, &r, &e), 0);
	assert_int_equal(r.body.len, 65536);
	http_response_release(&r);
	assert_int_equal(get("/stall", q, &r, &e), ERR_TIMEOUT);
	http_response_release(&r);
}

static int refuse(void *arg, const void *p UNUSED, size_t n, struct err *e)
{
	*(size_t *)arg += n;
	return err_set(e, ERR_CORRUPT, "not this");
}

static void whoever_takes_the_body_can_end_it(void **state UNUSED)
{
	size_t taken = 0;
	struct http_request q = { .on_data = refuse, .arg = &taken };
	struct http_response r;
	struct err e = { 0 };

	assert_int_equal(get("/end0", q, &r, &e), ERR_CORRUPT);
	assert_says(e, "not this");
	assert_int_equal(taken, 4);
	http_response_release(&r);
	/* what is no success is kept apart from what was asked for */
	assert_int_equal(get("/nothing", q, &r, &e), 0);
	assert_int_equal(r.status, 404);
	assert_string_equal(r.body.s, "none");
	http_response_release(&r);
}

static void basic_credentials_are_a_header(void **state UNUSED)
{
	struct http_request q = { .basic_user = "u", .basic_password = "p" };
	struct http_response r;
	struct err e = { 0 };

	assert_int_equal(get("/", q, &r, &e), 0);
	assert_int_equal(r.status, 200);
	http_response_release(&r);
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
		cmocka_unit_test(
			five_redirects_of_one_host_are_followed_and_not_six),
		cmocka_unit_test(redirects_elsewhere_come_back_unfollowed),
		cmocka_unit_test(whoever_takes_the_body_can_end_it),
		cmocka_unit_test(basic_credentials_are_a_header),
		cmocka_unit_test(short_stalled_and_growing_answers_are_errors),
		cmocka_unit_test(offline_opens_nothing),
	};

	return cmocka_run_group_tests(tests, start_server, stop_server);
}
