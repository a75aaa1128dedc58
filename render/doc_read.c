/*
 * render/doc_read.c - see doc_read.h.
 *
 * Two rounds of one piece of work per mirror: what its own landings changed, and
 * then, when it is known what left and what was fixed anywhere, what its tree
 * says about it.  A piece of work uses one mirror and writes to its arena and to
 * changes of its repository alone.  During the first round this thread reads from
 * the store what that one does not need, and writes other fields of the changes.
 * Threads of reverts need no other mirror: whoever is done with the first round
 * links those of repositories whose landings are read, while others still read.
 */
#include "render/doc_read.h"

#include "core/fs.h"
#include "core/log.h"
#include "core/mem.h"
#include "mirror/sound.h"
#include "render/doc_downstream.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

/* Blobs read for the first time: their mirror is closed between the rounds, so
 * that not all of them are in memory at once. */
#define READ_MANY 500

struct piece {
	struct reading *x;
	size_t repo;
	struct doc_change *v;		/* on time, neighbours */
	size_t n;
	struct doc_threads threads;
	int64_t weight;
	bool landed;			/* its landings are read */
	bool linked;			/* its threads are */
	bool no_tree;			/* of the window's end: not read */
	/* Of the second round: */
	struct downstream uses;
	struct doc_copies copies;
	struct doc_pin_lines pins;
};

struct reading {
	struct doc_window *w;
	struct piece *v;		/* one for each of the set */
	size_t *order;			/* heavy ones first */
	bool loaded;			/* what is needed of the store */
	struct doc_names names;
	struct doc_fixes fixes;
};

static bool open_mirror(struct reading *x, size_t i)
{
	struct doc_mirror *m = &x->w->mirrors[i];

	if (!m->odb)
		doc_mirror_open(m, x->w->set.v[i].gitdir, (size_t)config_int(
			x->w->rq->config, "analyze.maxFileSize"));
	return m->odb != NULL;
}

/* ---- threads */

struct round {
	struct reading *x;
	void (*work)(struct reading *x, size_t repo);
	void (*rest)(struct reading *x, size_t i);	/* when there is none */
	size_t rest_n, next;
};

static void run_pieces(struct round *r)
{
	size_t n = r->x->w->set.n, i;

	while ((i = __atomic_fetch_add(&r->next, 1, __ATOMIC_RELAXED)) <
	       n + r->rest_n)
		if (i < n)
			r->work(r->x, r->x->order[i]);
		else
			r->rest(r->x, i - n);
}

static void *run_worker(void *r)
{
	mem_ahead();
	run_pieces(r);
	return NULL;
}

static long ms_since(const struct timespec *from)
{
	struct timespec to;

	clock_gettime(CLOCK_MONOTONIC, &to);
	return (long)(to.tv_sec - from->tv_sec) * 1000 +
	       (to.tv_nsec - from->tv_nsec) / 1000000;
}

/* On as many threads as analyze.jobs says, this one included. */
static void run_round(struct round *r, const char *name)
{
	int64_t jobs = config_int(r->x->w->rq->config, "analyze.jobs"), i;
	size_t n = r->x->w->set.n + r->rest_n;
	pthread_t *threads;
	struct timespec from;

	if (!jobs)
		jobs = sysconf(_SC_NPROCESSORS_ONLN);
	if (jobs > (int64_t)n)
		jobs = (int64_t)n;
	clock_gettime(CLOCK_MONOTONIC, &from);
	threads = xcalloc((size_t)(jobs > 0 ? jobs : 1), sizeof(*threads));
	for (i = 1; i < jobs; i++)
		if (pthread_create(&threads[i], NULL, run_worker, r))
			break;
	jobs = i;
	run_pieces(r);
	for (i = 1; i < jobs; i++)
		pthread_join(threads[i], NULL);
	free(threads);
	log_debug("%s: %ld ms", name, ms_since(&from));
}

/* ---- first round: landings */

/* A file is found, read on two sides and looked at, which takes as long as the
 * lines of a small change; many lines take longer. */
#define FILE_WEIGHT 20

static void weigh(struct reading *x)
{
	struct doc_window *w = x->w;
	size_t i;

	for (i = 0; i < w->n; i++) {
		struct doc_change *c = &w->changes[i];
		struct piece *p = &x->v[c->repo - w->set.v];

		p->weight += c->s->files * FILE_WEIGHT + c->s->additions +
			     c->s->deletions;
		if (!c->dl->late && !p->n++)
			p->v = c;
	}
}

static void read_landings_of(struct reading *x, size_t repo)
{
	struct doc_window *w = x->w;
	struct doc_mirror *m = &w->mirrors[repo];
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->changes[i].repo == &w->set.v[repo]) {
			open_mirror(x, repo);
			doc_change_look(&w->changes[i], m);
		}
	if (m->known.n > READ_MANY)
		doc_mirror_close(m);
	__atomic_store_n(&x->v[repo].landed, true, __ATOMIC_RELEASE);
}

static void link_threads(struct reading *x, size_t repo)
{
	struct piece *p = &x->v[repo];

	if (!p->n || p->linked)
		return;
	open_mirror(x, repo);
	doc_threads_link(&p->threads, p->v, p->n, &x->w->set.v[repo],
			 &x->w->mirrors[repo]);
	p->linked = true;
}

/* Else the second round does. */
static void link_early(struct reading *x, size_t i)
{
	size_t repo = x->order[i];

	if (__atomic_load_n(&x->loaded, __ATOMIC_ACQUIRE) &&
	    __atomic_load_n(&x->v[repo].landed, __ATOMIC_ACQUIRE))
		link_threads(x, repo);
}

static void *first_round(void *arg)
{
	struct reading *x = arg;
	struct round r = { x, read_landings_of, link_early, x->w->set.n, 0 };

	mem_ahead();
	run_round(&r, "landings");
	return NULL;
}

/* What the second round and the document need of the store. */
static int load_rest(struct reading *x, struct err *e)
{
	struct doc_window *w = x->w;
	int rc = doc_collect_rest(w->rq, &w->set, e);
	size_t i;

	for (i = 0; i < w->n && !rc; i++)
		rc = doc_change_load(&w->changes[i], w->rq->db, &w->arena, e);
	if (!rc)
		rc = doc_past_read(&w->past, &w->set, w->rq->db, w->rq->since,
				   e);
	for (i = 0; i < w->set.n && !rc; i++)
		if (x->v[i].n)
			rc = doc_threads_load(&x->v[i].threads, x->v[i].v,
					      x->v[i].n, &w->set.v[i],
					      w->rq->db, w->rq->until, e);
	return rc;
}

static int read_landings_and_store(struct reading *x, struct err *e)
{
	pthread_t thread;
	bool beside = !pthread_create(&thread, NULL, first_round, x);
	int rc = load_rest(x, e);

	__atomic_store_n(&x->loaded, !rc, __ATOMIC_RELEASE);
	if (beside)
		pthread_join(thread, NULL);
	else
		first_round(x);
	return rc;
}

/* ---- second round: threads, trees */

static void read_tree_of(struct reading *x, size_t repo)
{
	struct doc_window *w = x->w;
	const struct doc_repo *r = &w->set.v[repo];
	struct piece *p = &x->v[repo];
	struct doc_tree t;

	link_threads(x, repo);
	if (!r->last.n)
		return;
	p->no_tree = !open_mirror(x, repo);
	if (p->no_tree)
		return;
	doc_tree_list(&t, r, &w->mirrors[repo]);
	p->no_tree = !t.whole && !(r->last.v[0].c.flags &
				   (COMMIT_UNREADABLE | COMMIT_TOO_LARGE));
	if (t.whole && doc_names_concern(&x->names, r))
		doc_names_search(&x->names, &t, &p->uses);
	if (t.whole)
		doc_copies_find(&p->copies, &x->fixes, w->changes, w->n, &t);
	if (r->shown)
		doc_pins_see(&p->pins, &t);
	doc_tree_release(&t);
	doc_mirror_done(&w->mirrors[repo]);
}

/* While the document is put together. */
static void close_mirrors(struct doc_window *w)
{
	struct odb **v = xcalloc(w->set.n + 1, sizeof(*v));
	size_t i, n = 0;

	for (i = 0; i < w->set.n; i++) {
		struct doc_mirror *m = &w->mirrors[i];

		if (m->reader || !m->odb)
			continue;
		v[n++] = m->odb;
		m->odb = NULL;
	}
	odb_free_beside(v, n);
}

static void read_terms(struct reading *x, size_t i UNUSED)
{
	struct doc_window *w = x->w;

	doc_watch_terms(&w->watch, w->changes, w->n, &w->set, &w->past);
}

static int keep_found(struct reading *x, struct err *e)
{
	struct doc_window *w = x->w;
	struct doc_pin_lines *lines = xcalloc(w->set.n + 1, sizeof(*lines));
	size_t i;
	int rc;

	for (i = 0; i < w->set.n; i++) {
		if (x->v[i].uses.uses)
			doc_names_keep(&x->names, &w->set.v[i],
				       &x->v[i].uses);
		doc_copies_keep(&w->watch, &x->v[i].copies);
		lines[i] = x->v[i].pins;
	}
	doc_copies_done(&w->watch);
	rc = doc_pins(&w->watch.pins, &w->set, lines, w->rq->db, w->rq->until,
		      &w->arena, e);
	free(lines);
	return rc;
}

/* ---- mirrors that could not be read */

static void warn_mirror(struct doc_window *w, const struct doc_repo *r)
{
	bool *said = w->rq->mirrors_said;
	bool part = !strcmp(r->mirror, "damaged");
	struct err why = { 0 };

	if (!said || said[r->spec - w->rq->list->v])
		return;
	said[r->spec - w->rq->list->v] = true;
	if (!strcmp(r->mirror, "missing"))
		mirror_missing(r->spec, r->gitdir, &why);
	else if (r->spec->mirror)
		err_set(&why, ERR_GIT, "%s: mirror=%s of repos.list cannot be "
			"read: mend it there", r->spec->name, r->gitdir);
	else if (part)
		err_set(&why, ERR_GIT, "%s: its mirror '%s' lacks objects that "
			"it had: move it away, `airep-git sync` fetches it "
			"again", r->spec->name, r->gitdir);
	else
		err_set(&why, ERR_GIT, "%s: its mirror '%s' cannot be read: run "
			"`airep-git sync`, once more when it sets it aside",
			r->spec->name, r->gitdir);
	log_warn("%s; a page made without it lacks signals and hunks, "
		 "`airep-git report%s` makes it again then", why.msg,
		 part ? " --date" : "");
}

/* The page says it, the reader of stderr hears it: a page without signals would
 * look like a quiet day. */
static void judge_mirrors(struct reading *x)
{
	struct doc_window *w = x->w;
	size_t i;

	for (i = 0; i < w->set.n; i++)
		if (x->v[i].no_tree)
			w->set.v[i].mirror = fs_is_dir(w->set.v[i].gitdir) ?
					     "unreadable" : "missing";
	for (i = 0; i < w->n; i++) {
		const struct doc_change *c = &w->changes[i];
		struct doc_repo *r = &w->set.v[c->repo - w->set.v];

		r->unread += c->lost || (c->s->c.flags & COMMIT_UNREADABLE);
		if (c->lost && !r->mirror)
			r->mirror = "damaged";
	}
	for (i = 0; i < w->set.n; i++)
		if (w->set.v[i].mirror)
			warn_mirror(w, &w->set.v[i]);
}

/* ---- both */

static void sort_pieces(struct reading *x)
{
	size_t i, k;

	for (i = 0; i < x->w->set.n; i++) {
		for (k = i; k && x->v[x->order[k - 1]].weight <
				 x->v[i].weight; k--)
			x->order[k] = x->order[k - 1];
		x->order[k] = i;
	}
}

static void release(struct reading *x)
{
	size_t i;

	for (i = 0; i < x->w->set.n; i++) {
		doc_threads_release(&x->v[i].threads);
		free(x->v[i].copies.v);
		free(x->v[i].pins.v);
	}
	map_release(&x->fixes.names);
	free(x->v);
	free(x->order);
}

int doc_read(struct doc_window *w, struct err *e)
{
	struct reading x = { .w = w };
	struct round trees = { &x, read_tree_of, read_terms, 1, 0 };
	size_t i;
	int rc;

	x.v = xcalloc(w->set.n + 1, sizeof(*x.v));
	x.order = xcalloc(w->set.n + 1, sizeof(*x.order));
	w->mirrors = xcalloc(w->set.n + 1, sizeof(*w->mirrors));
	for (i = 0; i < w->set.n; i++)
		blobwords_init(&w->mirrors[i].known, w->rq->words);
	weigh(&x);
	sort_pieces(&x);
	rc = read_landings_and_store(&x, e);
	if (!rc) {
		doc_names_collect(&x.names, w->changes, w->n, &w->arena);
		doc_fixes_collect(&x.fixes, w->changes, w->n);
		run_round(&trees, "other mirrors' trees");
		close_mirrors(w);
		judge_mirrors(&x);
		rc = keep_found(&x, e);
	}
	release(&x);
	return rc;
}

void doc_window_release(struct doc_window *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		doc_change_release(&w->changes[i]);
	for (i = 0; w->mirrors && i < w->set.n; i++) {
		doc_mirror_close(&w->mirrors[i]);
		blobwords_join(&w->mirrors[i].known);
		arena_release(&w->mirrors[i].arena);
	}
	doc_watch_release(&w->watch);
	doc_past_release(&w->past);
	free(w->changes);
	free(w->mirrors);
	doc_set_release(&w->set);
	arena_release(&w->arena);
}
