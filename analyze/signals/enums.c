/*
 * P5, P6 - members of Python enums: gone, or with another value, also across
 * a class that was renamed (at least half of its members live on, case
 * aside).
 */
#include "analyze/signals/emit.h"
#include "analyze/signals/inherit.h"
#include "analyze/signals/pyvalue.h"
#include "analyze/signals/readers.h"

#include <string.h>
#include <strings.h>

#define VALUE_MAX 60		/* longer values are texts, not values */

static bool wants(const struct landing_file *f)
{
	return surface_is_python(f) && (f->look & LOOK_OUTLINE) && f->old &&
	       f->new;
}

static bool is_member(const struct pymodule *m, int i, int cls)
{
	const struct pysym *s = &m->syms[i];
	return s->parent == cls && s->kind == PY_VAR && s->value.s &&
	       *s->name.s != '_';
}

static int find_member(const struct pymodule *m, int cls, struct span name,
		       bool fold)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct pysym *s = &m->syms[i];
		if (is_member(m, (int)i, cls) && s->name.len == name.len &&
		    (fold ? !strncasecmp(s->name.s, name.s, name.len) :
			    !memcmp(s->name.s, name.s, name.len)))
			return (int)i;
	}
	return -1;
}

/* A class whose members are mostly those of `cls`, absent on side a. */
static int renamed_enum(const struct pymodule *a, int cls,
			const struct pymodule *b)
{
	for (size_t k = 0; k < b->n; k++) {
		const struct pysym *c = &b->syms[k];
		int all = 0, same = 0;
		if (c->kind != PY_CLASS || c->parent >= 0 ||
		    !class_is_enum(b, (int)k) ||
		    pymodule_find(a, -1, c->name) >= 0)
			continue;
		for (size_t i = 0; i < a->n; i++) {
			if (!is_member(a, (int)i, cls))
				continue;
			all++;
			same += find_member(b, (int)k, a->syms[i].name,
					    true) >= 0;
		}
		if (same && same * 2 >= all)
			return (int)k;
	}
	return -1;
}

static bool is_auto(struct span v)
{
	return span_is(v, "auto()") || span_is(v, "enum.auto()");
}

static void compare_enum(const struct landing_view *v, size_t file,
			 const struct pymodule *a, int x,
			 const struct pymodule *b, int y, bool renamed,
			 struct signal_list *out)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct pysym *p = &a->syms[i];
		if (!is_member(a, (int)i, x))
			continue;
		int at = find_member(b, y, p->name, renamed);
		const struct pysym *q = at < 0 ? NULL : &b->syms[at];
		if (q && (py_same_value(p->value, q->value) ||
			  is_auto(p->value) || is_auto(q->value) ||
			  p->value.len > VALUE_MAX || q->value.len > VALUE_MAX))
			continue;
		if (!q && pymodule_find(b, y, p->name) >= 0)
			continue;
		const char *name = pymodule_qualified(a, (int)i,
						      surface_arena(v));
		struct signal s = signal_at("enum-value", &v->files[file],
					    q != NULL, q ? q->at : p->at, name);
		s.old = p->value.len > VALUE_MAX ? span_text(v, p->name) :
						   span_text(v, p->value);
		s.new = q ? span_text(v, q->value) : NULL;
		if (q && renamed) {
			s.old = arena_printf(surface_arena(v), "%s %s",
				span_text(v, p->name), s.old);
			s.new = arena_printf(surface_arena(v), "%s %s",
				span_text(v, q->name), s.new);
		}
		s.breaking = true;
		signal_add(out, &s);
	}
}

static void read_file(const struct landing_view *v, size_t file,
		      struct signal_list *out)
{
	const struct pymodule *a = surface_py(v, file, 0);
	const struct pymodule *b = surface_py(v, file, 1);

	for (size_t i = 0; i < a->n; i++) {
		const struct pysym *s = &a->syms[i];
		if (s->kind != PY_CLASS || s->parent >= 0 ||
		    !surface_touched(&v->files[file], 0, s->from, s->to) ||
		    !class_is_enum(a, (int)i) ||
		    !pymodule_is_public(a, (int)i))
			continue;
		int y = pymodule_find(b, -1, s->name);
		bool renamed = y < 0;
		if (renamed)
			y = renamed_enum(a, (int)i, b);
		if (y < 0 || b->syms[y].kind != PY_CLASS)
			continue;
		compare_enum(v, file, a, (int)i, b, y, renamed, out);
	}
}

static void read_enums(const struct landing_view *v, struct signal_list *out)
{
	for (size_t i = 0; i < v->files_n; i++)
		if (wants(&v->files[i]) &&
		    !path_is_internal(v->files[i].change->path))
			read_file(v, i, out);
}

const struct signal_reader read_python_enums = { "enums", wants, read_enums };
