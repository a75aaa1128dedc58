/* render/terminal.h - text for a person at a terminal, or for a pipe. */
#ifndef RENDER_TERMINAL_H
#define RENDER_TERMINAL_H

#include "core/str.h"
#include "store/rows.h"

#include <stdbool.h>
#include <stddef.h>

/* How to print; fill it once per command (cli/color.h: term_style_init). */
struct term_style {
	bool color;
	bool terminal;	/* a person reads it: controls are made visible */
	bool ascii;	/* the terminal is not UTF-8: the rest as <U+4E2D> */
	int columns;
};

enum term_paint {
	PAINT_NONE,
	PAINT_META,	/* headers of a patch: bold */
	PAINT_FRAG,	/* @@ lines: cyan */
	PAINT_OLD,	/* red */
	PAINT_NEW,	/* green */
	PAINT_ID,	/* object ids: yellow */
};

/*
 * Text from outside.  To a terminal through put_terminal(); to a pipe or a
 * file the bytes as they are, so that a patch still applies.
 */
void term_text(struct str *out, const struct term_style *st, const char *s,
	       size_t len);

/* The same between a colour and its end; a line end stays outside. */
void term_paint(struct str *out, const struct term_style *st,
		enum term_paint paint, const char *s, size_t len);

/* What `show` prints above a diff, where it is not in struct commit. */
struct term_facts {
	const char *repo;		/* "owner/name" */
	const char *landed;		/* RFC 3339, or NULL: not stored */
	bool doubtful;
	const char *landing;		/* 40 hex of another commit, or NULL */
	const char *type;		/* NULL or "": not labelled */
	const char *areas, *hardware;	/* comma-separated, may be "" */
};

/* "commit ID", people and times in their own offsets, labels, and the message
 * four columns in; ends with an empty line. */
void term_commit(struct str *out, const struct term_style *st,
		 const struct commit *c, const struct term_facts *f);

/* Rows of cells as columns: widths in terminal columns, two blanks between.  A
 * cell far wider than the others pushes only what follows it. */
struct term_table {
	char **cell;		/* owned */
	size_t n, cap;
	int columns;		/* cells of one row; set it first */
	unsigned right;		/* bit i: column i is flush right */
};
void term_cell(struct term_table *t, const char *s);
void term_cellf(struct term_table *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void term_table_put(struct str *out, const struct term_style *st,
		    const struct term_table *t);
void term_table_release(struct term_table *t);

#endif
