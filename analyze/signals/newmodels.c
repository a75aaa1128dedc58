/*
 * analyze/signals/newmodels.c - model architectures that no registry and no model
 * file named before.
 */
#include "analyze/signals/lines.h"
#include "analyze/signals/readers.h"
#include "analyze/signals/surface.h"
#include "core/find.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct arch {
	const char *s;
	size_t n;
	const struct landing_file *file;
	int line;
};

struct archs {
	struct arch *v;
	size_t n, cap;
};

static bool is_registry(const struct landing_file *f)
{
	const char *p = f->change->path;

	return f->kind == PATH_PRODUCT && ends_with(p, "/registry.py") &&
	       (path_has_part(p, "models") || path_has_part(p, "model_executor"));
}

/* Parts of a pipeline are registered the same way and are no model. */
static bool is_part(const char *path)
{
	static const char *const parts[] = {
		"schedulers", "vaes", "encoders", "vocoders", "adapter",
		"upsamplers", "bridges", NULL
	};

	for (const char *const *p = parts; *p; p++)
		if (path_has_part(path, *p))
			return true;
	return false;
}

static bool may_model(const struct landing_file *f)
{
	return f->kind == PATH_PRODUCT && f->lang == LANG_PYTHON &&
	       path_has_part(f->change->path, "models") &&
	       !is_part(f->change->path);
}

static bool is_model_file(const struct landing_file *f)
{
	return may_model(f) &&
	       ((f->new && has_bytes(f->new, f->new_len, "EntryClass")) ||
		(f->old && has_bytes(f->old, f->old_len, "EntryClass")));
}

static void add_arch(struct archs *out, const char *s, size_t n,
		     const struct landing_file *f, int line)
{
	/* Class names only: a key like "default" is none. */
	if (n < 6 || !isupper((unsigned char)*s))
		return;
	GROW(out->v, out->n, out->cap);
	out->v[out->n++] = (struct arch){ s, n, f, line };
}

static size_t ident(const char *s, const char *end)
{
	size_t n = 0;

	while (s + n < end && (isalnum((unsigned char)s[n]) || s[n] == '_'))
		n++;
	return n;
}

/* Keys of "Arch": ("module", "Class"), as vLLM's registry spells them. */
static void from_registry(struct archs *out, const struct landing_file *f,
			  const char *text, size_t len)
{
	const char *end = text + len;
	int line = 0;

	for (const char *p = text; p < end;) {
		const char *e = memchr(p, '\n', (size_t)(end - p)), *s = p;
		size_t n = (size_t)((e ? e : end) - p), k;

		line++;
		p += n + 1;
		trim(&s, &n);
		if (n < 6 || *s != '"')
			continue;
		k = ident(s + 1, s + n);
		if (k + 3 < n && s[k + 1] == '"' && s[k + 2] == ':')
			add_arch(out, s + 1, k, f, line);
	}
}

/* The line of text that begins with "EntryClass", the first from p on. */
static const char *entry_class(const char *text, const char *p,
			       const char *end)
{
	while ((p = find_bytes(p, (size_t)(end - p), "EntryClass", 10))) {
		if (p == text || p[-1] == '\n')
			return p;
		p++;
	}
	return NULL;
}

/* EntryClass = X or [X, Y], as sglang's model files end. */
static void from_entry_class(struct archs *out, const struct landing_file *f,
			     const char *text, size_t len)
{
	const char *end = text + len, *p = text;
	bool list;

	p = entry_class(text, p, end);
	if (!p)
		return;
	p = memchr(p, '=', (size_t)(end - p));
	if (!p)
		return;
	for (p++; p < end && *p == ' '; p++)
		;
	list = p < end && (*p == '[' || *p == '(');
	for (; p < end && *p != ']' && *p != ')'; p++) {
		size_t n = ident(p, end);

		if (*p == '#')
			p = memchr(p, '\n', (size_t)(end - p));
		if (!p)
			return;
		if (!n)
			continue;
		add_arch(out, p, n, f, line_of(text, (size_t)(p - text)));
		if (!list)
			return;
		p += n - 1;
	}
}

static void archs_of(struct archs *out, const struct landing_file *f,
		     int side)
{
	const char *text = side ? f->new : f->old;
	size_t len = side ? f->new_len : f->old_len;

	if (!text)
		return;
	if (is_registry(f))
		from_registry(out, f, text, len);
	else
		from_entry_class(out, f, text, len);
}

/* Both sides have most in one order: *next is where to begin, and moves behind
 * what was found. */
static bool has_arch(const struct archs *a, const struct arch *x, size_t *next)
{
	for (size_t k = 0; k < a->n; k++) {
		size_t i = *next + k < a->n ? *next + k : *next + k - a->n;

		if (a->v[i].n == x->n && !memcmp(a->v[i].s, x->s, x->n)) {
			*next = i + 1 < a->n ? i + 1 : 0;
			return true;
		}
	}
	return false;
}

/*
 * Was it there under another form: the class that EntryClass names, or the key
 * of a table that was written otherwise?  In that file, or in any other that
 * the landing takes it from.
 */
static bool was_known(const struct landing_view *v, const struct arch *x)
{
	bool registry = is_registry(x->file);

	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		const char *p = f->old, *end = p ? p + f->old_len : NULL;

		if (!p || (registry ? f != x->file : f->lang != LANG_PYTHON))
			continue;
		for (; (p = find_word(p, (size_t)(end - p), x->s, x->n)); p++)
			if (registry ? p > f->old && strchr("\"'", p[-1]) &&
				       strchr("\"'", p[x->n]) :
				       p - f->old >= 6 &&
				       !memcmp(p - 6, "class ", 6))
				return true;
	}
	return false;
}

/* An entry of a registry stands on a line of its own. */
static bool registers_more(const struct landing_file *f,
			   const struct line_diff *d)
{
	struct archs old = { 0 }, new = { 0 };
	bool more = d->cut;
	size_t next = 0;

	for (size_t i = 0; i < d->old_n; i++)
		from_registry(&old, f, d->old[i].s, d->old[i].len);
	for (size_t i = 0; i < d->new_n; i++)
		from_registry(&new, f, d->new[i].s, d->new[i].len);
	for (size_t i = 0; i < new.n && !more; i++)
		more = !has_arch(&old, &new.v[i], &next);
	free(old.v);
	free(new.v);
	return more;
}

#define LIST_MAX 4096		/* bytes of an open list; longer: it may be one */

/*
 * Does EntryClass begin a line of v[0..n), all below each other, or one above
 * them of a list that is still open there?
 */
static bool in_entry_class(const char *text, const struct diff_line *v,
			   size_t n)
{
	const char *end = v[n - 1].s + v[n - 1].len, *s, *p;
	size_t above = (size_t)(v->s - text);

	s = v->s - (above < LIST_MAX ? above : LIST_MAX);
	p = memrchr(s, ')', (size_t)(v->s - s));
	s = p ? p : s;
	p = memrchr(s, ']', (size_t)(v->s - s));
	s = p ? p : s;
	return v->s - s == LIST_MAX || entry_class(text, s, end);
}

static bool changes_entry_class(const char *text, const struct diff_line *v,
				size_t n)
{
	for (size_t run; n; v += run, n -= run) {
		run = diff_lines_run(v, n);
		if (in_entry_class(text, v, run))
			return true;
	}
	return false;
}

/* May the file name an architecture that it did not name before? */
static bool may_bring(const struct landing_view *v, size_t i)
{
	const struct landing_file *f = &v->files[i];
	const struct line_diff *d;

	if (!f->new || f->lang != LANG_PYTHON ||
	    (!is_registry(f) && !may_model(f)))
		return false;
	if (!f->old)
		return true;
	if (is_registry(f))
		return registers_more(f, surface_lines(v, i));
	d = surface_lines(v, i);
	if (d->cut || d->moved)
		return entry_class(f->new, f->new, f->new + f->new_to) ||
		       entry_class(f->old, f->old + f->old_from,
				   f->old + f->old_to);
	return changes_entry_class(f->old, d->old, d->old_n) ||
	       changes_entry_class(f->new, d->new, d->new_n);
}

static void read_models(const struct landing_view *v,
			struct signal_list *out)
{
	struct archs old = { 0 }, new = { 0 };
	size_t next = 0;
	bool any = false;

	for (size_t i = 0; i < v->files_n && !any; i++)
		any = may_bring(v, i);
	if (!any)
		return;
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];

		if (!is_registry(f) && !is_model_file(f))
			continue;
		archs_of(&old, f, 0);
		archs_of(&new, f, 1);
	}
	for (size_t i = 0; i < new.n; i++) {
		struct arch *x = &new.v[i];
		struct archs before = { .v = new.v, .n = i };
		size_t first = 0;

		if (has_arch(&old, x, &next) ||
		    has_arch(&before, x, &first) || was_known(v, x))
			continue;
		struct signal s = {
			.kind = "new-model",
			.name = arena_strndup(out->arena, x->s, x->n),
			.path = x->file->change->path, .line = x->line,
		};
		signal_add(out, &s);
	}
	free(old.v);
	free(new.v);
}

static bool wants(const struct landing_file *f)
{
	return is_registry(f) || may_model(f);
}

const struct signal_reader newmodels_reader = {
	"newmodels", wants, read_models
};
