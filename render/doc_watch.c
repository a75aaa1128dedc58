/* render/doc_watch.c - see doc_watch.h. */
#include "render/doc_watch.h"

#include "analyze/signals/pathkind.h"
#include "core/mem.h"

#define TERMS_MAX 16
#define COPIES_MAX 16
#define PAST_DAYS 90
#define DAY_S 86400
#define FILE_MAX ((size_t)2 << 20)

bool doc_is_watched(const struct doc_change *c)
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

		if (!doc_is_watched(&v[i]))
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

int doc_past_read(struct doc_past *p, const struct doc_set *set, struct db *db,
		  int64_t since, struct err *e)
{
	size_t i;
	int rc = 0;

	memset(p, 0, sizeof(*p));
	p->v = xcalloc(set->n + 1, sizeof(*p->v));
	for (i = 0; i < set->n; i++)
		p->busy += set->v[i].shown && set->v[i].changes_n > 0;
	for (i = 0; i < set->n && p->busy > 1 && !rc; i++)
		if (set->v[i].shown && set->v[i].changes_n)
			rc = read_past(&p->v[i], db, &set->v[i], since,
				       &p->arena, e);
	return rc;
}

void doc_past_release(struct doc_past *p)
{
	free(p->v);
	arena_release(&p->arena);
}

void doc_watch_terms(struct doc_watch *out, const struct doc_change *v,
		     size_t n, const struct doc_set *set, struct doc_past *p)
{
	struct texts t = { 0 };

	add_texts(&t, set, v, n);
	out->terms = arena_alloc(&p->arena, TERMS_MAX * sizeof(*out->terms));
	if (p->busy > 1)
		out->terms_n = sameterm_find(out->terms, TERMS_MAX, &p->arena,
					     t.v, t.n, p->v, set->n);
	free(t.v);
}

/* ---- the copies */

static void add_copy(struct doc_copies *out, const struct doc_change *c,
		     const struct doc_fixed *f, const struct doc_tree *t,
		     const char *path, const struct fixcopy *found)
{
	struct doc_copy *x;

	if (out->n == COPIES_MAX)
		return;
	GROW(out->v, out->n, out->cap);
	x = &out->v[out->n++];
	x->fix = c;
	x->path = f->path;
	x->repo = t->repo->spec->name;
	x->copy = path;
	x->line = found->line;
	x->held = found->held;
	x->removed = found->removed;
}

/* Files of the tree that are named as one that was fixed. */
static size_t same_names(const struct doc_fixes *f, const struct doc_tree *t,
			 const struct doc_tree_file **out)
{
	size_t n = 0, i;

	for (i = 0; i < t->n; i++) {
		const char *base = path_base(t->v[i].path);

		if (is_plain_file(&t->v[i]) &&
		    map_get(&f->names, base, strlen(base)) >= 0)
			out[n++] = &t->v[i];
	}
	return n;
}

static void compare(struct doc_copies *out, const struct doc_change *c,
		    const struct doc_tree *t,
		    const struct doc_tree_file *const *files, size_t files_n)
{
	struct fixcopy found;
	struct obj *o;
	size_t i, k;

	for (k = 0; k < c->fixed_n; k++)
		for (i = 0; i < files_n; i++) {
			const char *path = files[i]->path;

			if (strcmp(path_base(path),
				   path_base(c->fixed[k].path)) ||
			    odb_read(t->m->reader, &files[i]->id, FILE_MAX, &o,
				     NULL))
				continue;
			fixcopy_compare(&found, &c->fixed[k].removed,
					&c->fixed[k].added, o->data, o->len);
			if (fixcopy_tells(&found))
				add_copy(out, c, &c->fixed[k], t, path,
					 &found);
			obj_put(o);
		}
}

void doc_fixes_collect(struct doc_fixes *f, const struct doc_change *v,
		       size_t n)
{
	size_t i, k;

	memset(f, 0, sizeof(*f));
	for (i = 0; i < n; i++)
		for (k = 0; doc_is_watched(&v[i]) && k < v[i].fixed_n; k++) {
			const char *base = path_base(v[i].fixed[k].path);

			map_set(&f->names, base, strlen(base), 1);
		}
}

void doc_copies_find(struct doc_copies *out, const struct doc_fixes *f,
		     const struct doc_change *v, size_t n,
		     const struct doc_tree *t)
{
	const struct doc_tree_file **files;
	size_t i, files_n;

	if (!f->names.n)
		return;
	files = xcalloc(t->n + 1, sizeof(const struct doc_tree_file *));
	files_n = same_names(f, t, files);
	for (i = 0; i < n && files_n; i++)
		if (doc_is_watched(&v[i]) && v[i].repo != t->repo)
			compare(out, &v[i], t, files, files_n);
	free(files);
}

void doc_copies_keep(struct doc_watch *out, const struct doc_copies *found)
{
	size_t i;

	for (i = 0; i < found->n && out->copies_n < COPIES_MAX; i++) {
		GROW(out->copies, out->copies_n, out->copies_cap);
		out->copies[out->copies_n++] = found->v[i];
	}
}

static int by_fix(const void *x, const void *y)
{
	const struct doc_copy *a = x, *b = y;

	if (a->fix != b->fix)
		return a->fix < b->fix ? -1 : 1;
	return strcmp(a->repo, b->repo) ? strcmp(a->repo, b->repo) :
					  strcmp(a->copy, b->copy);
}

void doc_copies_done(struct doc_watch *out)
{
	if (out->copies_n)
		qsort(out->copies, out->copies_n, sizeof(*out->copies),
		      by_fix);
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
