/* analyze/signals/outlines.c - see outlines.h. */
#include "analyze/signals/outlines.h"

#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

/* Files that a few dozen neighbouring commits touch again. */
#define SLOTS 256

struct slot {
	git_oid id;
	struct pymodule m;	/* src NULL: free */
	size_t bytes;
	uint64_t used;
};

struct outlines {
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

static void leave(struct outlines *o, struct slot *s)
{
	o->bytes -= s->bytes;
	pymodule_release(&s->m);
	s->bytes = 0;
}

void outlines_free(struct outlines *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		pymodule_release(&o->v[i].m);
	free(o);
}

static struct slot *find(struct outlines *o, const git_oid *id)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (o->v[i].m.src && oid_eq(&o->v[i].id, id))
			return &o->v[i];
	return NULL;
}

bool outlines_take(struct outlines *o, const git_oid *id, const char *src,
		   size_t len, struct pymodule *m)
{
	struct slot *s = o && !oid_zero(id) ? find(o, id) : NULL;

	if (!s || s->m.len != len)
		return false;
	*m = s->m;
	o->bytes -= s->bytes;
	memset(s, 0, sizeof(*s));
	pymodule_move(m, src);
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

void outlines_give(struct outlines *o, const git_oid *id, struct pymodule *m)
{
	struct slot *s;

	if (!o || !m->src || oid_zero(id) || find(o, id)) {
		pymodule_release(m);
		return;
	}
	s = oldest(o, true);
	if (s->m.src)
		leave(o, s);
	*s = (struct slot){ .id = *id, .m = *m, .used = ++o->clock };
	memset(m, 0, sizeof(*m));
	s->bytes = pymodule_shrink(&s->m);
	o->bytes += s->bytes;
	while (o->bytes > o->max_bytes)
		leave(o, oldest(o, false));
}
