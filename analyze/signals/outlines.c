/* analyze/signals/outlines.c - see outlines.h. */
#include "analyze/signals/outlines.h"

#include "analyze/linecount.h"
#include "core/hash.h"
#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

/* Files that a few hundred neighbouring commits touch again. */
#define SLOTS 512

struct slot {
	struct pymodule m;	/* m.src is our copy; NULL: free */
	size_t bytes;
	uint64_t used;
};

struct outlines {
	/* Hashes, beside the slots: they are searched from end to end.  Two
	 * paths with one hash cost time, nothing else: the text says what is
	 * alike. */
	uint64_t paths[SLOTS];
	struct slot v[SLOTS];
	size_t bytes, max_bytes;
	uint64_t clock;
};

struct outlines *outlines_new(size_t max_bytes)
{
	struct outlines *o = xcalloc(1, sizeof(*o));

	o->max_bytes = max_bytes;
	return o;
}

static void empty(struct outlines *o, struct slot *s)
{
	free((char *)(uintptr_t)s->m.src);
	pymodule_release(&s->m);
	o->bytes -= s->bytes;
	s->bytes = 0;
}

void outlines_clear(struct outlines *o)
{
	for (size_t i = 0; i < SLOTS; i++)
		empty(o, &o->v[i]);
}

void outlines_free(struct outlines *o)
{
	if (!o)
		return;
	outlines_clear(o);
	free(o);
}

static struct slot *find(struct outlines *o, uint64_t path)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (o->paths[i] == path && o->v[i].m.src)
			return &o->v[i];
	return NULL;
}

bool outlines_make(struct outlines *o, const char *path, const char *src,
		   size_t len, struct pymodule *m)
{
	struct slot *s = o ? find(o, hash_bytes(path, strlen(path))) : NULL;
	struct middle mid;

	if (!s)
		return false;
	s->used = ++o->clock;
	linecount_middle(s->m.src, s->m.len, src, len, &mid);
	pymodule_parse_like(m, src, len, &s->m, mid.new_from, len - mid.new_to);
	return true;
}

/* A free one if there is one, or else the one used longest ago. */
static struct slot *oldest(struct outlines *o, bool free_too)
{
	struct slot *s = NULL;

	for (size_t i = 0; i < SLOTS; i++) {
		struct slot *c = &o->v[i];

		if (!c->m.src && free_too)
			return c;
		if (c->m.src && (!s || c->used < s->used))
			s = c;
	}
	return s;
}

void outlines_give(struct outlines *o, const char *path, struct pymodule *m)
{
	uint64_t h = hash_bytes(path, strlen(path));
	struct slot *s;
	char *text;

	if (!o || !m->len || m->len > o->max_bytes / 8) {
		pymodule_release(m);
		return;
	}
	s = find(o, h);
	if (!s)
		s = oldest(o, true);
	empty(o, s);
	text = xmalloc(m->len);
	memcpy(text, m->src, m->len);
	pymodule_move(m, text);
	o->paths[s - o->v] = h;
	s->m = *m;
	s->used = ++o->clock;
	s->bytes = pymodule_shrink(&s->m) + m->len;
	memset(m, 0, sizeof(*m));
	o->bytes += s->bytes;
	while (o->bytes > o->max_bytes)
		empty(o, oldest(o, false));
}
