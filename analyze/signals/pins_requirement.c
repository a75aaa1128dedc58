/*
 * analyze/signals/pins_requirement.c - one requirement ("name [extra] spec ;
 * marker"), normalised so that order, blanks, quotes and comments can never
 * look like a change.
 */
#include "analyze/signals/lines.h"
#include "analyze/signals/pins_parse.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void pins_release(struct pins *p)
{
	free(p->v);
	p->v = NULL;
	p->n = p->cap = 0;
}

bool pins_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

char *pins_key(struct arena *a, const char *s)
{
	char *k = arena_strdup(a, s);

	for (char *p = k; *p; p++)
		*p = *p == '-' || *p == '.' ? '_' :
		     (char)tolower((unsigned char)*p);
	return k;
}

static int cmp_clause(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Clauses sorted, no blanks, one kind of quote. */
static char *norm_spec(struct arena *a, const char *s)
{
	char *t = arena_strdup(a, s), *o = t, *part[16];
	struct str out = STR_INIT;
	size_t n = 0;
	char *r;

	for (const char *p = t; *p; p++)
		if (!isspace((unsigned char)*p))
			*o++ = *p == '\'' ? '"' : *p;
	*o = '\0';
	for (char *p = t; p && n < ARRAY_N(part);) {
		char *comma = strchr(p, ',');

		part[n++] = p;
		if (comma && n < ARRAY_N(part))
			*comma++ = '\0';
		p = comma;
	}
	qsort(part, n, sizeof(*part), cmp_clause);
	for (size_t i = 0; i < n; i++) {
		if (i)
			str_addch(&out, ',');
		str_add(&out, part[i]);
	}
	r = arena_strndup(a, str_c(&out), out.len);
	str_release(&out);
	return r;
}

/* Blanks collapsed, double quotes as single ones. */
static char *norm_marker(struct arena *a, const char *s, size_t n)
{
	struct str out = STR_INIT;
	char *r;

	trim(&s, &n);
	for (size_t i = 0; i < n; i++) {
		if (isspace((unsigned char)s[i])) {
			if (out.len && out.s[out.len - 1] != ' ')
				str_addch(&out, ' ');
		} else {
			str_addch(&out, s[i] == '"' ? '\'' : s[i]);
		}
	}
	r = arena_strndup(a, str_c(&out), out.len);
	str_release(&out);
	return r;
}

void pins_add(struct pins *p, const char *name, const char *spec,
		const char *marker, const char *group, int line)
{
	struct pin *k;

	GROW(p->v, p->n, p->cap);
	k = &p->v[p->n++];
	k->name = name;
	k->key = k->norm = NULL;
	k->spec = spec;
	k->marker = marker;
	k->group = group;
	k->line = line;
}

void pin_norm(struct pin *p, struct arena *a)
{
	if (p->key)
		return;
	p->key = pins_key(a, p->name);
	p->norm = norm_spec(a, p->spec);
}

/* "name-1.2.3-cp38-...whl", ".../v1.2.3/...", "...@v1.2.3": the version. */
char *pins_url_version(struct arena *a, const char *s, size_t n)
{
	const char *base = s + n, *at, *p;

	while (base > s && base[-1] != '/')
		base--;
	at = memchr(base, '@', n - (size_t)(base - s));
	if (at) {
		size_t k = strcspn(at + 1, "#;\" ");

		if (k > n - (size_t)(at + 1 - s))
			k = n - (size_t)(at + 1 - s);
		return arena_strndup(a, at + 1, k);
	}
	for (p = base; p + 1 < s + n; p++)
		if (*p == '-' && isdigit((unsigned char)p[1])) {
			size_t k = strcspn(p + 1, "-#;\" ");

			if (memchr(p + 1, '.', k))
				return arena_strndup(a, p + 1, k);
		}
	for (p = s; p + 2 < base; p++)
		if (p[0] == '/' && p[1] == 'v' &&
		    isdigit((unsigned char)p[2]))
			return arena_strndup(a, p + 1, strcspn(p + 1, "/"));
	return arena_strndup(a, s, n);
}

/* "torch>=2; marker" and "name[extra] @ url"; nothing for anything else. */
void pins_add_requirement(struct pins *p, const char *s, size_t n,
			    const char *group, int line, bool need_spec)
{
	const char *end, *semi, *name, *spec;
	size_t k = 0;
	char *marker = arena_strdup(p->arena, "");

	trim(&s, &n);
	end = s + n;
	while (k < n && pins_name_char(s[k]))
		k++;
	if (!k || !isalnum((unsigned char)s[0]))
		return;
	name = arena_strndup(p->arena, s, k);
	/* In a URL only " ;" begins a marker. */
	semi = memmem(s, n, "://", 3) ? memmem(s, n, " ;", 2) :
	       memchr(s, ';', n);
	if (semi) {
		const char *m = memchr(semi, ';', (size_t)(end - semi)) ;

		marker = norm_marker(p->arena, m + 1, (size_t)(end - m - 1));
		end = semi;
	}
	s += k;
	n = (size_t)(end - s);
	trim(&s, &n);
	if (n && *s == '@') {
		s++;
		n--;
		trim(&s, &n);
		spec = pins_url_version(p->arena, s, n);
	} else if (n && !strchr("=<>!~[(", *s)) {
		return;
	} else {
		if (n > 1 && *s == '(' && s[n - 1] == ')') {
			s++;
			n -= 2;
		}
		spec = arena_strndup(p->arena, s, n);
	}
	/* "arch=compute_90" in a list of compiler flags is no requirement. */
	if (need_spec && (!strpbrk(spec, "=<>~") ||
			  (*spec == '=' && spec[1] != '=') ||
			  !isdigit((unsigned char)
				   spec[strspn(spec, "=<>~! v")])))
		return;
	pins_add(p, name, spec, marker, group, line);
}

/* Where a comment starts: '#' first or after a blank. */
size_t pins_without_comment(const char *s, size_t n)
{
	const char *p = s, *end = s + n;

	for (; (p = memchr(p, '#', (size_t)(end - p))); p++)
		if (p == s || isspace((unsigned char)p[-1]))
			return (size_t)(p - s);
	return n;
}

/* The next line without its end; false at the end. */
bool pins_next_line(struct pin_lines *l, const char **s, size_t *n)
{
	const char *e;

	if (l->p >= l->end)
		return false;
	e = memchr(l->p, '\n', (size_t)(l->end - l->p));
	*s = l->p;
	*n = (size_t)((e ? e : l->end) - l->p);
	l->p = e ? e + 1 : l->end;
	l->no++;
	return true;
}
