/*
 * P1 - names that a package's __init__.py binds or lists in __all__.
 *
 * Both are evaluated through the tree: star imports bring what their module
 * exports, `*mod.__all__` its list.  A name is removed when it was bound or
 * listed before and is not bound now; when only __all__ lost it, it can still
 * be imported by name, which is said and is no breaking candidate.  What is
 * imported from outside the package counts only when __all__ lists it.
 */
#include "analyze/signals/emit.h"
#include "analyze/signals/readers.h"
#include "analyze/signals/strlit.h"
#include "core/find.h"
#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 6
#define ADDED_MAX 40

struct export {
	struct span name;
	uint32_t hash;		/* of name */
	size_t at;		/* byte in the __init__.py, SIZE_MAX: not there */
	bool bound, listed;
	bool own;		/* bound otherwise than by a starred module's
				 * own imports, which are no exports */
};

struct exports {
	const struct landing_view *v;
	int side;
	struct export *e;
	size_t n, cap;
	uint32_t *table;	/* by hash: 1 + index in e, 0: free */
	size_t table_n;		/* a power of two, more than twice n */
	bool unknown;		/* a star import we cannot follow */
	bool lazy;		/* is_lazy() */
	size_t at;		/* of the statement being read */
};

static bool wants(const struct landing_file *f)
{
	return surface_is_python(f) && (f->look & LOOK_LINES) && f->old &&
	       f->new && starts_with(path_base(f->change->path), "__init__.py");
}

/* Where the name is in the table, or would be; there is one. */
static uint32_t *slot(const struct exports *x, struct span name, uint32_t hash)
{
	size_t i = hash & (x->table_n - 1);

	while (x->table[i] && (x->e[x->table[i] - 1].hash != hash ||
			       !span_eq(x->e[x->table[i] - 1].name, name)))
		i = (i + 1) & (x->table_n - 1);
	return &x->table[i];
}

static void grow_table(struct exports *x)
{
	free(x->table);
	x->table_n = x->table_n ? x->table_n * 2 : 64;
	x->table = xcalloc(x->table_n, sizeof(*x->table));
	for (size_t i = 0; i < x->n; i++)
		*slot(x, x->e[i].name, x->e[i].hash) = (uint32_t)i + 1;
}

static const struct export *get(const struct exports *x, struct span name)
{
	uint32_t at = x->n ? *slot(x, name, span_hash(name)) : 0;

	return at ? &x->e[at - 1] : NULL;
}

static void put(struct exports *x, struct span name, bool bound, bool listed,
		bool own)
{
	uint32_t hash = span_hash(name), *at;

	if (x->table_n <= x->n * 2)
		grow_table(x);
	at = slot(x, name, hash);
	if (*at) {
		struct export *e = &x->e[*at - 1];

		e->bound |= bound;
		e->listed |= listed;
		e->own |= own;
		return;
	}
	GROW(x->e, x->n, x->cap);
	x->e[x->n++] = (struct export){ name, hash, x->at, bound, listed,
					own };
	*at = (uint32_t)x->n;
}

static void exports_release(struct exports *x)
{
	free(x->e);
	free(x->table);
}

/* ---- __all__ ---- */

static void listed(void *arg, struct span text)
{
	put(arg, text, false, true, true);
}

static void read_all(struct exports *x, const char *path, int depth);

/* The module that `name` stands for in the file at `path`, or NULL. */
static const char *bound_module(struct exports *x, const char *path,
				const struct pymodule *m, struct span name)
{
	int i = pymodule_find(m, -1, name);
	if (i < 0 || m->syms[i].kind != PY_IMPORT)
		return NULL;
	const struct pysym *s = &m->syms[i];
	struct span full = s->module;
	if (s->source.s) {	/* from M import name: the module M.name */
		bool dots = full.s[full.len - 1] == '.';
		char *t = arena_printf(surface_arena(x->v), "%.*s%s%.*s",
			(int)full.len, full.s, dots ? "" : ".",
			(int)s->source.len, s->source.s);
		full = (struct span){ t, (uint32_t)strlen(t) };
	}
	return surface_module_path(x->v, x->side, path, full);
}

/* Every `mod.__all__` that the value mentions. */
static void read_mentions(struct exports *x, const char *path,
			  const struct pymodule *m, struct span v, int depth)
{
	static const char word[] = ".__all__";
	const char *p = v.s, *end = v.s + v.len;
	while (v.s && (p = find_bytes(p, (size_t)(end - p), word,
				  sizeof(word) - 1))) {
		const char *from = p;
		while (from > v.s && (from[-1] == '_' ||
		       (from[-1] | 32) >= 'a' || (from[-1] >= '0' &&
						  from[-1] <= '9')))
			from--;
		struct span name = { from, (uint32_t)(p - from) };
		const char *mod = bound_module(x, path, m, name);
		if (mod)
			read_all(x, mod, depth + 1);
		else
			x->unknown = true;
		p += sizeof(word) - 1;
	}
}

/* PEP 562: the module answers for names that it does not bind. */
static bool answers_any(const struct pymodule *m)
{
	static const struct span name = { "__getattr__", 11 };
	return pymodule_find(m, -1, name) >= 0;
}

static bool has_all(const struct pymodule *m)
{
	static const struct span all = { "__all__", 7 };
	return pymodule_find(m, -1, all) >= 0;
}

static void read_all(struct exports *x, const char *path, int depth)
{
	const struct pymodule *m = surface_py_at(x->v, x->side, path);
	if (!m || depth > DEPTH_MAX) {
		x->unknown = true;
		return;
	}
	for (size_t i = 0; i < m->n; i++) {
		const struct pysym *s = &m->syms[i];
		if (s->parent >= 0 || !span_is(s->name, "__all__") ||
		    (s->kind != PY_VAR && s->kind != PY_EXTEND))
			continue;
		if (depth == 0)
			x->at = s->at;
		struct span v = s->value;
		if (!v.s)
			continue;
		bool display = py_display_each(v, listed, x);
		if (!display && s->kind == PY_EXTEND && v.len > 2 &&
		    (*v.s == '"' || *v.s == '\''))	/* append("name") */
			put(x, (struct span){ v.s + 1, v.len - 2 }, false, true,
			    true);
		else if (!display && !find_bytes(v.s, v.len, ".__all__", 8))
			x->unknown = true;	/* computed */
		read_mentions(x, path, m, v, depth);
	}
}

/* ---- bindings ---- */

/*
 * Does the import bring something from below this package?  What comes from
 * elsewhere is there for the file's own code, unless __all__ lists it.
 */
static bool is_own(struct exports *x, const char *path, const struct pysym *s)
{
	struct span mod = s->module;
	if (!s->source.s)
		return false;
	if (*mod.s == '.')
		return mod.len < 2 || mod.s[1] != '.';
	char *dotted = arena_strndup(surface_arena(x->v), mod.s, mod.len);
	for (char *p = dotted; *p; p++)
		if (*p == '.')
			*p = '/';
	/* "pkg/sub" of ".../pkg/sub/__init__.py" begins the module's name */
	const char *base = path_base(path);
	size_t n = base > path ? (size_t)(base - path) - 1 : 0;
	for (size_t i = 0; i < n; i++) {
		size_t len = n - i;
		if ((i == 0 || path[i - 1] == '/') &&
		    !strncmp(dotted, path + i, len) &&
		    (dotted[len] == '/' || !dotted[len]))
			return true;
	}
	return false;
}

static void read_bound(struct exports *x, const char *path, int depth)
{
	const struct pymodule *m = surface_py_at(x->v, x->side, path);
	if (!m || depth > DEPTH_MAX) {
		x->unknown = true;
		return;
	}
	x->unknown |= answers_any(m);
	for (size_t i = 0; i < m->n; i++) {
		const struct pysym *s = &m->syms[i];
		if (s->parent >= 0)
			continue;
		if (depth == 0)
			x->at = s->at;
		if (s->kind == PY_STAR) {
			const char *p = surface_module_path(x->v, x->side,
							    path, s->name);
			const struct pymodule *o = p ?
				surface_py_at(x->v, x->side, p) : NULL;
			if (!o) {
				x->unknown = true;
			} else if (has_all(o)) {
				struct exports in = { .v = x->v,
						      .side = x->side };
				read_all(&in, p, 1);
				x->unknown |= in.unknown;
				for (size_t k = 0; k < in.n; k++)
					put(x, in.e[k].name, true, false,
					    true);
				exports_release(&in);
			} else {
				read_bound(x, p, depth + 1);
			}
		} else if (s->kind != PY_EXTEND && *s->name.s != '_' &&
			   !span_is(s->name, "logger") &&
			   (s->kind != PY_IMPORT || is_own(x, path, s))) {
			put(x, s->name, true, false,
			    !depth || s->kind != PY_IMPORT);
		}
	}
}

/*
 * A module that puts another object in its own place (a lazy one: `sys.modules[
 * __name__] = _LazyModule(...)`) has the names that it quotes.
 */
static bool is_lazy(const struct landing_file *f, int side)
{
	return find_bytes(side ? f->new : f->old,
			  side ? f->new_len : f->old_len,
			  "sys.modules[__name__] = ", 24);
}

/* Is the name there by any binding, also one that does not count itself? */
static bool importable(const struct landing_view *v, size_t file, int side,
		       const struct exports *x, struct span name)
{
	const struct export *e = get(x, name);
	const struct landing_file *f = &v->files[file];
	const struct pymodule *m = surface_py(v, file, side);
	return (e && e->bound) || pymodule_find(m, -1, name) >= 0 ||
	       (x->lazy && strlit_has(side ? f->new : f->old,
				      side ? f->new_len : f->old_len, name.s,
				      name.len));
}

static void say(const struct landing_view *v, size_t file, int side,
		const struct export *e, const char *kind, bool still,
		struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	const char *name = span_text(v, e->name);
	const char *text = side ? f->new : f->old;
	size_t len = side ? f->new_len : f->old_len;
	bool inside = e->name.s >= text && e->name.s < text + len;
	struct signal s = signal_at(kind, f, side,
		inside ? (size_t)(e->name.s - text) : e->at, name);
	if (still)
		s.detail = "{\"importable\":true}";
	else if (!side)
		s.detail = detail_left(v, name, NULL);
	s.breaking = !side && !still;
	signal_add(out, &s);
}

static void compare(const struct landing_view *v, size_t file,
		    struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	struct exports a = { .v = v, .side = 0, .lazy = is_lazy(f, 0) };
	struct exports b = { .v = v, .side = 1, .lazy = is_lazy(f, 1) };
	int added = 0;

	read_bound(&a, file_old_path(f), 0);
	read_all(&a, file_old_path(f), 0);
	read_bound(&b, f->change->path, 0);
	read_all(&b, f->change->path, 0);
	for (size_t i = 0; i < a.n; i++) {
		const struct export *e = &a.e[i], *n = get(&b, e->name);
		bool there = importable(v, file, 1, &b, e->name);
		if (*e->name.s == '_' || !e->own)
			continue;
		if (there && e->listed && (!n || !n->listed))
			say(v, file, 0, e, "export-removed", true, out);
		else if (!there && !b.unknown && !(n && n->listed))
			say(v, file, 0, e, "export-removed", false, out);
	}
	for (size_t i = 0; i < b.n && added < ADDED_MAX; i++) {
		const struct export *e = &b.e[i];
		if (get(&a, e->name) || *e->name.s == '_' || a.unknown ||
		    !e->own ||
		    importable(v, file, 0, &a, e->name))
			continue;
		say(v, file, 1, e, "export-added", false, out);
		added++;
	}
	exports_release(&a);
	exports_release(&b);
}

static void read_exports_of(const struct landing_view *v,
			    struct signal_list *out)
{
	for (size_t i = 0; i < v->files_n; i++)
		if (wants(&v->files[i]) &&
		    !path_is_internal(v->files[i].change->path))
			compare(v, i, out);
}

const struct signal_reader read_exports = {
	"exports", wants, read_exports_of
};
