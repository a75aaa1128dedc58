/*
 * core/lines.h - where the lines of a text end, 64 bytes at a time.
 *
 * The lines of a whole history go through here several times; one memchr() per
 * line costs more than the line.  Nothing is read behind the end of the text.
 */
#ifndef CORE_LINES_H
#define CORE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#ifdef __SSE2__
static inline uint64_t lines_mask16(const char *s, char c)
{
	return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(
		_mm_loadu_si128((const __m128i *)s), _mm_set1_epi8(c)));
}
#endif

/* Bit i is set where s[i] is c, for 64 bytes. */
static inline uint64_t lines_mask(const char *s, char c)
{
#ifdef __SSE2__
	return lines_mask16(s, c) | lines_mask16(s + 16, c) << 16 |
	       lines_mask16(s + 32, c) << 32 | lines_mask16(s + 48, c) << 48;
#else
	uint64_t m = 0;
	int i;

	for (i = 0; i < 64; i++)
		m |= (uint64_t)(s[i] == c) << i;
	return m;
#endif
}

/* Are 64 bytes equal? */
static inline bool lines_same64(const char *a, const char *b)
{
#ifdef __SSE2__
	const __m128i *p = (const __m128i *)a, *q = (const __m128i *)b;
	__m128i x = _mm_cmpeq_epi8(_mm_loadu_si128(p), _mm_loadu_si128(q));
	__m128i y = _mm_cmpeq_epi8(_mm_loadu_si128(p + 1),
				   _mm_loadu_si128(q + 1));

	x = _mm_and_si128(x, _mm_cmpeq_epi8(_mm_loadu_si128(p + 2),
					    _mm_loadu_si128(q + 2)));
	y = _mm_and_si128(y, _mm_cmpeq_epi8(_mm_loadu_si128(p + 3),
					    _mm_loadu_si128(q + 3)));
	return _mm_movemask_epi8(_mm_and_si128(x, y)) == 0xffff;
#else
	return !memcmp(a, b, 64);
#endif
}

/* A walk over the lines of a text. */
struct line_walk {
	const char *at, *end;		/* the next line; end of the text */
	const char *base;		/* the byte of the mask's first bit */
	const char *block;		/* first byte not masked yet */
	uint64_t mask;			/* line ends not given yet */
};

static inline void line_walk_init(struct line_walk *w, const char *s,
				  size_t len)
{
	w->at = w->base = w->block = s;
	w->end = s + len;
	w->mask = 0;
}

/* Mask the next block; false at the end of the text. */
static inline bool next_block(struct line_walk *w)
{
	size_t left = (size_t)(w->end - w->block);
	char tail[64] = { 0 };

	if (!left)
		return false;
	w->base = w->block;
	if (left >= 64) {
		w->mask = lines_mask(w->block, '\n');
		w->block += 64;
	} else {
		memcpy(tail, w->block, left);
		w->mask = lines_mask(tail, '\n');
		w->block = w->end;
	}
	return true;
}

/*
 * Length of the next line with its line end, which the last one may lack; the
 * line begins at w->at - length.  0: there is none.
 */
static inline size_t next_line(struct line_walk *w)
{
	const char *from = w->at;

	while (!w->mask)
		if (!next_block(w)) {
			w->at = w->end;
			return (size_t)(w->end - from);
		}
	w->at = w->base + __builtin_ctzll(w->mask) + 1;
	w->mask &= w->mask - 1;
	return (size_t)(w->at - from);
}

/* How many line ends a text has. */
size_t count_line_ends(const char *s, size_t len);

#endif
