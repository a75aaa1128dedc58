/*
 * analyze/signals/deprecation_words.h - do a warning and an error speak of
 * the same matter?
 */
#ifndef ANALYZE_SIGNALS_DEPRECATION_WORDS_H
#define ANALYZE_SIGNALS_DEPRECATION_WORDS_H

#include "analyze/signals/pymodule.h"

#include <stdbool.h>

/*
 * Both are whole statements; what stands in the braces of an f-string is no
 * word of theirs.  True when they share three words, or when the raise says
 * that something is gone and they share two, or one that can only be a name.
 * Words that say nothing of the matter (please, instead, ValueError) are not
 * counted.
 */
bool deprecation_same(struct span warning, struct span raise);

/*
 * The name both say: one that the title says too, else the first.  len 0
 * when there is none but what the warning advises to use.  `title` may be
 * NULL.
 */
struct span deprecation_name(const char *title, struct span warning,
			     struct span raise);

#endif
