/* render/doc_change_json.h - what a diff and its neighbours say of a landing. */
#ifndef RENDER_DOC_CHANGE_JSON_H
#define RENDER_DOC_CHANGE_JSON_H

#include "core/json.h"
#include "render/doc_change.h"

/* Keys of an open object: score to weakens_tests and reasons, hunks, thread,
 * inverse, downstream, bounds (docs/report.md). */
void doc_change_json(struct json *j, const struct doc_change *c);

#endif
