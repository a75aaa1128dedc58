/*
 * analyze/signals/pymodule.h - the outline of one Python file.
 *
 * What the module and its classes bind: imports, definitions, assignments,
 * including those under if, try, with and for.  Function bodies are skipped,
 * so what they bind does not count; nor does what stands under
 * `if __name__ == ...`, which only a script runs.
 */
#ifndef ANALYZE_SIGNALS_PYMODULE_H
#define ANALYZE_SIGNALS_PYMODULE_H

#include "core/arena.h"
#include "core/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes of the source, borrowed; s NULL: absent.  Twelve bytes, for outlines are
 * mostly spans, and much of them is copied. */
struct span {
	const char *s;
	uint32_t len;
} __attribute__((packed, aligned(4)));

bool span_eq(struct span a, struct span b);
/* Inline: the length of a literal is known where it is called. */
static inline bool span_is(struct span a, const char *word)
{
	return a.len == strlen(word) && !memcmp(a.s, word, a.len);
}
/* Equal when white space is left out. */
bool span_same_code(struct span a, struct span b);

static inline uint32_t span_hash(struct span s)
{
	return (uint32_t)hash_bytes(s.s, s.len);
}

enum pysym_kind {
	PY_CLASS, PY_FUNC,
	PY_VAR,			/* assignment or annotation */
	PY_EXTEND,		/* += , .extend(x), .append(x): value is x */
	PY_IMPORT,		/* name bound by import or from ... import */
	PY_STAR,		/* from M import * : name is M */
};

/* Of large modules all symbols are copied for each commit: 60 bytes. */
struct pysym {
	enum pysym_kind kind;
	int parent;		/* index of the class, -1: the module */
	struct span name;
	uint32_t hash;		/* of name */
	uint32_t from, at, to;	/* first decorator, "def"/name, end of body */
	union {
		struct {	/* PY_VAR, PY_EXTEND */
			struct span value, annotation;
		};
		struct {	/* PY_IMPORT */
			struct span module;	/* from MODULE import name;
						 * dots included */
			struct span source;	/* before "as" */
		};
		struct {	/* PY_CLASS, PY_FUNC: pysym_is_definition() */
			uint32_t body;		/* after the header */
			/* ranges in the pools of struct pymodule */
			uint32_t bases, bases_n;	/* classes: spans,
							 * keywords too */
			uint32_t decos, decos_n;	/* spans after "@" */
		};
	};
};

static inline bool pysym_is_definition(const struct pysym *s)
{
	return s->kind == PY_CLASS || s->kind == PY_FUNC;
}

/*
 * Where a statement of the module or of a class in column 0 begins (the line,
 * its decorators' first one), and what stood before it.  From mark to mark an
 * outline can be taken apart: see pycopy.h.
 */
struct pymark {
	uint32_t off;
	uint32_t syms, spans;	/* in the pools by then */
	int cls;		/* the class, -1: the module */
	uint32_t to;		/* the end of the class by then */
};

/* n symbols from `here` on are those from `there` on of another outline: the same
 * statement, of functions maybe the header alone. */
struct pysame {
	uint32_t here, there, n;
};

struct pymodule {
	const char *src;
	size_t len;
	struct pysym *syms;	/* in source order */
	size_t n, cap;
	struct span *spans;
	size_t spans_n, spans_cap;
	struct pymark *marks;
	size_t marks_n, marks_cap;
	/* In order: what was copied, if it was made like another one. */
	struct pysame *same;
	size_t same_n, same_cap;
	/* By hash of the name, made when first asked (mask 0: not yet): mask + 1
	 * heads, then one link for each symbol. */
	int32_t *index;
	size_t index_cap;
	uint32_t mask;
};

/* Reads at most 4 GiB and nests at most 64 blocks; never fails.  *m is empty
 * before: {0}, or what pymodule_clear() left. */
void pymodule_parse(struct pymodule *m, const char *src, size_t len);

/*
 * The same outline as pymodule_parse(src), faster: `old` is an outline of a
 * text whose first `same_head` and last `same_tail` bytes are those of src.
 * What lies wholly in those is copied, and told in m->same.  `old` is needed
 * only for the call.
 */
void pymodule_parse_like(struct pymodule *m, const char *src, size_t len,
			 const struct pymodule *old, size_t same_head,
			 size_t same_tail);
void pymodule_release(struct pymodule *m);
void pymodule_clear(struct pymodule *m);	/* empty; the memory stays */

/* Let it stand for another copy of its text; m->src may be gone already. */
void pymodule_move(struct pymodule *m, const char *src);

/* Memory that it holds; the second gives back first what it has no use for. */
size_t pymodule_bytes(const struct pymodule *m);
size_t pymodule_shrink(struct pymodule *m);

/*
 * Last symbol of that name bound directly in `parent` (-1: the module), or
 * -1.  PY_STAR and PY_EXTEND never match.
 */
int pymodule_find(const struct pymodule *m, int parent, struct span name);

/* Symbols among which are all of names with that hash, the last one first; -1
 * ends them. */
int pymodule_last(const struct pymodule *m, uint32_t hash);
int pymodule_before(const struct pymodule *m, int sym);

/* Classes of one module looked up in another; begin with parent -1. */
struct pyclasses {
	const struct pymodule *m, *other;	/* other NULL: there is none */
	int parent, cls;	/* the last question and its answer */
};

/*
 * The class at the top of `other` that goes by the name of m's class `cls`;
 * -1 when there is none, or that one is no class at the top, or another one
 * takes its name further down in m.
 */
int pyclasses_find(struct pyclasses *c, int cls);

/*
 * Last symbol of that name in any class at the top of m that is called `cls`: a
 * class may stand twice, under if and else.  -1: none.
 */
int pymodule_member(const struct pymodule *m, struct span cls,
		    struct span name);

/* How many classes at the top of m are called so. */
int pymodule_classes(const struct pymodule *m, struct span cls);

/* "Class.method" of a symbol, in the arena. */
char *pymodule_qualified(const struct pymodule *m, int sym, struct arena *a);

/* No part of the qualified name begins with '_' (but __init__ and other
 * dunder names count as their class). */
bool pymodule_is_public(const struct pymodule *m, int sym);

/*
 * The strings of a display: keys of a dict, elements of a list, tuple, set,
 * frozenset(...) and the like, at its first depth.  Calls `each` per string,
 * without its quotes.  False: the value does not begin like a display.
 */
bool py_display_each(struct span value,
		     void (*each)(void *arg, struct span text), void *arg);

/* Is an element (of a dict: a key) at that depth no string but begins with a
 * name? */
bool py_display_has_names(struct span value);

/* Without brackets that only group: "(a)" and "( (a) )" give "a". */
struct span py_ungroup(struct span value);

#endif
