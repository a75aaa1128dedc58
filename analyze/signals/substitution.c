/*
 * analyze/signals/substitution.c - diffs that are smaller than they look: one
 * token replaced everywhere, lines that only changed their order, comments
 * only, and diffs so small that their line says more than words.
 */
#include "analyze/signals/lines.h"
#include "analyze/signals/readers.h"
#include "analyze/signals/surface.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SUBST_LINES_MAX 400	/* more is a rewrite, not a substitution */
#define TOKENS_MAX 160
#define TEXT_MAX 90
#define SMALL_LINES 4

static bool both(const struct landing_file *f)
{
	return f->old && f->new && f->change->additions >= 0;
}

static bool substitution_want(const struct landing_file *f)
{
	return both(f) && f->change->additions + f->change->deletions > 0;
}

/* --- one substitution everywhere ---------------------------------------- */

struct token {
	const char *s;
	size_t n;
};

/* "self." in front of a name is left out: methods say what functions say. */
static size_t tokens_of(struct token *t, const char *s, size_t n)
{
	size_t k = 0;

	trim(&s, &n);
	for (size_t i = 0; i < n;) {
		size_t a = i;

		if (isspace((unsigned char)s[i])) {
			i++;
			continue;
		}
		if (isalnum((unsigned char)s[i]) || s[i] == '_') {
			while (i < n && (isalnum((unsigned char)s[i]) ||
					 s[i] == '_'))
				i++;
			if (i - a == 4 && i < n && s[i] == '.' &&
			    !memcmp(s + a, "self", 4)) {
				i++;
				continue;
			}
		} else {
			i++;
		}
		if (k == TOKENS_MAX)
			return 0;
		t[k++] = (struct token){ s + a, i - a };
	}
	return k;
}

static bool same_token(const struct token *a, const struct token *b)
{
	return a->n == b->n && !memcmp(a->s, b->s, a->n);
}

/* The tokens with the blanks that stood between them. */
static bool join(char *out, const struct token *t, size_t from, size_t to)
{
	size_t k = 0;

	for (size_t i = from; i < to; i++) {
		bool gap = i > from && t[i].s > t[i - 1].s + t[i - 1].n &&
			   isspace((unsigned char)t[i].s[-1]);

		/* A left-out "self." leaves its own blank behind. */
		if (i > from && !gap && t[i].s > t[i - 1].s + t[i - 1].n)
			gap = isspace((unsigned char)
				      t[i - 1].s[t[i - 1].n]);
		if (k + t[i].n + 2 > TEXT_MAX)
			return false;
		if (gap)
			out[k++] = ' ';
		memcpy(out + k, t[i].s, t[i].n);
		k += t[i].n;
	}
	out[k] = '\0';
	return true;
}

struct edit {
	char old[TEXT_MAX], new[TEXT_MAX];
};

/* "a." -> "b()." is about what stands before the point. */
static void cut_points(struct edit *e)
{
	size_t a = strlen(e->old), b = strlen(e->new);

	if (a > 1 && b > 1 && e->old[a - 1] == '.' && e->new[b - 1] == '.')
		e->old[a - 1] = e->new[b - 1] = '\0';
}

static bool has_alnum(const char *s)
{
	for (; *s; s++)
		if (isalnum((unsigned char)*s))
			return true;
	return false;
}

/* Quotes and brackets that close: an expression, not a piece of two. */
static bool is_whole(const char *s)
{
	int depth = 0, quotes = 0, ticks = 0;

	for (; *s; s++) {
		depth += strchr("([{", *s) ? 1 : strchr(")]}", *s) ? -1 : 0;
		if (depth < 0)
			return false;
		quotes += *s == '"';
		ticks += *s == '\'';
	}
	return !depth && quotes % 2 == 0 && ticks % 2 == 0;
}

/* The one run of tokens in which the two lines differ. */
static bool edit_of(struct edit *e, const struct dline *o,
		    const struct dline *n)
{
	struct token a[TOKENS_MAX], b[TOKENS_MAX];
	size_t an = tokens_of(a, o->s, o->len);
	size_t bn = tokens_of(b, n->s, n->len);
	size_t head = 0, tail = 0;

	if (!an || !bn)
		return false;
	while (head < an && head < bn && same_token(&a[head], &b[head]))
		head++;
	while (tail < an - head && tail < bn - head &&
	       same_token(&a[an - 1 - tail], &b[bn - 1 - tail]))
		tail++;
	/* Names are shown whole: "a.b" -> "c.b" is about "a", but
	 * "torch.float8" -> "platform.fp8()" about both parts. */
	while (head && a[head - 1].n == 1 && *a[head - 1].s == '.') {
		head--;
		if (head)
			head--;
	}
	if (!join(e->old, a, head, an - tail) ||
	    !join(e->new, b, head, bn - tail))
		return false;
	cut_points(e);
	return has_alnum(e->old) &&
	       has_alnum(e->new) && is_whole(e->old) && is_whole(e->new) &&
	       strcmp(e->old, e->new);
}

struct subst {
	struct edit edit;
	const char *path;
	int line, places, files;
};

/* Does every pair of changed lines of this file make the same edit? */
static bool file_substitutes(struct subst *s, const struct landing_file *f)
{
	struct dlines d;
	bool ok = true;
	int before = s->places;

	dlines_read(&d, f);
	ok = d.n > 0;
	for (int h = 0; h < d.hunks && ok; h++) {
		size_t from, to, half;

		dlines_hunk(&d, h, &from, &to);
		half = (to - from) / 2;
		ok = (to - from) % 2 == 0;
		for (size_t i = 0; i < half && ok; i++) {
			const struct dline *o = &d.v[from + i];
			const struct dline *n = &d.v[from + half + i];
			struct edit e;

			ok = o->op == '-' && n->op == '+' &&
			     edit_of(&e, o, n);
			if (ok && s->places &&
			    (strcmp(e.old, s->edit.old) ||
			     strcmp(e.new, s->edit.new)))
				ok = false;
			if (ok && !s->places++) {
				s->edit = e;
				s->path = f->change->path;
				s->line = n->no;
			} else if (ok && s->places == 1) {
				s->places++;
			}
		}
	}
	dlines_release(&d);
	s->files += s->places > before;
	return ok;
}

static bool says_something(const char *s)
{
	int letters = 0;

	for (; *s; s++)
		letters += isalpha((unsigned char)*s) != 0;
	return letters >= 6;
}

static void read_substitution(const struct landing_view *v,
			      struct signal_list *out)
{
	struct subst s = { .places = 0 };
	int64_t lines = 0;
	bool product = false;

	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		const struct change *c = f->change;

		if (c->status == 'R' && !c->additions && !c->deletions)
			continue;
		if (!both(f) || c->additions != c->deletions ||
		    !c->additions)
			return;
		lines += c->additions;
		product = product || f->kind == PATH_PRODUCT;
	}
	if (!product || lines > SUBST_LINES_MAX / 2)
		return;
	for (size_t i = 0; i < v->files_n; i++)
		if (v->files[i].change->additions &&
		    !file_substitutes(&s, &v->files[i]))
			return;
	/* Once, it must say something without its line. */
	if (!s.places || (s.places == 1 && (!says_something(s.edit.old) ||
					    !says_something(s.edit.new))))
		return;
	struct signal sig = {
		.kind = "substitution", .name = s.edit.new,
		.old = s.edit.old, .new = s.edit.new,
		.path = s.path, .line = s.line,
	};
	sig.detail = arena_printf(out->arena,
				  "{\"places\":%d,\"files\":%d}", s.places,
				  s.files);
	signal_add(out, &sig);
}

/* --- moves and comments ------------------------------------------------- */

/* A set of lines as two sums: equal sets, equal sums, in any order. */
struct bag {
	uint64_t sum, mix;
	size_t n;
};

/*
 * Hashes of the lines without the blanks at their ends; empty ones left out.
 * In Python the blanks in front are code and stay.
 */
static struct bag bag_of(const struct diff_line *v, size_t lines, bool python)
{
	struct bag b = { 0, 0, 0 };

	for (size_t i = 0; i < lines; i++) {
		const char *t = v[i].s;
		size_t n = v[i].len;
		uint64_t h;

		trim(&t, &n);
		if (n && python) {
			n += (size_t)(t - v[i].s);
			t = v[i].s;
		}
		if (n) {
			h = hash_bytes(t, n);
			b.sum += h;
			b.mix += h * h | 1;
			b.n++;
		}
	}
	return b;
}

static bool is_blank(const char *s, size_t from, size_t to)
{
	while (from < to && isspace((unsigned char)s[from]))
		from++;
	return from == to;
}

/* Lines with something on them; all but a few, so this is cheap. */
static size_t count_text(const struct diff_line *v, size_t lines)
{
	size_t n = lines;

	for (size_t i = 0; i < lines; i++)
		n -= *v[i].s <= ' ' && is_blank(v[i].s, 0, v[i].len);
	return n;
}

/* The next line with something on it, trimmed; false at the end. */
static bool next_code(const char *text, size_t *at, size_t end,
		      const char **s, size_t *n)
{
	while (*at < end) {
		const char *l = text + *at;
		const char *e = memchr(l, '\n', end - *at);

		*n = e ? (size_t)(e - l) : end - *at;
		*at += *n + 1;
		*s = l;
		trim(s, n);
		if (*n)
			return true;
	}
	return false;
}

/* The same lines in the same order: only blanks differ. */
static bool is_respaced(const struct landing_file *f)
{
	size_t a = f->old_from, b = f->new_from, n, k;
	const char *x, *y;

	for (;;) {
		bool more = next_code(f->old, &a, f->old_to, &x, &n);

		if (more != next_code(f->new, &b, f->new_to, &y, &k))
			return false;
		if (!more)
			return true;
		if (n != k || memcmp(x, y, n))
			return false;
	}
}

static bool is_move(const struct landing_view *v, size_t i)
{
	const struct landing_file *f = &v->files[i];
	const struct line_diff *d;
	int diff = f->change->additions - f->change->deletions;
	bool python = f->lang == LANG_PYTHON;
	struct bag a, b;

	/* Blank lines may come and go with a move, few of them. */
	if (diff > 3 || diff < -3 || !f->change->additions ||
	    !f->change->deletions)
		return false;
	/* Lines that both sides have are in both bags. */
	d = surface_lines(v, i);
	if (count_text(d->old, d->old_n) != count_text(d->new, d->new_n))
		return false;
	a = bag_of(d->old, d->old_n, python);
	b = bag_of(d->new, d->new_n, python);
	return !d->cut && a.n == b.n && a.sum == b.sum && a.mix == b.mix &&
	       !is_blank(f->old, f->old_from, f->old_to) && !is_respaced(f);
}

static const char *comment_mark(const struct landing_file *f)
{
	switch (f->lang) {
	case LANG_PYTHON:
		return "#";
	case LANG_C:
	case LANG_HEADER:
	case LANG_RUST:
		return "//";
	default:
		return NULL;
	}
}

/* The code of a line: without its comment, when no quote stands before it. */
static size_t code_len(const char *s, size_t n, const char *mark)
{
	const char *p = memchr(s, *mark, n), *end = s + n;

	if (mark[1])	/* "//" */
		while (p && (p + 1 == end || p[1] != mark[1]))
			p = memchr(p + 1, *mark, (size_t)(end - p) - 1);
	if (p && !memchr(s, '"', (size_t)(p - s)) &&
	    !memchr(s, '\'', (size_t)(p - s)))
		n = (size_t)(p - s);
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	return n;
}

static bool is_comment_only(const struct landing_file *f)
{
	const char *mark = comment_mark(f), *s[2];
	size_t end[2], at[2];

	if (!mark)
		return false;
	s[0] = f->old;
	s[1] = f->new;
	at[0] = f->old_from;
	at[1] = f->new_from;
	end[0] = f->old_to;
	end[1] = f->new_to;
	/* Both middles, walked code line by code line. */
	for (;;) {
		const char *code[2] = { NULL, NULL };
		size_t n[2] = { 0, 0 };

		for (int i = 0; i < 2; i++) {
			while (at[i] < end[i] && !n[i]) {
				const char *l = s[i] + at[i];
				const char *e = memchr(l, '\n',
						       end[i] - at[i]);
				size_t len = e ? (size_t)(e - l) :
						 end[i] - at[i];

				at[i] += len + 1;
				n[i] = code_len(l, len, mark);
				code[i] = l;
			}
		}
		if (n[0] != n[1] || (n[0] && memcmp(code[0], code[1], n[0])))
			return false;
		if (!n[0])
			return true;
	}
}

static void read_moves(const struct landing_view *v, struct signal_list *out)
{
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		struct signal s = { .path = f->change->path,
				    .name = f->change->path };

		if (!substitution_want(f) || f->kind == PATH_DOCS ||
		    f->kind == PATH_DATA)
			continue;
		if (is_comment_only(f))
			s.kind = "comment-only";
		else if (is_move(v, i))
			s.kind = "move";
		else
			continue;
		s.line = line_of(f->new, f->new_from);
		s.detail = arena_printf(out->arena,
					"{\"additions\":%d,\"deletions\":%d}",
					(int)f->change->additions,
					(int)f->change->deletions);
		signal_add(out, &s);
	}
}

/* --- small diffs -------------------------------------------------------- */

static char *verbatim(struct arena *a, const struct dline *l)
{
	const char *s = l->s;
	size_t n = l->len;

	trim(&s, &n);
	return n && n <= 200 ? arena_strndup(a, s, n) : NULL;
}

/* "if x:" and its like only frame the line that does something. */
static bool is_frame(const char *s)
{
	static const char *const words[] = {
		"if", "elif", "else", "for", "while", "with", "try",
		"except", "def", "class", "return", "import", "from", NULL
	};
	size_t n = 0;

	while (isalpha((unsigned char)s[n]))
		n++;
	for (const char *const *w = words; *w; w++)
		if (strlen(*w) == n && !memcmp(*w, s, n))
			return true;
	return false;
}

/* The added line that says most: a statement, else the first. */
static size_t telling_line(const struct dlines *d,
			   const struct landing_file *f, struct arena *a)
{
	const char *mark = comment_mark(f);
	size_t best = d->n;

	for (size_t i = 0; i < d->n; i++) {
		const struct dline *l = &d->v[i];
		const char *t;

		if (l->op != '+' || is_moved_line(f, l))
			continue;
		t = verbatim(a, l);
		if (!t || !has_alnum(t) || (mark && starts_with(t, mark)))
			continue;
		if (!is_frame(t))
			return i;
		if (best == d->n)
			best = i;
	}
	return best;
}

static void read_small(const struct landing_view *v, struct signal_list *out)
{
	const struct landing_file *only = NULL;
	size_t from, to, i;
	struct dlines d;
	int lines = 0;

	for (i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];

		if (f->kind != PATH_PRODUCT)
			continue;
		if (!both(f) || f->lang == LANG_TEXT)
			return;
		lines += f->change->additions + f->change->deletions;
		if (!only)
			only = f;
	}
	if (!only || !lines || lines > SMALL_LINES)
		return;
	dlines_read(&d, only);
	i = telling_line(&d, only, out->arena);
	if (i < d.n) {
		struct signal s = { .kind = "small-diff",
				    .name = only->change->path,
				    .path = only->change->path,
				    .line = d.v[i].no };

		s.new = verbatim(out->arena, &d.v[i]);
		/* The line it replaces, when it replaces one. */
		dlines_hunk(&d, d.v[i].hunk, &from, &to);
		if (to - from == 2 && d.v[from].op == '-')
			s.old = verbatim(out->arena, &d.v[from]);
		signal_add(out, &s);
	}
	dlines_release(&d);
}

static void substitution_read(const struct landing_view *v,
			      struct signal_list *out)
{
	size_t before = out->n;

	read_substitution(v, out);
	/* A substitution of four lines is already said verbatim. */
	if (out->n == before)
		read_small(v, out);
	read_moves(v, out);
}

const struct signal_reader substitution_reader = {
	"substitution", substitution_want, substitution_read
};
