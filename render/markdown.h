/* render/markdown.h - a document as a Markdown page. */
#ifndef RENDER_MARKDOWN_H
#define RENDER_MARKDOWN_H

#include "core/str.h"
#include "render/texts.h"

#include <jansson.h>
#include <stdbool.h>

/*
 * The whole page.  `previous` is an array of {"file","day","changes"}, newest
 * first, with file relative to where the page will stand; NULL: the document's
 * own.  The last line is the replay footer naming `file`.
 */
void markdown_page(struct str *out, json_t *doc, enum lang lang,
		   json_t *previous, const char *file);

/*
 * The same from what markdown_page() made of the document with its own pages
 * before it: only those are others.  False: it is not such a page.
 */
bool markdown_front(struct str *out, const struct str *page, json_t *doc,
		    enum lang lang, json_t *previous);

/* The footer's beginning in both languages: what makes a file ours. */
extern const char *const replay_marks[2];

#endif
