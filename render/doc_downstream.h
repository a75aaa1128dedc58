/*
 * render/doc_downstream.h - names that left, looked up in the other mirrors'
 * trees (analyze/downstream.h says what counts).
 */
#ifndef RENDER_DOC_DOWNSTREAM_H
#define RENDER_DOC_DOWNSTREAM_H

#include "analyze/downstream.h"
#include "render/doc_tree.h"

#define NAMES_MAX 64

struct doc_names {
	struct downstream_name names[NAMES_MAX];
	struct wordask asks[NAMES_MAX];
	struct wordfilter any;		/* of asks */
	struct doc_change *of[NAMES_MAX];
	size_t n;
	const char *packages[NAMES_MAX];	/* they are installed as */
	size_t packages_n;
};

/* The names that left with these changes; strings live in a. */
void doc_names_collect(struct doc_names *w, struct doc_change *v, size_t n,
		       struct arena *a);

/* Did a name leave another repository than this one? */
bool doc_names_concern(const struct doc_names *w, const struct doc_repo *r);

/* Look through a whole tree; strings of *out live in the mirror's arena.  Reads
 * nothing but the mirror: trees may be searched at the same time. */
void doc_names_search(const struct doc_names *w, const struct doc_tree *t,
		      struct downstream *out);

/* Tell the changes what was found in the tree of r. */
void doc_names_keep(struct doc_names *w, const struct doc_repo *r,
		    const struct downstream *d);

#endif
