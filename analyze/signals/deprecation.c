/*
 * P9 - a deprecation warning that became an error: near each other, a removed
 * warning that speaks of deprecation and an added raise about the same thing.
 */
#include "analyze/signals/deprecation_words.h"
#include "analyze/signals/emit.h"
#include "analyze/signals/readers.h"
#include "core/find.h"
#include "core/mem.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define NEAR 12			/* lines between warning and raise */
#define STATEMENT_MAX 400	/* bytes of a statement that is quoted */

static bool wants_python(const struct landing_file *f)
{
	return surface_is_python(f) && (f->look & LOOK_DEPRECATION) &&
	       f->old && f->new;
}

static bool is_warning(const struct diff_line *l)
{
	return diff_line_has(l, "warn") &&
	       (diff_line_has(l, "warnings.warn(") ||
		diff_line_has(l, "logger.warning") ||
		diff_line_has(l, "warning_once("));
}

static bool is_raise(const struct diff_line *l)
{
	struct diff_line t = diff_line_trim(*l);
	return t.len > 6 && !memcmp(t.s, "raise ", 6);
}

/* The unchanged line above a changed one: both sides share it in a hunk. */
static struct diff_line anchor(const char *text, const struct diff_line *v,
			       size_t at)
{
	const char *p = v[at].s;
	size_t k = at;
	while (k > 0 && v[k - 1].line + 1 == v[k].line)
		p = v[--k].s;
	if (p <= text)
		return (struct diff_line){ text, 0, 0, 0 };
	const char *end = p - 1;
	const char *nl = memrchr(text, '\n', (size_t)(end - text));
	const char *from = nl ? nl + 1 : text;
	return (struct diff_line){ from, (uint32_t)(end - from), 0, 0 };
}

/* Which line below the begin of the middle. */
static int line_in(const char *text, size_t from, const struct diff_line *l)
{
	return line_of(text + from, (size_t)(l->s - text) - from);
}

/* In one hunk: their blocks begin under the same line, or lie close by. */
static bool same_hunk(const struct landing_file *f, const struct line_diff *d,
		      size_t i, size_t k)
{
	struct diff_line a = anchor(f->old, d->old, i);
	struct diff_line b = anchor(f->new, d->new, k);
	if (a.len == b.len && !memcmp(a.s, b.s, a.len))
		return true;
	int gap = line_in(f->old, f->old_from, &d->old[i]) -
		  line_in(f->new, f->new_from, &d->new[k]);
	return gap < NEAR && gap > -NEAR;
}

/* The statement that begins on the line; of a long one only that line. */
static struct span statement_at(const char *text, size_t len,
				struct diff_line l)
{
	const char *p = l.s, *end = text + len;
	int depth = 0;
	for (; p < end && p - l.s < STATEMENT_MAX; p++) {
		depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
		if (*p == '\n' && depth <= 0)
			break;
	}
	l = diff_line_trim(l);
	if (p - l.s < STATEMENT_MAX)
		l.len = (uint32_t)(p - l.s);
	return (struct span){ l.s, l.len };
}

/* The definition that holds byte `at`: "Class.method". */
static const char *enclosing(const struct landing_view *v,
			     const struct pymodule *m, size_t at)
{
	int best = -1;
	for (size_t i = 0; m && i < m->n; i++)
		if (pysym_is_definition(&m->syms[i]) &&
		    m->syms[i].from <= at && at < m->syms[i].to)
			best = (int)i;
	return best < 0 ? NULL :
	       pymodule_qualified(m, best, surface_arena(v));
}

/* Letters only: a statement that was wrapped or quoted anew is the same. */
static bool has_code(const char *text, size_t len, const char *s, size_t n)
{
	struct str t = STR_INIT, w = STR_INIT;
	bool found;

	for (size_t i = 0; i < len; i++)
		if (isalnum((unsigned char)text[i]))
			str_addch(&t, text[i]);
	for (size_t i = 0; i < n; i++)
		if (isalnum((unsigned char)s[i]))
			str_addch(&w, s[i]);
	found = t.len && w.len && memmem(t.s, t.len, w.s, w.len);
	str_release(&t);
	str_release(&w);
	return found;
}

static void say_enforced(const struct landing_view *v, size_t file,
			 struct span warning, struct span raise,
			 struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	size_t at = (size_t)(raise.s - f->new);
	struct span shared = deprecation_name(v->subject, warning, raise);
	const char *name = shared.len ? span_text(v, shared) :
			   enclosing(v, surface_py(v, file, 1), at);
	struct signal s = signal_at("deprecation-enforced", f, 1, at,
				    name ? name : path_base(f->change->path));
	s.old = span_text(v, warning);
	s.new = span_text(v, raise);
	/* Both stood there before: only their lines changed. */
	if (has_code(f->new, f->new_len, s.old, strlen(s.old)) ||
	    has_code(f->old, f->old_len, s.new, strlen(s.new)))
		return;
	s.breaking = true;
	signal_add(out, &s);
}

/* A warning that speaks of deprecation, in its own words or by its class. */
static bool warns_of_end(struct span s)
{
	struct diff_line l = { s.s, s.len, 0, 0 };
	return diff_line_has_ci(&l, "deprecat") ||
	       diff_line_has_ci(&l, "will be removed") ||
	       diff_line_has(&l, "FutureWarning");
}

static void read_file(const struct landing_view *v, size_t file,
		      struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	const struct line_diff *d = surface_lines(v, file);

	for (size_t i = 0; i < d->old_n; i++) {
		if (!is_warning(&d->old[i]))
			continue;
		struct span a = statement_at(f->old, f->old_len, d->old[i]);
		if (!warns_of_end(a))
			continue;
		for (size_t k = 0; k < d->new_n; k++) {
			if (!is_raise(&d->new[k]) || !same_hunk(f, d, i, k))
				continue;
			struct span b = statement_at(f->new, f->new_len,
						     d->new[k]);
			if (!deprecation_same(a, b))
				continue;
			say_enforced(v, file, a, b, out);
			return;
		}
	}
}

static void read_enforced(const struct landing_view *v,
			  struct signal_list *out)
{
	for (size_t i = 0; i < v->files_n; i++)
		if (wants_python(&v->files[i]))
			read_file(v, i, out);
}

const struct signal_reader read_deprecation = {
	"deprecation", wants_python, read_enforced
};
