/*
 * P11 - lines that changed places where the place is the meaning: elements of
 * a tuple, list or call, parameters without annotation, the members of an
 * initializer.  "head_k_dim," in front of "head_v_dim," and then behind it is
 * a one line diff that turns a layout round.
 *
 * Silent for what may stand in any order: imports, strings (`__all__`, lists
 * of names), `key=value`, `key: value`, sets.
 */
#include "analyze/signals/emit.h"
#include "analyze/signals/lines.h"
#include "analyze/signals/permuted.h"
#include "analyze/signals/readers.h"
#include "core/str.h"

#include <ctype.h>
#include <string.h>

#define RUN_MAX 3		/* lines that moved, lines they passed */
#define CLIMB_MAX 60		/* lines up to the bracket */
#define LINES_MAX 400		/* changed on a side; more is a rewrite */
#define CHANGED_MAX 200		/* lines of a file; more is a rewrite */
#define ORDERS_MAX 12		/* statements per landing */

static bool wants(const struct landing_file *f)
{
	return f->kind == PATH_PRODUCT && f->old && f->new &&
	       (f->lang == LANG_PYTHON || f->lang == LANG_C ||
		f->lang == LANG_HEADER) && f->change->additions > 0 &&
	       f->change->additions <= LINES_MAX &&
	       f->change->deletions > 0 &&
	       f->change->deletions <= LINES_MAX;
}

/* The line number `no` of text, trimmed; false past its end. */
static bool line_at(const char *text, size_t len, int no, const char **s,
		    size_t *n)
{
	const char *p = text, *end = text + len;

	while (--no > 0 && p && p < end) {
		p = memchr(p, '\n', (size_t)(end - p));
		p = p ? p + 1 : NULL;
	}
	if (no > 0 || !p || p >= end)
		return false;
	*s = p;
	p = memchr(p, '\n', (size_t)(end - p));
	*n = (size_t)((p ? p : end) - *s);
	trim(s, n);
	return true;
}

/* The line that opens the bracket around line `no`; 0 when there is none. */
static int opener(const char *text, size_t len, int no, const char **s,
		  size_t *n)
{
	int depth = 0;

	for (int k = no - 1; k > 0 && k > no - CLIMB_MAX; k--) {
		if (!line_at(text, len, k, s, n))
			return 0;
		for (size_t i = *n; i-- > 0;) {
			char c = (*s)[i];

			depth += strchr(")]}", c) ? 1 :
				 strchr("([{", c) ? -1 : 0;
			if (depth < 0)
				return k;
		}
	}
	return 0;
}

/* Does order mean something inside the bracket this line opens? */
static bool is_ordered(const struct landing_file *f, const char *s, size_t n)
{
	if (!n || !strchr(f->lang == LANG_PYTHON ? "([" : "({", s[n - 1]))
		return false;
	if ((n > 5 && !memcmp(s, "from ", 5)) || has_bytes(s, n, "import") ||
	    has_bytes(s, n, "__all__") || has_bytes(s, n, "enum ") ||
	    has_bytes(s, n, "class "))
		return false;
	return true;
}

/* The name a definition in the first column gives, or len 0. */
static struct span defined_name(const char *p)
{
	static const char *const heads[] = {
		"class ", "def ", "async def ", "struct ", NULL
	};
	struct span w = { p, 0 };

	for (int i = 0; heads[i] && !w.len; i++) {
		if (strncmp(p, heads[i], strlen(heads[i])))
			continue;
		w.s = p + strlen(heads[i]);
		/* "struct EXPORTED name": the last word is the name */
		do {
			w.s += w.len + strspn(w.s + w.len, " ");
			w.len = 0;
			while (isalnum((unsigned char)w.s[w.len]) ||
			       w.s[w.len] == '_')
				w.len++;
		} while (w.s[w.len] == ' ' && isalpha((unsigned char)
						      w.s[w.len + 1]) &&
			 *p == 's');
	}
	return w;
}

/*
 * The class or function the line stands in, as far as the first column tells:
 * what begins there ends the one before.
 */
static const char *scope_name(const struct landing_view *v,
			      const struct landing_file *f, const char *text,
			      int no)
{
	const char *base = path_base(f->change->path), *p = text;
	struct span best = { NULL, 0 };
	int line = 0;

	for (; p && ++line < no; p = strchr(p, '\n'), p = p ? p + 1 : NULL)
		if (isalpha((unsigned char)*p) || *p == '_' || *p == '@' ||
		    *p == '}')
			best = defined_name(p);
	return best.len ? arena_strndup(surface_arena(v), best.s, best.len) :
	       base;
}

/* Lines no..no+n-1 of a text are elements; joined in *out without commas. */
static bool elements(struct str *out, const char *text, size_t len, int no,
		     int n)
{
	for (int i = 0; i < n; i++) {
		const char *s;
		size_t k;

		if (!line_at(text, len, no + i, &s, &k) || !is_element(s, k))
			return false;
		str_add(out, out->len ? ", " : "");
		str_addmem(out, s, s[k - 1] == ',' ? k - 1 : k);
	}
	return true;
}

/* Is the run of `op` lines from *i on, one after the other, at most RUN_MAX
 * long?  *i is moved behind it. */
static int run_of(const struct dlines *d, size_t *i, char op)
{
	size_t from = *i;

	while (*i < d->n && d->v[*i].op == op &&
	       (*i == from || d->v[*i].no == d->v[*i - 1].no + 1))
		(*i)++;
	return *i - from <= RUN_MAX ? (int)(*i - from) : 0;
}

/* The element without its comma: the last of a list has none. */
static bool same_element(const struct dline *a, const struct dline *b)
{
	const char *s = a->s, *t = b->s;
	size_t n = a->len, m = b->len;

	trim(&s, &n);
	trim(&t, &m);
	n -= n && s[n - 1] == ',';
	m -= m && t[m - 1] == ',';
	return n == m && !memcmp(s, t, n);
}

/* Run x of n lines and the `passed` lines below it on its side stand the other
 * way round on the other side: says both orders. */
static void say(const struct landing_view *v, const struct landing_file *f,
		const struct dline *x, int n, int passed,
		struct signal_list *out)
{
	const char *text = x->op == '+' ? f->new : f->old, *s;
	size_t len = x->op == '+' ? f->new_len : f->old_len, k;
	struct str moved = STR_INIT, rest = STR_INIT;

	if (elements(&moved, text, len, x->no, n) &&
	    elements(&rest, text, len, x->no + n, passed) &&
	    opener(text, len, x->no, &s, &k) && is_ordered(f, s, k)) {
		const char *first = arena_printf(surface_arena(v), "%s, %s",
						 str_c(&moved), str_c(&rest));
		const char *second = arena_printf(surface_arena(v), "%s, %s",
						  str_c(&rest), str_c(&moved));
		struct signal sig = { .kind = "line-order",
				      .name = scope_name(v, f, text, x->no),
				      .path = f->change->path,
				      .old = x->op == '+' ? second : first,
				      .new = x->op == '+' ? first : second,
				      .line = x->no,
				      .old_side = x->op != '+' };
		signal_add(out, &sig);
	}
	str_release(&moved);
	str_release(&rest);
}

/* Run a of one side and run b of the other, with nothing but common lines
 * between them: how many, or 0 when these are no two such runs. */
static int lines_passed(const struct dlines *d, size_t a, size_t b, size_t end,
			int delta)
{
	int n = (int)(b - a), passed;

	if (d->v[a].op == d->v[b].op || d->v[a].hunk == d->v[b].hunk ||
	    (a && d->v[a - 1].hunk == d->v[a].hunk) ||
	    (end < d->n && d->v[end].hunk == d->v[b].hunk) ||
	    (int)(end - b) != n)
		return 0;
	for (int k = 0; k < n; k++)
		if (!same_element(&d->v[a + (size_t)k], &d->v[b + (size_t)k]))
			return 0;
	/* Line numbers of the sides differ by what came and went above. */
	passed = d->v[b].no - d->v[a].no -
		 (d->v[a].op == '-' ? delta : -delta);
	return passed <= RUN_MAX ? passed : 0;
}

/*
 * A hunk that replaces elements by the same ones in another order: the last of
 * a list has no comma, so that no line of it stands on both sides.
 */
static bool is_reordered(const struct dlines *d, size_t a, size_t b, size_t end)
{
	bool used[RUN_MAX] = { false }, moved = false;
	size_t n = b - a, k;

	if (d->v[a].op != '-' || d->v[b].op != '+' || n < 2 || end - b != n ||
	    d->v[a].hunk != d->v[b].hunk ||
	    (end < d->n && d->v[end].hunk == d->v[b].hunk))
		return false;
	for (size_t i = 0; i < n; i++) {
		for (k = 0; k < n; k++)
			if (!used[k] &&
			    same_element(&d->v[a + i], &d->v[b + k]))
				break;
		if (k == n)
			return false;
		used[k] = true;
		moved |= k != i;
	}
	return moved;
}

static void say_reordered(const struct landing_view *v,
			  const struct landing_file *f, const struct dline *a,
			  const struct dline *b, int n, struct signal_list *out)
{
	struct str was = STR_INIT, is = STR_INIT;
	const char *s;
	size_t k;

	if (elements(&was, f->old, f->old_len, a->no, n) &&
	    elements(&is, f->new, f->new_len, b->no, n) &&
	    opener(f->new, f->new_len, b->no, &s, &k) && is_ordered(f, s, k)) {
		struct signal sig = { .kind = "line-order",
				      .name = scope_name(v, f, f->new, b->no),
				      .path = f->change->path,
				      .old = str_c(&was), .new = str_c(&is),
				      .line = b->no };
		signal_add(out, &sig);
	}
	str_release(&was);
	str_release(&is);
}

static void read_file(const struct landing_view *v,
		      const struct landing_file *f, struct signal_list *out)
{
	struct dlines d;
	size_t a = 0, b, end;
	int delta = 0;		/* lines added less lines removed above a */

	dlines_read(&d, f);
	while (a < d.n) {
		int n, passed;

		b = end = a;
		n = run_of(&d, &b, d.v[a].op);
		end = b;
		if (n && b < d.n && run_of(&d, &end, d.v[b].op)) {
			passed = lines_passed(&d, a, b, end, delta);
			if (passed > 0)
				say(v, f, &d.v[a], n, passed, out);
			else if (is_reordered(&d, a, b, end))
				say_reordered(v, f, &d.v[a], &d.v[b], n, out);
		}
		delta += (d.v[a].op == '+' ? 1 : -1) * (int)(b - a);
		a = b;
	}
	dlines_release(&d);
}

/* A changed line that is one of the other side but for its comma. */
static bool has_comma_twin(const struct line_diff *l)
{
	if (l->old_n != l->new_n || l->old_n > 2 * RUN_MAX)
		return false;
	for (size_t i = 0; i < l->old_n; i++)
		for (size_t k = 0; k < l->new_n; k++) {
			struct diff_line a = diff_line_trim(l->old[i]);
			struct diff_line b = diff_line_trim(l->new[k]);

			if (b.len == a.len + 1 && b.s[a.len] == ',' &&
			    !memcmp(a.s, b.s, a.len))
				return true;
		}
	return false;
}

/* What git counts and the multisets do not has moved.  In a large rewrite some
 * line always has. */
static bool has_moved(const struct landing_file *f, const struct line_diff *l)
{
	if (f->change->additions + f->change->deletions > CHANGED_MAX ||
	    (l->moved && !l->moved_comma))
		return false;
	return f->change->additions > (int)(l->new_n + l->new_blank) &&
	       f->change->deletions > (int)(l->old_n + l->old_blank);
}

static void read_orders(const struct landing_view *v, struct signal_list *out)
{
	size_t first = out->n;

	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		const struct line_diff *l;

		if (!wants(f) || out->n - first >= ORDERS_MAX)
			continue;
		l = surface_lines(v, i);
		if (!l->cut && ((has_moved(f, l) && may_be_permuted(f, l)) ||
				has_comma_twin(l)))
			read_file(v, f, out);
	}
}

const struct signal_reader read_line_order = {
	"line-order", wants, read_orders
};
