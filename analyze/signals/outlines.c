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

struct slot {
	struct pymodule m;
	struct obj *text;	/* m.src is its data; NULL: free */
	size_t bytes;
};

struct outlines {
	/* Hashes (0: free) and times, beside the slots: they are searched from
	 * end to end.  Two paths with one hash cost time, nothing else: the
	 * text says what is alike. */
	uint64_t paths[SLOTS], used[SLOTS];
	struct slot v[SLOTS];
	size_t bytes, max_bytes;
	uint64_t clock;
	struct pymodule spare[SPARE];
	size_t spare_n;
};

struct outlines *outlines_new(size_t max_bytes)
{
	struct outlines *o = xcalloc(1, sizeof(*o));

	o->max_bytes = max_bytes;
	return o;
}

static uint64_t key(const char *path)
{
	return hash_bytes(path, strlen(path)) | 1;
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
static struct pymodule vacate(struct outlines *o, size_t i)
{
	struct slot *s = &o->v[i];
	struct pymodule m = s->m;

	obj_put(s->text);
	o->bytes -= s->bytes;
	o->paths[i] = 0;
	*s = (struct slot){ 0 };
	return m;
}

static void empty(struct outlines *o, size_t i)
{
	struct pymodule m = vacate(o, i);

	outlines_give_back(o, &m);
}

void outlines_clear(struct outlines *o)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (o->paths[i])
			empty(o, i);
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

/* SLOTS: there is none. */
static size_t find(const struct outlines *o, uint64_t path)
{
	size_t i = 0;

	while (i < SLOTS && o->paths[i] != path)
		i++;
	return i;
}

bool outlines_take(struct outlines *o, const char *path, const char *src,
		   size_t len, struct pymodule *m)
{
	size_t i = o ? find(o, key(path)) : SLOTS;

	if (i == SLOTS || o->v[i].m.len != len ||
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
	size_t i = o ? find(o, key(path)) : SLOTS;
	const struct pymodule *old;
	struct middle mid;

	if (i == SLOTS)
		return false;
	o->used[i] = ++o->clock;
	old = &o->v[i].m;
	linecount_middle(old->src, old->len, src, len, &mid);
	outlines_room(o, m, old->n + 16);
	pymodule_parse_like(m, src, len, old, mid.new_from, len - mid.new_to);
	return true;
}

/* The one used longest ago; SLOTS: none is used. */
static size_t oldest(const struct outlines *o)
{
	size_t i, at = SLOTS;

	for (i = 0; i < SLOTS; i++)
		if (o->paths[i] && (at == SLOTS || o->used[i] < o->used[at]))
			at = i;
	return at;
}

void outlines_give(struct outlines *o, const char *path, struct pymodule *m,
		   struct obj *text)
{
	uint64_t h = key(path);
	size_t i, bytes;

	if (!o || !text || !m->len || m->len > o->max_bytes / 8) {
		outlines_give_back(o, m);
		return;
	}
	i = find(o, h);
	if (i == SLOTS)
		i = find(o, 0);
	if (i == SLOTS)
		i = oldest(o);
	if (o->paths[i])
		empty(o, i);
	o->paths[i] = h;
	o->used[i] = ++o->clock;
	bytes = pymodule_shrink(m) + m->len;
	o->v[i] = (struct slot){ *m, obj_get(text), bytes };
	*m = (struct pymodule){ 0 };
	o->bytes += bytes;
	while (o->bytes > o->max_bytes)
		empty(o, oldest(o));
}
