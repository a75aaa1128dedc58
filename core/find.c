/* core/find.c - see find.h. */
#include "core/find.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#ifdef __SSE2__
#include <immintrin.h>
#endif

/* A word, and whether its letters may be in either case. */
struct word {
	const char *s;
	size_t n;
	bool fold;
};

static char low(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static inline __attribute__((always_inline)) bool is_at(const char *p,
							const struct word *w)
{
	return w->fold ? !strncasecmp(p, w->s, w->n) : !memcmp(p, w->s, w->n);
}

#ifdef __SSE2__
/* The byte as it is compared: this bit is set in all lower case letters, is_at()
 * decides. */
static char first_of(const struct word *w)
{
	return w->fold ? (char)(w->s[0] | 0x20) : w->s[0];
}

static char last_of(const struct word *w)
{
	return w->fold ? (char)(w->s[w->n - 1] | 0x20) : w->s[w->n - 1];
}

static inline __attribute__((always_inline)) const char *
first_hit(const char *p, unsigned hits, const struct word *w)
{
	for (; hits; hits &= hits - 1)
		if (is_at(p + __builtin_ctz(hits), w))
			return p + __builtin_ctz(hits);
	return NULL;
}

/* Where of the sixteen places from p first and last byte fit. */
static inline unsigned places(const char *p, const struct word *w)
{
	const __m128i fold = _mm_set1_epi8(w->fold ? 0x20 : 0);
	__m128i a = _mm_loadu_si128((const __m128i *)p);
	__m128i b = _mm_loadu_si128((const __m128i *)(p + w->n - 1));

	return (unsigned)_mm_movemask_epi8(_mm_and_si128(
		_mm_cmpeq_epi8(_mm_or_si128(a, fold),
			       _mm_set1_epi8(first_of(w))),
		_mm_cmpeq_epi8(_mm_or_si128(b, fold),
			       _mm_set1_epi8(last_of(w)))));
}

/* A word's first and last byte in vectors of 32 places. */
struct wide_word {
	__m256i first, last;
	size_t n;
	bool fold;
};

#define WIDE __attribute__((target("avx2"))) static inline

WIDE __m256i wide_places(const char *p, const struct wide_word *w)
{
	__m256i a = _mm256_loadu_si256((const __m256i *)p);
	__m256i b = _mm256_loadu_si256((const __m256i *)(p + w->n - 1));

	if (w->fold) {
		const __m256i fold = _mm256_set1_epi8(0x20);

		a = _mm256_or_si256(a, fold);
		b = _mm256_or_si256(b, fold);
	}
	return _mm256_and_si256(_mm256_cmpeq_epi8(a, w->first),
				_mm256_cmpeq_epi8(b, w->last));
}

/* Past 128 places at a time where nothing fits, as far as there are so many. */
WIDE const char *pass_wide(const char *p, const char *end,
			   const struct wide_word *w)
{
	for (; (size_t)(end - p) >= w->n + 127; p += 128) {
		__m256i a = wide_places(p, w), b = wide_places(p + 32, w);
		__m256i c = wide_places(p + 64, w), d = wide_places(p + 96, w);
		__m256i any = _mm256_or_si256(_mm256_or_si256(a, b),
					      _mm256_or_si256(c, d));

		if (!_mm256_testz_si256(any, any))
			break;
	}
	return p;
}

/* As far as there are 32 places; *from moves on. */
__attribute__((target("avx2"))) static const char *
search_wide(const char **from, const char *end, const struct word *word)
{
	const struct wide_word w = { _mm256_set1_epi8(first_of(word)),
				     _mm256_set1_epi8(last_of(word)), word->n,
				     word->fold };
	const char *p = *from, *at = NULL;

	while (!at) {
		const char *q = pass_wide(p, end, &w);

		for (p = q; !at && p < q + 128; p += 32) {
			unsigned hits;

			if ((size_t)(end - p) < w.n + 31) {
				*from = p;
				return NULL;
			}
			hits = (unsigned)_mm256_movemask_epi8(wide_places(p, &w));
			at = hits ? first_hit(p, hits, word) : NULL;
		}
	}
	return at;
}
#endif

#define WIDE_MIN 128		/* below that the change costs more */

static inline __attribute__((always_inline)) const char *
search(const char *s, size_t len, const struct word *w)
{
	const char *p = s, *end = s + len;

#ifdef __SSE2__
	const char *at;

	if (len >= WIDE_MIN && __builtin_cpu_supports("avx2")) {
		at = search_wide(&p, end, w);
		if (at)
			return at;
	}
	for (; (size_t)(end - p) >= w->n + 15; p += 16) {
		at = first_hit(p, places(p, w), w);
		if (at)
			return at;
	}
	if ((size_t)(end - p) < w->n)
		return NULL;
	if (len >= w->n + 15) {	/* the last sixteen, some of them again */
		const char *q = end - w->n - 15;

		return first_hit(q, places(q, w) & (~0u << (p - q)), w);
	}
#endif
	for (; (size_t)(end - p) >= w->n; p++)
		if ((w->fold ? low(*p) == low(*w->s) : *p == *w->s) &&
		    is_at(p, w))
			return p;
	return NULL;
}

const char *find_bytes(const char *s, size_t len, const char *word, size_t n)
{
	const struct word w = { word, n, false };

	if (n < 2)
		return n ? memchr(s, *word, len) : s;
	return search(s, len, &w);
}

const char *find_folded(const char *s, size_t len, const char *word, size_t n)
{
	const struct word w = { word, n, true };

	return n ? search(s, len, &w) : s;
}

const char *find_either(const char *s, size_t len, char a, char b)
{
	const char *end = s + len;
#ifdef __SSE2__
	const __m128i x = _mm_set1_epi8(a), y = _mm_set1_epi8(b);

	for (; end - s >= 16; s += 16) {
		__m128i t = _mm_loadu_si128((const __m128i *)s);
		unsigned hits = (unsigned)_mm_movemask_epi8(_mm_or_si128(
			_mm_cmpeq_epi8(t, x), _mm_cmpeq_epi8(t, y)));

		if (hits)
			return s + __builtin_ctz(hits);
	}
#endif
	for (; s < end; s++)
		if (*s == a || *s == b)
			return s;
	return NULL;
}

const char *find_digit(const char *s, size_t len)
{
	const char *end = s + len;
#ifdef __SSE2__
	const __m128i below = _mm_set1_epi8('0' - 1);
	const __m128i above = _mm_set1_epi8('9' + 1);

	for (; end - s >= 16; s += 16) {
		__m128i t = _mm_loadu_si128((const __m128i *)s);
		unsigned hits = (unsigned)_mm_movemask_epi8(_mm_and_si128(
			_mm_cmpgt_epi8(t, below), _mm_cmplt_epi8(t, above)));

		if (hits)
			return s + __builtin_ctz(hits);
	}
#endif
	for (; s < end; s++)
		if (*s >= '0' && *s <= '9')
			return s;
	return NULL;
}
