/* core/hash.h - one hash of bytes for every table in memory; nothing that is
 * stored or printed depends on it. */
#ifndef CORE_HASH_H
#define CORE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t hash_load8(const unsigned char *s)
{
	uint64_t x;

	memcpy(&x, s, 8);
	return x;
}

/* All of up to eight bytes as a number, different for different ones of one
 * length; no call for a length that is only known when it runs. */
static inline uint64_t hash_load(const unsigned char *s, size_t len)
{
	uint32_t a, b;

	if (len >= 8)
		return hash_load8(s);
	if (len >= 4) {
		memcpy(&a, s, 4);
		memcpy(&b, s + len - 4, 4);
		return a | (uint64_t)b << 32;
	}
	return len ? s[0] | (uint64_t)s[len / 2] << 8 |
		     (uint64_t)s[len - 1] << 16 : 0;
}

/* Both halves of the product, one over the other. */
static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	unsigned __int128 p = (unsigned __int128)a * b;

	return (uint64_t)p ^ (uint64_t)(p >> 64);
#else
	a = (a ^ b << 32 ^ b >> 32) * 0xff51afd7ed558ccdull;
	return a ^ a >> 32;
#endif
}

/* Sixteen bytes at a time, the last ones maybe twice: the lines of a whole
 * history go through here. */
static inline uint64_t hash_bytes(const void *p, size_t len)
{
	const uint64_t k = 0x9e3779b97f4a7c15ull, l = 0xc4ceb9fe1a85ec53ull;
	const unsigned char *s = p;
	uint64_t h = len * k;

	for (; len > 16; s += 16, len -= 16)
		h = hash_mix(h ^ hash_load8(s), hash_load8(s + 8) ^ l);
	if (len > 8)
		return hash_mix(h ^ hash_load8(s), hash_load8(s + len - 8) ^ l);
	return hash_mix(h ^ hash_load(s, len), k ^ l);
}

#endif
