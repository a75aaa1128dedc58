/* cli/sync_progress.h - one moving line on a terminal while workers run. */
#ifndef CLI_SYNC_PROGRESS_H
#define CLI_SYNC_PROGRESS_H

#include "mirror/worker.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sync_progress {
	size_t of, done;
	uint64_t bytes;			/* of the ended ones */
	int64_t shown_ms;
	bool on;			/* stderr is a terminal, not quiet */
};

void sync_progress_init(struct sync_progress *p, size_t of);
void sync_progress_show(void *arg, const struct worker_job *job,
			const char *phase, uint64_t done, uint64_t total,
			uint64_t bytes);
void sync_progress_done(void *arg, struct worker_job *job);
void sync_progress_clear(struct sync_progress *p);

#endif
