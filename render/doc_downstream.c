/* render/doc_downstream.c - names that left, looked up in the other trees. */
#include "analyze/commit.h"
#include "analyze/downstream.h"
#include "analyze/treediff.h"
#include "core/mem.h"
#include "render/doc_change.h"

#define NAMES_MAX 64

struct wanted {
	struct downstream_name names[NAMES_MAX];
	struct wordask asks[NAMES_MAX];
	struct doc_change *of[NAMES_MAX];
	size_t n;
};

/* Files of a tree, listed first, read one by one. */
struct tree_files {
	struct tree_text *words;
	const struct wanted *wanted;
	struct arena arena;
	struct {
		const char *path;
		git_oid id;
	} *v;
	size_t n, cap, at;
	struct obj *current;
};

static bool holds_none(const struct tree_files *f, const char *path,
		       const git_oid *id)
{
	struct wordset words = tree_text_words(f->words, id);
	size_t i;

	for (i = 0; i < f->wanted->n; i++)
		if (wordset_may_hold(&words, &f->wanted->asks[i]))
			return false;
	return !downstream_reads_bounds(path);
}

static int list_file(void *arg, const char *path, uint32_t mode,
		     const git_oid *id)
{
	struct tree_files *f = arg;

	if ((mode & 0170000) != 0100000 || !downstream_reads(path) ||
	    holds_none(f, path, id))
		return 0;
	GROW(f->v, f->n, f->cap);
	f->v[f->n].path = arena_strdup(&f->arena, path);
	f->v[f->n++].id = *id;
	return 0;
}

static bool next_file(void *arg, const char **path, const char **text,
		      size_t *len)
{
	struct tree_files *f = arg;

	while (f->at < f->n) {
		size_t i = f->at++;

		obj_put(f->current);
		f->current = NULL;
		f->current = tree_text_blob(f->words, &f->v[i].id);
		if (!f->current)
			continue;
		*path = f->v[i].path;
		*text = f->current->data;
		*len = f->current->len;
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

static void collect_names(struct wanted *w, struct doc_change *v, size_t n,
			  struct arena *a)
{
	size_t i, k;
	bool qualified;

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
			w->of[w->n++] = &v[i];
		}
}

static void add_use(struct doc_change *c, const char *repo,
		    const struct downstream_name *n,
		    const struct downstream_use *u)
{
	struct doc_use *o;

	GROW(c->uses, c->uses_n, c->uses_cap);
	o = &c->uses[c->uses_n++];
	o->repo = repo;
	o->name = n->name;
	o->path = u->path;
	o->files = u->files;
	o->lines = u->lines;
	o->line = u->line;
}

/* The name a repository is installed under, where it differs. */
static const char *package_of(const struct doc_repo *r)
{
	const char *slash = strrchr(r->spec->name, '/');
	const char *name = slash ? slash + 1 : r->spec->name;

	return !strcmp(name, "cutlass") ? "nvidia-cutlass-dsl" :
	       !strcmp(name, "flashinfer") ? "flashinfer-python" : name;
}

static void keep_uses(struct wanted *w, const struct doc_repo *tree,
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

static void scan_tree(struct wanted *w, const struct doc_repo *tree,
		      struct doc_mirror *m, const char *const *packages,
		      size_t packages_n, struct arena *a)
{
	struct tree_files f = { .words = &m->words, .wanted = w };
	struct downstream d;

	if (!tree_each(m->reader, &tree->last.v[0].c.tree, list_file, &f,
		       NULL)) {
		downstream_scan(&d, a, w->names, w->n, packages, packages_n,
				next_file, &f);
		keep_uses(w, tree, &d);
	}
	obj_put(f.current);
	free(f.v);
	arena_release(&f.arena);
}

void doc_downstream(struct doc_change *v, size_t n, const struct doc_set *set,
		    struct doc_mirror *mirrors, size_t max_file,
		    struct arena *a)
{
	struct wanted w = { .n = 0 };
	const char *packages[NAMES_MAX];
	size_t packages_n = 0, i, k;

	collect_names(&w, v, n, a);
	if (!w.n)
		return;
	for (i = 0; i < w.n; i++) {
		const char *p = package_of(w.of[i]->repo);

		for (k = 0; k < packages_n && strcmp(packages[k], p); k++)
			;
		if (k == packages_n)
			packages[packages_n++] = p;
	}
	for (i = 0; i < set->n; i++) {
		bool foreign = false;

		for (k = 0; k < w.n; k++)
			foreign |= w.of[k]->repo != &set->v[i];
		if (!foreign || !set->v[i].last.n)
			continue;
		if (!mirrors[i].odb)
			doc_mirror_open(&mirrors[i], set->v[i].gitdir,
					max_file);
		if (mirrors[i].odb)
			scan_tree(&w, &set->v[i], &mirrors[i], packages,
				  packages_n, a);
		/* The last one who reads it: memory for the next. */
		doc_mirror_close(&mirrors[i]);
	}
}
