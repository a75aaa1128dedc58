/*
 * analyze/linedrop.h - which lines xdiff leaves out of its search.
 *
 * It drops a line that is frequent in the other whole text (as often as about
 * the square root of its own side's line count) when it stands in a run of
 * frequent and unmatched lines with many unmatched ones before and behind it.
 * Such a line counts as changed, whatever a shortest edit would say.
 */
#ifndef ANALYZE_LINEDROP_H
#define ANALYZE_LINEDROP_H

#include "analyze/linetable.h"

/* What xdiff thinks of a line: matched nowhere in the other whole text, matched,
 * or matched so often that the match tells nothing. */
enum standing { NOWHERE, MATCHED, FREQUENT, DROPPED };

/* How far the surroundings of a frequent line are looked at, and how many lines
 * without any match outweigh one that is frequent. */
#define SURROUNDINGS 100
#define OUTWEIGH 4

/* Lines that are dropped lie between at least this many matched nowhere: two
 * frequent ones at least count for a third of all. */
#define NOWHERE_MIN 7

/* In a text of so many lines xdiff counts lines; how often the other text must
 * have one to be frequent: about the square root, at most 1024. */
uint32_t frequent_bound(int64_t lines);

/*
 * Both middles are numbered in the table, `cut` bytes at the ends are cut off.
 * Can there be a dropped line on this side, as far as is known without counting
 * in the ends?  bound: frequent_bound() of the side's whole text.
 */
bool line_drop_possible(const struct line_table *t, int side, uint32_t bound,
			size_t cut);

/* Ask for all that line_standing() has to know of both sides. */
void line_drop_ask(struct line_table *t, const uint32_t bound[2], size_t cut);

/* The standing of each numbered line of a side, into st; what was asked for is
 * counted in the ends. */
void line_standing(const struct line_table *t, int side, uint32_t bound,
		   unsigned char *st);

#endif
