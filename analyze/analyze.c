/* analyze/analyze.c - see analyze.h. */
#include "analyze/analyze.h"

#include "analyze/chunks.h"
#include "analyze/commit.h"
#include "analyze/label.h"
#include "analyze/history.h"
#include "analyze/land.h"
#include "analyze/landing_view.h"
#include "analyze/measure.h"
#include "analyze/relabel.h"
#include "analyze/signals/outlines.h"
#include "core/fs.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/stop.h"
#include "core/str.h"
#include "store/facts.h"
#include "store/signals.h"

#include <pthread.h>
#include <unistd.h>

/* Neighbours share most trees: long enough to profit, short enough to hold, and
 * of a short history enough of them that no thread waits for the last.  The last
 * ones are a part of what is left. */
#define CHUNK_MAX 512
#define CHUNK_MIN 8
#define CHUNKS_PER_JOB 4
#define CHUNK_LAST 2
#define PARTS_OF_REST 4
/* Whole objects of all threads, and of each at least; delta bases included.
 * From 32 to 48 MiB a thread inflates a quarter less of vllm, 40 % less of curl;
 * git/git then peaks above the 256 MiB that a sync may take. */
#define CACHE_BYTES ((size_t)68 << 20)
#define CACHE_MIN ((size_t)32 << 20)
#define CACHE_LARGE ((size_t)8 << 20)	/* in a large commit */
#define WALK_CACHE ((size_t)4 << 20)	/* of commits alone */
/* Outlines of Python files and their texts per thread.  With 20 MiB a quarter
 * less of vllm is read anew, and no time is saved that could be measured. */
#define OUTLINES_BYTES ((size_t)12 << 20)
#define COMMIT_MAX ((size_t)64 << 20)
/* A commit whose contents are more is a large one: no two at a time, and what
 * their thread keeps goes first.  (Their memory is not given back: its pages were
 * taken again, a tenth of cutlass's time, for 40 MiB less at the peak.) */
#define LARGE_BYTES ((size_t)24 << 20)

/* One analysed commit; strings in the arena of its chunk. */
struct analyzed {
	int32_t node;
	struct commit commit;
	struct change_list changes;
	struct totals totals;
	struct traits traits;
	struct label_row label;
	struct signal_list signals;
};

struct result {
	struct arena arena;
	struct analyzed *v;
	int n;
};

struct worker_state {
	struct odb_reader *reader;
	struct measurer measurer;
	struct classify_cache *labels;	/* NULL: no rules given */
	struct outlines *outlines;
	struct analyzed *current;
	/* Of the current one.  Every commit is read, landed or not: which ones
	 * are landings can change with a later merge, their signals must not. */
	struct landing_hold *hold;
	pthread_mutex_t *large;		/* held while the current one is */
	bool is_large;
};

struct run {
	const struct analyze_options *opt;
	struct analyze_result *out;
	struct history *g;
	struct odb *odb;
	struct worker_state *workers;
	struct db *db;
	struct facts facts;
	int64_t repo_id;
	int32_t *slots;			/* all nodes by landing and order */
	int32_t *starts, *sizes;	/* of a landing's nodes in it, by node */
	int32_t *order;			/* new nodes, oldest first */
	int order_n, written;
	int32_t *bounds;		/* of chunks: commits from the newest on */
	bool no_signals;		/* for scripts/bench: what they cost */
};

/* The tree of a node: known from the walk, else read from the commit. */
static int node_tree(struct run *run, struct odb_reader *r, int32_t i,
		     git_oid *tree)
{
	struct node *n = &run->g->v[i];
	git_oid parent;
	struct obj *o;
	int parents_n;
	int64_t t;

	*tree = n->tree;
	if (!oid_zero(tree))
		return 0;
	/* Its flags do not tell: a stored one may be unreadable for its
	 * parent's sake and have a tree of its own. */
	if (odb_read(r, &n->oid, COMMIT_MAX, &o, NULL))
		return ERR_NOTFOUND;
	commit_scan(o->data, o->len, tree, &parent, 1, &parents_n, &t);
	obj_put(o);
	return oid_zero(tree) ? ERR_CORRUPT : 0;
}

static void on_file(void *arg, const struct measured_file *f)
{
	struct worker_state *w = arg;
	const char *o = f->old ? f->old->data : NULL;
	const char *n = f->new ? f->new->data : NULL;

	traits_add(&w->current->traits, f->change->path, f->change->status,
		   o ? o + f->mid.old_from : NULL,
		   o ? f->mid.old_to - f->mid.old_from : 0,
		   n ? n + f->mid.new_from : NULL,
		   n ? f->mid.new_to - f->mid.new_from : 0, f->script);
	if (w->hold)
		landing_hold_file(w->hold, f);
	if (w->hold && !w->is_large && w->hold->held_bytes > LARGE_BYTES) {
		w->is_large = true;
		pthread_mutex_lock(w->large);
		outlines_clear(w->outlines);
		odb_reader_trim(w->reader, CACHE_LARGE);
	}
}

/* Subjects of what a merge brought in, newest first; a few are enough. */
static const char **member_subjects(struct run *run, struct odb_reader *r,
				    int32_t landing, struct arena *arena,
				    size_t *n)
{
	const char **v = arena_alloc(arena, 20 * sizeof(*v));
	int32_t first = run->starts[landing];
	int32_t i = first + run->sizes[landing] - 2;	/* before itself */

	for (*n = 0; i >= first && *n < 20; i--) {
		struct commit c;
		struct obj *o;

		if (odb_read(r, &run->g->v[run->slots[i]].oid, COMMIT_MAX, &o,
			     NULL))
			continue;
		commit_parse(&c, &run->g->v[run->slots[i]].oid, o->data,
			     o->len, arena);
		obj_put(o);
		v[(*n)++] = c.subject;
	}
	return v;
}

static void label_one(struct run *run, struct worker_state *w,
		      struct arena *arena, struct analyzed *a)
{
	struct label_source src = { .repo = run->opt->repo,
		.changes = a->changes.v, .changes_n = a->changes.n,
		.traits = traits_bits(&a->traits) };

	if (!w->labels)
		return;
	if (a->commit.parents_n > 1)
		src.members = member_subjects(run, w->reader, a->node, arena,
					      &src.members_n);
	label_commit(w->labels, &a->commit, &src, arena, &a->label);
}

static void end_large(struct worker_state *w)
{
	if (!w->is_large)
		return;
	w->is_large = false;
	pthread_mutex_unlock(w->large);
}

/*
 * What was read of its side after it, but for the trees (treediff() did that): the
 * commits that follow are older.  (Of the sides before, most are a side after of
 * one of them.)
 */
static void done_with(struct odb_reader *r, const struct analyzed *a)
{
	size_t i;

	for (i = 0; i < a->changes.n; i++) {
		const struct change *c = &a->changes.v[i];

		if (c->mode && !oid_eq(&c->oid, &c->old_oid))
			odb_done(r, &c->oid);
	}
	odb_done(r, &a->commit.oid);
}

static void analyze_one(struct run *run, struct worker_state *w,
			struct arena *arena, struct analyzed *a)
{
	struct node *n = &run->g->v[a->node];
	git_oid old_tree = { { 0 } };
	struct landing_hold hold;
	struct obj *o;

	a->changes.arena = arena;
	if (odb_read(w->reader, &n->oid, COMMIT_MAX, &o, NULL)) {
		commit_parse(&a->commit, &n->oid, "", 0, arena);
		a->commit.flags = COMMIT_UNREADABLE;
		return;
	}
	commit_parse(&a->commit, &n->oid, o->data, o->len, arena);
	obj_put(o);
	a->commit.flags |= n->flags;
	if (n->parents_n && node_tree(run, w->reader, n->parents[0],
				      &old_tree)) {
		/* Never "all files added": what it changed cannot be told. */
		a->commit.flags |= COMMIT_UNREADABLE;
		return;
	}
	w->current = a;
	landing_hold_init(&hold, w->reader);
	w->hold = run->no_signals ? NULL : &hold;
	measure(&w->measurer, &old_tree, &a->commit.tree, &a->changes,
		&a->commit.flags, NULL);
	change_totals(&a->changes, &a->totals);
	label_one(run, w, arena, a);
	a->signals.arena = arena;
	if (w->hold && !(a->commit.flags & (COMMIT_UNREADABLE |
					    COMMIT_TOO_LARGE))) {
		landing_hold_view(&hold, run->opt->repo, &a->commit,
				  &old_tree, &a->changes);
		hold.view.outlines = w->outlines;
		signals_read(&hold.view, &a->signals);
		if (hold.asked)
			a->commit.flags |= COMMIT_UNSEARCHED;
	}
	landing_hold_release(&hold);
	done_with(w->reader, a);
	end_large(w);
}

/* Chunk 0 is the newest; within it the newest commit comes first. */
static void *work(void *arg, int worker, int chunk)
{
	struct run *run = arg;
	struct worker_state *w = &run->workers[worker];
	int hi = run->order_n - run->bounds[chunk], i;
	struct result *res = xcalloc(1, sizeof(*res));

	res->n = run->bounds[chunk + 1] - run->bounds[chunk];
	res->v = xcalloc((size_t)res->n, sizeof(*res->v));
	for (i = 0; i < res->n; i++) {
		res->v[i].node = run->order[hi - 1 - i];
		analyze_one(run, w, &res->arena, &res->v[i]);
	}
	return res;
}

static void drop(void *p)
{
	struct result *res = p;
	int i;

	for (i = 0; i < res->n; i++) {
		change_list_release(&res->v[i].changes);
		signal_list_release(&res->v[i].signals);
	}
	free(res->v);
	arena_release(&res->arena);
	free(res);
}

/* Of a chunk, to be put at once. */
struct signal_rows {
	struct signal_row *v;
	size_t n, cap;
};

static void add_signals(struct signal_rows *rows, int64_t commit_id,
			const struct signal_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct signal *v = &l->v[i];

		GROW(rows->v, rows->n, rows->cap);
		rows->v[rows->n++] = (struct signal_row){
			.commit_id = commit_id, .n = (int)i + 1,
			.kind = v->kind, .name = v->name, .old = v->old,
			.new = v->new, .path = v->path, .line = v->line,
			.old_side = v->old_side, .breaking = v->breaking,
			.in_title = v->in_title, .detail = v->detail };
	}
}

static int count_missing(const struct change_list *l)
{
	size_t i;
	int n = 0;

	for (i = 0; i < l->n; i++)
		n += !!(l->v[i].flags & CHANGE_MISSING);
	return n;
}

static void count_limits(struct analyze_result *out, const struct label_row *l)
{
	out->not_evaluated += l->not_evaluated;
	if (l->not_evaluated && !out->rule[0])
		snprintf(out->rule, sizeof(out->rule), "%s",
			 l->not_evaluated_rule);
}

static int take(void *arg, void *p, int chunk UNUSED, struct err *e)
{
	struct run *run = arg;
	struct result *res = p;
	struct signal_rows rows = { 0 };
	int i, rc = 0;

	if (stop_asked())
		return err_set(e, ERR_INTERRUPTED, "interrupted; run it again "
			       "to go on");
	for (i = 0; i < res->n && !rc; i++) {
		struct analyzed *a = &res->v[i];
		struct node *n = &run->g->v[a->node];
		struct commit_fact f = {
			.commit = &a->commit, .changes = a->changes.v,
			.changes_n = a->changes.n, .observed = run->opt->now,
			.pr = commit_pr(a->commit.subject),
			.additions = a->totals.additions,
			.deletions = a->totals.deletions,
			.unmeasured = a->totals.unmeasured,
			.binary = a->totals.binary,
			.traits = traits_bits(&a->traits),
		};

		rc = facts_add(&run->facts, run->repo_id, &f, &n->row, e);
		if (!rc && a->label.type)
			rc = label_put(run->db, n->row, &a->label, e);
		add_signals(&rows, n->row, &a->signals);
		n->stored_flags = a->commit.flags;
		run->out->missing += count_missing(&a->changes);
		count_limits(run->out, &a->label);
		run->out->unreadable += !!(a->commit.flags &
					   COMMIT_UNREADABLE);
		run->out->malformed += !!(a->commit.flags & COMMIT_MALFORMED);
		run->out->landings += n->landing == a->node;
		run->written++;
	}
	if (!rc)
		rc = signals_put(run->db, rows.v, rows.n, e);
	free(rows.v);
	if (run->opt->progress)
		run->opt->progress(run->opt->progress_arg, run->written,
				   run->order_n);
	return rc;
}

/* New commits in the order of `log --commits`: members, then their landing. */
static void make_order(struct run *run)
{
	struct history *g = run->g;
	size_t n = (size_t)g->n + 1;
	int32_t i, at = 0;

	run->slots = xcalloc(n, sizeof(*run->slots));
	run->starts = xcalloc(n, sizeof(*run->starts));
	run->sizes = xcalloc(n, sizeof(*run->sizes));
	for (i = 0; i < g->n; i++)
		if (g->v[i].landing >= 0)
			run->sizes[g->v[i].landing]++;
	for (i = 0; i < g->mainline_n; i++) {
		run->starts[g->mainline[i]] = at;
		at += run->sizes[g->mainline[i]];
	}
	for (i = 0; i < g->n; i++)
		if (g->v[i].landing >= 0)
			run->slots[run->starts[g->v[i].landing] +
				   g->v[i].order - 1] = i;
	run->order = xcalloc((size_t)at + 1, sizeof(*run->order));
	for (i = 0; i < at; i++)
		if (!g->v[run->slots[i]].row)
			run->order[run->order_n++] = run->slots[i];
}

static int read_shallow(const char *gitdir, struct oid_map *out)
{
	char *path = fs_join(gitdir, "shallow"), *line, *next;
	struct str text = STR_INIT;
	git_oid id;

	if (fs_read(path, 64 << 20, &text, NULL) == 0) {
		for (line = text.s; line && *line; line = next) {
			next = strchr(line, '\n');
			if (next)
				*next++ = 0;
			if (strlen(line) >= OID_HEX && !oid_parse(&id, line))
				oid_map_set(out, &id, 1);
		}
	}
	free(path);
	str_release(&text);
	return 0;
}

/*
 * Cut what is to do into chunks, and the last of it into ever smaller ones: all
 * threads end at about the same time.  Returns how many.
 */
static int make_chunks(struct run *run, int jobs)
{
	int chunk = run->order_n / (jobs * CHUNKS_PER_JOB), n = 0, at = 0;

	if (chunk < CHUNK_MIN)
		chunk = CHUNK_MIN;
	if (chunk > CHUNK_MAX)
		chunk = CHUNK_MAX;
	run->bounds = xcalloc((size_t)run->order_n + 1, sizeof(*run->bounds));
	while (at < run->order_n) {
		int left = run->order_n - at;
		int part = left / (jobs * PARTS_OF_REST);

		if (part < CHUNK_LAST)
			part = CHUNK_LAST;
		if (part > chunk || jobs == 1 || !n)
			part = chunk;
		at += part < left ? part : left;
		run->bounds[++n] = at;
	}
	return n;
}

static int run_chunks(struct run *run, int jobs, struct err *e)
{
	struct chunks c = { .work = work, .take = take, .drop = drop,
			    .arg = run };
	pthread_mutex_t large = PTHREAD_MUTEX_INITIALIZER;
	size_t cache;
	int i, rc, n;

	run->no_signals = getenv("AIREP_TEST_NO_SIGNALS") != NULL;
	if (run->no_signals)
		log_warn("AIREP_TEST_NO_SIGNALS is set: no signals are stored");
	n = make_chunks(run, jobs);
	if (jobs > n)
		jobs = n ? n : 1;
	cache = CACHE_BYTES / (size_t)jobs;
	if (cache < CACHE_MIN)
		cache = CACHE_MIN;
	run->workers = xcalloc((size_t)jobs, sizeof(*run->workers));
	for (i = 0; i < jobs; i++) {
		struct worker_state *w = &run->workers[i];

		w->large = &large;
		w->reader = odb_reader_new(run->odb, cache);
		measurer_init(&w->measurer, w->reader, run->opt->max_file);
		w->measurer.on_file = on_file;
		w->measurer.arg = w;
		w->outlines = outlines_new(OUTLINES_BYTES);
		if (run->opt->rules)
			w->labels = classify_cache_new(run->opt->rules);
	}
	facts_init(&run->facts, run->db);
	rc = chunks_run(&c, jobs, n, e);
	facts_release(&run->facts);
	for (i = 0; i < jobs; i++) {
		measurer_release(&run->workers[i].measurer);
		classify_cache_free(run->workers[i].labels);
		outlines_free(run->workers[i].outlines);
		odb_reader_free(run->workers[i].reader);
	}
	free(run->workers);
	free(run->bounds);
	return rc;
}

/* What became of the old tip. */
static void judge_tip(struct history *g, const git_oid *old_tip,
		      struct analyze_result *out)
{
	int32_t old, i;

	out->was_ancestor = true;
	if (oid_zero(old_tip))
		return;
	old = oid_map_get(&g->by_oid, old_tip);
	out->was_ancestor = old >= 0 && g->v[old].reachable;
	if (!out->was_ancestor)
		return;
	for (i = g->mainline_n; i-- > 0;)
		if (g->mainline[i] == old)
			return;
	out->sidelined = true;
}

/*
 * A history that ends at a commit nobody can read says nothing about what lies
 * behind it: never take it for a rewrite.
 */
static int check_whole(struct history *g, const git_oid *old_tip,
		       const struct analyze_result *out, struct err *e)
{
	char hex[OID_HEX + 1];
	int32_t i;

	if (oid_zero(old_tip) || out->was_ancestor)
		return 0;
	for (i = 0; i < g->n; i++)
		if (g->v[i].reachable && !g->v[i].row &&
		    (g->v[i].flags & COMMIT_UNREADABLE))
			return err_set(e, ERR_CORRUPT, "commit %s cannot be "
				       "read: the mirror is damaged; nothing "
				       "stored was changed",
				       oid_hex(&g->v[i].oid, hex));
	return 0;
}

/* Rows made from it would stay wrong after the mirror is whole again. */
static int check_damage(struct run *run, struct err *e)
{
	char hex[OID_HEX + 1];
	git_oid id;

	if (!odb_damaged(run->odb, &id))
		return 0;
	return err_set(e, ERR_CORRUPT, "object %s is there but cannot be read: "
		       "the mirror is damaged; nothing stored was changed",
		       oid_hex(&id, hex));
}

/* Merges that turned out to bring in something else. */
static int label_again(struct db *db, const struct analyze_options *opt,
		       struct err *e)
{
	struct relabel_options o = { .rules = opt->rules, .jobs = 1 };
	struct relabel_result res;

	return relabel(db, &o, &res, e);
}

int analyze_repo(struct db *db, int64_t repo_id, const char *gitdir,
		 const git_oid *tip, const git_oid *old_tip,
		 const struct analyze_options *opt,
		 struct analyze_result *out, struct err *e)
{
	struct history g;
	struct run run = { .opt = opt, .out = out, .g = &g, .db = db,
			   .repo_id = repo_id };
	struct oid_map shallow = { 0 };
	struct odb_reader *reader = NULL;
	git_oid first_bad;
	int jobs = opt->jobs, unlabelled = 0, rc;

	memset(out, 0, sizeof(*out));
	history_init(&g);
	if (jobs <= 0)
		jobs = (int)sysconf(_SC_NPROCESSORS_ONLN);
	rc = odb_open(&run.odb, gitdir, e);
	if (rc)
		return rc;
	read_shallow(gitdir, &shallow);
	out->shallow = shallow.n > 0;
	reader = odb_reader_new(run.odb, WALK_CACHE);
	rc = history_load(&g, db, repo_id, e);
	if (!rc)
		rc = history_walk(&g, reader, tip, &shallow, e);
	odb_reader_free(reader);
	if (rc)
		goto out;
	judge_tip(&g, old_tip, out);
	rc = check_whole(&g, old_tip, out, e);
	if (rc)
		goto out;
	history_assign(&g, NULL);
	make_order(&run);
	out->commits = run.order_n;
	rc = run_chunks(&run, jobs, e);
	if (!rc)
		rc = check_damage(&run, e);
	if (!rc)
		rc = land_update(db, repo_id, &g, opt->zone, opt->previous,
				 opt->now, &unlabelled, e);
	if (!rc && unlabelled && opt->rules)
		rc = label_again(db, opt, e);
out:
	out->damaged = odb_damaged(run.odb, &first_bad) > 0;
	free(run.order);
	free(run.slots);
	free(run.starts);
	free(run.sizes);
	oid_map_release(&shallow);
	history_release(&g);
	odb_free(run.odb);
	return rc;
}
