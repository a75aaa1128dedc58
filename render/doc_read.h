/*
 * render/doc_read.h - what store and mirrors say about the landings of a window.
 *
 * Mirrors are read in threads (analyze.jobs), the store in this one; the outcome
 * does not depend on how many there are.
 */
#ifndef RENDER_DOC_READ_H
#define RENDER_DOC_READ_H

#include "render/doc_watch.h"

struct doc_window {
	const struct doc_request *rq;
	struct doc_set set;
	struct doc_change *changes;	/* by handle; n of them */
	size_t n;
	struct doc_mirror *mirrors;	/* one for each of set */
	struct doc_watch watch;
	struct doc_past past;
	struct arena arena;
};

/* Fill changes (but their importance) and watch, set being collected. */
int doc_read(struct doc_window *w, struct err *e);
void doc_window_release(struct doc_window *w);

#endif
