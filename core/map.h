/* core/map.h - hash maps from bytes to an integer, and from oids to one. */
#ifndef CORE_MAP_H
#define CORE_MAP_H

#include "core/arena.h"
#include "core/git_compat.h"

#include <stddef.h>
#include <stdint.h>

/* Keys are copied.  Zero it with {0}. */
struct map {
	struct map_entry *v;
	size_t n, cap;
	struct arena keys;
};

void map_release(struct map *m);
/* The value, or -1. */
int64_t map_get(const struct map *m, const void *key, size_t len);
/* Add or replace; value >= 0. */
void map_set(struct map *m, const void *key, size_t len, int64_t value);

/* Ids are random already: their first bytes are the hash. */
struct oid_map {
	git_oid *keys;
	int32_t *values;		/* -1: free */
	size_t n, cap;
};

void oid_map_release(struct oid_map *m);
int32_t oid_map_get(const struct oid_map *m, const git_oid *id);
void oid_map_set(struct oid_map *m, const git_oid *id, int32_t value);

#endif
