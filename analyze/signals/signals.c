/*
 * The table of readers and the list they fill.  A reader is one line here, one
 * line in readers.h and a file of its own.
 */
#include "analyze/signals/signals.h"
#include "analyze/signals/readers.h"
#include "analyze/signals/surface.h"
#include "core/find.h"
#include "core/lines.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct signal_reader *const signal_readers[] = {
	/* public surface */
	&read_exports,
	&read_python_symbols,
	&read_signatures,
	&read_defaults,
	&read_python_enums,
	&read_config_keys,
	&read_header_names,
	&read_env_vars,
	&read_flags,
	&read_deprecation,
	&read_stated,
	&read_layout,
	&read_line_order,
	/* facts */
	&pins_reader,
	&docscode_reader,
	&newkernels_reader,
	&newmodels_reader,
	&numbers_reader,
	&tests_reader,
	&substitution_reader,
	&versions_reader,
	&reverts_reader,
	&renames_reader,
	&buildmacro_reader,
	NULL
};

static const char *keep(struct arena *a, const char *s)
{
	return s ? arena_strdup(a, s) : NULL;
}

void signal_add(struct signal_list *l, const struct signal *s)
{
	GROW(l->v, l->n, l->cap);
	struct signal *d = &l->v[l->n++];
	*d = *s;
	d->kind = keep(l->arena, s->kind);
	d->name = keep(l->arena, s->name);
	d->old = keep(l->arena, s->old);
	d->new = keep(l->arena, s->new);
	d->path = keep(l->arena, s->path);
	d->detail = keep(l->arena, s->detail);
}

void signal_list_release(struct signal_list *l)
{
	free(l->v);
	*l = (struct signal_list){ .arena = l->arena };
}

/*
 * Statements of one file follow each other: its lines are counted once.  What
 * is known is of texts that live as long as one call of signals_read().
 */
static _Thread_local struct {
	const char *text;
	size_t at;
	int line;
	bool reads;		/* signals_read() is called */
} counted;

int line_of(const char *text, size_t at)
{
	size_t from = 0;
	int line = 1;

	if (counted.text == text && counted.at <= at) {
		from = counted.at;
		line = counted.line;
	}
	line += (int)count_line_ends(text + from, at - from);
	if (counted.reads) {
		counted.text = text;
		counted.at = at;
		counted.line = line;
	}
	return line;
}

const char *find_word(const char *hay, size_t len, const char *word,
		      size_t word_len)
{
	const char *end = hay + len;
	if (!word_len)
		return NULL;
	for (const char *p = hay; (p = find_bytes(p, (size_t)(end - p), word,
					     word_len));
	     p++) {
		bool left = p == hay || !is_word_byte(p[-1]) || !is_word_byte(*word);
		const char *q = p + word_len;
		if (left && (q == end || !is_word_byte(*q)))
			return p;
	}
	return NULL;
}

bool signals_unsearched(const struct landing_view *v)
{
	if (v->unsearched)
		*v->unsearched = true;
	return v->unsearched != NULL;
}

const char *file_old_path(const struct landing_file *f)
{
	return f->change->old_path ? f->change->old_path : f->change->path;
}

/* Does the title hold the name, of a dotted one the last part? */
static bool title_says(const char *title, const char *name)
{
	if (!title || !name || !*name)
		return false;
	const char *dot = strrchr(name, '.');
	const char *last = dot && dot[1] ? dot + 1 : name;
	return find_folded(title, strlen(title), last, strlen(last)) != NULL;
}

void signals_read(const struct landing_view *v, struct signal_list *out)
{
	struct landing_view own = *v;
	size_t first = out->n;

	for (size_t i = 0; i < v->files_n; i++) {
		struct landing_file *f = &v->files[i];
		f->kind = path_kind(f->change->path);
		f->lang = path_lang(f->change->path);
		if (!f->old || !f->new) {	/* one side: all of it */
			f->old_from = f->new_from = 0;
			f->old_to = f->old ? f->old_len : 0;
			f->new_to = f->new ? f->new_len : 0;
		}
	}
	counted.reads = true;
	own.cache = surface_cache_new(&own);
	surface_look(&own);
	for (int r = 0; signal_readers[r]; r++) {
		const struct signal_reader *rd = signal_readers[r];
		bool any = !rd->wants;
		for (size_t i = 0; !any && i < v->files_n; i++)
			any = rd->wants(&v->files[i]);
		if (any)
			rd->read(&own, out);
	}
	surface_cache_free(&own);
	counted.reads = false;
	counted.text = NULL;
	for (size_t i = first; i < out->n; i++)
		out->v[i].in_title = title_says(v->subject, out->v[i].name);
}
