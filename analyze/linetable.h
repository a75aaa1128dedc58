/*
 * analyze/linetable.h - the distinct lines of two texts, numbered, and how
 * often each occurs where.
 */
#ifndef ANALYZE_LINETABLE_H
#define ANALYZE_LINETABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line_slot {
	const char *s;			/* the line with its end, borrowed */
	uint32_t len, hash;
	uint32_t in[2];			/* occurrences in the numbered texts */
	uint32_t whole[2];		/* in what was counted beside them */
};

/* Slots lie in the order the lines were first seen. */
struct line_table {
	struct line_slot *slots;
	size_t slots_n, slots_cap;
	uint32_t *index;
	size_t index_n, mask;
	/* Of the numbered lines of both sides: slot, and where it begins. */
	uint32_t *ids[2], *starts[2];
	size_t ids_cap[2];
	uint64_t filter[64];		/* lines that may be in the table */
};

/* Empty, with room for so many distinct lines: none moves a slot later. */
void line_table_size(struct line_table *t, size_t lines);
void line_table_release(struct line_table *t);

/* The slot of a line, made when there is none. */
struct line_slot *line_table_put(struct line_table *t, const char *s,
				 size_t len);

/* Give every line of a side its number and count it in `in`; how many. */
size_t line_table_number(struct line_table *t, int side, const char *text,
			 size_t bytes);

/* Before line_table_count(): what it may ask for is what is in the table now. */
void line_table_close(struct line_table *t);

/* Count the table's lines in a text, in `whole`. */
void line_table_count(struct line_table *t, int side, const char *text,
		      size_t bytes);

#endif
