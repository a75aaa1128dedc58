/* analyze/hunks.h - unified hunks of a file, and the few worth showing. */
#ifndef ANALYZE_HUNKS_H
#define ANALYZE_HUNKS_H

#include "analyze/signals/signals.h"
#include "core/arena.h"
#include "core/err.h"

#include <stdbool.h>
#include <stddef.h>

struct hunk_line {
	const char *s;		/* borrowed from the file; no line end */
	size_t len;
	int old_no, new_no;	/* 1-based; 0 on the side it is not on */
	char op;		/* ' ', '+' or '-' */
};

/* One "@@": the h of a handle c1.f1.h is its place in file_hunks, from 1. */
struct hunk {
	int old_start, old_lines, new_start, new_lines;
	struct hunk_line *v;
	size_t n;
};

struct file_hunks {
	struct hunk *v;
	size_t n;
};

/*
 * The hunks of one file with three lines of context, as `git diff` shows them
 * with its default heuristics.  Arrays live in `a`, text in the file.  A file
 * without contents has none.  ERR_GIT, ERR_LIMIT (over 200000 diff lines).
 */
int file_hunks_read(struct file_hunks *out, struct arena *a,
		    const struct landing_file *f, struct err *e);

#define WINDOW_LINES 8
#define WINDOWS_MAX 3

/* A run of at most WINDOW_LINES consecutive lines of one hunk. */
struct hunk_window {
	size_t file;		/* index into the files given */
	int h;			/* 1-based hunk of that file */
	int line;		/* of the first line, on its side */
	bool old_side;		/* the first line is a removed one */
	int score;
	const struct hunk_line *v;
	size_t n;
};

/*
 * The best windows of a landing, best first, one per file, at most
 * WINDOWS_MAX.  Points: 30 a changed line holds one of `names` (whole words),
 * 2 for each further name; 10 product code; 10 lines of both signs; 1 per
 * changed line; 4 begins at the beginning of a change; -3 begins with a
 * blank line; -8 ends inside a replacement; -20 only imports; -20 only
 * comments or blank lines; -30 only moved lines (unless `moves`: then the move
 * is what is told).  Vendored, generated, data and lock files and lines over
 * 200 bytes are never shown.
 * Windows without points are left out.  Deterministic: ties go to the earlier
 * file and line.  Files that cannot be read are passed over.
 */
size_t hunks_choose(struct hunk_window out[WINDOWS_MAX], struct arena *a,
		    const struct landing_file *files, size_t files_n,
		    const char *const *names, size_t names_n, bool moves);

#endif
