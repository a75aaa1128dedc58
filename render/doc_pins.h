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
#include "render/doc_tree.h"

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

/* The lines and submodules of one tree that may be pins, before anybody asks
 * what they pin; strings live in the mirror's arena. */
struct doc_pin_lines {
	struct doc_pin_line {
		const char *path, *name, *spec;
		int line;
		bool submodule;		/* spec is its id */
	} *v;
	size_t n, cap;
};

/* Reads nothing but the mirror: trees may be read at the same time. */
void doc_pins_see(struct doc_pin_lines *out, const struct doc_tree *t);

/*
 * What they pin, lines being one for each of set, of which those of repositories
 * that are not shown are empty.  Strings live in a.
 */
int doc_pins(struct doc_pins *out, const struct doc_set *set,
	     const struct doc_pin_lines *lines, struct db *db, int64_t until,
	     struct arena *a, struct err *e);
void doc_pins_release(struct doc_pins *p);

/* The array "pins" of the document's "watch". */
void doc_pins_json(struct json *j, const struct doc_pins *p);

#endif
