/* fixes.c - "Fixes #12" and its relatives (fixes.h). */
#include "analyze/fixes.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("-_./", c));
}

static const char *skip_blanks(const char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	return s;
}

/* Behind the closing word at s, or NULL. */
static const char *closing_word(const char *s)
{
	static const char *const words[] = { "fixes", "fixed", "fix", "closes",
		"closed", "close", "resolves", "resolved", "resolve" };
	size_t i, n;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		n = strlen(words[i]);
		if (strncasecmp(s, words[i], n) ||
		    isalnum((unsigned char)s[n]) || s[n] == '_')
			continue;
		s = skip_blanks(s + n);
		return *s == ':' ? skip_blanks(s + 1) : s;
	}
	return NULL;
}

/* -1 where it is no number a forge gives. */
static int64_t number(const char **s)
{
	int64_t n = 0;

	for (; isdigit((unsigned char)**s); ++*s)
		if (n < (int64_t)1 << 40)
			n = n * 10 + (**s - '0');
	return n && n < (int64_t)1 << 40 ? n : -1;
}

static bool same_project(const char *s, size_t n, const char *project)
{
	return !project || (strlen(project) == n &&
			    !strncasecmp(s, project, n));
}

/* https://host/owner/name/issues/4; *s moves behind it. */
static int64_t url_reference(const char **s, const char *project)
{
	const char *host, *path, *end;
	int64_t n;

	if (strncmp(*s, "https://", 8) && strncmp(*s, "http://", 7))
		return 0;
	host = strstr(*s, "//") + 2;
	path = host + strcspn(host, "/ \t\n)>");
	if (*path++ != '/')
		return 0;
	for (end = path; is_name_char(*end); end++)
		if (!strncmp(end, "/issues/", 8) || !strncmp(end, "/pull/", 6))
			break;
	if (*end != '/')
		return 0;
	*s = end + (end[1] == 'i' ? 8 : 6);
	n = number(s);
	return same_project(path, (size_t)(end - path), project) ? n : -1;
}

/* #12, owner/name#12, GH-12 or a URL: the number, -1 for another project's, 0
 * when there is none; *s moves behind it. */
static int64_t reference(const char **s, const char *project)
{
	const char *p = *s, *name = p;
	int64_t n = url_reference(s, project);

	if (n)
		return n;
	if (!strncasecmp(p, "GH-", 3) && isdigit((unsigned char)p[3])) {
		*s = p + 3;
		return number(s);
	}
	while (is_name_char(*p))
		p++;
	if (*p != '#' || !isdigit((unsigned char)p[1]))
		return 0;
	*s = p + 1;
	n = number(s);
	return p == name || same_project(name, (size_t)(p - name), project) ?
		n : -1;
}

/* Behind ", ", " and " or " & " where a list may go on. */
static const char *list_glue(const char *s)
{
	s = skip_blanks(s);
	if (*s == ',' || *s == '&')
		s = skip_blanks(s + 1);
	if (!strncasecmp(s, "and ", 4))
		s = skip_blanks(s + 4);
	return s;
}

size_t fixes_read(const char *text, const char *project, int64_t *out,
		  size_t max)
{
	const char *s, *at;
	int64_t ref;
	size_t n = 0, i;

	for (s = text; s && *s; s++) {
		if (s > text && (isalnum((unsigned char)s[-1]) ||
				 s[-1] == '_'))
			continue;
		at = closing_word(s);
		while (at && (ref = reference(&at, project))) {
			for (i = 0; i < n && out[i] != ref; i++)
				;
			if (ref > 0 && i == n && n < max)
				out[n++] = ref;
			s = at - 1;
			at = list_glue(at);
		}
	}
	return n;
}
