/*
 * analyze/signals/pyscan.h - what tokens and skipped bodies have in common:
 * which bytes matter, where strings, comments and blank lines end.
 *
 * For pytoken.c and pyskip.c; everybody else asks pytoken.h.
 */
#ifndef ANALYZE_SIGNALS_PYSCAN_H
#define ANALYZE_SIGNALS_PYSCAN_H

#include "analyze/signals/pytoken.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* What a byte can begin.  Bytes over 127 are parts of names.  Ordered: what can
 * stand between tokens, and at the end what names are made of. */
enum {
	C_PLAIN, C_SPACE, C_NL, C_HASH, C_BACK, C_QUOTE, C_OPEN, C_CLOSE,
	C_NAME, C_DIGIT
};

extern const unsigned char pyscan_class[256];

/* The bytes that matter while a body is skipped, as a table has them. */
#define PYSCAN_HOT \
	['\n'] = true, ['"'] = true, ['\''] = true, ['#'] = true, \
	['('] = true, ['['] = true, ['{'] = true, ['\\'] = true, \
	[')'] = true, [']'] = true, ['}'] = true

extern const bool pyscan_is_hot[256];

static inline unsigned char pyscan_at(const struct pylex *l, size_t i)
{
	return pyscan_class[(unsigned char)l->s[i]];
}

/* Which bytes of [at, end) are hot; end 0: not looked at yet. */
struct hot_block {
	size_t at, end;
	unsigned mask;
};

#ifdef __SSE2__
static inline unsigned pyscan_hot_mask(const char *p)
{
	const __m128i no_case = _mm_set1_epi8((char)0xdf);
	const __m128i one = _mm_set1_epi8(1);
	__m128i c = _mm_loadu_si128((const __m128i *)p);
	__m128i odd = _mm_or_si128(c, one), up = _mm_and_si128(c, no_case);
	__m128i hit = _mm_cmpeq_epi8(odd, _mm_set1_epi8('#'));	/* and " */

#define OR(v, byte) hit = _mm_or_si128(hit, _mm_cmpeq_epi8(v, _mm_set1_epi8(byte)))
	OR(odd, ')');			/* and ( */
	OR(c, '\'');
	OR(up, '[');			/* and { */
	OR(up, ']');			/* and } */
	OR(c, '\\');
	OR(c, '\n');
#undef OR
	return (unsigned)_mm_movemask_epi8(hit);
}
#else
#define pyscan_hot_mask NULL
#endif

/*
 * The next byte from i on that the mask, or where 16 bytes and two more are not
 * left, the table says, or len - 1 where there is none before it.
 */
static inline __attribute__((always_inline)) size_t
pyscan_next(const struct pylex *l, size_t i, struct hot_block *b,
	    unsigned (*mask)(const char *), const bool *table)
{
#ifdef __SSE2__
	for (;;) {
		if (i < b->end) {
			unsigned left = b->mask >> (i - b->at);

			if (left)
				return i + (size_t)__builtin_ctz(left);
			i = b->end;
		}
		if (i + 18 >= l->len)
			break;
		b->at = i;
		b->end = i + 16;
		b->mask = mask(l->s + i);
	}
#else
	(void)b, (void)mask;
#endif
	while (i + 1 < l->len && !table[(unsigned char)l->s[i]])
		i++;
	return i;
}

static inline __attribute__((always_inline)) size_t
pyscan_hot(const struct pylex *l, size_t i, struct hot_block *b)
{
	return pyscan_next(l, i, b, pyscan_hot_mask, pyscan_is_hot);
}

/* How many spaces stand from i on. */
static inline size_t pyscan_spaces(const struct pylex *l, size_t i)
{
	size_t from = i;
#ifdef __SSE2__
	const __m128i space = _mm_set1_epi8(' ');

	for (; i + 16 <= l->len; i += 16) {
		unsigned other = 0xffff ^ (unsigned)_mm_movemask_epi8(
			_mm_cmpeq_epi8(space, _mm_loadu_si128(
				(const __m128i *)(l->s + i))));

		if (other)
			return i + (size_t)__builtin_ctz(other) - from;
	}
#endif
	while (i < l->len && l->s[i] == ' ')
		i++;
	return i - from;
}

/* Position after the line that holds `i`. */
size_t pyscan_after_line(const struct pylex *l, size_t i);

/* The end of a string, its first quote at i; its prefix is looked at. */
size_t pyscan_string(const struct pylex *l, size_t i);

/* A line that no bracket can contain begins at i: it was never closed. */
static inline bool pyscan_is_recovery(const struct pylex *l, size_t i)
{
	return pylex_is_recovery(l->s + i, l->len - i);
}

/*
 * From the first byte of a physical line to the first byte of its code:
 * blank and comment lines are passed.  Sets *indent.  Returns len at the end.
 */
size_t pyscan_code(const struct pylex *l, size_t i, uint32_t *indent);

#endif
