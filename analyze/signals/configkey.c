/*
 * P8 - fields of configuration and request classes: keys that users write in
 * a call, a JSON body or a file.  A class counts when class_is_config() and it is
 * on both sides.
 */
#include "analyze/signals/emit.h"
#include "analyze/signals/inherit.h"
#include "analyze/signals/pydef.h"
#include "analyze/signals/pyvalue.h"
#include "analyze/signals/readers.h"
#include "core/find.h"
#include "core/str.h"

#include <stdlib.h>
#include <string.h>

/* Asked of files whose outline nobody else needs. */
static bool declares_config(const char *s, size_t len)
{
	const char *end = s + len, *p = s;

	while ((p = find_bytes(p, (size_t)(end - p), "class ", 6))) {
		const char *name = p += 6;

		while (p < end && is_word_byte(*p))
			p++;
		if (class_is_config((struct span){ name,
						   (uint32_t)(p - name) }))
			return true;
	}
	return false;
}

static bool wants(const struct landing_file *f)
{
	return surface_is_python(f) && (f->look & LOOK_OUTLINE) && f->old &&
	       f->new;
}

/* Of a variable of a class. */
static bool is_field(const struct pysym *s)
{
	return s->annotation.s && *s->name.s != '_' &&
	       !memmem(s->annotation.s, s->annotation.len, "ClassVar", 8);
}

/* Does a method of the class assign to self.NAME? */
static bool sets_itself(const struct pymodule *o, int cls, struct span name)
{
	const struct pysym *c = &o->syms[cls];
	const char *p = o->src + c->from, *end = o->src + c->to;

	for (; (p = find_word(p, (size_t)(end - p), name.s, name.len)); p++) {
		const char *q = p + name.len;

		while (q < end && *q == ' ')
			q++;
		if (p - o->src >= 5 && !memcmp(p - 5, "self.", 5) && q < end &&
		    (*q == ':' || (*q == '=' && q[1] != '=')))
			return true;
	}
	return false;
}

/* Does the constructor of the class take the key? */
static bool constructor_takes(const struct pymodule *m, int cls, struct span key)
{
	static const struct span init = { "__init__", 8 };
	struct pyparams params = { 0 };
	int at = pymodule_find(m, cls, init);
	bool takes = false;

	if (at < 0 || m->syms[at].kind != PY_FUNC)
		return false;
	pydef_params(m, &m->syms[at], &params);
	for (size_t i = 0; i < params.n && !takes; i++)
		takes = span_eq(params.v[i].name, key);
	free(params.v);
	return takes;
}

/* Fields of side `side` that the other side's class does not bind or get. */
static void say_fields(const struct landing_view *v, size_t file, int side,
		       struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	const struct pymodule *m = surface_py(v, file, side);
	const struct pymodule *o = surface_py(v, file, !side);
	const char *other = side ? file_old_path(f) : f->change->path;

	struct pyclasses classes = { m, o, -1, -1 };
	size_t n;
	const uint32_t *changed = surface_changed(v, file, side, &n);

	for (size_t k = 0; k < n; k++) {
		size_t i = changed[k];
		const struct pysym *s = &m->syms[i];
		if (s->kind != PY_VAR || s->parent < 0 ||
		    !class_is_config(m->syms[s->parent].name) ||
		    !is_field(s) || !pymodule_is_public(m, (int)i))
			continue;
		int cls = pyclasses_find(&classes, s->parent);
		if (cls < 0 || pymodule_find(o, cls, s->name) >= 0 ||
		    pymodule_find(m, s->parent, s->name) != (int)i)
			continue;
		/* "self.name: T = ..." in __init__ is the field's new place. */
		if (sets_itself(o, cls, s->name) ||
		    constructor_takes(o, cls, s->name) ||
		    class_inherits(v, !side, other, o, cls, s->name) ==
			    FOUND_YES)
			continue;
		struct signal g = signal_at(side ? "config-key-added" :
						   "config-key-removed",
			f, side, s->at,
			pymodule_qualified(m, (int)i, surface_arena(v)));
		struct span value = py_field_default(s->value);
		if (py_is_literal(value))
			*(side ? &g.new : &g.old) = span_text(v, value);
		g.breaking = !side;
		signal_add(out, &g);
	}
}

static void read_keys(const struct landing_view *v, struct signal_list *out)
{
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];

		if (!wants(f) || (path_is_internal(f->change->path) &&
				  !declares_config(f->new, f->new_len)))
			continue;
		say_fields(v, i, 0, out);
		say_fields(v, i, 1, out);
	}
}

const struct signal_reader read_config_keys = {
	"configkey", wants, read_keys
};
