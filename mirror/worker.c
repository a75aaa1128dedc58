/*
 * worker.c - the parent's side: start, listen, give up, collect.
 *
 * A slot is free (pid 0) or has a worker.  A worker ends in one of three ways:
 * its answer is complete, its pipe closes before that, or it is killed for
 * showing nothing new.  In each case it is reaped and its job is done.
 */
#include "mirror/worker.h"

#include "core/mem.h"
#include "core/stop.h"
#include "mirror/worker_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

#define JOBS_MAX 64
#define LINE_MAX_ ((size_t)1 << 20)	/* a warning quotes at most a few refs */
#define TICK_MS 200

struct slot {
	pid_t pid;
	int fd;			/* its stdout */
	struct worker_job *job;
	struct str line;	/* what has come of the next one */
	struct worker_progress last;
	int64_t moved_ms;	/* when `last` changed */
	bool ended;		/* the answer is complete */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- start --- */

static int spawn_self(struct slot *s, int in, int out)
{
	char *argv[] = { (char *)"airep-git", (char *)"fetch-worker", NULL };
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t at;
	int rc;

	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_adddup2(&fa, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&fa, out, STDOUT_FILENO);
	posix_spawnattr_init(&at);
	/* its own group: what it starts is killed with it */
	posix_spawnattr_setflags(&at, POSIX_SPAWN_SETPGROUP);
	rc = posix_spawn(&s->pid, "/proc/self/exe", &fa, &at, argv, environ);
	posix_spawnattr_destroy(&at);
	posix_spawn_file_actions_destroy(&fa);
	return rc;
}

static bool send_request(int fd, const struct worker_job *job,
			 const struct worker_opts *o)
{
	struct str s = STR_INIT;
	bool ok;

	/* far below what a pipe takes at once */
	worker_add_request(&s, job, o);
	ok = write(fd, s.s, s.len) == (ssize_t)s.len;
	str_release(&s);
	return ok;
}

static void start(struct slot *s, struct worker_job *job,
		  const struct worker_opts *o)
{
	int to[2] = { -1, -1 }, from[2] = { -1, -1 }, rc = 0;

	memset(s, 0, sizeof(*s));
	s->job = job;
	s->line.max = LINE_MAX_;
	s->moved_ms = now_ms();
	if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
		rc = errno;
	if (!rc)
		rc = spawn_self(s, to[0], from[1]);
	if (rc) {
		s->pid = 0;
		errno = rc;
		job->rc = err_errno(&job->e, "cannot start a worker");
	} else {
		s->fd = from[0];
		from[0] = -1;
		fcntl(s->fd, F_SETFL, O_NONBLOCK);
		/* when this fails the worker says so */
		send_request(to[1], job, o);
	}
	for (rc = 0; rc < 2; rc++) {
		if (to[rc] >= 0)
			close(to[rc]);
		if (from[rc] >= 0)
			close(from[rc]);
	}
}

/* --- end --- */

static void reap(struct slot *s, int *status)
{
	while (waitpid(s->pid, status, 0) < 0 && errno == EINTR)
		;
	close(s->fd);
	str_release(&s->line);
	s->pid = 0;
}

/* A result that did not come whole must not count. */
static void spoil(struct worker_job *job, int code, const char *why)
{
	fetch_result_release(&job->result);
	job->rc = err_set(&job->e, code, "%s", why);
}

static void finish(struct slot *s, const struct worker_opts *o)
{
	int status = 0;
	char why[80];

	reap(s, &status);
	if (!s->ended && !s->job->rc) {
		if (WIFSIGNALED(status))
			snprintf(why, sizeof(why), "its worker was killed by "
				 "signal %d", WTERMSIG(status));
		else
			snprintf(why, sizeof(why), "its worker ended with "
				 "code %d and no answer",
				 WIFEXITED(status) ? WEXITSTATUS(status) : -1);
		spoil(s->job, ERR_FAILED, why);
	}
	if (o->done)
		o->done(o->arg, s->job);
}

static void give_up(struct slot *s, const struct worker_opts *o, int code,
		    const char *why)
{
	kill(-s->pid, SIGKILL);
	spoil(s->job, code, why);
	s->ended = true;
	finish(s, o);
}

/* --- listen --- */

static void take_progress(struct slot *s, const struct worker_progress *p,
			  const struct worker_opts *o)
{
	if (strcmp(p->phase, s->last.phase) || p->done != s->last.done ||
	    p->bytes != s->last.bytes)
		s->moved_ms = now_ms();
	s->last = *p;
	if (o->progress)
		o->progress(o->arg, s->job, p->phase, p->done, p->total,
			    p->bytes);
}

/* Returns false when the worker talks nonsense. */
static bool take_line(struct slot *s, char *line, const struct worker_opts *o)
{
	struct worker_progress p = { 0 };
	int kind = s->ended ? ERR_CORRUPT :
		worker_take_line(s->job, &p, line);

	if (kind == WORKER_PROGRESS)
		take_progress(s, &p, o);
	else if (kind == WORKER_END)
		s->ended = true;
	return kind >= 0;
}

static bool take_bytes(struct slot *s, char *p, size_t n,
		       const struct worker_opts *o)
{
	while (n) {
		char *nl = memchr(p, '\n', n);
		size_t k = nl ? (size_t)(nl - p) : n;

		str_addmem(&s->line, p, k);
		if (s->line.over)
			return false;
		if (!nl)
			return true;
		str_addch(&s->line, 0);
		if (!take_line(s, s->line.s, o))
			return false;
		str_clear(&s->line);
		p = nl + 1;
		n -= k + 1;
	}
	return true;
}

static void listen_to(struct slot *s, const struct worker_opts *o)
{
	char buf[65536];
	ssize_t n = read(s->fd, buf, sizeof(buf));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		finish(s, o);
	else if (!take_bytes(s, buf, (size_t)n, o))
		give_up(s, o, ERR_CORRUPT, "its worker's answer makes no "
			"sense");
}

static void check_stalled(struct slot *s, const struct worker_opts *o)
{
	char why[160];

	if (o->timeout_s <= 0 ||
	    now_ms() - s->moved_ms < (int64_t)o->timeout_s * 1000)
		return;
	snprintf(why, sizeof(why), "given up: no progress for %d s (%s, %llu "
		 "bytes received)", o->timeout_s,
		 s->last.phase[0] ? s->last.phase : "start",
		 (unsigned long long)s->last.bytes);
	give_up(s, o, ERR_TIMEOUT, why);
}

static void poll_all(struct slot *v, int n, const struct worker_opts *o)
{
	struct pollfd p[JOBS_MAX];
	int map[JOBS_MAX], k = 0, i;

	for (i = 0; i < n; i++) {
		if (!v[i].pid)
			continue;
		p[k] = (struct pollfd){ v[i].fd, POLLIN, 0 };
		map[k++] = i;
	}
	if (poll(p, (nfds_t)k, TICK_MS) < 0)
		return;
	for (i = 0; i < k; i++) {
		if (p[i].revents)
			listen_to(&v[map[i]], o);
		if (v[map[i]].pid)
			check_stalled(&v[map[i]], o);
	}
}

static int stop_all(struct slot *v, int n, struct worker_job *next,
		    size_t left, const struct worker_opts *o, struct err *e)
{
	int i;

	for (i = 0; i < n; i++)
		if (v[i].pid)
			give_up(&v[i], o, ERR_INTERRUPTED, "interrupted");
	for (; left; left--, next++)
		next->rc = err_set(&next->e, ERR_INTERRUPTED, "interrupted");
	return err_set(e, ERR_INTERRUPTED, "interrupted");
}

int workers_run(struct worker_job *jobs, size_t n,
		const struct worker_opts *opts, struct err *e)
{
	int slots = opts->jobs < 1 ? 1 :
		opts->jobs > JOBS_MAX ? JOBS_MAX : opts->jobs;
	struct slot *v = xcalloc((size_t)slots, sizeof(*v));
	size_t next = 0;
	int rc = 0, i, busy;

	do {
		busy = 0;
		for (i = 0; i < slots; i++) {
			while (!v[i].pid && next < n) {
				start(&v[i], &jobs[next++], opts);
				if (!v[i].pid && opts->done)
					opts->done(opts->arg, v[i].job);
			}
			busy += v[i].pid != 0;
		}
		if (stop_asked())
			rc = stop_all(v, slots, jobs + next, n - next, opts,
				      e);
		else if (busy)
			poll_all(v, slots, opts);
	} while (!rc && (busy || next < n));
	free(v);
	return rc;
}
