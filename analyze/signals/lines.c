#include "analyze/signals/lines.h"

#include "core/find.h"
#include "core/hash.h"
#include "core/lines.h"
#include "core/mem.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/*
 * The diff is our own: libgit2's would hash both sides and split them once
 * more, which costs more than all readers together.  Lines that are unique on
 * both sides and in the same order are anchors (patience); what lies between
 * two anchors is treated the same way again; a small rest by its longest
 * common subsequence, a large one as replaced.
 */
#define DEPTH_MAX 12
#define CELLS_MAX 4096

struct tline {
	const char *s;
	size_t len;		/* with its line end */
	uint64_t hash;
};

struct text {
	struct tline *v;
	int n;
};

struct differ {
	struct text a, b;
	bool *keep_a, *keep_b;	/* lines common to both */
};

/* A side that is compared with nothing needs no hashes. */
static void split(struct text *t, const char *s, size_t from, size_t to,
		  bool alone)
{
	int cap = 0;

	while (from < to) {
		const char *e = memchr(s + from, '\n', to - from);
		size_t n = e ? (size_t)(e - s) - from + 1 : to - from;

		GROW(t->v, t->n, cap);
		t->v[t->n++] = (struct tline){
			s + from, n, alone ? 0 : hash_bytes(s + from, n)
		};
		from += n;
	}
}

static bool same(const struct differ *d, int i, int k)
{
	return d->a.v[i].hash == d->b.v[k].hash &&
	       d->a.v[i].len == d->b.v[k].len;
}

static void keep(struct differ *d, int i, int k)
{
	d->keep_a[i] = d->keep_b[k] = true;
}

/* Longest common subsequence of two short runs. */
static void small_diff(struct differ *d, int a0, int a1, int b0, int b1)
{
	int n = a1 - a0, m = b1 - b0, i = 0, k = 0;
	unsigned char *t = xcalloc((size_t)(n + 1) * (size_t)(m + 1), 1);

#define CELL(x, y) t[(x) * (m + 1) + (y)]
	for (int x = n - 1; x >= 0; x--)
		for (int y = m - 1; y >= 0; y--) {
			unsigned char r = CELL(x + 1, y), u = CELL(x, y + 1);

			if (same(d, a0 + x, b0 + y))
				CELL(x, y) = CELL(x + 1, y + 1) + 1;
			else
				CELL(x, y) = r > u ? r : u;
		}
	while (i < n && k < m) {
		if (same(d, a0 + i, b0 + k))
			keep(d, a0 + i++, b0 + k++);
		else if (CELL(i + 1, k) >= CELL(i, k + 1))
			i++;
		else
			k++;
	}
#undef CELL
	free(t);
}

/* A line seen once on each side of a run. */
struct seen {
	uint64_t hash;
	int a, b;		/* index, -1: not there, -2: repeated */
};

static struct seen *slot(struct seen *t, size_t cap, uint64_t h)
{
	size_t i = (size_t)h & (cap - 1);

	h |= 1;			/* 0 marks an empty slot */
	while (t[i].hash && t[i].hash != h)
		i = (i + 1) & (cap - 1);
	if (!t[i].hash)
		t[i] = (struct seen){ h, -1, -1 };
	return &t[i];
}

/* Partners (by index in b) of the unique lines of a; -1 for others. */
static int unique_pairs(const struct differ *d, int a0, int a1, int b0,
			int b1, int *pa, int *pb)
{
	size_t cap = 16;
	struct seen *t;
	int n = 0;

	while (cap < (size_t)(a1 - a0 + b1 - b0) * 2)
		cap *= 2;
	t = xcalloc(cap, sizeof(*t));
	for (int i = a0; i < a1; i++) {
		struct seen *s = slot(t, cap, d->a.v[i].hash);

		s->a = s->a == -1 ? i : -2;
	}
	for (int k = b0; k < b1; k++) {
		struct seen *s = slot(t, cap, d->b.v[k].hash);

		s->b = s->b == -1 ? k : -2;
	}
	for (int i = a0; i < a1; i++) {
		struct seen *s = slot(t, cap, d->a.v[i].hash);

		if (s->a == i && s->b >= 0 && same(d, i, s->b)) {
			pa[n] = i;
			pb[n++] = s->b;
		}
	}
	free(t);
	return n;
}

/* Keep the longest run of pairs that grows on both sides; returns its size. */
static int longest_growing(int *pa, int *pb, int n)
{
	int *tail = xcalloc((size_t)n + 1, sizeof(*tail));
	int *prev = xcalloc((size_t)n + 1, sizeof(*prev));
	int len = 0, at, k;

	for (int i = 0; i < n; i++) {
		int lo = 0, hi = len;

		while (lo < hi) {
			int mid = (lo + hi) / 2;

			if (pb[tail[mid]] < pb[i])
				lo = mid + 1;
			else
				hi = mid;
		}
		prev[i] = lo ? tail[lo - 1] : -1;
		tail[lo] = i;
		if (lo == len)
			len++;
	}
	at = len ? tail[len - 1] : -1;
	for (k = len; k-- > 0; at = prev[at])
		tail[k] = at;
	for (k = 0; k < len; k++) {
		pa[k] = pa[tail[k]];
		pb[k] = pb[tail[k]];
	}
	free(tail);
	free(prev);
	return len;
}

static void diff_run(struct differ *d, int a0, int a1, int b0, int b1,
		     int depth)
{
	int *pa, *pb, n;

	while (a0 < a1 && b0 < b1 && same(d, a0, b0))
		keep(d, a0++, b0++);
	while (a0 < a1 && b0 < b1 && same(d, a1 - 1, b1 - 1))
		keep(d, --a1, --b1);
	if (a0 == a1 || b0 == b1)
		return;
	if (a1 - a0 < 250 && b1 - b0 < 250 &&
	    (a1 - a0) * (b1 - b0) <= CELLS_MAX) {
		small_diff(d, a0, a1, b0, b1);
		return;
	}
	if (depth == DEPTH_MAX)
		return;
	pa = xcalloc((size_t)(a1 - a0) + 1, sizeof(*pa));
	pb = xcalloc((size_t)(a1 - a0) + 1, sizeof(*pb));
	n = longest_growing(pa, pb, unique_pairs(d, a0, a1, b0, b1, pa, pb));
	for (int i = 0; i < n; i++) {
		diff_run(d, a0, pa[i], b0, pb[i], depth + 1);
		keep(d, pa[i], pb[i]);
		a0 = pa[i] + 1;
		b0 = pb[i] + 1;
	}
	if (n)
		diff_run(d, a0, a1, b0, b1, depth + 1);
	free(pa);
	free(pb);
}

static void add(struct dlines *d, char op, const struct tline *l, int no)
{
	size_t n = l->len;

	if (n && l->s[n - 1] == '\n')
		n--;
	if (n && l->s[n - 1] == '\r')
		n--;
	GROW(d->v, d->n, d->cap);
	d->v[d->n++] = (struct dline){ l->s, n, no, d->hunks - 1, op };
}

/* The lines that were not kept, removed ones first in every hunk. */
static void write_out(struct dlines *d, const struct differ *x, int old_first,
		      int new_first)
{
	int i = 0, k = 0;

	while (i < x->a.n || k < x->b.n) {
		if (i < x->a.n && x->keep_a[i] && k < x->b.n &&
		    x->keep_b[k]) {
			i++;
			k++;
			continue;
		}
		d->hunks++;
		for (; i < x->a.n && !x->keep_a[i]; i++)
			add(d, '-', &x->a.v[i], old_first + i);
		for (; k < x->b.n && !x->keep_b[k]; k++)
			add(d, '+', &x->b.v[k], new_first + k);
	}
}

/* One middle and what the script says of it. */
struct half {
	const char *s;
	size_t at, len;
	const struct changed_line *v, *end;
	int no;			/* of the line at `at` */
};

static struct half half_of(const struct landing_file *f, int side)
{
	const char *s = side ? f->new : f->old;
	size_t from = side ? f->new_from : f->old_from;
	size_t to = side ? f->new_to : f->old_to;
	const struct changed_line *v = f->script->v[side];

	return (struct half){ s + from, 0, to - from, v,
			      v + f->script->n[side], line_of(s, from) };
}

static bool add_changed(struct dlines *d, char op, struct half *h, bool begin)
{
	bool any = false;

	for (; h->v < h->end && h->v->off == h->at; h->v++, any = true) {
		struct tline l = { h->s + h->at, h->v->len, 0 };

		d->hunks += begin && !any;
		add(d, op, &l, h->no++);
		h->at += h->v->len;
	}
	return any;
}

/*
 * The script as hunks.  It is an edit when what it leaves of both sides is the
 * same; else false (it tells of a set of lines, and some only moved).
 */
static bool by_script(struct dlines *d, const struct landing_file *f)
{
	struct half a = half_of(f, 0), b = half_of(f, 1);

	for (;;) {
		bool minus = add_changed(d, '-', &a, true);
		size_t n, m;

		add_changed(d, '+', &b, !minus);
		n = (a.v < a.end ? a.v->off : a.len) - a.at;
		m = (b.v < b.end ? b.v->off : b.len) - b.at;
		if (n > m)
			n = m;
		if (!n)
			return a.at == a.len && b.at == b.len;
		if (memcmp(a.s + a.at, b.s + b.at, n))
			return false;
		m = (size_t)count_line_ends(a.s + a.at, n);
		a.no += (int)m;
		b.no += (int)m;
		a.at += n;
		b.at += n;
	}
}

void dlines_read(struct dlines *d, const struct landing_file *f)
{
	struct differ x = { .keep_a = NULL };
	bool alone;

	*d = (struct dlines){ 0 };
	if ((!f->old && f->change->status != 'A') ||
	    (!f->new && f->change->status != 'D'))
		return;
	if (f->script && f->old && f->new) {
		if (by_script(d, f))
			return;
		d->n = 0;
		d->hunks = 0;
	}
	alone = !f->old || !f->new || f->old_from == f->old_to ||
		f->new_from == f->new_to;
	if (f->old)
		split(&x.a, f->old, f->old_from, f->old_to, alone);
	if (f->new)
		split(&x.b, f->new, f->new_from, f->new_to, alone);
	x.keep_a = xcalloc((size_t)x.a.n + 1, sizeof(*x.keep_a));
	x.keep_b = xcalloc((size_t)x.b.n + 1, sizeof(*x.keep_b));
	diff_run(&x, 0, x.a.n, 0, x.b.n, 0);
	write_out(d, &x, f->old ? line_of(f->old, f->old_from) : 1,
		  f->new ? line_of(f->new, f->new_from) : 1);
	free(x.a.v);
	free(x.b.v);
	free(x.keep_a);
	free(x.keep_b);
}

void dlines_release(struct dlines *d)
{
	free(d->v);
	*d = (struct dlines){ 0 };
}

void dlines_hunk(const struct dlines *d, int h, size_t *from, size_t *to)
{
	size_t i = 0;

	while (i < d->n && d->v[i].hunk < h)
		i++;
	*from = i;
	while (i < d->n && d->v[i].hunk == h)
		i++;
	*to = i;
}

void trim(const char **s, size_t *n)
{
	while (*n && isspace((unsigned char)(*s)[0])) {
		++*s;
		--*n;
	}
	while (*n && isspace((unsigned char)(*s)[*n - 1]))
		--*n;
}

bool has_line(const char *text, size_t len, const char *s, size_t n)
{
	const char *p = text, *end = text + len;

	if (!n)
		return true;
	for (; (p = find_bytes(p, (size_t)(end - p), s, n)); p++) {
		const char *a = p, *b = p + n;

		while (a > text && (a[-1] == ' ' || a[-1] == '\t'))
			a--;
		while (b < end && (*b == ' ' || *b == '\t' || *b == '\r'))
			b++;
		if ((a == text || a[-1] == '\n') && (b == end || *b == '\n'))
			return true;
	}
	return false;
}

bool is_moved_line(const struct landing_file *f, const struct dline *l)
{
	const char *s = l->s;
	size_t n = l->len;

	trim(&s, &n);
	if (l->op == '+')
		return f->old && has_line(f->old, f->old_len, s, n);
	return f->new && has_line(f->new, f->new_len, s, n);
}

bool has_bytes(const char *s, size_t n, const char *needle)
{
	return find_bytes(s, n, needle, strlen(needle)) != NULL;
}

bool middle_has(const struct landing_file *f, int side, const char *needle)
{
	const char *s = side ? f->new : f->old;
	size_t from = side ? f->new_from : f->old_from;
	size_t to = side ? f->new_to : f->old_to;

	return s && to > from && has_bytes(s + from, to - from, needle);
}
