/* analyze/signals/thread_refs.h - shared by the two halves of threads.h. */
#ifndef ANALYZE_SIGNALS_THREAD_REFS_H
#define ANALYZE_SIGNALS_THREAD_REFS_H

#include "analyze/signals/threads.h"

/* Length of the title s[0..n) without one "(#12)" at its end. */
size_t title_without_number(const char *s, size_t n);

/* The decimal number of 1 to 7 digits at p, *end behind it; 0 when there is none
 * or it goes on as something else. */
int thread_number_at(const char *p, const char **end);

#endif
