/* pycopy.c - outlines that are made from others: parts copied, texts changed. */
#include "analyze/signals/pymodule.h"
#include "core/mem.h"

#include <stdlib.h>

/* Numbers, not pointers: the old text may be gone (pymodule_move). */
static inline void rebase(struct span *s, intptr_t by)
{
	if (s->s)
		s->s = (const char *)((intptr_t)s->s + by);
}

static inline void rebase_sym(struct pysym *s, intptr_t by)
{
	rebase(&s->name, by);
	rebase(&s->value, by);
	rebase(&s->annotation, by);
	rebase(&s->module, by);
	rebase(&s->source, by);
}

static inline void rebase_param(struct pyparam *q, intptr_t by)
{
	rebase(&q->name, by);
	rebase(&q->annotation, by);
	rebase(&q->value, by);
}

void pymodule_copy_part(struct pymodule *m, const struct pymodule *o,
			const struct pymark *from, const struct pymark *end,
			long long shift)
{
	size_t syms = end ? end->syms : o->n;
	size_t params = end ? end->params : o->params_n;
	size_t spans = end ? end->spans : o->spans_n;
	long long ds = (long long)m->n - from->syms;
	uint32_t dp = (uint32_t)m->params_n - from->params;
	uint32_t dn = (uint32_t)m->spans_n - from->spans;
	uint32_t move = (uint32_t)shift;
	intptr_t by = (intptr_t)m->src - (intptr_t)o->src + (intptr_t)shift;
	const struct pymark *mark = from->off ? from : o->marks;
	const struct pymark *stop = end ? end : o->marks + o->marks_n;

	for (; mark < stop; mark++) {
		GROW(m->marks, m->marks_n, m->marks_cap);
		m->marks[m->marks_n++] = (struct pymark){ mark->off + move,
			mark->syms + (uint32_t)ds, mark->params + dp,
			mark->spans + dn };
	}
	for (size_t i = from->syms; i < syms; i++) {
		GROW(m->syms, m->n, m->cap);
		struct pysym *s = &m->syms[m->n++];
		*s = o->syms[i];
		if (s->parent >= 0)
			s->parent += (int)ds;
		s->from += move;
		s->at += move;
		s->to += move;
		s->body += s->body ? move : 0;
		s->bases += dn;
		s->decos += dn;
		s->params += dp;
		rebase_sym(s, by);
	}
	for (size_t i = from->params; i < params; i++) {
		GROW(m->params, m->params_n, m->params_cap);
		struct pyparam *q = &m->params[m->params_n++];
		*q = o->params[i];
		rebase_param(q, by);
	}
	for (size_t i = from->spans; i < spans; i++) {
		GROW(m->spans, m->spans_n, m->spans_cap);
		m->spans[m->spans_n] = o->spans[i];
		rebase(&m->spans[m->spans_n++], by);
	}
}

void pymodule_move(struct pymodule *m, const char *src)
{
	intptr_t by = (intptr_t)src - (intptr_t)m->src;

	for (size_t i = 0; i < m->n; i++)
		rebase_sym(&m->syms[i], by);
	for (size_t i = 0; i < m->params_n; i++)
		rebase_param(&m->params[i], by);
	for (size_t i = 0; i < m->spans_n; i++)
		rebase(&m->spans[i], by);
	m->src = src;
}

#define SHRINK(arr, n, cap) \
	do { \
		(cap) = (n) + 1; \
		(arr) = xreallocarray((arr), (cap), sizeof(*(arr))); \
	} while (0)

size_t pymodule_shrink(struct pymodule *m)
{
	SHRINK(m->syms, m->n, m->cap);
	SHRINK(m->params, m->params_n, m->params_cap);
	SHRINK(m->spans, m->spans_n, m->spans_cap);
	SHRINK(m->marks, m->marks_n, m->marks_cap);
	return m->cap * sizeof(*m->syms) + m->params_cap * sizeof(*m->params) +
	       m->spans_cap * sizeof(*m->spans) +
	       m->marks_cap * sizeof(*m->marks) +
	       (m->heads ? ((size_t)m->mask + 1 + m->n) * sizeof(*m->heads) : 0);
}

void pymodule_release(struct pymodule *m)
{
	free(m->heads);
	free(m->next);
	free(m->syms);
	free(m->params);
	free(m->spans);
	free(m->marks);
	*m = (struct pymodule){ 0 };
}
