/* render/doc_watch.c - see doc_watch.h. */
#include "render/doc_watch.h"

#include "analyze/signals/pathkind.h"
#include "analyze/treediff.h"
#include "core/map.h"
#include "core/mem.h"

#define TERMS_MAX 16
#define COPIES_MAX 16
#define PAST_DAYS 90
#define DAY_S 86400
#define FILE_MAX ((size_t)2 << 20)

static bool is_watched(const struct doc_change *c)
{
	return !c->dl->late && c->repo->shown;
}

/* ---- the same term */

struct texts {
	struct sameterm_text *v;
	size_t n, cap;
};

static void add_text(struct texts *t, int repo, size_t change, const char *s)
{
	struct sameterm_text *x;

	GROW(t->v, t->n, t->cap);
	x = &t->v[t->n++];
	x->repo = repo;
	x->change = (int)change;
	x->text = s;
}

/* Titles, and public names that came: a model's class says what its landing
 * is about where the title spells it otherwise. */
static void add_texts(struct texts *t, const struct doc_set *set,
		      const struct doc_change *v, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		int repo = (int)(v[i].repo - set->v);

		if (!is_watched(&v[i]))
			continue;
		add_text(t, repo, i, v[i].s->c.subject);
		for (k = 0; k < v[i].signals.n; k++) {
			const struct signal *s = &v[i].signals.v[k];

			if (s->name && (!strcmp(s->kind, "new-model") ||
					!strcmp(s->kind, "export-added")))
				add_text(t, repo, i, s->name);
		}
	}
}

static int read_past(struct sameterm_past *out, struct db *db,
		     const struct doc_repo *r, int64_t since, struct arena *a,
		     struct err *e)
{
	const char **titles = NULL;
	int rc = read_subjects(db, r->row.id, since - PAST_DAYS * DAY_S, since,
			       a, &titles, &out->n, e);

	out->titles = titles;
	return rc;
}

static int find_terms(struct doc_watch *out, const struct doc_change *v,
		      size_t n, const struct doc_set *set, struct db *db,
		      int64_t since, struct arena *a, struct err *e)
{
	struct sameterm_past *past = xcalloc(set->n + 1, sizeof(*past));
	struct texts t = { 0 };
	size_t i, busy = 0;
	int rc = 0;

	add_texts(&t, set, v, n);
	for (i = 0; i < set->n; i++)
		busy += set->v[i].shown && set->v[i].changes_n > 0;
	for (i = 0; i < set->n && busy > 1 && !rc; i++)
		if (set->v[i].shown && set->v[i].changes_n)
			rc = read_past(&past[i], db, &set->v[i], since, a, e);
	out->terms = arena_alloc(a, TERMS_MAX * sizeof(*out->terms));
	if (!rc && busy > 1)
		out->terms_n = sameterm_find(out->terms, TERMS_MAX, a, t.v,
					     t.n, past, set->n);
	free(past);
	free(t.v);
	return rc;
}

/* ---- the copies */

struct found {
	const char *path;
	git_oid id;
};

struct search {
	struct map names;	/* base names of the files that were fixed */
	struct arena arena;	/* of one tree */
	struct found *v;
	size_t n, cap;
};

static int see_file(void *arg, const char *path, uint32_t mode,
		    const git_oid *id)
{
	struct search *s = arg;
	const char *base = path_base(path);

	if ((mode & 0170000) != 0100000 ||
	    map_get(&s->names, base, strlen(base)) < 0)
		return 0;
	GROW(s->v, s->n, s->cap);
	s->v[s->n].path = arena_strdup(&s->arena, path);
	s->v[s->n++].id = *id;
	return 0;
}

static void add_copy(struct doc_watch *out, const struct doc_change *c,
		     const struct doc_fixed *f, const char *repo,
		     const char *path, const struct fixcopy *found,
		     struct arena *a)
{
	struct doc_copy *x;

	if (out->copies_n == COPIES_MAX)
		return;
	GROW(out->copies, out->copies_n, out->copies_cap);
	x = &out->copies[out->copies_n++];
	x->fix = c;
	x->path = f->path;
	x->repo = repo;
	x->copy = arena_strdup(a, path);
	x->line = found->line;
	x->held = found->held;
	x->removed = found->removed;
}

static void compare(struct doc_watch *out, const struct doc_change *c,
		    const struct doc_repo *tree, struct odb_reader *r,
		    const struct search *s, struct arena *a)
{
	struct fixcopy found;
	struct obj *o;
	size_t i, k;

	for (k = 0; k < c->fixed_n; k++)
		for (i = 0; i < s->n; i++) {
			if (strcmp(path_base(s->v[i].path),
				   path_base(c->fixed[k].path)) ||
			    odb_read(r, &s->v[i].id, FILE_MAX, &o, NULL))
				continue;
			fixcopy_compare(&found, &c->fixed[k].removed,
					&c->fixed[k].added, o->data, o->len);
			if (fixcopy_tells(&found))
				add_copy(out, c, &c->fixed[k],
					 tree->spec->name, s->v[i].path,
					 &found, a);
			obj_put(o);
		}
}

static void search_tree(struct doc_watch *out, struct doc_change *v, size_t n,
			const struct doc_repo *tree, struct odb_reader *r,
			struct search *s, struct arena *a)
{
	size_t i;

	s->n = 0;
	if (!tree_each(r, &tree->last.v[0].c.tree, see_file, s, NULL))
		for (i = 0; i < n; i++)
			if (is_watched(&v[i]) && v[i].repo != tree)
				compare(out, &v[i], tree, r, s, a);
	arena_release(&s->arena);
}

static int by_fix(const void *x, const void *y)
{
	const struct doc_copy *a = x, *b = y;

	if (a->fix != b->fix)
		return a->fix < b->fix ? -1 : 1;
	return strcmp(a->repo, b->repo) ? strcmp(a->repo, b->repo) :
					  strcmp(a->copy, b->copy);
}

static void find_copies(struct doc_watch *out, struct doc_change *v, size_t n,
			const struct doc_set *set, struct doc_mirror *mirrors,
			size_t max_file, struct arena *a)
{
	struct search s = { .n = 0 };
	size_t i, k, wanted = 0;

	for (i = 0; i < n; i++)
		for (k = 0; is_watched(&v[i]) && k < v[i].fixed_n; k++) {
			const char *base = path_base(v[i].fixed[k].path);

			map_set(&s.names, base, strlen(base), 1);
			wanted++;
		}
	for (i = 0; i < set->n && wanted; i++) {
		if (set->v[i].last.n && !mirrors[i].odb)
			doc_mirror_open(&mirrors[i], set->v[i].gitdir,
					max_file);
		if (set->v[i].last.n && mirrors[i].odb)
			search_tree(out, v, n, &set->v[i], mirrors[i].reader,
				    &s, a);
	}
	if (out->copies_n)
		qsort(out->copies, out->copies_n, sizeof(*out->copies),
		      by_fix);
	map_release(&s.names);
	free(s.v);
}

int doc_watch(struct doc_watch *out, struct doc_change *v, size_t n,
	      const struct doc_set *set, struct doc_mirror *mirrors,
	      size_t max_file, const struct doc_request *rq, struct arena *a,
	      struct err *e)
{
	int rc;

	*out = (struct doc_watch){ 0 };
	rc = find_terms(out, v, n, set, rq->db, rq->since, a, e);
	if (!rc)
		find_copies(out, v, n, set, mirrors, max_file, a);
	if (!rc)
		rc = doc_pins(&out->pins, set, mirrors, max_file, rq->db,
			      rq->until, a, e);
	return rc;
}

void doc_watch_release(struct doc_watch *w)
{
	free(w->copies);
	doc_pins_release(&w->pins);
}

static void handle_json(struct json *j, const struct doc_change *c)
{
	char handle[16];

	snprintf(handle, sizeof(handle), "c%d", c->dl->handle);
	json_str(j, handle);
}

void doc_watch_json(struct json *j, const struct doc_watch *w,
		    const struct doc_change *v)
{
	size_t i, k;

	json_open(j, '{');
	json_key(j, "same_terms");
	json_open(j, '[');
	for (i = 0; i < w->terms_n; i++) {
		json_open(j, '{');
		json_kstr(j, "term", w->terms[i].term);
		json_key(j, "changes");
		json_open(j, '[');
		for (k = 0; k < w->terms[i].changes_n; k++)
			handle_json(j, &v[w->terms[i].changes[k]]);
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
	json_key(j, "copies");
	json_open(j, '[');
	for (i = 0; i < w->copies_n; i++) {
		const struct doc_copy *c = &w->copies[i];

		json_open(j, '{');
		json_key(j, "change");
		handle_json(j, c->fix);
		json_kstr(j, "path", c->path);
		json_kstr(j, "repo", c->repo);
		json_kstr(j, "copy", c->copy);
		json_kint(j, "line", c->line);
		json_kint(j, "held", c->held);
		json_kint(j, "removed", c->removed);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_key(j, "pins");
	doc_pins_json(j, &w->pins);
	json_close(j, '}');
}
