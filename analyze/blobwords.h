/*
 * analyze/blobwords.h - which words a blob may hold, kept between runs.
 *
 * Whoever looks for a name in a whole tree reads thousands of files of which a
 * handful have it.  For every blob read once the hashes of its words are kept
 * in a file of the workspace; a later search reads the blobs that may hold the
 * name, and those it knows nothing of.  The file is derived: it may be deleted,
 * cut or garbled at any time, answers stay the same and only take longer.
 *
 * A word is a longest run of letters, digits and '_' of at least three bytes
 * that begins with no digit: whoever asks for a whole word (find_word()) asks
 * for such runs.
 */
#ifndef ANALYZE_BLOBWORDS_H
#define ANALYZE_BLOBWORDS_H

#include "core/err.h"
#include "core/map.h"

#include <stdbool.h>
#include <stdint.h>

/* A file larger than this begins again with what the run asked for. */
#define BLOBWORDS_FILE_MAX ((size_t)48 << 20)

struct blobwords_file;

/* Read when it is first needed; never fails: what cannot be read is not known. */
struct blobwords_file *blobwords_open(const char *path);
/* Soon it will be needed: it is read by a thread of its own from now on, for which
 * whoever needs it first waits.  f may be NULL. */
void blobwords_ahead(struct blobwords_file *f);
void blobwords_close(struct blobwords_file *f);		/* NULL is fine */

/*
 * Write what was joined since, when there is anything: at the end of the file,
 * or all of it to a new one when the old one was damaged or is too large.  The
 * caller sees to it that nobody else writes.
 */
int blobwords_save(struct blobwords_file *f, struct err *e);

/* What one thread knows: the file, which it shares, and what it read itself. */
struct blobwords {
	struct blobwords_file *file;
	struct oid_map own;
	unsigned char **v;		/* records */
	size_t n, cap;
	uint32_t *table, *sorted;	/* while words are collected */
	size_t table_n;
};

/* f may be NULL; not while other threads use it. */
void blobwords_init(struct blobwords *w, struct blobwords_file *f);
/* Hand over to the file what was read, and release w; not while other threads
 * use the file.  w may be zeroed. */
void blobwords_join(struct blobwords *w);

/* The words of one blob; v is borrowed from the file or from w. */
struct wordset {
	const uint32_t *v;		/* hashes, ascending */
	size_t n;
	bool known;			/* else it may hold anything */
};
struct wordset blobwords_get(const struct blobwords *w, const git_oid *id);

/* Keep the words of a blob that is not known yet. */
struct wordset blobwords_add(struct blobwords *w, const git_oid *id,
			     const char *s, size_t len);

/* What to ask for: a name, which may have several words ("--tool-parser"). */
struct wordask {
	uint32_t v[8];
	int n;				/* 0: may be anywhere */
};
void wordask_init(struct wordask *a, const char *name, size_t len);

/* False: the blob does not hold the name as a whole word. */
bool wordset_may_hold(const struct wordset *s, const struct wordask *a);

/* Many names at once; zero it with {0}. */
struct wordfilter {
	unsigned char bits[8192];	/* by the first 16 bits of a hash */
	bool all;			/* one of them may be anywhere */
};
void wordfilter_add(struct wordfilter *f, const struct wordask *a);

/* False: the blob holds none of them.  One look at its words, however many names
 * there are; true says little. */
bool wordset_may_hold_any(const struct wordset *s, const struct wordfilter *f);

#endif
