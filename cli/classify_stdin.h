/* cli/classify_stdin.h - labels for commits that somebody else describes. */
#ifndef CLI_CLASSIFY_STDIN_H
#define CLI_CLASSIFY_STDIN_H

#include "analyze/classify.h"

#include <stdio.h>

/*
 * Read one JSON object a line, write one a line, in the same order:
 *   {"subject":"","body":"","changes":[{"path":"","additions":1,
 *    "deletions":0}]}
 *   {"type":"","areas":[],"hardware":[],"rules":[""]}
 * "author" and "repo" are understood too; everything but "subject" may be
 * absent, counts may be null.  The first line that is not such an object ends
 * it: ERR_FAILED names the line, those before it are answered.
 */
int classify_stdin(const struct rules *r, FILE *in, struct err *e);

/* The line of one commit, with its line end. */
void classify_answer(struct str *out, const struct labels *l);

#endif
