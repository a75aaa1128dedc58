/*
 * render/narrator_doc.h - a document's facts for the narrator, what it said
 * kept in the document, and that as Markdown.
 *
 * The document holds the checked sentences under "narration", so a page is
 * rendered again, to the same bytes, without any model:
 *   {"parts":[{"repo":NAME or null for the day,"sentences":["... {c3}."],
 *     "dropped":N,"left_out":N,"facts":N,"truncated":B,"model":"","failed":""}]}
 */
#ifndef RENDER_NARRATOR_DOC_H
#define RENDER_NARRATOR_DOC_H

#include "render/narrator.h"
#include "render/texts.h"

#include <jansson.h>

/*
 * Ask for text on the document and put it into it.  As narrator_run(): only a
 * configuration that must not be used is an error; a model that fails leaves
 * parts that say why.
 */
int narrator_document(json_t *doc, enum lang lang, const struct config *cfg,
		      struct db *db, struct err *e);

/*
 * The part of a repository (NULL: of the day) as a block quote marked as
 * generated, handles as links; nothing when the document has none.
 */
void narrator_markdown(struct str *out, json_t *doc, const char *repo,
		       enum lang lang);

/* The model whose text the document holds, or "none"; borrowed. */
const char *narrator_model(json_t *doc);

#endif
