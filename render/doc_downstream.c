/* render/doc_downstream.c - names that left, looked up in the other trees. */
#include "render/doc_downstream.h"

#include "core/mem.h"

/* The files of a tree that may say something, read one by one. */
struct search {
	const struct doc_names *names;
	const struct doc_tree *tree;
	size_t at;
	struct obj *current;
};

/* By what is known of its words: reading it would find nothing. */
static bool holds_none(const struct search *s, const struct doc_tree_file *f)
{
	struct wordset words = tree_text_words(&s->tree->m->words, &f->id);
	size_t i;

	if (wordset_may_hold_any(&words, &s->names->any))
		for (i = 0; i < s->names->n; i++)
			if (wordset_may_hold(&words, &s->names->asks[i]))
				return false;
	return !downstream_reads_bounds(f->path);
}

static bool next_file(void *arg, const char **path, const char **text,
		      size_t *len)
{
	struct search *s = arg;

	while (s->at < s->tree->n) {
		const struct doc_tree_file *f = &s->tree->v[s->at++];

		obj_put(s->current);
		s->current = NULL;
		if (!is_plain_file(f) || !downstream_reads(f->path) ||
		    holds_none(s, f))
			continue;
		s->current = tree_text_blob(&s->tree->m->words, &f->id);
		if (!s->current)
			continue;
		*path = f->path;
		*text = s->current->data;
		*len = s->current->len;
		return true;
	}
	return false;
}

/* "python/CuTeDSL/cutlass/cute/arch/__init__.py" -> "cutlass.cute.arch": from
 * the first folder that is the package's own on. */
static const char *module_of(const char *path, struct arena *a)
{
	char *s = arena_strdup(a, path), *p, *from = s;

	for (p = s; (p = strchr(p, '/')); p++) {
		static const char *const roots[] = { "python", "src", "lib",
						     "CuTeDSL" };
		size_t i, n = (size_t)(p - from);

		for (i = 0; i < ARRAY_N(roots); i++)
			if (strlen(roots[i]) == n &&
			    !strncmp(roots[i], from, n))
				break;
		if (i == ARRAY_N(roots))
			break;
		from = p + 1;
	}
	if (ends_with(from, "/__init__.py"))
		from[strlen(from) - 12] = 0;
	else if (ends_with(from, ".py"))
		from[strlen(from) - 3] = 0;
	for (p = from; *p; p++)
		if (*p == '/')
			*p = '.';
	return from;
}

static bool left_kind(const struct signal *s, bool *qualified)
{
	*qualified = !strcmp(s->kind, "export-removed") ||
		     !strcmp(s->kind, "symbol-removed") ||
		     !strcmp(s->kind, "symbol-renamed");
	return s->breaking && (*qualified ||
			       !strcmp(s->kind, "env-removed") ||
			       !strcmp(s->kind, "flag-removed"));
}

/*
 * "--mode" and "DECODE_KERNEL" are anybody's: a name that does not say whose it
 * is counts on lines that do.  The repository's name up to a hyphen.
 */
static const char *owner_word(const char *repo, const char *name,
			      struct arena *a)
{
	const char *slash = strrchr(repo, '/');
	const char *base = slash ? slash + 1 : repo;
	char *word = arena_strndup(a, base, strcspn(base, "-_."));

	return strcasestr(name, word) ? NULL : word;
}

/* The name a repository is installed under, where it differs. */
static const char *package_of(const struct doc_repo *r)
{
	const char *slash = strrchr(r->spec->name, '/');
	const char *name = slash ? slash + 1 : r->spec->name;

	return !strcmp(name, "cutlass") ? "nvidia-cutlass-dsl" :
	       !strcmp(name, "flashinfer") ? "flashinfer-python" : name;
}

void doc_names_collect(struct doc_names *w, struct doc_change *v, size_t n,
		       struct arena *a)
{
	size_t i, k;
	bool qualified;

	w->n = w->packages_n = 0;
	memset(&w->any, 0, sizeof(w->any));
	for (i = 0; i < n; i++)
		for (k = 0; k < v[i].signals.n && w->n < NAMES_MAX; k++) {
			const struct signal *s = &v[i].signals.v[k];
			const char *name = s->name;

			if (!left_kind(s, &qualified) || !name ||
			    strlen(name) < 6 || strchr(name, '.') || !s->path)
				continue;
			w->names[w->n].name = name;
			w->names[w->n].module = qualified ?
				module_of(s->path, a) : NULL;
			w->names[w->n].beside = qualified ? NULL :
				owner_word(v[i].repo->spec->name, name, a);
			wordask_init(&w->asks[w->n], name, strlen(name));
			wordfilter_add(&w->any, &w->asks[w->n]);
			w->of[w->n++] = &v[i];
		}
	for (i = 0; i < w->n; i++) {
		const char *p = package_of(w->of[i]->repo);

		for (k = 0; k < w->packages_n && strcmp(w->packages[k], p); k++)
			;
		if (k == w->packages_n)
			w->packages[w->packages_n++] = p;
	}
}

bool doc_names_concern(const struct doc_names *w, const struct doc_repo *r)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->of[i]->repo != r)
			return true;
	return false;
}

/* One name can have left a module and what the package exports: it is one use,
 * told by the statement with more files. */
static void add_use(struct doc_change *c, const char *repo,
		    const struct downstream_name *n,
		    const struct downstream_use *u)
{
	struct doc_use *o;
	size_t i;

	for (i = 0; i < c->uses_n; i++) {
		o = &c->uses[i];
		if (strcmp(o->repo, repo) || strcmp(o->name, n->name))
			continue;
		if (u->files > o->files) {
			o->path = u->path;
			o->files = u->files;
			o->lines = u->lines;
			o->line = u->line;
		}
		return;
	}
	GROW(c->uses, c->uses_n, c->uses_cap);
	o = &c->uses[c->uses_n++];
	o->repo = repo;
	o->name = n->name;
	o->path = u->path;
	o->files = u->files;
	o->lines = u->lines;
	o->line = u->line;
}

void doc_names_keep(struct doc_names *w, const struct doc_repo *tree,
		    const struct downstream *d)
{
	size_t i, k;

	for (i = 0; i < w->n; i++) {
		struct doc_change *c = w->of[i];

		if (c->repo == tree)
			continue;
		if (d->uses[i].lines)
			add_use(c, tree->spec->name, &w->names[i],
				&d->uses[i]);
	}
	for (i = 0; i < w->n; i++) {
		struct doc_change *c = w->of[i];
		size_t had;

		if (c->repo == tree || (i && w->of[i - 1] == c))
			continue;
		had = c->bounds_n;
		for (k = 0; k < d->bounds_n && c->bounds_n < had + 3; k++) {
			struct doc_bound *b;

			if (strcasecmp(d->bounds[k].package,
				       package_of(c->repo)))
				continue;
			GROW(c->bounds, c->bounds_n, c->bounds_cap);
			b = &c->bounds[c->bounds_n++];
			b->repo = tree->spec->name;
			b->package = d->bounds[k].package;
			b->spec = d->bounds[k].spec;
			b->path = d->bounds[k].path;
			b->line = d->bounds[k].line;
		}
	}
}

void doc_names_search(const struct doc_names *w, const struct doc_tree *t,
		      struct downstream *out)
{
	struct search s = { .names = w, .tree = t };

	downstream_scan(out, &t->m->arena, w->names, w->n, w->packages,
			w->packages_n, next_file, &s);
	obj_put(s.current);
}
