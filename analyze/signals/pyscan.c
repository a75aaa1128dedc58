/* analyze/signals/pyscan.c - see pyscan.h. */
#include "analyze/signals/pyscan.h"

const unsigned char pyscan_class[256] = {
	[' '] = C_SPACE, ['\t'] = C_SPACE, ['\r'] = C_SPACE, ['\f'] = C_SPACE,
	['\n'] = C_NL, ['"'] = C_QUOTE, ['\''] = C_QUOTE, ['#'] = C_HASH,
	['('] = C_OPEN, ['['] = C_OPEN, ['{'] = C_OPEN,
	[')'] = C_CLOSE, [']'] = C_CLOSE, ['}'] = C_CLOSE, ['\\'] = C_BACK,
	['0' ... '9'] = C_DIGIT, ['a' ... 'z'] = C_NAME, ['A' ... 'Z'] = C_NAME,
	['_'] = C_NAME, [128 ... 255] = C_NAME,
};

const bool pyscan_is_hot[256] = { PYSCAN_HOT };

size_t pyscan_after_line(const struct pylex *l, size_t i)
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
	for (i++; (i = pyscan_hot(l, i, &b)) < l->len; i++) {
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
	while (i > 0 && quote - i < 3 && pyscan_at(l, i - 1) == C_NAME) {
		char c = (char)(l->s[i - 1] | 0x20);
		f |= c == 'f' || c == 't';
		i--;
	}
	return f && quote - i <= 2;
}

size_t pyscan_string(const struct pylex *l, size_t i)
{
	char q = l->s[i];
	if (i + 2 < l->len && l->s[i + 1] == q && l->s[i + 2] == q)
		return end_triple(l, i);
	return end_single(l, i, is_fstring(l, i));
}

bool pylex_is_recovery(const char *s, size_t len)
{
	return (len >= 4 && !memcmp(s, "def ", 4)) ||
	       (len >= 6 && !memcmp(s, "class ", 6));
}

bool pylex_is_joined(const char *s, size_t at)
{
	at -= at > 1 && s[at - 2] == '\r';
	return at > 1 && s[at - 2] == '\\';
}

bool pylex_is_definition(const char *s, size_t len)
{
	return pylex_is_recovery(s, len) ||
	       (len >= 10 && !memcmp(s, "async def ", 10)) ||
	       (len > 2 && *s == '@' &&
		pyscan_class[(unsigned char)s[1]] == C_NAME);
}

size_t pyscan_code(const struct pylex *l, size_t i, uint32_t *indent)
{
	while (i < l->len) {
		uint32_t col = (uint32_t)pyscan_spaces(l, i);
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
		unsigned char c = pyscan_at(l, i);
		if (c != C_NL && c != C_HASH) {
			*indent = col;
			return i;
		}
		i = pyscan_after_line(l, i);
	}
	*indent = 0;
	return l->len;
}
