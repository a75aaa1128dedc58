/* core/regex.h - PCRE2 with limits, safe on hostile patterns and subjects. */
#ifndef CORE_REGEX_H
#define CORE_REGEX_H

#include "core/err.h"

#include <stdbool.h>
#include <stddef.h>

struct regex;

/*
 * Compile with UTF, MATCH_INVALID_UTF, NEVER_BACKSLASH_C and a length limit of
 * 4 KiB.  ERR_CONFIG: the sentence ends in "at offset N".
 */
int regex_new(struct regex **out, const char *pattern, bool caseless,
	      struct err *e);
void regex_free(struct regex *r);

enum regex_result {
	REGEX_NO = 0,
	REGEX_YES = 1,
	REGEX_NOT_EVALUATED = -1,	/* a limit was hit: never "no match" */
};

/*
 * Match the first REGEX_SUBJECT_MAX bytes of subject (not NULL), from offset
 * start on.  JIT is used where it is available; any JIT error is run again
 * interpreted and that answer counts, so the result is the same everywhere.
 * Thread-safe: one match block per thread, of at most 32 MiB.
 * group[2*i], group[2*i+1] are byte offsets of group i, or (size_t)-1 where it
 * took no part; set only for REGEX_YES; group may be NULL.
 */
#define REGEX_SUBJECT_MAX 4096
#define REGEX_GROUPS 10
enum regex_result regex_match(const struct regex *r, const char *subject,
			      size_t len, size_t start,
			      size_t group[2 * REGEX_GROUPS]);

/* Just yes or no. */
enum regex_result regex_test(const struct regex *r, const char *subject,
			     size_t len);

#endif
