/* core/pack.h - one mapped packfile with its index (version 2). */
#ifndef CORE_PACK_H
#define CORE_PACK_H

#include "core/err.h"
#include "core/git_compat.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pack {
	char *name;			/* of the .idx, for messages */
	const unsigned char *idx, *data;
	size_t idx_len, data_len;
	uint32_t n;			/* objects */
	const unsigned char *fanout, *ids, *offsets, *large;
	size_t large_n;
};

/* idx_path ends in ".idx".  Maps both files and checks their sizes against each
 * other; contents are checked as they are read. */
int pack_open(struct pack *p, const char *idx_path, struct err *e);
void pack_close(struct pack *p);

/* Offset of an object, or -1. */
int64_t pack_find(const struct pack *p, const git_oid *id);

/* Index of the first id >= the given 20 bytes. */
uint32_t pack_lower_bound(const struct pack *p, const unsigned char *id);

/*
 * The entry at an offset.  type is a git object type, or 6 (base at an earlier
 * offset: *base_at) or 7 (base by id: *base_id).  *size is the inflated length
 * of what *in (until the end of the pack) holds.  false: not a valid entry.
 */
struct pack_entry {
	int type;
	uint64_t size;
	const unsigned char *in;
	size_t in_len;
	int64_t base_at;
	git_oid base_id;
};
bool pack_entry(const struct pack *p, int64_t offset, struct pack_entry *out);

/*
 * Delta instructions (git's pack-format documentation): sizes of both ends, then
 * the result into out, which has room for *out_len.  false: malformed.
 */
bool delta_sizes(const unsigned char *d, size_t len, uint64_t *base_len,
		 uint64_t *out_len, size_t *header);
bool delta_apply(const unsigned char *base, size_t base_len,
		 const unsigned char *d, size_t len, unsigned char *out,
		 size_t out_len);

#endif
