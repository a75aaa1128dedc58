/*
 * P2, P3 - classes, functions and methods that left, moved, were renamed or
 * came.
 *
 * Two lists over the whole landing: what each product file defined before and
 * no longer binds (gone), and what it defines now and did not bind (came).
 * Every gone name is then explained by the first that fits: still bound by a
 * star import, inherited, moved to another file, renamed in place; what is
 * left was removed.  A class that went speaks for its members, a file that
 * went speaks for its names.
 */
#include "analyze/signals/emit.h"
#include "analyze/signals/inherit.h"
#include "analyze/signals/readers.h"
#include "analyze/signals/symlist.h"
#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

#define ADDED_MAX 40		/* symbol-added per landing */
#define PAIRS_MAX 4000	/* bodies compared per landing */
#define RENAME_MIN 60		/* percent of equal body lines */
#define NAMES_MIN 35		/* percent of shared letter pairs */
#define MOVE_RENAME_MIN 80	/* the same, across files */
#define MOVED_LINES 8		/* bodies of one name that are compared */
#define MOVED_MIN 20		/* percent of equal lines of such */

/* ---- why a gone name is not a loss ---- */

static bool decorators_differ(const struct pymodule *a, int x,
			      const struct pymodule *b, int y)
{
	const struct pysym *p = &a->syms[x], *q = &b->syms[y];
	if (p->decos_n != q->decos_n)
		return true;
	for (uint32_t i = 0; i < p->decos_n; i++)
		if (!span_same_code(a->spans[p->decos + i],
				    b->spans[q->decos + i]))
			return true;
	return false;
}

/* "a/x.py" -> "a/x/__init__.py": imported by the same words. */
static const char *as_package(const struct landing_view *v, const char *path)
{
	size_t n = strlen(path);
	if (n < 4 || strcmp(path + n - 3, ".py"))
		return NULL;
	return arena_printf(surface_arena(v), "%.*s/__init__.py",
			    (int)(n - 3), path);
}

/* The module became a package that still binds the name. */
static bool in_package(const struct landing_view *v, const struct symentry *e)
{
	const char *p = e->f->change->status == 'M' ? NULL :
			as_package(v, file_old_path(e->f));
	return p && surface_py_at(v, 1, p) &&
	       module_binds(v, 1, p, symlist_sym(e)->name) != FOUND_NO;
}

/* The method may still be there: a base, a decorator or __getattr__. */
static bool still_there(const struct landing_view *v, const struct symentry *e)
{
	const char *path = e->f->change->path;
	const struct pysym *s = symlist_sym(e);
	const struct pymodule *new = surface_py(v, e->file, 1);

	if (!e->cls.s && in_package(v, e))
		return true;
	if (!new)
		return false;
	if (!e->cls.s)
		return module_binds(v, 1, path, s->name) != FOUND_NO;
	int cls = symlist_class(new, e->cls);
	if (cls < 0)
		return true;
	if (decorators_differ(e->m, s->parent, new, cls))
		return true;
	static const struct span getattr_name = { "__getattr__", 11 };
	if (pymodule_find(new, cls, getattr_name) >= 0)
		return true;
	return class_inherits(v, 1, path, new, cls, s->name) != FOUND_NO;
}

static bool same_scope(const struct symentry *a, const struct symentry *b)
{
	return a->file == b->file && !a->cls.s == !b->cls.s &&
	       (!a->cls.s || span_eq(a->cls, b->cls));
}

/* A class without one member of the other is another class. */
static bool shares_member(const struct pymodule *a, int x,
			  const struct pymodule *b, int y)
{
	for (size_t i = (size_t)x + 1; i < a->n; i++)
		if (a->syms[i].parent == x &&
		    pymodule_find(b, y, a->syms[i].name) >= 0)
			return true;
	return false;
}

/* Rewritten on the way?  Short ones tell nothing. */
static bool is_rewritten(struct symentry *e, struct symentry *c)
{
	body_lines_read(&e->body, e->m, e->sym);
	body_lines_read(&c->body, c->m, c->sym);
	return e->body.n >= MOVED_LINES && c->body.n >= MOVED_LINES &&
	       !similar_bodies(&e->body, &c->body, 1, MOVED_MIN);
}

/* A top-level definition of the same name that came to another file; `any`: one
 * that was rewritten, too. */
static struct symentry *moved_to(struct symentry *e, struct symlist *came,
				 bool any)
{
	if (e->cls.s)
		return NULL;
	for (size_t i = 0; i < came->n; i++) {
		struct symentry *c = &came->v[i];
		if (!c->used && !c->cls.s && c->file != e->file &&
		    symlist_sym(c)->kind == symlist_sym(e)->kind &&
		    span_eq(symlist_sym(c)->name, symlist_sym(e)->name) &&
		    (!is_rewritten(e, c) ||
		     (any && (symlist_sym(e)->kind == PY_FUNC ||
			      shares_member(e->m, e->sym, c->m, c->sym)))))
			return c;
	}
	return NULL;
}

/*
 * How likely `c` is the new name of `e`: the percent of equal body lines plus
 * up to 40 for names that are alike; 0 when the bodies are too different.
 */
static int rename_score(struct symentry *e, struct symentry *c)
{
	bool here = same_scope(e, c);
	if (symlist_sym(c)->kind != symlist_sym(e)->kind ||
	    (!here && (e->cls.s || c->cls.s)))
		return 0;
	body_lines_read(&e->body, e->m, e->sym);
	body_lines_read(&c->body, c->m, c->sym);
	int pct = similar_bodies(&e->body, &c->body, here ? 1 : 6,
				 here ? RENAME_MIN : MOVE_RENAME_MIN);
	if (!pct)
		return 0;
	int names = similar_names(symlist_sym(e)->name, symlist_sym(c)->name);
	if (names < NAMES_MIN &&
	    !similar_bodies(&e->body, &c->body, 5, 90))
		return 0;	/* wrappers of one shape are no renames */
	return pct + names * 2 / 5;
}

struct pair {
	struct symentry *from, *to;
	int score;
};

static int by_score(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	return x->from != y->from ? (x->from < y->from ? -1 : 1) :
	       x->to < y->to ? -1 : x->to > y->to;
}

static void say_renamed(const struct landing_view *v, const struct symentry *e,
			struct symentry *to, struct signal_list *out);

/* Best pairs first, so that twins do not take each other's new name. */
static void pair_renamed(const struct landing_view *v, struct symlist *gone,
			 struct symlist *came, struct signal_list *out)
{
	struct pair *p = NULL;
	size_t n = 0, cap = 0, tried = 0;

	for (size_t i = 0; i < gone->n; i++)
		for (size_t k = 0; k < came->n && tried < PAIRS_MAX; k++) {
			struct symentry *e = &gone->v[i], *c = &came->v[k];
			if (e->used || c->used)
				continue;
			tried++;
			int score = rename_score(e, c);
			if (!score)
				continue;
			GROW(p, n, cap);
			p[n++] = (struct pair){ e, c, score };
		}
	if (n)
		qsort(p, n, sizeof(*p), by_score);
	for (size_t i = 0; i < n; i++) {
		if (p[i].from->used || p[i].to->used)
			continue;
		p[i].from->used = true;
		say_renamed(v, p[i].from, p[i].to, out);
	}
	free(p);
}

/* ---- statements ---- */

static int members_of(const struct symentry *e)
{
	int n = 0;
	for (size_t i = 0; i < e->m->n; i++)
		n += e->m->syms[i].parent == e->sym &&
		     (e->m->syms[i].kind == PY_FUNC ||
		      e->m->syms[i].kind == PY_VAR);
	return n;
}

static void say_moved(const struct landing_view *v, const struct symentry *e,
		      struct symentry *to, struct signal_list *out)
{
	to->used = true;
	if (!symlist_is_public(e, 0))
		return;
	struct signal s = signal_at("symbol-moved", e->f, 0, symlist_sym(e)->at,
				    symlist_name(v, e));
	s.old = file_old_path(e->f);
	s.new = to->f->change->path;
	s.breaking = true;
	signal_add(out, &s);
}

static void say_renamed(const struct landing_view *v, const struct symentry *e,
			struct symentry *to, struct signal_list *out)
{
	to->used = true;
	if (!symlist_is_public(e, 0))
		return;
	struct signal s = signal_at("symbol-renamed", e->f, 0, symlist_sym(e)->at,
				    symlist_name(v, e));
	s.old = s.name;
	s.new = symlist_name(v, to);
	s.breaking = true;
	const char *name = span_text(v, symlist_sym(e)->name);
	s.detail = detail_left(v, name, NULL);
	if (to->file != e->file)
		s.detail = arena_printf(surface_arena(v),
					"{\"to\":\"%s\"}",
					to->f->change->path);
	signal_add(out, &s);
}

static void say_removed(const struct landing_view *v, const struct symentry *e,
			struct signal_list *out)
{
	struct signal s = signal_at("symbol-removed", e->f, 0, symlist_sym(e)->at,
				    symlist_name(v, e));
	int left = -1, members = members_of(e);
	s.breaking = true;
	s.detail = detail_left(v, span_text(v, symlist_sym(e)->name), &left);
	if (symlist_sym(e)->kind == PY_CLASS)
		s.detail = arena_printf(surface_arena(v),
			left < 0 ? "{\"members\":%d}" :
				   "{\"members\":%d,\"left\":%d}",
			members, left);
	signal_add(out, &s);
}

/* One statement for a file that went, naming what did not move. */
static void say_module(const struct landing_view *v, size_t file,
		       struct symlist *gone, struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	struct str detail = STR_INIT;
	struct json j;
	int n = 0;

	json_init(&j, &detail);
	json_open(&j, '{');
	json_key(&j, "names");
	json_open(&j, '[');
	for (size_t i = 0; i < gone->n; i++) {
		struct symentry *e = &gone->v[i];
		if (e->file != file || e->used || !symlist_is_public(e, 0))
			continue;
		if (n++ < 12)
			json_str(&j, symlist_name(v, e));
	}
	json_close(&j, ']');
	json_kint(&j, "n", n);
	json_close(&j, '}');
	if (n) {
		struct signal s = signal_at("module-removed", f, 0, 0,
					    f->change->path);
		s.line = 0;
		s.breaking = true;
		s.detail = str_c(&detail);
		signal_add(out, &s);
	}
	str_release(&detail);
}

static void explain_gone(const struct landing_view *v, struct symlist *gone,
			 struct symlist *came, struct signal_list *out)
{
	for (size_t i = 0; i < gone->n; i++) {
		struct symentry *e = &gone->v[i];
		struct symentry *to = moved_to(e, came, false);
		e->used = true;
		if (symlist_is_public(e, 0) && still_there(v, e)) {
			if (to)
				to->used = true;
			continue;
		}
		if (to)
			say_moved(v, e, to, out);
		else
			e->used = false;
	}
	pair_renamed(v, gone, came, out);
	for (size_t i = 0; i < gone->n; i++) {
		struct symentry *e = &gone->v[i], *to;
		if (e->used)
			continue;
		to = moved_to(e, came, true);
		e->used = to != NULL;
		if (to)
			say_moved(v, e, to, out);
		else if (e->f->new && symlist_is_public(e, 0))
			say_removed(v, e, out);
	}
	for (size_t i = 0; i < v->files_n; i++)
		if (symlist_wants(&v->files[i]) && v->files[i].change->status == 'D')
			say_module(v, i, gone, out);
}

/* -1: it does not. */
static int defined_at(const struct pymodule *m, const struct pysym *s)
{
	int at = m ? pymodule_find(m, -1, s->name) : -1;

	return at >= 0 && m->syms[at].kind == s->kind ? at : -1;
}

/* Another class of that name, not this one? */
static bool is_namesake(const struct pymodule *m, int at, struct symentry *e)
{
	struct symentry old = { .m = m, .sym = at };
	bool other = symlist_sym(e)->kind == PY_CLASS && is_rewritten(&old, e) &&
		     !shares_member(m, at, e->m, e->sym);

	body_lines_release(&old.body);
	return other;
}

/* `all`: files are asked too whose definitions did not change, which may keep
 * what was copied. */
static enum symbefore defined_before(const struct landing_view *v,
				  struct symentry *e, bool all)
{
	enum symbefore found = BEFORE_NOWHERE;
	int at;

	for (size_t i = 0; !e->cls.s && i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];

		if (!(all ? surface_is_imported(f) : symlist_wants(f)) ||
		    i == e->file)
			continue;
		at = defined_at(surface_py(v, i, 0), symlist_sym(e));
		if (at < 0)
			continue;
		if (defined_at(surface_py(v, i, 1), symlist_sym(e)) >= 0)
			found = BEFORE_COPIED;
		else if (!is_namesake(surface_py(v, i, 0), at, e))
			return BEFORE_MOVED;
	}
	return found;
}

static int count_added(const struct symlist *came)
{
	int n = 0;

	for (size_t i = 0; i < came->n; i++)
		n += !came->v[i].used && symlist_is_public(&came->v[i], 1);
	return n;
}

/* Copies come last: there is a limit. */
static void say_added(const struct landing_view *v, struct symlist *came,
		      struct signal_list *out)
{
	bool over = count_added(came) > ADDED_MAX;
	int n = 0;

	for (size_t i = 0; i < came->n * 2 && n < ADDED_MAX; i++) {
		bool copies = i >= came->n;
		struct symentry *e = &came->v[i % came->n];
		if (e->used || !symlist_is_public(e, 1))
			continue;
		if (!copies)
			e->before = defined_before(v, e, over);
		if (e->before != (copies ? BEFORE_COPIED : BEFORE_NOWHERE))
			continue;
		struct signal s = signal_at("symbol-added", e->f, 1,
					    symlist_sym(e)->at, symlist_name(v, e));
		signal_add(out, &s);
		n++;
	}
}

static bool binds_any(const struct pymodule *m)
{
	for (size_t i = 0; m && i < m->n; i++)
		if (pysym_is_definition(&m->syms[i]))
			return true;
	return false;
}

/* A renamed file: its import path is another one now. */
static void say_paths(const struct landing_view *v, struct signal_list *out)
{
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		if (f->change->status != 'R' || f->lang != LANG_PYTHON ||
		    path_kind(f->change->old_path) != PATH_PRODUCT ||
		    path_is_internal(f->change->old_path) ||
		    path_is_setup(f->change->old_path) ||
		    !binds_any(surface_py(v, i, 0)))
			continue;
		const char *p = as_package(v, f->change->old_path);
		if ((p && surface_py_at(v, 1, p)) ||
		    surface_py_at(v, 1, f->change->old_path))
			continue;	/* imported by the same words */
		struct signal s = signal_at("module-moved", f, 0, 0,
					    f->change->old_path);
		s.line = 0;
		s.old = f->change->old_path;
		s.new = f->change->path;
		signal_add(out, &s);
	}
}

static void read_symbols(const struct landing_view *v, struct signal_list *out)
{
	struct symlist gone = { 0 }, came = { 0 };

	symlist_collect(v, &gone, &came);
	explain_gone(v, &gone, &came, out);
	say_added(v, &came, out);
	say_paths(v, out);
	symlist_release(&gone);
	symlist_release(&came);
}

static bool wants_or_moved(const struct landing_file *f)
{
	return symlist_wants(f) || (f->lang == LANG_PYTHON && f->change->old_path);
}

const struct signal_reader read_python_symbols = {
	"symbols", wants_or_moved, read_symbols
};
