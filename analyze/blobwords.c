/* analyze/blobwords.c - see blobwords.h. */
#include "analyze/wordfile.h"

#include "core/mem.h"
#include "core/str.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include <string.h>

#define WORD_MIN 3
#define PROBES_MAX 256			/* words made to collide: not kept */

static uint64_t load(const char *s, size_t n)
{
	uint64_t x = 0;

	memcpy(&x, s, n);
	return x;
}

/* Loads of fixed length, that may overlap: words are short.  0 is an empty place
 * of the table. */
static uint32_t word_hash(const char *s, size_t len)
{
	uint64_t h = (uint64_t)len * 0x9e3779b97f4a7c15ull;
	const char *last = s + len;

	for (; last - s > 8; s += 8) {
		h = (h ^ load(s, 8)) * 0xff51afd7ed558ccdull;
		h ^= h >> 32;
	}
	if (len >= 8)
		h ^= load(last - 8, 8);
	else if (len >= 4)
		h ^= load(s, 4) | load(last - 4, 4) << 32;
	else
		h ^= load(s, 2) | load(last - 1, 1) << 16;
	h *= 0xc4ceb9fe1a85ec53ull;
	h = (h ^ h >> 29) * 0xff51afd7ed558ccdull;
	return h >> 32 ? (uint32_t)(h >> 32) : 1;
}

/* ---- the words of a text */

struct table {
	uint32_t *v;
	size_t mask, n, max;
	int shift;
};

static void table_clear(struct blobwords *w, struct table *t, size_t places)
{
	if (places > w->table_n) {
		free(w->table);
		free(w->sorted);
		w->table_n = places;
		w->table = xmalloc(places * sizeof(*w->table));
		w->sorted = xmalloc(places * sizeof(*w->sorted));
	}
	memset(w->table, 0, places * sizeof(*w->table));
	t->v = w->table;
	t->mask = places - 1;
	t->n = 0;
	t->max = places / 2;
	t->shift = 32 - __builtin_ctzl(places);
}

/*
 * Places follow the order of the hashes, so that the table read from its
 * beginning is sorted but for those next to each other.
 */
static bool put_word(struct table *t, uint32_t h)
{
	size_t i = h >> t->shift;
	int probes = 0;

	while (t->v[i] && t->v[i] != h) {
		if (++probes > PROBES_MAX)
			return false;
		i = (i + 1) & t->mask;
	}
	t->n += !t->v[i];
	t->v[i] = h;
	return t->n < t->max;
}

static bool put_run(struct table *t, const char *s, size_t len)
{
	return len < WORD_MIN || (*s >= '0' && *s <= '9') ||
	       put_word(t, word_hash(s, len));
}

/* A bit for each of n <= 64 bytes: does it belong to a word? */
static uint64_t word_bits(const char *s, size_t n)
{
	uint64_t bits = 0;
	size_t i = 0;
#ifdef __SSE2__
	const __m128i case_bit = _mm_set1_epi8(0x20), a = _mm_set1_epi8('a'),
		      zero = _mm_set1_epi8('0'), low = _mm_set1_epi8('_'),
		      letters = _mm_set1_epi8(25), digits = _mm_set1_epi8(9);

	for (; i + 16 <= n; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(s + i));
		__m128i x = _mm_sub_epi8(_mm_or_si128(v, case_bit), a);
		__m128i y = _mm_sub_epi8(v, zero);
		__m128i is = _mm_or_si128(_mm_or_si128(
			_mm_cmpeq_epi8(_mm_min_epu8(x, letters), x),
			_mm_cmpeq_epi8(_mm_min_epu8(y, digits), y)),
			_mm_cmpeq_epi8(v, low));

		bits |= (uint64_t)(unsigned)_mm_movemask_epi8(is) << i;
	}
#endif
	for (; i < n; i++)
		bits |= (uint64_t)is_word_byte(s[i]) << i;
	return bits;
}

static size_t ones_from(uint64_t bits, size_t at)
{
	uint64_t rest = ~(bits >> at);

	return rest ? (size_t)__builtin_ctzll(rest) : 64;
}

static bool put_words(struct table *t, const char *s, size_t len)
{
	const char *end = s + len, *from = NULL;

	for (; s < end; s += 64) {
		uint64_t bits = word_bits(s, end - s < 64 ?
					  (size_t)(end - s) : 64);
		size_t at = from ? ones_from(bits, 0) : 0, n;

		if (at == 64)
			continue;
		if (from && !put_run(t, from, (size_t)(s + at - from)))
			return false;
		from = NULL;
		for (bits &= UINT64_MAX << at; bits;
		     bits &= UINT64_MAX << (at + n)) {
			at = (size_t)__builtin_ctzll(bits);
			n = ones_from(bits, at);
			if (at + n >= 64) {
				from = s + at;
				break;
			}
			if (!put_run(t, s + at, n))
				return false;
		}
	}
	return !from || put_run(t, from, (size_t)(end - from));
}

static size_t sort_words(uint32_t *out, const struct table *t)
{
	size_t n = 0, i, k;

	for (i = 0; i <= t->mask; i++) {
		uint32_t h = t->v[i];

		if (!h)
			continue;
		for (k = n++; k && out[k - 1] > h; k--)
			out[k] = out[k - 1];
		out[k] = h;
	}
	return n;
}

/* How many distinct words, sorted in w->sorted, or -1: they cannot be told. */
static int64_t collect(struct blobwords *w, const char *s, size_t len)
{
	struct table t;
	size_t places = 1024;

	while (places < len / 8)
		places *= 2;
	for (; places <= len + 4096; places *= 2) {
		table_clear(w, &t, places);
		if (put_words(&t, s, len))
			return (int64_t)sort_words(w->sorted, &t);
	}
	return -1;
}

uint64_t blobwords_fingerprint(void)
{
	static const char text[] = "def head_of(x1, _long_name_of_a_file): "
				   "return 7up + \"caf\xc3\xa9\" - --a-flag";
	struct blobwords w = { 0 };
	git_oid id = { { 1 } };
	int64_t n = collect(&w, text, sizeof(text) - 1);
	unsigned char *r = word_record_new(&id, w.sorted, (size_t)n);
	uint64_t out = word_record_check(r);

	free(r);
	blobwords_join(&w);
	return out;
}

/* ---- one thread's view */

void blobwords_init(struct blobwords *w, struct blobwords_file *f)
{
	memset(w, 0, sizeof(*w));
	w->file = f;
}

void blobwords_join(struct blobwords *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->file)
			wordfile_add(w->file, w->v[i]);
		else
			free(w->v[i]);
	oid_map_release(&w->own);
	free(w->v);
	free(w->table);
	free(w->sorted);
	memset(w, 0, sizeof(*w));
}

struct wordset blobwords_get(const struct blobwords *w, const git_oid *id)
{
	const unsigned char *r = w->file ? wordfile_get(w->file, id) : NULL;
	int32_t at = r ? -1 : oid_map_get(&w->own, id);

	if (at >= 0)
		r = w->v[at];
	return r ? word_record_set(r) : (struct wordset){ 0 };
}

struct wordset blobwords_add(struct blobwords *w, const git_oid *id,
			     const char *s, size_t len)
{
	int64_t n = collect(w, s, len);

	if (n < 0)
		return (struct wordset){ 0 };
	GROW(w->v, w->n, w->cap);
	w->v[w->n] = word_record_new(id, w->sorted, (size_t)n);
	oid_map_set(&w->own, id, (int32_t)w->n);
	return word_record_set(w->v[w->n++]);
}

/* ---- asking */

void wordask_init(struct wordask *a, const char *name, size_t len)
{
	const char *s = name, *end = name + len, *from;

	a->n = 0;
	while (s < end && a->n < (int)ARRAY_N(a->v)) {
		for (from = s; s < end && is_word_byte(*s); s++)
			;
		if (s - from >= WORD_MIN && (*from < '0' || *from > '9'))
			a->v[a->n++] = word_hash(from, (size_t)(s - from));
		s++;
	}
}

/* Without a branch that hangs on the hashes: they are never foreseen. */
static bool has_word(const struct wordset *s, uint32_t h)
{
	const uint32_t *p = s->v;
	size_t n = s->n, half;

	for (; n > 1; n -= half) {
		half = n / 2;
		p += half & -(size_t)(p[half - 1] < h);
	}
	return n && *p == h;
}

bool wordset_may_hold(const struct wordset *s, const struct wordask *a)
{
	int i;

	for (i = 0; s->known && i < a->n; i++)
		if (!has_word(s, a->v[i]))
			return false;
	return true;
}

/* A name is there with all of its words, so one of them is enough to ask for. */
void wordfilter_add(struct wordfilter *f, const struct wordask *a)
{
	if (a->n)
		f->bits[a->v[0] >> 19] |= (unsigned char)
					  (1 << (a->v[0] >> 16 & 7));
	else
		f->all = true;
}

bool wordset_may_hold_any(const struct wordset *s, const struct wordfilter *f)
{
	unsigned found = 0;
	size_t i;

	if (!s->known || f->all)
		return true;
	for (i = 0; i < s->n; i++)
		found |= f->bits[s->v[i] >> 19] >> (s->v[i] >> 16 & 7);
	return found & 1;
}
