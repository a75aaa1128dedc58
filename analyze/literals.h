/* analyze/literals.h - text that any match of a pattern must contain. */
#ifndef ANALYZE_LITERALS_H
#define ANALYZE_LITERALS_H

#include <stdbool.h>
#include <stddef.h>

#define LITERALS_N 24
#define LITERALS_LEN 24

/*
 * Every match of the pattern contains one of s[0..n-1] (lower case ASCII).
 * n == 0: nothing is known, the pattern must always be run.
 */
struct literals {
	int n;
	char s[LITERALS_N][LITERALS_LEN];
};

void literals_read(struct literals *out, const char *pattern);

/*
 * Can the pattern match?  `low` is the lower-case text.  Text that is not ASCII
 * says yes: U+212A and U+017F match k and s without regard to case.
 */
bool literals_may_match(const struct literals *l, const char *low, size_t len,
			bool ascii);

#endif
