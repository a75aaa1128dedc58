/* core/utf8.h - text from outside, made valid once where it enters. */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include "core/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool utf8_valid(const char *s, size_t len);

/*
 * Length of the well-formed sequence at s (at most len bytes), its code point
 * in *cp; 0 when there is none.
 */
int utf8_next(const char *s, size_t len, uint32_t *cp);

/* Append, each ill-formed byte as U+FFFD and NUL as U+2400. */
void utf8_add_clean(struct str *out, const char *s, size_t len);

/*
 * Append as UTF-8: by `encoding` (a commit's header) where iconv knows it and
 * the bytes convert, else as utf8_add_clean().  Returns false when bytes had to
 * be replaced.
 */
bool utf8_add_decoded(struct str *out, const char *s, size_t len,
		      const char *encoding);

/* Columns on a terminal: 0 for combining marks, 2 for wide East Asian. */
int utf8_width(uint32_t cp);
size_t utf8_columns(const char *s, size_t len);

/* Largest n <= max that does not split a sequence. */
size_t utf8_cut(const char *s, size_t len, size_t max);

/* Bidirectional and invisible format controls that can reorder a line. */
bool utf8_is_bidi(uint32_t cp);

#endif
