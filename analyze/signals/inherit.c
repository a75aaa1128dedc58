#include "analyze/signals/inherit.h"

#include <string.h>

#define DEPTH_MAX 8

/* Bases that bring no public member anybody would call by name. */
static const char *const plain_bases[] = {
	"object", "ABC", "Protocol", "Generic", "Enum", "IntEnum", "StrEnum",
	"Flag", "IntFlag", "NamedTuple", "TypedDict", "BaseModel", "str",
	"int", "Exception", "ValueError", "RuntimeError", "Module",
	"CustomOp", NULL
};

/* Members torch modules have in any case. */
static const char *const module_members[] = {
	"forward", "train", "eval", "to", "cuda", "cpu", "half", "float",
	"state_dict", "load_state_dict", "parameters", "named_parameters",
	"extra_repr", "apply", "compile", "device", "dtype", "type", NULL
};

static bool in_list(struct span s, const char *const *list)
{
	for (int i = 0; list[i]; i++)
		if (span_is(s, list[i]))
			return true;
	return false;
}

/* "a.b.C[T]" -> "C" */
static struct span simple_name(struct span base)
{
	uint32_t n = 0, from = 0;
	while (n < base.len && base.s[n] != '[' && base.s[n] != '(') {
		if (base.s[n] == '.')
			from = n + 1;
		n++;
	}
	return (struct span){ base.s + from, n - from };
}

static bool is_keyword_base(struct span base)
{
	return memchr(base.s, '=', base.len) != NULL;
}

bool class_is_enum(const struct pymodule *m, int cls)
{
	const struct pysym *c = &m->syms[cls];
	for (uint32_t i = 0; i < c->bases_n; i++) {
		struct span b = simple_name(m->spans[c->bases + i]);
		if ((b.len >= 4 && !memcmp(b.s + b.len - 4, "Enum", 4)) ||
		    (b.len >= 4 && !memcmp(b.s + b.len - 4, "Flag", 4)))
			return true;
	}
	return false;
}

static const char *const class_ends[] = {
	"Config", "Args", "Params", "Request", "Options", "Settings", NULL
};

bool class_is_config(struct span name)
{
	for (int i = 0; class_ends[i]; i++) {
		size_t n = strlen(class_ends[i]);
		if (name.len >= n &&
		    !memcmp(name.s + name.len - n, class_ends[i], n))
			return true;
	}
	return false;
}

static enum found binds_at(const struct landing_view *v, int side,
			   const char *path, struct span name, int depth)
{
	const struct pymodule *m = surface_py_at(v, side, path);
	enum found best = FOUND_NO;

	if (!m || depth > DEPTH_MAX)
		return FOUND_UNKNOWN;
	if (pymodule_find(m, -1, name) >= 0)
		return FOUND_YES;
	for (size_t i = 0; i < m->n; i++) {
		const struct pysym *s = &m->syms[i];
		if (s->kind != PY_STAR || s->parent >= 0 ||
		    (name.len && *name.s == '_'))
			continue;
		const char *p = surface_module_path(v, side, path, s->name);
		enum found f = p ? binds_at(v, side, p, name, depth + 1) :
				   FOUND_UNKNOWN;
		if (f == FOUND_YES)
			return f;
		if (f == FOUND_UNKNOWN)
			best = f;
	}
	return best;
}

enum found module_binds(const struct landing_view *v, int side,
			const char *path, struct span name)
{
	return binds_at(v, side, path, name, 0);
}

static enum found inherits(const struct landing_view *v, int side,
			   const char *path, const struct pymodule *m,
			   int cls, struct span member, int depth);

/* A class found by name: its own member, or one of its bases'. */
static enum found class_has(const struct landing_view *v, int side,
			    const char *path, const struct pymodule *m,
			    int cls, struct span member, int depth)
{
	static const struct span getattr_name = { "__getattr__", 11 };
	if (pymodule_find(m, cls, member) >= 0)
		return FOUND_YES;
	if (pymodule_find(m, cls, getattr_name) >= 0)
		return FOUND_UNKNOWN;
	return inherits(v, side, path, m, cls, member, depth + 1);
}

static enum found base_has(const struct landing_view *v, int side,
			   const char *path, const struct pymodule *m,
			   struct span base, struct span member, int depth)
{
	struct span name = simple_name(base);
	if (span_is(name, "Module") || span_is(name, "CustomOp"))
		if (in_list(member, module_members))
			return FOUND_UNKNOWN;
	int at = pymodule_find(m, -1, name);
	if (at >= 0 && m->syms[at].kind == PY_CLASS)
		return class_has(v, side, path, m, at, member, depth);
	if (in_list(name, plain_bases))
		return FOUND_NO;
	if (at < 0 || m->syms[at].kind != PY_IMPORT || !m->syms[at].source.s)
		return FOUND_UNKNOWN;
	const struct pysym *imp = &m->syms[at];
	for (int hops = 0; hops < DEPTH_MAX; hops++) {
		const char *p = surface_module_path(v, side, path,
						    imp->module);
		const struct pymodule *o = p ? surface_py_at(v, side, p) :
					       NULL;
		int k = o ? pymodule_find(o, -1, imp->source) : -1;
		if (k < 0)
			return FOUND_UNKNOWN;
		if (o->syms[k].kind == PY_CLASS)
			return class_has(v, side, p, o, k, member, depth);
		if (o->syms[k].kind != PY_IMPORT || !o->syms[k].source.s)
			return FOUND_UNKNOWN;
		imp = &o->syms[k];
		path = p;
	}
	return FOUND_UNKNOWN;
}

static enum found inherits(const struct landing_view *v, int side,
			   const char *path, const struct pymodule *m,
			   int cls, struct span member, int depth)
{
	const struct pysym *c = &m->syms[cls];
	enum found best = FOUND_NO;

	if (depth > DEPTH_MAX)
		return FOUND_UNKNOWN;
	for (uint32_t i = 0; i < c->bases_n; i++) {
		struct span base = m->spans[c->bases + i];
		if (is_keyword_base(base))
			continue;
		enum found f = base_has(v, side, path, m, base, member,
					depth);
		if (f == FOUND_YES)
			return f;
		if (f == FOUND_UNKNOWN)
			best = f;
	}
	return best;
}

enum found class_inherits(const struct landing_view *v, int side,
			  const char *path, const struct pymodule *m, int cls,
			  struct span member)
{
	return inherits(v, side, path, m, cls, member, 0);
}
