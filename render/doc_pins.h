/*
 * render/doc_pins.h - pins between the followed repositories that stay behind.
 *
 * Read from every shown repository's tree as of the window's end: submodules,
 * commits, tags and exact versions that name another followed repository.
 * Behind: landings of the other one came after the pinned commit, or it has a
 * release tag that is newer than the pinned version; both as of that time.
 * Two files that pin the same repository differently are said, too.
 */
#ifndef RENDER_DOC_PINS_H
#define RENDER_DOC_PINS_H

#include "core/json.h"
#include "render/doc_change.h"

struct doc_pin {
	const struct doc_repo *repo, *of;	/* who pins, what */
	const char *path, *name, *spec;		/* as written; submodule: "" */
	int line;				/* 0: a submodule */
	bool is_commit;				/* spec is an id */
	const char *tag;			/* of a commit off the mainline */
	int64_t landings;			/* after it; -1: not told so */
	const char *newest;			/* newer release tag, or NULL */
	bool differs;				/* from another file's */
};

struct doc_pins {
	struct doc_pin *v;	/* by repository, then path and line; those
				 * that are behind or differ */
	size_t n, cap;
};

/*
 * Mirrors (one for each of set) that are not open yet are opened with
 * max_file; what cannot be read pins nothing.  Strings live in a.
 */
int doc_pins(struct doc_pins *out, const struct doc_set *set,
	     struct doc_mirror *mirrors, size_t max_file, struct db *db,
	     int64_t until, struct arena *a, struct err *e);
void doc_pins_release(struct doc_pins *p);

/* The array "pins" of the document's "watch". */
void doc_pins_json(struct json *j, const struct doc_pins *p);

#endif
