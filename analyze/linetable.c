/* analyze/linetable.c - see linetable.h. */
#include "analyze/linetable.h"

#include "analyze/lineedit.h"
#include "core/hash.h"
#include "core/lines.h"
#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

static inline bool same_line(const char *a, const char *b, size_t len)
{
	const unsigned char *x = (const unsigned char *)a;
	const unsigned char *y = (const unsigned char *)b;

	for (; len > 8; x += 8, y += 8, len -= 8)
		if (hash_load8(x) != hash_load8(y))
			return false;
	return hash_load(x, len) == hash_load(y, len);
}

/*
 * The slot of a line, made when `make` is set, else NULL when unknown.  Slots
 * lie densely in the order they were made; the index points into them, so that
 * little has to be cleared from file to file and little leaves the cache.
 */
static struct line_slot *find_slot(struct line_table *t, const char *s,
				   size_t len, bool make)
{
	struct line_slot *v = t->slots;
	uint32_t h = (uint32_t)hash_bytes(s, len), k;
	size_t i = h & t->mask;

	for (; (k = t->index[i]); i = (i + 1) & t->mask)
		if (v[k - 1].hash == h && v[k - 1].len == len &&
		    same_line(v[k - 1].s, s, len))
			return &v[k - 1];
	if (!make)
		return NULL;
	t->index[i] = (uint32_t)++t->slots_n;
	v += t->slots_n - 1;
	memset(v, 0, sizeof(*v));
	v->s = s;
	v->len = (uint32_t)len;
	v->hash = h;
	return v;
}

struct line_slot *line_table_put(struct line_table *t, const char *s,
				 size_t len)
{
	return find_slot(t, s, len, true);
}

struct line_slot *line_table_find(struct line_table *t, const char *s,
				  size_t len)
{
	return find_slot(t, s, len, false);
}

void line_table_size(struct line_table *t, size_t lines)
{
	size_t want = 64;

	while (want < lines * 2)
		want *= 2;
	if (want > t->index_n) {
		free(t->index);
		t->index = xmalloc(want * sizeof(*t->index));
		t->index_n = want;
	}
	if (lines > t->slots_cap) {
		free(t->slots);
		t->slots_cap = lines * 2;
		t->slots = xreallocarray(NULL, t->slots_cap,
					 sizeof(*t->slots));
	}
	memset(t->index, 0, want * sizeof(*t->index));
	t->mask = want - 1;
	t->slots_n = 0;
}

static void reserve_lines(struct line_table *t, int side, size_t n)
{
	t->n[side] = 0;
	if (n <= t->ids_cap[side])
		return;
	free(t->ids[side]);
	free(t->starts[side]);
	t->ids_cap[side] = n * 2;
	t->ids[side] = xreallocarray(NULL, n * 2, sizeof(*t->ids[side]));
	t->starts[side] = xreallocarray(NULL, n * 2, sizeof(*t->starts[side]));
}

void line_table_release(struct line_table *t)
{
	int side;

	for (side = 0; side < 2; side++) {
		free(t->ids[side]);
		free(t->starts[side]);
	}
	free(t->slots);
	free(t->index);
	memset(t, 0, sizeof(*t));
}

static inline void add_line(struct line_table *t, int side, size_t start,
			    struct line_slot *s)
{
	s->in[side]++;
	t->starts[side][t->n[side]] = (uint32_t)start;
	t->ids[side][t->n[side]++] = (uint32_t)(s - t->slots);
}

static void number_old(struct line_table *t)
{
	const char *text = t->text[0];
	struct line_walk walk;
	struct line_slot *s;
	size_t len;

	line_walk_init(&walk, text, t->bytes[0]);
	while ((len = next_line(&walk))) {
		s = find_slot(t, walk.at - len, len, true);
		if (!s->in[0])
			s->first = (uint32_t)t->n[0];
		add_line(t, 0, (size_t)(walk.at - len - text), s);
	}
}

/* Where line i of the old text ends. */
static size_t old_end(const struct line_table *t, size_t i)
{
	return i + 1 < t->n[0] ? t->starts[0][i + 1] : t->bytes[0];
}

/*
 * Number lines of the new text from `at` on that are those of the old one from
 * line *i on; where the first one begins that is not.
 */
static size_t number_run(struct line_table *t, size_t at, size_t *i)
{
	size_t from, left, right, same, end;

	if (*i == t->n[0])
		return at;
	from = t->starts[0][*i];
	left = t->bytes[0] - from;
	right = t->bytes[1] - at;
	same = common_prefix(t->text[0] + from, t->text[1] + at,
			     left < right ? left : right);
	/* A last line without line end is equal to one like it only. */
	if (same == left && same < right &&
	    t->text[0][t->bytes[0] - 1] != '\n')
		same = t->starts[0][t->n[0] - 1] - from;
	for (; *i < t->n[0]; ++*i) {
		end = old_end(t, *i);
		if (end - from > same)
			break;
		add_line(t, 1, at + t->starts[0][*i] - from,
			 &t->slots[t->ids[0][*i]]);
	}
	return at + (*i < t->n[0] ? t->starts[0][*i] : t->bytes[0]) - from;
}

/*
 * Most lines of the new text follow each other as in the old one: only where
 * they do not, a line is looked up, and one that the old text has once says
 * where to go on.
 */
static void number_new(struct line_table *t)
{
	size_t at = 0, i = 0, len;
	struct line_walk walk;
	struct line_slot *s;

	line_walk_init(&walk, t->text[1], t->bytes[1]);
	while ((at = number_run(t, at, &i)) < t->bytes[1]) {
		if (walk.at != t->text[1] + at)
			line_walk_init(&walk, t->text[1] + at,
				       t->bytes[1] - at);
		len = next_line(&walk);
		s = find_slot(t, walk.at - len, len, true);
		add_line(t, 1, at, s);
		at += len;
		if (s->in[0] == 1)
			i = s->first + 1;
	}
}

static size_t lines_of(const char *s, size_t len)
{
	return count_line_ends(s, len) + (len && s[len - 1] != '\n');
}

void line_table_number(struct line_table *t, const char *old, size_t old_len,
		       const char *new, size_t new_len)
{
	size_t a = lines_of(old, old_len), b = lines_of(new, new_len);

	line_table_size(t, a + b);
	reserve_lines(t, 0, a);
	reserve_lines(t, 1, b);
	t->text[0] = old;
	t->text[1] = new;
	t->bytes[0] = old_len;
	t->bytes[1] = new_len;
	number_old(t);
	number_new(t);
}

/* A filter before the table: most lines of a whole file are not asked for. */
static uint32_t filter_bit(const char *s, size_t len)
{
	size_t n = len < 8 ? len : 8;
	uint64_t x = hash_load((const unsigned char *)s + len - n, n);

	return (uint32_t)((x + len) * 0x9e3779b97f4a7c15ull >> 50);
}

void line_table_ask_none(struct line_table *t)
{
	memset(t->filter, 0, sizeof(t->filter));
}

void line_table_ask(struct line_table *t, const struct line_slot *s)
{
	uint32_t bit = filter_bit(s->s, s->len);

	t->filter[bit / 64] |= 1ull << bit % 64;
}

void line_table_count(struct line_table *t, const char *text, size_t bytes)
{
	struct line_walk walk;
	struct line_slot *s;
	uint32_t bit;
	size_t len;

	line_walk_init(&walk, text, bytes);
	while ((len = next_line(&walk))) {
		const char *p = walk.at - len;

		bit = filter_bit(p, len);
		if (!(t->filter[bit / 64] >> bit % 64 & 1))
			continue;
		s = find_slot(t, p, len, false);
		if (s)
			s->whole++;
	}
}
