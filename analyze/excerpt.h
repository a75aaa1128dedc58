/* analyze/excerpt.h - the author's own first sentences of a message body. */
#ifndef ANALYZE_EXCERPT_H
#define ANALYZE_EXCERPT_H

#include "core/arena.h"

#include <stddef.h>

/*
 * At most two sentences, verbatim but for line ends and runs of blanks, which
 * become one space.  n is 0 when the body holds nothing of the author's own.
 */
struct excerpt {
	const char *text[2];
	int n;
};

/*
 * Leave out HTML comments, everything from the first bot marker on, fences,
 * indented code, tables, quotes, headings, checklists, template paragraphs,
 * trailers, "cc @", bare links and repetitions of the subject; unwrap what is
 * left into paragraphs and list items; take the first sentence of at least
 * four words that does not end in ":".  A second one is added only where it
 * holds one of `names` (what the landing's signals are about) or speaks of a
 * revert or a break, and never from a bare list of squashed commits, whose
 * steps of tidying up are passed over too.
 *
 * subject and body are UTF-8, either may be NULL.  Strings live in `a`.
 * Pure; linear in the body's length.
 */
void excerpt_read(struct excerpt *out, struct arena *a, const char *subject,
		  const char *body, const char *const *names, size_t names_n);

/*
 * Every sentence of the author's own in the body, in order, cleaned the same
 * way (short ones and ones ending in ":" too).  *out and its strings live in
 * `a`; returns their number.
 */
size_t excerpt_sentences(const char ***out, struct arena *a,
			 const char *body);

/* Length of the first sentence of s, its final mark included. */
size_t sentence_len(const char *s);

#endif
