/*
 * analyze/message.h - a commit message taken apart: the author's prefix, the
 * tags that name areas, the rest of the subject, and the body without what
 * tools and forms put into it.
 */
#ifndef ANALYZE_MESSAGE_H
#define ANALYZE_MESSAGE_H

#include "analyze/map64.h"
#include "core/str.h"

#include <stdbool.h>
#include <stddef.h>

struct slice {
	const char *s;
	size_t len;
};

/* What a prefix word says.  Other values are the caller's own: PREFIX_OWN and
 * up name a rule. */
enum prefix_word {
	PREFIX_WEAK = 0,	/* cleanup, enhancement: no type of its own */
	PREFIX_DROP = 1,	/* misc, wip: says nothing at all */
	PREFIX_OWN = 2,
};

#define MESSAGE_TAGS 12
#define MESSAGE_TYPES 4

struct message {
	uint32_t types[MESSAGE_TYPES];	/* words' values, distinct, in order */
	struct slice type_words[MESSAGE_TYPES];
	int types_n;
	bool weak;			/* an ambiguous word stands there too */
	bool breaking;			/* "feat!:" */
	bool merge;			/* subject was "Merge ..." */
	struct slice tags[MESSAGE_TAGS];	/* areas, scopes, weak words */
	int tags_n;
	struct slice rest;		/* subject after all that, no "(#N)" */
	struct slice subject;		/* what was taken for the subject */
	struct str body;		/* cleaned; message_release() frees */
};

/* The most of a body that is looked at, bytes after cleaning. */
#define MESSAGE_BODY_MAX 4096

/*
 * Fill *m, which must be zeroed or from an earlier call (its memory is used
 * again).  `words` maps hash64 of a normalised prefix word (lower case, no
 * space, '-' or '_') to enum prefix_word.  A merge's own subject is
 * replaced by the first line of its body, which is the title of the pull
 * request.  Slices point into subject and body, which must outlive m.
 */
void message_read(struct message *m, const struct map64 *words,
		  const char *subject, const char *body);
void message_release(struct message *m);

/* The key of a prefix word as `words` of message_read() wants it. */
uint64_t message_word_key(const char *s, size_t len);

#endif
