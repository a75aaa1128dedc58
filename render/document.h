/*
 * render/document.h - the facts of a window as one JSON document.
 *
 * Everything a page says is in it: `report --format json` prints it, the store
 * keeps it, every other format is rendered from it alone, so a page can be
 * rendered again without store or mirrors.  Keys: docs/report.md.
 */
#ifndef RENDER_DOCUMENT_H
#define RENDER_DOCUMENT_H

#include "core/config.h"
#include "core/day.h"
#include "core/err.h"
#include "core/str.h"
#include "mirror/repolist.h"
#include "store/db.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct doc_request {
	struct db *db;
	const struct config *config;
	const struct repolist *list;
	const char *workspace;
	const struct zone *zone;
	int64_t since, until;		/* instants */
	const char *label;		/* "2026-02-04" or "A..B" */
	const char *const *repos;	/* only these; NULL: all.  Handles do
					 * not depend on it */
	size_t repos_n;
	const char *rules_hash;		/* or NULL */
	struct blobwords_file *words;	/* makes it faster; or NULL */
	bool *mirrors_said;		/* one for each of list: it was warned
					 * that its mirror cannot be read;
					 * NULL: no warnings */
};

/* JSON text into *out.  Reads the store and the mirrors, no clock. */
int document_build(const struct doc_request *rq, struct str *out,
		   struct err *e);
/* The same, parsed; *out is the caller's. */
int document_tree(const struct doc_request *rq, json_t **out, struct err *e);

/* Just the errata array: late landings whose landed day is in the window. */
int document_errata(const struct doc_request *rq, struct str *out,
		    struct err *e);

#endif
