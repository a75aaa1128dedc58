/*
 * P11 - the order of dimensions, as the authors write it: "from [A, B] to
 * [B, A]" in the title, or a doc line or comment whose bracketed list of
 * names was put into another order and nothing else.
 */
#include "analyze/signals/emit.h"
#include "analyze/signals/readers.h"
#include "core/find.h"
#include "core/mem.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DIMS_MAX 8
#define DIM_MAX 16		/* bytes of one name */
#define LAYOUTS_MAX 24		/* statements per landing */

struct dims {
	struct span all;		/* with its brackets */
	struct span v[DIMS_MAX];
	int n;
};

static bool wants(const struct landing_file *f)
{
	return (f->look & LOOK_LAYOUT) && f->old && f->new &&
	       (f->kind == PATH_PRODUCT || f->kind == PATH_DOCS);
}

/* A bracketed list of two to eight short names that starts at s. */
static bool parse_dims(const char *s, const char *end, struct dims *d)
{
	char close = *s == '[' ? ']' : *s == '(' ? ')' : 0;
	const char *p = s + 1;
	d->n = 0;
	if (!close)
		return false;
	while (p < end && d->n < DIMS_MAX) {
		while (p < end && *p == ' ')
			p++;
		const char *from = p;
		while (p < end && (isalnum((unsigned char)*p) ||
				   strchr("_*/+ ", *p)))
			p++;
		const char *to = p;
		while (to > from && to[-1] == ' ')
			to--;
		if (to == from || isdigit((unsigned char)*from) || p >= end)
			return false;
		/* A dimension is a name, no phrase. */
		if (to - from > DIM_MAX || memchr(from, ' ',
						  (size_t)(to - from)))
			return false;
		d->v[d->n++] = (struct span){ from, (uint32_t)(to - from) };
		if (*p == close) {
			d->all = (struct span){ s, (uint32_t)(p + 1 - s) };
			return d->n >= 2;
		}
		if (*p++ != ',')
			return false;
	}
	return false;
}

static bool is_permutation(const struct dims *a, const struct dims *b)
{
	bool used[DIMS_MAX] = { false }, moved = false;
	if (a->n != b->n)
		return false;
	for (int i = 0; i < a->n; i++) {
		int at = -1;
		for (int k = 0; k < b->n && at < 0; k++)
			if (!used[k] && span_eq(a->v[i], b->v[k]))
				at = k;
		if (at < 0)
			return false;
		used[at] = true;
		moved |= at != i;
	}
	return moved;
}

/* Dimensions may come and go, but not all of them: that renames them. */
static bool share_name(const struct dims *a, const struct dims *b)
{
	for (int i = 0; i < a->n; i++)
		for (int k = 0; k < b->n; k++)
			if (span_eq(a->v[i], b->v[k]))
				return true;
	return false;
}

static void say(const struct landing_view *v, const struct landing_file *f,
		const struct diff_line *l, const struct dims *a,
		const struct dims *b, struct signal_list *out)
{
	struct signal s = { .kind = "layout", .name = "layout" };
	if (f)
		s = signal_at("layout", f, 1, (size_t)(l->s - f->new),
			      "layout");
	s.old = span_text(v, a->all);
	s.new = span_text(v, b->all);
	s.breaking = !f;
	for (size_t i = 0; i < out->n; i++)
		if (!strcmp(out->v[i].kind, "layout") &&
		    !strcmp(out->v[i].old, s.old) &&
		    !strcmp(out->v[i].new, s.new))
			return;
	signal_add(out, &s);
}

/* "from [..] to [..]" in the title: the first two lists around " to ". */
static void read_title(const struct landing_view *v, struct signal_list *out)
{
	const char *t = v->subject ? v->subject : "";
	const char *end = t + strlen(t);
	const char *from = find_folded(t, (size_t)(end - t), "from ", 5);
	struct dims a, b;
	if (!from)
		return;
	for (const char *p = from; *p; p++) {
		if (!parse_dims(p, end, &a))
			continue;
		const char *q = a.all.s + a.all.len;
		if (strncasecmp(q, " to ", 4) || !parse_dims(q + 4, end, &b) ||
		    !share_name(&a, &b))
			return;
		say(v, NULL, NULL, &a, &b, out);
		return;
	}
}

/* The comment's text, or len 0 when the line is none. */
static struct diff_line comment_of(const struct landing_file *f,
				   struct diff_line t)
{
	const char *p = f->lang == LANG_PYTHON ? memchr(t.s, '#', t.len) :
			t.len > 1 && !memcmp(t.s, "//", 2) ? t.s + 1 :
			t.len && (*t.s == '*' || *t.s == '#') ? t.s : NULL;

	if (!p)
		return (struct diff_line){ t.s, 0, 0, 0 };
	p++;
	t.len -= (uint32_t)(p - t.s);
	t.s = p;
	return diff_line_trim(t);
}

/* Code that was commented out, or the type of a function: "a -> (b, c)". */
static bool is_code(const struct diff_line *t)
{
	return diff_line_has(t, "->") || diff_line_has(t, "::") ||
	       diff_line_has(t, "return ") || diff_line_has(t, "derive(") ||
	       diff_line_has(t, "lambda ");
}

/* Prose or comment: not a call, an index or an assignment. */
static bool is_doc_line(const struct landing_file *f,
			const struct diff_line *l)
{
	struct diff_line t = diff_line_trim(*l), c;

	if (f->lang == LANG_TEXT)
		return !is_code(&t) &&
		       (diff_line_has(&t, "hape") || diff_line_has(&t, "ayout") ||
			diff_line_has(&t, "imension") ||
			diff_line_has(&t, "ensor"));
	c = comment_of(f, t);
	if (c.len)
		return !is_code(&c) && !strchr("([{", *c.s);
	return !is_code(&t) && (diff_line_has(&t, "hape") ||
				diff_line_has(&t, "ayout"));
}

/* Part of a larger list: "(a, (b, c))". */
static bool is_nested(const struct diff_line *l, uint32_t i)
{
	while (i && l->s[i - 1] == ' ')
		i--;
	return i && strchr(",([{", l->s[i - 1]);
}

/* The first bracketed list of names on the line. */
static bool first_dims(const struct diff_line *l, struct dims *d)
{
	const char *end = l->s + l->len, *p = l->s;

	for (; (p = find_either(p, (size_t)(end - p), '[', '(')); p++) {
		uint32_t i = (uint32_t)(p - l->s);

		/* "f(a, b)" are arguments, "x[a, b]" is an index, and so are
		 * those of '"..." % (a, b)' */
		if ((!i || !is_word_byte(p[-1])) &&
		    !(i > 1 && p[-2] == '%') && !is_nested(l, i) &&
		    parse_dims(p, end, d))
			return true;
	}
	return false;
}

static bool next_word(const char **p, const char *end, struct span *out)
{
	while (*p < end && !isalnum((unsigned char)**p))
		(*p)++;
	const char *from = *p;
	while (*p < end && isalnum((unsigned char)**p))
		(*p)++;
	*out = (struct span){ from, (uint32_t)(*p - from) };
	return *p > from;
}

/* Three of four words of the longer line are in the other. */
static bool same_sentence(const struct diff_line *x, const struct diff_line *y)
{
	const char *p = x->s, *q = y->s;
	int all = 0, same = 0, other = 0;
	struct span w;
	while (next_word(&p, x->s + x->len, &w) && all < 60) {
		all++;
		same += find_word(y->s, y->len, w.s, w.len) != NULL;
	}
	while (next_word(&q, y->s + y->len, &w) && other < 60)
		other++;
	return same * 4 >= (all > other ? all : other) * 3;
}

/* A list on some line of the new side, taken apart once. */
struct candidate {
	const struct diff_line *l;
	struct dims d;
};

static struct candidate *candidates(const struct line_diff *d, size_t *n)
{
	struct candidate *v = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t k = 0; k < d->new_n; k++) {
		struct dims dims;
		if (!first_dims(&d->new[k], &dims))
			continue;
		GROW(v, *n, cap);
		v[(*n)++] = (struct candidate){ &d->new[k], dims };
	}
	return v;
}

/* Does the text hold the list, whatever its blanks? */
static bool has_dims(const char *text, size_t len, const struct dims *d)
{
	const char *p = text, *end = text + len;
	struct dims x;

	for (; (p = memchr(p, *d->all.s, (size_t)(end - p))); p++) {
		bool same = parse_dims(p, end, &x) && x.n == d->n;

		for (int i = 0; same && i < d->n; i++)
			same = span_eq(x.v[i], d->v[i]);
		if (same)
			return true;
	}
	return false;
}

/*
 * A file that still writes the old order, or wrote the new one before, speaks
 * of both: which line became which cannot be told.
 */
static bool took_over(const struct landing_file *f, const struct dims *a,
		      const struct dims *b)
{
	return !has_dims(f->new, f->new_len, a) &&
	       !has_dims(f->old, f->old_len, b);
}

static void read_lines(const struct landing_view *v, size_t file,
		       struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	const struct line_diff *d = surface_lines(v, file);
	struct candidate *new = NULL;
	size_t budget = 4096, n = 0;
	bool asked = false;

	for (size_t i = 0; i < d->old_n; i++) {
		struct dims a;
		if (!first_dims(&d->old[i], &a) || !is_doc_line(f, &d->old[i]))
			continue;
		if (!asked)
			new = candidates(d, &n);
		asked = true;
		for (size_t k = 0; k < n && budget; k++) {
			budget--;
			if (is_permutation(&a, &new[k].d) &&
			    same_sentence(&d->old[i], new[k].l) &&
			    took_over(f, &a, &new[k].d)) {
				say(v, f, new[k].l, &a, &new[k].d, out);
				break;
			}
		}
	}
	free(new);
}

/* The same two orders both ways: lines changed places, no layout did. */
static void drop_swaps(struct signal_list *out, size_t first)
{
	bool keep[LAYOUTS_MAX];
	size_t w = first, n = out->n;
	if (n - first > LAYOUTS_MAX)
		n = out->n = first + LAYOUTS_MAX;
	for (size_t i = first; i < n; i++) {
		bool swapped = false;
		for (size_t k = first; k < n; k++)
			swapped |= out->v[k].path && out->v[i].path &&
				   !strcmp(out->v[i].old, out->v[k].new) &&
				   !strcmp(out->v[i].new, out->v[k].old);
		keep[i - first] = !swapped;
	}
	for (size_t i = first; i < n; i++)
		if (keep[i - first])
			out->v[w++] = out->v[i];
	out->n = w;
}

static void read_layouts(const struct landing_view *v,
			 struct signal_list *out)
{
	size_t first = out->n;
	read_title(v, out);
	for (size_t i = 0; i < v->files_n; i++)
		if (wants(&v->files[i]))
			read_lines(v, i, out);
	drop_swaps(out, first);
}

const struct signal_reader read_layout = { "layout", NULL, read_layouts };
