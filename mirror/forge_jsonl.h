/*
 * mirror/forge_jsonl.h - metadata in a file, to carry it to a machine without
 * a network: one JSON object a line.  The format is docs/metadata.md.
 */
#ifndef MIRROR_FORGE_JSONL_H
#define MIRROR_FORGE_JSONL_H

#include "core/str.h"
#include "store/forge.h"

#define FORGE_JSONL_VERSION 1
#define FORGE_MAX_LINE ((size_t)1 << 20)	/* bytes of one line */

/*
 * Everything stored about these repositories (by name, in this order), the
 * same bytes for the same store.  put() gets whole lines; what it returns other
 * than 0 ends the export with that code.  *lines counts them.
 */
typedef int forge_put_fn(void *arg, const struct str *line, struct err *e);
int forge_export(struct db *db, const char *const *names, size_t n,
		 forge_put_fn *put, void *arg, int64_t *lines, struct err *e);

struct forge_import {
	struct forge_saved saved;
	int64_t lines;
	int64_t unknown;	/* rows of repositories the store lacks */
	char unknown_name[256];	/* the first of them */
};

/*
 * Read such a file into the store: all of it or, at the first line that is
 * wrong, nothing (ERR_CORRUPT naming file and line).  Rows of repositories that
 * the store does not have are counted and left out.  An older state of a row
 * never replaces a newer one, so a file may be read twice and in any order.
 */
int forge_import(struct db *db, const char *path, int64_t now_utc,
		 struct forge_import *out, struct err *e);

#endif
