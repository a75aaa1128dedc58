#include "analyze/signals/surface.h"
#include "analyze/signals/outlines.h"
#include "core/mem.h"
#include "core/str.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct cached_file {
	struct line_diff lines;
	struct pymodule py[2];
	uint32_t *changed[2];
	size_t changed_n[2];
	bool lines_done, py_done[2], changed_done[2];
	bool aligned[2];	/* py[side].same is about the other one */
};

/* A module of the tree that the landing did not touch. */
struct cached_module {
	int side;
	const char *path;
	struct pymodule py;
	bool absent;
};

struct signal_cache {
	struct arena arena;
	struct cached_file *files;
	size_t files_n;
	struct cached_module **others;
	size_t others_n, others_cap;
};

struct signal_cache *surface_cache_new(const struct landing_view *v)
{
	struct arena a = { 0 };
	struct signal_cache *c = arena_alloc(&a, sizeof(*c));
	c->files_n = v->files_n;
	c->files = arena_alloc(&a, (v->files_n + 1) * sizeof(*c->files));
	c->arena = a;
	return c;
}

static const char *path_of(const struct landing_file *f, int side)
{
	return side ? f->change->path : file_old_path(f);
}

/* The older one is what the next commit, an older one, begins with. */
static void keep_outline(const struct landing_view *v, size_t i)
{
	struct landing_file *f = &v->files[i];
	struct cached_file *c = &v->cache->files[i];
	int side = c->py_done[0] ? 0 : 1;

	if (c->py_done[side])
		outlines_give(v->outlines, path_of(f, side), &c->py[side],
			      side ? f->new_obj : f->old_obj);
	if (c->py_done[!side])
		outlines_give_back(v->outlines, &c->py[!side]);
}

void surface_cache_free(const struct landing_view *v)
{
	struct signal_cache *c = v->cache;
	struct arena arena;

	for (size_t i = 0; i < c->files_n; i++)
		keep_outline(v, i);
	for (size_t i = 0; i < c->others_n; i++) {
		pymodule_release(&c->others[i]->py);
		free(c->others[i]);
	}
	free(c->others);
	arena = c->arena;	/* which c is in */
	arena_release(&arena);
}

struct arena *surface_arena(const struct landing_view *v)
{
	return &v->cache->arena;
}

bool surface_is_python(const struct landing_file *f)
{
	return f->lang == LANG_PYTHON && f->kind == PATH_PRODUCT;
}

bool surface_is_imported(const struct landing_file *f)
{
	return surface_is_python(f) && !path_is_setup(f->change->path);
}

bool surface_text(const struct landing_file *f, int side, const char **s,
		  size_t *len)
{
	*s = side ? f->new : f->old;
	*len = side ? f->new_len : f->old_len;
	return *s != NULL;
}

bool surface_touched(const struct landing_file *f, int side, size_t from,
		     size_t to)
{
	if (!f->old || !f->new)
		return true;
	size_t a = side ? f->new_from : f->old_from;
	size_t b = side ? f->new_to : f->old_to;
	return from <= b && to >= a;
}

const struct line_diff *surface_lines(const struct landing_view *v, size_t i)
{
	struct cached_file *c = &v->cache->files[i];
	const struct landing_file *f = &v->files[i];
	if (!c->lines_done) {
		c->lines_done = true;
		line_diff_make(&c->lines,
			f->old ? f->old + f->old_from : "",
			f->old ? f->old_to - f->old_from : 0,
			f->new ? f->new + f->new_from : "",
			f->new ? f->new_to - f->new_from : 0, f->script,
			&v->cache->arena);
	}
	return &c->lines;
}

int surface_line_no(const struct landing_file *f, int side,
		    const struct diff_line *l)
{
	const char *s = side ? f->new : f->old;
	return s ? line_of(s, (size_t)(l->s - s)) : 0;
}

/* Like the other side's, or like one kept from another commit. */
static void make_outline(const struct landing_view *v, size_t i, int side,
			 const char *s, size_t len)
{
	const struct landing_file *f = &v->files[i];
	struct cached_file *c = &v->cache->files[i];
	struct pymodule *own = &c->py[side];
	const struct pymodule *other = NULL;

	if (c->py_done[!side] && f->old && f->new)
		other = &c->py[!side];
	else if (outlines_make(v->outlines, path_of(f, side), s, len, own))
		return;
	else if (side)
		other = surface_py(v, i, 0);
	outlines_room(v->outlines, own, other ? other->n + 16 : len / 160 + 16);
	c->aligned[side] = other != NULL;
	if (!other)
		pymodule_parse(own, s, len);
	else if (side)
		pymodule_parse_like(own, s, len, other, f->new_from,
				    f->new_len - f->new_to);
	else
		pymodule_parse_like(own, s, len, other, f->old_from,
				    f->old_len - f->old_to);
}

const struct pymodule *surface_py(const struct landing_view *v, size_t i,
				  int side)
{
	const struct landing_file *f = &v->files[i];
	struct cached_file *c = &v->cache->files[i];
	const char *s;
	size_t len;
	if (!surface_text(f, side, &s, &len))
		return NULL;
	if (c->py_done[side])
		return &c->py[side];
	/* What a file is after this commit is what it was before the last one
	 * that was read, if that one changed it. */
	if (!c->py_done[1] && f->new)
		c->py_done[1] = outlines_take(v->outlines, f->change->path,
					      f->new, f->new_len, &c->py[1]);
	if (!c->py_done[side])
		make_outline(v, i, side, s, len);
	c->py_done[side] = true;
	return &c->py[side];
}

/* Two classes of one name, or none on either side. */
static bool same_scope(const struct pymodule *m, int parent,
		       const struct pymodule *o, int other)
{
	return parent < 0 ? other < 0 : other >= 0 &&
	       span_eq(m->syms[parent].name, o->syms[other].name);
}

/* Symbols of one side, one by one in order. */
struct picker {
	const struct landing_file *f;
	int side;
	const struct pymodule *m, *o;
	uint32_t *v;
	size_t n;
	int parent, other;	/* compared last */
	bool same;
};

static void pick(struct picker *p, size_t i)
{
	const struct pysym *s = &p->m->syms[i];

	if (!surface_touched(p->f, p->side, s->from, s->to))
		return;
	assert(p->n < p->m->n);
	p->v[p->n++] = (uint32_t)i;
}

/* n that are the same, but for their classes. */
static void pick_moved(struct picker *p, size_t i, size_t other, size_t n)
{
	/* In order: those in front of the middle are many, those behind too. */
	size_t a = p->side ? p->f->new_from : p->f->old_from;
	size_t b = p->side ? p->f->new_to : p->f->old_to;

	for (size_t k = 0; k < n && p->m->syms[i + k].from <= b; k++) {
		if (p->m->syms[i + k].to < a)
			continue;
		int parent = p->m->syms[i + k].parent;
		int q = p->o->syms[other + k].parent;

		if (parent != p->parent || q != p->other) {
			p->parent = parent;
			p->other = q;
			p->same = same_scope(p->m, parent, p->o, q);
		}
		if (!p->same)
			pick(p, i + k);
	}
}

static void pick_changed(struct picker *p, const struct pysame *v, size_t n,
			 bool here)
{
	size_t i = 0;

	for (size_t k = 0; k < n; k++) {
		size_t from = here ? v[k].here : v[k].there, past;

		while (i < from)
			pick(p, i++);
		past = i - from;	/* what stands twice on the other side */
		if (past >= v[k].n)
			continue;
		pick_moved(p, i, (here ? v[k].there : v[k].here) + past,
			   v[k].n - past);
		i = from + v[k].n;
	}
	while (i < p->m->n)
		pick(p, i++);
}

const uint32_t *surface_changed(const struct landing_view *v, size_t i,
				int side, size_t *n)
{
	struct cached_file *c = &v->cache->files[i];
	struct picker p = { .f = &v->files[i], .side = side, .parent = -2 };
	const struct pymodule *told;

	*n = c->changed_n[side];
	if (c->changed_done[side])
		return c->changed[side];
	p.m = surface_py(v, i, side);
	p.o = surface_py(v, i, !side);
	told = c->aligned[side] ? p.m : c->aligned[!side] ? p.o : NULL;
	p.v = arena_room(&v->cache->arena, p.m->n * sizeof(*p.v));
	pick_changed(&p, told ? told->same : NULL, told ? told->same_n : 0,
		     told == p.m);
	c->changed[side] = p.v;
	c->changed_done[side] = true;
	*n = c->changed_n[side] = p.n;
	return p.v;
}

static struct cached_module *other(const struct landing_view *v, int side,
				   const char *path)
{
	struct signal_cache *c = v->cache;
	for (size_t i = 0; i < c->others_n; i++)
		if (c->others[i]->side == side &&
		    !strcmp(c->others[i]->path, path))
			return c->others[i];
	GROW(c->others, c->others_n, c->others_cap);
	struct cached_module *m = xcalloc(1, sizeof(*m));
	c->others[c->others_n++] = m;
	m->side = side;
	m->path = arena_strdup(&c->arena, path);
	const char *s;
	size_t len;
	if (!v->read || v->read(v->arg, side, path, &s, &len) < 0)
		m->absent = true;
	else
		pymodule_parse(&m->py, s, len);
	return m;
}

const struct pymodule *surface_py_at(const struct landing_view *v, int side,
				     const char *path)
{
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		if (!strcmp(path_of(f, side), path))
			return surface_py(v, i, side);
	}
	struct cached_module *m = other(v, side, path);
	return m->absent ? NULL : &m->py;
}

/* The folder that an import starts from, with its slash; and what is left. */
static size_t import_root(const char *from, struct span *module)
{
	const char *slash = strrchr(from, '/');
	size_t n = slash ? (size_t)(slash - from) + 1 : 0;
	uint32_t dots = 0;

	while (dots < module->len && module->s[dots] == '.')
		dots++;
	module->s += dots;
	module->len -= dots;
	if (dots) {
		while (--dots && n) {
			for (n--; n && from[n - 1] != '/'; n--)
				;
		}
		return n;
	}
	uint32_t first = 0;
	while (first < module->len && module->s[first] != '.')
		first++;
	for (size_t i = 0; i + first < n; i++)
		if ((!i || from[i - 1] == '/') && from[i + first] == '/' &&
		    !memcmp(from + i, module->s, first))
			return i;
	return n;
}

const char *surface_module_path(const struct landing_view *v, int side,
				const char *from, struct span module)
{
	struct arena *a = surface_arena(v);
	size_t root = import_root(from, &module);
	char *tail = arena_strndup(a, module.s, module.len);
	for (char *p = tail; *p; p++)
		if (*p == '.')
			*p = '/';
	const char *dash = *tail ? "/" : "";
	const char *try[2] = {
		arena_printf(a, "%.*s%s.py", (int)root, from, tail),
		arena_printf(a, "%.*s%s%s__init__.py", (int)root, from, tail,
			     dash),
	};
	for (int i = *tail ? 0 : 1; i < 2; i++)
		if (surface_py_at(v, side, try[i]))
			return try[i];
	return NULL;
}
