#include "analyze/signals/permuted.h"
#include "analyze/signals/lines.h"
#include "analyze/signals/pymodule.h"
#include "core/hash.h"

#include <ctype.h>
#include <string.h>

#define OWN_MAX 64		/* changed elements; more may be anything */
#define NEAR 5			/* lines of a list: of two runs of lineorder.c */

static bool starts_with_word(const char *s, size_t n, const char *word)
{
	return n >= strlen(word) && !memcmp(s, word, strlen(word));
}

enum mark { MARK_NONE, MARK_OPEN, MARK_CLOSE, MARK_COMMA, MARK_OTHER };

/* What an element may not hold, or only in brackets. */
static const unsigned char marks[256] = {
	['('] = MARK_OPEN, ['['] = MARK_OPEN, ['{'] = MARK_OPEN,
	[')'] = MARK_CLOSE, [']'] = MARK_CLOSE, ['}'] = MARK_CLOSE,
	[','] = MARK_COMMA,
	['='] = MARK_OTHER, [':'] = MARK_OTHER, [';'] = MARK_OTHER,
	['#'] = MARK_OTHER, ['"'] = MARK_OTHER, ['\''] = MARK_OTHER,
	['?'] = MARK_OTHER, [0] = MARK_OTHER,
};

bool is_element(const char *s, size_t n)
{
	int depth = 0;

	if (n < 2 || !(isalpha((unsigned char)*s) || *s == '_') ||
	    starts_with_word(s, n, "and ") || starts_with_word(s, n, "or "))
		return false;
	if (s[n - 1] == ',')
		n--;
	for (size_t i = 0; i < n; i++) {
		unsigned char m = marks[(unsigned char)s[i]];

		if (m == MARK_NONE)
			continue;
		depth += m == MARK_OPEN ? 1 : m == MARK_CLOSE ? -1 : 0;
		if (depth < 0 || m == MARK_OTHER ||
		    (!depth && m == MARK_COMMA))
			return false;
	}
	return !depth;
}

/* A walk over the lines of a middle that the script leaves. */
struct stay {
	const char *s;
	size_t at, len;
	const struct changed_line *v, *end;
	uint64_t last;		/* element that was met last, 0: none */
};

static struct stay stay_of(const struct landing_file *f, int side)
{
	const char *s = side ? f->new : f->old;
	size_t from = side ? f->new_from : f->old_from;
	size_t to = side ? f->new_to : f->old_to;
	const struct changed_line *v = f->script->v[side];

	return (struct stay){ s + from, 0, to - from, v,
			      v + f->script->n[side], 0 };
}

/* Past changed lines: how many bytes then stay; 0 at the end. */
static size_t stay_gap(struct stay *w)
{
	for (; w->v < w->end && w->v->off == w->at; w->v++)
		w->at += w->v->len;
	return (w->v < w->end ? w->v->off : w->len) - w->at;
}

/* Is that comma the last of its line? */
static bool ends_line(const char *p, const char *end)
{
	for (p++; p < end && is_line_blank(*p); p++)
		;
	return p == end || *p == '\n';
}

/* The first comma that ends a line, or NULL. */
static const char *last_comma(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i comma = _mm_set1_epi8(','), space = _mm_set1_epi8(' ');
	const __m128i low = _mm_set1_epi8('!');

	for (; end - p >= 18; p += 16) {
		__m128i a = _mm_loadu_si128((const __m128i *)p);
		__m128i b = _mm_loadu_si128((const __m128i *)(p + 1));
		__m128i c = _mm_loadu_si128((const __m128i *)(p + 2));
		/* A blank that a letter follows is the usual one. */
		__m128i no = _mm_andnot_si128(_mm_cmpgt_epi8(low, c),
					      _mm_cmpeq_epi8(b, space));
		__m128i hit = _mm_and_si128(_mm_cmpeq_epi8(a, comma),
					    _mm_cmpgt_epi8(low, b));
		int at = _mm_movemask_epi8(_mm_andnot_si128(no, hit));

		for (; at; at &= at - 1)
			if (ends_line(p + __builtin_ctz((unsigned)at), end))
				return p + __builtin_ctz((unsigned)at);
	}
#endif
	for (; p < end; p++)
		if (*p == ',' && ends_line(p, end))
			return p;
	return NULL;
}

/* The next line that ends in a comma, with its line end; false: no more. */
static bool comma_line(struct stay *w, struct span *l)
{
	size_t gap;

	while ((gap = stay_gap(w))) {
		const char *s = w->s + w->at, *end = s + gap, *from, *to;
		const char *p = last_comma(s, end);

		if (!p) {
			w->at += gap;
			continue;
		}
		from = memrchr(s, '\n', (size_t)(p - s));
		from = from ? from + 1 : s;
		to = memchr(p, '\n', (size_t)(end - p));
		to = to ? to + 1 : end;
		*l = (struct span){ from, (uint32_t)(to - from) };
		w->at += (size_t)(to - s);
		return true;
	}
	return false;
}

/* The line there, or len 0 at the end. */
static struct span line_here(struct stay *w)
{
	size_t gap = stay_gap(w);
	const char *s = w->s + w->at;
	const char *end = gap ? memchr(s, '\n', gap) : NULL;

	return (struct span){ s, (uint32_t)(end ? (size_t)(end - s) + 1 : gap) };
}

static bool ends_in_comma(const char *s, const char *end)
{
	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	return end > s && end[-1] == ',';
}

/* Past whole lines that are the same on both sides, up to a changed one: bytes. */
static size_t skip_equal(struct stay *a, struct stay *b)
{
	size_t n = stay_gap(a), m = stay_gap(b), same;

	n = n < m ? n : m;
	same = common_prefix(a->s + a->at, b->s + b->at, n);
	while (same < n && same && a->s[a->at + same - 1] != '\n')
		same--;
	a->at += same;
	b->at += same;
	return same;
}

/* Both to the next line that ends in a comma, the same one; false: it is not,
 * there they are left alone.  No more on both sides is the same too. */
static bool skip_to_comma(struct stay *a, struct stay *b)
{
	struct stay x = *a, y = *b;
	struct span u = { NULL, 0 }, v = { NULL, 0 };
	bool more = comma_line(&x, &u);

	if (comma_line(&y, &v) != more || !span_eq(u, v))
		return false;
	*a = x;
	*b = y;
	a->at -= u.len;
	b->at -= v.len;
	return true;
}

/*
 * Past what tells nothing: lists that are written alike and what is no list.  A
 * line that ends in a comma is passed only with the one below it.
 */
static void skip_same(struct stay *a, struct stay *b)
{
	struct stay x = *a, y = *b;
	bool comma = false;

	while (stay_gap(a) && stay_gap(b)) {
		struct stay from_a = *a, from_b = *b;

		if (skip_equal(a, b)) {
			x = from_a;
			y = from_b;
			comma = ends_in_comma(x.s + x.at, a->s + a->at);
		} else if (comma || !skip_to_comma(a, b)) {
			break;
		}
	}
	if (comma) {
		*a = x;
		*b = y;
	}
}

/* The next element of a list; joined: it stands right below the last one.
 * 0: no more. */
static uint64_t next_element(struct stay *w, bool *joined)
{
	for (;;) {
		struct span l;
		const char *s;
		uint64_t hash;
		size_t n;

		*joined = w->last != 0;
		if (*joined) {
			l = line_here(w);
			w->at += l.len;
		} else if (!comma_line(w, &l)) {
			return 0;
		}
		s = l.s;
		n = l.len;
		trim(&s, &n);
		w->last = 0;
		if (!is_element(s, n))
			continue;
		hash = hash_bytes(s, n) | 1;
		if (s[n - 1] == ',')
			w->last = hash;
		return hash;
	}
}

/* One above the other; not the same the other way round. */
static uint64_t pair_of(uint64_t above, uint64_t below)
{
	return hash_mix(above ^ 0xff51afd7ed558ccdull, below) | 1;
}

/* The next two elements below each other; 0: no more. */
static uint64_t next_pair(struct stay *w)
{
	for (;;) {
		uint64_t last = w->last, here;
		bool joined;

		here = next_element(w, &joined);
		if (!here || joined)
			return here ? pair_of(last, here) : 0;
	}
}

struct pair_set {
	uint64_t bits[1 << 16 >> 6];
};

static void pair_add(struct pair_set *set, uint64_t pair)
{
	set->bits[pair >> 54] |= (uint64_t)1 << (pair >> 48 & 63);
}

static bool pair_has(const struct pair_set *set, uint64_t pair)
{
	return set->bits[pair >> 54] >> (pair >> 48 & 63) & 1;
}

/*
 * Do two elements below each other on the new side stand the other way round on
 * the old one, in one list with few lines between them?
 */
static bool has_turned(struct stay a, struct stay b)
{
	struct pair_set turned = { { 0 } };
	uint64_t list[NEAR] = { 0 }, pair;
	bool joined;

	for (size_t n = 0; (pair = next_element(&a, &joined)); n++) {
		if (!joined)
			n = 0;
		for (size_t k = 0; k < n && k < NEAR; k++)
			pair_add(&turned, pair_of(pair, list[k]));
		list[n % NEAR] = pair;
	}
	while ((pair = next_pair(&b)))
		if (pair_has(&turned, pair))
			return true;
	return false;
}

/* Did elements that stay change their order? */
static bool is_permuted(const struct landing_file *f)
{
	struct stay a = stay_of(f, 0), b = stay_of(f, 1), x, y;
	uint64_t pair;

	skip_same(&a, &b);
	x = a;
	y = b;
	do {
		pair = next_pair(&x);
		if (pair != next_pair(&y))
			return has_turned(a, b);
	} while (pair);
	return false;
}

/* The elements of a list among the changed lines of a side. */
struct own {
	uint64_t v[OWN_MAX];	/* without comma; that one is the lowest bit */
	size_t n;
};

/* False: too many. */
static bool own_elements(struct own *out, const char *text,
			 const struct diff_line *l, size_t n)
{
	out->n = 0;
	for (; n; n--, l++) {
		struct diff_line t = diff_line_trim(*l);
		bool comma = t.len && t.s[t.len - 1] == ',';

		if ((!comma && !ends_in_comma(text, l->s)) ||
		    !is_element(t.s, t.len))
			continue;
		if (out->n == OWN_MAX)
			return false;
		out->v[out->n++] = (hash_bytes(t.s, t.len - comma) & ~1ull) |
				   comma;
	}
	return true;
}

/* Did changed elements that are on both sides change their order, or get or
 * lose their comma? */
static bool has_own_permuted(const struct landing_file *f,
			     const struct line_diff *l)
{
	struct own a, b;
	size_t next = 0, k;

	if (!own_elements(&a, f->old, l->old, l->old_n) ||
	    !own_elements(&b, f->new, l->new, l->new_n))
		return true;
	for (size_t i = 0; i < a.n; i++) {
		for (k = 0; k < b.n && (a.v[i] ^ b.v[k]) > 1; k++)
			;
		if (k == b.n)
			continue;
		if (k < next || a.v[i] != b.v[k])
			return true;
		next = k;
	}
	return false;
}

bool may_be_permuted(const struct landing_file *f, const struct line_diff *l)
{
	return !f->script || l->moved || is_permuted(f) ||
	       has_own_permuted(f, l);
}
