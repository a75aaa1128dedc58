/* worker_main.c - the worker's side: one request, one fetch, one answer. */
#include "mirror/worker.h"

#include "core/gitlib.h"
#include "core/mem.h"
#include "mirror/worker_lines.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_MAX 65536
#define PROGRESS_MS 100

struct talking {
	int64_t last_ms;
	char phase[16];
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The parent's end may be closed: it was killed, and so may we be. */
static void say(const struct str *s)
{
	size_t at = 0;

	while (at < s->len) {
		ssize_t n = write(STDOUT_FILENO, s->s + at, s->len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			_exit(1);
		at += (size_t)n;
	}
}

static void on_progress(void *arg, const char *phase, uint64_t done,
			uint64_t total, uint64_t bytes)
{
	struct talking *t = arg;
	struct str s = STR_INIT;
	int64_t now = now_ms();

	if (!strcmp(phase, t->phase) && now - t->last_ms < PROGRESS_MS)
		return;
	t->last_ms = now;
	snprintf(t->phase, sizeof(t->phase), "%s", phase);
	str_addf(&s, "p %s %llu %llu %llu\n", phase, (unsigned long long)done,
		 (unsigned long long)total, (unsigned long long)bytes);
	say(&s);
	str_release(&s);
}

static int read_request(struct worker_request *q, struct err *e)
{
	char buf[4096];
	struct str s = STR_INIT;
	ssize_t n;
	int rc;

	s.max = REQUEST_MAX;
	while ((n = read(STDIN_FILENO, buf, sizeof(buf))) > 0 ||
	       (n < 0 && errno == EINTR))
		if (n > 0)
			str_addmem(&s, buf, (size_t)n);
	str_addch(&s, 0);
	rc = worker_parse_request(q, s.s, e);
	str_release(&s);
	return rc;
}

static void answer(const struct fetch_result *r, int rc, const struct err *e)
{
	struct str s = STR_INIT;

	worker_add_answer(&s, r, rc, e);
	say(&s);
	str_release(&s);
}

int worker_main(struct err *e)
{
	struct worker_request w;
	struct config *cfg = NULL;
	struct fetch_result r = { 0 };
	struct talking t = { 0 };
	struct err inner = { 0 };
	int rc = read_request(&w, e);

	if (rc)
		return rc;
	/* no parent, nobody who would record what we fetch */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	rc = config_load(&cfg, *w.config_path ? w.config_path : NULL,
			 &inner);
	if (!rc)
		rc = gitlib_init(&inner);
	if (!rc) {
		struct fetch_request q = { .url = w.url, .path = w.path,
			.cfg = cfg, .accept_deletions = w.accept_deletions,
			.keep = w.keep, .dry_run = w.dry_run, .date = w.date,
			.progress = on_progress, .arg = &t };

		rc = fetch_run(&q, &r, &inner);
	}
	answer(&r, rc, &inner);
	fetch_result_release(&r);
	config_free(cfg);
	worker_request_release(&w);
	return 0;
}
