/* analyze/signals/ctoken.c - see ctoken.h. */
#include "analyze/signals/ctoken.h"
#include "core/find.h"
#include "core/str.h"

#include <ctype.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

static size_t line_end(const struct clex *p, size_t i)
{
	while (i < p->len) {
		const char *nl = memchr(p->s + i, '\n', p->len - i);
		if (!nl)
			return p->len;
		size_t at = (size_t)(nl - p->s);
		size_t back = at;
		while (back > i && p->s[back - 1] == '\r')
			back--;
		if (back == i || p->s[back - 1] != '\\')
			return at;
		i = at + 1;
	}
	return p->len;
}

/* "#define NAME ..." at pos (the '#'); other directives say nothing. */
static void directive(struct clex *p)
{
	size_t end = line_end(p, p->pos), i = p->pos + 1;
	while (i < end && (p->s[i] == ' ' || p->s[i] == '\t'))
		i++;
	if (end - i > 7 && !memcmp(p->s + i, "define", 6) &&
	    isspace((unsigned char)p->s[i + 6])) {
		i += 7;
		while (i < end && isspace((unsigned char)p->s[i]))
			i++;
		size_t from = i;
		while (i < end && is_word_byte(p->s[i]))
			i++;
		struct span name = { p->s + from, (uint32_t)(i - from) };
		size_t body = i;
		while (body < end && isspace((unsigned char)p->s[body]))
			body++;
		if (name.len && body < end)
			p->macro(p->arg, name);
	}
	p->pos = end;
}

static size_t end_of_string(const struct clex *p, size_t i)
{
	char q = p->s[i];
	if (q == '"' && i && p->s[i - 1] == 'R') {	/* R"x(...)x" */
		size_t d = i + 1;
		while (d < p->len && p->s[d] != '(' && d - i < 18)
			d++;
		char mark[24] = ")";
		size_t n = d - i - 1;
		memcpy(mark + 1, p->s + i + 1, n);
		mark[n + 1] = '"';
		const char *e = d < p->len ?
			find_bytes(p->s + d, p->len - d, mark, n + 2) : NULL;
		return e ? (size_t)(e - p->s) + n + 2 : p->len;
	}
	for (i++; i < p->len && p->s[i] != '\n'; i++) {
		if (p->s[i] == '\\')
			i++;
		else if (p->s[i] == q)
			return i + 1;
	}
	return i < p->len ? i : p->len;
}

/* The comment that opens at pos, with "//" or the other way. */
static void pass_comment(struct clex *p)
{
	const char *e;

	if (p->s[p->pos + 1] == '/') {
		p->pos = line_end(p, p->pos);
		return;
	}
	e = find_bytes(p->s + p->pos + 2, p->len - p->pos - 2, "*/", 2);
	p->pos = e ? (size_t)(e - p->s) + 2 : p->len;
}

static const bool blank[256] = {
	[' '] = true, ['\t'] = true, ['\n'] = true, ['\v'] = true,
	['\f'] = true, ['\r'] = true, ['\\'] = true, ['\0'] = true,
};

/* Blanks, comments and directives before the next token. */
static void pass_space(struct clex *p)
{
	while (p->pos < p->len) {
		char c = p->s[p->pos];
		if (blank[(unsigned char)c]) {
			size_t i = p->pos;

			do {
				p->line_start |= p->s[i] == '\n';
				i++;
			} while (i < p->len && blank[(unsigned char)p->s[i]]);
			p->pos = i;
		} else if (c == '#' && p->line_start) {
			directive(p);
		} else if (c == '/' && p->pos + 1 < p->len &&
			   (p->s[p->pos + 1] == '/' ||
			    p->s[p->pos + 1] == '*')) {
			pass_comment(p);
		} else {
			return;
		}
	}
}

struct ctok clex_next(struct clex *p)
{
	pass_space(p);
	p->line_start = false;
	size_t from = p->pos;
	if (from >= p->len)
		return (struct ctok){ CT_END, (uint32_t)from, 0 };
	enum ctok_kind kind = CT_OP;
	char c = p->s[from];
	size_t i = from + 1;
	if (c == '"' || c == '\'') {
		kind = CT_STRING;
		i = end_of_string(p, from);
	} else if (is_word_byte(c)) {
		kind = c >= '0' && c <= '9' ? CT_NUMBER : CT_NAME;
		while (i < p->len && (is_word_byte(p->s[i]) ||
		       (kind == CT_NUMBER && (p->s[i] == '.' ||
					      p->s[i] == '\''))))
			i++;
	} else if (c == ':' && i < p->len && p->s[i] == ':') {
		i++;
	}
	p->pos = i;
	return (struct ctok){ kind, (uint32_t)from, (uint32_t)(i - from) };
}

/* What may matter inside braces; all else is passed byte by byte. */
static const bool stop[256] = {
	['{'] = true, ['}'] = true, ['"'] = true, ['\''] = true,
	['/'] = true, ['#'] = true,
};

/* The first of these from i on, or len. */
static size_t next_stop(const char *s, size_t i, size_t len)
{
#ifdef __SSE2__
	/* '"' to '#' and '{' to '}' with '|' in between, which stop[] tells. */
	const __m128i slash = _mm_set1_epi8('/'), quote = _mm_set1_epi8('\'');
	const __m128i hash = _mm_set1_epi8('"' - 1), past = _mm_set1_epi8('$');
	const __m128i brace = _mm_set1_epi8('{' - 1), end = _mm_set1_epi8('~');

	for (; i + 16 <= len; i += 16) {
		__m128i t = _mm_loadu_si128((const __m128i *)(s + i));
		__m128i one = _mm_or_si128(_mm_cmpeq_epi8(t, slash),
					   _mm_cmpeq_epi8(t, quote));
		__m128i low = _mm_and_si128(_mm_cmpgt_epi8(t, hash),
					    _mm_cmplt_epi8(t, past));
		__m128i high = _mm_and_si128(_mm_cmpgt_epi8(t, brace),
					     _mm_cmplt_epi8(t, end));
		unsigned hits = (unsigned)_mm_movemask_epi8(
			_mm_or_si128(one, _mm_or_si128(low, high)));

		for (; hits; hits &= hits - 1) {
			size_t at = i + (size_t)__builtin_ctz(hits);

			if (stop[(unsigned char)s[at]])
				return at;
		}
	}
#endif
	while (i < len && !stop[(unsigned char)s[i]])
		i++;
	return i;
}

/* 1'000: the quote belongs to the number before it. */
static bool in_number(const struct clex *p, size_t quote)
{
	size_t i = quote;
	while (i && (is_word_byte(p->s[i - 1]) || p->s[i - 1] == '.' ||
		     p->s[i - 1] == '\''))
		i--;
	return i < quote && isdigit((unsigned char)p->s[i]);
}

/* Is the '#' at pos the first on its line? */
static bool begins_directive(const struct clex *p)
{
	size_t i = p->pos;
	while (i && (p->s[i - 1] == ' ' || p->s[i - 1] == '\t'))
		i--;
	return !i || p->s[i - 1] == '\n';
}

void clex_skip_braces(struct clex *p)
{
	const char *s = p->s;

	for (int depth = 1; depth && p->pos < p->len; ) {
		size_t i = next_stop(s, p->pos, p->len);

		p->pos = i;
		if (i == p->len)
			break;
		if (s[i] == '"' || (s[i] == '\'' && !in_number(p, i)))
			p->pos = end_of_string(p, i);
		else if (s[i] == '/' && i + 1 < p->len &&
			 (s[i + 1] == '/' || s[i + 1] == '*'))
			pass_comment(p);
		else if (s[i] == '#' && begins_directive(p))
			directive(p);
		else
			depth += s[p->pos++] == '{' ? 1 : s[i] == '}' ? -1 : 0;
	}
	p->line_start = false;
}
