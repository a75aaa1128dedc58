/* core/lines.c - see lines.h. */
#include "core/lines.h"

size_t count_line_ends(const char *s, size_t len)
{
	const char *end = s + len, *p = s;
	size_t n = 0;

#ifdef __SSE2__
	const __m128i nl = _mm_set1_epi8('\n'), zero = _mm_setzero_si128();

	while ((size_t)(end - p) >= 32) {
		/* Byte counters hold 127 rounds of two. */
		size_t rounds = (size_t)(end - p) / 32;
		__m128i sum = zero;
		uint64_t halves[2];

		if (rounds > 127)
			rounds = 127;
		for (; rounds; rounds--, p += 32) {
			const __m128i *q = (const __m128i *)p;

			sum = _mm_sub_epi8(sum, _mm_add_epi8(
				_mm_cmpeq_epi8(_mm_loadu_si128(q), nl),
				_mm_cmpeq_epi8(_mm_loadu_si128(q + 1), nl)));
		}
		_mm_storeu_si128((__m128i *)halves, _mm_sad_epu8(sum, zero));
		n += halves[0] + halves[1];
	}
#endif
	for (; p < end; p++)
		n += *p == '\n';
	return n;
}
