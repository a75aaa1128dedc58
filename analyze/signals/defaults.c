/*
 * P5 - values that public classes and modules bind on both sides, and keys of
 * their registries.
 *
 * A default is stated when both sides are literals and differ as values.  A
 * dict or list of strings is compared by keys or elements; its values are
 * never printed.  Members of an Enum are enums.c's.
 */
#include "analyze/signals/emit.h"
#include "analyze/signals/inherit.h"
#include "analyze/signals/pyvalue.h"
#include "analyze/signals/readers.h"
#include "core/mem.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_MAX 30		/* registry-key statements per landing */

struct keys {
	struct span *v;
	size_t n, cap;
};

static bool wants(const struct landing_file *f)
{
	return surface_is_python(f) && (f->look & LOOK_OUTLINE) && f->old &&
	       f->new;
}

static void add_key(void *arg, struct span text)
{
	struct keys *k = arg;
	if (!text.len || text.len > 80 ||
	    memchr(text.s, '\n', text.len))
		return;
	GROW(k->v, k->n, k->cap);
	k->v[k->n++] = text;
}

static bool has_key(const struct keys *k, struct span key)
{
	for (size_t i = 0; i < k->n; i++)
		if (span_eq(k->v[i], key))
			return true;
	return false;
}

/* Keys of `from` that `other` lacks, one statement each. */
static void say_keys(const struct landing_view *v, size_t file, int side,
		     const char *name, size_t at, const struct keys *from,
		     const struct keys *other, struct signal_list *out)
{
	int n = 0;
	for (size_t i = 0; i < from->n && n < KEYS_MAX; i++) {
		if (has_key(other, from->v[i]))
			continue;
		const struct landing_file *f = &v->files[file];
		const char *text = side ? f->new : f->old;
		size_t pos = (size_t)(from->v[i].s - text);
		struct signal s = signal_at("registry-key", f, side,
					    pos > at ? pos : at, name);
		const char *key = span_text(v, from->v[i]);
		*(side ? &s.new : &s.old) = key;
		signal_add(out, &s);
		n++;
	}
}

/* Both sides are displays with strings at their first depth. */
static bool compare_keys(const struct landing_view *v, size_t file,
			 const char *name, const struct pysym *x,
			 const struct pysym *y, struct signal_list *out)
{
	struct keys p = { 0 }, q = { 0 };
	bool both = py_display_each(x->value, add_key, &p) &&
		    py_display_each(y->value, add_key, &q) && p.n + q.n > 0 &&
		    (p.n || q.n < 6) && (q.n || p.n < 6);
	/* What names stand for is not known: it may be what is a string here. */
	if (both) {
		if (!py_display_has_names(y->value))
			say_keys(v, file, 0, name, x->at, &p, &q, out);
		if (!py_display_has_names(x->value))
			say_keys(v, file, 1, name, y->at, &q, &p, out);
	}
	free(p.v);
	free(q.v);
	return both;
}

static bool is_constant_name(struct span n)
{
	for (uint32_t i = 0; i < n.len; i++)
		if (islower((unsigned char)n.s[i]))
			return false;
	return n.len > 1;
}

/* Names that every build or release moves. */
static bool is_bookkeeping(struct span n)
{
	return n.len > 3 && !memcmp(n.s, "__", 2);
}

/* A content hash inside the value: that is a pin, not a default. */
static bool has_hash(struct span v)
{
	uint32_t run = 0;
	for (uint32_t i = 0; i < v.len; i++) {
		run = isxdigit((unsigned char)v.s[i]) ? run + 1 : 0;
		if (run >= 32)
			return true;
	}
	return false;
}

/* "[1, 2]" and "[1, 2, 3]": everything that was there still is. */
static bool is_extended(const char *old, const char *new)
{
	size_t n = strlen(old);

	if (n < 3 || !strchr("[({", *old))
		return false;
	for (n--; n > 1 && (is_space_byte(old[n - 1]) || old[n - 1] == ','); )
		n--;
	return strlen(new) > n && !memcmp(old, new, n) && new[n] == ',';
}

static void compare_value(const struct landing_view *v, size_t file,
			  const struct pymodule *a, int x,
			  const struct pymodule *b, int y,
			  struct signal_list *out)
{
	const struct pysym *p = &a->syms[x], *q = &b->syms[y];
	if (is_bookkeeping(p->name) || !p->value.s || !q->value.s ||
	    span_same_code(p->value, q->value))
		return;
	const char *name = pymodule_qualified(a, x, surface_arena(v));
	if ((p->parent >= 0 || is_constant_name(p->name)) &&
	    strcmp(path_base(v->files[file].change->path), "envs.py") &&
	    compare_keys(v, file, name, p, q, out))
		return;
	struct span from = py_field_default(p->value);
	struct span to = py_field_default(q->value);
	if (!py_is_literal(from) || !py_is_literal(to) ||
	    py_same_value(from, to) || has_hash(to))
		return;
	if (p->parent < 0 && !is_constant_name(p->name))
		return;
	struct signal s = signal_at("default", &v->files[file], 1, q->at,
				    name);
	s.old = span_text(v, from);
	s.new = span_text(v, to);
	s.breaking = p->parent >= 0 && !is_extended(s.old, s.new);
	signal_add(out, &s);
}

/* How often the scope binds the name: twice under if/else is no default. */
static int times_bound(const struct pymodule *m, int parent,
		       const struct pysym *of)
{
	int i, n = 0;

	for (i = pymodule_last(m, of->hash); i >= 0; i = pymodule_before(m, i))
		n += m->syms[i].parent == parent &&
		     m->syms[i].kind == PY_VAR &&
		     span_eq(m->syms[i].name, of->name);
	return n;
}

static void compare_file(const struct landing_view *v, size_t file,
			 struct signal_list *out)
{
	const struct pymodule *a = surface_py(v, file, 0);
	const struct pymodule *b = surface_py(v, file, 1);
	struct pyclasses classes = { a, b, -1, -1 };
	size_t n;
	const uint32_t *changed = surface_changed(v, file, 0, &n);

	for (size_t k = 0; k < n; k++) {
		size_t i = changed[k];
		const struct pysym *s = &a->syms[i];
		int parent = -1;
		if (s->kind != PY_VAR || !pymodule_is_public(a, (int)i))
			continue;
		if (s->parent >= 0) {
			parent = pyclasses_find(&classes, s->parent);
			if (parent < 0 || class_is_enum(a, s->parent))
				continue;
		}
		int y = pymodule_find(b, parent, s->name);
		if (y < 0 || b->syms[y].kind != PY_VAR ||
		    span_eq(s->value, b->syms[y].value) ||
		    times_bound(a, s->parent, s) != 1 ||
		    times_bound(b, parent, s) != 1)
			continue;
		compare_value(v, file, a, (int)i, b, y, out);
	}
}

static void read_default(const struct landing_view *v, struct signal_list *out)
{
	for (size_t i = 0; i < v->files_n; i++)
		if (wants(&v->files[i]) &&
		    !path_is_internal(v->files[i].change->path))
			compare_file(v, i, out);
}

const struct signal_reader read_defaults = { "defaults", wants, read_default };
