/* analyze/trait_lines.h - lines of one side of a diff, for traits.c: which are
 * code, versions, pins, definitions. */
#ifndef ANALYZE_TRAIT_LINES_H
#define ANALYZE_TRAIT_LINES_H

#include "analyze/lineedit.h"
#include "core/str.h"

#include <stdbool.h>
#include <stddef.h>

struct side {
	const char *s;
	size_t len;
	/* Where counts of both sides are only compared, lines that both have
	 * need not be counted: those that are left, or NULL. */
	const struct changed_line *changed;
	size_t changed_n;
};

struct line {
	const char *s;		/* without line end */
	size_t len;
};

/* Take the first line off; false when nothing is left. */
bool side_line(struct side *side, struct line *l);

/* A numbered version, and a word or file that says it is one. */
bool line_has_version(const char *path, const struct line *l);

/* A requirement with its version: name==1.2, "name": "^1.2", name@v3. */
bool line_has_pin(const char *path, const struct line *l);

/* Equal when numbers with their dots and suffixes (1.2.post1) are left out. */
bool line_equal_but_numbers(const struct line *a, const struct line *b);

/* Lines that begin a test, or a function or class, in the path's language; of
 * the changed ones where these are known. */
size_t side_tests(const struct side *side, const char *path);
size_t side_definitions(const struct side *side, const char *path);

/* Does such a line hold the word? */
bool side_has(const struct side *side, const char *word);

/* Code of a side, line by line, without comments and blank lines. */
struct code_reader {
	struct side side;
	char style;		/* '#' or '/' */
	bool block;		/* inside a comment or docstring */
	char quote;		/* of the docstring */
};

/* false: a file whose comments we cannot tell. */
bool code_reader_init(struct code_reader *r, const char *path,
		      const struct side *side);

/* Next line of code into *out (replaced); false at the end. */
bool code_line(struct code_reader *r, struct str *out);

#endif
