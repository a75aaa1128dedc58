/*
 * The cheap look at every file.  Most landings change function bodies only,
 * and a body says nothing about the surface: its lines must be recognised
 * without reading the file, by climbing to the nearest line that is indented
 * less until a def (a body), a class or the module's own level is met.
 */
#include "analyze/signals/surface.h"
#include "core/find.h"
#include "core/lines.h"
#include "core/str.h"

#include <ctype.h>
#include <string.h>
#ifdef __SSE2__
#include <immintrin.h>
#endif

#define CLIMB_MAX 600		/* lines looked at, then: it may matter */
#define ASK_MAX 300		/* changed lines asked about per side */

static bool begins(const struct diff_line *l, const char *word)
{
	size_t n = strlen(word);
	return l->len >= n && !memcmp(l->s, word, n);
}

static bool is_def(const struct diff_line *t)
{
	return begins(t, "def ") || begins(t, "async def ");
}

/* A walk over the lines above one, from the nearest on. */
struct climb {
	const char *text;
	size_t at;		/* begin of the line reached */
	size_t base;		/* line ends from here on are in the mask */
	uint64_t mask;		/* those of 64 bytes that were not met yet */
};

static struct climb climb_from(const char *text, size_t at)
{
	return (struct climb){ text, at, at ? at - 1 : 0, 0 };
}

static inline size_t line_begin(struct climb *c)
{
	const char *nl;
	int bit;

	while (!c->mask && c->base >= 64) {
		c->base -= 64;
		c->mask = lines_mask(c->text + c->base, '\n');
	}
	if (c->mask) {
		bit = 63 - __builtin_clzll(c->mask);
		c->mask ^= (uint64_t)1 << bit;
		return c->base + (size_t)bit + 1;
	}
	nl = c->base ? memrchr(c->text, '\n', c->base) : NULL;
	c->base = nl ? (size_t)(nl - c->text) : 0;
	return nl ? c->base + 1 : 0;
}

/* The line above, without its line end; false at the top. */
static inline bool line_above(struct climb *c, struct diff_line *out)
{
	size_t end = c->at - 1;

	if (!c->at)
		return false;
	c->at = line_begin(c);
	*out = (struct diff_line){ c->text + c->at, (uint32_t)(end - c->at),
				   0, 0 };
	return true;
}

/* What the header above says about a line below it. */
enum level { LEVEL_BODY, LEVEL_SURFACE, LEVEL_CLIMB };

/* "def _name": its parameters are nobody's business; __init__'s are. */
static bool is_private_def(const struct diff_line *t)
{
	const char *p = memchr(t->s, 'd', t->len);
	while (p && p + 4 < t->s + t->len && memcmp(p, "def ", 4))
		p++;
	if (!p || p + 5 >= t->s + t->len || p[4] != '_')
		return false;
	return p[5] != '_';
}

static enum level level_of(const struct diff_line *header)
{
	bool closed = header->len && header->s[header->len - 1] == ':';
	if (is_def(header))
		return closed || is_private_def(header) ? LEVEL_BODY :
							  LEVEL_SURFACE;
	if (begins(header, "class "))
		return LEVEL_SURFACE;
	if (begins(header, "import ") || begins(header, "from "))
		return LEVEL_BODY;
	return LEVEL_CLIMB;
}

/* ")...:" closes a def or a class above it: which? */
static enum level closed_level(struct climb *c, uint32_t in)
{
	struct diff_line up, t;
	for (int n = 0; n < CLIMB_MAX && line_above(c, &up); n++) {
		t = diff_line_trim(up);
		if (t.len && diff_line_indent(&up) <= in)
			return begins(&t, "class ") ? LEVEL_SURFACE :
						      LEVEL_BODY;
	}
	return LEVEL_SURFACE;
}

/* What a line says that is indented less than those below it. */
static enum level header_level(struct climb *c, const struct diff_line *t,
			       uint32_t in)
{
	return *t->s == ')' && t->s[t->len - 1] == ':' ? closed_level(c, in) :
							  level_of(t);
}

/* A line found in a body. */
struct in_body {
	const char *s;		/* its begin */
	uint32_t in;		/* blanks before the header */
	int n;			/* lines climbed to it */
};

/*
 * Is the line part of a class, a signature or a constant of the module?  Other
 * values of a module say nothing: LEVEL_CLIMB.  The climb ends early where it
 * meets the last line that was found in a body, still below its header; it then
 * is that line's.
 */
static enum level level_at(const char *text, const struct diff_line *l,
			   struct in_body *met)
{
	uint32_t limit = diff_line_indent(l);
	struct climb c = climb_from(text, (size_t)(l->s - text));
	struct diff_line up, last = diff_line_trim(*l);
	for (int n = 0; limit && line_above(&c, &up); n++) {
		if (n > CLIMB_MAX)
			return LEVEL_SURFACE;
		uint32_t in = diff_line_indent(&up);
		struct diff_line t = { up.s, 0, 0, 0 };
		if (in < limit)
			t = diff_line_trim(up);
		if (t.len && *t.s != '#') {
			enum level level = header_level(&c, &t, in);
			if (level == LEVEL_BODY)
				*met = (struct in_body){ l->s, in, n };
			if (level != LEVEL_CLIMB)
				return level;
			limit = in;
			if (t.s[t.len - 1] != ':')
				last = t;	/* a value that goes on below it */
		}
		if (up.s == met->s && limit > met->in) {
			met->s = l->s;
			met->n += n + 1;
			return met->n > CLIMB_MAX ? LEVEL_SURFACE : LEVEL_BODY;
		}
	}
	return last.len && isupper((unsigned char)*last.s) ? LEVEL_SURFACE :
							     LEVEL_CLIMB;
}

/* Could this changed line bind a name or be part of a signature? */
static bool may_bind(const struct diff_line *t)
{
	if (!t->len || *t->s == '#')
		return false;
	if (begins(t, "return ") || begins(t, "if ") || begins(t, "for ") ||
	    begins(t, "raise ") || begins(t, "import ") ||
	    begins(t, "from ") || begins(t, "assert "))
		return false;
	return isalpha((unsigned char)*t->s) || *t->s == '*' ||
	       *t->s == '"' || *t->s == '\'' || *t->s == '/';
}

/* Could a line below it stand in it? */
static bool is_header(const struct diff_line *t)
{
	return t->len && (*t->s == ')' || level_of(t) != LEVEL_CLIMB);
}

/* Without the blanks at its begin; a changed line has none at its end. */
static struct diff_line without_indent(const struct diff_line *l)
{
	uint32_t in = diff_line_indent(l);

	if (l->s[in] == '\r')
		return diff_line_trim(*l);
	return (struct diff_line){ l->s + in, l->len - in, 0, 0 };
}

static bool outline_changed(const char *text, const struct diff_line *v,
			    size_t n)
{
	int asked = 0;
	/* Of lines below each other: one was found in a body, indented so far.
	 * The next ones that are indented as far are in that body too, until a
	 * header or a line comes that is indented less. */
	uint32_t body = UINT32_MAX, met_line = 0;
	struct in_body met = { NULL, 0, 0 };
	for (size_t i = 0; i < n; i++) {
		struct diff_line t = without_indent(&v[i]);
		uint32_t in = (uint32_t)(t.s - v[i].s);
		if (i && v[i].line != v[i - 1].line + 1)
			body = UINT32_MAX;
		if (is_def(&t) && is_private_def(&t)) {
			body = UINT32_MAX;
			continue;
		}
		if (is_def(&t) || begins(&t, "class "))
			return true;
		bool known = in >= body;
		if (is_header(&t) || (!known && t.len && *t.s != '#'))
			body = UINT32_MAX;
		if (!may_bind(&t))
			continue;
		if (++asked > ASK_MAX)
			return true;
		if (known) {	/* so many lines below the last one met */
			met.s = v[i].s;
			met.n += (int)(v[i].line - met_line);
			met_line = v[i].line;
			continue;
		}
		enum level level = level_at(text, &v[i], &met);
		if (level == LEVEL_SURFACE)
			return true;
		if (level != LEVEL_BODY)
			continue;
		met_line = v[i].line;
		if (!is_header(&t))
			body = in;
	}
	return false;
}

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
	if (f->lang == LANG_PYTHON &&
	    (outline_changed(f->old, d->old, d->old_n) ||
	     outline_changed(f->new, d->new, d->new_n)))
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
