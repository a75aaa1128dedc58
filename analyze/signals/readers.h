/* analyze/signals/readers.h - the readers that signals.c registers. */
#ifndef ANALYZE_SIGNALS_READERS_H
#define ANALYZE_SIGNALS_READERS_H

#include "analyze/signals/signals.h"

/* public surface, one per file of that name */

/* facts, one per file of that name */

#endif
