/*
 * analyze/signals/pydef.h - the parameters of a definition.
 *
 * Read from the text itself, byte by byte: tokens of parameters were two thirds
 * of all tokens that outlines asked for.
 */
#ifndef ANALYZE_SIGNALS_PYDEF_H
#define ANALYZE_SIGNALS_PYDEF_H

#include "analyze/signals/pymodule.h"
#include "analyze/signals/pytoken.h"

/*
 * Behind the name of a definition: appends its parameters to m->params, in
 * order, and moves l behind the logical line, to where its body begins.  What
 * stands in brackets before them (type parameters) is passed.  m->src is l->s.
 */
void pydef_read(struct pylex *l, struct pymodule *m);

#endif
