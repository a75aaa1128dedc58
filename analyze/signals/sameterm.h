/*
 * analyze/signals/sameterm.h - one rare term in several repositories on one
 * day.  (Rule S7.)
 */
#ifndef ANALYZE_SIGNALS_SAMETERM_H
#define ANALYZE_SIGNALS_SAMETERM_H

#include "core/arena.h"

#include <stddef.h>

/* A title, or a name that a landing of the day added. */
struct sameterm_text {
	int repo;		/* index of the repository */
	int change;		/* the caller's number of the landing */
	const char *text;
};

/* Titles of a repository in the 90 days before the day. */
struct sameterm_past {
	const char *const *titles;
	size_t n;
};

struct sameterm {
	const char *term;	/* as the first text spells it */
	const int *changes;	/* that use it, in the texts' order */
	size_t changes_n;
	int repos;		/* how many repositories, at least 2 */
};

/*
 * Terms that look like a name (a digit, or two capitals), used by at least two
 * repositories and by less than 1 % of the past titles of each of those, or by
 * at most five of them.  Case, '-' and '_' do not matter; the endings of
 * architecture classes ("ForConditionalGeneration") are cut.  Devices, data
 * types and words of every day are no terms.  Sorted by term.  Fills at most
 * max.
 */
size_t sameterm_find(struct sameterm *out, size_t max, struct arena *a,
		     const struct sameterm_text *texts, size_t n,
		     const struct sameterm_past *past, size_t repos);

#endif
