/* render/pages_own.h - what pages.c and pages_front.c share. */
#ifndef RENDER_PAGES_OWN_H
#define RENDER_PAGES_OWN_H

#include "render/pages.h"

/* Pages of w->lang before `day`, newest first and at most max, as the renderer
 * wants them; each file behind `prefix`.  The caller's. */
json_t *pages_previous(struct page_writer *w, const char *day, int max,
		       const char *prefix);

/* Into the file of that folder, which is left alone when the bytes are there. */
int pages_write_bytes(const char *dir, const char *path, const struct str *page,
		      struct err *e);

#endif
