/*
 * analyze/classify.h - labels of one commit: type, areas, hardware, and why.
 *
 * Pure: no clock, no mirror, no database.  docs/rules.md is the reference of
 * the rules and of how evidence is combined.
 */
#ifndef ANALYZE_CLASSIFY_H
#define ANALYZE_CLASSIFY_H

#include "analyze/traits.h"
#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rules;			/* compiled, immutable, shared by threads */

/*
 * The built-in rules, then those of `path` (rules.conf; may be NULL or absent)
 * which add and override.  Errors name file, line and column.
 */
int rules_load(struct rules **out, const char *path, struct err *e);
void rules_free(struct rules *r);

/* Hex hash of everything that can change a label: rules, weights, glossary. */
const char *rules_hash(const struct rules *r);
int64_t rules_number(const struct rules *r);	/* the same as a number */

struct classify_path {
	const char *path;
	int32_t additions, deletions;	/* -1: not known */
	char status;			/* A M D R T, or 0 */
};

struct classify_input {
	const char *subject, *body;	/* UTF-8; body may be NULL */
	const struct classify_path *paths;
	size_t paths_n;
	size_t files;			/* of the commit; >= paths_n */
	uint32_t traits;		/* enum trait bits */
	const char *author;		/* "name <email>", or NULL */
	const char *const *pr_labels;	/* forge labels, or NULL */
	size_t pr_labels_n;
	const char *project;		/* "owner/name": a bump of itself is a
					 * release; may be NULL */
};

/* A rule that fired, for --explain and for `rules` of classify --stdin. */
struct classify_fired {
	const char *rule;		/* its name, unique in the set */
	const char *label;		/* "type=fix", "area=moe" */
	const char *seen;		/* what matched, short */
	int weight;			/* hundredths */
};

struct labels {
	const char *type;		/* one of classify_types */
	int confidence;			/* percent for the type */
	bool bot;			/* automatic commit: folded */
	const char *areas[8];		/* sorted; points into the rules */
	int areas_n;
	const char *hardware[8];
	int hardware_n;
	struct classify_fired *fired;	/* in the arena */
	size_t fired_n;
	int not_evaluated;		/* rules that hit a limit */
	const char *not_evaluated_rule;	/* the first of them */
};

extern const char *const classify_types[];	/* NULL-terminated */

/*
 * May an area or a kind of hardware be called so?  Letters and digits of ASCII
 * and the marks "-/._+" behind the first of them: names stand in pages, on
 * terminals and in lists with commas as they are.
 */
#define LABEL_NAME_MAX 64
#define LABEL_NAME_RULE "letters, digits and -/._+ behind the first, at most 64"
bool label_name_valid(const char *s, size_t len);

/* Everything in *out lives in `a` or in the rules.  Thread-safe. */
void classify(const struct rules *r, const struct classify_input *in,
	      bool explain, struct arena *a, struct labels *out);

/*
 * What one thread keeps between commits: paths already looked at, buffers.
 * Changes nothing but the time it takes.  One thread at a time, one rule set.
 */
struct classify_cache;
struct classify_cache *classify_cache_new(const struct rules *r);
void classify_cache_free(struct classify_cache *c);
const struct rules *classify_cache_rules(const struct classify_cache *c);
void classify_with(struct classify_cache *c, const struct classify_input *in,
		   bool explain, struct arena *a, struct labels *out);

#endif
