/* http_token.c - the token of a host, from a variable, a file or a command. */
#include "core/http.h"

#include "core/fs.h"
#include "core/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

#define TOKEN_MAX 16384
#define TOKEN_CMD_SECONDS 30	/* a command that asks at a terminal hangs */

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* First line of what the command prints; what it says on stderr stays there. */
static int spawn_shell(const char *cmd, int out_fd, pid_t *pid)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)cmd, NULL };
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t at;
	int rc;

	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addopen(&fa, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&fa, out_fd, 1);
	posix_spawnattr_init(&at);
	posix_spawnattr_setflags(&at, POSIX_SPAWN_SETPGROUP);
	rc = posix_spawn(pid, "/bin/sh", &fa, &at, argv, environ);
	posix_spawnattr_destroy(&at);
	posix_spawn_file_actions_destroy(&fa);
	return rc;
}

/* Returns true when the pipe was read to its end in time. */
static bool read_all(int fd, struct str *out)
{
	int64_t end = now_ms() + TOKEN_CMD_SECONDS * 1000;
	char buf[4096];

	for (;;) {
		struct pollfd p = { fd, POLLIN, 0 };
		int64_t left = end - now_ms();
		ssize_t n;

		if (left <= 0 || poll(&p, 1, (int)left) == 0)
			return false;
		n = read(fd, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		str_addmem(out, buf, (size_t)n);
	}
}

static int token_from_cmd(const char *cmd, const char *host, struct str *out,
			  struct err *e)
{
	int p[2], status = 0, rc;
	pid_t pid;
	bool ended;

	if (pipe2(p, O_CLOEXEC))
		return err_errno(e, "cannot run the token command of '%s'",
				 host);
	rc = spawn_shell(cmd, p[1], &pid);
	close(p[1]);
	if (rc) {
		close(p[0]);
		errno = rc;
		return err_errno(e, "cannot run the token command of '%s'",
				 host);
	}
	ended = read_all(p[0], out);
	close(p[0]);
	if (!ended)
		kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!ended)
		return err_set(e, ERR_TIMEOUT, "the token command of '%s' did "
			       "not end within %d s", host, TOKEN_CMD_SECONDS);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return err_set(e, ERR_AUTH, "the token command of '%s' failed",
			       host);
	return 0;
}

static int token_from_file(const char *name, const char *host, struct str *out,
			   struct err *e)
{
	const char *home = getenv("HOME");
	char *path = starts_with(name, "~/") && home ?
		fs_join(home, name + 2) : xstrdup(name);
	int rc = fs_read_any(path, TOKEN_MAX, out, e);

	free(path);
	return rc ? err_wrap(e, "token file of '%s'", host) : 0;
}

/* One line without blanks and controls, else it could add a header. */
static int finish(struct str *s, const char *host, char **out, struct err *e)
{
	size_t i, n = strcspn(str_c(s), "\r\n");

	str_cut(s, n);
	str_trim_end(s);
	for (i = 0; i < s->len; i++)
		if ((unsigned char)s->s[i] <= 32 ||
		    (unsigned char)s->s[i] >= 127)
			return err_set(e, ERR_AUTH, "the token of '%s' has a "
				       "blank or a control character in it",
				       host);
	if (!s->len)
		return err_set(e, ERR_AUTH, "the token of '%s' is empty", host);
	*out = str_detach(s);
	return 0;
}

int http_token(const struct config *cfg, const char *host,
	       const char *dflt_env, char **out, struct err *e)
{
	struct str s = STR_INIT;
	const char *env, *file, *cmd, *v;
	int rc = 0;

	*out = NULL;
	s.max = TOKEN_MAX;
	env = config_host(cfg, host, "tokenEnv");
	file = config_host(cfg, host, "tokenFile");
	cmd = config_host(cfg, host, "tokenCmd");
	if (env) {
		v = getenv(env);
		if (!v || !*v)
			return err_set(e, ERR_AUTH, "credential.%s.tokenEnv "
				       "names '%s', which is not set", host,
				       env);
		str_add(&s, v);
	} else if (file) {
		rc = token_from_file(file, host, &s, e);
	} else if (cmd) {
		rc = token_from_cmd(cmd, host, &s, e);
	} else {
		v = dflt_env ? getenv(dflt_env) : NULL;
		if (!v || !*v)
			return 0;
		str_add(&s, v);
	}
	if (!rc && s.over)
		rc = err_set(e, ERR_AUTH, "the token of '%s' is longer than "
			     "%d bytes", host, TOKEN_MAX);
	if (!rc)
		rc = finish(&s, host, out, e);
	str_release(&s);
	return rc;
}
