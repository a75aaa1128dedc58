/* analyze/signals/headerenum.h - may an enum of a header have changed? */
#ifndef ANALYZE_SIGNALS_HEADERENUM_H
#define ANALYZE_SIGNALS_HEADERENUM_H

#include "analyze/signals/signals.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * May file i, a header with an old side, have an enum that the differing middle
 * touches and that does not stand in the new side as it was?  "Yes" when in
 * doubt.  Costs a search for "enum" and what follows it, no parse.
 */
bool header_enum_may_change(const struct landing_view *v, size_t i);

#endif
