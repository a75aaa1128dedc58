/* forge_seen.c - a small hash table of issue numbers. */
#include "mirror/forge_seen.h"

#include "core/mem.h"

#include <string.h>

static size_t slot(const struct forge_seen *s, int64_t number)
{
	size_t i = (size_t)((uint64_t)number * 0x9e3779b97f4a7c15u >> 20);

	for (i &= s->cap - 1; s->number[i] && s->number[i] != number;
	     i = (i + 1) & (s->cap - 1))
		;
	return i;
}

static void grow(struct forge_seen *s)
{
	struct forge_seen big = { .cap = s->cap ? s->cap * 2 : 256 };
	size_t i, at;

	big.number = xcalloc(big.cap, sizeof(*big.number));
	big.updated = xcalloc(big.cap, sizeof(*big.updated));
	big.n = s->n;
	for (i = 0; i < s->cap; i++) {
		if (!s->number[i])
			continue;
		at = slot(&big, s->number[i]);
		big.number[at] = s->number[i];
		big.updated[at] = s->updated[i];
	}
	forge_seen_release(s);
	*s = big;
}

bool forge_seen_put(struct forge_seen *s, int64_t number, int64_t updated,
		    int64_t *before)
{
	size_t at;
	bool had;

	if ((s->n + 1) * 2 > s->cap)
		grow(s);
	at = slot(s, number);
	had = s->number[at] == number;
	*before = had ? s->updated[at] : 0;
	s->number[at] = number;
	s->updated[at] = updated;
	s->n += !had;
	return had;
}

bool forge_seen_has(const struct forge_seen *s, int64_t number)
{
	return s->cap && s->number[slot(s, number)] == number;
}

void forge_seen_clear(struct forge_seen *s)
{
	if (s->cap)
		memset(s->number, 0, s->cap * sizeof(*s->number));
	s->n = 0;
}

void forge_seen_release(struct forge_seen *s)
{
	free(s->number);
	free(s->updated);
	memset(s, 0, sizeof(*s));
}
