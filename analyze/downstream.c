/*
 * analyze/downstream.c
 *
 * All names are looked for at once by the method of Wu and Manber: a table
 * tells from two bytes how far the window may jump.  What is hit is then
 * looked at with its surroundings, which is rare.
 */
#include "analyze/downstream.h"
#include "analyze/signals/lines.h"
#include "analyze/signals/pins.h"

#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_MIN 6
#define FILE_MAX_BYTES ((size_t)2 << 20)

struct search {
	unsigned char shift[65536];
	int *first;		/* 65536 heads of chains, -1: none */
	int *next;		/* per name */
	size_t m;		/* length of the shortest name */
};

struct scan {
	const struct downstream_name *names;
	size_t n;
	struct search s;
	struct downstream *out;
	struct arena *a;
	/* Of the file being read: */
	const char *path, *text;
	size_t len;
	int *seen_line;		/* per name: last line counted */
	signed char *imported;	/* per name: -1 not asked yet */
};

static unsigned pair(const char *p)
{
	return (unsigned char)p[0] << 8 | (unsigned char)p[1];
}

static void search_build(struct search *s, const struct downstream_name *v,
			 size_t n)
{
	s->m = 255;
	for (size_t i = 0; i < n; i++) {
		size_t k = strlen(v[i].name);

		if (k >= NAME_MIN && k < s->m)
			s->m = k;
	}
	s->first = xmalloc(65536 * sizeof(*s->first));
	s->next = xcalloc(n + 1, sizeof(*s->next));
	for (size_t i = 0; i < 65536; i++) {
		s->first[i] = -1;
		s->shift[i] = (unsigned char)(s->m - 1);
	}
	for (size_t i = 0; i < n; i++) {
		const char *p = v[i].name;

		if (strlen(p) < NAME_MIN)
			continue;
		for (size_t k = 0; k + 1 < s->m; k++) {
			size_t jump = s->m - 2 - k;
			unsigned h = pair(p + k);

			if (jump < s->shift[h])
				s->shift[h] = (unsigned char)jump;
		}
		unsigned h = pair(p + s->m - 2);

		s->next[i] = s->first[h];
		s->first[h] = (int)i;
	}
}

/* --- what a hit stands for ---------------------------------------------- */

/* The dotted name that ends right before p ("cute.arch" for "cute.arch.X"). */
static size_t chain_before(const char *text, const char *p, const char **out)
{
	const char *end = p - 1, *q = end;

	if (p == text || p[-1] != '.')
		return 0;
	while (q > text && (is_word_byte(q[-1]) || q[-1] == '.'))
		q--;
	*out = q;
	return (size_t)(end - q);
}

/* Does `module` end in the parts of `chain`? */
static bool is_suffix(const char *module, const char *chain, size_t n)
{
	size_t m = strlen(module);

	if (n > m || memcmp(module + m - n, chain, n))
		return false;
	return n == m || module[m - n - 1] == '.';
}

/* "import MODULE as x", "from PARENT import LAST [as x]": does x = alias? */
static bool is_alias(const struct scan *s, const char *module,
		     const char *alias, size_t n)
{
	const char *dot = strrchr(module, '.'), *end = s->text + s->len;
	const char *last = dot ? dot + 1 : module;
	char *want[2];
	bool found = false;

	want[0] = xasprintf("import %s as ", module);
	want[1] = dot ? xasprintf("from %.*s import ", (int)(dot - module),
				  module) : NULL;
	for (int i = 0; i < 2 && want[i]; i++) {
		const char *p = s->text;
		size_t k = strlen(want[i]);

		for (; !found && (p = memmem(p, (size_t)(end - p), want[i],
					     k)); p += k) {
			const char *q = p + k;
			size_t line = strcspn(q, "\n");

			if (i == 0) {
				found = line >= n && !memcmp(q, alias, n) &&
					!is_word_byte(q[n]);
				continue;
			}
			q = find_word(q, line, last, strlen(last));
			if (!q)
				continue;
			q += strlen(last);
			if (!strncmp(q, " as ", 4))
				found = !strncmp(q + 4, alias, n) &&
					!is_word_byte(q[4 + n]);
			else
				found = strlen(last) == n &&
					!memcmp(last, alias, n);
		}
	}
	free(want[0]);
	free(want[1]);
	return found;
}

/* Is NAME imported from the module, or from one inside it, in this file? */
static bool imports_name(const struct scan *s, const struct downstream_name *x)
{
	char *want = xasprintf("from %s", x->module);
	const char *p = s->text, *end = s->text + s->len;
	size_t k = strlen(want), n = strlen(x->name);
	bool found = false;

	for (; !found && (p = memmem(p, (size_t)(end - p), want, k)); p += k) {
		const char *q = p + k, *stop;

		while (q < end && (is_word_byte(*q) || *q == '.'))
			q++;
		if (q > p + k && p[k] != '.')
			continue;
		if (end - q < 8 || memcmp(q, " import ", 8))
			continue;
		q += 8;
		stop = memchr(q, *q == '(' ? ')' : '\n', (size_t)(end - q));
		if (!stop)
			stop = end;
		found = find_word(q, (size_t)(stop - q), x->name, n) != NULL;
	}
	free(want);
	return found;
}

static bool counts(struct scan *s, size_t i, const char *p)
{
	const struct downstream_name *x = &s->names[i];
	const char *chain;
	size_t n;

	if (!x->module)
		return true;
	n = chain_before(s->text, p, &chain);
	if (n) {
		/* One part alone may be anybody's module of that name. */
		if (is_suffix(x->module, chain, n) &&
		    (memchr(chain, '.', n) || !strchr(x->module, '.')))
			return true;
		return is_alias(s, x->module, chain, n);
	}
	if (s->imported[i] < 0)
		s->imported[i] = imports_name(s, x);
	return s->imported[i];
}

/* Does the line of p hold the word that makes the name somebody's? */
static bool is_beside(const struct scan *s, size_t i, const char *p)
{
	const char *word = s->names[i].beside, *end = s->text + s->len;
	const char *from, *to;
	size_t n;

	if (!word)
		return true;
	from = memrchr(s->text, '\n', (size_t)(p - s->text));
	from = from ? from + 1 : s->text;
	to = memchr(p, '\n', (size_t)(end - p));
	to = to ? to : end;
	n = strlen(word);
	for (; from + n <= to; from++)
		if (!strncasecmp(from, word, n))
			return true;
	return false;
}

static void hit(struct scan *s, size_t i, const char *p)
{
	size_t n = strlen(s->names[i].name);
	const char *end = s->text + s->len;
	struct downstream_use *u = &s->out->uses[i];
	int line;

	if ((p > s->text && is_word_byte(p[-1]) && is_word_byte(*p)) ||
	    (p + n < end && is_word_byte(p[n])))
		return;
	/* "--flag" must not be the head of "--flag-more". */
	if (*p == '-' && p + n < end && p[n] == '-')
		return;
	if (!counts(s, i, p) || !is_beside(s, i, p))
		return;
	line = line_of(s->text, (size_t)(p - s->text));
	if (s->seen_line[i] == line)
		return;
	if (!s->seen_line[i])
		u->files++;
	s->seen_line[i] = line;
	u->lines++;
	if (!u->path) {
		u->path = arena_strdup(s->a, s->path);
		u->line = line;
	}
}

static void scan_text(struct scan *s)
{
	const struct search *w = &s->s;
	const char *p, *end = s->text + s->len;

	if (s->len < w->m)
		return;
	for (p = s->text + w->m; p <= end;) {
		unsigned h = pair(p - 2);

		if (w->shift[h]) {
			p += w->shift[h];
			continue;
		}
		for (int i = w->first[h]; i >= 0; i = w->next[i]) {
			const char *a = p - w->m;
			size_t n = strlen(s->names[i].name);

			if ((size_t)(end - a) >= n &&
			    !memcmp(a, s->names[i].name, n))
				hit(s, (size_t)i, a);
		}
		p++;
	}
}

/* --- requirement lines -------------------------------------------------- */

static bool same_package(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char x = (char)tolower((unsigned char)*a);
		char y = (char)tolower((unsigned char)*b);

		x = x == '-' || x == '.' ? '_' : x;
		y = y == '-' || y == '.' ? '_' : y;
		if (x != y)
			return false;
	}
	return !*a && !*b;
}

bool downstream_reads_bounds(const char *path)
{
	enum pin_format f = pin_format(path);

	return f == PINS_REQUIREMENTS || f == PINS_PYPROJECT ||
	       f == PINS_SETUP || f == PINS_DOCKER || f == PINS_CMAKE;
}

static void read_bounds(struct scan *s, const char *const *packages,
			size_t n)
{
	struct pins pins = { .arena = s->a };
	struct downstream *o = s->out;

	pins_parse(&pins, pin_format(s->path), s->text, s->len, 0);
	for (size_t i = 0; i < pins.n; i++) {
		const struct pin *p = &pins.v[i];

		for (size_t k = 0; k < n; k++) {
			if (!same_package(p->name, packages[k]) ||
			    o->bounds_n == DOWNSTREAM_BOUNDS_MAX)
				continue;
			o->bounds[o->bounds_n++] = (struct downstream_bound){
				packages[k], p->spec, p->marker,
				arena_strdup(s->a, s->path),
				pin_scope(s->path, p), p->line,
			};
		}
	}
	pins_release(&pins);
}

/* --- the pass ----------------------------------------------------------- */

bool downstream_reads(const char *path)
{
	enum path_lang l = path_lang(path);

	if (downstream_reads_bounds(path))
		return true;
	if (l != LANG_OTHER && l != LANG_TEXT)
		return true;
	return ends_with(path, ".sh") || ends_with(path, ".jinja") ||
	       ends_with(path, ".yaml") || ends_with(path, ".yml");
}

void downstream_scan(struct downstream *out, struct arena *a,
		     const struct downstream_name *names, size_t names_n,
		     const char *const *packages, size_t packages_n,
		     downstream_next *next, void *arg)
{
	struct scan s = { .names = names, .n = names_n, .out = out, .a = a };

	*out = (struct downstream){ 0 };
	out->uses = arena_alloc(a, (names_n + 1) * sizeof(*out->uses));
	search_build(&s.s, names, names_n);
	s.seen_line = xcalloc(names_n + 1, sizeof(*s.seen_line));
	s.imported = xcalloc(names_n + 1, 1);
	while (next(arg, &s.path, &s.text, &s.len)) {
		size_t head = s.len < 8000 ? s.len : 8000;

		if (!downstream_reads(s.path))
			continue;
		if (s.len > FILE_MAX_BYTES ||
		    (s.len && memchr(s.text, 0, head))) {
			out->skipped++;
			continue;
		}
		out->files++;
		out->bytes += s.len;
		memset(s.seen_line, 0, names_n * sizeof(*s.seen_line));
		memset(s.imported, -1, names_n);
		scan_text(&s);
		if (packages_n && downstream_reads_bounds(s.path))
			read_bounds(&s, packages, packages_n);
	}
	free(s.s.first);
	free(s.s.next);
	free(s.seen_line);
	free(s.imported);
}
