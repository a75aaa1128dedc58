/*
 * analyze/signals/numclaim.h - does a sentence claim that something got better
 * or worse, and is it the number that it claims?
 */
#ifndef ANALYZE_SIGNALS_NUMCLAIM_H
#define ANALYZE_SIGNALS_NUMCLAIM_H

#include "analyze/signals/numtoken.h"

/* doc: of a document, which explains as well.  s ends with a NUL byte. */
bool sentence_claims(const char *s, bool doc);

/*
 * Of a claiming sentence: does the claim stand beside the number?  "2 ms
 * faster", "latency by 3%", "from 3 s to 1 s" and rates; not the "10% warmup"
 * of a setting or the "50 ms drain" that something waits for.
 */
bool number_is_claimed(const char *s, const struct number *num);

#endif
