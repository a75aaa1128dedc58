/* render/verify_store.h - a verify_source over mirrors and store. */
#ifndef RENDER_VERIFY_STORE_H
#define RENDER_VERIFY_STORE_H

#include "mirror/repolist.h"
#include "render/verify.h"
#include "store/db.h"

struct verify_store;

/*
 * Fills *src with lookups that read the mirrors of the list (opened when first
 * asked for; one that is missing makes its claims "cannot be checked") and,
 * where db is not NULL, landed times, pull requests, windows and issues of the
 * store.  Without it pull requests come from the subjects of the mainline.
 * max_file: analyze.maxFileSize, as larger files count for the analysis.  The
 * list, the db and *out must outlive the source.  Never writes, no network.
 */
void verify_store_open(struct verify_store **out, struct verify_source *src,
		       const struct repolist *list, const char *workspace,
		       struct db *db, size_t max_file);
void verify_store_close(struct verify_store *s);

#endif
