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
	size_t n, blank, moved, moved_comma;
};

/* Add the line [s, s + n), its line end included, without it and the blanks;
 * there is room for it. */
static inline void add_line(struct lines *out, const char *s, size_t n,
			    uint32_t line)
{
	if (n && s[n - 1] == '\n')
		n--;
	while (n && is_line_blank(s[n - 1]))
		n--;
	if (n)
		out->v[out->n++] = (struct diff_line){ s, (uint32_t)n, line,
						       0 };
	else
		out->blank++;
}

static void split(struct lines *out, const char *s, size_t len)
{
	struct line_walk w;
	uint32_t line = 1;
	size_t n;

	line_walk_init(&w, s, len);
	while ((n = next_line(&w)))
		add_line(out, w.at - n, n, line++);
}

static void take_script(struct lines *out, const char *s,
			const struct changed_line *v, size_t n)
{
	uint32_t line = 0, below = 0;

	for (size_t i = 0; i < n; i++) {
		line += v[i].off == below && i ? 1 : 2;
		below = v[i].off + v[i].len;
		add_line(out, s + v[i].off, v[i].len, line);
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
		struct slot *s = NULL;

		if (l->v[i].hash)
			s = find(table, mask, l->v[i].hash);
		if (s && s->count * sign <= 0) {
			l->moved++;
			l->moved_comma += l->v[i].s[l->v[i].len - 1] == ',';
			continue;
		}
		if (s)
			s->count -= sign;
		l->v[--w] = l->v[i];
	}
	memmove(l->v, l->v + w, (l->n - w) * sizeof(*l->v));
	l->n -= w;
}

/*
 * The bits of a set that a line of another text is looked up in before it is
 * hashed: from its length and last bytes, where code differs more than at its
 * begin.
 */
#define BITS_MIN 10
#define BITS_MAX 15

struct bits {
	uint64_t v[1 << BITS_MAX >> 6];
	int shift;
};

static void bits_clear(struct bits *b, size_t lines)
{
	int log = BITS_MIN;

	while (log < BITS_MAX && (size_t)1 << log < lines * 16)
		log++;
	b->shift = 64 - log;
	memset(b->v, 0, ((size_t)1 << log) / 8);
}

static size_t bit_of(const struct bits *b, const struct diff_line *l)
{
	const unsigned char *s = (const unsigned char *)l->s;
	uint64_t x = l->len < 8 ? hash_load(s, l->len) :
				  hash_load8(s + l->len - 8);

	return (size_t)((x + l->len) * 0x9e3779b97f4a7c15ull >> b->shift);
}

static void bits_add(struct bits *b, const struct lines *l)
{
	for (size_t i = 0; i < l->n; i++) {
		size_t k = bit_of(b, &l->v[i]);

		b->v[k / 64] |= (uint64_t)1 << k % 64;
	}
}

/* Hash the lines that may be in the set; returns how many. */
static size_t hash_likely(struct lines *l, const struct bits *b)
{
	size_t any = 0;

	for (size_t i = 0; i < l->n; i++) {
		size_t k = bit_of(b, &l->v[i]);

		if (!(b->v[k / 64] >> k % 64 & 1))
			continue;
		l->v[i].hash = hash_bytes(l->v[i].s, l->v[i].len) | 1;
		any++;
	}
	return any;
}

static void count_hashes(const struct lines *l, struct slot *table, size_t mask,
			 int32_t sign)
{
	for (size_t i = 0; i < l->n; i++) {
		struct slot *s;

		if (!l->v[i].hash)
			continue;
		s = find(table, mask, l->v[i].hash);
		s->hash = l->v[i].hash;
		s->count += sign;
	}
}

/* Leave what one side has and the other has not; most often that is all. */
static void compare(struct lines *a, struct lines *b)
{
	size_t size = 16, likely;
	struct slot *table;
	struct bits bits;

	if (!a->n || !b->n)
		return;
	bits_clear(&bits, a->n);
	bits_add(&bits, a);
	likely = hash_likely(b, &bits);
	if (!likely)
		return;
	bits_clear(&bits, b->n);
	bits_add(&bits, b);
	likely += hash_likely(a, &bits);
	while (size < likely * 2)
		size *= 2;
	table = xcalloc(size, sizeof(*table));
	count_hashes(a, table, size - 1, 1);
	count_hashes(b, table, size - 1, -1);
	keep_changed(a, table, size - 1, 1);
	keep_changed(b, table, size - 1, -1);
	free(table);
}

/* All lines of a text that has no script. */
static size_t lines_max(const char *s, size_t len)
{
	return count_line_ends(s, len) + (len && s[len - 1] != '\n');
}

void line_diff_make(struct line_diff *d, const char *old, size_t old_len,
		    const char *new, size_t new_len,
		    const struct line_script *script, struct arena *arena)
{
	struct lines a = { 0 }, b = { 0 };
	size_t n, m;

	*d = (struct line_diff){ 0 };
	if (old_len > LINE_DIFF_MAX || new_len > LINE_DIFF_MAX) {
		d->cut = true;
		return;
	}
	n = script ? script->n[0] : lines_max(old, old_len);
	m = script ? script->n[1] : lines_max(new, new_len);
	a.v = arena_room(arena, (n + m) * sizeof(*a.v));
	b.v = a.v + n;
	if (script) {
		take_script(&a, old, script->v[0], n);
		take_script(&b, new, script->v[1], m);
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
