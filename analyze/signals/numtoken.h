/*
 * analyze/signals/numtoken.h - numbers with a unit, and names of hardware, in a
 * sentence.  Texts end with a NUL byte.
 */
#ifndef ANALYZE_SIGNALS_NUMTOKEN_H
#define ANALYZE_SIGNALS_NUMTOKEN_H

#include <stdbool.h>
#include <stddef.h>

struct number {
	const char *at;		/* with the beginning of a range */
	size_t len;		/* with the unit */
	bool rate;		/* of work: TFLOPS, GB/s, tokens/s */
};

/*
 * The next number with a unit from *p on, glued to no word, no condition and
 * no count of things; *p moves behind it.
 */
bool number_next(const char *text, const char **p, struct number *out);

/* A device's name as a whole word at s ("H100", "8xH100"); bytes, or 0. */
size_t hardware_at(const char *text, const char *s);

/*
 * May the line hold a number that number_next() finds, or the digits of one
 * whose unit is on the next line?  By one look at what follows the digits.
 */
bool line_may_number(const char *s, size_t len);

#endif
