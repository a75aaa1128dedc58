/* core/map.c - see map.h.  Open addressing, at most half full. */
#include "core/hash.h"
#include "core/map.h"

#include "core/mem.h"

struct map_entry {
	const char *key;		/* NULL: free */
	size_t len;
	uint64_t hash;
	int64_t value;
};

void map_release(struct map *m)
{
	free(m->v);
	arena_release(&m->keys);
	memset(m, 0, sizeof(*m));
}

static struct map_entry *find(const struct map *m, const void *key, size_t len,
			      uint64_t h)
{
	size_t i = h & (m->cap - 1);

	while (m->v[i].key && (m->v[i].hash != h || m->v[i].len != len ||
			       memcmp(m->v[i].key, key, len)))
		i = (i + 1) & (m->cap - 1);
	return &m->v[i];
}

int64_t map_get(const struct map *m, const void *key, size_t len)
{
	struct map_entry *e;

	if (!m->n)
		return -1;
	e = find(m, key, len, hash_bytes(key, len));
	return e->key ? e->value : -1;
}

static void map_grow(struct map *m)
{
	struct map_entry *old = m->v;
	size_t cap = m->cap, i;

	m->cap = cap ? cap * 2 : 64;
	m->v = xcalloc(m->cap, sizeof(*m->v));
	for (i = 0; i < cap; i++)
		if (old[i].key)
			*find(m, old[i].key, old[i].len, old[i].hash) =
				old[i];
	free(old);
}

void map_set(struct map *m, const void *key, size_t len, int64_t value)
{
	uint64_t h = hash_bytes(key, len);
	struct map_entry *e;

	if (m->n * 2 >= m->cap)
		map_grow(m);
	e = find(m, key, len, h);
	if (!e->key) {
		e->key = arena_strndup(&m->keys, key, len);
		e->len = len;
		e->hash = h;
		m->n++;
	}
	e->value = value;
}

static size_t oid_slot(const struct oid_map *m, const git_oid *id)
{
	uint64_t h;
	size_t i;

	memcpy(&h, id->id, sizeof(h));
	i = h & (m->cap - 1);
	while (m->values[i] >= 0 && !oid_eq(&m->keys[i], id))
		i = (i + 1) & (m->cap - 1);
	return i;
}

void oid_map_release(struct oid_map *m)
{
	free(m->keys);
	free(m->values);
	memset(m, 0, sizeof(*m));
}

int32_t oid_map_get(const struct oid_map *m, const git_oid *id)
{
	return m->cap ? m->values[oid_slot(m, id)] : -1;
}

static void oid_map_grow(struct oid_map *m)
{
	struct oid_map old = *m;
	size_t i, k;

	m->cap = old.cap ? old.cap * 2 : 256;
	m->keys = xcalloc(m->cap, sizeof(*m->keys));
	m->values = xcalloc(m->cap, sizeof(*m->values));
	memset(m->values, 0xff, m->cap * sizeof(*m->values));
	for (i = 0; i < old.cap; i++) {
		if (old.values[i] < 0)
			continue;
		k = oid_slot(m, &old.keys[i]);
		m->keys[k] = old.keys[i];
		m->values[k] = old.values[i];
	}
	free(old.keys);
	free(old.values);
}

void oid_map_set(struct oid_map *m, const git_oid *id, int32_t value)
{
	size_t i;

	if (m->n * 2 >= m->cap)
		oid_map_grow(m);
	i = oid_slot(m, id);
	if (m->values[i] < 0)
		m->n++;
	m->keys[i] = *id;
	m->values[i] = value;
}
