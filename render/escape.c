/* render/escape.c - see escape.h. */
#include "render/escape.h"

#include "core/utf8.h"

#include <ctype.h>

static bool word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (c & 0x80);
}

/* "#123" that a forge would link: not inside a word. */
static size_t issue_number(const char *s, const char *start)
{
	size_t n = 1;

	if (s > start && (word_char(s[-1]) || s[-1] == '&'))
		return 0;
	while (isdigit((unsigned char)s[n]) && n < 9)
		n++;
	return n > 1 && !word_char(s[n]) ? n : 0;
}

static bool mention(const char *s, const char *start)
{
	return isalnum((unsigned char)s[1]) &&
	       (s == start || !word_char(s[-1]));
}

/* '_' only marks up at the edge of a word. */
static bool edge(const char *s, const char *start)
{
	return s == start || !isalnum((unsigned char)s[-1]) ||
	       !isalnum((unsigned char)s[1]);
}

static void put_ascii(struct str *out, const char *s, const char *start)
{
	char c = *s;

	/* Brackets only make a link before "(": references and footnotes need
	 * a definition at the start of a line, which no text of ours gets to.
	 * Escaping every [Tag] would make titles unreadable as plain text. */
	if (strchr("\\`*<|~", c) || (c == ']' && s[1] == '(') ||
	    (c == '_' && edge(s, start)) ||
	    (c == '&' && (isalpha((unsigned char)s[1]) || s[1] == '#')) ||
	    (c == '!' && s[1] == '['))
		str_addch(out, '\\');
	if (c == '@' && mention(s, start)) {
		str_add(out, "@<!-- -->");
		return;
	}
	str_addch(out, c);
}

void put_md_text(struct str *out, const char *s, const char *web)
{
	const char *start = s;
	size_t len = strlen(s), n;
	uint32_t cp;
	int k;

	for (; len; s += k, len -= (size_t)k) {
		k = utf8_next(s, len, &cp);
		if (!k) {
			str_add(out, "\xef\xbf\xbd");
			k = 1;
		} else if (cp == '#' && (n = issue_number(s, start))) {
			if (web)
				str_addf(out, "[%.*s](%s/issues/%.*s)", (int)n,
					 s, web, (int)n - 1, s + 1);
			else
				str_addf(out, "`%.*s`", (int)n, s);
			k = (int)n;
		} else if (cp == '\n' || cp == '\t' || cp == '\r') {
			str_addch(out, ' ');
		} else if (cp < 0x20 || cp == 0x7f) {
			str_addf(out, "\\\\x%02x", (unsigned)cp);
		} else if ((cp >= 0x80 && cp < 0xa0) || utf8_is_bidi(cp)) {
			str_addf(out, "\\<U+%04X>", (unsigned)cp);
		} else if (k == 1) {
			put_ascii(out, s, start);
		} else {
			str_addmem(out, s, (size_t)k);
		}
	}
}

static void put_visible(struct str *out, const char *s, bool tabs)
{
	size_t len = strlen(s);
	uint32_t cp;
	int k;

	for (; len; s += k, len -= (size_t)k) {
		k = utf8_next(s, len, &cp);
		if (!k) {
			str_add(out, "\xef\xbf\xbd");
			k = 1;
		} else if (cp == '\t' && tabs) {
			str_addch(out, '\t');
		} else if (cp == '\n') {
			str_addch(out, ' ');
		} else if (cp < 0x20 || cp == 0x7f) {
			str_addf(out, "\\x%02x", (unsigned)cp);
		} else if ((cp >= 0x80 && cp < 0xa0) || utf8_is_bidi(cp)) {
			str_addf(out, "<U+%04X>", (unsigned)cp);
		} else {
			str_addmem(out, s, (size_t)k);
		}
	}
}

void put_md_code(struct str *out, const char *s)
{
	size_t run = 0, longest = 0, i;
	bool pad;

	for (i = 0; s[i]; i++) {
		run = s[i] == '`' ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	pad = *s == '`' || (i && s[i - 1] == '`') || !i ||
	      (*s == ' ' && s[i - 1] == ' ');
	for (i = 0; i <= longest; i++)
		str_addch(out, '`');
	if (pad)
		str_addch(out, ' ');
	put_visible(out, s, false);
	if (pad)
		str_addch(out, ' ');
	for (i = 0; i <= longest; i++)
		str_addch(out, '`');
}

void put_md_url(struct str *out, const char *s)
{
	for (; *s; s++) {
		if (isalnum((unsigned char)*s) || strchr("-._~/:?#=&%+@,", *s))
			str_addch(out, *s);
		else
			str_addf(out, "%%%02X", (unsigned char)*s);
	}
}

void put_md_commit(struct str *out, const char *oid, const char *web,
		   int digits)
{
	if (web)
		str_addf(out, "[%.*s](%s/commit/%s)", digits, oid, web, oid);
	else
		str_addf(out, "`%.*s`", digits, oid);
}

void put_md_fenced(struct str *out, const char *s)
{
	put_visible(out, s, true);
}
