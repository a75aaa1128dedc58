/* render/claims_row.h - claims made by a line's layout; see claims_row.c. */
#ifndef RENDER_CLAIMS_ROW_H
#define RENDER_CLAIMS_ROW_H

#include "render/claims_scan.h"

/* Authors of the current line, whose claims begin at index `first`. */
void row_people(struct claim_scan *s, size_t first);

/* Cells of the current line, a table row, under the names in `header`. */
void row_cells(struct claim_scan *s, const char *header);

#endif
