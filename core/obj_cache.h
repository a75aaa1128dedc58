/*
 * core/obj_cache.h - whole objects of packs, kept by one reader.
 *
 * Those used longest ago leave first, and before them those that were said to
 * be done with: their memory serves the next objects, which costs less than
 * pages that were never touched (2.4 us a page; DeepGEMM took 7 of 71 ms for
 * these), and those that will be asked for stay longer.
 */
#ifndef CORE_OBJ_CACHE_H
#define CORE_OBJ_CACHE_H

#include <stddef.h>
#include <stdint.h>

struct obj_list;

/* A whole object.  Counted by its reader's thread only; drop with obj_put(). */
struct obj {
	int refs;
	int type;		/* GIT_OBJECT_COMMIT, _TREE, _BLOB, _TAG */
	size_t len;
	char *data;		/* len bytes and a NUL */
	/* Of the cache that keeps it: */
	struct obj *next;		/* of one hash */
	struct obj *newer, *older;	/* in its list */
	struct obj_list *list;
	uint32_t pack;
	int64_t offset;
};

struct obj *obj_new(int type, size_t len);	/* NULL: no memory for it */
struct obj *obj_get(struct obj *o);	/* one more reference */
void obj_put(struct obj *o);		/* NULL is fine */

/* In the order of use. */
struct obj_list {
	struct obj *newest, *oldest;
	size_t bytes;
};

struct obj_cache {
	struct obj **table;
	size_t table_n, n, max_bytes;
	struct obj_list kept, done;
};

void obj_cache_init(struct obj_cache *c, size_t max_bytes);
void obj_cache_release(struct obj_cache *c);

/* What is at the offset of a pack, with a reference for the caller, or NULL. */
struct obj *obj_cache_get(struct obj_cache *c, uint32_t pack, int64_t off);

/* Not kept when it is larger than a quarter of the cache. */
void obj_cache_add(struct obj_cache *c, uint32_t pack, int64_t off,
		   struct obj *o);

/* Keep no more than so many bytes now, without objects that others hold too: they
 * would take their memory all the same. */
void obj_cache_trim(struct obj_cache *c, size_t bytes);

/* It is not likely to be asked for again: a small part of the cache is for those. */
void obj_cache_done(struct obj_cache *c, uint32_t pack, int64_t off);

#endif
