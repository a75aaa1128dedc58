/*
 * analyze/signals/testvalues.c - tolerances and thresholds of tests, old and new.
 * Numbers are compared as numbers.
 */
#include "analyze/signals/testvalues.h"

#include "core/find.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- numbers in pairs of lines ------------------------------------------ */

static bool is_limit_name(const char *s, size_t n)
{
	static const char *const words[] = {
		"atol", "rtol", "tol", "threshold", "tolerance", "accuracy",
		NULL
	};

	for (const char *const *w = words; *w; w++) {
		size_t k = strlen(*w);

		if (k > 3 && find_folded(s, n, *w, k))
			return true;
		/* a short one is a word of its own at the end */
		if (k <= 3 && n >= k && !strncasecmp(s + n - k, *w, k) &&
		    (n == k || s[n - k - 1] == '_'))
			return true;
	}
	return false;
}

size_t dlines_end(const struct dlines *d, size_t from)
{
	size_t i = from;

	while (i < d->n && d->v[i].hunk == d->v[from].hunk)
		i++;
	return i;
}

bool dlines_replaces(const struct dlines *d, size_t from, size_t to)
{
	return d->v[from].op == '-' && d->v[to - 1].op == '+';
}

size_t number_at(const char *p, const char *end, struct setting *out)
{
	char buf[32], *stop;
	size_t n = 0;

	while (p + n < end && n < sizeof(buf) - 1 &&
	       (isalnum((unsigned char)p[n]) || p[n] == '.' ||
		((p[n] == '-' || p[n] == '+') &&
		 (!n || p[n - 1] == 'e' || p[n - 1] == 'E'))))
		n++;
	memcpy(buf, p, n);
	buf[n] = '\0';
	if (!n || !(isdigit((unsigned char)*buf) || *buf == '.' ||
		    *buf == '-'))
		return 0;
	out->value = strtod(buf, &stop);
	if (*stop || stop == buf || !isfinite(out->value))
		return 0;
	memcpy(out->text, buf, n + 1);
	out->num = p;
	return n;
}

#define TUPLE_MAX 4

/* "a, b = 1, 2": how many names stand left of the "="; 0: it is none. */
static size_t tuple_names(const struct dline *l, struct setting *v,
			  const char **values)
{
	const char *p = l->s, *end = l->s + l->len;
	size_t n = 0;

	while (n < TUPLE_MAX) {
		const char *a;

		while (p < end && isspace((unsigned char)*p))
			p++;
		for (a = p; p < end && is_word_byte(*p); p++)
			;
		if (p == a)
			return 0;
		v[n++] = (struct setting){ .name = a, .at = l,
					   .name_len = (size_t)(p - a) };
		while (p < end && *p == ' ')
			p++;
		if (p >= end || (*p != ',' && *p != '='))
			return 0;
		if (*p++ == '=') {
			*values = p;
			return p < end && *p != '=' && n > 1 ? n : 0;
		}
	}
	return 0;
}

/* The limits among the names of a tuple, each with its own number. */
static bool tuple_in(struct setting *v, size_t max, const struct dline *l,
		     size_t *n)
{
	struct setting t[TUPLE_MAX];
	const char *p, *end = l->s + l->len;
	size_t k = tuple_names(l, t, &p);

	*n = 0;
	for (size_t i = 0; i < k; i++) {
		while (p < end && (*p == ' ' || *p == '('))
			p++;
		size_t len = number_at(p, end, &t[i]);

		p += len;
		while (p < end && *p == ' ')
			p++;
		if (!len || (i + 1 < k && (p >= end || *p++ != ',')))
			break;
		if (*n < max && is_limit_name(t[i].name, t[i].name_len))
			v[(*n)++] = t[i];
	}
	return k > 0;
}

/* Without one of these words no name on the line is that of a limit. */
static bool says_limit(const char *s, size_t n)
{
	return find_folded(s, n, "tol", 3) ||
	       find_folded(s, n, "threshold", 9) ||
	       find_folded(s, n, "accuracy", 8);
}

/* NAME = NUM and "NAME": NUM on one line; at most max. */
static size_t settings_in(struct setting *v, size_t max, const struct dline *l)
{
	const char *s = l->s, *end = l->s + l->len;
	size_t n = 0;

	if (!says_limit(l->s, l->len))
		return 0;
	if (tuple_in(v, max, l, &n))
		return n;
	for (const char *p = s; p < end && n < max;) {
		const char *a, *q;

		if (*p == '#' && (p == s || isspace((unsigned char)p[-1])))
			break;
		if (!isalpha((unsigned char)*p) && *p != '_') {
			p++;
			continue;
		}
		for (a = p; p < end && is_word_byte(*p); p++)
			;
		if (!is_limit_name(a, (size_t)(p - a)))
			continue;
		for (q = p; q < end && strchr("\"' ", *q); q++)
			;
		if (q >= end || (*q != '=' && *q != ':') ||
		    (q + 1 < end && q[1] == '='))
			continue;
		for (q++; q < end && *q == ' '; q++)
			;
		v[n] = (struct setting){ .name = a,
					 .name_len = (size_t)(p - a),
					 .at = l };
		q += number_at(q, end, &v[n]);
		/* "1e-2 if fp8 else 1e-3" is not one value. */
		if (*v[n].text && !has_bytes(q, (size_t)(end - q), " if "))
			n++;
	}
	return n;
}

/* Is `to` easier to pass than `from`?  Unknown directions are not. */
static bool is_weaker(const char *name, size_t n, double from, double to)
{
	char low[64];
	size_t k = n < sizeof(low) - 1 ? n : sizeof(low) - 1;

	for (size_t i = 0; i < k; i++)
		low[i] = (char)tolower((unsigned char)name[i]);
	low[k] = '\0';
	if (strstr(low, "tol"))
		return to > from;
	/* A limit on what should be small. */
	if (strstr(low, "latency") || strstr(low, "time") ||
	    strstr(low, "err") || strstr(low, "diff") ||
	    strstr(low, "div") || strstr(low, "ttft") ||
	    strstr(low, "itl") || strstr(low, "memory"))
		return false;
	if (strstr(low, "accuracy") || strstr(low, "acc_") ||
	    strstr(low, "score"))
		return to < from;
	return false;
}

#define HUNK_MAX 30	/* lines of a side, where a name alone links values */

struct settings {
	struct setting *v;
	size_t n, cap;
	size_t lines;
};

static void collect(struct settings *c, const struct dline *l)
{
	struct setting got[8];
	size_t n = settings_in(got, ARRAY_N(got), l);

	c->lines++;
	for (size_t i = 0; i < n; i++) {
		GROW(c->v, c->n, c->cap);
		c->v[c->n++] = got[i];
	}
}

static bool same_name(const struct setting *a, const struct setting *b)
{
	return a->name_len == b->name_len &&
	       !memcmp(a->name, b->name, a->name_len);
}

/* Equal numbers stand for a line that was touched for another reason. */
static void drop_equal(struct settings *o, struct settings *n)
{
	for (size_t i = 0; i < o->n; i++)
		for (size_t k = 0; k < n->n && !o->v[i].used; k++)
			if (!n->v[k].used && same_name(&o->v[i], &n->v[k]) &&
			    o->v[i].value == n->v[k].value)
				o->v[i].used = n->v[k].used = true;
}

static size_t count_of(const struct settings *c, const struct setting *name)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += same_name(&c->v[i], name);
	return n;
}

/* The line without blanks and without the numbers of its limits. */
static void mask(struct str *out, const struct dline *l)
{
	struct setting got[8];
	size_t n = settings_in(got, ARRAY_N(got), l);

	str_clear(out);
	for (size_t i = 0; i < l->len; i++) {
		for (size_t k = 0; k < n; k++)
			if (got[k].num == l->s + i)
				i += strlen(got[k].text);
		if (i < l->len && !isspace((unsigned char)l->s[i]))
			str_addch(out, l->s[i]);
	}
}

/* Does an added line of the hunk put its followers under a condition? */
static bool has_condition(const struct dlines *d, int hunk)
{
	static const char *const words[] = {
		"if ", "if(", "elif ", "else", "} else", NULL
	};

	for (size_t i = 0; i < d->n; i++) {
		const char *s = d->v[i].s;
		size_t n = d->v[i].len;

		trim(&s, &n);
		for (int w = 0; words[w] && d->v[i].op == '+' &&
				d->v[i].hunk == hunk; w++)
			if (n >= strlen(words[w]) &&
			    !memcmp(s, words[w], strlen(words[w])))
				return true;
	}
	return false;
}

static size_t indent_of(const struct dline *l)
{
	size_t i = 0;

	while (i < l->len && isspace((unsigned char)l->s[i]))
		i++;
	return i;
}

/* Does the hunk also bring the old line itself, or its value, along? */
static bool is_kept(const struct dlines *d, const struct setting *a)
{
	const char *s = a->at->s;
	size_t n = a->at->len;

	trim(&s, &n);
	for (size_t i = 0; i < d->n; i++) {
		const struct dline *l = &d->v[i];
		const char *t = l->s;
		size_t k = l->len;

		if (l->op != '+' || l->hunk != a->at->hunk)
			continue;
		trim(&t, &k);
		if (k == n && !memcmp(s, t, n))
			return true;
		/* "atol = 2e-2 if wide else 1e-2" */
		if (has_bytes(t, k, " if ") && has_bytes(t, k, a->text) &&
		    find_word(t, k, a->name, a->name_len))
			return true;
	}
	return false;
}

/* Is the old value still set somewhere in the added lines? */
static bool still_set(const struct dlines *d, const struct setting *a)
{
	bool found = false;

	for (size_t i = 0; i < d->n && !found; i++) {
		struct setting got[8];
		size_t n = d->v[i].op == '+' ?
			   settings_in(got, ARRAY_N(got), &d->v[i]) : 0;

		for (size_t k = 0; k < n; k++)
			found = found || (same_name(a, &got[k]) &&
					  a->value == got[k].value);
	}
	return found;
}

/*
 * Which value became which?  Certain when the lines differ in numbers only, or
 * when the hunk sets the name once on each side and the old value is gone.
 */
static bool belongs(const struct dlines *d, const struct settings *o,
		    const struct settings *n, const struct setting *a,
		    const struct setting *b)
{
	struct str x = STR_INIT, y = STR_INIT;
	bool same;

	mask(&x, a->at);
	mask(&y, b->at);
	same = x.len == y.len && !memcmp(str_c(&x), str_c(&y), x.len);
	str_release(&x);
	str_release(&y);
	if (is_kept(d, a) || (indent_of(a->at) != indent_of(b->at) &&
			      has_condition(d, a->at->hunk)))
		return false;
	return same || (count_of(o, a) == 1 && count_of(n, a) == 1 &&
			o->lines <= HUNK_MAX && n->lines <= HUNK_MAX &&
			!still_set(d, a));
}

static void pair_limits(const struct landing_file *f, const struct dlines *d,
			struct settings *o, struct settings *n,
			struct signal_list *out)
{
	drop_equal(o, n);
	for (size_t i = 0; i < o->n; i++) {
		struct setting *a = &o->v[i], *b = NULL;
		bool weaker;

		if (a->used)
			continue;
		for (size_t k = 0; k < n->n && !b; k++)
			if (!n->v[k].used && same_name(a, &n->v[k]) &&
			    belongs(d, o, n, a, &n->v[k]))
				b = &n->v[k];
		if (!b)
			continue;
		a->used = b->used = true;
		weaker = is_weaker(a->name, a->name_len, a->value, b->value);
		struct signal s = {
			.kind = weaker ? "test-weakened" : "test-threshold",
			.name = arena_strndup(out->arena, b->name,
					      b->name_len),
			.old = a->text, .new = b->text,
			.path = f->change->path, .line = b->at->no,
		};
		signal_add(out, &s);
	}
}

/*
 * In JSON a name repeats for every case: only lines replaced one by one tell
 * which value became which.
 */
static bool one_by_one(const struct dlines *d, size_t from, size_t to)
{
	size_t half = (to - from) / 2;

	if ((to - from) % 2)
		return false;
	for (size_t i = from; i < from + half; i++) {
		const struct dline *o = &d->v[i], *n = &d->v[i + half];
		const char *colon = memchr(o->s, ':', o->len);
		size_t k = colon ? (size_t)(colon - o->s) : 0;

		if (o->op != '-' || n->op != '+' || !k || n->len < k ||
		    memcmp(o->s, n->s, k))
			return false;
	}
	return true;
}

void test_read_limits(const struct landing_file *f, const struct dlines *d,
		      struct signal_list *out)
{
	bool json = ends_with(f->change->path, ".json");

	for (size_t from = 0, to; from < d->n; from = to) {
		struct settings o = { 0 }, n = { 0 };

		to = dlines_end(d, from);
		if (!dlines_replaces(d, from, to) ||
		    (json && !one_by_one(d, from, to)))
			continue;
		for (size_t i = from; i < to; i++)
			collect(d->v[i].op == '-' ? &o : &n, &d->v[i]);
		if (o.n && n.n)
			pair_limits(f, d, &o, &n, out);
		free(o.v);
		free(n.v);
	}
}

static void collect_side(struct settings *c, const struct diff_line *v,
			 size_t n)
{
	for (size_t run; n; v += run, n -= run) {
		const char *end;

		run = diff_lines_run(v, n);
		end = v[run - 1].s + v[run - 1].len;
		if (!says_limit(v->s, (size_t)(end - v->s)))
			continue;
		for (size_t i = 0; i < run; i++) {
			struct dline l = { .s = v[i].s, .len = v[i].len };

			collect(c, &l);
		}
	}
}

bool test_may_limit(const struct line_diff *d)
{
	struct settings o = { 0 }, n = { 0 };
	bool may = d->moved > 0;

	if (!may) {
		collect_side(&o, d->old, d->old_n);
		collect_side(&n, d->new, d->new_n);
	}
	for (size_t i = 0; i < o.n && !may; i++)
		for (size_t k = 0; k < n.n && !may; k++)
			may = same_name(&o.v[i], &n.v[k]) &&
			      o.v[i].value != n.v[k].value;
	free(o.v);
	free(n.v);
	return may;
}
