/* store/narration.h - answers of a model, by the hash of what was asked. */
#ifndef STORE_NARRATION_H
#define STORE_NARRATION_H

#include "core/str.h"
#include "store/db.h"

/*
 * The answer kept under key (40 hex) into *answer, the model that gave it into
 * *model.  ERR_NOTFOUND when there is none.
 */
int narration_get(struct db *db, const char *key, struct str *answer,
		  struct str *model, struct err *e);

/* Keep an answer, replacing what was under the key. */
int narration_put(struct db *db, const char *key, const char *model,
		  const char *answer, struct err *e);

#endif
