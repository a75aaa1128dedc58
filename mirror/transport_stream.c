/*
 * transport_stream.c - a git server at the end of a pipe or a socket.
 *
 * Nothing here waits for ever: every read and write has the stall limit of
 * http.stallTimeout.  What a program says on stderr goes to an unnamed file and
 * is quoted when it fails.
 */
#include "mirror/transport.h"

#include "core/curl_lib.h"
#include "core/mem.h"
#include "mirror/pktline.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct stream {
	struct transport t;
	int in, out;		/* may be the same socket */
	int said;		/* the program's stderr, or -1 */
	pid_t pid;		/* 0: none */
	char *who;		/* for messages */
	int stall_s;
};

/* --- moving bytes --- */

static int wait_for(struct stream *s, int fd, short events, struct err *e)
{
	struct pollfd p = { fd, events, 0 };
	int n;

	do
		n = poll(&p, 1, s->stall_s * 1000);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return err_set(e, ERR_TIMEOUT, "'%s' stalled: nothing for %d s "
			       "after %llu bytes", s->who, s->stall_s,
			       (unsigned long long)s->t.received);
	return n < 0 ? err_errno(e, "'%s'", s->who) : 0;
}

/* The last line a program said, for the message about its end. */
static int ended(struct stream *s, struct err *e)
{
	char buf[400], *p = buf, *nl;
	ssize_t n = s->said < 0 ? 0 : pread(s->said, buf, sizeof(buf) - 1, 0);

	buf[n > 0 ? n : 0] = 0;
	while ((nl = strchr(p, '\n')) && nl[1] && !starts_with(p, "fatal: "))
		p = nl + 1;
	p[strcspn(p, "\r\n")] = 0;
	if (strstr(buf, "dubious ownership"))
		return err_set(e, ERR_IO, "'%s' belongs to another user, and "
			       "git refuses to read it: use mirror=PATH, or "
			       "chown it", s->who);
	if (strstr(buf, "not appear to be a git repository"))
		return err_set(e, ERR_NOTFOUND, "'%s' is not a git repository",
			       s->who);
	if (*p)
		return err_set(e, ERR_NET, "'%s': %s", s->who,
			       starts_with(p, "fatal: ") ? p + 7 : p);
	return err_set(e, ERR_NET, "'%s' cut the connection off after %llu "
		       "bytes", s->who, (unsigned long long)s->t.received);
}

static int write_out(struct stream *s, const char *p, size_t n, struct err *e)
{
	while (n) {
		int rc = wait_for(s, s->out, POLLOUT, e);
		ssize_t k;

		if (rc)
			return rc;
		k = write(s->out, p, n);
		if (k < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (k < 0)
			return ended(s, e);
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

static int read_answer(struct stream *s, transport_sink *sink, void *arg,
		       struct err *e)
{
	char buf[65536];
	int rc = 0;

	while (!rc) {
		ssize_t n;

		rc = wait_for(s, s->in, POLLIN, e);
		if (rc)
			return rc;
		n = read(s->in, buf, sizeof(buf));
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0)
			return ended(s, e);
		s->t.received += (uint64_t)n;
		rc = sink(arg, buf, (size_t)n, e);
	}
	return rc == 1 ? 0 : rc;
}

static int stream_advert(struct transport *t, transport_sink *sink, void *arg,
			 struct err *e)
{
	return read_answer((struct stream *)t, sink, arg, e);
}

static int stream_request(struct transport *t, const struct str *body,
			  transport_sink *sink, void *arg, struct err *e)
{
	struct stream *s = (struct stream *)t;
	int rc = write_out(s, str_c(body), body->len, e);

	return rc ? rc : read_answer(s, sink, arg, e);
}

static void stream_free(struct transport *t)
{
	struct stream *s = (struct stream *)t;

	if (s->out >= 0 && s->out != s->in)
		close(s->out);
	if (s->in >= 0)
		close(s->in);
	if (s->pid > 0) {
		/* it has nothing more to say that we would want */
		kill(s->pid, SIGTERM);
		while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (s->said >= 0)
		close(s->said);
	free(s->who);
	free(s);
}

static const struct transport_ops ops = {
	stream_advert, stream_request, stream_free
};

static struct stream *stream_new(const char *who, const struct config *cfg)
{
	struct stream *s = xcalloc(1, sizeof(*s));

	s->t.ops = &ops;
	s->in = s->out = s->said = -1;
	s->who = xstrdup(who);
	s->stall_s = (int)config_int(cfg, "http.stallTimeout");
	return s;
}

/* --- a program --- */

/* Our environment without what would make git look elsewhere. */
static char **clean_environment(void)
{
	static const char *const ours[] = {
		"GIT_PROTOCOL=version=2", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0",
		"LC_ALL=C"
	};
	size_t n = 0, k = 0, i;
	char **v;

	while (environ[n])
		n++;
	v = xcalloc(n + ARRAY_N(ours) + 1, sizeof(*v));
	for (i = 0; i < n; i++)
		if (!starts_with(environ[i], "GIT_") &&
		    !starts_with(environ[i], "LC_ALL=") &&
		    !starts_with(environ[i], "LANGUAGE="))
			v[k++] = environ[i];
	for (i = 0; i < ARRAY_N(ours); i++)
		v[k++] = (char *)ours[i];
	return v;
}

static int start(struct stream *s, char *const argv[], struct err *e)
{
	int to[2] = { -1, -1 }, from[2] = { -1, -1 }, rc;
	posix_spawn_file_actions_t fa;
	char **env = clean_environment();

	s->said = memfd_create("stderr", MFD_CLOEXEC);
	if (s->said < 0 || pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC)) {
		rc = err_errno(e, "cannot start '%s'", argv[0]);
		goto out;
	}
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_adddup2(&fa, to[0], 0);
	posix_spawn_file_actions_adddup2(&fa, from[1], 1);
	posix_spawn_file_actions_adddup2(&fa, s->said, 2);
	rc = posix_spawnp(&s->pid, argv[0], &fa, NULL, argv, env);
	posix_spawn_file_actions_destroy(&fa);
	if (rc) {
		s->pid = 0;
		errno = rc;
		rc = err_errno(e, "cannot start '%s'", argv[0]);
	} else {
		s->out = to[1];
		s->in = from[0];
		to[1] = from[0] = -1;
	}
out:
	if (to[0] >= 0)
		close(to[0]);
	if (to[1] >= 0)
		close(to[1]);
	if (from[0] >= 0)
		close(from[0]);
	if (from[1] >= 0)
		close(from[1]);
	free(env);
	return rc;
}

int transport_path(struct transport **out, const char *path,
		   const struct config *cfg, struct err *e)
{
	char *argv[] = { (char *)"git", (char *)"upload-pack", (char *)path,
		NULL };
	struct stream *s;
	int rc;

	if (!transport_have_git())
		return err_set(e, ERR_NOTFOUND, "no program 'git' to read '%s'",
			       path);
	s = stream_new(path, cfg);
	rc = start(s, argv, e);
	if (rc)
		stream_free(&s->t);
	else
		*out = &s->t;
	return rc;
}

/* --- addresses --- */

struct address { char *user, *host, *port, *path; };

static void address_release(struct address *a)
{
	free(a->user);
	free(a->host);
	free(a->port);
	free(a->path);
}

static char *part(CURLU *u, CURLUPart what, unsigned flags)
{
	char *s = NULL, *out;

	if (curl_url_get(u, what, &s, flags))
		return NULL;
	out = xstrdup(s);
	curl_free(s);
	return out;
}

/* scheme://[user@]host[:port]/path, or user@host:path. */
static int address_parse(struct address *a, const char *url, struct err *e)
{
	CURLU *u = curl_url();
	char *scp = NULL;
	const char *p;

	memset(a, 0, sizeof(*a));
	if (!strstr(url, "://")) {
		size_t n = strcspn(url, ":");

		scp = xasprintf("ssh://%.*s/%s%s", (int)n, url,
				url[n + 1] == '/' ? "" : "~/",
				url + n + 1 + (url[n + 1] == '/'));
		url = scp;
	}
	if (u && !curl_url_set(u, CURLUPART_URL, url,
			       CURLU_NON_SUPPORT_SCHEME)) {
		a->user = part(u, CURLUPART_USER, CURLU_URLDECODE);
		a->host = part(u, CURLUPART_HOST, 0);
		a->port = part(u, CURLUPART_PORT, 0);
		a->path = part(u, CURLUPART_PATH, CURLU_URLDECODE);
	}
	if (u)
		curl_url_cleanup(u);
	free(scp);
	for (p = a->path; p && *p; p++)
		if ((unsigned char)*p < 32)
			break;
	if (!a->host || !a->path || *p || a->host[0] == '-' ||
	    (a->user && a->user[0] == '-') || strlen(a->path) < 2) {
		address_release(a);
		return err_set(e, ERR_CONFIG, "this address cannot be used");
	}
	return 0;
}

/* 'it'\''s' */
static void add_quoted(struct str *out, const char *s)
{
	str_addch(out, '\'');
	for (; *s; s++)
		if (*s == '\'' || *s == '!')
			str_addf(out, "'\\%c'", *s);
		else
			str_addch(out, *s);
	str_addch(out, '\'');
}

int transport_ssh(struct transport **out, const char *url,
		  const struct config *cfg, struct err *e)
{
	struct str cmd = STR_INIT, to = STR_INIT;
	struct address a;
	struct stream *s;
	char *argv[9] = { (char *)"ssh", (char *)"-oBatchMode=yes",
		(char *)"-oSendEnv=GIT_PROTOCOL" };
	int n = 3, rc = address_parse(&a, url, e);

	if (rc)
		return rc;
	str_addf(&to, "%s%s%s", a.user ? a.user : "", a.user ? "@" : "",
		 a.host);
	str_add(&cmd, "git-upload-pack ");
	add_quoted(&cmd, a.path + (a.path[1] == '~'));
	if (a.port) {
		argv[n++] = (char *)"-p";
		argv[n++] = a.port;
	}
	argv[n++] = (char *)"--";
	argv[n++] = to.s;
	argv[n++] = cmd.s;
	s = stream_new(a.host, cfg);
	rc = start(s, argv, e);
	if (rc) {
		err_wrap(e, "ssh addresses need the program 'ssh'");
		stream_free(&s->t);
	} else {
		*out = &s->t;
	}
	str_release(&cmd);
	str_release(&to);
	address_release(&a);
	return rc;
}

/* --- git:// --- */

/* Connect within the limit; the socket stays non-blocking. */
static int connect_one(const struct addrinfo *ai, int limit_s)
{
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC |
			SOCK_NONBLOCK, ai->ai_protocol);
	struct pollfd p = { fd, POLLOUT, 0 };
	int err = 0;
	socklen_t n = sizeof(err);

	if (fd < 0)
		return -1;
	if (!connect(fd, ai->ai_addr, ai->ai_addrlen))
		return fd;
	if (errno == EINPROGRESS && poll(&p, 1, limit_s * 1000) == 1 &&
	    !getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &n) && !err)
		return fd;
	err = err ? err : ETIMEDOUT;
	close(fd);
	errno = err;
	return -1;
}

static int connect_to(const struct address *a, int limit_s, int *fd,
		      struct err *e)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list, *ai;
	char host[256];
	size_t n = strlen(a->host);
	int rc;

	/* [::1] */
	if (a->host[0] == '[' && n > 2)
		snprintf(host, sizeof(host), "%.*s", (int)n - 2, a->host + 1);
	else
		snprintf(host, sizeof(host), "%s", a->host);
	rc = getaddrinfo(host, a->port ? a->port : "9418", &hints, &list);
	if (rc)
		return err_set(e, ERR_NET, "cannot find the host '%s': %s",
			       a->host, gai_strerror(rc));
	*fd = -1;
	for (ai = list; ai && *fd < 0; ai = ai->ai_next)
		*fd = connect_one(ai, limit_s);
	rc = *fd < 0 ? err_set(e, ERR_NET, "cannot connect to '%s': %s",
			       a->host, strerror(errno)) : 0;
	freeaddrinfo(list);
	return rc;
}

static int say_hello(struct stream *s, const struct address *a,
		     struct err *e)
{
	static const char version[] = "\0\0version=2";
	struct str body = STR_INIT, pkt = STR_INIT;
	int rc;

	str_addf(&body, "git-upload-pack %s", a->path);
	str_addch(&body, 0);
	str_addf(&body, "host=%s%s%s", a->host, a->port ? ":" : "",
		 a->port ? a->port : "");
	/* the final NUL of the literal is the one the request ends in */
	str_addmem(&body, version, sizeof(version));
	str_addf(&pkt, "%04zx", body.len + 4);
	str_addmem(&pkt, body.s, body.len);
	rc = write_out(s, pkt.s, pkt.len, e);
	str_release(&body);
	str_release(&pkt);
	return rc;
}

int transport_git(struct transport **out, const char *url,
		  const struct config *cfg, struct err *e)
{
	struct address a;
	struct stream *s = NULL;
	int rc = address_parse(&a, url, e);

	if (rc)
		return rc;
	s = stream_new(a.host, cfg);
	rc = connect_to(&a, (int)config_int(cfg, "http.connectTimeout"),
			&s->in, e);
	s->out = s->in;
	if (!rc)
		rc = say_hello(s, &a, e);
	if (rc)
		stream_free(&s->t);
	else
		*out = &s->t;
	address_release(&a);
	return rc;
}
