/*
 * render/doc_watch.h - what only several repositories together show: one rare
 * term in two of them on one day, a fix that a copy elsewhere still lacks, and
 * pins between them that stay behind (doc_pins.h).
 */
#ifndef RENDER_DOC_WATCH_H
#define RENDER_DOC_WATCH_H

#include "analyze/signals/sameterm.h"
#include "core/json.h"
#include "render/doc_pins.h"

struct doc_copy {
	const struct doc_change *fix;
	const char *path;		/* of the fix */
	const char *repo, *copy;	/* where else such a file stands */
	int line;			/* there: the first line held, 0 none */
	int held, removed;		/* of the lines the fix removed */
};

struct doc_watch {
	struct sameterm *terms;		/* their changes: indices into v */
	size_t terms_n;
	struct doc_copy *copies;	/* order of v, then of the set */
	size_t copies_n, copies_cap;
	struct doc_pins pins;
};

/*
 * Changes of the window that are not late and whose repository is shown; terms
 * by the titles of 90 days before `since` (analyze/signals/sameterm.h), copies
 * by files of the same name in the other mirrors' trees as of the window's end
 * (analyze/signals/fixcopy.h).  A mirror that cannot be read has no copies;
 * those (one for each of set) that are not open yet are opened with max_file.
 * Strings live in a; free copies with doc_watch_release().
 */
int doc_watch(struct doc_watch *out, struct doc_change *v, size_t n,
	      const struct doc_set *set, struct doc_mirror *mirrors,
	      size_t max_file, const struct doc_request *rq, struct arena *a,
	      struct err *e);
void doc_watch_release(struct doc_watch *w);

/* The "watch" object of the document. */
void doc_watch_json(struct json *j, const struct doc_watch *w,
		    const struct doc_change *v);

#endif
