/*
 * analyze/wordfile.h - the file behind blobwords.h, by records: what blobwords.c
 * needs of it.
 */
#ifndef ANALYZE_WORDFILE_H
#define ANALYZE_WORDFILE_H

#include "analyze/blobwords.h"

/* The words of a blob, in one piece; its hashes are 4-byte aligned. */
unsigned char *word_record_new(const git_oid *id, const uint32_t *words,
			       size_t n);
struct wordset word_record_set(const unsigned char *r);

/* What records begin with: a check of all that follows. */
uint64_t word_record_check(const unsigned char *r);

/* Of the words of a fixed text that has one of everything: another byte order,
 * hash or idea of a word makes another number (blobwords.c). */
uint64_t blobwords_fingerprint(void);

/* The record of a blob whose check is right, or NULL.  From any thread. */
const unsigned char *wordfile_get(struct blobwords_file *f, const git_oid *id);

/* Keep a record, which is the file's from now on; it is freed when a good one of
 * the same blob is there.  Not while other threads use f. */
void wordfile_add(struct blobwords_file *f, unsigned char *r);

#endif
