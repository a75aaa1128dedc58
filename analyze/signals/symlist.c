/* analyze/signals/symlist.c - see symlist.h. */
#include "analyze/signals/symlist.h"
#include "core/mem.h"

#include <stdlib.h>

void symlist_release(struct symlist *l)
{
	for (size_t i = 0; i < l->n; i++)
		body_lines_release(&l->v[i].body);
	free(l->v);
}

bool symlist_wants(const struct landing_file *f)
{
	return surface_is_imported(f) && (f->look & LOOK_OUTLINE);
}

int symlist_class(const struct pymodule *m, struct span name)
{
	int i = pymodule_find(m, -1, name);
	return i >= 0 && m->syms[i].kind == PY_CLASS ? i : -1;
}

static void add(struct symlist *l, const struct landing_view *v, size_t file,
		const struct pymodule *m, int sym, struct span cls)
{
	GROW(l->v, l->n, l->cap);
	l->v[l->n++] = (struct symentry){ .file = file, .sym = sym, .m = m,
				       .f = &v->files[file], .cls = cls };
}

/*
 * Does `other` lack the definition, and m bind no other one of its name after it
 * (an overload or setter)?  Classes of one name are one: a member went when none
 * of them has it.
 */
static bool is_unbound(const struct pymodule *m, int i,
		       const struct pymodule *other)
{
	const struct pysym *s = &m->syms[i];
	struct span cls;

	if (s->parent < 0)
		return (!other || pymodule_find(other, -1, s->name) < 0) &&
		       pymodule_find(m, -1, s->name) == i;
	cls = m->syms[s->parent].name;
	return other && m->syms[s->parent].parent < 0 &&
	       symlist_class(other, cls) >= 0 &&
	       pymodule_member(other, cls, s->name) < 0 &&
	       pymodule_member(m, cls, s->name) == i;
}

/* Definitions of `m` that `other` does not bind. */
static void collect(struct symlist *l, const struct landing_view *v,
		    size_t file, int side, const struct pymodule *m,
		    const struct pymodule *other)
{
	size_t n;
	const uint32_t *changed = surface_changed(v, file, side, &n);

	for (size_t k = 0; k < n; k++) {
		int i = (int)changed[k];
		const struct pysym *s = &m->syms[i];
		if (!pysym_is_definition(s) || !is_unbound(m, i, other))
			continue;
		add(l, v, file, m, i, s->parent < 0 ?
		    (struct span){ NULL, 0 } : m->syms[s->parent].name);
	}
}

static bool is_internal(const struct landing_file *f)
{
	return path_is_internal(f->change->path) &&
	       path_is_internal(file_old_path(f));
}

/* False: some are internal and were passed. */
static bool collect_from(const struct landing_view *v, bool internal,
			 struct symlist *gone, struct symlist *came)
{
	bool all = true;

	gone->n = came->n = 0;
	for (size_t i = 0; i < v->files_n; i++) {
		if (!symlist_wants(&v->files[i]))
			continue;
		if (!internal && is_internal(&v->files[i])) {
			all = false;
			continue;
		}
		const struct pymodule *a = surface_py(v, i, 0);
		const struct pymodule *b = surface_py(v, i, 1);
		char status = v->files[i].change->status;
		if (a && (b || status == 'D'))
			collect(gone, v, i, 0, a, b);
		if (b && (a || status == 'A'))
			collect(came, v, i, 1, b, a);
	}
	return all;
}

/* Nothing is told of internal files themselves. */
void symlist_collect(const struct landing_view *v, struct symlist *gone,
			struct symlist *came)
{
	if (!collect_from(v, false, gone, came) && gone->n + came->n)
		collect_from(v, true, gone, came);
}

const char *symlist_name(const struct landing_view *v, const struct symentry *e)
{
	return pymodule_qualified(e->m, e->sym, surface_arena(v));
}

bool symlist_is_public(const struct symentry *e, int side)
{
	const char *path = side ? e->f->change->path : file_old_path(e->f);
	return *symlist_sym(e)->name.s != '_' &&
	       pymodule_is_public(e->m, e->sym) && !path_is_internal(path);
}
