/* analyze/signals/pytoken.c - see pytoken.h. */
#include "analyze/signals/pyscan.h"

void pylex_init(struct pylex *l, const char *s, size_t len)
{
	if (len > UINT32_MAX - 16)
		len = UINT32_MAX - 16;
	*l = (struct pylex){ .s = s, .len = len, .fresh = true };
	if (len >= 3 && !memcmp(s, "\xef\xbb\xbf", 3))
		l->pos = 3;
}

size_t pylex_next_line(const struct pylex *l, uint32_t *indent)
{
	size_t i = pyscan_code(l, l->pos, indent);

	while (i < l->len && i > l->pos &&
	       (l->s[i - 1] == ' ' || l->s[i - 1] == '\t'))
		i--;
	return i;
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
	while (i < l->len && pyscan_at(l, i) >= C_NAME)
		i++;
	return i;
}

/* A name of an import, with its dots where it is a module after "from". */
static size_t import_name_end(const struct pylex *l, size_t i, bool dots)
{
	i = name_end(l, i);
	while (dots && i + 1 < l->len && l->s[i] == '.' &&
	       pyscan_at(l, i + 1) == C_NAME)
		i = name_end(l, i + 1);
	return i;
}

size_t pylex_import(struct pylex *l, struct pytok *t, size_t max)
{
	bool from = pyscan_at(l, l->pos - 1) == C_NAME && l->s[l->pos - 1] == 'm';
	size_t i = l->pos, n = 0, end;
	bool open = false;

	while (i < l->len && n < max) {
		switch (l->s[i]) {
		case ' ':
			i++;
			continue;
		case '#':
			i = pyscan_after_line(l, i);
			i -= l->s[i - 1] == '\n';
			continue;
		case '\n':
			if (!open && !n)
				return 0;
			if (!open) {
				l->pos = i + 1;
				l->fresh = true;
				return n;
			}
			if (pyscan_is_recovery(l, ++i))
				return 0;
			continue;
		case '(':
		case ')':
			if (open == (l->s[i] == '('))
				return 0;
			open = !open;
			end = i + 1;
			break;
		case '.':
			if (from || i + 1 == l->len ||
			    pyscan_at(l, i + 1) != C_NAME)
				return 0;
			/* fall through */
		case ',':
			end = i + 1;
			break;
		default:
			if (pyscan_at(l, i) != C_NAME)
				return 0;
			end = import_name_end(l, i, from);
			from &= end != i + 6 || memcmp(l->s + i, "import", 6);
			if (end < l->len && pyscan_at(l, end) == C_QUOTE)
				return 0;
			break;
		}
		t[n++] = (struct pytok){ pyscan_at(l, i) == C_NAME ? PYTOK_NAME :
				 PYTOK_OP, (uint32_t)i, (uint32_t)(end - i) };
		i = end;
	}
	return 0;
}

/* Names and strings: a name directly before a quote may be its prefix. */
static enum pytok_kind name(struct pylex *l, struct pytok *t)
{
	size_t i = name_end(l, l->pos);
	if (i < l->len && i - l->pos <= 2 && pyscan_at(l, i) == C_QUOTE)
		return give(l, t, PYTOK_STRING, l->pos, pyscan_string(l, i));
	return give(l, t, PYTOK_NAME, l->pos, i);
}

static enum pytok_kind number(struct pylex *l, struct pytok *t)
{
	size_t i = l->pos;
	for (; i < l->len; i++) {
		unsigned char c = pyscan_at(l, i);
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
	if (pyscan_at(l, l->pos) == C_OPEN)
		l->depth++;
	else if (pyscan_at(l, l->pos) == C_CLOSE)
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
	if (l->pos + 1 < l->len && pyscan_at(l, l->pos) == C_SPACE)
		l->pos++;
	if (l->pos < l->len && !is_between(pyscan_at(l, l->pos)))
		return false;
	while (l->pos < l->len) {
		switch (pyscan_at(l, l->pos)) {
		case C_SPACE:
			l->pos++;
			break;
		case C_HASH:
			l->pos = pyscan_after_line(l, l->pos);
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
			if (!l->depth || pyscan_is_recovery(l, l->pos + 1))
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
		l->pos = pyscan_code(l, l->pos, &l->indent);
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
	switch (pyscan_at(l, l->pos)) {
	case C_NAME:
		return name(l, t);
	case C_DIGIT:
		return number(l, t);
	case C_QUOTE:
		return give(l, t, PYTOK_STRING, l->pos,
			    pyscan_string(l, l->pos));
	default:
		/* ".5": after a name or a bracket it would be no value. */
		if (l->s[l->pos] == '.' && l->pos + 1 < l->len &&
		    pyscan_at(l, l->pos + 1) == C_DIGIT)
			return number(l, t);
		return op(l, t);
	}
}
