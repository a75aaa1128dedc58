/* analyze/chunks.h - work on neighbours in threads, results taken in order. */
#ifndef ANALYZE_CHUNKS_H
#define ANALYZE_CHUNKS_H

#include "core/err.h"

/*
 * Call work(arg, worker, chunk) for chunk 0..n-1 from `jobs` threads (worker is
 * 0..jobs-1), and take(arg, result, chunk) for each result in chunk order from
 * the calling thread.  At most a few chunks per thread are finished and not
 * taken.  jobs == 1 runs everything in the calling thread.  A take() that fails
 * ends it; results not taken go to drop().
 */
struct chunks {
	void *(*work)(void *arg, int worker, int chunk);
	int (*take)(void *arg, void *result, int chunk, struct err *e);
	void (*drop)(void *result);
	void *arg;
};

int chunks_run(const struct chunks *c, int jobs, int n, struct err *e);

#endif
