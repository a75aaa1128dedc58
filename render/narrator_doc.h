/*
 * render/narrator_doc.h - a document's facts for the narrator, and what it said
 * kept in the document.
 *
 * The document holds the checked sentences under "narration", so a page is
 * rendered again, to the same bytes, without any model:
 *   {"lang":"en","parts":[{"repo":NAME or null for the day,"model":"" or null,
 *     "sentences":["... {c3}."],"dropped":N,"facts":N,"left_out":N,
 *     "truncated":B,"failed":WORD or null}]}
 * The words of "failed" are narrator.h's.  As Markdown: md_narrate.c.
 */
#ifndef RENDER_NARRATOR_DOC_H
#define RENDER_NARRATOR_DOC_H

#include "render/narrator.h"
#include "render/texts.h"

#include <jansson.h>

/*
 * Ask for text on the document and put it into it.  A model that fails leaves
 * parts that say why, and words of the server on stderr; never an error.
 */
void narrator_document(json_t *doc, enum lang lang, const struct config *cfg,
		       struct db *db, struct narrator_client *client);

#endif
