/* core/hash.h - one hash of bytes for every table in memory; nothing that is
 * stored or printed depends on it. */
#ifndef CORE_HASH_H
#define CORE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Eight bytes at a time: the lines of a whole history go through here. */
static inline uint64_t hash_bytes(const void *p, size_t len)
{
	const unsigned char *s = p;
	uint64_t h = len * 0x9e3779b97f4a7c15ull, x;

	for (; len >= 8; s += 8, len -= 8) {
		memcpy(&x, s, 8);
		h = (h ^ x) * 0xff51afd7ed558ccdull;
		h ^= h >> 32;
	}
	x = 0;
	memcpy(&x, s, len);
	h = (h ^ x) * 0xc4ceb9fe1a85ec53ull;
	return h ^ h >> 29;
}

#endif
