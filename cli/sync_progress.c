/* cli/sync_progress.c - see sync_progress.h. */
#include "cli/sync_progress.h"

#include "core/log.h"
#include "mirror/repolist.h"

#include <inttypes.h>
#include <unistd.h>

/* At most ten lines a second. */
#define EVERY_MS 100

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void sync_progress_init(struct sync_progress *p, size_t of)
{
	memset(p, 0, sizeof(*p));
	p->of = of;
	p->on = of && log_level >= 0 && isatty(STDERR_FILENO);
}

void sync_progress_show(void *arg, const struct worker_job *job,
			const char *phase, uint64_t done, uint64_t total,
			uint64_t bytes)
{
	struct sync_progress *p = arg;
	int64_t t;

	if (!p->on || (t = now_ms()) - p->shown_ms < EVERY_MS)
		return;
	p->shown_ms = t;
	fprintf(stderr, "\r\033[K[%zu/%zu] %s %s", p->done, p->of,
		((const struct repo_spec *const *)job->user)[0]->name, phase);
	if (total)
		fprintf(stderr, " %" PRIu64 "/%" PRIu64, done, total);
	if (bytes)
		fprintf(stderr, ", %.1f MiB", (double)bytes / (1 << 20));
	fflush(stderr);
}

void sync_progress_done(void *arg, struct worker_job *job)
{
	struct sync_progress *p = arg;

	p->done++;
	p->bytes += job->result.received;
}

void sync_progress_clear(struct sync_progress *p)
{
	if (p->on)
		fputs("\r\033[K", stderr);
}
