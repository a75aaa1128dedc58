/* analyze/linecount.h - how many lines git says were added and deleted. */
#ifndef ANALYZE_LINECOUNT_H
#define ANALYZE_LINECOUNT_H

#include "analyze/lineedit.h"
#include "analyze/linetable.h"
#include "core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The differing middle of two texts, cut at line ends. */
struct middle {
	size_t old_from, old_to, new_from, new_to;
};

/* Working memory, reused from file to file; zero it with {0}. */
struct linecount {
	struct line_table table;
	int32_t *v;
	size_t v_cap;
	unsigned char *standing;
	size_t standing_cap;
	struct line_edit edit;
	/* After linecount(): edit.script has every line of one middle that the
	 * other has not, or not as often (maybe a few more).  Else one of the
	 * middles is empty, or they are too large to be looked at by line. */
	bool scripted;
	uint64_t small, exact, xdiff;	/* texts counted by each way */
};

void linecount_release(struct linecount *w);

/* Cut common leading and trailing lines. */
void linecount_middle(const char *old, size_t old_len, const char *new,
		      size_t new_len, struct middle *m);

/*
 * Lines added and deleted as `git diff --numstat` counts them (Myers by xdiff,
 * its heuristics on, whole texts).  An exact shortest edit of our own is used
 * where it provably gives the same numbers (research: RENAMES, section 8), else
 * libgit2's xdiff on the whole texts.
 */
int linecount(struct linecount *w, const char *old, size_t old_len,
	      const char *new, size_t new_len, const struct middle *m,
	      int32_t *additions, int32_t *deletions, struct err *e);

/* Lines of a text; a last one without line end counts. */
int32_t count_lines(const char *s, size_t len);

/* A NUL in the first 8000 bytes: git's buffer_is_binary. */
bool is_binary(const char *s, size_t len);

#endif
