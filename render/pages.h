/* render/pages.h - which files a report writes, and writing them. */
#ifndef RENDER_PAGES_H
#define RENDER_PAGES_H

#include "render/document.h"
#include "render/texts.h"

#include <jansson.h>
#include <stdbool.h>

/* "2026-02-04.md" in the workspace's own language, "2026-02-04.en.md" else. */
char *page_file(const char *label, enum lang lang, enum lang own);

/*
 * A file is ours when its last line is our replay footer; absent counts as
 * ours.  Nothing else is ever overwritten.
 */
bool page_is_ours(const char *path);

/* Parse a stored or fresh document. */
int document_parse(const char *text, size_t len, json_t **out, struct err *e);

/*
 * Of the page that this program makes of a document.  The stored documents of
 * written pages have it as "written": where both differ, another build worded
 * the page.
 */
void page_hash(json_t *doc, enum lang lang, const char *file, char out[17]);

struct narrator_client;

struct page_writer {
	const struct doc_request *rq;	/* window and label are set per page */
	enum lang lang, own;
	int64_t now;			/* written */
	int kept;			/* pages that were not written, see
					 * page_write() */
	struct narrator_client *model;	/* asked about new pages, or NULL */
	char *last;			/* file that was stored last, */
	json_t *last_doc;		/* its document, */
	struct str last_page;		/* and what it says */
};
void page_writer_release(struct page_writer *w);

/* The document of a window, with the model's text where one is asked. */
int page_document(struct page_writer *w, const struct doc_request *rq,
		  json_t **out, struct err *e);

/* Remove half-written files of a run that was killed. */
void pages_sweep(struct page_writer *w);

/*
 * Build, write and store the page of one window; the file's name in *file
 * (fresh memory).  While a mirror that the stored page was made with cannot be
 * read at all, that page stays, unless the new one has more changes: w->kept is
 * counted and a warning says so.
 */
int page_write(struct page_writer *w, const struct doc_request *rq,
	       char **file, struct err *e);

/*
 * Bring written pages up to date: one of a window that a repository's last sync
 * did not cover yet and now does is made anew (its landings are late on no other
 * page), so is one that was made without a mirror when that was synced again; one
 * whose errata changed gets them; one whose file is gone is written.
 */
int pages_update(struct page_writer *w, int *rewritten, struct err *e);

/*
 * Build the window of a stored document again from today's store and mirrors
 * and append what would differ, line by line ("- " stored, "+ " today), to out;
 * nothing is written.
 */
int page_recompute(struct page_writer *w, json_t *doc, const char *file,
		   struct str *out, struct err *e);

/* The front page: all pages, then the latest one.  ERR_CONFIG when the file
 * is not ours. */
int page_write_front(struct page_writer *w, struct err *e);

#endif
