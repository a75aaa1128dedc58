/*
 * analyze/signals/statedwords.h - does a sentence of a change log or a readme
 * state that something breaks its users?
 */
#ifndef ANALYZE_SIGNALS_STATEDWORDS_H
#define ANALYZE_SIGNALS_STATEDWORDS_H

#include <stdbool.h>
#include <stddef.h>

/* Where the sentence stands. */
struct stated_in {
	bool readme;	/* a file that describes, not a list of changes */
	bool fixes;	/* below a heading of fixes */
	bool begin;	/* it begins its item or paragraph */
	bool list;	/* a list of its own is below it */
};

/* One of the words by which a break is stated; ends with NULL. */
extern const char *const stated_words[];

/* n bytes at s hold one of them, in either case. */
bool stated_has_word(const char *s, size_t n);

/* The rule; s ends with a NUL byte, its bullet or number is skipped. */
bool stated_is_break(const char *s, const struct stated_in *in);

#endif
