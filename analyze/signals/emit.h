/* analyze/signals/emit.h - building one signal of a file. */
#ifndef ANALYZE_SIGNALS_EMIT_H
#define ANALYZE_SIGNALS_EMIT_H

#include "analyze/signals/surface.h"
#include "core/json.h"

/* A signal at byte `at` of one side of file f; fill the rest by hand. */
struct signal signal_at(const char *kind, const struct landing_file *f,
			int side, size_t at, const char *name);

/* A copy of the bytes with runs of blanks and line ends made one space. */
const char *span_text(const struct landing_view *v, struct span s);

/* {"left":N}: lines of the tree that still say the word; NULL: not known. */
const char *detail_left(const struct landing_view *v, const char *word,
			int *left);

#endif
