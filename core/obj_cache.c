/* core/obj_cache.c - see obj_cache.h. */
#include "core/obj_cache.h"

#include "core/mem.h"

#include <stdlib.h>

#define TABLE_MIN 1024
/* Of the cache, for what is done with: an eighth saves no inflating. */
#define DONE_PART 32

struct obj *obj_new(int type, size_t len)
{
	struct obj *o = malloc(sizeof(*o) + len + 1);

	if (!o)
		return NULL;
	*o = (struct obj){ .refs = 1, .type = type, .len = len,
			   .data = (char *)(o + 1) };
	o->data[len] = 0;
	return o;
}

struct obj *obj_get(struct obj *o)
{
	o->refs++;
	return o;
}

void obj_put(struct obj *o)
{
	if (o && --o->refs == 0)
		free(o);
}

void obj_cache_init(struct obj_cache *c, size_t max_bytes)
{
	*c = (struct obj_cache){ .table_n = TABLE_MIN,
				 .max_bytes = max_bytes };
	c->table = xcalloc(c->table_n, sizeof(*c->table));
}

static size_t size_of(const struct obj *n)
{
	return n->len + sizeof(*n);
}

static void unlink_use(struct obj *n)
{
	struct obj_list *l = n->list;

	*(n->newer ? &n->newer->older : &l->newest) = n->older;
	*(n->older ? &n->older->newer : &l->oldest) = n->newer;
	l->bytes -= size_of(n);
}

static void link_newest(struct obj_list *l, struct obj *n)
{
	n->list = l;
	n->newer = NULL;
	n->older = l->newest;
	*(l->newest ? &l->newest->newer : &l->oldest) = n;
	l->newest = n;
	l->bytes += size_of(n);
}

static void move_newest(struct obj_list *l, struct obj *n)
{
	unlink_use(n);
	link_newest(l, n);
}

static struct obj **bucket(const struct obj_cache *c, uint32_t pack,
			   int64_t off)
{
	uint64_t h = ((uint64_t)off + pack * 0x9e3779b9u) *
		     0x9e3779b97f4a7c15ull;

	return &c->table[h >> 32 & (c->table_n - 1)];
}

static struct obj **slot(const struct obj_cache *c, uint32_t pack,
			 int64_t off)
{
	struct obj **p = bucket(c, pack, off);

	while (*p && ((*p)->offset != off || (*p)->pack != pack))
		p = &(*p)->next;
	return p;
}

static void evict(struct obj_cache *c, struct obj *n)
{
	*slot(c, n->pack, n->offset) = n->next;
	unlink_use(n);
	c->n--;
	obj_put(n);
}

static void evict_over(struct obj_cache *c)
{
	while (c->done.bytes > c->max_bytes / DONE_PART)
		evict(c, c->done.oldest);
	while (c->kept.bytes + c->done.bytes > c->max_bytes)
		evict(c, c->done.oldest ? c->done.oldest : c->kept.oldest);
}

/* Past those held elsewhere and *bytes of others, from the newest on. */
static void trim(struct obj_cache *c, struct obj_list *l, size_t *bytes)
{
	struct obj *n, *older;

	for (n = l->newest; n; n = older) {
		older = n->older;
		if (n->refs > 1)
			continue;
		if (size_of(n) <= *bytes) {
			*bytes -= size_of(n);
		} else {
			*bytes = 0;
			evict(c, n);
		}
	}
}

void obj_cache_trim(struct obj_cache *c, size_t bytes)
{
	trim(c, &c->kept, &bytes);
	trim(c, &c->done, &bytes);
}

void obj_cache_release(struct obj_cache *c)
{
	while (c->kept.oldest)
		evict(c, c->kept.oldest);
	while (c->done.oldest)
		evict(c, c->done.oldest);
	free(c->table);
}

static void grow(struct obj_cache *c)
{
	struct obj **old = c->table, *n, *next, **to;
	size_t i, old_n = c->table_n;

	c->table_n *= 2;
	c->table = xcalloc(c->table_n, sizeof(*c->table));
	for (i = 0; i < old_n; i++)
		for (n = old[i]; n; n = next) {
			next = n->next;
			to = bucket(c, n->pack, n->offset);
			n->next = *to;
			*to = n;
		}
	free(old);
}

void obj_cache_add(struct obj_cache *c, uint32_t pack, int64_t off,
		   struct obj *o)
{
	struct obj **p;

	if (o->len > c->max_bytes / 4)
		return;
	if (c->n >= c->table_n)
		grow(c);
	p = slot(c, pack, off);
	if (*p)
		return;
	o->pack = pack;
	o->offset = off;
	o->next = NULL;
	*p = obj_get(o);
	c->n++;
	link_newest(&c->kept, o);
	evict_over(c);
}

struct obj *obj_cache_get(struct obj_cache *c, uint32_t pack, int64_t off)
{
	struct obj *n = *slot(c, pack, off);

	if (!n)
		return NULL;
	if (n != n->list->newest)
		move_newest(n->list, n);
	return obj_get(n);
}

void obj_cache_done(struct obj_cache *c, uint32_t pack, int64_t off)
{
	struct obj *n = *slot(c, pack, off);

	if (!n || n->list == &c->done)
		return;
	move_newest(&c->done, n);
	evict_over(c);
}
