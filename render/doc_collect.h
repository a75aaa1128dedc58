/* render/doc_collect.h - which landings belong to a window, and their handles. */
#ifndef RENDER_DOC_COLLECT_H
#define RENDER_DOC_COLLECT_H

#include "render/document.h"
#include "store/ledger.h"
#include "store/read.h"

#include <stdbool.h>

struct doc_landing {
	struct stored *s;
	int handle;			/* c<handle> */
	bool late;
};

struct doc_event {
	const char *kind, *ref;
	git_oid old, new, target;
	int64_t at;
};

struct doc_repo {
	const struct repo_spec *spec;
	struct repo_row row;		/* id 0: never synced */
	struct sync_times syncs;
	char *gitdir;			/* its mirror */
	/* By doc_read(): */
	const char *mirror;		/* NULL: read; else "missing",
					 * "unreadable" (whole), "damaged" */
	int unread;			/* changes without what it would tell */
	bool shown;			/* not filtered away */
	struct stored_list landed, observed;
	struct doc_landing *changes;	/* of the window and not late */
	size_t changes_n;
	struct doc_landing *late;	/* late ones observed in the window */
	size_t late_n;
	struct stored **errata;		/* landed in it, late: on another page */
	size_t errata_n;
	int replaced;			/* repeats of gone landings: counted */
	/* By doc_collect_rest(): */
	struct stored_list last, before;
	struct ref_move *moves;		/* the whole ledger */
	size_t moves_n;
	struct doc_event *events;
	size_t events_n;
	struct sums sums;		/* of the 28 days before */
	double mean_days;		/* 28 / days of the window */
};

struct doc_set {
	struct doc_repo *v;		/* repos.list order */
	size_t n;
	struct arena arena;
};

/* Reads the store; *out is released by doc_set_release() also on error. */
int doc_collect(const struct doc_request *rq, struct doc_set *out,
		struct err *e);
/* The rest of it, which no landing's diff depends on. */
int doc_collect_rest(const struct doc_request *rq, struct doc_set *set,
		     struct err *e);
void doc_set_release(struct doc_set *d);

#endif
