/* analyze/concepts.h - words grouped by the sort of change they speak of. */
#ifndef ANALYZE_CONCEPTS_H
#define ANALYZE_CONCEPTS_H

#include <stddef.h>

#define CONCEPTS 12
extern const char *const concept_names[CONCEPTS];

/* Bit i is set when the stem belongs to concept_names[i]. */
unsigned concepts_of(const char *stem, size_t len);

#endif
