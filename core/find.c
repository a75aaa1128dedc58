/* core/find.c - see find.h. */
#include "core/find.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>
#ifdef __SSE2__
#include <emmintrin.h>

/* Where of the sixteen places from p first and last byte fit. */
static unsigned places(const char *p, size_t n, __m128i first, __m128i last,
		       __m128i fold)
{
	__m128i a = _mm_loadu_si128((const __m128i *)p);
	__m128i b = _mm_loadu_si128((const __m128i *)(p + n - 1));

	return (unsigned)_mm_movemask_epi8(_mm_and_si128(
		_mm_cmpeq_epi8(_mm_or_si128(a, fold), first),
		_mm_cmpeq_epi8(_mm_or_si128(b, fold), last)));
}
#endif

static char low(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

const char *find_bytes(const char *s, size_t len, const char *word, size_t n)
{
	const char *p = s, *end = s + len;

	if (n < 2)
		return n ? memchr(s, *word, len) : s;
#ifdef __SSE2__
	const __m128i first = _mm_set1_epi8(word[0]);
	const __m128i last = _mm_set1_epi8(word[n - 1]);

	for (; (size_t)(end - p) >= n + 15; p += 16) {
		unsigned hits = places(p, n, first, last,
				       _mm_setzero_si128());

		for (; hits; hits &= hits - 1) {
			const char *at = p + __builtin_ctz(hits);

			if (!memcmp(at, word, n))
				return at;
		}
	}
#endif
	for (; (size_t)(end - p) >= n; p++)
		if (*p == *word && !memcmp(p, word, n))
			return p;
	return NULL;
}

const char *find_folded(const char *s, size_t len, const char *word, size_t n)
{
	const char *p = s, *end = s + len;

	if (!n)
		return s;
#ifdef __SSE2__
	/* This bit is set in all lower case letters; strncasecmp() decides. */
	const __m128i fold = _mm_set1_epi8(0x20);
	const __m128i first = _mm_set1_epi8((char)(word[0] | 0x20));
	const __m128i last = _mm_set1_epi8((char)(word[n - 1] | 0x20));

	for (; (size_t)(end - p) >= n + 15; p += 16) {
		unsigned hits = places(p, n, first, last, fold);

		for (; hits; hits &= hits - 1) {
			const char *at = p + __builtin_ctz(hits);

			if (!strncasecmp(at, word, n))
				return at;
		}
	}
#endif
	for (; (size_t)(end - p) >= n; p++)
		if (low(*p) == low(*word) && !strncasecmp(p, word, n))
			return p;
	return NULL;
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
