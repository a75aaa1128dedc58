/*
 * A chunk of commits is read by the calling thread, labelled by all threads,
 * and written by the calling thread in the order it was read.  Each thread
 * keeps its own classify_cache over all chunks.
 */
#include "analyze/relabel.h"

#include "analyze/label.h"
#include "core/mem.h"

#include <jansson.h>
#include <pthread.h>
#include <unistd.h>

#define CHUNK 4096
#define JOBS_MAX 64
#define MEMBERS_MAX 20

struct item {
	int64_t id;
	struct commit commit;		/* what a label is made from of it */
	struct label_source src;
	struct label_row row;
};

struct chunk {
	struct item item[CHUNK];
	size_t n;
	struct arena text;
};

struct worker {
	pthread_t thread;
	bool started;
	struct chunk *chunk;
	size_t from, to;
	struct classify_cache *cache;
	struct arena out;
};

static void *work(void *arg)
{
	struct worker *w = arg;
	size_t i;

	for (i = w->from; i < w->to; i++) {
		struct item *it = &w->chunk->item[i];

		label_commit(w->cache, &it->commit, &it->src, &w->out,
			     &it->row);
	}
	return NULL;
}

static int read_files(struct db *db, struct chunk *c, struct item *it,
		      size_t files, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_LABEL_CHANGES, e);
	struct change *v;
	size_t n = 0;
	int rc;

	if (!s)
		return e->code;
	q_int(s, ":commit", it->id);
	v = arena_alloc(&c->text, (files + 1) * sizeof(*v));
	while ((rc = db_step(db, s, e)) > 0 && n < files) {
		v[n].path = arena_strdup(&c->text, c_text(s, 0));
		v[n].status = c_text(s, 1)[0];
		v[n].additions = c_null(s, 2) ? -1 : (int32_t)c_int(s, 2);
		v[n].deletions = c_null(s, 3) ? -1 : (int32_t)c_int(s, 3);
		n++;
	}
	it->src.changes = v;
	it->src.changes_n = n;
	sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}

/* Names of a JSON array of strings. */
static void read_pr_labels(struct chunk *c, struct item *it, const char *text)
{
	json_t *list = json_loads(text, 0, NULL);
	size_t n = json_array_size(list), i;
	const char **v;

	if (n) {
		v = arena_alloc(&c->text, n * sizeof(*v));
		for (i = 0; i < n; i++) {
			const char *s = json_string_value(
				json_array_get(list, i));

			v[i] = arena_strdup(&c->text, s ? s : "");
		}
		it->src.pr_labels = v;
		it->src.pr_labels_n = n;
	}
	json_decref(list);
}

static int read_member_subjects(struct db *db, struct chunk *c,
				struct item *it, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_LABEL_MEMBERS, e);
	const char **v = arena_alloc(&c->text, MEMBERS_MAX * sizeof(*v));
	int rc;

	if (!s)
		return e->code;
	q_int(s, ":landing", it->id);
	it->src.members = v;
	while ((rc = db_step(db, s, e)) > 0 && it->src.members_n < MEMBERS_MAX)
		v[it->src.members_n++] = arena_strdup(&c->text, c_text(s, 0));
	sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}

static int read_item(struct db *db, struct chunk *c, sqlite3_stmt *s,
		     struct err *e)
{
	struct item *it = &c->item[c->n];
	int rc = 0;

	*it = (struct item){ .id = c_int(s, 0) };
	it->commit.subject = arena_strdup(&c->text, c_text(s, 1));
	it->commit.body = arena_strdup(&c->text, c_text(s, 2));
	it->commit.author.name = arena_strdup(&c->text, c_text(s, 5));
	it->commit.author.email = arena_strdup(&c->text, c_text(s, 6));
	it->commit.parents_n = (int)c_int(s, 8);
	it->src.traits = (uint32_t)c_int(s, 3);
	it->src.repo = arena_strdup(&c->text, c_text(s, 7));
	if (!c_null(s, 9))
		it->src.pr_title = arena_strdup(&c->text, c_text(s, 9));
	if (!c_null(s, 10))
		read_pr_labels(c, it, c_text(s, 10));
	if (it->commit.parents_n > 1)
		rc = read_member_subjects(db, c, it, e);
	if (rc == 0)
		rc = read_files(db, c, it, (size_t)c_int(s, 4), e);
	if (rc == 0)
		c->n++;
	return rc;
}

static void label_chunk(struct chunk *c, struct worker *w, int jobs)
{
	size_t each = (c->n + (size_t)jobs - 1) / (size_t)jobs, at = 0;
	int i;

	for (i = 0; i < jobs; i++) {
		w[i].chunk = c;
		w[i].from = at;
		at = at + each < c->n ? at + each : c->n;
		w[i].to = at;
		w[i].started = i + 1 < jobs && w[i].from < w[i].to &&
			!pthread_create(&w[i].thread, NULL, work, &w[i]);
	}
	/* what got no thread of its own is done by this one */
	for (i = 0; i < jobs; i++)
		if (!w[i].started)
			work(&w[i]);
	for (i = 0; i < jobs; i++)
		if (w[i].started)
			pthread_join(w[i].thread, NULL);
}

static int write_chunk(struct db *db, const struct chunk *c,
		       struct relabel_result *out, struct err *e)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < c->n && rc == 0; i++) {
		const struct label_row *row = &c->item[i].row;

		rc = label_put(db, c->item[i].id, row, e);
		out->commits++;
		out->not_evaluated += row->not_evaluated;
		if (row->not_evaluated && !out->rule[0])
			snprintf(out->rule, sizeof(out->rule), "%s",
				 row->not_evaluated_rule);
	}
	return rc;
}

/* Read from commit `from` on until the chunk is full; *next is where to go on,
 * 0 at the end. */
static int read_chunk(struct db *db, struct chunk *c, int64_t from, bool all,
		      int64_t *next, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_LABEL_INPUT, e);
	int rc;

	c->n = 0;
	*next = 0;
	if (!s)
		return e->code;
	q_int(s, ":from", from);
	q_int(s, ":all", all);
	while ((rc = db_step(db, s, e)) > 0) {
		if (c->n == CHUNK) {
			*next = c_int(s, 0);
			rc = 0;
			break;
		}
		rc = read_item(db, c, s, e);
		if (rc < 0)
			break;
	}
	sqlite3_reset(s);
	return rc;
}

static int run_chunks(struct db *db, const struct relabel_options *o,
		      struct chunk *c, struct worker *w, int jobs,
		      struct relabel_result *out, struct err *e)
{
	int64_t from = 0, next;
	int rc, i;

	do {
		rc = read_chunk(db, c, from, o->all, &next, e);
		if (rc == 0 && c->n) {
			label_chunk(c, w, jobs);
			rc = write_chunk(db, c, out, e);
		}
		arena_release(&c->text);
		for (i = 0; i < jobs; i++)
			arena_release(&w[i].out);
		from = next;
	} while (rc == 0 && next);
	return rc;
}

static int processors(int jobs)
{
	long n = jobs > 0 ? jobs : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > JOBS_MAX ? JOBS_MAX : (int)n;
}

int relabel(struct db *db, const struct relabel_options *o,
	    struct relabel_result *out, struct err *e)
{
	int jobs = processors(o->jobs), i, rc;
	struct worker *w = xcalloc((size_t)jobs, sizeof(*w));
	struct chunk *c = xcalloc(1, sizeof(*c));

	*out = (struct relabel_result){ 0 };
	for (i = 0; i < jobs; i++)
		w[i].cache = classify_cache_new(o->rules);
	rc = db_begin(db, e);
	if (rc == 0) {
		rc = o->all ? labels_clear(db, e) : 0;
		if (rc == 0)
			rc = run_chunks(db, o, c, w, jobs, out, e);
		if (rc == 0)
			rc = db_commit(db, e);
		else
			db_rollback(db);
	}
	for (i = 0; i < jobs; i++)
		classify_cache_free(w[i].cache);
	free(w);
	free(c);
	return rc;
}

int relabel_explain(struct db *db, const struct rules *r, int64_t commit_id,
		    struct arena *a, struct labels *out, struct err *e)
{
	struct chunk *c = xcalloc(1, sizeof(*c));
	struct classify_input in;
	sqlite3_stmt *s = db_query(db, Q_LABEL_INPUT, e);
	int rc = s ? 0 : e->code;

	if (rc == 0) {
		q_int(s, ":from", commit_id);
		q_int(s, ":all", 1);
		rc = db_step(db, s, e);
		if (rc > 0)
			rc = c_int(s, 0) == commit_id ?
				read_item(db, c, s, e) : 0;
		sqlite3_reset(s);
	}
	if (rc == 0 && !c->n)
		rc = err_set(e, ERR_NOTFOUND, "no such commit in the store");
	if (rc == 0) {
		label_input(&c->item[0].commit, &c->item[0].src, &c->text, &in);
		classify(r, &in, true, a, out);
	}
	arena_release(&c->text);
	free(c);
	return rc;
}
