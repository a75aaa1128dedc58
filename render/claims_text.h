/*
 * render/claims_text.h - one line of text in plain form: hyphens, blanks,
 * full-width forms and U+2026 as ASCII, invisible characters gone, with the way
 * back to the bytes it came from.
 */
#ifndef RENDER_CLAIMS_TEXT_H
#define RENDER_CLAIMS_TEXT_H

#include "core/str.h"

#include <stdbool.h>
#include <stddef.h>

/* From `at` (plain) on, original offset = plain offset + shift. */
struct plain_step {
	size_t at;
	long shift;
	bool exotic;		/* the character ending here was an exotic one */
};

struct plain {
	struct str s;
	struct plain_step *steps;
	size_t steps_n, steps_cap;
	size_t exotic, broken;	/* characters replaced so far, all lines */
};

void plain_release(struct plain *p);

/* Replace the content by the plain form of one line. */
void plain_set(struct plain *p, const char *line, size_t len);

/* Original offset of plain offset i. */
size_t plain_origin(const struct plain *p, size_t i);

/* Did an exotic character stand in [from, to)? */
bool plain_exotic(const struct plain *p, size_t from, size_t to);

#endif
