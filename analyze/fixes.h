/* analyze/fixes.h - issues that a message says it closes. */
#ifndef ANALYZE_FIXES_H
#define ANALYZE_FIXES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Numbers behind "fix", "close" or "resolve" in any of their forms, as forges
 * read them: "Fixes #12", "closes: owner/name#3", "Resolved
 * https://host/owner/name/issues/4", and the rest of a list ("fixes #1, #2 and
 * #3").  project is the "owner/name" of the repository: a reference to another
 * one is left out; NULL takes them all.  In the order of the text, each once,
 * at most `max`.  Returns how many.  Pure; text may be NULL.
 */
size_t fixes_read(const char *text, const char *project, int64_t *out,
		  size_t max);

#endif
