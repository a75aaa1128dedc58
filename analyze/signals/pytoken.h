/*
 * analyze/signals/pytoken.h - Python source as tokens, for outlines only.
 *
 * Knows strings (prefixes, triple quotes, f-strings with quotes inside
 * braces), comments, brackets, line joins and indentation.  Never reads past
 * len, needs no NUL, allocates nothing, and takes time linear in len whatever
 * the bytes are.  Wrong source gives tokens, not an error: an open string ends
 * with its line, an open bracket at the next line that starts with "def " or
 * "class " in column 0.
 */
#ifndef ANALYZE_SIGNALS_PYTOKEN_H
#define ANALYZE_SIGNALS_PYTOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pytok_kind {
	PYTOK_END,
	PYTOK_NAME,		/* identifiers and keywords */
	PYTOK_NUMBER,
	PYTOK_STRING,		/* with prefix and quotes */
	PYTOK_OP,		/* one character, or -> ** // == != <= >= := += ... */
	PYTOK_NEWLINE,		/* end of a logical line; length 0 or 1 */
};

struct pytok {
	enum pytok_kind kind;
	uint32_t off, len;	/* bytes of the source */
};

struct pylex {
	const char *s;
	size_t len, pos;
	int depth;		/* open brackets */
	bool fresh;		/* the next token begins a logical line */
	uint32_t indent;	/* columns of the current logical line */
};

/* Sources over 4 GiB are cut there. */
void pylex_init(struct pylex *l, const char *s, size_t len);

/* The next token; PYTOK_END for ever at the end.  Returns its kind. */
enum pytok_kind pylex_next(struct pylex *l, struct pytok *t);

/*
 * Behind the first word of a plain import, which is "from" or "import": the other
 * tokens of the logical line, but with one token for "a.b" after "from"; how many.
 * The next token begins a logical line.  0: it is not plain (relative, joined by
 * backslashes, more than max tokens), nothing was read.
 */
size_t pylex_import(struct pylex *l, struct pytok *t, size_t max);

/* Does a backslash end the line before the one that begins at `at`? */
bool pylex_is_joined(const char *s, size_t at);

/* Does "def " or "class " stand here?  In column 0 it ends an open bracket. */
bool pylex_is_recovery(const char *s, size_t len);
/* The same, "async def " or a decorator. */
bool pylex_is_definition(const char *s, size_t len);

/*
 * At the beginning of a logical line: skip lines indented deeper than
 * `indent` columns (and blank ones between them).  Much faster than tokens.
 * Returns the position after the last line that was skipped.  An open bracket
 * ends where pylex_is_definition() and the line is not deeper, and it may end at
 * a line that begins with a word no bracket can hold ("return").
 */
size_t pylex_skip_block(struct pylex *l, uint32_t indent);

/* Between two logical lines: pass the next one.  Returns where its code begins;
 * len when there is none. */
size_t pylex_skip_line(struct pylex *l);

/* Inside of a logical line, outside of its brackets: pass the rest of it. */
void pylex_skip_rest(struct pylex *l);

/* From an opening bracket at i to the one that closes it, or else to the line end
 * of the logical line, or to len. */
size_t pylex_skip_bracket(const struct pylex *l, size_t i);

/*
 * Between two logical lines: where the line of the next code begins, and how far
 * that is indented; len at the end.  Moves nothing.
 */
size_t pylex_next_line(const struct pylex *l, uint32_t *indent);

#endif
