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

static const unsigned char cls[256] = {
	[' '] = C_SPACE, ['\t'] = C_SPACE, ['\r'] = C_SPACE, ['\f'] = C_SPACE,
	['\n'] = C_NL, ['"'] = C_QUOTE, ['\''] = C_QUOTE, ['#'] = C_HASH,
	['('] = C_OPEN, ['['] = C_OPEN, ['{'] = C_OPEN,
	[')'] = C_CLOSE, [']'] = C_CLOSE, ['}'] = C_CLOSE, ['\\'] = C_BACK,
	['0' ... '9'] = C_DIGIT, ['a' ... 'z'] = C_NAME, ['A' ... 'Z'] = C_NAME,
	['_'] = C_NAME, [128 ... 255] = C_NAME,
};

/* The bytes that matter while a body is skipped. */
static const bool hot[256] = {
	['\n'] = true, ['"'] = true, ['\''] = true, ['#'] = true,
	['('] = true, ['['] = true, ['{'] = true,
	[')'] = true, [']'] = true, ['}'] = true, ['\\'] = true,
};

/* Which bytes of [at, end) are hot; end 0: not looked at yet. */
struct hot_block {
	size_t at, end;
	unsigned mask;
};

#ifdef __SSE2__
static unsigned hot_mask(const char *p)
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
#endif

/* The next hot byte from i on, or len - 1 where there is none before it. */
static inline __attribute__((always_inline)) size_t
next_hot(const struct pylex *l, size_t i, struct hot_block *b)
{
#ifdef __SSE2__
	for (;;) {
		if (i < b->end) {
			unsigned left = b->mask >> (i - b->at);

			if (left)
				return i + (size_t)__builtin_ctz(left);
			i = b->end;
		}
		if (i + 16 >= l->len)
			break;
		b->at = i;
		b->end = i + 16;
		b->mask = hot_mask(l->s + i);
	}
#else
	(void)b;
#endif
	while (i + 1 < l->len && !hot[(unsigned char)l->s[i]])
		i++;
	return i;
}

static inline unsigned char class_at(const struct pylex *l, size_t i)
{
	return cls[(unsigned char)l->s[i]];
}

void pylex_init(struct pylex *l, const char *s, size_t len)
{
	if (len > UINT32_MAX - 16)
		len = UINT32_MAX - 16;
	*l = (struct pylex){ .s = s, .len = len, .fresh = true };
	if (len >= 3 && !memcmp(s, "\xef\xbb\xbf", 3))
		l->pos = 3;
}

/* Position after the line that holds `i`. */
static size_t after_line(const struct pylex *l, size_t i)
{
	const char *nl = i < l->len ? memchr(l->s + i, '\n', l->len - i) : NULL;
	return nl ? (size_t)(nl - l->s) + 1 : l->len;
}

/* The end of a triple-quoted string whose first quote is at i. */
static size_t end_triple(const struct pylex *l, size_t i)
{
	char q = l->s[i];
	for (i += 3; i < l->len; i++) {
		const char *p = memchr(l->s + i, q, l->len - i);
		if (!p)
			return l->len;
		size_t at = (size_t)(p - l->s), back = at;
		while (back > i && l->s[back - 1] == '\\')
			back--;
		if ((at - back) % 2 == 0 && at + 2 < l->len &&
		    p[1] == q && p[2] == q)
			return at + 3;
		i = at;
	}
	return l->len;
}

/* A plain string inside the braces of an f-string; i is its first quote. */
static size_t end_inner(const struct pylex *l, size_t i)
{
	char q = l->s[i];
	for (i++; i < l->len && l->s[i] != '\n'; i++) {
		if (l->s[i] == '\\')
			i++;
		else if (l->s[i] == q)
			return i + 1;
	}
	return i < l->len ? i : l->len;
}

/*
 * The end of a one-line string whose quote is at i.  Since Python 3.12 an
 * f-string may hold its own quote inside braces; before, it could not, so
 * reading it that way is right for both.
 */
static size_t end_single(const struct pylex *l, size_t i, bool fstring)
{
	struct hot_block b = { 0, 0, 0 };
	char q = l->s[i];
	int braces = 0;
	for (i++; (i = next_hot(l, i, &b)) < l->len; i++) {
		char c = l->s[i];
		if (c == '\\') {
			i++;
			if (i < l->len && l->s[i] == '\r')
				i++;
		} else if (c == '\n') {
			return i;
		} else if (fstring && (c == '{' || c == '}')) {
			if (i + 1 < l->len && l->s[i + 1] == c && !braces)
				i++;
			else if (c == '{')
				braces++;
			else if (braces)
				braces--;
		} else if (c == q) {
			if (!braces)
				return i + 1;
			i = end_inner(l, i) - 1;
		}
	}
	return l->len;
}

/* Is one of the at most three prefix letters before the quote an f or t? */
static bool is_fstring(const struct pylex *l, size_t quote)
{
	bool f = false;
	size_t i = quote;
	while (i > 0 && quote - i < 3 && class_at(l, i - 1) == C_NAME) {
		char c = (char)(l->s[i - 1] | 0x20);
		f |= c == 'f' || c == 't';
		i--;
	}
	return f && quote - i <= 2;
}

static size_t end_string(const struct pylex *l, size_t i)
{
	char q = l->s[i];
	if (i + 2 < l->len && l->s[i + 1] == q && l->s[i + 2] == q)
		return end_triple(l, i);
	return end_single(l, i, is_fstring(l, i));
}

/* A line that no bracket can contain: the bracket was never closed. */
static bool is_recovery(const struct pylex *l, size_t i)
{
	size_t left = l->len - i;
	return (left >= 4 && !memcmp(l->s + i, "def ", 4)) ||
	       (left >= 6 && !memcmp(l->s + i, "class ", 6));
}

/* Spaces from i on. */
static size_t spaces(const struct pylex *l, size_t i)
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

/*
 * From the first byte of a physical line to the first byte of its code:
 * blank and comment lines are passed.  Sets *indent.  Returns len at the end.
 */
static size_t to_code(const struct pylex *l, size_t i, uint32_t *indent)
{
	while (i < l->len) {
		uint32_t col = (uint32_t)spaces(l, i);
		for (i += col; i < l->len; i++) {
			if (l->s[i] == ' ')
				col++;
			else if (l->s[i] == '\t')
				col = (col / 8 + 1) * 8;
			else if (l->s[i] == '\f')
				col = 0;
			else if (l->s[i] != '\r')
				break;
		}
		if (i >= l->len)
			break;
		unsigned char c = class_at(l, i);
		if (c != C_NL && c != C_HASH) {
			*indent = col;
			return i;
		}
		i = after_line(l, i);
	}
	*indent = 0;
	return l->len;
}

size_t pylex_next_line(const struct pylex *l, uint32_t *indent)
{
	size_t i = to_code(l, l->pos, indent);

	while (i < l->len && i > l->pos &&
	       (l->s[i - 1] == ' ' || l->s[i - 1] == '\t'))
		i--;
	return i;
}

/* From code to the position after the logical line that holds it. */
static size_t skip_logical(const struct pylex *l, size_t i,
			   struct hot_block *b)
{
	int depth = 0;
	while (i < l->len) {
		i = next_hot(l, i, b);
		switch (class_at(l, i)) {
		case C_QUOTE:
			i = end_string(l, i);
			continue;
		case C_HASH:
			i = after_line(l, i) - 1;
			if (l->s[i] != '\n')
				return l->len;
			continue;
		case C_OPEN:
			depth++;
			break;
		case C_CLOSE:
			depth -= depth > 0;
			break;
		case C_BACK:
			i += i + 2 < l->len && l->s[i + 1] == '\r' ? 2 : 1;
			break;
		case C_NL:
			if (!depth || is_recovery(l, i + 1))
				return i + 1;
			break;
		default:
			break;
		}
		i++;
	}
	return l->len;
}

size_t pylex_skip_block(struct pylex *l, uint32_t indent)
{
	struct hot_block b = { 0, 0, 0 };
	size_t end = l->pos;
	for (;;) {
		uint32_t col;
		size_t i = to_code(l, l->pos, &col);
		if (i >= l->len || col <= indent)
			break;
		l->pos = end = skip_logical(l, i, &b);
	}
	l->fresh = true;
	l->depth = 0;
	return end;
}

size_t pylex_skip_line(struct pylex *l)
{
	struct hot_block b = { 0, 0, 0 };
	size_t at = to_code(l, l->pos, &l->indent);

	l->pos = at < l->len ? skip_logical(l, at, &b) : l->len;
	l->fresh = true;
	l->depth = 0;
	return at;
}

static enum pytok_kind give(struct pylex *l, struct pytok *t,
			    enum pytok_kind kind, size_t from, size_t to)
{
	*t = (struct pytok){ kind, (uint32_t)from, (uint32_t)(to - from) };
	l->pos = to;
	return kind;
}

/* The end of the name that begins at i. */
static size_t name_end(const struct pylex *l, size_t i)
{
#ifdef __SSE2__
	const __m128i fold = _mm_set1_epi8(0x20);

	for (; i + 16 <= l->len; i += 16) {
		__m128i c = _mm_loadu_si128((const __m128i *)(l->s + i));
		__m128i a = _mm_sub_epi8(_mm_or_si128(c, fold),
					 _mm_set1_epi8('a'));
		__m128i d = _mm_sub_epi8(c, _mm_set1_epi8('0'));
		/* letters, digits, '_', and bytes over 127: the sign bit */
		__m128i in = _mm_or_si128(c, _mm_or_si128(
			_mm_cmpeq_epi8(c, _mm_set1_epi8('_')), _mm_or_si128(
			_mm_cmpeq_epi8(a, _mm_min_epu8(a, _mm_set1_epi8(25))),
			_mm_cmpeq_epi8(d, _mm_min_epu8(d, _mm_set1_epi8(9))))));
		unsigned other = 0xffff ^ (unsigned)_mm_movemask_epi8(in);

		if (other)
			return i + (size_t)__builtin_ctz(other);
	}
#endif
	while (i < l->len && class_at(l, i) >= C_NAME)
		i++;
	return i;
}

/* Names and strings: a name directly before a quote may be its prefix. */
static enum pytok_kind name(struct pylex *l, struct pytok *t)
{
	size_t i = name_end(l, l->pos);
	if (i < l->len && i - l->pos <= 2 && class_at(l, i) == C_QUOTE)
		return give(l, t, PYTOK_STRING, l->pos, end_string(l, i));
	return give(l, t, PYTOK_NAME, l->pos, i);
}

static enum pytok_kind number(struct pylex *l, struct pytok *t)
{
	size_t i = l->pos;
	for (; i < l->len; i++) {
		unsigned char c = class_at(l, i);
		char b = l->s[i];
		bool sign = (b == '+' || b == '-') && i > l->pos &&
			    (l->s[i - 1] | 0x20) == 'e' &&
			    !(l->pos + 1 < l->len &&
			      (l->s[l->pos + 1] | 0x20) == 'x');
		if (c != C_NAME && c != C_DIGIT && b != '.' && !sign)
			break;
	}
	return give(l, t, PYTOK_NUMBER, l->pos, i);
}

static enum pytok_kind op(struct pylex *l, struct pytok *t)
{
	static const char *const two[] = {
		"->", "**", "//", "==", "!=", "<=", ">=", ":=", "+=", "-=",
		"*=", "/=", "|=", "&=", "^=", "%=", "@=", "<<", ">>", NULL
	};
	char c = l->s[l->pos];
	if (class_at(l, l->pos) == C_OPEN)
		l->depth++;
	else if (class_at(l, l->pos) == C_CLOSE)
		l->depth -= l->depth > 0;
	char d = l->pos + 1 < l->len ? l->s[l->pos + 1] : 0;
	if (d == '=' || d == '>' || d == '*' || d == '/' || d == '<')
		for (int i = 0; two[i]; i++)
			if (two[i][0] == c && two[i][1] == d)
				return give(l, t, PYTOK_OP, l->pos, l->pos + 2);
	return give(l, t, PYTOK_OP, l->pos, l->pos + 1);
}

/* Can that byte stand between two tokens? */
static bool is_between(unsigned char c)
{
	return c >= C_SPACE && c <= C_BACK;
}

/* Pass blanks, comments and joins.  True: a logical line ends at l->pos. */
static bool pass_space(struct pylex *l)
{
	if (l->pos + 1 < l->len && class_at(l, l->pos) == C_SPACE)
		l->pos++;
	if (l->pos < l->len && !is_between(class_at(l, l->pos)))
		return false;
	while (l->pos < l->len) {
		switch (class_at(l, l->pos)) {
		case C_SPACE:
			l->pos++;
			break;
		case C_HASH:
			l->pos = after_line(l, l->pos);
			if (l->s[l->pos - 1] == '\n')
				l->pos--;
			break;
		case C_BACK:
			l->pos++;
			while (l->pos < l->len &&
			       (l->s[l->pos] == '\r' || l->s[l->pos] == '\n'))
				if (l->s[l->pos++] == '\n')
					break;
			break;
		case C_NL:
			if (!l->depth || is_recovery(l, l->pos + 1))
				return true;
			l->pos++;
			break;
		default:
			return false;
		}
	}
	return false;
}

enum pytok_kind pylex_next(struct pylex *l, struct pytok *t)
{
	if (l->fresh) {
		l->pos = to_code(l, l->pos, &l->indent);
		l->fresh = false;
		l->depth = 0;
		if (l->pos >= l->len)
			l->fresh = true;
	}
	bool ends = pass_space(l);
	if (ends) {
		l->fresh = true;
		return give(l, t, PYTOK_NEWLINE, l->pos, l->pos + 1);
	}
	if (l->pos >= l->len) {
		if (l->fresh)
			return give(l, t, PYTOK_END, l->len, l->len);
		l->fresh = true;
		return give(l, t, PYTOK_NEWLINE, l->len, l->len);
	}
	switch (class_at(l, l->pos)) {
	case C_NAME:
		return name(l, t);
	case C_DIGIT:
		return number(l, t);
	case C_QUOTE:
		return give(l, t, PYTOK_STRING, l->pos,
			    end_string(l, l->pos));
	default:
		return op(l, t);
	}
}
