/*
 * The cheap look at every file: what do its changed lines hold that a reader asks
 * for?
 */
#include "analyze/signals/look.h"
#include "analyze/signals/surface.h"
#include "core/find.h"
#include "core/str.h"

#include <ctype.h>
#include <string.h>
#ifdef __SSE2__
#include <immintrin.h>
#endif

/* "NAME" that begins its line may be the argument of a call above it. */
static bool is_first_name(const char *s, const char *end, const char *p)
{
	const char *q = p + 2;

	if (q >= end || !isupper((unsigned char)p[1]))
		return false;
	while (p > s && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	if (p > s && p[-1] != '\n')
		return false;
	while (q < end && is_line_blank(*q))
		q++;
	return q < end && *q != '\n';
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

/* What the two bytes at p tell, somewhere in [s, end). */
static unsigned look_at_pair(const char *s, const char *end, const char *p)
{
	size_t left = (size_t)(end - p);

	switch (*p) {
	case 'n':
	case 'N':
		return p > s && (p[-1] | 32) == 'e' && (p[1] | 32) == 'v' ?
		       LOOK_ENV : 0;
	case '"':
	case '\'':
		if (left > 2 && p[1] == '-' && p[2] == '-')
			return LOOK_FLAG;
		return is_first_name(s, end, p) ? LOOK_ENV : 0;
	case '=':
		return is_quote(p[1]) && p - s > 3 && !memcmp(p - 4, "name", 4) ?
		       LOOK_METRIC : 0;
	case 'd':
	case 'D':
		return left > 2 && p[1] == 'e' && p[2] == 'p' ?
		       LOOK_DEPRECATION : 0;
	case 'w':
		return left > 3 && !memcmp(p, "warn", 4) ?
		       LOOK_DEPRECATION : 0;
	default:
		return 0;
	}
}

#ifdef __SSE2__
/* Where a pair may stand; b begins one byte later than a, c two.  For 16 and for
 * 32 places: M and S are in the names of the machine's words. */
#define IS(M, x, c) M##_cmpeq_epi8(x, M##_set1_epi8(c))
#define IN(M, S, x, c, d) \
	M##_and_##S(M##_cmpgt_epi8(x, M##_set1_epi8((c) - 1)), \
		    M##_cmpgt_epi8(M##_set1_epi8((d) + 1), x))
#define EITHER(M, S, x, c, d) M##_or_##S(IS(M, x, c), IS(M, x, d))
#define FOLD(M, S, x) M##_or_##S(x, M##_set1_epi8(0x20))
#define ENV_PAIRS(M, S, a, b) \
	M##_or_##S(M##_and_##S(IS(M, FOLD(M, S, a), 'n'), \
			       IS(M, FOLD(M, S, b), 'v')), \
		   M##_and_##S(EITHER(M, S, a, '"', '\''), \
			       M##_or_##S(IN(M, S, b, 'A', 'Z'), \
					  IS(M, b, '-'))))
#define NAME_PAIRS(M, S, a, b) \
	M##_and_##S(IS(M, a, '='), EITHER(M, S, b, '"', '\''))
#define WARN_PAIRS(M, S, a, b, c) \
	M##_or_##S(M##_and_##S(IS(M, FOLD(M, S, a), 'd'), IS(M, c, 'p')), \
		   M##_and_##S(IS(M, a, 'w'), \
			       M##_and_##S(IS(M, b, 'a'), IS(M, c, 'r'))))

static unsigned look_at_hits(const char *s, const char *end, const char *p,
			     unsigned hits)
{
	unsigned look = 0;

	for (; hits; hits &= hits - 1)
		look |= look_at_pair(s, end, p + __builtin_ctz(hits));
	return look;
}

/* As far as there are 32 places at a time, or all is known; *at moves on. */
__attribute__((target("avx2"), always_inline)) static inline unsigned
look_wide_for(const char *s, const char *end, const char **at, unsigned wanted,
	      bool names, bool warns)
{
	const char *p = *at;
	unsigned look = 0;

	for (; end - p > 33; p += 32) {
		__m256i a = _mm256_loadu_si256((const __m256i *)p);
		__m256i b = _mm256_loadu_si256((const __m256i *)(p + 1));
		__m256i hit = ENV_PAIRS(_mm256, si256, a, b);
		unsigned hits;

		if (names)
			hit = _mm256_or_si256(hit, NAME_PAIRS(_mm256, si256,
							      a, b));
		if (warns) {
			__m256i c = _mm256_loadu_si256(
					(const __m256i *)(p + 2));

			hit = _mm256_or_si256(hit, WARN_PAIRS(_mm256, si256,
							      a, b, c));
		}
		hits = (unsigned)_mm256_movemask_epi8(hit);
		if (!hits)
			continue;
		look |= look_at_hits(s, end, p, hits);
		if ((look & wanted) == wanted)
			break;
	}
	*at = p;
	return look;
}

__attribute__((target("avx2"))) static unsigned
look_wide(const char *s, const char *end, const char **at, unsigned wanted)
{
	if (wanted == LOOK_ENV)
		return look_wide_for(s, end, at, wanted, false, false);
	return look_wide_for(s, end, at, wanted, true,
			     wanted & LOOK_DEPRECATION);
}

static unsigned narrow_hits(const char *p, unsigned wanted)
{
	__m128i a = _mm_loadu_si128((const __m128i *)p);
	__m128i b = _mm_loadu_si128((const __m128i *)(p + 1));
	__m128i c = _mm_loadu_si128((const __m128i *)(p + 2));
	__m128i hit = ENV_PAIRS(_mm, si128, a, b);

	if (wanted & LOOK_METRIC)
		hit = _mm_or_si128(hit, NAME_PAIRS(_mm, si128, a, b));
	if (wanted & LOOK_DEPRECATION)
		hit = _mm_or_si128(hit, WARN_PAIRS(_mm, si128, a, b, c));
	return (unsigned)_mm_movemask_epi8(hit);
}

/* The same for 16 places, the last ones maybe twice. */
static unsigned look_narrow(const char *s, const char *end, const char **p,
			    unsigned wanted)
{
	unsigned look = 0;

	for (; end - *p > 17; *p += 16)
		look |= look_at_hits(s, end, *p, narrow_hits(*p, wanted));
	if (end - s > 17) {
		*p = end - 18;
		look |= look_at_hits(s, end, *p, narrow_hits(*p, wanted));
		*p = end - 2;
	}
	return look;
}

#define WIDE_MIN 128		/* below that the change costs more */
#endif

/* Those of the wanted ones that a text tells; s begins a line. */
static unsigned look_at_text(const char *s, const char *end, unsigned wanted)
{
	const char *p = s;
	unsigned look = 0;

#ifdef __SSE2__
	if (end - s >= WIDE_MIN && __builtin_cpu_supports("avx2"))
		look = look_wide(s, end, &p, wanted);
	if ((look & wanted) != wanted)
		look |= look_narrow(s, end, &p, wanted);
#endif
	for (; end - p > 1 && (look & wanted) != wanted; p++)
		look |= look_at_pair(s, end, p);
	return look & wanted;
}

/* What a reader of such a file asks for. */
static unsigned wanted_of(const struct landing_file *f)
{
	if (f->kind != PATH_PRODUCT)
		return 0;
	if (f->lang == LANG_PYTHON)
		return LOOK_ENV | LOOK_FLAG | LOOK_METRIC | LOOK_DEPRECATION;
	return f->lang == LANG_C || f->lang == LANG_HEADER ||
	       f->lang == LANG_RUST ? LOOK_ENV : 0;
}

static unsigned look_at_lines(const struct diff_line *v, size_t n,
			      unsigned wanted)
{
	unsigned look = 0;
	size_t run;

	for (; n && look != wanted; v += run, n -= run) {
		run = diff_lines_run(v, n);
		look |= look_at_text(v->s, v[run - 1].s + v[run - 1].len,
				     wanted);
	}
	return look;
}

static bool has_bracket(const struct diff_line *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (memchr(v[i].s, '[', v[i].len))
			return true;
	return false;
}

/* An added or deleted file: no need to know its lines one by one. */
static unsigned look_at_whole(const struct landing_file *f)
{
	const char *s = f->old ? f->old : f->new, *p = s;
	const char *end = s + (f->old ? f->old_len : f->new_len);
	unsigned wanted = wanted_of(f) & ~(unsigned)LOOK_DEPRECATION, look;

	if ((size_t)(end - s) > LINE_DIFF_MAX)
		return ~0u;
	while (p < end && (*p == '\n' || is_line_blank(*p)))
		p++;
	if (p == end)
		return 0;
	look = LOOK_LINES | (wanted ? look_at_text(s, end, wanted) : 0);
	return f->lang == LANG_PYTHON ? look | LOOK_OUTLINE : look;
}

static unsigned look_at_diff(const struct landing_view *v, size_t i)
{
	const struct landing_file *f = &v->files[i];
	const struct line_diff *d = surface_lines(v, i);
	unsigned wanted = wanted_of(f), look = LOOK_LINES;

	if (d->cut)
		return ~0u;
	if (!d->old_n && !d->new_n)
		return 0;
	look |= look_at_lines(d->old, d->old_n, wanted);
	wanted &= ~(look | LOOK_DEPRECATION);
	look |= look_at_lines(d->new, d->new_n, wanted);
	if (has_bracket(d->old, d->old_n) && has_bracket(d->new, d->new_n))
		look |= LOOK_LAYOUT;
	if (f->lang == LANG_PYTHON && look_outline_changed(f, d))
		look |= LOOK_OUTLINE;
	return look;
}

static unsigned look_at(const struct landing_view *v, size_t i)
{
	const struct landing_file *f = &v->files[i];
	unsigned look = f->old && f->new ? look_at_diff(v, i) :
					   look_at_whole(f);

	if (look && !(look & LOOK_ENV)) {
		const char *base = path_base(f->change->path);

		if (find_folded(base, strlen(base), "env", 3))
			look |= LOOK_ENV;
	}
	return look;
}

void surface_look(const struct landing_view *v)
{
	for (size_t i = 0; i < v->files_n; i++) {
		struct landing_file *f = &v->files[i];
		bool matters = f->lang != LANG_OTHER &&
			       (f->kind == PATH_PRODUCT ||
				(f->kind == PATH_DOCS &&
				 f->lang == LANG_TEXT));
		f->look = matters && (f->old || f->new) ? look_at(v, i) : 0;
	}
}
