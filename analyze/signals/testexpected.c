/*
 * analyze/signals/testexpected.c - expected values and variables of tests, old
 * and new.
 */
#include "analyze/lineedit.h"
#include "analyze/signals/testvalues.h"

#include "core/find.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/*
 * Two lines equal but for one number behind "==": an expected value.  With
 * `quoted`, but for one short literal behind an upper-case name: a variable.
 */
static bool differ_in_value(const struct dline *o, const struct dline *n,
			    struct setting *a, struct setting *b, size_t *head)
{
	size_t h, t;

	h = common_prefix(o->s, n->s, o->len < n->len ? o->len : n->len);
	while (h && (isalnum((unsigned char)o->s[h - 1]) ||
		     strchr(".-", o->s[h - 1])))
		h--;
	a->name = b->name = NULL;
	if (!number_at(o->s + h, o->s + o->len, a) ||
	    !number_at(n->s + h, n->s + n->len, b))
		return false;
	t = strlen(a->text);
	*head = h;
	return o->len - h - t == n->len - h - strlen(b->text) &&
	       !memcmp(o->s + h + t, n->s + h + strlen(b->text),
		       o->len - h - t) && a->value != b->value;
}

/* What stands left of the "==" in front of `head`, without "assert". */
static char *expected_name(struct arena *a, const char *s, size_t head)
{
	const char *p = s;
	size_t n = head;

	trim(&p, &n);
	if (n < 4 || memcmp(p + n - 2, "==", 2))
		return NULL;
	n -= 2;
	if (n > 7 && !memcmp(p, "assert ", 7)) {
		p += 7;
		n -= 7;
	}
	/* "all(x == 3)": what is compared begins behind the open bracket. */
	for (size_t i = n, depth = 0; i-- > 0;) {
		if (p[i] == '"' || p[i] == '\'') {
			const char *q = memrchr(p, p[i], i);

			if (!q)
				break;
			i = (size_t)(q - p);
		} else if (p[i] == ')' || p[i] == ']' || p[i] == '}') {
			depth++;
		} else if (p[i] == '(' || p[i] == '[' || p[i] == '{') {
			if (!depth) {
				p += i + 1;
				n -= i + 1;
				break;
			}
			depth--;
		}
	}
	trim(&p, &n);
	return n && n <= 100 ? arena_strndup(a, p, n) : NULL;
}

/* "9 + 5", "25 if wide else 32": the number is not all that is expected. */
static bool is_part(const struct dline *l, size_t head, const char *num)
{
	const char *p = l->s + head + strlen(num), *end = l->s + l->len;

	while (p < end && isspace((unsigned char)*p))
		p++;
	return p < end && (strchr("+-*/%|&^<>.", *p) ||
			   has_bytes(p, (size_t)(end - p), " else "));
}

/* Does "==" in front of `head` stand in a string?  "if (x == 4)" in src. */
static bool in_string(const char *s, size_t head)
{
	char quote = 0;

	for (size_t i = 0; i < head; i++) {
		if (s[i] == '\\' && quote)
			i++;
		else if (quote ? s[i] == quote : strchr("\"'", s[i]) && s[i])
			quote = quote ? 0 : s[i];
	}
	return quote != 0;
}

#define CHANGED_MAX 600		/* lines of a file in which a test is read */
#define CLIMB_MAX 400		/* lines above an assertion */

static bool is_assertion(const struct dline *l)
{
	return has_bytes(l->s, l->len, "assert") ||
	       has_bytes(l->s, l->len, "EXPECT_") ||
	       has_bytes(l->s, l->len, "ASSERT_");
}

static bool is_comment(const struct dline *l)
{
	const char *s = l->s;
	size_t n = l->len;

	trim(&s, &n);
	return n && (*s == '*' || *s == '#' || (n > 1 && *s == '/' &&
						strchr("/*", s[1])));
}

/* The line above *s, which begins a line; its length without its end. */
static bool line_above(const char *text, const char **s, size_t *n)
{
	const char *end = *s, *nl;

	if (end == text)
		return false;
	end--;
	nl = end > text ? memrchr(text, '\n', (size_t)(end - text)) : NULL;
	*s = nl ? nl + 1 : text;
	*n = (size_t)(end - *s);
	return true;
}

static bool begins(const char *s, size_t n, const char *word)
{
	return n >= strlen(word) && !memcmp(s, word, strlen(word));
}

static bool is_def(const char *s, size_t n)
{
	return begins(s, n, "def ") || begins(s, n, "async def ");
}

/* A function around a line: where it begins, decorators and all. */
struct around {
	int line;		/* 1-based; 0: none, it is the whole file */
	bool test;		/* by its name */
	bool nested;		/* the line is in a function inside of it */
};

/* Up over the decorators, to a blank line. */
static int first_line(const char *text, const char *s, int line)
{
	size_t n;

	while (line_above(text, &s, &n)) {
		trim(&s, &n);
		if (!n || is_def(s, n) || begins(s, n, "class "))
			break;
		line--;
		s = memrchr(text, '\n', (size_t)(s - text));
		s = s ? s + 1 : text;
	}
	return line;
}

/*
 * The function that line `l` stands in: the outermost one, by indentation.  A
 * line that begins with a bracket closes something and has no say.
 */
static struct around function_around(const char *text, const struct dline *l)
{
	struct around r = { 0 };
	const char *s = l->s, *found = NULL;
	size_t limit, n = l->len, at = 0;
	int no = l->no;

	for (limit = 0; limit < n && strchr(" \t", s[limit]); limit++)
		;
	if (is_def(s + limit, n - limit)) {
		found = s;
		r = (struct around){ .line = no,
				     .test = has_bytes(s, n, "test") };
	}
	for (int i = 0; limit && i < CLIMB_MAX && line_above(text, &s, &n);
	     i++) {
		no--;
		for (at = 0; at < n && strchr(" \t", s[at]); at++)
			;
		if (at == n || at >= limit || strchr(")]}{#", s[at]))
			continue;
		limit = at;
		if (begins(s + at, n - at, "class "))
			continue;
		if (is_def(s + at, n - at) || !at) {
			r.nested = found != NULL;
			found = s;
			r.line = no;
			r.test = has_bytes(s, n, "test") ||
				 has_bytes(s, n, "TEST");
		}
	}
	if (found)
		r.line = first_line(text, found, r.line);
	return r;
}

/*
 * Is the line a part of what the test of an assertion on line `no` asks?  In
 * the same function above it (or anywhere, where the assertion waits in a
 * function of its own), or outside of every test: a fixture, a helper, a
 * constant.
 */
static bool is_question(const struct dline *l, const char *text,
			const struct around *test, int no)
{
	const char *s = l->s;
	size_t n = l->len;
	struct around in;

	trim(&s, &n);
	if (!n || is_assertion(l) || is_comment(l))
		return false;
	if (l->no >= test->line && l->no < no)
		return true;
	/* A decorator of another test, and where it ends. */
	if (strchr("@)]}", *s))
		return false;
	in = function_around(text, l);
	if (test->nested && in.line == test->line)
		return true;
	return !begins(s, n, "import ") && !begins(s, n, "from ") && !in.test;
}

/*
 * Did anything but assertions change in the test, or in what all tests of the
 * file share?  Then the test asks another question, and the answer that it
 * expects says nothing.
 */
static bool asks_other(const struct landing_file *f, const struct dlines *d,
		       const struct dline *o, const struct dline *n)
{
	struct around was = function_around(f->old, o);
	struct around is = function_around(f->new, n);

	if (d->n > CHANGED_MAX)
		return true;
	for (size_t i = 0; i < d->n; i++) {
		const struct dline *l = &d->v[i];
		bool old = l->op == '-';

		if (is_question(l, old ? f->old : f->new,
				old ? &was : &is,
				old ? o->no : n->no))
			return true;
	}
	return false;
}

/* What an assertion's line became; where it stands in the hunk. */
struct became {
	struct setting a, b;
	size_t head, k;
};

/*
 * The one added assertion that differs from line i in its value only.  Where
 * there are more, the one in its place when the hunk replaces line by line.
 */
static bool what_became(const struct dlines *d, size_t i, size_t from,
			size_t to, struct became *out)
{
	size_t half = (to - from) / 2, twins = 0, found = 0;
	struct became b;

	for (size_t k = from; k < to; k++) {
		if (d->v[k].op == '-') {
			twins += k != i && differ_in_value(&d->v[k], &d->v[i],
						&b.a, &b.b, &b.head);
			twins += k != i && d->v[k].len == d->v[i].len &&
				 !memcmp(d->v[k].s, d->v[i].s, d->v[i].len);
			continue;
		}
		if (!is_assertion(&d->v[k]) ||
		    !differ_in_value(&d->v[i], &d->v[k], &b.a, &b.b, &b.head))
			continue;
		b.k = k;
		found++;
		if (d->v[from + half].op == '+' && !((to - from) % 2) &&
		    d->v[from + half - 1].op == '-' && k == i + half) {
			*out = b;
			return true;
		}
		*out = b;
	}
	return found == 1 && !twins;
}

#define PAIRS_MAX 20000		/* of lines that are compared to save a diff */

/* The next line from i on with "==", or n. */
static size_t next_equation(const struct diff_line *v, size_t i, size_t n)
{
	while (i < n && !find_bytes(v[i].s, v[i].len, "==", 2))
		i++;
	return i;
}

bool test_may_expect(const struct line_diff *d)
{
	size_t first = next_equation(d->new, 0, d->new_n), pairs = 0;

	if (d->moved)
		return true;
	for (size_t i = 0; first < d->new_n &&
	     (i = next_equation(d->old, i, d->old_n)) < d->old_n; i++) {
		struct dline o = { .s = d->old[i].s, .len = d->old[i].len };

		for (size_t k = first; k < d->new_n; k++) {
			struct dline n = { .s = d->new[k].s,
					   .len = d->new[k].len };
			struct setting a, b;
			size_t head;

			if (++pairs > PAIRS_MAX ||
			    differ_in_value(&o, &n, &a, &b, &head))
				return true;
		}
	}
	return false;
}

void test_read_expected(const struct landing_file *f, const struct dlines *d,
			struct signal_list *out)
{
	for (size_t from = 0, to; from < d->n && f->old && f->new; from = to) {
		to = dlines_end(d, from);
		if (!dlines_replaces(d, from, to))
			continue;
		for (size_t i = from; i < to; i++) {
			struct became b;
			const struct dline *o = &d->v[i];
			char *name;

			if (o->op != '-' || !memmem(o->s, o->len, "==", 2) ||
			    !what_became(d, i, from, to, &b) ||
			    in_string(o->s, b.head) ||
			    is_part(o, b.head, b.a.text) ||
			    asks_other(f, d, o, &d->v[b.k]))
				continue;
			name = expected_name(out->arena, d->v[b.k].s, b.head);
			if (!name)
				continue;
			struct signal s = {
				.kind = "test-expected", .name = name,
				.old = b.a.text,
				.new = b.b.text,
				.path = f->change->path,
				.line = d->v[b.k].no,
			};
			signal_add(out, &s);
		}
	}
}

/* "NAME", 'NAME' or "export NAME": how variables are set, not constants. */
static bool is_set_here(const struct dline *l, const char *name)
{
	const char *s = l->s;
	size_t n = (size_t)(name - l->s);

	if (n && (name[-1] == '"' || name[-1] == '\''))
		return true;
	trim(&s, &n);
	return (n >= 6 && !memcmp(s + n - 6, "export", 6)) ||
	       (n >= 2 && !memcmp(s + n - 2, "-e", 2));
}

/* A literal: quoted, a number, a truth value or a shell word, no name. */
static bool is_value(const char *val, const char *line)
{
	char before = val > line ? val[-1] : ' ';

	return before == '"' || before == '\'' ||
	       isdigit((unsigned char)*val) ||
	       starts_with(val, "True") || starts_with(val, "False") ||
	       starts_with(val, "true") || starts_with(val, "false") ||
	       (before == '=' && val - 1 > line && isupper(
			(unsigned char)val[-2]));
}

/* Between name and value: ":", "=", or an argument of setenv() and get(). */
static bool joins(const struct dline *l, const char *name, const char *from,
		  const char *to)
{
	for (const char *p = from; p < to; p++)
		if (*p == ':' || *p == '=')
			return true;
	return memmem(l->s, (size_t)(name - l->s), "env", 3) != NULL;
}

/* The value ends where its quotes do: "0,1" is not 0. */
static bool is_whole(const char *val, const char *end, const char *line_end)
{
	char q = val[-1];

	if (q == '"' || q == '\'')
		return end < line_end && *end == q;
	if (end < line_end && *end == ',' && end + 1 < line_end)
		return isspace((unsigned char)end[1]);
	return end == line_end || strchr(",;)}] \t", *end);
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* An upper-case name that is set, and the literal behind it. */
static bool variable_in(const struct dline *l, const char **name, size_t *n,
			const char **val, size_t *val_n)
{
	const char *end = l->s + l->len;

	for (const char *p = l->s; p < end; p++) {
		const char *a = p, *q;
		bool under = false;

		if (*p == '#')
			return false;
		if (!is_upper(*p) || (p > l->s && is_word_byte(p[-1])))
			continue;
		for (; p < end && (is_upper(*p) || *p == '_' ||
				   (*p >= '0' && *p <= '9')); p++)
			under = under || *p == '_';
		if (!under || p - a < 6 || (p < end && is_word_byte(*p)) ||
		    !is_set_here(l, a))
			continue;
		if (is_comment(l) || has_bytes(l->s, l->len, "assert"))
			return false;
		for (q = p; q < end && strchr("\"' ]=:,", *q); q++)
			;
		*name = a;
		*n = (size_t)(p - a);
		*val = q;
		while (q < end && (is_word_byte(*q) || strchr(".-+/", *q)))
			q++;
		*val_n = (size_t)(q - *val);
		return *val_n > 0 && *val_n <= 24 && is_value(*val, l->s) &&
		       is_whole(*val, q, end) && joins(l, a, p, *val);
	}
	return false;
}

/* The function whose first argument the name is: "getenv"; or nothing. */
static size_t call_of(const struct dline *l, const char *name,
		      const char **out)
{
	const char *p = name, *e;

	while (p > l->s && strchr("\"' ", p[-1]))
		p--;
	if (p == l->s || p[-1] != '(')
		return 0;
	for (e = --p; p > l->s && is_word_byte(p[-1]); p--)
		;
	*out = p;
	return (size_t)(e - p);
}

static bool same_call(const struct dline *a, const char *an,
		      const struct dline *b, const char *bn)
{
	const char *x = NULL, *y = NULL;
	size_t n = call_of(a, an, &x), k = call_of(b, bn, &y);

	return n == k && (!n || !memcmp(x, y, n));
}

/* A variable and the literal it is set to on a line. */
struct variable {
	const char *name, *val;
	size_t name_n, val_n;
};

static bool sets(const struct dline *l, struct variable *v)
{
	return variable_in(l, &v->name, &v->name_n, &v->val, &v->val_n);
}

/* Does the line set the variable of `o` to something else, in its place? */
static bool sets_other(const struct dline *o, const struct variable *a,
		       const struct dline *n, struct variable *b)
{
	if (!sets(n, b) || a->name_n != b->name_n ||
	    memcmp(a->name, b->name, a->name_n) ||
	    (a->val_n == b->val_n && !memcmp(a->val, b->val, a->val_n)))
		return false;
	/* Set the same way: as a key, an assignment, an argument. */
	return same_call(o, a->name, n, b->name) &&
	       a->val - a->name == b->val - b->name &&
	       !memcmp(a->name, b->name, (size_t)(a->val - a->name));
}

/* How many lines of one side of the hunk set the variable? */
static int times_set(const struct dlines *d, int hunk, char op,
		     const char *name, size_t name_n)
{
	int times = 0;

	for (size_t i = 0; i < d->n; i++) {
		const char *a, *v;
		size_t n, vn;

		times += d->v[i].op == op && d->v[i].hunk == hunk &&
			 variable_in(&d->v[i], &a, &n, &v, &vn) &&
			 n == name_n && !memcmp(a, name, n);
	}
	return times;
}

/* Does an added line of the hunk still set the variable so? */
static bool keeps_value(const struct dlines *d, int hunk, const char *name,
			size_t name_n, const char *val, size_t val_n)
{
	for (size_t i = 0; i < d->n; i++) {
		const char *a, *v;
		size_t n, vn;

		if (d->v[i].op == '+' && d->v[i].hunk == hunk &&
		    variable_in(&d->v[i], &a, &n, &v, &vn) && n == name_n &&
		    !memcmp(a, name, n) && vn == val_n &&
		    !memcmp(v, val, vn))
			return true;
	}
	return false;
}

/* An environment variable that the tests now run with another value of. */
void test_read_variables(const struct landing_file *f, const struct dlines *d,
			 struct signal_list *out)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct dline *l = &d->v[i];
		struct variable a, b;

		if (l->op != '-' || !sets(l, &a))
			continue;
		for (size_t k = i + 1; k < d->n && d->v[k].hunk == l->hunk;
		     k++) {
			if (d->v[k].op != '+' ||
			    !sets_other(l, &a, &d->v[k], &b))
				continue;
			/* Set often, it cannot be told which became which. */
			if (keeps_value(d, l->hunk, b.name, b.name_n, a.val,
					a.val_n) ||
			    times_set(d, l->hunk, '-', b.name, b.name_n) > 1 ||
			    times_set(d, l->hunk, '+', b.name, b.name_n) > 1)
				break;
			struct signal s = {
				.kind = "test-variable",
				.name = arena_strndup(out->arena, b.name,
						      b.name_n),
				.old = arena_strndup(out->arena, a.val,
						     a.val_n),
				.new = arena_strndup(out->arena, b.val,
						     b.val_n),
				.path = f->change->path, .line = d->v[k].no,
			};
			signal_add(out, &s);
			break;
		}
	}
}

bool test_may_set(const struct line_diff *d)
{
	bool may = d->moved > 0;

	for (size_t i = 0; i < d->old_n && !may; i++) {
		struct dline o = { .s = d->old[i].s, .len = d->old[i].len };
		struct variable a, b;

		if (!sets(&o, &a))
			continue;
		for (size_t k = 0; k < d->new_n && !may; k++) {
			struct dline n = { .s = d->new[k].s,
					   .len = d->new[k].len };

			may = find_bytes(n.s, n.len, a.name, a.name_n) &&
			      sets_other(&o, &a, &n, &b);
		}
	}
	return may;
}
