/*
 * analyze/signals/pyparse.h - the statement that is read, for pymodule.c and
 * pynames.c.
 */
#ifndef ANALYZE_SIGNALS_PYPARSE_H
#define ANALYZE_SIGNALS_PYPARSE_H

#include "analyze/signals/pymodule.h"
#include "analyze/signals/pytoken.h"

#include <string.h>

#define DEPTH_MAX 64

struct block {
	uint32_t indent;
	int sym;		/* class, or -1 for flow */
};

struct pyparser {
	struct pymodule *m;
	struct pylex lex;
	struct pytok *t;	/* tokens of the statement: few, or from the heap */
	size_t n, cap;
	struct pytok few[256];
	struct block open[DEPTH_MAX];
	int open_n;
	bool semicolon;			/* one of t is */
	bool definition;		/* its first word is t[0] */
	bool inside;			/* tokens in brackets are asked for */
	struct pylex before;		/* the bracket passed last, and */
	size_t before_n;		/* its place in t; 0: none was */
	uint32_t decos, decos_n;	/* waiting for their def or class */
	uint32_t decos_from;
};

static inline struct span text_of(const struct pyparser *p, size_t from, size_t to)
{
	if (from >= to)
		return (struct span){ NULL, 0 };
	uint32_t a = p->t[from].off;
	uint32_t b = p->t[to - 1].off + p->t[to - 1].len;
	return (struct span){ p->m->src + a, b - a };
}

/* Inline for the same reason as span_is(). */
static inline __attribute__((always_inline)) bool
tok_is(const struct pyparser *p, size_t i, const char *s)
{
	size_t n = strlen(s);
	return i < p->n && p->t[i].len == n &&
	       p->t[i].kind != PYTOK_STRING &&
	       !memcmp(p->m->src + p->t[i].off, s, n);
}

/* What a bracket adds to the depth. */
static const signed char step[256] = {
	['('] = 1, ['['] = 1, ['{'] = 1, [')'] = -1, [']'] = -1, ['}'] = -1,
};

static inline int depth_step(const struct pyparser *p, size_t i)
{
	return p->t[i].kind != PYTOK_OP ? 0 :
	       step[(unsigned char)p->m->src[p->t[i].off]];
}

/* First token equal to `s`, a sign or a word, at the depth of `from`, in
 * [from, to), or `to`. */
static inline __attribute__((always_inline)) size_t
find_op(const struct pyparser *p, size_t from, size_t to, const char *s)
{
	bool word = *s >= 'a' && *s <= 'z';
	int depth = 0;
	for (size_t i = from; i < to; i++) {
		if (p->t[i].kind != PYTOK_OP) {
			if (word && !depth && tok_is(p, i, s))
				return i;
			continue;
		}
		if (!word && !depth && tok_is(p, i, s))
			return i;
		depth += depth_step(p, i);
		if (depth < 0)
			return to;
	}
	return to;
}

/* The bracket that closes the one at i, or `to`. */
static inline size_t find_close(const struct pyparser *p, size_t i, size_t to)
{
	int depth = 0;
	for (; i < to; i++) {
		depth += depth_step(p, i);
		if (depth <= 0)
			return i;
	}
	return to;
}

/* One more symbol, in the class around the statement; `at` is its byte. */
struct pysym *pyparse_sym(struct pyparser *p, enum pysym_kind kind,
			  struct span name, uint32_t at);

/* What the statement binds, which is no definition: imports and assignments. */
void pynames_read(struct pyparser *p);

#endif
