/*
 * core/find.h - search for short words in source text, where every two letters
 * are frequent: 16 to 128 places at a time are asked for first and last byte.
 */
#ifndef CORE_FIND_H
#define CORE_FIND_H

#include <stddef.h>

/* memmem(): the first place of word in s, or NULL.  n 0: s. */
const char *find_bytes(const char *s, size_t len, const char *word, size_t n);

/* The same, ASCII letters of both in either case. */
const char *find_folded(const char *s, size_t len, const char *word, size_t n);

/* The first place of one of two bytes in s, or NULL. */
const char *find_either(const char *s, size_t len, char a, char b);

/* The first digit in s, or NULL. */
const char *find_digit(const char *s, size_t len);

#endif
