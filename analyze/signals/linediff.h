/*
 * analyze/signals/linediff.h - which lines of a file's middle changed.
 *
 * A multiset difference: a line that only moved within the file is not
 * changed, one of two equal lines that went is.  Linear time; good enough to
 * know what to look for, not to print hunks.
 */
#ifndef ANALYZE_SIGNALS_LINEDIFF_H
#define ANALYZE_SIGNALS_LINEDIFF_H

#include "analyze/lineedit.h"
#include "core/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct diff_line {
	const char *s;		/* borrowed, without its line end */
	uint32_t len;
	uint32_t line;		/* grows downwards; by 1 to a line right below,
				 * by more where others lie between */
	uint64_t hash;		/* set where the other side may have it too */
};

struct line_diff {
	struct diff_line *old, *new;	/* only the changed ones, in order */
	size_t old_n, new_n;
	size_t old_blank, new_blank;	/* changed ones that are left out */
	/* Lines of the script that both sides have, and of these the ones that
	 * end in a comma; both 0 where the script was free of such lines. */
	size_t moved, moved_comma;
	bool cut;		/* a side was over LINE_DIFF_MAX: both empty */
};

#define LINE_DIFF_MAX ((size_t)4 << 20)

/* script: what is known to differ, or NULL: all lines are looked at.  The lines
 * are in the arena. */
void line_diff_make(struct line_diff *d, const char *old, size_t old_len,
		    const char *new, size_t new_len,
		    const struct line_script *script, struct arena *arena);

/* Blanks at its begin. */
static inline uint32_t diff_line_indent(const struct diff_line *l)
{
	uint32_t i = 0;
#ifdef __SSE2__
	const __m128i blank = _mm_set1_epi8(' ');

	for (; i + 16 <= l->len; i += 16) {
		__m128i s = _mm_loadu_si128((const __m128i *)(l->s + i));
		int other = ~_mm_movemask_epi8(_mm_cmpeq_epi8(s, blank)) &
			    0xffff;

		if (other) {
			i += (uint32_t)__builtin_ctz((unsigned)other);
			break;
		}
	}
#endif
	while (i < l->len && (l->s[i] == ' ' || l->s[i] == '\t'))
		i++;
	return i;
}

static inline bool is_line_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Without leading and trailing blanks. */
static inline struct diff_line diff_line_trim(struct diff_line l)
{
	uint32_t in = diff_line_indent(&l);

	l.s += in;
	l.len -= in;
	while (l.len && is_line_blank(*l.s))
		l.s++, l.len--;
	while (l.len && is_line_blank(l.s[l.len - 1]))
		l.len--;
	return l;
}

bool diff_line_has(const struct diff_line *l, const char *word);

/*
 * How many of v[0..n) stand below each other in their file, from the first one
 * on: from its beginning to the end of the last one is one piece of text, which
 * is faster to search than its lines.
 */
size_t diff_lines_run(const struct diff_line *v, size_t n);

/* Does a changed line of that side (0: old) hold the word?  Or the blanks that
 * were cut at its end, part of the word. */
bool line_diff_has(const struct line_diff *d, int side, const char *word);
bool diff_line_has_ci(const struct diff_line *l, const char *word);

#endif
