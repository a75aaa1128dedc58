/*
 * analyze/rules.h - the rules as they are in memory; classify.h has what the
 * rest of the program needs.  docs/rules.md is the reference of the file.
 */
#ifndef ANALYZE_RULES_H
#define ANALYZE_RULES_H

#include "analyze/classify.h"
#include "analyze/literals.h"
#include "analyze/map64.h"
#include "core/regex.h"

#include <pthread.h>

enum rule_kind { RULE_TYPE, RULE_AREA, RULE_HARDWARE, RULE_BOT };

enum rule_look {
	LOOK_PREFIX,		/* words of the author's prefix */
	LOOK_WORDS,		/* words of the subject */
	LOOK_TAGWORDS,		/* words of tags and scopes */
	LOOK_BODYWORDS,		/* words of the body */
	LOOK_PATHWORDS,		/* words of a path */
	LOOK_PLACE,		/* kinds of files (analyze/place.h) */
	LOOK_TRAIT,
	LOOK_SUBJECT,		/* from here on a pattern */
	LOOK_REST,
	LOOK_TAG,
	LOOK_BODY,
	LOOK_PATH,
	LOOK_AUTHOR,
	LOOK_LABEL,
	LOOK_N
};

struct rule {
	char *name;
	char *shown;		/* "type=fix" */
	enum rule_kind kind;
	int label;		/* index of classify_types, or of labels */
	enum rule_look look;
	int weight;		/* hundredths */
	int files, lines;	/* percent that must match, 0: any one */
	uint32_t bits;		/* traits or places */
	struct regex *re;
	struct literals need;
	int path_bit;		/* of a rule that looks at paths, else -1 */
	bool off;
	const char *file;	/* "rules.conf" or the built-in's name */
	int line;
};

/* Words and phrases some rules name. */
struct rule_words {
	struct map64 map;		/* phrase_key() -> chain */
	int longest;			/* words of the longest phrase */
};

struct rule_list {
	uint32_t *v;
	size_t n, cap;
};

#define RULES_PATH_BITS 256
#define RULES_LABELS 64

/* A word belongs to rules; chained through next (index + 1, 0 ends). */
struct rule_word {
	uint32_t rule, next;
};

struct rules {
	struct rule *rule;
	size_t n, cap;
	char *label[RULES_LABELS];	/* areas and hardware, owned */
	int label_n;
	int path_n;			/* path bits in use */
	struct map64 by_name;		/* rule name -> index */
	struct map64 prefix;		/* see message_read() */
	struct rule_words words;	/* of the subject */
	struct rule_words tagwords, bodywords, pathwords;
	struct rule_list by_look[LOOK_N];	/* those that are not off */
	struct rule_word *chain;
	size_t chain_n, chain_cap;
	char hash[17];
	bool parsed;			/* all above but hash is there */
	pthread_mutex_t lock;		/* of rules_ready() */
};

/* Parse what rules_load() left for later: before anything but the hash is looked
 * at.  classify_cache_new() calls it.  Thread-safe. */
void rules_ready(const struct rules *r);

/* Prefix words as message_read() wants them. */
const struct map64 *rules_prefix_words(const struct rules *r);

/* The key of a phrase grows by the hash of each lower-case word. */
#define PHRASE_START 0x51ed270b0a1f39c1ULL
static inline uint64_t phrase_add(uint64_t key, uint64_t word)
{
	return (key ^ word) * 0x9e3779b97f4a7c15ULL;
}

/* The longest phrase of a words list, in words. */
#define RULES_PHRASE 4

/*
 * Parse more rules from text; `file` names it in messages and must outlive r.
 * ERR_CONFIG: "file:line:column: what".
 */
int rules_parse(struct rules *r, const char *text, const char *file,
		bool over, struct err *e);

#endif
