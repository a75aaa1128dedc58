/* pycopy.c - outlines that are made from others: parts copied, texts changed. */
#include "analyze/signals/pycopy.h"
#include "analyze/lineedit.h"
#include "analyze/signals/pytoken.h"
#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

/* Numbers, not pointers: the old text may be gone (pymodule_move). */
static inline void rebase(struct span *s, intptr_t by)
{
	if (s->s)
		s->s = (const char *)((intptr_t)s->s + by);
}

static inline void rebase_sym(struct pysym *s, intptr_t by)
{
	rebase(&s->name, by);
	if (pysym_is_definition(s))
		return;
	rebase(&s->value, by);		/* and the module */
	rebase(&s->annotation, by);	/* and the source */
}

/* n more elements, which stand at `from`. */
#define APPEND(arr, used, cap, from, n) \
	do { \
		if ((used) + (n) > (cap)) { \
			(cap) = ((used) + (n)) * 3 / 2; \
			(arr) = xreallocarray((arr), (cap), sizeof(*(arr))); \
		} \
		if (n) \
			memcpy((arr) + (used), (from), (n) * sizeof(*(arr))); \
		(used) += (n); \
	} while (0)

/* What `o` has from one place to another (NULL: its end), `shift` further on. */
struct part {
	const struct pymodule *o;
	const struct pymark *from, *end;
	const struct pymark *marks, *marks_end;	/* in it */
	long long shift;
	int cls;		/* in m, for what stands in the class of `from` */
};

static int moved_class(const struct part *t, int cls, long long by)
{
	return cls < 0 ? cls : cls == t->from->cls ? t->cls : cls + (int)by;
}

static void copy_marks(struct pymodule *m, const struct part *t)
{
	const struct pymark *k = t->marks, *stop = t->marks_end;
	uint32_t move = (uint32_t)t->shift;
	long long by = (long long)m->n - t->from->syms;

	for (; k < stop; k++) {
		GROW(m->marks, m->marks_n, m->marks_cap);
		m->marks[m->marks_n++] = (struct pymark){ k->off + move,
			k->syms + (uint32_t)by,
			(uint32_t)m->spans_n - t->from->spans + k->spans,
			moved_class(t, k->cls, by),
			k->cls < 0 ? 0 : k->to + move };
	}
}

/* The next n of m are those from `there` on. */
static void note_same(struct pymodule *m, uint32_t there, size_t n)
{
	struct pysame *last = m->same_n ? &m->same[m->same_n - 1] : NULL;

	if (last && last->here + last->n == m->n && last->there + last->n == there) {
		last->n += (uint32_t)n;
		return;
	}
	GROW(m->same, m->same_n, m->same_cap);
	m->same[m->same_n++] = (struct pysame){ (uint32_t)m->n, there,
						(uint32_t)n };
}

static void copy_syms(struct pymodule *m, const struct part *t, intptr_t by)
{
	size_t stop = t->end ? t->end->syms : t->o->n;
	long long ds = (long long)m->n - t->from->syms;
	uint32_t dn = (uint32_t)m->spans_n - t->from->spans;
	uint32_t move = (uint32_t)t->shift;
	bool at_begin = !ds && !dn && !move && t->from->cls == t->cls;
	size_t n = stop - t->from->syms;
	struct pysym *s;

	if (!n)
		return;
	note_same(m, t->from->syms, n);
	APPEND(m->syms, m->n, m->cap, t->o->syms + t->from->syms, n);
	s = m->syms + m->n - n;
	for (; n; n--, s++) {
		rebase_sym(s, by);
		if (at_begin)
			continue;
		s->parent = moved_class(t, s->parent, ds);
		s->from += move;
		s->at += move;
		s->to += move;
		if (!pysym_is_definition(s))
			continue;
		s->body += s->body ? move : 0;
		s->bases += dn;
		s->decos += dn;
	}
}

static void copy_part(struct pymodule *m, const struct part *t)
{
	const struct pymodule *o = t->o;
	size_t spans = t->end ? t->end->spans : o->spans_n;
	size_t s = m->spans_n;
	intptr_t by = (intptr_t)m->src - (intptr_t)o->src + (intptr_t)t->shift;

	copy_marks(m, t);
	copy_syms(m, t, by);
	APPEND(m->spans, m->spans_n, m->spans_cap, o->spans + t->from->spans,
	       spans - t->from->spans);
	for (; s < m->spans_n; s++)
		rebase(&m->spans[s], by);
	/* The class ends where it did after this part. */
	if (t->cls >= 0)
		m->syms[t->cls].to = (uint32_t)t->shift +
			(t->end && t->end->cls == t->from->cls ? t->end->to :
			 o->syms[t->from->cls].to);
}

void pymodule_take_head(struct pymodule *m, struct pyjoin *j, size_t k)
{
	const struct pymark *end = &j->old->marks[k];
	/* What stands before the first mark belongs to it. */
	struct pymark begin = { .cls = -1 };
	struct part t = { j->old, &begin, end, j->old->marks, end, 0, -1 };

	copy_part(m, &t);
	if (end->cls >= 0)
		m->syms[end->cls].to = end->to;
	j->next = k;
}

/* The old one's text and this one's are the same from here on. */
static bool take_rest(struct pymodule *m, const struct pyjoin *j, size_t off,
		      int cls)
{
	const struct pymodule *o = j->old;
	long long shift = (long long)m->len - (long long)o->len;
	uint32_t want = (uint32_t)((long long)off - shift);
	size_t lo = 0, hi = o->marks_n;

	if (m->len - off > j->tail)
		return false;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (o->marks[mid].off < want)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == o->marks_n || o->marks[lo].off != want ||
	    (o->marks[lo].cls < 0) != (cls < 0))
		return false;
	struct part t = { o, &o->marks[lo], NULL, &o->marks[lo],
			  o->marks + o->marks_n, shift, cls };
	copy_part(m, &t);
	return true;
}

/* What ends an open bracket there: the first of these for all, for a body that
 * is passed also the second (see pytoken.h). */
static bool same_ends(const char *a, size_t a_len, const char *b, size_t b_len,
		      bool column_0)
{
	return (!column_0 || !pylex_is_recovery(a, a_len) ||
		pylex_is_recovery(b, b_len)) &&
	       (!pylex_is_definition(a, a_len) ||
		pylex_is_definition(b, b_len));
}

/*
 * Does the part that ends at `off` end there as surely as it did in the old
 * text?  It does at a statement that is indented as far, if that is as good a
 * reason to end an open bracket.
 */
static bool ends_like(const struct pymodule *m, size_t off,
		      const struct pymodule *old, size_t old_off)
{
	size_t begin = off;

	while (off < m->len && old->src[old_off] == m->src[off] &&
	       (m->src[off] == ' ' || m->src[off] == '\t'))
		off++, old_off++;
	return off < m->len && m->src[off] &&
	       !strchr(" \t\r\n\f\\#", m->src[off]) &&
	       old->src[old_off] != ' ' && old->src[old_off] != '\t' &&
	       same_ends(old->src + old_off, old->len - old_off, m->src + off,
			 m->len - off, off == begin);
}

/* Old statements of the same kind looked at beyond the one expected, and marks
 * on the way to them. */
#define LOOK_AHEAD 16
#define MARKS_AHEAD 300

/*
 * The last mark behind the k-th that ends a part which is as good in the new
 * text, of which `same` bytes are the same; k: there is none.
 */
static size_t end_of_same(const struct pymodule *m, size_t off,
			  const struct pymodule *o, size_t k, size_t same)
{
	const struct pymark *from = &o->marks[k];
	size_t end = k;

	while (end + 1 < o->marks_n && o->marks[end + 1].off - from->off <= same)
		end++;
	for (; end > k; end--) {
		const struct pymark *e = &o->marks[end];

		/* Or else the class began before, or has no mark. */
		if ((e->cls < 0 || e->cls == from->cls ||
		     (uint32_t)e->cls >= from->syms) &&
		    ends_like(m, off + (e->off - from->off), o, e->off))
			break;
	}
	return end;
}

/* The function whose statement begins at that mark, and which has a body. */
static const struct pysym *function_at(const struct pymodule *o,
				       const struct pymark *k)
{
	const struct pysym *s = &o->syms[k->syms];
	uint32_t off = k->off;

	if (k->syms >= o->n || s->kind != PY_FUNC || s->to <= s->body)
		return NULL;
	while (off < s->from && (o->src[off] == ' ' || o->src[off] == '\t'))
		off++;
	return off == s->from ? s : NULL;
}

static void take_header(struct pymodule *m, struct pyjoin *j, size_t k,
			const struct pysym *s, struct pyplace *at)
{
	const struct pymark *from = &j->old->marks[k];
	struct pymark end = *from;
	struct part t = { j->old, from, &end, from, from + 1,
			  (long long)at->off - from->off, at->cls };

	end.syms++;
	end.spans += s->decos_n;
	copy_part(m, &t);
	at->off += s->body - from->off;
	j->next = k + 1;
}

static void take_part(struct pymodule *m, struct pyjoin *j, size_t k, size_t n,
		      struct pyplace *at)
{
	const struct pymark *from = &j->old->marks[k], *end = &j->old->marks[n];
	struct part t = { j->old, from, end, from, end,
			  (long long)at->off - from->off, at->cls };
	long long by = (long long)m->n - from->syms;

	copy_part(m, &t);
	at->off += end->off - from->off;
	at->cls = moved_class(&t, end->cls, by);
	j->next = n;
}

/* Not alike in the first bytes: seen before anything is called, for most old
 * statements that are looked at are others. */
#define GLANCE 16

static inline bool is_other(const char *a, const char *b)
{
	uint64_t x[2], y[2];

	memcpy(x, a, GLANCE);
	memcpy(y, b, GLANCE);
	return (x[0] ^ y[0]) | (x[1] ^ y[1]);
}

/* What starts here is one of the next old statements, with its body, and maybe
 * what follows it; or a definition with the header of one. */
static enum pytaken take_same(struct pymodule *m, struct pyjoin *j,
			      struct pyplace *at)
{
	const struct pymodule *o = j->old;
	size_t k, end, looks = 0, header = o->marks_n;
	const struct pysym *def = NULL;

	for (k = j->next; k < o->marks_n && k < j->next + MARKS_AHEAD &&
	     looks < LOOK_AHEAD; k++) {
		const struct pymark *from = &o->marks[k];
		size_t n = m->len - at->off;

		if ((from->cls < 0) != (at->cls < 0))
			continue;
		looks++;
		if (n > o->len - from->off)
			n = o->len - from->off;
		if (k + 1 < o->marks_n && n >= GLANCE &&
		    from[1].off - from->off >= GLANCE &&
		    is_other(m->src + at->off, o->src + from->off))
			continue;
		n = common_prefix(m->src + at->off, o->src + from->off, n);
		end = end_of_same(m, at->off, o, k, n);
		if (end > k) {
			take_part(m, j, k, end, at);
			return PYTAKEN_STATEMENT;
		}
		if (!def) {
			def = function_at(o, from);
			if (def && def->body - from->off > n)
				def = NULL;
			header = k;
		}
	}
	if (!def)
		return PYTAKEN_NOTHING;
	take_header(m, j, header, def, at);
	return PYTAKEN_HEADER;
}

enum pytaken pymodule_take(struct pymodule *m, struct pyjoin *j,
			   struct pyplace *at)
{
	if (take_rest(m, j, at->off, at->cls))
		return PYTAKEN_REST;
	return take_same(m, j, at);
}

void pymodule_move(struct pymodule *m, const char *src)
{
	intptr_t by = (intptr_t)src - (intptr_t)m->src;

	for (size_t i = 0; i < m->n; i++)
		rebase_sym(&m->syms[i], by);
	for (size_t i = 0; i < m->spans_n; i++)
		rebase(&m->spans[i], by);
	m->src = src;
}

/* A little room is left: what comes next for it is about as large. */
#define SHRINK(arr, n, cap) \
	do { \
		if ((cap) > (n) + (n) / 2 + 32) { \
			(cap) = (n) + 16; \
			(arr) = xreallocarray((arr), (cap), sizeof(*(arr))); \
		} \
	} while (0)

size_t pymodule_bytes(const struct pymodule *m)
{
	return m->cap * sizeof(*m->syms) + m->spans_cap * sizeof(*m->spans) +
	       m->marks_cap * sizeof(*m->marks) +
	       m->same_cap * sizeof(*m->same) +
	       m->index_cap * sizeof(*m->index);
}

size_t pymodule_shrink(struct pymodule *m)
{
	SHRINK(m->syms, m->n, m->cap);
	SHRINK(m->spans, m->spans_n, m->spans_cap);
	SHRINK(m->marks, m->marks_n, m->marks_cap);
	return pymodule_bytes(m);
}

void pymodule_clear(struct pymodule *m)
{
	m->src = NULL;
	m->len = m->n = m->spans_n = 0;
	m->marks_n = m->same_n = 0;
	m->mask = 0;
}

void pymodule_release(struct pymodule *m)
{
	free(m->index);
	free(m->syms);
	free(m->spans);
	free(m->marks);
	free(m->same);
	*m = (struct pymodule){ 0 };
}
