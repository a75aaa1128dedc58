#include "analyze/signals/lines.h"

#include "core/find.h"
#include "core/hash.h"
#include "core/lines.h"
#include "core/mem.h"
#include "core/str.h"

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
#define CELLS_SIDE 250		/* what a cell counts is below 256 */

struct tline {
	const char *s;
	size_t len;		/* with its line end */
};

/* One side: its lines, and the number of each, equal for equal lines. */
struct text {
	struct tline *v;
	int *id;
	bool *keep;		/* common to both */
	int n;
};

struct differ {
	struct text a, b;
	/* By number: index of the line in the run that is looked at, NONE or
	 * REPEATED; NONE between runs. */
	int *in_a, *in_b;
};

#define NONE (-1)
#define REPEATED (-2)

static size_t lines_in(const char *s, size_t len)
{
	return count_line_ends(s, len) + (len && s[len - 1] != '\n');
}

static void split(struct text *t, const char *s, size_t len)
{
	struct line_walk w;
	size_t n;
	int i = 0;

	t->n = (int)lines_in(s, len);
	t->v = xmalloc(((size_t)t->n + 1) * sizeof(*t->v));
	t->id = xmalloc(((size_t)t->n + 1) * sizeof(*t->id));
	t->keep = xcalloc((size_t)t->n + 1, sizeof(*t->keep));
	line_walk_init(&w, s, len);
	while ((n = next_line(&w)))
		t->v[i++] = (struct tline){ w.at - n, n };
}

static void text_release(struct text *t)
{
	free(t->v);
	free(t->id);
	free(t->keep);
}

/* Numbers + 1 by hash, and the hash of each number. */
struct numbering {
	int *table;		/* 0: empty */
	size_t mask;
	uint64_t *hash;
	int n;
};

static void number_text(struct text *t, struct numbering *x)
{
	for (int i = 0; i < t->n; i++) {
		uint64_t h = hash_bytes(t->v[i].s, t->v[i].len);
		size_t k = (size_t)(h >> 1) & x->mask;

		while (x->table[k] && x->hash[x->table[k] - 1] != h)
			k = (k + 1) & x->mask;
		if (!x->table[k]) {
			x->hash[x->n] = h;
			x->table[k] = ++x->n;
		}
		t->id[i] = x->table[k] - 1;
	}
}

static void number(struct differ *d)
{
	size_t cap = 16, lines = (size_t)(d->a.n + d->b.n), n;
	struct numbering x = { .n = 0 };

	while (cap < lines * 2)
		cap *= 2;
	x.mask = cap - 1;
	/* Not calloc(): of new pages it would give each twice, once to be read. */
	x.table = xmalloc(cap * sizeof(*x.table));
	memset(x.table, 0, cap * sizeof(*x.table));
	x.hash = xmalloc((lines + 1) * sizeof(*x.hash));
	number_text(&d->a, &x);
	number_text(&d->b, &x);
	free(x.table);
	free(x.hash);
	n = (size_t)x.n;
	d->in_a = xmalloc((n + 1) * 2 * sizeof(*d->in_a));
	d->in_b = d->in_a + n;
	for (size_t i = 0; i < 2 * n; i++)
		d->in_a[i] = NONE;
}

static bool same(const struct differ *d, int i, int k)
{
	return d->a.id[i] == d->b.id[k];
}

static void keep(struct differ *d, int i, int k)
{
	d->a.keep[i] = d->b.keep[k] = true;
}

/* Longest common subsequence of two short runs. */
static void small_diff(struct differ *d, int a0, int a1, int b0, int b1)
{
	unsigned char t[CELLS_MAX + 2 * CELLS_SIDE];
	int n = a1 - a0, m = b1 - b0, i = 0, k = 0;

#define CELL(x, y) t[(x) * (m + 1) + (y)]
	memset(&CELL(n, 0), 0, (size_t)m + 1);
	for (int x = n - 1; x >= 0; x--) {
		CELL(x, m) = 0;
		for (int y = m - 1; y >= 0; y--) {
			unsigned char r = CELL(x + 1, y), u = CELL(x, y + 1);

			if (same(d, a0 + x, b0 + y))
				CELL(x, y) = CELL(x + 1, y + 1) + 1;
			else
				CELL(x, y) = r > u ? r : u;
		}
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
}

/* Partners (by index in b) of the unique lines of a. */
static int unique_pairs(const struct differ *d, int a0, int a1, int b0,
			int b1, int *pa, int *pb)
{
	const int *ia = d->a.id, *ib = d->b.id;
	int n = 0;

	for (int i = a0; i < a1; i++)
		d->in_a[ia[i]] = d->in_a[ia[i]] == NONE ? i : REPEATED;
	for (int k = b0; k < b1; k++)
		d->in_b[ib[k]] = d->in_b[ib[k]] == NONE ? k : REPEATED;
	for (int i = a0; i < a1; i++)
		if (d->in_a[ia[i]] == i && d->in_b[ia[i]] >= 0) {
			pa[n] = i;
			pb[n++] = d->in_b[ia[i]];
		}
	for (int i = a0; i < a1; i++)
		d->in_a[ia[i]] = NONE;
	for (int k = b0; k < b1; k++)
		d->in_b[ib[k]] = NONE;
	return n;
}

/* Keep the longest run of pairs that grows on both sides; returns its size.
 * room: for 2 * n numbers. */
static int longest_growing(int *pa, int *pb, int n, int *room)
{
	int *tail = room, *prev = room + n, len = 0, at, k;

	for (int i = 0; i < n; i++) {
		int lo = 0, hi = len;

		if (len && pb[tail[len - 1]] < pb[i])
			lo = len;	/* most lines keep their order */
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
	if (a1 - a0 < CELLS_SIDE && b1 - b0 < CELLS_SIDE &&
	    (a1 - a0) * (b1 - b0) <= CELLS_MAX) {
		small_diff(d, a0, a1, b0, b1);
		return;
	}
	if (depth == DEPTH_MAX)
		return;
	n = a1 - a0;
	pa = xmalloc((size_t)n * 4 * sizeof(*pa));
	pb = pa + n;
	n = longest_growing(pa, pb, unique_pairs(d, a0, a1, b0, b1, pa, pb),
			    pb + n);
	for (int i = 0; i < n; i++) {
		diff_run(d, a0, pa[i], b0, pb[i], depth + 1);
		keep(d, pa[i], pb[i]);
		a0 = pa[i] + 1;
		b0 = pb[i] + 1;
	}
	if (n)
		diff_run(d, a0, a1, b0, b1, depth + 1);
	free(pa);
}

static void reserve(struct dlines *d, size_t n)
{
	if (n <= d->cap)
		return;
	free(d->v);
	d->v = xmalloc(n * sizeof(*d->v));
	d->cap = n;
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
	size_t changed = 0;
	int i, k;

	for (i = 0; i < x->a.n; i++)
		changed += !x->a.keep[i];
	for (k = 0; k < x->b.n; k++)
		changed += !x->b.keep[k];
	reserve(d, changed);
	i = k = 0;
	while (i < x->a.n || k < x->b.n) {
		if (i < x->a.n && x->a.keep[i] && k < x->b.n &&
		    x->b.keep[k]) {
			i++;
			k++;
			continue;
		}
		d->hunks++;
		for (; i < x->a.n && !x->a.keep[i]; i++)
			add(d, '-', &x->a.v[i], old_first + i);
		for (; k < x->b.n && !x->b.keep[k]; k++)
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
		struct tline l = { h->s + h->at, h->v->len };

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

	reserve(d, f->script->n[0] + f->script->n[1]);
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

/* All of both middles: one is empty, or absent. */
static void add_all(struct dlines *d, const struct landing_file *f)
{
	d->hunks = 1;
	for (int side = 0; side < 2; side++) {
		const char *s = side ? f->new : f->old;
		size_t from = side ? f->new_from : f->old_from;
		size_t to = side ? f->new_to : f->old_to, n;
		struct line_walk w;
		int no;

		if (!s || from == to)
			continue;
		no = line_of(s, from);
		reserve(d, lines_in(s + from, to - from));
		line_walk_init(&w, s + from, to - from);
		while ((n = next_line(&w)))
			add(d, side ? '+' : '-',
			    &(struct tline){ w.at - n, n }, no++);
	}
	d->hunks = d->n ? 1 : 0;
}

static void compare(struct dlines *d, const struct landing_file *f)
{
	struct differ x = { .in_a = NULL };

	split(&x.a, f->old + f->old_from, f->old_to - f->old_from);
	split(&x.b, f->new + f->new_from, f->new_to - f->new_from);
	number(&x);
	diff_run(&x, 0, x.a.n, 0, x.b.n, 0);
	write_out(d, &x, line_of(f->old, f->old_from),
		  line_of(f->new, f->new_from));
	text_release(&x.a);
	text_release(&x.b);
	free(x.in_a);
}

void dlines_read(struct dlines *d, const struct landing_file *f)
{
	*d = (struct dlines){ 0 };
	if ((!f->old && f->change->status != 'A') ||
	    (!f->new && f->change->status != 'D'))
		return;
	if (!f->old || !f->new || f->old_from == f->old_to ||
	    f->new_from == f->new_to) {
		add_all(d, f);
		return;
	}
	if (f->script && by_script(d, f))
		return;
	d->n = 0;
	d->hunks = 0;
	compare(d, f);
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
	const char *p = *s, *end = p + *n;

	while (end - p >= 4 && !memcmp(p, "    ", 4))
		p += 4;
	while (p < end && is_space_byte(*p))
		p++;
	while (p < end && is_space_byte(end[-1]))
		end--;
	*s = p;
	*n = (size_t)(end - p);
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
