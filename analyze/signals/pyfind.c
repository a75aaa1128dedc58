/* analyze/signals/pyfind.c - names of an outline, found and compared. */
#include "analyze/signals/pymodule.h"
#include "core/mem.h"

#include <ctype.h>
#include <string.h>

#define DEPTH_MAX 64		/* classes a name can lie in */

bool span_eq(struct span a, struct span b)
{
	return a.len == b.len && (!a.len || !memcmp(a.s, b.s, a.len));
}

bool span_same_code(struct span a, struct span b)
{
	uint32_t i = 0, j = 0;
	for (;;) {
		while (i < a.len && isspace((unsigned char)a.s[i]))
			i++;
		while (j < b.len && isspace((unsigned char)b.s[j]))
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

	while (size < m->n * 2)
		size *= 2;
	m->heads = xmalloc(size * sizeof(*m->heads));
	m->next = xmalloc((m->n + 1) * sizeof(*m->next));
	memset(m->heads, 0xff, size * sizeof(*m->heads));
	m->mask = (uint32_t)size - 1;
	for (size_t i = 0; i < m->n; i++) {
		int32_t *head = &m->heads[m->syms[i].hash & m->mask];

		m->next[i] = *head;
		*head = (int32_t)i;
	}
}

int pymodule_find(const struct pymodule *m, int parent, struct span name)
{
	uint32_t h = span_hash(name);

	/* A parsed module no longer changes but for this cache. */
	if (!m->heads)
		make_index((struct pymodule *)(uintptr_t)m);
	for (int32_t i = m->heads[h & m->mask]; i >= 0; i = m->next[i]) {
		const struct pysym *s = &m->syms[i];
		if (s->hash == h && s->parent == parent &&
		    s->kind != PY_STAR && s->kind != PY_EXTEND &&
		    span_eq(s->name, name))
			return i;
	}
	return -1;
}

char *pymodule_qualified(const struct pymodule *m, int sym, struct arena *a)
{
	const struct pysym *s = &m->syms[sym];
	int depth = 0;
	char *tail = arena_strndup(a, s->name.s, s->name.len);
	while (s->parent >= 0 && depth++ < DEPTH_MAX) {
		s = &m->syms[s->parent];
		tail = arena_printf(a, "%.*s.%s", (int)s->name.len, s->name.s,
				    tail);
	}
	return tail;
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
