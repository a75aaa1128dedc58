/* analyze/signals/pyskip.c - bodies passed without their tokens; see pytoken.h. */
#include "analyze/signals/pyscan.h"
#include "core/lines.h"
#ifdef __SSE2__
#include <immintrin.h>
#endif

/*
 * From code to the line end of the logical line that holds it; `bracket`: from
 * an opening bracket to the one that closes it, if that comes before.
 */
static inline __attribute__((always_inline)) size_t
scan(const struct pylex *l, size_t i, struct hot_block *b, bool bracket)
{
	int depth = 0;
	while (i < l->len) {
		i = pyscan_hot(l, i, b);
		switch (pyscan_at(l, i)) {
		case C_QUOTE:
			i = pyscan_string(l, i);
			continue;
		case C_HASH:
			i = pyscan_after_line(l, i) - 1;
			if (l->s[i] != '\n')
				return l->len;
			continue;
		case C_OPEN:
			depth++;
			break;
		case C_CLOSE:
			depth -= depth > 0;
			if (bracket && !depth)
				return i;
			break;
		case C_BACK:
			i += i + 2 < l->len && l->s[i + 1] == '\r' ? 2 : 1;
			break;
		case C_NL:
			if (!depth || pyscan_is_recovery(l, i + 1))
				return i;
			break;
		default:
			break;
		}
		i++;
	}
	return l->len;
}

/* From code to the position after the logical line that holds it. */
static size_t skip_logical(const struct pylex *l, size_t i,
			   struct hot_block *b)
{
	i = scan(l, i, b, false);
	return i < l->len ? i + 1 : i;
}

/*
 * ---- blocks by their lines ----
 *
 * A block ends at the first line of code that is indented no further than its
 * header, unless that line stands in a string, in brackets or behind a join.
 * Most blocks end where a definition begins, and none of those begins in
 * brackets, so brackets need no counting; strings that go over lines have three
 * quotes.  So line ends and triple quotes are looked for, 64 bytes at a time,
 * and whatever is not as plain as that is left to the slow way.
 */

/* A walk over the physical lines of a block. */
struct block {
	const struct pylex *l;
	uint32_t indent;	/* of the header */
	size_t begin;		/* of the block */
	size_t strings;		/* behind the last line with a triple quote's end */
	/* Of a line's first eight bytes those that are looked at to see whether
	 * it is deeper, and what they are then. */
	uint64_t seen, blanks;
};

enum line {
	LINE_IN,		/* deeper, blank or a comment */
	LINE_ENDS,		/* the block ends before it */
	LINE_UNSURE,
};

/* What the line at `at` says, which begins outside of strings. */
static enum line line_at(const struct block *b, size_t at)
{
	const struct pylex *l = b->l;
	size_t i = at;

	while (i < l->len && l->s[i] == ' ')
		i++;
	if (i == l->len || l->s[i] == '\n' || l->s[i] == '#')
		return LINE_IN;
	if (pyscan_at(l, i) == C_SPACE)		/* a tab, a carriage return */
		return i + 1 < l->len && l->s[i] == '\r' &&
		       l->s[i + 1] == '\n' ? LINE_IN : LINE_UNSURE;
	if (i - at > b->indent)
		return LINE_IN;
	if (at > b->begin && (pylex_is_joined(l->s, at) ||
			      !pylex_is_definition(l->s + i, l->len - i)))
		return LINE_UNSURE;
	return LINE_ENDS;
}

/* Deeper at a glance: indent + 1 blanks. */
static inline bool is_deeper(const struct block *b, size_t at)
{
	uint64_t eight;

	if (b->l->len - at < 8)
		return false;
	memcpy(&eight, b->l->s + at, 8);
	return (eight & b->seen) == b->blanks;
}

/* From the begin of a line with a triple quote to the begin of one behind it,
 * outside of strings. */
static size_t pass_strings(struct block *b, size_t i)
{
	const struct pylex *l = b->l;
	struct hot_block hot = { 0, 0, 0 };

	while (i < l->len) {
		size_t end;

		i = pyscan_hot(l, i, &hot);
		switch (pyscan_at(l, i)) {
		case C_QUOTE:
			end = pyscan_string(l, i);
			if (end > i + 2 && l->s[i + 1] == l->s[i])
				b->strings = pyscan_after_line(l, end);
			i = end;
			continue;
		case C_HASH:
			return pyscan_after_line(l, i);
		case C_BACK:
			i += i + 2 < l->len && l->s[i + 1] == '\r' ? 2 : 1;
			break;
		case C_NL:
			return i + 1;
		default:
			break;
		}
		i++;
	}
	return l->len;
}

#define STEP 62		/* of 64 bytes: a triple quote begins in these */
#define STEP_MASK (((uint64_t)1 << STEP) - 1)

/* Line ends, and where three quotes begin, among the first of 64 bytes. */
static uint64_t marks_in(const char *s)
{
	uint64_t q = lines_mask(s, '"') | lines_mask(s, '\'');

	return (lines_mask(s, '\n') | (q & q >> 1 & q >> 2)) & STEP_MASK;
}

#ifdef __SSE2__
__attribute__((target("avx2"))) static inline uint64_t
marks_in_wide(const char *s)
{
	__m256i a = _mm256_loadu_si256((const __m256i *)s);
	__m256i b = _mm256_loadu_si256((const __m256i *)(s + 32));

#define MASK(v) ((uint64_t)(uint32_t)_mm256_movemask_epi8(v))
#define IS(v, c) _mm256_cmpeq_epi8(v, _mm256_set1_epi8(c))
#define QUOTES(v) _mm256_or_si256(IS(v, '"'), IS(v, '\''))
	uint64_t q = MASK(QUOTES(a)) | MASK(QUOTES(b)) << 32;
	uint64_t nl = MASK(IS(a, '\n')) | MASK(IS(b, '\n')) << 32;
#undef QUOTES
#undef IS
#undef MASK

	return (nl | (q & q >> 1 & q >> 2)) & STEP_MASK;
}
#endif

static bool is_triple(const char *s)
{
	return s[0] == s[1] && s[1] == s[2];
}

/* Does the line end the block, or is not sure to?  Then *x says which. */
static inline bool stops_at(const struct block *b, size_t line, enum line *x)
{
	return !is_deeper(b, line) && (*x = line_at(b, line)) != LINE_IN;
}

/*
 * The first line in or after the one at *at that ends the block or is not sure.
 * LINE_IN: the text ends.  b->strings says up to where strings were met.
 */
static inline __attribute__((always_inline)) enum line
find_end(struct block *b, size_t *at, uint64_t (*marks)(const char *))
{
	const struct pylex *l = b->l;
	size_t line = *at, i = *at;
	enum line x;
	char tail[64];

	while (i < l->len) {
		const char *s = l->s + i;
		uint64_t found;

		*at = line;
		if (i == line && stops_at(b, line, &x))
			return x;
		if (l->len - i < 64) {
			memset(tail, 0, sizeof(tail));
			memcpy(tail, s, l->len - i);
			s = tail;
		}
		found = marks(s);
		for (; found; found &= found - 1) {
			size_t k = i + (size_t)__builtin_ctzll(found);

			if (l->s[k] == '\n') {
				*at = line = k + 1;
				if (stops_at(b, line, &x))
					return x;
			} else if (is_triple(l->s + k)) {
				if (line > b->begin && pylex_is_joined(l->s, line))
					return LINE_UNSURE;
				line = pass_strings(b, line);
				break;
			}
		}
		i = found ? line : i + STEP;
	}
	*at = l->len;
	return LINE_IN;
}

static enum line find_end_narrow(struct block *b, size_t *at)
{
	return find_end(b, at, marks_in);
}

#ifdef __SSE2__
__attribute__((target("avx2"))) static enum line
find_end_wide(struct block *b, size_t *at)
{
	return find_end(b, at, marks_in_wide);
}
#endif

static enum line next_end(struct block *b, size_t *at)
{
#ifdef __SSE2__
	if (__builtin_cpu_supports("avx2"))
		return find_end_wide(b, at);
#endif
	return find_end_narrow(b, at);
}

/* The end of the last line of code before `end`; false: not sure. */
static bool end_of_code(const struct block *b, size_t *end)
{
	const struct pylex *l = b->l;

	while (*end > b->begin && *end > b->strings) {
		const char *nl = memrchr(l->s + b->begin, '\n',
					 *end - 1 - b->begin);
		size_t line = nl ? (size_t)(nl - l->s) + 1 : b->begin;
		size_t i = line;

		while (i < *end && pyscan_at(l, i) == C_SPACE)
			i++;
		if (i < *end && l->s[i] != '\n' && l->s[i] != '#')
			break;
		*end = line;
	}
	return *end == b->begin || !pylex_is_joined(l->s, *end);
}

/* The block that begins at l->pos. */
static struct block block_at(const struct pylex *l, uint32_t indent)
{
	struct block b = { .l = l, .indent = indent, .begin = l->pos,
			   .strings = l->pos };

	if (indent < 8) {
		b.seen = ~(uint64_t)0 >> 8 * (7 - indent);
		b.blanks = b.seen & 0x2020202020202020ull;
	} else {
		b.blanks = 1;	/* eight bytes do not tell */
	}
	return b;
}

/* Does a statement of the block begin with that line?  Of these words none stands
 * in brackets. */
static bool is_statement(const struct block *b, size_t line)
{
	static const char *const words[] = { "return", "raise", "assert", "pass",
		"while", "break", "continue", "def", NULL };
	const struct pylex *l = b->l;
	size_t i = line + pyscan_spaces(l, line), n;

	if (i - line <= b->indent || pylex_is_joined(l->s, line))
		return false;
	for (const char *const *w = words; *w; w++) {
		n = strlen(*w);
		if (i + n < l->len && !memcmp(l->s + i, *w, n))
			return pyscan_at(l, i + n) < C_NAME;
	}
	return false;
}

/* The last line above `at` where a statement is sure to begin. */
static size_t sure_line(const struct block *b, size_t at)
{
	const struct pylex *l = b->l;

	while (at > b->strings) {
		const char *nl = memrchr(l->s + b->begin, '\n',
					 at - 1 - b->begin);

		at = nl ? (size_t)(nl - l->s) + 1 : b->begin;
		if (at >= b->strings && is_statement(b, at))
			return at;
	}
	return b->begin;
}

/* False: the slow way has to be gone, from l->pos on. */
static bool skip_plain(struct pylex *l, uint32_t indent)
{
	struct block b = block_at(l, indent);
	size_t at = l->pos;

	if (next_end(&b, &at) == LINE_UNSURE) {
		l->pos = sure_line(&b, at);
		return false;
	}
	if (!end_of_code(&b, &at))
		return false;
	l->pos = at;
	return true;
}

static void skip_by_lines(struct pylex *l, uint32_t indent)
{
	struct hot_block b = { 0, 0, 0 };

	for (;;) {
		uint32_t col;
		size_t i = pyscan_code(l, l->pos, &col);
		if (i >= l->len || col <= indent)
			break;
		l->pos = skip_logical(l, i, &b);
	}
}

size_t pylex_skip_block(struct pylex *l, uint32_t indent)
{
	if (!skip_plain(l, indent))
		skip_by_lines(l, indent);
	l->fresh = true;
	l->depth = 0;
	return l->pos;
}

size_t pylex_skip_line(struct pylex *l)
{
	struct hot_block b = { 0, 0, 0 };
	size_t at = pyscan_code(l, l->pos, &l->indent);

	l->pos = at < l->len ? skip_logical(l, at, &b) : l->len;
	l->fresh = true;
	l->depth = 0;
	return at;
}

void pylex_skip_rest(struct pylex *l)
{
	struct hot_block b = { 0, 0, 0 };

	l->pos = skip_logical(l, l->pos, &b);
	l->fresh = true;
	l->depth = 0;
}

size_t pylex_skip_bracket(const struct pylex *l, size_t i)
{
	struct hot_block b = { 0, 0, 0 };

	return scan(l, i, &b, true);
}
