/* analyze/map64.h - a set of 64-bit keys with a small value, and the hash that
 * makes keys from text. */
#ifndef ANALYZE_MAP64_H
#define ANALYZE_MAP64_H

#include <stddef.h>
#include <stdint.h>

/* FNV-1a, continued from h: start with HASH64_START. */
#define HASH64_START 0xcbf29ce484222325ULL
static inline uint64_t hash64(uint64_t h, const char *s, size_t len)
{
	while (len--) {
		h ^= (unsigned char)*s++;
		h *= 0x100000001b3ULL;
	}
	return h;
}

/* Open addressing; zero it with {0}.  Key 0 stands for itself. */
struct map64 {
	struct map64_slot { uint64_t key; uint32_t val; uint32_t used; } *slot;
	size_t n, cap;		/* cap is a power of two, or 0 */
	uint32_t cleared;	/* a slot is in use when its `used` is one more */
};

#define MAP64_NONE UINT32_MAX

void map64_release(struct map64 *m);
void map64_clear(struct map64 *m);	/* keeps the memory */
void map64_set(struct map64 *m, uint64_t key, uint32_t val);
uint32_t map64_get(const struct map64 *m, uint64_t key);	/* or _NONE */

#endif
