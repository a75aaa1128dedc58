/* analyze/hunkbuild.h - hunks of a file while they are put together. */
#ifndef ANALYZE_HUNKBUILD_H
#define ANALYZE_HUNKBUILD_H

#include "analyze/hunks.h"
#include "analyze/xscript.h"
#include "analyze/linetable.h"
#include "core/arena.h"

#define HUNK_CONTEXT 3			/* lines around a change */
#define HUNK_LINES_MAX 200000		/* of all hunks of a file */
#define HUNKS_TOO_MANY (-7)		/* GIT_EUSER: what stops libgit2 */

/* Zero it with {0}. */
struct hunk_build {
	struct hunk *h;
	size_t n, cap;
	struct hunk_line *v;
	size_t lines, lines_cap;
	size_t *first;		/* of every hunk in v */
	size_t first_cap;
	const struct line_table *real;	/* the lines meant; NULL: those given */
	int extra, above;	/* lines before them: in what is given, in the
				 * file */
};

/* One more hunk, to be filled; its lines follow. */
struct hunk *hunk_add(struct hunk_build *b);

/* A line of the last hunk, without its end; numbers from 1, 0: not on that side.
 * 0, or HUNKS_TOO_MANY. */
int hunk_add_line(struct hunk_build *b, const char *s, size_t n, char op,
		  int old_no, int new_no);

/* The line of the file that stands for line `no` (from 1) of what was compared,
 * and its number there. */
const char *hunk_real_line(const struct hunk_build *b, int side, int no,
			   size_t *len);
int hunk_line_no(const struct hunk_build *b, int no);

/* The hunks of what differs between both sides of b->real, with context. */
int hunks_put(struct hunk_build *b, const struct xscript *d);

/* What was put together, into memory of a. */
void hunks_hand_over(struct file_hunks *out, struct arena *a,
		     const struct hunk_build *b);
void hunks_release(struct hunk_build *b);

#endif
