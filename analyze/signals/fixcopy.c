#include "analyze/signals/fixcopy.h"
#include "analyze/signals/lines.h"

#include "core/find.h"
#include "core/str.h"

#include <string.h>

#define LINE_MIN 20

static bool says_something(const char *s, size_t n)
{
	return n >= LINE_MIN && *s != '#' && strncmp(s, "//", 2) &&
	       strncmp(s, "import ", 7) && strncmp(s, "from ", 5);
}

void fixcopy_lines(struct fixcopy_lines *out, struct arena *a,
		   const struct landing_file *f, char side)
{
	struct dlines d;

	*out = (struct fixcopy_lines){ 0 };
	dlines_read(&d, f);
	out->v = arena_alloc(a, (d.n + 1) * sizeof(*out->v));
	for (size_t i = 0; i < d.n; i++) {
		const char *s = d.v[i].s;
		size_t n = d.v[i].len;

		trim(&s, &n);
		if (d.v[i].op == side && says_something(s, n) &&
		    !is_moved_line(f, &d.v[i]))
			out->v[out->n++] = arena_strndup(a, s, n);
	}
	dlines_release(&d);
}

/* 1-based line of the first whole-line occurrence, 0 none. */
static int line_with(const char *text, size_t len, const char *s)
{
	size_t n = strlen(s);
	const char *p = text, *end = text + len;

	if (!has_line(text, len, s, n))
		return 0;
	p = find_bytes(p, (size_t)(end - p), s, n);
	return line_of(text, (size_t)(p - text));
}

void fixcopy_compare(struct fixcopy *out, const struct fixcopy_lines *removed,
		     const struct fixcopy_lines *added, const char *text,
		     size_t len)
{
	*out = (struct fixcopy){ .removed = (int)removed->n,
				 .added = (int)added->n };
	for (size_t i = 0; i < removed->n; i++) {
		int line = line_with(text, len, removed->v[i]);

		out->held += line > 0;
		if (line && !out->line)
			out->line = line;
	}
	for (size_t i = 0; i < added->n; i++)
		out->ported += has_line(text, len, added->v[i],
					strlen(added->v[i]));
}

bool fixcopy_tells(const struct fixcopy *c)
{
	return c->held > 0 && c->held * 2 > c->removed && !c->ported;
}
