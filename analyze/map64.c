#include "analyze/map64.h"

#include "core/mem.h"

#include <stdbool.h>

void map64_release(struct map64 *m)
{
	free(m->slot);
	*m = (struct map64){ 0 };
}

void map64_clear(struct map64 *m)
{
	m->n = 0;
	if (++m->cleared < UINT32_MAX)
		return;
	memset(m->slot, 0, m->cap * sizeof(*m->slot));
	m->cleared = 0;
}

static bool in_use(const struct map64 *m, size_t i)
{
	return m->slot[i].used == m->cleared + 1;
}

/* FNV's low bits are weak for short text: mix before cutting. */
static size_t place(const struct map64 *m, uint64_t key)
{
	uint64_t h = (key ^ key >> 32) * 0x9e3779b97f4a7c15ULL;

	return (size_t)(h >> 20) & (m->cap - 1);
}

static void grow(struct map64 *m)
{
	struct map64 old = *m;
	size_t i;

	m->cap = old.cap ? old.cap * 2 : 64;
	m->slot = xcalloc(m->cap, sizeof(*m->slot));
	m->n = 0;
	for (i = 0; i < old.cap; i++)
		if (in_use(&old, i))
			map64_set(m, old.slot[i].key, old.slot[i].val);
	free(old.slot);
}

void map64_set(struct map64 *m, uint64_t key, uint32_t val)
{
	size_t i;

	if ((m->n + 1) * 2 > m->cap)
		grow(m);
	for (i = place(m, key); in_use(m, i); i = (i + 1) & (m->cap - 1))
		if (m->slot[i].key == key)
			break;
	m->n += !in_use(m, i);
	m->slot[i] = (struct map64_slot){ key, val, m->cleared + 1 };
}

uint32_t map64_get(const struct map64 *m, uint64_t key)
{
	size_t i;

	if (!m->cap)
		return MAP64_NONE;
	for (i = place(m, key); in_use(m, i); i = (i + 1) & (m->cap - 1))
		if (m->slot[i].key == key)
			return m->slot[i].val;
	return MAP64_NONE;
}
