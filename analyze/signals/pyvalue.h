/* analyze/signals/pyvalue.h - Python values compared as values, not as text. */
#ifndef ANALYZE_SIGNALS_PYVALUE_H
#define ANALYZE_SIGNALS_PYVALUE_H

#include "analyze/signals/pymodule.h"

/*
 * Equal but for white space, quote characters, a trailing comma and the way a
 * number is spelled (1e-5, 0.00001).
 */
bool py_same_value(struct span a, struct span b);

/* Numbers, strings, True, False, None and displays of them; <= 60 bytes. */
bool py_is_literal(struct span v);

/*
 * The default inside field(default=X), Field(X), EnvBool(X) and the like;
 * any other value as it is.  .s NULL: a factory, no literal default.
 */
struct span py_field_default(struct span v);

#endif
