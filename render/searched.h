/*
 * render/searched.h - signals of stored landings with their trees searched.
 *
 * sync stores what needs no search of a whole tree and marks the landings that
 * asked for one (COMMIT_UNSEARCHED); a page searches for its day.  This does
 * the same for whoever lists more than a day: only marked landings are read
 * again from their mirror, some 10 ms each.
 */
#ifndef RENDER_SEARCHED_H
#define RENDER_SEARCHED_H

#include "render/doc_change.h"

struct searched {
	const char *gitdir, *repo;	/* borrowed; repo is "owner/name" */
	size_t max_file;
	int left;			/* landings that may still be read */
	int read, skipped;		/* marked ones: read, not read */
	struct doc_mirror mirror;
	bool opened;
};

/* At most `max` landings; gitdir and repo are borrowed.  Opens nothing yet. */
void searched_init(struct searched *x, const char *gitdir, const char *repo,
		   size_t max_file, int max);

/*
 * Every signal of a marked landing into *out (its arena is the caller's).
 * False, and *out empty: the landing is not marked, or it cannot be read or
 * the limit is reached, which counts in x->skipped.
 */
bool searched_read(struct searched *x, const struct stored *s,
		   struct signal_list *out);

/* Is it a kind that may be missing in the store? */
bool searched_kind(const char *kind);

void searched_release(struct searched *x);

#endif
