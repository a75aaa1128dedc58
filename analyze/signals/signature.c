/*
 * P4 - parameters of public functions that are on both sides.
 *
 * Stated: a parameter that went, one that came, a default that went or
 * changed, one that became keyword-only.  Annotations alone say nothing.  The
 * same change in many classes (an interface and its implementations) is one
 * statement that names the others.
 */
#include "analyze/signals/emit.h"
#include "analyze/signals/pydef.h"
#include "analyze/signals/pyvalue.h"
#include "analyze/signals/readers.h"
#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

#define PARAM_TEXT_MAX 120

struct sig_change {
	struct str old, new;	/* parameters as spelled */
	struct str removed, required, added, defaults, kwonly;
	bool breaking;
};

struct said {			/* a statement already made */
	const char *method, *old, *new;
	size_t at;		/* its index in the list */
	struct str also;
	int n;
};

struct said_list {
	struct said *v;
	size_t n, cap;
};

static bool wants(const struct landing_file *f)
{
	return surface_is_imported(f) && (f->look & LOOK_OUTLINE) && f->old &&
	       f->new;
}

static void add_word(struct str *b, struct span s)
{
	if (b->len)
		str_add(b, ",");
	json_add_str(b, s.s, s.len);
}

static void add_param(const struct landing_view *v, struct str *b,
		      const struct pyparam *p)
{
	const char *star = p->kind == PY_VARARGS ? "*" :
			   p->kind == PY_KWARGS ? "**" : "";
	if (b->len)
		str_add(b, ", ");
	str_add(b, star);
	str_addmem(b, p->name.s, p->name.len);
	if (p->value.s)
		str_add(b, "=");
	if (p->value.s && p->value.len <= PARAM_TEXT_MAX)
		str_add(b, span_text(v, p->value));
	else if (p->value.s)
		str_add(b, "...");
}

struct sig {
	const struct pyparam *p;
	uint32_t n;
	bool kwargs;		/* takes any keyword */
};

/* Without self or cls; the parameters are those of *own. */
static struct sig sig_of(const struct pymodule *m, const struct pysym *s,
			 struct pyparams *own)
{
	struct sig g;

	pydef_params(m, s, own);
	g = (struct sig){ own->v, (uint32_t)own->n, false };
	if (s->parent >= 0 && g.n && (span_is(g.p->name, "self") ||
				      span_is(g.p->name, "cls")))
		g.p++, g.n--;
	for (uint32_t i = 0; i < g.n; i++)
		g.kwargs |= g.p[i].kind == PY_KWARGS;
	return g;
}

static bool is_injected(const struct landing_view *v, const struct pyparam *p)
{
	return (span_is(p->name, "loc") || span_is(p->name, "ip")) &&
	       strstr(v->repo, "cutlass");
}

static const struct pyparam *find_param(const struct sig *g,
					const struct pyparam *p)
{
	for (uint32_t i = 0; i < g->n; i++)
		if (g->p[i].name.len == p->name.len &&
		    span_eq(g->p[i].name, p->name))
			return &g->p[i];
	return NULL;
}

static bool is_star(const struct pyparam *p)
{
	return p->kind == PY_VARARGS || p->kind == PY_KWARGS;
}

static void compare_old(const struct landing_view *v, const struct sig *a,
			const struct sig *b, struct sig_change *c)
{
	for (uint32_t i = 0; i < a->n; i++) {
		const struct pyparam *p = &a->p[i], *q = find_param(b, p);
		bool to_kwonly = q && q->kind == PY_KWONLY &&
				 (p->kind == PY_NORMAL ||
				  p->kind == PY_POSITIONAL);
		if (*p->name.s == '_' || is_injected(v, p))
			continue;
		if (!q) {
			add_param(v, &c->old, p);
			add_word(&c->removed, p->name);
			c->breaking |= !b->kwargs && p->kind != PY_KWARGS;
			continue;
		}
		bool value = !is_star(p) && p->value.s &&
			     !py_same_value(p->value, q->value);
		if (!value && !to_kwonly)
			continue;
		add_param(v, &c->old, p);
		if (to_kwonly && !c->kwonly.len)
			str_add(&c->new, c->new.len ? ", *" : "*");
		add_param(v, &c->new, q);
		if (value)
			add_word(&c->defaults, p->name);
		if (to_kwonly)
			add_word(&c->kwonly, p->name);
		c->breaking = true;
	}
}

static void compare_new(const struct landing_view *v, const struct sig *a,
			const struct sig *b, struct sig_change *c)
{
	for (uint32_t i = 0; i < b->n; i++) {
		const struct pyparam *p = &b->p[i];
		if (find_param(a, p) || *p->name.s == '_' || !p->name.len ||
		    is_injected(v, p))
			continue;
		add_param(v, &c->new, p);
		if (!p->value.s && !is_star(p)) {
			add_word(&c->required, p->name);
			c->breaking = true;
		} else {
			add_word(&c->added, p->name);
		}
	}
}

static void change_release(struct sig_change *c)
{
	str_release(&c->old);
	str_release(&c->new);
	str_release(&c->removed);
	str_release(&c->required);
	str_release(&c->added);
	str_release(&c->defaults);
	str_release(&c->kwonly);
}

static void add_list(struct str *d, const char *key, const struct str *words)
{
	if (!words->len)
		return;
	str_add(d, d->len > 1 ? ",\"" : "\"");
	str_add(d, key);
	str_add(d, "\":[");
	str_addmem(d, words->s, words->len);
	str_add(d, "]");
}

static const char *detail_of(const struct landing_view *v,
			     const struct sig_change *c, const struct said *s)
{
	struct str d = STR_INIT;
	str_add(&d, "{");
	if (c) {
		add_list(&d, "removed", &c->removed);
		add_list(&d, "required", &c->required);
		add_list(&d, "added", &c->added);
		add_list(&d, "defaults", &c->defaults);
		add_list(&d, "kwonly", &c->kwonly);
	}
	if (s) {
		add_list(&d, "also", &s->also);
		str_addf(&d, "%s\"n\":%d", d.len > 1 ? "," : "", s->n);
	}
	str_add(&d, "}");
	char *out = arena_strdup(surface_arena(v), d.s);
	str_release(&d);
	return out;
}

/* A statement with the same words about another class: count it there. */
static bool said_before(struct said_list *l, const char *method,
			const char *name, const struct sig_change *c)
{
	for (size_t i = 0; i < l->n; i++) {
		struct said *s = &l->v[i];
		if (strcmp(s->method, method) ||
		    strcmp(s->old, str_c(&c->old)) ||
		    strcmp(s->new, str_c(&c->new)))
			continue;
		s->n++;
		add_word(&s->also, (struct span){ name,
						  (uint32_t)strlen(name) });
		return true;
	}
	return false;
}

/* X.__init__ is spoken of as X. */
static const char *spoken_name(const struct landing_view *v,
			       const struct pymodule *m, int sym)
{
	char *name = pymodule_qualified(m, sym, surface_arena(v));
	if (ends_with(name, ".__init__"))
		name[strlen(name) - strlen(".__init__")] = '\0';
	return name;
}

/* What differs, into *c; false: `@variant def f(): ...`, a new decorator makes
 * the function. */
static bool compare_params(const struct landing_view *v,
			   const struct pymodule *a, const struct pysym *x,
			   const struct pymodule *b, const struct pysym *y,
			   struct sig_change *c)
{
	struct pyparams old = { 0 }, new = { 0 };
	struct sig p = sig_of(a, x, &old), q = sig_of(b, y, &new);
	bool made = p.n && !q.n && y->decos_n > x->decos_n;

	if (!made) {
		compare_old(v, &p, &q, c);
		compare_new(v, &p, &q, c);
	}
	free(old.v);
	free(new.v);
	return !made;
}

static void compare(const struct landing_view *v, size_t file,
		    const char *name, const struct pymodule *a, int x,
		    const struct pymodule *b, int y, struct said_list *said,
		    struct signal_list *out)
{
	struct sig_change c = { 0 };

	if (!compare_params(v, a, &a->syms[x], b, &b->syms[y], &c))
		return;
	if (c.old.len || c.new.len) {
		const char *method = span_text(v, a->syms[x].name);
		if (!said_before(said, method, name, &c)) {
			struct signal s = signal_at("signature",
				&v->files[file], 1, b->syms[y].at, name);
			s.old = c.old.len ? c.old.s : NULL;
			s.new = c.new.len ? c.new.s : NULL;
			s.breaking = c.breaking;
			s.detail = detail_of(v, &c, NULL);
			GROW(said->v, said->n, said->cap);
			said->v[said->n++] = (struct said){
				.method = method, .at = out->n, .n = 1,
				.old = arena_strdup(surface_arena(v),
						    str_c(&c.old)),
				.new = arena_strdup(surface_arena(v),
						    str_c(&c.new)),
			};
			signal_add(out, &s);
		}
	}
	change_release(&c);
}

static bool is_accessor(const struct pymodule *m, const struct pysym *s)
{
	for (uint32_t i = 0; i < s->decos_n; i++) {
		struct span d = m->spans[s->decos + i];
		if (span_is(d, "overload") || span_is(d, "typing.overload") ||
		    (d.len > 7 && !memcmp(d.s + d.len - 7, ".setter", 7)) ||
		    (d.len > 9 && !memcmp(d.s + d.len - 9, ".register", 9)))
			return true;
	}
	return false;
}

static bool is_definition(const struct pymodule *m, int i, int parent,
			  const struct pysym *of)
{
	const struct pysym *s = &m->syms[i];

	return s->hash == of->hash && s->parent == parent &&
	       s->kind == PY_FUNC && span_eq(s->name, of->name) &&
	       !is_accessor(m, s);
}

/* How many plain definitions of that name the scope has. */
static int definitions(const struct pymodule *m, int parent,
		       const struct pysym *of)
{
	int i, n = 0;

	for (i = pymodule_last(m, of->hash); i >= 0; i = pymodule_before(m, i))
		n += is_definition(m, i, parent, of);
	return n;
}

/* The one that `after` of these stand after; there is one. */
static int definition(const struct pymodule *m, int parent,
		      const struct pysym *of, int after)
{
	int i = pymodule_last(m, of->hash);

	while (!is_definition(m, i, parent, of) || after-- > 0)
		i = pymodule_before(m, i);
	return i;
}

/* Not a byte of the header differs: no parameter does. */
static bool same_header(const struct pymodule *a, const struct pysym *x,
			const struct pymodule *b, const struct pysym *y)
{
	size_t n = x->body - x->at;

	return y->body - y->at == n && !memcmp(a->src + x->at, b->src + y->at, n);
}

/* A decorator makes one, of the fields. */
static bool makes_constructor(const struct pymodule *m, const struct pysym *c)
{
	for (uint32_t i = 0; i < c->decos_n; i++) {
		struct span d = m->spans[c->decos + i];

		if (find_word(d.s, d.len, "dataclass", 9) ||
		    find_word(d.s, d.len, "attrs", 5) ||
		    find_word(d.s, d.len, "attr", 4) ||
		    find_word(d.s, d.len, "define", 6))
			return true;
	}
	return false;
}

/* The constructor of a class: its own, or that of a base in the same file. */
static int constructor(const struct pymodule *m, int cls, int depth)
{
	static const struct span init = { "__init__", 8 };
	int own = pymodule_find(m, cls, init);
	if (own >= 0 || depth > 4)
		return own >= 0 && m->syms[own].kind == PY_FUNC ? own : -1;
	const struct pysym *c = &m->syms[cls];
	if (makes_constructor(m, c))
		return -1;
	for (uint32_t i = 0; i < c->bases_n; i++) {
		int base = pymodule_find(m, -1, m->spans[c->bases + i]);
		if (base < 0 || base == cls || m->syms[base].kind != PY_CLASS)
			continue;
		int up = constructor(m, base, depth + 1);
		if (up >= 0)
			return up;
	}
	return -1;
}

/* A class whose constructor went to a base, or came from one. */
static void compare_constructors(const struct landing_view *v, size_t file,
				 struct said_list *said,
				 struct signal_list *out)
{
	const struct pymodule *a = surface_py(v, file, 0);
	const struct pymodule *b = surface_py(v, file, 1);
	struct pyclasses classes = { a, b, -1, -1 };

	for (size_t i = 0; i < a->n; i++) {
		const struct pysym *s = &a->syms[i];
		if (s->kind != PY_CLASS || s->parent >= 0 ||
		    !surface_touched(&v->files[file], 0, s->from, s->to) ||
		    !pymodule_is_public(a, (int)i))
			continue;
		int cls = pyclasses_find(&classes, (int)i);
		if (cls < 0)
			continue;
		int x = constructor(a, (int)i, 0), y = constructor(b, cls, 0);
		if (x < 0 || y < 0)
			continue;
		bool own_x = a->syms[x].parent == (int)i;
		bool own_y = b->syms[y].parent == cls;
		if (own_x != own_y)
			compare(v, file, span_text(v, s->name), a, x, b, y,
				said, out);
	}
}

/* A class that stands twice now, or no longer does, has its variants. */
static bool same_classes(const struct pymodule *a, struct span cls,
			 const struct pymodule *b)
{
	return pymodule_classes(a, cls) == pymodule_classes(b, cls);
}

static void compare_file(const struct landing_view *v, size_t file,
			 struct said_list *said, struct signal_list *out)
{
	const struct pymodule *a = surface_py(v, file, 0);
	const struct pymodule *b = surface_py(v, file, 1);
	struct pyclasses classes = { a, b, -1, -1 };
	size_t n_changed;
	const uint32_t *changed = surface_changed(v, file, 0, &n_changed);

	for (size_t k = 0; k < n_changed; k++) {
		size_t i = changed[k];
		const struct pysym *s = &a->syms[i];
		int parent = -1, after = 0;
		if (s->kind != PY_FUNC || is_accessor(a, s) || !pymodule_is_public(a, (int)i))
			continue;
		if (s->parent >= 0) {
			parent = pyclasses_find(&classes, s->parent);
			if (parent < 0)
				continue;
		}
		/* Variants under if/else are compared one by one, and only
		 * when there are as many as before. */
		int n = definitions(a, s->parent, s);
		if (definitions(b, parent, s) != n)
			continue;
		while (definition(a, s->parent, s, after) != (int)i)
			after++;
		int y = definition(b, parent, s, after);
		if (!same_header(a, s, b, &b->syms[y]) &&
		    (s->parent < 0 ||
		     same_classes(a, a->syms[s->parent].name, b)))
			compare(v, file, spoken_name(v, a, (int)i), a, (int)i,
				b, y, said, out);
	}
	compare_constructors(v, file, said, out);
}

static void read_signature(const struct landing_view *v,
			   struct signal_list *out)
{
	struct said_list said = { 0 };

	for (size_t i = 0; i < v->files_n; i++)
		if (wants(&v->files[i]) &&
		    !path_is_internal(v->files[i].change->path))
			compare_file(v, i, &said, out);
	for (size_t i = 0; i < said.n; i++) {
		struct said *s = &said.v[i];
		struct signal *g = &out->v[s->at];
		if (s->n > 1) {
			size_t n = strlen(g->detail);
			g->detail = arena_printf(out->arena, "%.*s,%s",
				(int)(n - 1), g->detail,
				detail_of(v, NULL, s) + 1);
		}
		str_release(&s->also);
	}
	free(said.v);
}

const struct signal_reader read_signatures = {
	"signature", wants, read_signature
};
