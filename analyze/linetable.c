/* analyze/linetable.c - see linetable.h. */
#include "analyze/linetable.h"

#include "core/hash.h"
#include "core/lines.h"
#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

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
		    !memcmp(v[k - 1].s, s, len))
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

size_t line_table_number(struct line_table *t, int side, const char *text,
			 size_t bytes)
{
	struct line_walk walk;
	size_t n = 0, len;
	struct line_slot *s;

	line_walk_init(&walk, text, bytes);
	while ((len = next_line(&walk))) {
		const char *p = walk.at - len;

		if (n == t->ids_cap[side]) {
			t->ids_cap[side] = n * 2 + 256;
			t->ids[side] = xreallocarray(t->ids[side],
				t->ids_cap[side], sizeof(*t->ids[side]));
			t->starts[side] = xreallocarray(t->starts[side],
				t->ids_cap[side], sizeof(*t->starts[side]));
		}
		s = find_slot(t, p, len, true);
		s->in[side]++;
		t->starts[side][n] = (uint32_t)(p - text);
		t->ids[side][n++] = (uint32_t)(s - t->slots);
	}
	return n;
}

/* A filter before the table: most lines of a whole file are not in it. */
static uint32_t filter_bit(const char *s, size_t len)
{
	size_t n = len < 8 ? len : 8;
	uint64_t x = 0;

	memcpy(&x, s + len - n, n);
	return (uint32_t)((x + len) * 0x9e3779b97f4a7c15ull >> 52);
}

void line_table_close(struct line_table *t)
{
	uint32_t bit;
	size_t i;

	memset(t->filter, 0, sizeof(t->filter));
	for (i = 0; i < t->slots_n; i++) {
		bit = filter_bit(t->slots[i].s, t->slots[i].len);
		t->filter[bit / 64] |= 1ull << bit % 64;
	}
}

void line_table_count(struct line_table *t, int side, const char *text,
		      size_t bytes)
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
			s->whole[side]++;
	}
}
