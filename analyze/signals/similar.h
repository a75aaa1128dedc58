/* analyze/signals/similar.h - how alike two Python definitions are. */
#ifndef ANALYZE_SIGNALS_SIMILAR_H
#define ANALYZE_SIGNALS_SIMILAR_H

#include "analyze/signals/pymodule.h"

/* The lines of one definition's body (stripped, blank ones and comments left
 * out) as ascending hashes; its own name inside them hashes as nothing. */
struct body_lines {
	uint64_t *v;
	size_t n, cap;
	bool read;
};

/* Fill *out once; zero it with {0} before. */
void body_lines_read(struct body_lines *out, const struct pymodule *m,
		     int sym);
void body_lines_release(struct body_lines *b);

/*
 * Percent of lines that two bodies share, of the longer one; 0 when either has
 * fewer than min_lines, or when it is less than `want`.
 */
int similar_bodies(const struct body_lines *a, const struct body_lines *b,
		   size_t min_lines, int want);

/* Percent of letter pairs that two names share, of the longer one's. */
int similar_names(struct span a, struct span b);

#endif
