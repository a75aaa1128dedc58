#include "analyze/signals/linediff.h"
#include "core/find.h"
#include "core/hash.h"
#include "core/lines.h"
#include "core/mem.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct lines {
	struct diff_line *v;
	size_t n, cap, blank, moved, moved_comma;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Add the line [s, end), its line end included, without it and the blanks. */
static void add_line(struct lines *out, const char *s, size_t n, uint32_t line)
{
	if (n && s[n - 1] == '\n')
		n--;
	while (n && is_blank(s[n - 1]))
		n--;
	out->blank += !n;
	GROW(out->v, out->n, out->cap);
	out->v[out->n++] = (struct diff_line){ s, (uint32_t)n, line, 0 };
}

static void split(struct lines *out, const char *s, size_t len)
{
	struct line_walk w;
	uint32_t line = 1;
	size_t n;

	out->cap = len / 24 + 16;
	out->v = xmalloc(out->cap * sizeof(*out->v));
	line_walk_init(&w, s, len);
	while ((n = next_line(&w)))
		add_line(out, w.at - n, n, line++);
}

static void take_script(struct lines *out, const char *s,
			const struct changed_line *v, size_t n)
{
	uint32_t line = 1;
	size_t at = 0, i;

	for (i = 0; i < n; i++) {
		line += (uint32_t)count_line_ends(s + at, v[i].off - at);
		add_line(out, s + v[i].off, v[i].len, line);
		at = v[i].off;
	}
}

struct slot {
	uint64_t hash;
	int32_t count;		/* occurrences in old minus those in new */
};

static struct slot *find(struct slot *table, size_t mask, uint64_t hash)
{
	size_t i = (size_t)hash & mask;
	while (table[i].hash && table[i].hash != hash)
		i = (i + 1) & mask;
	return &table[i];
}

/* Keep the last lines of a value whose count is left over on that side. */
static void keep_changed(struct lines *l, struct slot *table, size_t mask,
			 int32_t sign)
{
	size_t w = l->n;
	for (size_t i = l->n; i-- > 0; ) {
		struct slot *s = find(table, mask, l->v[i].hash | 1);
		if (!l->v[i].len)
			continue;
		if (s->count * sign <= 0) {
			l->moved++;
			l->moved_comma += l->v[i].s[l->v[i].len - 1] == ',';
			continue;
		}
		s->count -= sign;
		l->v[--w] = l->v[i];
	}
	memmove(l->v, l->v + w, (l->n - w) * sizeof(*l->v));
	l->n -= w;
}

static void drop_blank(struct lines *l)
{
	size_t i, w = 0;

	for (i = 0; i < l->n; i++)
		if (l->v[i].len)
			l->v[w++] = l->v[i];
	l->n = w;
}

static void hash_lines(struct lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		l->v[i].hash = hash_bytes(l->v[i].s, l->v[i].len);
}

/* Leave what one side has and the other has not. */
static void compare(struct lines *a, struct lines *b)
{
	if (!a->n || !b->n) {
		drop_blank(a);
		drop_blank(b);
		return;
	}
	size_t size = 16;

	hash_lines(a);
	hash_lines(b);
	while (size < (a->n + b->n) * 2)
		size *= 2;
	struct slot *table = xcalloc(size, sizeof(*table));
	for (size_t i = 0; i < a->n; i++) {
		struct slot *s = find(table, size - 1, a->v[i].hash | 1);
		s->hash = a->v[i].hash | 1;
		s->count++;
	}
	for (size_t i = 0; i < b->n; i++) {
		struct slot *s = find(table, size - 1, b->v[i].hash | 1);
		s->hash = b->v[i].hash | 1;
		s->count--;
	}
	keep_changed(a, table, size - 1, 1);
	keep_changed(b, table, size - 1, -1);
	free(table);
}

void line_diff_make(struct line_diff *d, const char *old, size_t old_len,
		    const char *new, size_t new_len,
		    const struct line_script *script)
{
	struct lines a = { 0 }, b = { 0 };

	*d = (struct line_diff){ 0 };
	if (old_len > LINE_DIFF_MAX || new_len > LINE_DIFF_MAX) {
		d->cut = true;
		return;
	}
	if (script) {
		take_script(&a, old, script->v[0], script->n[0]);
		take_script(&b, new, script->v[1], script->n[1]);
	} else {
		split(&a, old, old_len);
		split(&b, new, new_len);
	}
	compare(&a, &b);
	d->old = a.v;
	d->old_n = a.n;
	d->old_blank = a.blank;
	d->moved = a.moved;
	d->moved_comma = a.moved_comma;
	d->new = b.v;
	d->new_n = b.n;
	d->new_blank = b.blank;
}

void line_diff_release(struct line_diff *d)
{
	free(d->old);
	free(d->new);
	*d = (struct line_diff){ 0 };
}

struct diff_line diff_line_trim(struct diff_line l)
{
	uint32_t in = diff_line_indent(&l);
	l.s += in;
	l.len -= in;
	while (l.len && is_blank(*l.s))
		l.s++, l.len--;
	while (l.len && is_blank(l.s[l.len - 1]))
		l.len--;
	return l;
}

bool diff_line_has(const struct diff_line *l, const char *word)
{
	return find_bytes(l->s, l->len, word, strlen(word)) != NULL;
}

size_t diff_lines_run(const struct diff_line *v, size_t n)
{
	size_t i = 1;

	while (i < n && v[i].line == v[i - 1].line + 1)
		i++;
	return i < n ? i : n;
}

bool line_diff_has(const struct line_diff *d, int side, const char *word)
{
	const struct diff_line *l = side ? d->new : d->old;
	size_t n = side ? d->new_n : d->old_n, run, len = strlen(word);

	for (; n; l += run, n -= run) {
		const char *end;

		run = diff_lines_run(l, n);
		end = l[run - 1].s + l[run - 1].len;
		if (find_bytes(l->s, (size_t)(end - l->s), word, len))
			return true;
	}
	return false;
}

bool diff_line_has_ci(const struct diff_line *l, const char *word)
{
	size_t n = strlen(word);

	for (uint32_t i = 0; i + n <= l->len; i++)
		if (!strncasecmp(l->s + i, word, n))
			return true;
	return false;
}

uint32_t diff_line_indent(const struct diff_line *l)
{
	static const char spaces[] = "        ";
	uint32_t i = 0;
	while (i + 8 <= l->len && !memcmp(l->s + i, spaces, 8))
		i += 8;
	while (i < l->len && (l->s[i] == ' ' || l->s[i] == '\t'))
		i++;
	return i;
}
