/* analyze/signals/outlines.c - see outlines.h. */
#include "analyze/signals/outlines.h"

#include "analyze/linecount.h"
#include "core/hash.h"
#include "core/mem.h"
#include "core/obj_cache.h"

#include <stdlib.h>
#include <string.h>

/* Files that a few hundred neighbouring commits touch again. */
#define SLOTS 1024

/* Modules without a text, for their memory, and how much of it each may have.
 * Of so many, one of about the size that is asked for is mostly there. */
#define SPARE 32
#define SPARE_MAX ((size_t)1 << 20)

/* Ends a chain. */
#define NONE SLOTS

struct slot {
	struct pymodule m;
	struct obj *text;	/* m.src is its data; NULL: free */
	size_t bytes;
	/* A hash: two paths with one cost time, nothing else, for the text says
	 * what is alike. */
	uint64_t path;
	uint16_t next;		/* of those in one chain, or of the free ones */
	uint16_t newer, older;	/* by use */
};

struct outlines {
	struct slot v[SLOTS];
	uint16_t chain[SLOTS];	/* by path */
	uint16_t newest, oldest, free;
	size_t bytes, max_bytes;
	struct pymodule spare[SPARE];
	size_t spare_n;
};

struct outlines *outlines_new(size_t max_bytes)
{
	struct outlines *o = xcalloc(1, sizeof(*o));

	o->max_bytes = max_bytes;
	o->newest = o->oldest = NONE;
	for (uint16_t i = 0; i < SLOTS; i++) {
		o->chain[i] = NONE;
		o->v[i].next = i + 1;
	}
	return o;
}

static uint64_t key(const char *path)
{
	return hash_bytes(path, strlen(path));
}

static uint16_t *chain_of(struct outlines *o, uint64_t path)
{
	return &o->chain[path & (SLOTS - 1)];
}

static void unlink_use(struct outlines *o, uint16_t i)
{
	struct slot *s = &o->v[i];

	*(s->newer == NONE ? &o->newest : &o->v[s->newer].older) = s->older;
	*(s->older == NONE ? &o->oldest : &o->v[s->older].newer) = s->newer;
}

static void link_newest(struct outlines *o, uint16_t i)
{
	o->v[i].newer = NONE;
	o->v[i].older = o->newest;
	*(o->newest == NONE ? &o->oldest : &o->v[o->newest].newer) = i;
	o->newest = i;
}

/* The smallest that is large enough, or else the largest. */
static size_t fitting(const struct outlines *o, size_t syms)
{
	size_t i, at = 0;

	for (i = 1; i < o->spare_n; i++) {
		size_t cap = o->spare[i].cap, best = o->spare[at].cap;

		if (best < syms ? cap > best : cap >= syms && cap < best)
			at = i;
	}
	return at;
}

void outlines_room(struct outlines *o, struct pymodule *m, size_t syms)
{
	size_t at;

	*m = (struct pymodule){ 0 };
	if (!o || !o->spare_n)
		return;
	at = fitting(o, syms);
	*m = o->spare[at];
	o->spare[at] = o->spare[--o->spare_n];
}

void outlines_give_back(struct outlines *o, struct pymodule *m)
{
	if (!o || o->spare_n == SPARE || !m->cap ||
	    pymodule_bytes(m) > SPARE_MAX) {
		pymodule_release(m);
		return;
	}
	pymodule_clear(m);
	o->spare[o->spare_n++] = *m;
	*m = (struct pymodule){ 0 };
}

/* The slot is free; its outline is the caller's. */
static struct pymodule vacate(struct outlines *o, uint16_t i)
{
	struct slot *s = &o->v[i];
	struct pymodule m = s->m;
	uint16_t *p = chain_of(o, s->path);

	while (*p != i)
		p = &o->v[*p].next;
	*p = s->next;
	unlink_use(o, i);
	obj_put(s->text);
	o->bytes -= s->bytes;
	*s = (struct slot){ .next = o->free };
	o->free = i;
	return m;
}

static void empty(struct outlines *o, uint16_t i)
{
	struct pymodule m = vacate(o, i);

	outlines_give_back(o, &m);
}

void outlines_clear(struct outlines *o)
{
	while (o->oldest != NONE)
		empty(o, o->oldest);
	while (o->spare_n)
		pymodule_release(&o->spare[--o->spare_n]);
}

void outlines_free(struct outlines *o)
{
	if (!o)
		return;
	outlines_clear(o);
	free(o);
}

/* NONE: there is none. */
static uint16_t find(struct outlines *o, uint64_t path)
{
	uint16_t i = *chain_of(o, path);

	while (i != NONE && o->v[i].path != path)
		i = o->v[i].next;
	return i;
}

bool outlines_take(struct outlines *o, const char *path, const char *src,
		   size_t len, struct pymodule *m)
{
	uint16_t i = o ? find(o, key(path)) : NONE;

	if (i == NONE || o->v[i].m.len != len ||
	    (o->v[i].m.src != src && memcmp(o->v[i].m.src, src, len)))
		return false;
	*m = vacate(o, i);
	if (m->src != src)
		pymodule_move(m, src);
	return true;
}

bool outlines_make(struct outlines *o, const char *path, const char *src,
		   size_t len, struct pymodule *m)
{
	uint16_t i = o ? find(o, key(path)) : NONE;
	const struct pymodule *old;
	struct middle mid;

	if (i == NONE)
		return false;
	unlink_use(o, i);
	link_newest(o, i);
	old = &o->v[i].m;
	linecount_middle(old->src, old->len, src, len, &mid);
	outlines_room(o, m, old->n + 16);
	pymodule_parse_like(m, src, len, old, mid.new_from, len - mid.new_to);
	return true;
}

void outlines_give(struct outlines *o, const char *path, struct pymodule *m,
		   struct obj *text)
{
	uint64_t h = key(path);
	struct slot *s;
	uint16_t i;

	if (!o || !text || !m->len || m->len > o->max_bytes / 8) {
		outlines_give_back(o, m);
		return;
	}
	i = find(o, h);
	if (i != NONE)
		empty(o, i);
	else if (o->free == NONE)
		empty(o, o->oldest);
	i = o->free;
	s = &o->v[i];
	o->free = s->next;
	s->bytes = pymodule_shrink(m) + m->len;
	s->m = *m;
	s->text = obj_get(text);
	s->path = h;
	s->next = *chain_of(o, h);
	*chain_of(o, h) = i;
	link_newest(o, i);
	*m = (struct pymodule){ 0 };
	o->bytes += s->bytes;
	while (o->bytes > o->max_bytes)
		empty(o, o->oldest);
}
