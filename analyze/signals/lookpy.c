/* analyze/signals/lookpy.c - see look.h. */
#include "analyze/signals/look.h"
#include "analyze/signals/neutral.h"
#include "analyze/signals/pytoken.h"
#include "core/lines.h"

#include <ctype.h>
#include <string.h>

#define CLIMB_MAX 600		/* lines looked at, then: it may matter */
#define ASK_MAX 300		/* changed lines asked about per side */

static bool begins(const struct diff_line *l, const char *word)
{
	size_t n = strlen(word);
	return l->len >= n && !memcmp(l->s, word, n);
}

static bool is_def(const struct diff_line *t)
{
	return begins(t, "def ") || begins(t, "async def ");
}

/* A walk over the lines above one, from the nearest on. */
struct climb {
	const char *text;
	size_t at;		/* begin of the line reached */
	size_t base;		/* line ends from here on are in the mask */
	uint64_t mask;		/* those of 64 bytes that were not met yet */
};

static struct climb climb_from(const char *text, size_t at)
{
	return (struct climb){ text, at, at ? at - 1 : 0, 0 };
}

/* Is a line end in the mask, or in a whole one above?  Then *bit is its place. */
static inline bool find_line_end(struct climb *c, int *bit)
{
	while (!c->mask && c->base >= 64) {
		c->base -= 64;
		c->mask = lines_mask(c->text + c->base, '\n');
	}
	if (!c->mask)
		return false;
	*bit = 63 - __builtin_clzll(c->mask);
	return true;
}

static inline size_t line_begin(struct climb *c)
{
	const char *nl;
	int bit;

	if (find_line_end(c, &bit)) {
		c->mask ^= (uint64_t)1 << bit;
		return c->base + (size_t)bit + 1;
	}
	nl = c->base ? memrchr(c->text, '\n', c->base) : NULL;
	c->base = nl ? (size_t)(nl - c->text) : 0;
	return nl ? c->base + 1 : 0;
}

/* The line above, without its line end; false at the top. */
static inline bool line_above(struct climb *c, struct diff_line *out)
{
	size_t end = c->at - 1;

	if (!c->at)
		return false;
	c->at = line_begin(c);
	*out = (struct diff_line){ c->text + c->at, (uint32_t)(end - c->at),
				   0, 0 };
	return true;
}

#define GLANCE 32		/* blanks that are seen at once */

/*
 * Lines above are passed that begin with so many blanks, at most `max` of them
 * and none that begins at `stop`; how many were.  (Most lines are.)
 */
static int pass_deep(struct climb *c, size_t len, uint32_t blanks, size_t stop,
		     int max)
{
	int n = 0;
#ifdef __SSE2__
	uint32_t all;
	int bit;

	if (blanks > GLANCE || c->at + GLANCE > len)
		return 0;
	all = (uint32_t)(((uint64_t)1 << blanks) - 1);
	for (; n < max && find_line_end(c, &bit); n++) {
		size_t at = c->base + (size_t)bit + 1;
		uint32_t is = (uint32_t)lines_mask16(c->text + at, ' ');

		if (blanks > 16)
			is |= (uint32_t)lines_mask16(c->text + at + 16, ' ')
			      << 16;
		if ((is & all) != all || at == stop)
			break;
		c->mask ^= (uint64_t)1 << bit;
		c->at = at;
	}
#else
	(void)c, (void)len, (void)blanks, (void)stop, (void)max;
#endif
	return n;
}

/* What the header above says about a line below it. */
enum level { LEVEL_BODY, LEVEL_SURFACE, LEVEL_CLIMB };

/* "def _name": its parameters are nobody's business; __init__'s are. */
static bool is_private_def(const struct diff_line *t)
{
	const char *p = memchr(t->s, 'd', t->len);
	while (p && p + 4 < t->s + t->len && memcmp(p, "def ", 4))
		p++;
	if (!p || p + 5 >= t->s + t->len || p[4] != '_')
		return false;
	return p[5] != '_';
}

static enum level level_of(const struct diff_line *header)
{
	bool closed = header->len && header->s[header->len - 1] == ':';
	if (is_def(header))
		return closed || is_private_def(header) ? LEVEL_BODY :
							  LEVEL_SURFACE;
	if (begins(header, "class "))
		return LEVEL_SURFACE;
	if (begins(header, "import ") || begins(header, "from "))
		return LEVEL_BODY;
	return LEVEL_CLIMB;
}

/* ")...:" closes a def or a class above it: which? */
static enum level closed_level(struct climb *c, uint32_t in)
{
	struct diff_line up, t;
	for (int n = 0; n < CLIMB_MAX && line_above(c, &up); n++) {
		t = diff_line_trim(up);
		if (t.len && diff_line_indent(&up) <= in)
			return begins(&t, "class ") ? LEVEL_SURFACE :
						      LEVEL_BODY;
	}
	return LEVEL_SURFACE;
}

/* What a line says that is indented less than those below it. */
static enum level header_level(struct climb *c, const struct diff_line *t,
			       uint32_t in)
{
	return *t->s == ')' && t->s[t->len - 1] == ':' ? closed_level(c, in) :
							  level_of(t);
}

/* A line found in a body. */
struct in_body {
	const char *s;		/* its begin */
	uint32_t in;		/* blanks before the header */
	int n;			/* lines climbed to it */
};

/* One side of a file. */
struct side {
	const char *text;
	size_t len;
	struct in_body met;
	/* Of the last line that is part of the surface: */
	struct diff_line above;	/* the header that says so, without blanks */
	size_t above_at;	/* begin of its line */
	bool direct;		/* nothing is indented in between */
	bool constant;		/* it is a statement of the module itself */
	size_t header, header_end;	/* of a function, looked at last */
};

/* Does the header that begins at `at` end before the line? */
static bool ends_before(struct side *e, size_t at, const char *line)
{
	struct pylex l;

	if (e->header_end <= e->header || e->header != at) {
		pylex_init(&l, e->text, e->len);
		l.pos = e->header = at;
		pylex_skip_line(&l);
		e->header_end = l.pos;
	}
	return e->text + e->header_end <= line;
}

/* "NAME =", "NAME: ..." and the like: other values of a module say nothing. */
static bool is_constant(const struct diff_line *t)
{
	uint32_t i = 0, k;

	while (i < t->len && (isupper((unsigned char)t->s[i]) ||
			      isdigit((unsigned char)t->s[i]) ||
			      t->s[i] == '_'))
		i++;
	for (k = i; k < t->len && t->s[k] == ' '; )
		k++;
	return i > 1 && isupper((unsigned char)*t->s) && k < t->len &&
	       strchr(":=,+", t->s[k]);
}

/*
 * Is the line part of a class, a signature or a constant of the module?  Other
 * values of a module say nothing: LEVEL_CLIMB.  The climb ends early where it
 * meets the last line that was found in a body, still below its header; it then
 * is that line's.
 */
static enum level level_at(struct side *e, const struct diff_line *l)
{
	uint32_t limit = diff_line_indent(l);
	struct in_body *met = &e->met;
	struct climb c = climb_from(e->text, (size_t)(l->s - e->text));
	struct diff_line up, last = diff_line_trim(*l);
	size_t met_at = met->s ? (size_t)(met->s - e->text) : SIZE_MAX;

	e->above.len = 0;
	e->direct = true;
	e->constant = false;
	for (int n = 0; limit; n++) {
		n += pass_deep(&c, e->len, limit, met_at, CLIMB_MAX + 1 - n);
		if (!line_above(&c, &up))
			break;
		if (n > CLIMB_MAX)
			return LEVEL_SURFACE;
		uint32_t in = diff_line_indent(&up);
		struct diff_line t = { up.s, 0, 0, 0 };
		if (in < limit)
			t = diff_line_trim(up);
		if (t.len && *t.s != '#') {
			size_t at = c.at;
			enum level level = header_level(&c, &t, in);
			if (level == LEVEL_SURFACE && is_def(&t) &&
			    ends_before(e, at, l->s))
				level = LEVEL_BODY;
			if (level == LEVEL_BODY)
				*met = (struct in_body){ l->s, in, n };
			e->above = t;
			e->above_at = at;
			if (level != LEVEL_CLIMB)
				return level;
			e->direct = false;
			limit = in;
			if (t.s[t.len - 1] != ':')
				last = t;	/* a value that goes on below it */
		}
		if (up.s == met->s && limit > met->in) {
			met->s = l->s;
			met->n += n + 1;
			return met->n > CLIMB_MAX ? LEVEL_SURFACE : LEVEL_BODY;
		}
	}
	e->above.len = 0;
	e->constant = last.s == l->s + diff_line_indent(l);
	return is_constant(&last) ? LEVEL_SURFACE : LEVEL_CLIMB;
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
	return isalpha((unsigned char)*t->s) || *t->s == '*' ||
	       *t->s == '"' || *t->s == '\'' || *t->s == '/';
}

/* Could a line below it stand in it? */
static bool is_header(const struct diff_line *t)
{
	return t->len && (*t->s == ')' || level_of(t) != LEVEL_CLIMB);
}

/* Without the blanks at its begin; a changed line has none at its end. */
static struct diff_line without_indent(const struct diff_line *l)
{
	uint32_t in = diff_line_indent(l);

	if (l->s[in] == '\r')
		return diff_line_trim(*l);
	return (struct diff_line){ l->s + in, l->len - in, 0, 0 };
}

/* How far below its header a string of a class is looked for. */
#define STRING_MAX 16384

/* Is the line of a class part of a string that stands for itself? */
static bool is_in_string(const struct side *e, const char *line)
{
	struct pylex l;
	size_t at, want = (size_t)(line - e->text);

	if (want - e->above_at > STRING_MAX)
		return false;
	pylex_init(&l, e->text, e->len);
	l.pos = e->above_at;
	do {
		at = pylex_skip_line(&l);
	} while (l.pos <= want && at < e->len);
	if (at + 1 >= e->len)
		return false;
	if (strchr("rRbBuUfF", e->text[at]))
		at++;
	return e->text[at] == '"' || e->text[at] == '\'';
}

/* A line of the surface; t without its blanks.  True: it may say something. */
static bool says(struct side *e, struct neutral *q, const struct diff_line *l,
		 const struct diff_line *t)
{
	const struct diff_line *up = &e->above;

	if (q && e->constant)
		return !neutral_constant(q, t);
	if (!q || !up->len || !e->direct)
		return true;
	if (is_def(up))
		return !neutral_header(q, e->above_at);
	if (!begins(up, "class "))
		return true;
	if (up->s[up->len - 1] != ':' && !ends_before(e, e->above_at, l->s))
		return !neutral_base(q, up);
	return !neutral_field(q, up, t) && !is_in_string(e, l->s);
}

/* A line that begins a function or a class. */
static bool begins_surface(struct side *e, struct neutral *q,
			   const struct diff_line *l,
			   const struct diff_line *t)
{
	if (t->s > l->s && level_at(e, l) == LEVEL_BODY)
		return false;
	if (!q)
		return true;
	return !(is_def(t) ? neutral_header(q, (size_t)(l->s - e->text)) :
			     neutral_class(q, t));
}

/* What is not told surely is noted in *q; it may be NULL. */
static bool side_changed(struct side *e, struct neutral *q,
			 const struct diff_line *v, size_t n)
{
	int asked = 0;
	/* Of lines below each other: one was found in a body, indented so far.
	 * The next ones that are indented as far are in that body too, until a
	 * header or a line comes that is indented less. */
	uint32_t body = UINT32_MAX, met_line = 0;
	struct in_body *met = &e->met;
	for (size_t i = 0; i < n; i++) {
		struct diff_line t = without_indent(&v[i]);
		uint32_t in = (uint32_t)(t.s - v[i].s);
		if (i && v[i].line != v[i - 1].line + 1)
			body = UINT32_MAX;
		if (is_def(&t) && is_private_def(&t)) {
			body = UINT32_MAX;
			continue;
		}
		if (is_def(&t) || begins(&t, "class ")) {
			body = UINT32_MAX;
			if (begins_surface(e, q, &v[i], &t))
				return true;
			continue;
		}
		bool known = in >= body;
		if (is_header(&t) || (!known && t.len && *t.s != '#'))
			body = UINT32_MAX;
		if (!may_bind(&t))
			continue;
		if (++asked > ASK_MAX)
			return true;
		if (known) {	/* so many lines below the last one met */
			met->s = v[i].s;
			met->n += (int)(v[i].line - met_line);
			met_line = v[i].line;
			continue;
		}
		enum level level = level_at(e, &v[i]);
		if (level == LEVEL_SURFACE && says(e, q, &v[i], &t))
			return true;
		if (level != LEVEL_BODY)
			continue;
		met_line = v[i].line;
		if (!is_header(&t))
			body = in;
	}
	return false;
}

bool look_outline_changed(const struct landing_file *f,
			  const struct line_diff *d)
{
	struct side old = { .text = f->old, .len = f->old_len };
	struct side new = { .text = f->new, .len = f->new_len };
	struct neutral a, b;

	if (!f->script)
		return side_changed(&old, NULL, d->old, d->old_n) ||
		       side_changed(&new, NULL, d->new, d->new_n);
	neutral_init(&a, f, NULL);
	neutral_init(&b, f, &a);
	if (side_changed(&old, &a, d->old, d->old_n) ||
	    side_changed(&new, &b, d->new, d->new_n))
		return true;
	if (!neutral_any(&a) && !neutral_any(&b))
		return false;
	/* Lines that only moved are not among those of d, and where the script
	 * tells of another line than the one that changed, it is another's. */
	return d->moved || !neutral_same(&a, &b) ||
	       !line_script_is_edit(f->script, f->old + f->old_from,
				    f->old_to - f->old_from,
				    f->new + f->new_from,
				    f->new_to - f->new_from);
}
