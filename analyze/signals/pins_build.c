/* analyze/signals/pins_build.c - pins of images, scripts and CMake. */
#include "analyze/signals/lines.h"
#include "analyze/signals/pins_parse.h"
#include "core/find.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_pin_variable(const char *s, size_t n)
{
	static const char *const words[] = {
		"VERSION", "VER", "REVISION", "REV", "TAG", "COMMIT", "REF",
		"SHA", "HASH", "BRANCH", NULL
	};

	for (size_t i = 0; i < n;) {
		size_t k = i;

		while (k < n && s[k] != '_')
			k++;
		for (const char *const *w = words; *w && k > i; w++)
			if ((s[i] & ~0x20) == **w && strlen(*w) == k - i &&
			    !strncasecmp(*w, s + i, k - i))
				return true;
		i = k + 1;
	}
	return false;
}

/* A version, a tag or an id; not a variable, a flag or a word of prose. */
static bool is_pin_value(const char *s, size_t n)
{
	bool digit = false;

	if (!n || n > 80)
		return false;
	for (size_t i = 0; i < n; i++) {
		digit = digit || isdigit((unsigned char)s[i]);
		if (!pins_name_char(s[i]) && !strchr("+:/", s[i]))
			return false;
	}
	return digit || !strncmp(s, "main", 4) || !strncmp(s, "master", 6);
}

/* NAME=value pairs on one line, quotes taken off. */
static void variables_in(struct pins *p, const char *s, size_t n, int line)
{
	size_t i = 0;

	while (i < n) {
		size_t a, k, v, e;
		char quote = 0;

		while (i < n && (!is_word_byte(s[i]) || s[i] == '_' ||
				 (s[i] >= '0' && s[i] <= '9')))
			i++;
		a = i;
		while (i < n && is_word_byte(s[i]))
			i++;
		k = i;
		if (k >= n || (s[k] != '=' && s[k] != ':') ||
		    !is_pin_variable(s + a, k - a) ||
		    (a && (s[a - 1] == '-' || s[a - 1] == '$' ||
			   s[a - 1] == '{' || s[a - 1] == '.'))) {
			if (k == a)
				i++;
			continue;
		}
		v = k + 1;
		if (s[k] == ':' && (v >= n || s[v] != ' '))
			continue;
		while (v < n && s[v] == ' ' && s[k] == ':')
			v++;
		if (v < n && (s[v] == '"' || s[v] == '\''))
			quote = s[v++];
		e = v;
		while (e < n && (quote ? s[e] != quote :
				 !isspace((unsigned char)s[e]) &&
				 !strchr(";&|)", s[e])))
			e++;
		if (is_pin_value(s + v, e - v))
			pins_add(p, arena_strndup(p->arena, s + a, k - a),
			    arena_strndup(p->arena, s + v, e - v), "", "",
			    line);
		i = e;
	}
}

/* "pip install a==1 'b>=2'": the arguments up to the command's end. */
static void pip_in(struct pins *p, const char *s, size_t n, int line)
{
	const char *q = memmem(s, n, "install", 7);
	size_t i;

	if (!q)
		return;
	for (i = (size_t)(q - s) + 7; i < n;) {
		size_t a;
		char quote = 0;

		while (i < n && isspace((unsigned char)s[i]))
			i++;
		if (i < n && (s[i] == '"' || s[i] == '\''))
			quote = s[i++];
		a = i;
		while (i < n && (quote ? s[i] != quote :
				 !isspace((unsigned char)s[i]) &&
				 s[i] != ';' && s[i] != '&'))
			i++;
		if (i > a && !memchr(s + a, '$', i - a) &&
		    memmem(s + a, i - a, "==", 2))
			pins_add_requirement(p, s + a, i - a, "", line, true);
		if (i < n && !quote && strchr(";&", s[i]))
			return;
		i += quote != 0 || i == a;
	}
}

static void add_from(struct pins *p, const char *s, size_t n, int stage,
		     int line)
{
	const char *img, *tag, *as;
	size_t len;
	char *name;

	s += 4;
	n -= 4;
	trim(&s, &n);
	while (n > 2 && s[0] == '-' && s[1] == '-') {
		size_t k = strcspn(s, " ");

		s += k;
		n -= k < n ? k : n;
		trim(&s, &n);
	}
	len = 0;
	while (len < n && !isspace((unsigned char)s[len]))
		len++;
	img = arena_strndup(p->arena, s, len);
	as = len + 4 < n ? s + len + 4 : "";
	/* "FROM base AS x" continues a stage; "${X}" is pinned by its ARG. */
	if (strchr(img, '$') || (!strchr(img, ':') && !strchr(img, '@')))
		return;
	tag = strrchr(img, ':');
	name = arena_printf(p->arena, "FROM %.*s", (int)(tag - img), img);
	pins_add(p, name, tag + 1, "",
	    arena_printf(p->arena, "stage %d %.*s", stage,
			 (int)(as == s ? 0 : strcspn(as, " \n")), as), line);
}

/* The word in capitals, which a Dockerfile may spell otherwise. */
static bool begins_with(const char *s, const char *word)
{
	return (*s & ~0x20) == *word && !strncasecmp(s, word, strlen(word));
}

/* Is the word on the line?  *next: where the text has it next, or its end. */
static bool line_has(const char **next, const char *end, const char *s,
		     size_t n, const char *word)
{
	size_t k = strlen(word);

	if (!*next || *next < s) {
		*next = find_bytes(s, (size_t)(end - s), word, k);
		if (!*next)
			*next = end;
	}
	return *next + k <= s + n;
}

void pins_docker(struct pins *p, struct pin_lines l)
{
	const char *install = NULL, *both = NULL, *end = l.end, *s;
	bool pip = false, cont = false, env = false;
	int stage = 0;
	size_t n;

	while (pins_next_line(&l, &s, &n)) {
		bool more, installs;

		trim(&s, &n);
		if (n && *s == '#')
			continue;
		more = n && s[n - 1] == '\\';
		installs = line_has(&install, end, s, n, "install") &&
			   find_bytes(s, n, "pip", 3);
		if (!cont) {
			pip = false;
			env = begins_with(s, "ENV ");
			if (begins_with(s, "FROM ") && n > 5)
				add_from(p, s, n, stage++, l.no);
			if (begins_with(s, "ARG ") && n > 4)
				variables_in(p, s + 4, n - 4, l.no);
		}
		if (env)
			variables_in(p, cont ? s : s + 4, cont ? n : n - 4,
				     l.no);
		if (installs) {
			pip = true;
			pip_in(p, s, n, l.no);
		} else if (pip && cont) {
			/* Arguments on lines of their own. */
			char *t = arena_printf(p->arena, "install %.*s",
					       (int)n, s);

			pip_in(p, t, strlen(t), l.no);
		}
		if (pip && !installs && line_has(&both, end, s, n, "&&"))
			pip = false;
		cont = more;
	}
}

void pins_shell(struct pins *p, struct pin_lines l)
{
	const char *s;
	size_t n;

	while (pins_next_line(&l, &s, &n)) {
		n = pins_without_comment(s, n);
		variables_in(p, s, n, l.no);
		if (find_bytes(s, n, "pip", 3))
			pip_in(p, s, n, l.no);
	}
}

/* The word after s: "set(NAME value)", quotes off. */
static char *cmake_word(struct arena *a, const char **s, const char *end)
{
	const char *p = *s, *q;

	while (p < end && (isspace((unsigned char)*p) || *p == '"'))
		p++;
	q = p;
	while (q < end && !isspace((unsigned char)*q) && *q != ')' &&
	       *q != '"' && *q != '(')
		q++;
	*s = q;
	return arena_strndup(a, p, (size_t)(q - p));
}

void pins_cmake(struct pins *p, struct pin_lines l)
{
	const char *fetch = NULL, *add = NULL, *tag = NULL, *s;
	const char *text_end = l.end;
	bool want_name = false;
	char *declared = NULL;
	size_t n;

	while (pins_next_line(&l, &s, &n)) {
		const char *q, *end;
		char *name, *value;

		n = pins_without_comment(s, n);
		trim(&s, &n);
		end = s + n;
		if (want_name && n) {
			q = s;
			declared = cmake_word(p->arena, &q, end);
			want_name = false;
		}
		q = NULL;
		if (line_has(&fetch, text_end, s, n, "FetchContent_Declare("))
			q = fetch;
		else if (line_has(&add, text_end, s, n,
				  "ExternalProject_Add("))
			q = add;
		if (q) {
			q = memchr(q, '(', (size_t)(end - q)) + 1;
			declared = cmake_word(p->arena, &q, end);
			want_name = !*declared;
		}
		q = line_has(&tag, text_end, s, n, "GIT_TAG ") ? tag : NULL;
		if (q && declared && *declared) {
			q += 8;
			value = cmake_word(p->arena, &q, end);
			if (is_pin_value(value, strlen(value)))
				pins_add(p, declared, value, "", "", l.no);
			continue;
		}
		if (n < 5 || !begins_with(s, "SET("))
			continue;
		q = s + 4;
		name = cmake_word(p->arena, &q, end);
		value = cmake_word(p->arena, &q, end);
		if (is_pin_variable(name, strlen(name)) &&
		    is_pin_value(value, strlen(value)) &&
		    strncmp(name, "CMAKE_", 6))
			pins_add(p, name, value, "", "", l.no);
	}
}
