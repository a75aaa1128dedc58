/*
 * The cheap look at every file.  Most landings change function bodies only,
 * and a body says nothing about the surface: its lines must be recognised
 * without reading the file, by climbing to the nearest line that is indented
 * less until a def (a body), a class or the module's own level is met.
 */
#include "analyze/signals/surface.h"
#include "core/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define CLIMB_MAX 600		/* lines looked at, then: it may matter */
#define ASK_MAX 300		/* changed lines asked about per side */

static bool begins(const struct diff_line *l, const char *word)
{
	size_t n = strlen(word);
	return l->len >= n && !memcmp(l->s, word, n);
}

static uint32_t indent_of(const struct diff_line *l)
{
	uint32_t i = 0;
	while (i < l->len && (l->s[i] == ' ' || l->s[i] == '\t'))
		i++;
	return i;
}

static bool is_def(const struct diff_line *t)
{
	return begins(t, "def ") || begins(t, "async def ");
}

/* The line before `at` (the first byte of a line); false at the top. */
static bool line_before(const char *text, size_t *at, struct diff_line *out)
{
	if (!*at)
		return false;
	size_t end = *at - 1;
	const char *nl = end ? memrchr(text, '\n', end) : NULL;
	size_t from = nl ? (size_t)(nl - text) + 1 : 0;
	*out = (struct diff_line){ text + from, (uint32_t)(end - from), 0, 0 };
	while (out->len && (out->s[out->len - 1] == ' ' ||
			    out->s[out->len - 1] == '\r'))
		out->len--;
	*at = from;
	return true;
}

/* What the header above says about a line below it. */
enum level { LEVEL_BODY, LEVEL_SURFACE, LEVEL_CLIMB };

static enum level level_of(const struct diff_line *header)
{
	bool closed = header->len && header->s[header->len - 1] == ':';
	if (is_def(header))
		return closed ? LEVEL_BODY : LEVEL_SURFACE;
	if (begins(header, "class "))
		return LEVEL_SURFACE;
	if (begins(header, "import ") || begins(header, "from "))
		return LEVEL_BODY;
	return LEVEL_CLIMB;
}

static bool is_surface(const char *text, const struct diff_line *l)
{
	uint32_t limit = indent_of(l);
	size_t at = (size_t)(l->s - text);
	struct diff_line up;
	for (int n = 0; limit && line_before(text, &at, &up); n++) {
		if (n > CLIMB_MAX)
			return true;
		uint32_t in = indent_of(&up);
		if (in >= limit || in == up.len || up.s[in] == '#')
			continue;
		struct diff_line t = diff_line_trim(up);
		if (*t.s == ')' && t.s[t.len - 1] == ':') {
			limit = in + 1;	/* find the def or class it closes */
			for (; line_before(text, &at, &up); n++) {
				if (n > CLIMB_MAX)
					return true;
				t = diff_line_trim(up);
				if (!t.len || indent_of(&up) > in)
					continue;
				return begins(&t, "class ");
			}
			return true;
		}
		enum level level = level_of(&t);
		if (level != LEVEL_CLIMB)
			return level == LEVEL_SURFACE;
		limit = in;
	}
	return true;
}

/* Could this changed line bind a name or be part of a signature? */
static bool may_bind(const struct diff_line *t)
{
	if (!t->len || *t->s == '#')
		return false;
	if (begins(t, "return ") || begins(t, "if ") || begins(t, "for ") ||
	    begins(t, "raise ") || begins(t, "import ") ||
	    begins(t, "from ") || begins(t, "assert "))
		return false;
	return isalpha((unsigned char)*t->s) || *t->s == '_' ||
	       *t->s == '*' || *t->s == '"' || *t->s == '\'' || *t->s == '/';
}

static bool outline_changed(const char *text, const struct diff_line *v,
			    size_t n)
{
	int asked = 0;
	for (size_t i = 0; i < n; i++) {
		struct diff_line t = diff_line_trim(v[i]);
		if (is_def(&t) || begins(&t, "class ") || begins(&t, "@"))
			return true;
		if (!may_bind(&t))
			continue;
		if (++asked > ASK_MAX || is_surface(text, &v[i]))
			return true;
	}
	return false;
}

static bool has_metric(const struct diff_line *l)
{
	const char *end = l->s + l->len;
	for (const char *p = l->s; (p = memchr(p, ':', (size_t)(end - p)));
	     p++) {
		const char *q = p;
		while (q > l->s && (isalnum((unsigned char)q[-1]) ||
				    q[-1] == '_'))
			q--;
		if (q < p && q > l->s && (q[-1] == '"' || q[-1] == '\'') &&
		    p + 1 < end && islower((unsigned char)p[1]))
			return true;
	}
	return false;
}

static unsigned look_at_line(const struct diff_line *l)
{
	unsigned look = LOOK_LINES;
	const char *end = l->s + l->len;
	bool caps = false;

	for (const char *p = l->s; p < end; p++) {
		if (p + 2 < end && isupper((unsigned char)p[0]) &&
		    isupper((unsigned char)p[1]))
			caps = true;
		else if (*p == '-' && p + 2 < end && p[1] == '-' &&
			 isalpha((unsigned char)p[2]) && p > l->s &&
			 (p[-1] == '"' || p[-1] == '\''))
			look |= LOOK_FLAG;
		else if (*p == '[' || *p == '(')
			look |= LOOK_LAYOUT;
		else if (*p == ':' && !(look & LOOK_METRIC) && has_metric(l))
			look |= LOOK_METRIC;
		else if ((*p == 'w' || *p == 'W' || *p == 'd' || *p == 'D') &&
			 p + 4 < end && (!strncasecmp(p, "warn", 4) ||
					 !strncasecmp(p, "depr", 4)))
			look |= LOOK_DEPRECATION;
	}
	if (caps)
		look |= LOOK_ENV;
	return look;
}

static unsigned look_at(const struct landing_view *v, size_t i)
{
	const struct landing_file *f = &v->files[i];
	const struct line_diff *d = surface_lines(v, i);
	unsigned look = 0;

	if (d->cut)
		return ~0u;
	for (size_t k = 0; k < d->old_n; k++)
		look |= look_at_line(&d->old[k]);
	for (size_t k = 0; k < d->new_n; k++)
		look |= look_at_line(&d->new[k]) & ~(unsigned)LOOK_DEPRECATION;
	if (f->lang != LANG_PYTHON || !look)
		return look;
	if (!f->old || !f->new ||
	    outline_changed(f->old, d->old, d->old_n) ||
	    outline_changed(f->new, d->new, d->new_n))
		look |= LOOK_OUTLINE;
	return look;
}

void surface_look(const struct landing_view *v)
{
	for (size_t i = 0; i < v->files_n; i++) {
		struct landing_file *f = &v->files[i];
		bool product = f->kind == PATH_PRODUCT ||
			       f->kind == PATH_DOCS;
		f->look = product && (f->old || f->new) ? look_at(v, i) : 0;
	}
}
