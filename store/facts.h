/* store/facts.h - adding commits and their changes. */
#ifndef STORE_FACTS_H
#define STORE_FACTS_H

#include "core/map.h"
#include "store/db.h"
#include "store/rows.h"

/* Remembers ids of people and paths for one transaction. */
struct facts {
	struct db *db;
	struct map people, paths;
};

void facts_init(struct facts *f, struct db *db);
void facts_release(struct facts *f);

struct commit_fact {
	const struct commit *commit;
	const struct change *changes;
	size_t changes_n;
	int64_t observed;		/* time of the sync that brought it */
	int pr;				/* 0: none */
	int64_t additions, deletions;	/* of measured files */
	int unmeasured, binary;
	uint32_t traits;
};

/* *id becomes the row's id.  Must be inside a transaction. */
int facts_add(struct facts *f, int64_t repo_id, const struct commit_fact *c,
	      int64_t *id, struct err *e);

#endif
