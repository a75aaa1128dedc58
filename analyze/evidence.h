/* analyze/evidence.h - which rules fire on one commit: the inner half of
 * classify.c. */
#ifndef ANALYZE_EVIDENCE_H
#define ANALYZE_EVIDENCE_H

#include "analyze/features.h"
#include "analyze/rules.h"
#include "analyze/table.h"

/* A path that was looked at: its facts and the rules it satisfies. */
struct seen_path {
	struct path_facts facts;
	uint64_t bits[RULES_PATH_BITS / 64];
	uint64_t failed[RULES_PATH_BITS / 64];	/* not evaluated */
};

#define SEEN_PATHS_MAX 32768	/* some 10 MB */

struct classify_cache {
	const struct rules *rules;
	struct map64 index;		/* hash of path -> seen */
	struct seen_path **seen;
	size_t seen_n, seen_cap;
	struct message msg;
	struct features feat;
	struct str low;			/* lower-case text of the moment */
	const struct seen_path **path;	/* of this commit */
	const struct path_facts **facts;
	size_t path_cap;
	unsigned char *done;		/* per rule: fired */
};

/* Everything that fired on this commit, in the order of the rules. */
struct evidence {
	struct arena *arena;
	bool explain;
	struct classify_fired *fired;	/* with explain */
	size_t fired_n, fired_cap;
	int score[TABLE_TYPES];		/* hundredths, of types */
	int label[RULES_LABELS];	/* of areas and hardware */
	int bot;
	int not_evaluated;
	const char *not_evaluated_rule;
};

/* Look at message, paths and the rest; c->msg, c->path and c->facts are
 * filled on the way. */
void evidence_read(struct evidence *ev, struct classify_cache *c,
		   const struct classify_input *in);

#endif
