/*
 * P9 - a deprecation warning that became an error: near each other, a removed
 * warning that speaks of deprecation and an added raise, sharing an
 * identifier.  P10 - breaks that the authors state: added lines of changelogs
 * and readme files with one of the words below, and the list under them.
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
#define STATED_MAX 20		/* stated-break per landing */

static bool has_ci(const struct diff_line *l, const char *word)
{
	return find_folded(l->s, l->len, word, strlen(word)) != NULL;
}

/* ---- P9 ---- */

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
		if (has_ci(&l, gone[i]))
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
		if (!has_ci(&whole, "deprecat") &&
		    !has_ci(&whole, "will be removed"))
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

/* ---- P10 ---- */

static bool wants_notes(const struct landing_file *f)
{
	static const char *const names[] = {
		"CHANGELOG", "README", "RELEASE", "BREAKING", "MIGRAT",
		"CHANGES", "UPGRAD", NULL
	};
	const char *base = path_base(f->change->path);
	if (!(f->look & LOOK_LINES) || !f->new || !f->old)
		return false;
	for (int i = 0; names[i]; i++)
		if (!strncasecmp(base, names[i], strlen(names[i])))
			return true;
	return false;
}

static uint32_t indent_of(const struct diff_line *l)
{
	uint32_t i = 0;
	while (i < l->len && (l->s[i] == ' ' || l->s[i] == '\t'))
		i++;
	return i;
}

/* "- Fix ...", "Fixed ...": behind its bullet. */
static bool is_fix(struct diff_line t)
{
	while (t.len && strchr("-*+ ", *t.s))
		t.s++, t.len--;
	return t.len > 4 && !strncasecmp(t.s, "fix", 3);
}

/*
 * At most three words that no full stop or colon ends, alone on their line
 * and not in a list: a heading underlined on the next one.
 */
static bool is_heading(struct diff_line t)
{
	int words = 1;

	if (!t.len || strchr(".:;-*+", t.s[t.len - 1]) ||
	    strchr("-*+0123456789", *t.s))
		return false;
	for (uint32_t i = 0; i < t.len; i++)
		words += t.s[i] == ' ';
	return words <= 3;
}

/* Behind "12. " or "- ": a list that is numbered anew says the same. */
static uint32_t past_number(const struct diff_line *l)
{
	uint32_t i = indent_of(l);

	while (i < l->len && (isdigit((unsigned char)l->s[i]) ||
			      strchr(".-*+) ", l->s[i])))
		i++;
	return i;
}

/* One of the words by which a break is stated. */
static const char *const stating[] = {
	"now require", "no longer", "renamed", "removed", "deprecat",
	"breaking change", "breaking:", "breaking]", "breaking api", NULL
};

/*
 * Did the document say it before?  The words around it, four in front and two
 * behind, stand in the old text, however its lines were broken.
 */
static bool said_in(const struct landing_file *f, const struct diff_line *l)
{
	for (int i = 0; stating[i]; i++) {
		size_t n = strlen(stating[i]);
		for (uint32_t k = 0; k + n <= l->len; k++) {
			uint32_t a = k, b = (uint32_t)(k + n);
			uint32_t first = past_number(l);
			if (strncasecmp(l->s + k, stating[i], n))
				continue;
			for (int w = 0; w < 5 && a; w++)
				while (a && l->s[--a] != ' ')
					;
			/* Its own end, and two more; no further than a stop */
			for (int w = 0; w < 3 && b < l->len; w++) {
				while (b < l->len && l->s[b++] != ' ')
					;
				if (b > 1 && l->s[b - 2] == '.')
					break;
			}
			if (a < first)
				a = first;
			if (!has_code(f->old, f->old_len, l->s + a, b - a))
				return false;
		}
	}
	return true;
}

/*
 * Does a removed line say most of it, with the same word?  Then a typing
 * error, a link or a list's marks were changed, no statement was made.
 */
static bool is_reworded(const struct line_diff *d, const struct diff_line *l)
{
	for (size_t i = 0; i < d->old_n; i++) {
		const struct diff_line *o = &d->old[i];
		const char *p = l->s, *end = l->s + l->len;
		int all = 0, same = 0, w = 0;
		bool code = false, other = false;
		while (stating[w] && !(has_ci(o, stating[w]) &&
				       has_ci(l, stating[w])))
			w++;
		if (!stating[w])
			continue;
		while (p < end) {
			const char *from = p;
			while (p < end && isalnum((unsigned char)*p))
				p++;
			if (p - from > 2) {
				bool has = find_word(o->s, o->len, from,
						     (size_t)(p - from));
				all++;
				same += has;
				/* `code` that the old line has not */
				other |= code && !has;
			}
			if (p == from)
				code ^= *p++ == '`';
		}
		if (all && !other && same * 4 >= all * 3)
			return true;
	}
	return false;
}

static bool states_break(const struct diff_line *l)
{
	if (*diff_line_trim(*l).s == '#' && l->len)
		return false;	/* a heading */
	if (has_ci(l, "no longer require") || has_ci(l, "no longer need") ||
	    has_ci(l, "no longer a need") || has_ci(l, "no longer depend") ||
	    has_ci(l, "no longer has") || has_ci(l, "no longer have") ||
	    has_ci(l, "no longer restricted"))
		return false;	/* a relief */
	if (has_ci(l, "removed redundant") || has_ci(l, "removed unnecessary") ||
	    has_ci(l, "see [breaking"))
		return false;	/* nobody's loss; a reference */
	struct diff_line t = diff_line_trim(*l);
	if (t.len > 2 && !memcmp(t.s, "..", 2))
		return false;	/* a directive of reStructuredText */
	if (has_ci(l, "should be removed") || has_ci(l, "to be removed later"))
		return false;	/* a note to oneself */
	if (has_ci(l, "un-deprecat") || has_ci(l, "undeprecat"))
		return false;
	if (has_ci(l, "non-breaking") || has_ci(l, "added or removed"))
		return false;
	if (is_heading(t))
		return false;
	if (is_fix(t) && !has_ci(l, "removed") && !has_ci(l, "renamed"))
		return false;	/* "Fix ... breaking ...": it broke before */
	if (has_ci(l, "no longer") && has_ci(l, "fixed "))
		return false;	/* what it no longer does was wrong */
	for (int i = 0; stating[i]; i++)
		if (has_ci(l, stating[i]))
			return true;
	return false;
}

/*
 * A file that describes instead of listing changes says "removed" and "no
 * longer" of all sorts of things: there the words must be a statement about an
 * interface, and name it.
 */
static bool states_in_readme(const struct diff_line *l)
{
	static const char *const said[] = {
		"now require", "renamed to", "been renamed", "been removed",
		"removed in", "are removed", "is removed", "was removed",
		"is deprecated", "are deprecated", "been deprecated",
		"now deprecated", "(deprecated)", "deprecated in",
		"deprecating", "no longer support", "no longer accept",
		"is a breaking change", "breaking changes:", NULL
	};
	bool named = memchr(l->s, '`', l->len) || has_ci(l, "support") ||
		     has_ci(l, "deprecat") || has_ci(l, "function") ||
		     has_ci(l, "breaking change") || has_ci(l, "now require");
	for (int i = 0; named && said[i]; i++)
		if (has_ci(l, said[i]))
			return true;
	return false;
}

static bool is_list_of_changes(const char *path)
{
	static const char *const names[] = {
		"CHANGE", "RELEASE", "BREAKING", "MIGRAT", "UPGRAD", NULL
	};
	for (int i = 0; names[i]; i++)
		if (!strncasecmp(path_base(path), names[i], strlen(names[i])))
			return !strcasestr(path_base(path), "process");
	return false;
}

static struct diff_line without_bullet(struct diff_line l)
{
	l = diff_line_trim(l);
	while (l.len && (strchr("-*+ >#", *l.s)))
		l.s++, l.len--;
	return l;
}

/* The indented list under line i, counted, its items named. */
static int list_below(const struct line_diff *d, size_t i, struct json *j)
{
	uint32_t base = indent_of(&d->new[i]);
	int n = 0;
	for (size_t k = i + 1; k < d->new_n; k++) {
		struct diff_line t = diff_line_trim(d->new[k]);
		if (d->new[k].line != d->new[k - 1].line + 1 ||
		    indent_of(&d->new[k]) <= base)
			break;
		if (!t.len || !strchr("-*+", *t.s))
			continue;
		t = without_bullet(t);
		if (n++ < 20)
			json_strn(j, t.s, t.len);
	}
	return n;
}

static bool said_before(const struct signal_list *out, size_t first,
			const char *text)
{
	for (size_t i = first; i < out->n; i++)
		if (!strcmp(out->v[i].kind, "stated-break") &&
		    !strcmp(out->v[i].name, text))
			return true;
	return false;
}

static void say_stated(const struct landing_view *v, size_t file, size_t i,
		       size_t first, struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	const struct line_diff *d = surface_lines(v, file);
	struct diff_line t = without_bullet(d->new[i]);
	const char *text = span_text(v, (struct span){ t.s, t.len });
	struct str detail = STR_INIT;
	struct json j;

	if (said_before(out, first, text))
		return;
	json_init(&j, &detail);
	json_open(&j, '{');
	json_key(&j, "items");
	json_open(&j, '[');
	int n = list_below(d, i, &j);
	json_close(&j, ']');
	json_kint(&j, "n", n);
	json_close(&j, '}');
	struct signal s = signal_at("stated-break", f, 1,
				    (size_t)(d->new[i].s - f->new), text);
	s.breaking = true;
	s.detail = n ? str_c(&detail) : NULL;
	signal_add(out, &s);
	str_release(&detail);
}

static void read_notes(const struct landing_view *v, struct signal_list *out)
{
	size_t first = out->n;
	for (size_t i = 0; i < v->files_n; i++) {
		if (!wants_notes(&v->files[i]))
			continue;
		const struct line_diff *d = surface_lines(v, i);
		for (size_t k = 0; k < d->new_n; k++)
			if (states_break(&d->new[k]) &&
			    (is_list_of_changes(v->files[i].change->path) ||
			     states_in_readme(&d->new[k])) &&
			    out->n - first < STATED_MAX &&
			    !said_in(&v->files[i], &d->new[k]) &&
			    !is_reworded(d, &d->new[k]))
				say_stated(v, i, k, first, out);
	}
}

const struct signal_reader read_stated = { "stated", wants_notes, read_notes };
