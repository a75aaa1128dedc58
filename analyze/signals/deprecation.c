/*
 * P9 - a deprecation warning that became an error: near each other, a removed
 * warning that speaks of deprecation and an added raise about the same thing.
 */
#include "analyze/signals/emit.h"
#include "analyze/signals/readers.h"
#include "core/find.h"
#include "core/mem.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define NEAR 12			/* lines between warning and raise */
#define BLOCK_MAX 14		/* lines of one warning or raise statement */
#define STATEMENT_MAX 400	/* bytes of a statement that is quoted */

static bool wants_python(const struct landing_file *f)
{
	return surface_is_python(f) && (f->look & LOOK_DEPRECATION) &&
	       f->old && f->new;
}

static bool is_warning(const struct diff_line *l)
{
	return diff_line_has(l, "warnings.warn(") ||
	       diff_line_has(l, "logger.warning") ||
	       diff_line_has(l, "warning_once(") ||
	       diff_line_has(l, "@deprecated");
}

static bool is_raise(const struct diff_line *l)
{
	struct diff_line t = diff_line_trim(*l);
	return t.len > 6 && !memcmp(t.s, "raise ", 6);
}

static bool is_generic(struct span w)
{
	static const char *const words[] = {
		"warning_once", "DeprecationWarning", "FutureWarning",
		"UserWarning", "ValueError", "RuntimeError", "TypeError",
		"NotImplementedError", "AttributeError", "stacklevel",
		"warnings.warn", "logger.warning", "logger.warning_once",
		"add_argument", "super().__init__", "__init__", NULL
	};
	for (int i = 0; words[i]; i++)
		if (span_is(w, words[i]))
			return true;
	return false;
}

/* The next word of the text that can only be an identifier. */
static bool next_identifier(const char **p, const char *end, struct span *out)
{
	while (*p < end) {
		const char *from = *p;
		bool mark = false, lower = false;
		while (*p < end && (isalnum((unsigned char)**p) || **p == '_')) {
			mark |= **p == '_' ||
				(lower && isupper((unsigned char)**p));
			lower |= islower((unsigned char)**p) != 0;
			(*p)++;
		}
		*out = (struct span){ from, (uint32_t)(*p - from) };
		if (*p == from)
			(*p)++;
		else if (mark && out->len >= 5 && !is_generic(*out))
			return true;
	}
	return false;
}

/* The changed lines that follow `first` without a gap, as one piece. */
static struct span block_of(const struct diff_line *v, size_t n, size_t first)
{
	size_t k = first;
	while (k + 1 < n && k - first < BLOCK_MAX &&
	       v[k + 1].line - v[k].line <= 1)
		k++;
	return (struct span){ v[first].s, (uint32_t)(v[k].s + v[k].len -
						     v[first].s) };
}

static bool is_dunder(struct span w)
{
	return w.len > 4 && !memcmp(w.s, "__", 2);
}

/*
 * The identifier both pieces name: one the title names, else the longest.
 * A dunder name links the two but names nothing: out->len is 0 then.
 */
static bool shared_identifier(const char *title, struct span a, struct span b,
			      struct span *out)
{
	const char *p = a.s;
	struct span w, best = { NULL, 0 };
	bool any = false, titled = false;
	while (next_identifier(&p, a.s + a.len, &w)) {
		if (!find_word(b.s, b.len, w.s, w.len))
			continue;
		any = true;
		bool now = title && find_word(title, strlen(title), w.s, w.len);
		if (is_dunder(w) || (titled && !now))
			continue;
		if ((now && !titled) || w.len > best.len)
			best = w;
		titled |= now;
	}
	*out = best;
	return any;
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

/* In one hunk: their blocks begin under the same line, or lie close by. */
static bool same_hunk(const struct landing_file *f, const struct line_diff *d,
		      size_t i, size_t k)
{
	struct diff_line a = anchor(f->old, d->old, i);
	struct diff_line b = anchor(f->new, d->new, k);
	if (a.len == b.len && !memcmp(a.s, b.s, a.len))
		return true;
	int gap = (int)d->old[i].line - (int)d->new[k].line;
	return gap < NEAR && gap > -NEAR;
}

/* The statement that begins on the line, on one line; long ones only that. */
static const char *statement_text(const struct landing_view *v,
				  const char *text, size_t len,
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
	return span_text(v, (struct span){ l.s, l.len });
}

/* The definition that holds byte `at`: "Class.method". */
static const char *enclosing(const struct landing_view *v,
			     const struct pymodule *m, size_t at)
{
	int best = -1;
	for (size_t i = 0; m && i < m->n; i++)
		if ((m->syms[i].kind == PY_FUNC ||
		     m->syms[i].kind == PY_CLASS) &&
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

static bool is_filler(struct span w)
{
	static const char *const words[] = {
		"raise", "with", "that", "this", "must", "should", "will",
		"error", "Error", "please", "Please", "from", "instead", NULL
	};
	for (int i = 0; words[i]; i++)
		if (span_is(w, words[i]))
			return true;
	return w.len < 4 || is_generic(w);
}

/*
 * Does the raise speak of what the warning spoke of?  It says that something
 * went, or shares three words with it: one alone is often the class's name.
 */
static bool same_matter(struct span warning, struct span raise)
{
	static const char *const gone[] = {
		"deprecat", "moved", "no longer", "not supported",
		"unsupported", NULL
	};
	struct diff_line l = { raise.s, raise.len, 0, 0 };
	const char *p = raise.s, *end = raise.s + raise.len;
	int shared = 0;

	for (int i = 0; gone[i]; i++)
		if (diff_line_has_ci(&l, gone[i]))
			return true;
	while (p < end && shared < 3) {
		const char *from = p;
		while (p < end && (isalnum((unsigned char)*p) || *p == '_'))
			p++;
		struct span w = { from, (uint32_t)(p - from) };
		if (p == from)
			p++;
		else if (!is_filler(w))
			shared += find_word(warning.s, warning.len, w.s,
					    w.len) != NULL;
	}
	return shared >= 3;
}

static void say_enforced(const struct landing_view *v, size_t file, size_t i,
			 size_t k, struct span shared, struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	const struct line_diff *d = surface_lines(v, file);
	size_t at = (size_t)(d->new[k].s - f->new);
	const char *name = shared.len ? span_text(v, shared) :
			   enclosing(v, surface_py(v, file, 1), at);
	struct signal s = signal_at("deprecation-enforced", f, 1, at,
				    name ? name : path_base(f->change->path));
	s.old = statement_text(v, f->old, f->old_len, d->old[i]);
	s.new = statement_text(v, f->new, f->new_len, d->new[k]);
	/* Both stood there before: only their lines changed. */
	if (has_code(f->new, f->new_len, s.old, strlen(s.old)) ||
	    has_code(f->old, f->old_len, s.new, strlen(s.new)))
		return;
	s.breaking = true;
	signal_add(out, &s);
}

static void read_file(const struct landing_view *v, size_t file,
		      struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	const struct line_diff *d = surface_lines(v, file);

	for (size_t i = 0; i < d->old_n; i++) {
		if (!is_warning(&d->old[i]))
			continue;
		struct span a = block_of(d->old, d->old_n, i);
		struct diff_line whole = { a.s, a.len, 0, 0 };
		if (!diff_line_has_ci(&whole, "deprecat") &&
		    !diff_line_has_ci(&whole, "will be removed"))
			continue;
		for (size_t k = 0; k < d->new_n; k++) {
			struct span name, b;
			if (!is_raise(&d->new[k]) || !same_hunk(f, d, i, k))
				continue;
			b = block_of(d->new, d->new_n, k);
			if (!shared_identifier(v->subject, a, b, &name) ||
			    !same_matter(a, b))
				continue;
			say_enforced(v, file, i, k, name, out);
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
