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
	uint32_t whole;			/* in what was counted beside them */
	uint32_t first;			/* line of side 0 that made it, if any */
};

/* Slots lie in the order the lines were first seen. */
struct line_table {
	struct line_slot *slots;
	size_t slots_n, slots_cap;
	uint32_t *index;
	size_t index_n, mask;
	/* Of the numbered lines of both sides: slot, and where it begins. */
	uint32_t *ids[2], *starts[2];
	size_t n[2], ids_cap[2];
	const char *text[2];
	size_t bytes[2];
	uint64_t filter[256];		/* lines that are asked for */
};

/* Empty, with room for so many distinct lines: none moves a slot later. */
void line_table_size(struct line_table *t, size_t lines);
void line_table_release(struct line_table *t);

/* The slot of a line, made when there is none, or NULL then. */
struct line_slot *line_table_put(struct line_table *t, const char *s,
				 size_t len);
struct line_slot *line_table_find(struct line_table *t, const char *s,
				  size_t len);

/*
 * Empty the table, give every line of both texts its number and count it in `in`.
 * Texts that are alike for long stretches cost little more than one of them.
 */
void line_table_number(struct line_table *t, const char *old, size_t old_len,
		       const char *new, size_t new_len);

/* Which slots the next line_table_count() is to count: none, and one more. */
void line_table_ask_none(struct line_table *t);
void line_table_ask(struct line_table *t, const struct line_slot *s);

/* Count what is asked for in a text, in `whole`; what is not may be counted for
 * a part. */
void line_table_count(struct line_table *t, const char *text, size_t bytes);

#endif
