/* analyze/rename.c - see rename.h. */
#include "analyze/rename.h"

#include "analyze/linecount.h"
#include "core/lines.h"
#include "core/mem.h"

#define HASH_BASE 107927
#define SCORE_MIN 30000			/* 50 % */
#define SCORE_BASENAME 45000		/* half-way from there to 100 % */
#define CANDIDATES 4
#define IDENTICAL_LOOKED_AT 100

/* Bytes of a content per chunk hash, ascending by hash. */
struct span {
	uint32_t hash, bytes;
};

struct side {
	struct change *c;
	struct span *spans;
	uint32_t spans_n;
	size_t len;
	bool loaded, readable, sized;
	int pair;			/* index on the other side, or -1 */
	int score;
};

struct detect {
	struct odb_reader *r;
	size_t max;
	struct side *src, *dst;
	int src_n, dst_n;
};

static bool is_regular(uint32_t mode)
{
	return (mode & 0170000) == 0100000;
}

static const char *basename_of(const char *path)
{
	const char *s = strrchr(path, '/');

	return s ? s + 1 : path;
}

/* Below so many spans comparing is faster than counting. */
#define FEW_SPANS 40

static void insert_spans(struct span *v, size_t n)
{
	size_t i, k;

	for (i = 1; i < n; i++) {
		struct span s = v[i];

		for (k = i; k && v[k - 1].hash > s.hash; k--)
			v[k] = v[k - 1];
		v[k] = s;
	}
}

/*
 * By hash, ascending: two passes of counting sort over its 17 bits.  `to` has
 * room for as many; the sorted ones are in v again.
 */
static void sort_spans(struct span *v, struct span *to, size_t n)
{
	uint32_t low[512] = { 0 }, high[512] = { 0 }, l = 0, h = 0, c;
	size_t i;

	if (n < FEW_SPANS) {
		insert_spans(v, n);
		return;
	}
	for (i = 0; i < n; i++) {
		low[v[i].hash & 511]++;
		high[v[i].hash >> 9]++;
	}
	for (i = 0; i < 512; i++) {
		c = low[i];
		low[i] = l;
		l += c;
		c = high[i];
		high[i] = h;
		h += c;
	}
	for (i = 0; i < n; i++)
		to[low[v[i].hash & 511]++] = v[i];
	for (i = 0; i < n; i++)
		v[high[to[i].hash >> 9]++] = to[i];
}

#define CHUNK 64		/* counted bytes at most */

/* The sum of a step is in the lower half at least what was added, or it was too
 * much for it. */
static inline uint64_t chunk_step(uint64_t x, unsigned char c, uint32_t *over)
{
	x = (x << 7 | x >> 57) + c;
	*over += (uint32_t)x < c;
	return x;
}

/*
 * git's hash of a chunk: two words of 32 bits are shifted left by seven, each
 * filled from the other, and the byte is added to the first: that is a rotation
 * of one word of 64 bits, unless the sum overflows the lower half.
 */
static uint32_t chunk_hash(const unsigned char *s, size_t len)
{
	uint32_t over = 0, a, b;
	uint64_t x = 0;
	size_t i = 0;

	for (; i + 4 <= len; i += 4) {
		x = chunk_step(x, s[i], &over);
		x = chunk_step(x, s[i + 1], &over);
		x = chunk_step(x, s[i + 2], &over);
		x = chunk_step(x, s[i + 3], &over);
	}
	for (; i < len; i++)
		x = chunk_step(x, s[i], &over);
	if (!over)
		return ((uint32_t)x + (uint32_t)(x >> 32) * 0x61) % HASH_BASE;
	for (a = b = 0, i = 0; i < len; i++) {
		uint32_t old = a;

		a = ((a << 7) ^ (b >> 25)) + s[i];
		b = (b << 7) ^ (old >> 25);
	}
	return (a + b * 0x61) % HASH_BASE;
}

struct spans {
	struct span *v;
	size_t n;
};

/* The chunks of a line, its end included where it has one; a rest that is no
 * whole chunk is left out. */
static void add_chunks(struct spans *l, const char *s, size_t len, bool ends)
{
	const unsigned char *p = (const unsigned char *)s;

	while (len >= CHUNK || (len && ends)) {
		size_t n = len < CHUNK ? len : CHUNK;

		l->v[l->n].hash = chunk_hash(p, n);
		l->v[l->n++].bytes = (uint32_t)n;
		p += n;
		len -= n;
	}
}

/* A line that ends in CR LF: the CR is not counted. */
static void add_crlf_chunks(struct spans *l, const char *s, size_t len)
{
	size_t body = len - 2, whole = body - body % CHUNK;
	char last[CHUNK + 1];

	add_chunks(l, s, whole, false);
	memcpy(last, s + whole, body - whole);
	last[body - whole] = '\n';
	add_chunks(l, last, body - whole + 1, true);
}

/*
 * Chunks end after a line end or at 64 counted bytes.  A last chunk that does
 * neither is not counted: so does git before 2.44, whose numbers we follow (a
 * later git counts it, which moves a percentage now and then but no pair in
 * seven histories).
 */
static uint32_t make_spans(const char *s, size_t len, struct span **out)
{
	bool text = !is_binary(s, len);
	size_t cap = count_line_ends(s, len) + len / CHUNK + 1, n, i, k;
	struct span *v = xreallocarray(NULL, cap, 2 * sizeof(*v));
	struct spans l = { .v = v };
	struct line_walk walk;

	line_walk_init(&walk, s, len);
	while ((n = next_line(&walk))) {
		const char *line = walk.at - n;
		bool ends = line[n - 1] == '\n';

		if (text && ends && n > 1 && line[n - 2] == '\r')
			add_crlf_chunks(&l, line, n);
		else
			add_chunks(&l, line, n, ends);
	}
	sort_spans(v, v + cap, l.n);
	for (i = k = 0; i < l.n; i++) {
		if (k && v[k - 1].hash == v[i].hash)
			v[k - 1].bytes += v[i].bytes;
		else
			v[k++] = v[i];
	}
	/* Those of all files of a commit are kept at a time. */
	*out = xreallocarray(v, k + 1, sizeof(*v));
	return (uint32_t)k;
}

static int score_spans(const struct span *a, uint32_t an,
		       const struct span *b, uint32_t bn, size_t max_len)
{
	uint64_t copied = 0;
	uint32_t i = 0, j = 0;

	while (i < an && j < bn) {
		if (a[i].hash < b[j].hash) {
			i++;
		} else if (a[i].hash > b[j].hash) {
			j++;
		} else {
			copied += a[i].bytes < b[j].bytes ? a[i].bytes :
							    b[j].bytes;
			i++;
			j++;
		}
	}
	return max_len ? (int)(copied * SIMILARITY_MAX / max_len) : 0;
}

/* More than half would be new: no need to read anything. */
static bool too_different(size_t a, size_t b)
{
	size_t max = a > b ? a : b, min = a > b ? b : a;

	return (uint64_t)max * (SIMILARITY_MAX - SCORE_MIN) <
	       (uint64_t)(max - min) * SIMILARITY_MAX;
}

int similarity(const char *a, size_t a_len, const char *b, size_t b_len)
{
	struct span *x, *y;
	uint32_t xn, yn;
	int score;

	if ((!a_len && !b_len) || too_different(a_len, b_len))
		return 0;
	xn = make_spans(a, a_len, &x);
	yn = make_spans(b, b_len, &y);
	score = score_spans(x, xn, y, yn, a_len > b_len ? a_len : b_len);
	free(x);
	free(y);
	return score;
}

static const git_oid *side_oid(const struct side *s)
{
	return s->c->status == 'D' ? &s->c->old_oid : &s->c->oid;
}

static uint32_t side_mode(const struct side *s)
{
	return s->c->status == 'D' ? s->c->old_mode : s->c->mode;
}

static bool side_size(struct detect *d, struct side *s)
{
	int type;

	if (!s->sized) {
		s->sized = true;
		s->readable = odb_header(d->r, side_oid(s), &type, &s->len,
					 NULL) == 0 && s->len <= d->max;
	}
	return s->readable;
}

static bool side_load(struct detect *d, struct side *s)
{
	struct obj *o;

	if (s->loaded || !s->readable)
		return s->readable;
	s->loaded = true;
	if (odb_read(d->r, side_oid(s), d->max, &o, NULL)) {
		s->readable = false;
		return false;
	}
	s->spans_n = make_spans(o->data, o->len, &s->spans);
	obj_put(o);
	return true;
}

static int score(struct detect *d, struct side *src, struct side *dst)
{
	if (!is_regular(side_mode(src)) || !is_regular(side_mode(dst)) ||
	    !side_size(d, src) || !side_size(d, dst) ||
	    (!src->len && !dst->len) || too_different(src->len, dst->len) ||
	    !side_load(d, src) || !side_load(d, dst))
		return 0;
	return score_spans(src->spans, src->spans_n, dst->spans, dst->spans_n,
			   src->len > dst->len ? src->len : dst->len);
}

static void pair(struct detect *d, int s, int t, int value)
{
	d->src[s].pair = t;
	d->dst[t].pair = s;
	d->dst[t].score = value;
}

/* Sources by object id, in path order within one id. */
static int cmp_src_oid(const void *a, const void *b, void *arg)
{
	const struct detect *d = arg;
	int x = *(const int *)a, y = *(const int *)b;
	int c = oid_cmp(&d->src[x].c->old_oid, &d->src[y].c->old_oid);

	return c ? c : x < y ? -1 : x > y;
}

static bool may_be_identical(const struct side *s, const struct side *t)
{
	uint32_t a = side_mode(s), b = side_mode(t);

	return (is_regular(a) && is_regular(b)) || a == b;
}

static void exact_for(struct detect *d, const int *order, int t)
{
	const git_oid *want = &d->dst[t].c->oid;
	const char *base = basename_of(d->dst[t].c->path);
	int lo = 0, hi = d->src_n, first = -1, seen = 0;

	while (lo < hi) {
		int mid = (lo + hi) / 2;

		if (oid_cmp(&d->src[order[mid]].c->old_oid, want) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < d->src_n && seen < IDENTICAL_LOOKED_AT; lo++) {
		struct side *s = &d->src[order[lo]];

		if (!oid_eq(&s->c->old_oid, want))
			break;
		if (s->pair >= 0 || !may_be_identical(s, &d->dst[t]))
			continue;
		seen++;
		if (first < 0)
			first = order[lo];
		if (!strcmp(basename_of(s->c->path), base)) {
			first = order[lo];
			break;
		}
	}
	if (first >= 0)
		pair(d, first, t, SIMILARITY_MAX);
}

/* Step 1: the same content. */
static void find_exact(struct detect *d)
{
	int *order = xcalloc((size_t)d->src_n, sizeof(*order)), i;

	for (i = 0; i < d->src_n; i++)
		order[i] = i;
	qsort_r(order, (size_t)d->src_n, sizeof(*order), cmp_src_oid, d);
	for (i = 0; i < d->dst_n; i++)
		exact_for(d, order, i);
	free(order);
}

struct base {
	const char *name;
	int index;
};

static int cmp_base(const void *a, const void *b)
{
	const struct base *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c ? c : x->index < y->index ? -1 : x->index > y->index;
}

/* The free entries of one side by basename; returns how many. */
static int free_bases(struct side *v, int n, struct base *out)
{
	int i, k = 0;

	for (i = 0; i < n; i++)
		if (v[i].pair < 0) {
			out[k].name = basename_of(v[i].c->path);
			out[k++].index = i;
		}
	qsort(out, (size_t)k, sizeof(*out), cmp_base);
	return k;
}

static bool unique_at(const struct base *v, int n, int i)
{
	return (i == 0 || strcmp(v[i - 1].name, v[i].name)) &&
	       (i + 1 >= n || strcmp(v[i + 1].name, v[i].name));
}

/* Step 2: names that left once and came once. */
static void find_basenames(struct detect *d)
{
	struct base *a = xcalloc((size_t)d->src_n, sizeof(*a));
	struct base *b = xcalloc((size_t)d->dst_n, sizeof(*b));
	int an = free_bases(d->src, d->src_n, a);
	int bn = free_bases(d->dst, d->dst_n, b), i = 0, j = 0, c, value;

	while (i < an && j < bn) {
		c = strcmp(a[i].name, b[j].name);
		if (!c && unique_at(a, an, i) && unique_at(b, bn, j)) {
			value = score(d, &d->src[a[i].index],
				      &d->dst[b[j].index]);
			if (value >= SCORE_BASENAME)
				pair(d, a[i].index, b[j].index, value);
		}
		if (c <= 0)
			i++;
		if (c >= 0)
			j++;
	}
	free(a);
	free(b);
}

struct candidate {
	int src, dst, score, name;
	int order;
};

static bool better(const struct candidate *a, const struct candidate *b)
{
	return a->score != b->score ? a->score > b->score : a->name > b->name;
}

/* A new one takes the place of the worst, only when strictly better. */
static void keep_candidate(struct candidate *slots, const struct candidate *n)
{
	int i, worst = 0;

	for (i = 1; i < CANDIDATES; i++) {
		bool free_i = slots[i].dst < 0, free_w = slots[worst].dst < 0;

		if (free_w)
			break;
		if (free_i || better(&slots[worst], &slots[i]))
			worst = i;
	}
	if (slots[worst].dst < 0 || better(n, &slots[worst]))
		slots[worst] = *n;
}

static int cmp_candidate(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->dst < 0 || y->dst < 0)
		return x->dst < 0 && y->dst < 0 ? x->order - y->order :
		       x->dst < 0 ? 1 : -1;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->name != y->name)
		return x->name > y->name ? -1 : 1;
	return x->order - y->order;
}

static void fill_candidates(struct detect *d, int t, struct candidate *slots)
{
	const char *base = basename_of(d->dst[t].c->path);
	struct candidate c;
	int s;

	for (s = 0; s < CANDIDATES; s++)
		slots[s].dst = -1;
	for (s = 0; s < d->src_n; s++) {
		if (d->src[s].pair >= 0)
			continue;
		c.src = s;
		c.dst = t;
		c.score = score(d, &d->src[s], &d->dst[t]);
		c.name = !strcmp(basename_of(d->src[s].c->path), base);
		c.order = 0;
		keep_candidate(slots, &c);
	}
}

/* Step 3: every free source against every free target, when that is bounded. */
static void find_inexact(struct detect *d, int targets)
{
	size_t n = (size_t)targets * CANDIDATES, i;
	struct candidate *v = xcalloc(n, sizeof(*v));
	int t, row = 0;

	for (t = 0; t < d->dst_n; t++)
		if (d->dst[t].pair < 0)
			fill_candidates(d, t, v + (size_t)row++ * CANDIDATES);
	for (i = 0; i < n; i++)
		v[i].order = (int)i;
	qsort(v, n, sizeof(*v), cmp_candidate);
	for (i = 0; i < n && v[i].dst >= 0 && v[i].score >= SCORE_MIN; i++)
		if (d->dst[v[i].dst].pair < 0 && d->src[v[i].src].pair < 0)
			pair(d, v[i].src, v[i].dst, v[i].score);
	free(v);
}

static int count_free(const struct side *v, int n)
{
	int i, k = 0;

	for (i = 0; i < n; i++)
		k += v[i].pair < 0;
	return k;
}

/* Put the pairs into the list: R where the A stood, no D. */
static void rewrite(struct detect *d, struct change_list *l)
{
	size_t i, k = 0;
	int t;

	for (t = 0; t < d->dst_n; t++) {
		struct change *c = d->dst[t].c, *o;

		if (d->dst[t].pair < 0)
			continue;
		o = d->src[d->dst[t].pair].c;
		c->status = 'R';
		c->old_path = o->path;
		c->old_mode = o->old_mode;
		c->old_oid = o->old_oid;
		c->similarity = (int)((int64_t)d->dst[t].score * 100 /
				      SIMILARITY_MAX);
		o->status = 0;
	}
	for (i = 0; i < l->n; i++)
		if (l->v[i].status)
			l->v[k++] = l->v[i];
	l->n = k;
}

static void collect(struct detect *d, struct change_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		struct side s = { .c = &l->v[i], .pair = -1 };

		if (s.c->status == 'D')
			d->src[d->src_n++] = s;
		else if (s.c->status == 'A')
			d->dst[d->dst_n++] = s;
	}
}

static void release(struct detect *d)
{
	int i;

	for (i = 0; i < d->src_n; i++)
		free(d->src[i].spans);
	for (i = 0; i < d->dst_n; i++)
		free(d->dst[i].spans);
	free(d->src);
	free(d->dst);
}

void rename_detect(struct odb_reader *r, struct change_list *l, size_t max,
		   bool *skipped)
{
	struct detect d = { .r = r, .max = max };
	size_t i, gone = 0, came = 0;
	int free_src, free_dst;

	*skipped = false;
	for (i = 0; i < l->n; i++) {
		gone += l->v[i].status == 'D';
		came += l->v[i].status == 'A';
	}
	if (!gone || !came)
		return;
	d.src = xcalloc(gone, sizeof(*d.src));
	d.dst = xcalloc(came, sizeof(*d.dst));
	collect(&d, l);
	find_exact(&d);
	free_src = count_free(d.src, d.src_n);
	free_dst = count_free(d.dst, d.dst_n);
	if (free_src && free_dst) {
		find_basenames(&d);
		free_src = count_free(d.src, d.src_n);
		free_dst = count_free(d.dst, d.dst_n);
		if ((uint64_t)free_src * (uint64_t)free_dst >
		    (uint64_t)RENAME_LIMIT * RENAME_LIMIT)
			*skipped = true;
		else if (free_src && free_dst)
			find_inexact(&d, free_dst);
	}
	rewrite(&d, l);
	release(&d);
}
