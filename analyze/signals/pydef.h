/*
 * analyze/signals/pydef.h - the parameters of a definition.
 *
 * An outline has none: of all functions it names few are compared.  Read from
 * the text itself, not from its tokens.
 */
#ifndef ANALYZE_SIGNALS_PYDEF_H
#define ANALYZE_SIGNALS_PYDEF_H

#include "analyze/signals/pymodule.h"
#include "analyze/signals/pytoken.h"

enum pyparam_kind {
	PY_POSITIONAL,		/* before "/" */
	PY_NORMAL, PY_VARARGS, PY_KWONLY, PY_KWARGS
};

struct pyparam {
	struct span name, annotation, value;
	enum pyparam_kind kind;
};

/* In order; the memory is the caller's, to be used again or freed. */
struct pyparams {
	struct pyparam *v;
	size_t n, cap;
};

/*
 * l stands behind the name of a definition: its parameters take the place of
 * what *out held.  What stands in brackets before them (type parameters) is
 * passed.
 */
void pydef_read(const struct pylex *l, struct pyparams *out);

/* The same for a PY_FUNC of an outline. */
void pydef_params(const struct pymodule *m, const struct pysym *s,
		  struct pyparams *out);

#endif
