/*
 * A chunk of commits is read by the calling thread, labelled by all threads,
 * and written by the calling thread in the order it was read.  Each thread
 * keeps its own classify_cache over all chunks.
 */
#include "analyze/relabel.h"

#include "core/mem.h"

#include <jansson.h>
#include <pthread.h>
#include <unistd.h>

#define CHUNK 4096
#define JOBS_MAX 64

struct item {
	int64_t id;
	struct classify_input in;
	struct labels labels;
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
	bool explain;
};

static void *work(void *arg)
{
	struct worker *w = arg;
	size_t i;

	for (i = w->from; i < w->to; i++)
		classify_with(w->cache, &w->chunk->item[i].in, w->explain,
			      &w->out, &w->chunk->item[i].labels);
	return NULL;
}

static int read_changes_of(struct db *db, struct chunk *c, struct item *it,
			   size_t files, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_LABEL_CHANGES, e);
	struct classify_path *p;
	int rc;

	if (!s)
		return e->code;
	q_int(s, ":commit", it->id);
	p = arena_alloc(&c->text, (files + 1) * sizeof(*p));
	it->in.paths = p;
	it->in.files = files;
	while ((rc = db_step(db, s, e)) > 0 && it->in.paths_n < files) {
		p[it->in.paths_n].path = arena_strdup(&c->text, c_text(s, 0));
		p[it->in.paths_n].status = c_text(s, 1)[0];
		p[it->in.paths_n].additions = c_null(s, 2) ? -1 :
			(int32_t)c_int(s, 2);
		p[it->in.paths_n].deletions = c_null(s, 3) ? -1 :
			(int32_t)c_int(s, 3);
		it->in.paths_n++;
	}
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
		it->in.pr_labels = v;
		it->in.pr_labels_n = n;
	}
	json_decref(list);
}

/*
 * A merge is labelled from the title of its pull request, which its body
 * mostly begins with, else from what it brought in.
 */
static int read_merge(struct db *db, struct chunk *c, struct item *it,
		      const char *title, struct err *e)
{
	sqlite3_stmt *s;
	struct str text = STR_INIT;
	int rc;

	if (title && *title) {
		it->in.subject = arena_strdup(&c->text, title);
		return 0;
	}
	if (it->in.body[0])
		return 0;
	s = db_query(db, Q_LABEL_MEMBERS, e);
	if (!s)
		return e->code;
	q_int(s, ":landing", it->id);
	while ((rc = db_step(db, s, e)) > 0)
		str_addf(&text, "%s\n", c_text(s, 0));
	sqlite3_reset(s);
	it->in.body = arena_strdup(&c->text, str_c(&text));
	str_release(&text);
	return rc < 0 ? rc : 0;
}

/* The columns of the current row that live only until the next step are
 * copied before any other statement runs. */
static int read_item(struct db *db, struct chunk *c, sqlite3_stmt *s,
		     struct err *e)
{
	struct item *it = &c->item[c->n];
	size_t files = (size_t)c_int(s, 4);
	int rc = 0;

	*it = (struct item){ .id = c_int(s, 0) };
	it->in.subject = arena_strdup(&c->text, c_text(s, 1));
	it->in.body = arena_strdup(&c->text, c_text(s, 2));
	it->in.traits = (uint32_t)c_int(s, 3);
	it->in.author = arena_printf(&c->text, "%s <%s>", c_text(s, 5),
				     c_text(s, 6));
	it->in.project = arena_strdup(&c->text, c_text(s, 7));
	if (!c_null(s, 10))
		read_pr_labels(c, it, c_text(s, 10));
	if (c_int(s, 8) > 1)
		rc = read_merge(db, c, it, c_null(s, 9) ? NULL : c_text(s, 9),
				e);
	if (rc == 0)
		rc = read_changes_of(db, c, it, files, e);
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

static void join(struct str *out, const char *const *list, int n)
{
	int i;

	str_clear(out);
	for (i = 0; i < n; i++)
		str_addf(out, "%s%s", i ? "," : "", list[i]);
}

static int write_chunk(struct db *db, const struct chunk *c,
		       struct relabel_result *out, struct err *e)
{
	struct str areas = STR_INIT, hardware = STR_INIT;
	sqlite3_stmt *s;
	size_t i;
	int rc = 0;

	for (i = 0; i < c->n && rc == 0; i++) {
		const struct labels *l = &c->item[i].labels;

		s = db_query(db, Q_LABEL_PUT, e);
		if (!s) {
			rc = e->code;
			break;
		}
		join(&areas, l->areas, l->areas_n);
		join(&hardware, l->hardware, l->hardware_n);
		q_int(s, ":commit", c->item[i].id);
		q_text(s, ":type", l->type);
		q_int(s, ":confidence", l->confidence);
		q_text(s, ":areas", str_c(&areas));
		q_text(s, ":hardware", str_c(&hardware));
		q_int(s, ":bot", l->bot);
		q_int(s, ":not_evaluated", l->not_evaluated);
		rc = db_run(db, s, e);
		out->commits++;
		if (l->not_evaluated && !out->rule[0])
			snprintf(out->rule, sizeof(out->rule), "%s",
				 l->not_evaluated_rule);
		out->not_evaluated += l->not_evaluated;
	}
	str_release(&areas);
	str_release(&hardware);
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

static int clear_labels(struct db *db, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_LABEL_CLEAR, e);

	return s ? db_run(db, s, e) : e->code;
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
	char *was = NULL;	/* rules of the rows that stay */

	*out = (struct relabel_result){ 0 };
	for (i = 0; i < jobs; i++)
		w[i].cache = classify_cache_new(o->rules);
	rc = db_begin(db, e);
	if (rc == 0) {
		rc = o->all ? clear_labels(db, e) :
			db_meta_get(db, "rules.hash", &was, e);
		if (rc == 0)
			rc = run_chunks(db, o, c, w, jobs, out, e);
		if (rc == 0 && !was)
			rc = db_meta_set(db, "rules.hash",
					 rules_hash(o->rules), e);
		if (rc == 0)
			rc = db_commit(db, e);
		else
			db_rollback(db);
	}
	for (i = 0; i < jobs; i++)
		classify_cache_free(w[i].cache);
	free(was);
	free(w);
	free(c);
	return rc;
}

int relabel_due(struct db *db, const struct rules *r, bool *due,
		struct err *e)
{
	char *was = NULL;
	int rc = db_meta_get(db, "rules.hash", &was, e);

	*due = rc == 0 && (!was || strcmp(was, rules_hash(r)));
	free(was);
	return rc;
}

int relabel_explain(struct db *db, const struct rules *r, int64_t commit_id,
		    struct arena *a, struct labels *out, struct err *e)
{
	struct chunk *c = xcalloc(1, sizeof(*c));
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
	if (rc == 0)
		classify(r, &c->item[0].in, true, a, out);
	arena_release(&c->text);
	free(c);
	return rc;
}
