/* core/config_scan.c - see config_scan.h. */
#include "core/config_scan.h"

#include "core/mem.h"
#include "core/str.h"
#include "core/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct scan {
	const char *p, *end;
	const char *name;	/* of the file */
	int line;
	struct str section;	/* "report" or "credential.github.com" */
	struct config_scan *out;
	struct err *e;
};

void config_scan_release(struct config_scan *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		free(s->v[i].key);
		free(s->v[i].plain);
	}
	free(s->v);
	memset(s, 0, sizeof(*s));
}

static int bad(struct scan *s, const char *what)
{
	return err_set(s->e, ERR_CONFIG, "%s:%d: %s", s->name, s->line, what);
}

/* The next character, 0 at the end; CRLF counts as LF. */
static int peek(const struct scan *s)
{
	if (s->p >= s->end)
		return 0;
	if (*s->p == '\r' && s->p + 1 < s->end && s->p[1] == '\n')
		return '\n';
	return (unsigned char)*s->p;
}

static int take(struct scan *s)
{
	int c = peek(s);

	if (s->p >= s->end)
		return 0;
	s->p += *s->p == '\r' && c == '\n' ? 2 : 1;
	return c;
}

static void skip_blank(struct scan *s)
{
	while (peek(s) == ' ' || peek(s) == '\t')
		take(s);
}

static void skip_comment(struct scan *s)
{
	while (s->p < s->end && peek(s) != '\n')
		take(s);
}

/* The quoted middle part: [credential "github.com"]. */
static int subsection(struct scan *s)
{
	int c;

	str_addch(&s->section, '.');
	take(s);
	while ((c = take(s)) != '"') {
		if (c == '\\')
			c = take(s);
		if (!c || c == '\n')
			return bad(s, "the quoted part of the section has no "
				   "end");
		str_addch(&s->section, (char)c);
	}
	return 0;
}

static int section(struct scan *s)
{
	int c;

	str_clear(&s->section);
	take(s);
	while (isalnum(c = peek(s)) || c == '-' || c == '.')
		str_addch(&s->section, (char)tolower(take(s)));
	if (!s->section.len)
		return bad(s, "a section has no name");
	skip_blank(s);
	if (peek(s) == '"' && subsection(s))
		return ERR_CONFIG;
	if (take(s) != ']')
		return bad(s, "the section has no ']'");
	return 0;
}

/* The value of a line that is nothing but one word. */
static char *plain_value(const char *s, const char *end)
{
	const char *p;

	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	while (end > s && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	for (p = s; p < end; p++)
		if (strchr(" \t\"\\#;\r", *p))
			return NULL;
	return s < end ? xstrndup(s, (size_t)(end - s)) : NULL;
}

/* What follows '=': quotes, escapes and continued lines. */
static int value(struct scan *s, struct config_line *l)
{
	const char *from = s->p;
	bool quoted = false;
	int c;

	while ((c = peek(s)) && (c != '\n' || quoted)) {
		if (c == '\n')
			break;
		take(s);
		if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '#' || c == ';'))
			skip_comment(s);
		else if (c == '\r')
			return bad(s, "a carriage return inside the line");
		if (c != '\\')
			continue;
		c = take(s);
		if (c == '\n')
			s->line++;
		else if (!c || !strchr("\\\"ntb", c))
			return bad(s, "unknown escape after '\\' (use \\\\, "
				   "\\\", \\n, \\t or \\b)");
	}
	if (quoted)
		return bad(s, "a quote has no end");
	l->plain = plain_value(from, s->p);
	return 0;
}

static int variable(struct scan *s)
{
	struct config_line *l;
	struct str key = STR_INIT;
	int c;

	if (!s->section.len)
		return bad(s, "a key before the first [section]");
	str_addmem(&key, s->section.s, s->section.len);
	str_addch(&key, '.');
	while (isalnum(c = peek(s)) || c == '-')
		str_addch(&key, (char)tolower(take(s)));
	GROW(s->out->v, s->out->n, s->out->cap);
	l = &s->out->v[s->out->n++];
	l->key = str_detach(&key);
	l->line = s->line;
	l->plain = NULL;
	skip_blank(s);
	c = peek(s);
	if (c == '=') {
		take(s);
		return value(s, l);
	}
	if (c && c != '\n' && c != '#' && c != ';')
		return bad(s, "expected '=' after the key");
	return 0;
}

static int scan_all(struct scan *s)
{
	int c, rc = 0;

	while (!rc && (skip_blank(s), s->p < s->end)) {
		c = peek(s);
		if (c == '\n') {
			take(s);
			s->line++;
		} else if (c == '#' || c == ';') {
			skip_comment(s);
		} else if (c == '[') {
			rc = section(s);
		} else if (isalpha(c)) {
			rc = variable(s);
		} else {
			rc = bad(s, "expected '[section]', 'key = value' or "
				 "a comment");
		}
	}
	return rc;
}

/* What no line-by-line reading could make sense of. */
static int check_bytes(struct scan *s)
{
	const char *q, *bad_at = NULL;
	uint32_t cp;
	int n;

	if (s->end - s->p >= 2 && (!memcmp(s->p, "\xff\xfe", 2) ||
				   !memcmp(s->p, "\xfe\xff", 2)))
		return bad(s, "the file is UTF-16; save it as UTF-8");
	for (q = s->p; q < s->end && !bad_at; q += n) {
		n = utf8_next(q, (size_t)(s->end - q), &cp);
		if (!n || !*q)
			bad_at = q;
	}
	if (!bad_at)
		return 0;
	for (q = s->p; q < bad_at; q++)
		s->line += *q == '\n';
	return bad(s, *bad_at ? "text that is not UTF-8" : "a NUL byte");
}

int config_scan(struct config_scan *out, const char *name, const char *text,
		size_t len, struct err *e)
{
	struct scan s = { text, text + len, name, 1, STR_INIT, out, e };
	int rc;

	memset(out, 0, sizeof(*out));
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		s.p += 3;
	rc = check_bytes(&s);
	if (!rc)
		rc = scan_all(&s);
	str_release(&s.section);
	if (rc)
		config_scan_release(out);
	return rc;
}
