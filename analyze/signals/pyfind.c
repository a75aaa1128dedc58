/* analyze/signals/pyfind.c - names of an outline, found and compared. */
#include "analyze/signals/pymodule.h"
#include "analyze/lineedit.h"
#include "core/mem.h"
#include "core/str.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 64		/* classes a name can lie in */

bool span_eq(struct span a, struct span b)
{
	return a.len == b.len && (!a.len || !memcmp(a.s, b.s, a.len));
}

bool span_same_code(struct span a, struct span b)
{
	uint32_t i = (uint32_t)common_prefix(a.s, b.s,
					     a.len < b.len ? a.len : b.len);
	uint32_t j = i;
	for (;;) {
		while (i < a.len && is_space_byte(a.s[i]))
			i++;
		while (j < b.len && is_space_byte(b.s[j]))
			j++;
		if (i == a.len || j == b.len)
			return i == a.len && j == b.len;
		if (a.s[i++] != b.s[j++])
			return false;
	}
}

/* Chains begin with the last symbol of a hash: of equal names it counts. */
static void make_index(struct pymodule *m)
{
	size_t size = 16;
	int32_t *next;

	while (size < m->n * 2)
		size *= 2;
	if (m->index_cap < size + m->n) {
		free(m->index);
		m->index_cap = size + m->n;
		m->index = xmalloc(m->index_cap * sizeof(*m->index));
	}
	memset(m->index, 0xff, size * sizeof(*m->index));
	m->mask = (uint32_t)size - 1;
	next = m->index + size;
	for (size_t i = 0; i < m->n; i++) {
		int32_t *head = &m->index[m->syms[i].hash & m->mask];

		next[i] = *head;
		*head = (int32_t)i;
	}
}

int pymodule_last(const struct pymodule *m, uint32_t hash)
{
	/* A parsed module no longer changes but for this cache. */
	if (!m->mask)
		make_index((struct pymodule *)(uintptr_t)m);
	return m->index[hash & m->mask];
}

int pymodule_before(const struct pymodule *m, int sym)
{
	return m->index[m->mask + 1 + (uint32_t)sym];
}

int pymodule_find(const struct pymodule *m, int parent, struct span name)
{
	uint32_t h = span_hash(name);

	for (int i = pymodule_last(m, h); i >= 0; i = pymodule_before(m, i)) {
		const struct pysym *s = &m->syms[i];
		if (s->hash == h && s->parent == parent &&
		    s->kind != PY_STAR && s->kind != PY_EXTEND &&
		    span_eq(s->name, name))
			return i;
	}
	return -1;
}

static bool is_top_class(const struct pymodule *m, int sym, struct span name)
{
	return sym >= 0 && m->syms[sym].parent < 0 &&
	       m->syms[sym].kind == PY_CLASS && span_eq(m->syms[sym].name, name);
}

int pymodule_member(const struct pymodule *m, struct span cls, struct span name)
{
	uint32_t h = span_hash(name);

	for (int i = pymodule_last(m, h); i >= 0; i = pymodule_before(m, i)) {
		const struct pysym *s = &m->syms[i];

		if (s->hash == h && s->kind != PY_STAR &&
		    s->kind != PY_EXTEND && span_eq(s->name, name) &&
		    is_top_class(m, s->parent, cls))
			return i;
	}
	return -1;
}

int pymodule_classes(const struct pymodule *m, struct span cls)
{
	uint32_t h = span_hash(cls);
	int i, n = 0;

	for (i = pymodule_last(m, h); i >= 0; i = pymodule_before(m, i))
		n += is_top_class(m, i, cls);
	return n;
}

int pyclasses_find(struct pyclasses *c, int cls)
{
	const struct pysym *s = &c->m->syms[cls];

	/* Members stand together. */
	if (c->parent == cls)
		return c->cls;
	c->parent = cls;
	/* Of classes of one name the last one is what the module binds. */
	c->cls = c->other && s->parent < 0 &&
		 pymodule_find(c->m, -1, s->name) == cls ?
		 pymodule_find(c->other, -1, s->name) : -1;
	if (c->cls >= 0 && c->other->syms[c->cls].kind != PY_CLASS)
		c->cls = -1;
	return c->cls;
}

char *pymodule_qualified(const struct pymodule *m, int sym, struct arena *a)
{
	const struct pysym *s = &m->syms[sym];
	size_t len = s->name.len;
	int depth = 0, i;
	char *p;

	for (i = s->parent; i >= 0 && depth < DEPTH_MAX;
	     i = m->syms[i].parent, depth++)
		len += m->syms[i].name.len + 1;
	p = (char *)arena_alloc(a, len + 1) + len;
	for (i = sym; ; i = m->syms[i].parent) {
		struct span name = m->syms[i].name;

		p -= name.len;
		memcpy(p, name.s, name.len);
		if (!depth--)
			return p;
		*--p = '.';
	}
}

bool pymodule_is_public(const struct pymodule *m, int sym)
{
	for (int i = sym; i >= 0; i = m->syms[i].parent) {
		struct span n = m->syms[i].name;
		bool dunder = n.len > 4 && !memcmp(n.s, "__", 2) &&
			      !memcmp(n.s + n.len - 2, "__", 2);
		if (n.len && n.s[0] == '_' && !(dunder && i == sym &&
						m->syms[i].parent >= 0))
			return false;
	}
	return true;
}
