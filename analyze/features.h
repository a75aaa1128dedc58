/*
 * analyze/features.h - what the learned table sees of a commit: words of the
 * subject without the author's prefix, and shapes of the list of files.
 *
 * scripts/train-labels uses the same code, so a name in analyze/weights.tsv
 * means the same on both sides:
 *   w:word  1:first word  2:first two  b:two neighbours  t:tag
 *   k:...   kinds of files (analyze/place.h): all, most (half of the lines),
 *           any, only (the set of them)
 *   c:...   sorts of words (analyze/concepts.h), alone and with a place
 *   d:word  of the first FEATURES_BODY words of the body
 *   n:...   numbers in steps: files, lines added, removed, their relation
 *   p:name  part of a path   e:ending   f:file name
 *   x: y:   first word, any word with the kind of file that has most lines
 *   z:      first word with the set of kinds   h:  first word with another
 */
#ifndef ANALYZE_FEATURES_H
#define ANALYZE_FEATURES_H

#include "analyze/classify.h"
#include "analyze/message.h"
#include "analyze/place.h"
#include "core/str.h"

#define FEATURES_MAX 640

enum feature_group {
	FEATURE_ONE, FEATURE_PATH, FEATURE_BODY, FEATURE_DIFF, FEATURE_GROUPS
};

struct feature {
	uint64_t hash;		/* of the name */
	uint32_t name;		/* offset in names, when names are kept */
	unsigned char group;	/* enum feature_group */
};

struct features {
	struct feature f[FEATURES_MAX];	/* distinct, in order of finding */
	size_t n, group_n[FEATURE_GROUPS];
	struct map64 seen;
	bool keep_names;		/* fill `names`: training and --explain */
	struct str names;		/* each NUL-terminated */
};

/* The words of one path, hashed once and kept by the caller. */
#define PATH_WORDS 24
struct path_facts {
	enum place place;
	int n;
	uint64_t hash[PATH_WORDS];
};

void path_facts_read(struct path_facts *f, const char *path);

/*
 * Zero *f once; its memory is used again.  facts[i] belongs to in->paths[i].
 * Only the first FEATURES_PATHS paths count for words of paths.
 */
#define FEATURES_PATHS 30
#define FEATURES_BODY 60
void features_read(struct features *f, const struct message *m,
		   const struct classify_input *in,
		   const struct path_facts *const *facts);
void features_release(struct features *f);

/*
 * Words of paths (p: e: f:) and of the body (d:) count for less the more there
 * are, or a commit of thirty files would be judged by its folders alone: a
 * factor in 1/1024 for each group.
 */
int features_scale(const struct features *f, enum feature_group g);
const char *features_name(const struct features *f, size_t i);

/* Lower-case, cut to its stem, numbers as "#"; returns the length in out. */
size_t word_stem(char *out, size_t out_size, const char *s, size_t len);

/* Next word (letters, digits, bytes over 127) at or after *pos; false at the
 * end. */
bool word_next(const char *s, size_t len, size_t *pos, struct slice *w);

/* Of the lower-case word. */
uint64_t word_hash(struct slice w);

/* Lower case of ASCII, other bytes as they are, whatever the locale. */
extern const unsigned char word_low[256];

#endif
