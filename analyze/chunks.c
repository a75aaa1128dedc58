/* analyze/chunks.c - see chunks.h. */
#include "analyze/chunks.h"

#include "core/mem.h"

#include <pthread.h>
#include <stdbool.h>

/* Finished and not taken, per thread: bounds memory when writing is slower. */
#define AHEAD 3

struct state {
	const struct chunks *c;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	void **results;
	bool *done;
	int n, next, taken, ahead;
	bool stop;
};

struct worker {
	struct state *s;
	pthread_t thread;
	int number;
};

static void *run_worker(void *arg)
{
	struct worker *w = arg;
	struct state *s = w->s;
	void *result;
	int i;

	mem_ahead();
	pthread_mutex_lock(&s->lock);
	for (;;) {
		while (!s->stop && s->next < s->n &&
		       s->next >= s->taken + s->ahead)
			pthread_cond_wait(&s->changed, &s->lock);
		if (s->stop || s->next >= s->n)
			break;
		i = s->next++;
		pthread_mutex_unlock(&s->lock);
		result = s->c->work(s->c->arg, w->number, i);
		pthread_mutex_lock(&s->lock);
		s->results[i] = result;
		s->done[i] = true;
		pthread_cond_broadcast(&s->changed);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

static int take_all(struct state *s, struct err *e)
{
	void *result;
	int i, rc = 0;

	for (i = 0; i < s->n && !rc; i++) {
		pthread_mutex_lock(&s->lock);
		while (!s->done[i])
			pthread_cond_wait(&s->changed, &s->lock);
		result = s->results[i];
		s->results[i] = NULL;
		s->taken = i + 1;
		pthread_cond_broadcast(&s->changed);
		pthread_mutex_unlock(&s->lock);
		rc = s->c->take(s->c->arg, result, i, e);
		s->c->drop(result);
	}
	pthread_mutex_lock(&s->lock);
	s->stop = true;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
	return rc;
}

static int run_here(const struct chunks *c, int n, struct err *e)
{
	int i, rc = 0;

	mem_ahead();
	for (i = 0; i < n && !rc; i++) {
		void *result = c->work(c->arg, 0, i);

		rc = c->take(c->arg, result, i, e);
		c->drop(result);
	}
	return rc;
}

int chunks_run(const struct chunks *c, int jobs, int n, struct err *e)
{
	struct state s = { .c = c, .n = n };
	struct worker *workers;
	int i, rc, started = 0;

	if (jobs <= 1 || n <= 1)
		return run_here(c, n, e);
	if (jobs > n)
		jobs = n;
	s.ahead = jobs * AHEAD;
	s.results = xcalloc((size_t)n, sizeof(*s.results));
	s.done = xcalloc((size_t)n, sizeof(*s.done));
	pthread_mutex_init(&s.lock, NULL);
	pthread_cond_init(&s.changed, NULL);
	workers = xcalloc((size_t)jobs, sizeof(*workers));
	for (i = 0; i < jobs; i++) {
		workers[i].s = &s;
		workers[i].number = i;
		if (pthread_create(&workers[i].thread, NULL, run_worker,
				   &workers[i]))
			break;
		started++;
	}
	rc = started ? take_all(&s, e) : run_here(c, n, e);
	for (i = 0; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	for (i = 0; i < n; i++)
		if (s.results[i])
			c->drop(s.results[i]);
	pthread_cond_destroy(&s.changed);
	pthread_mutex_destroy(&s.lock);
	free(workers);
	free(s.results);
	free(s.done);
	return rc;
}
