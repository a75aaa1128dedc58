/*
 * analyze/signals/pins.c - pins and submodules whose value differs between
 * the two sides of a landing.
 *
 * A file's pins are compared as a map from (section, name) to (spec, marker):
 * what stands on both sides is no change wherever it stands.  What is left in
 * the whole landing is paired once more by (name, spec, marker), so that a pin
 * that only moved to another file or section says nothing.
 */
#include "analyze/signals/lines.h"
#include "analyze/signals/pins.h"
#include "analyze/signals/readers.h"
#include "analyze/signals/surface.h"
#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

static bool is_gitlink(const struct change *c)
{
	return c->mode == 0160000 || c->old_mode == 0160000;
}

/* Every line speaks for itself, whatever stands above it. */
static bool is_line_by_line(enum pin_format format)
{
	return format == PINS_SHELL || format == PINS_SETUP ||
	       format == PINS_REQUIREMENTS;
}

/* A string, but the project's own version: requirements are strings. */
static bool has_requirement(const struct diff_line *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct diff_line l = diff_line_trim(v[i]);

		if ((memchr(l.s, '"', l.len) || memchr(l.s, '\'', l.len)) &&
		    !(l.len > 11 && !memcmp(l.s, "version = \"", 11)))
			return true;
	}
	return false;
}

/* Where anything may stand, something in the middle must look like a pin; where
 * lines hang together and all are read, something that changed. */
static bool looks_like_pin(const struct landing_view *v, size_t i,
			   enum pin_format format)
{
	static const char *const any[] = {
		"==", "VERSION", "COMMIT", "_REF", "_TAG", "_SHA", "REVISION",
		"FROM ", "HASH", "BRANCH", NULL
	};
	static const char *const setup[] = {
		"==", ">=", "<=", "~=", "<", NULL
	};
	const char *const *words = format == PINS_SETUP ? setup : any;

	const struct landing_file *f = &v->files[i];
	const struct line_diff *d = surface_lines(v, i);
	bool middle = d->cut || is_line_by_line(format);

	if (format == PINS_PYPROJECT)
		return d->cut || has_requirement(d->old, d->old_n) ||
		       has_requirement(d->new, d->new_n);
	if (format == PINS_REQUIREMENTS || format == PINS_CARGO)
		return true;
	for (; *words; words++)
		for (int side = 0; side < 2; side++)
			if (middle ? middle_has(f, side, *words) :
				     line_diff_has(d, side, *words))
				return true;
	return false;
}

static bool pins_want(const struct landing_file *f)
{
	if (is_gitlink(f->change))
		return true;
	/* A file that came or went pins nothing that was pinned before. */
	return f->old && f->new && f->kind != PATH_VENDORED &&
	       pin_format(f->change->path) != PINS_NONE;
}

static bool any_pin(const struct diff_line *v, size_t n,
		    enum pin_format format, struct arena *a)
{
	struct pins p = { .arena = a };
	bool any;

	for (size_t i = 0; i < n && !p.n; i++)
		pins_parse(&p, format, v[i].s, v[i].len, 0);
	any = p.n > 0;
	pins_release(&p);
	return any;
}

/* Does a changed line pin something?  Not asked where lines hang together. */
static bool changes_pin(const struct landing_view *v, size_t i,
			enum pin_format format, struct arena *a)
{
	const struct line_diff *d;

	if (!is_line_by_line(format))
		return true;
	d = surface_lines(v, i);
	return d->cut || any_pin(d->old, d->old_n, format, a) ||
	       any_pin(d->new, d->new_n, format, a);
}

/* One pin of one side that has no equal on the other. */
struct left {
	const struct landing_file *file;
	struct pin *pin;
	bool used;
};

struct lefts {
	struct left *v;
	size_t n, cap;
};

static bool same_pin(struct pin *a, struct pin *b, struct arena *mem)
{
	if (strcmp(a->marker, b->marker))
		return false;
	if (!strcmp(a->name, b->name) && !strcmp(a->spec, b->spec))
		return true;
	pin_norm(a, mem);
	pin_norm(b, mem);
	return !strcmp(a->key, b->key) && !strcmp(a->norm, b->norm);
}

static void keep_left(struct lefts *l, const struct landing_file *f,
		      struct pin *p)
{
	GROW(l->v, l->n, l->cap);
	l->v[l->n++] = (struct left){ f, p, false };
}

/*
 * The pins of one side.  Where every line speaks for itself, only those of the
 * lines that differ are read: the others stand on both sides.
 */
static void read_side(struct pins *p, const struct landing_file *f, int side,
		      enum pin_format format)
{
	const char *s = side ? f->new : f->old;
	size_t from = 0, to = side ? f->new_len : f->old_len;
	int line = 0;

	if (is_line_by_line(format)) {
		from = side ? f->new_from : f->old_from;
		to = side ? f->new_to : f->old_to;
		line = line_of(s, from) - 1;
	}
	pins_parse(p, format, s + from, to - from, line);
}

/* The pins of both sides without those that stand in both. */
static void compare_file(const struct landing_file *f, enum pin_format format,
			 struct arena *a, struct lefts *olds,
			 struct lefts *news)
{
	struct pins o = { .arena = a }, n = { .arena = a };
	size_t guess = 0;
	bool *met;

	read_side(&o, f, 0, format);
	read_side(&n, f, 1, format);
	met = xcalloc(n.n + 1, sizeof(*met));
	for (size_t i = 0; i < o.n; i++) {
		size_t k = guess;

		/* Nearly all pins stand where they stood. */
		if (k >= n.n || met[k] || !same_pin(&o.v[i], &n.v[k], a))
			for (k = 0; k < n.n &&
			     (met[k] || !same_pin(&o.v[i], &n.v[k], a));)
				k++;
		if (k < n.n) {
			met[k] = true;
			guess = k + 1;
			continue;
		}
		keep_left(olds, f, arena_alloc(a, sizeof(struct pin)));
		*olds->v[olds->n - 1].pin = o.v[i];
	}
	for (size_t k = 0; k < n.n; k++) {
		if (met[k])
			continue;
		keep_left(news, f, arena_alloc(a, sizeof(struct pin)));
		*news->v[news->n - 1].pin = n.v[k];
	}
	free(met);
	pins_release(&o);
	pins_release(&n);
}

/* A pin that moved to another file as it was. */
static void cancel_moved(struct lefts *olds, struct lefts *news,
			 struct arena *a)
{
	for (size_t i = 0; i < olds->n; i++)
		pin_norm(olds->v[i].pin, a);
	for (size_t k = 0; k < news->n; k++)
		pin_norm(news->v[k].pin, a);
	for (size_t i = 0; i < olds->n; i++)
		for (size_t k = 0; k < news->n; k++)
			if (!olds->v[i].used && !news->v[k].used &&
			    same_pin(olds->v[i].pin, news->v[k].pin, a))
				olds->v[i].used = news->v[k].used = true;
}

/* The pins of whole files, each read when it is first asked about. */
struct whole {
	const struct landing_view *v;
	struct arena *a;
	struct whole_file {
		struct pins pins;
		bool read;
	} *files[2];		/* of a side; NULL: none was asked about */
};

static struct pins *whole_pins(struct whole *w, size_t i, int side)
{
	const struct landing_file *f = &w->v->files[i];
	struct whole_file *x;

	if (!w->files[side])
		w->files[side] = xcalloc(w->v->files_n, sizeof(*x));
	x = &w->files[side][i];
	if (!x->read) {
		x->read = true;
		x->pins.arena = w->a;
		pins_parse(&x->pins, pin_format(f->change->path),
			   side ? f->new : f->old,
			   side ? f->new_len : f->old_len, 0);
	}
	return &x->pins;
}

static void whole_release(struct whole *w)
{
	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; w->files[side] && i < w->v->files_n; i++)
			pins_release(&w->files[side][i].pins);
		free(w->files[side]);
	}
}

static bool holds(struct whole *w, size_t i, int side, struct pin *p)
{
	const struct landing_file *f = &w->v->files[i];
	const struct pins *all;

	if (!find_word(side ? f->new : f->old,
		       side ? f->new_len : f->old_len, p->name,
		       strlen(p->name)))
		return false;
	all = whole_pins(w, i, side);
	for (size_t k = 0; k < all->n; k++)
		if (same_pin(&all->v[k], p, w->a))
			return true;
	return false;
}

/*
 * Does the pin stand on that side of the landing all the same: in another
 * section of its file, where it stood more often than it does now, or in a file
 * that came or went whole?
 */
static bool stands(struct whole *w, const struct left *l, int side)
{
	for (size_t i = 0; i < w->v->files_n; i++) {
		const struct landing_file *f = &w->v->files[i];
		bool came = side ? f->new && !f->old : f->old && !f->new;

		if (f != l->file &&
		    (!came || f->kind == PATH_VENDORED ||
		     pin_format(f->change->path) == PINS_NONE))
			continue;
		if (holds(w, i, side, l->pin))
			return true;
	}
	return false;
}

static void emit(struct signal_list *out, const struct left *o,
		 const struct left *n)
{
	const struct left *at = n ? n : o;
	const char *path = at->file->change->path;
	bool marker = o && n && !strcmp(o->pin->norm, n->pin->norm);
	struct signal s = {
		.kind = "pin",
		.name = at->pin->name,
		.path = n ? path : file_old_path(at->file),
		.line = at->pin->line,
		.old_side = !n,
	};

	s.old = !o ? NULL : marker ? o->pin->marker : o->pin->spec;
	s.new = !n ? NULL : marker ? n->pin->marker : n->pin->spec;
	s.detail = arena_printf(out->arena,
				"{\"scope\":\"%s\",\"what\":\"%s\"}",
				pin_scope(path, at->pin),
				marker ? "marker" : "spec");
	signal_add(out, &s);
}

/*
 * Pair what is left of one name in one file: the section and the marker must
 * agree first, then the section, then the file alone.
 */
static void pair(struct whole *w, struct signal_list *out, struct lefts *olds,
		 struct lefts *news)
{
	for (int level = 0; level < 3; level++) {
		for (size_t i = 0; i < olds->n; i++) {
			struct left *o = &olds->v[i];

			for (size_t k = 0; k < news->n && !o->used; k++) {
				struct left *n = &news->v[k];

				if (n->used || n->file != o->file ||
				    strcmp(o->pin->key, n->pin->key))
					continue;
				if (level < 2 && strcmp(o->pin->group,
							n->pin->group))
					continue;
				if (level < 1 && strcmp(o->pin->marker,
							n->pin->marker))
					continue;
				o->used = n->used = true;
				emit(out, o, n);
			}
		}
	}
	for (size_t i = 0; i < olds->n; i++)
		if (!olds->v[i].used && !stands(w, &olds->v[i], 1))
			emit(out, &olds->v[i], NULL);
	for (size_t k = 0; k < news->n; k++)
		if (!news->v[k].used && !stands(w, &news->v[k], 0))
			emit(out, NULL, &news->v[k]);
}

static void read_gitlink(const struct change *c, struct signal_list *out)
{
	char old[OID_HEX + 1], new[OID_HEX + 1];
	struct signal s = { .kind = "submodule", .name = c->path,
			    .path = c->path };

	oid_hex(&c->old_oid, old);
	oid_hex(&c->oid, new);
	if (c->old_mode == 0160000 && !oid_zero(&c->old_oid))
		s.old = old;
	if (c->mode == 0160000 && !oid_zero(&c->oid))
		s.new = new;
	/* A rename keeps the commit. */
	if (s.old && s.new && !strcmp(old, new))
		return;
	signal_add(out, &s);
}

static void pins_read(const struct landing_view *v, struct signal_list *out)
{
	struct lefts olds = { 0 }, news = { 0 };
	struct arena a = { 0 };
	struct whole w = { .v = v, .a = &a };

	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		enum pin_format format;

		if (!pins_want(f))
			continue;
		format = pin_format(f->change->path);
		if (is_gitlink(f->change))
			read_gitlink(f->change, out);
		else if (changes_pin(v, i, format, &a) &&
			 looks_like_pin(v, i, format))
			compare_file(f, format, &a, &olds, &news);
	}
	cancel_moved(&olds, &news, &a);
	pair(&w, out, &olds, &news);
	whole_release(&w);
	free(olds.v);
	free(news.v);
	arena_release(&a);
}

const struct signal_reader pins_reader = { "pins", pins_want, pins_read };
