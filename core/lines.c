/* core/lines.c - see lines.h. */
#include "core/lines.h"

#ifdef __SSE2__
#include <immintrin.h>

#define WIDE_MIN 256		/* below that the change costs more */

/* Line ends of as many blocks of 64 bytes as there are; *p moves on. */
__attribute__((target("avx2"))) static size_t count_wide(const char **p,
							 const char *end)
{
	const __m256i nl = _mm256_set1_epi8('\n'), zero = _mm256_setzero_si256();
	size_t n = 0;

	while (end - *p >= 64) {
		/* Byte counters hold 127 rounds of two. */
		size_t rounds = (size_t)(end - *p) / 64;
		__m256i sum = zero;
		uint64_t parts[4];

		if (rounds > 127)
			rounds = 127;
		for (; rounds; rounds--, *p += 64) {
			const __m256i *q = (const __m256i *)*p;

			sum = _mm256_sub_epi8(sum, _mm256_add_epi8(
				_mm256_cmpeq_epi8(_mm256_loadu_si256(q), nl),
				_mm256_cmpeq_epi8(_mm256_loadu_si256(q + 1),
						  nl)));
		}
		_mm256_storeu_si256((__m256i *)parts,
				    _mm256_sad_epu8(sum, zero));
		n += parts[0] + parts[1] + parts[2] + parts[3];
	}
	return n;
}
#endif

size_t count_line_ends(const char *s, size_t len)
{
	const char *end = s + len, *p = s;
	size_t n = 0;

#ifdef __SSE2__
	const __m128i nl = _mm_set1_epi8('\n'), zero = _mm_setzero_si128();

	if (len >= WIDE_MIN && __builtin_cpu_supports("avx2"))
		n = count_wide(&p, end);
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
