/*
 * analyze/lineedit.h - a shortest edit between two texts by whole lines, for
 * the usual case of few changed lines in much that stayed.
 *
 * Myers' greedy algorithm ("An O(ND) Difference Algorithm", 1986, figure 2) on
 * the bytes themselves: equal lines are passed by comparing memory, no line is
 * hashed or numbered.  Time grows with the square of the edit, so the caller
 * says when to give up.
 */
#ifndef ANALYZE_LINEEDIT_H
#define ANALYZE_LINEEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A line that one side has and the other has not; bytes from the begin of that
 * side's text, the line end included. */
struct changed_line {
	uint32_t off, len;
};

/* Lines deleted from the old text [0] and added to the new one [1], in order. */
struct line_script {
	struct changed_line *v[2];
	size_t n[2], cap[2];
};

struct edit_point;

/* Working memory and the result of the last call; zero it with {0}. */
struct line_edit {
	struct line_script script;
	struct edit_point *trace;
	size_t trace_cap;
};

/*
 * Find a shortest edit of at most max lines; false when there is none, or early
 * on does not seem to be one: then the script is empty.  Both texts are below
 * 4 GiB.  Of several shortest ones it is always the same.
 */
bool line_edit(struct line_edit *w, const char *old, size_t old_len,
	       const char *new, size_t new_len, int max);

void line_edit_release(struct line_edit *w);

/* Is a script an edit: what it leaves of both texts the same?  (One of the lines
 * that a side has more often than the other may tell of the wrong one.) */
bool line_script_is_edit(const struct line_script *s, const char *old,
			 size_t old_len, const char *new, size_t new_len);

/* One more line for a side of a script; what was added last becomes first. */
void line_script_add(struct line_script *s, int side, size_t off, size_t len);
void line_script_reverse(struct line_script *s, int side);

/* Bytes equal at the begin of both, at most n. */
size_t common_prefix(const char *a, const char *b, size_t n);

/* The same at the ends of [.., a) and [.., b). */
size_t common_suffix(const char *a, const char *b, size_t n);

#endif
