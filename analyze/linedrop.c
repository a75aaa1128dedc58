/* analyze/linedrop.c - see linedrop.h. */
#include "analyze/linedrop.h"

uint32_t frequent_bound(int64_t lines)
{
	uint32_t i = 1;

	for (; lines > 0; lines >>= 2)
		i <<= 1;
	return i > 1024 ? 1024 : i;
}

/* Enough of them may lie in the ends, by their length. */
static bool may_be_frequent(const struct line_slot *s, int side, uint32_t bound,
			    size_t cut)
{
	uint32_t have = s->in[!side];

	return have >= bound || (size_t)(bound - have) * s->len <= cut;
}

bool line_drop_possible(const struct line_table *t, int side, uint32_t bound,
			size_t cut)
{
	bool behind = false, between = false;
	size_t none = 0, i;

	for (i = 0; i < t->n[side]; i++) {
		const struct line_slot *s = &t->slots[t->ids[side][i]];

		if (!s->in[!side]) {
			between |= behind;
			if (++none >= NOWHERE_MIN && between)
				return true;
		} else if (may_be_frequent(s, side, bound, cut)) {
			behind = none > 0;
		} else {
			none = 0;
			behind = between = false;
		}
	}
	return false;
}

void line_drop_ask(struct line_table *t, const uint32_t bound[2], size_t cut)
{
	size_t i;

	line_table_ask_none(t);
	for (i = 0; i < t->slots_n; i++) {
		const struct line_slot *s = &t->slots[i];

		if (!s->in[0] || !s->in[1] ||
		    may_be_frequent(s, 0, bound[0], cut) ||
		    may_be_frequent(s, 1, bound[1], cut))
			line_table_ask(t, s);
	}
}

/*
 * Lines of the run next to a frequent one, before (step -1) or behind it (1):
 * the run ends at a line that is simply matched.
 */
static void look_around(const unsigned char *st, size_t n, size_t at, int step,
			int *nowhere, int *frequent)
{
	size_t i = at;
	int k;

	*nowhere = 0;
	*frequent = 1;
	for (k = 0; k < SURROUNDINGS; k++) {
		if (step < 0 ? i == 0 : i + 1 >= n)
			break;
		i = step < 0 ? i - 1 : i + 1;
		if (st[i] == MATCHED)
			break;
		if (st[i] == NOWHERE)
			++*nowhere;
		else
			++*frequent;
	}
}

/* In a run that is looked at beyond its middle only in part. */
static bool outweighed_in_part(const unsigned char *st, size_t n, size_t i)
{
	int none_before, none_behind, often_before, often_behind;

	look_around(st, n, i, -1, &none_before, &often_before);
	if (!none_before)
		return false;
	look_around(st, n, i, 1, &none_behind, &often_behind);
	if (!none_behind)
		return false;
	none_before += none_behind;
	often_before += often_behind;
	return often_before * OUTWEIGH < often_before + none_before;
}

/* The run of lines from `from` to `to`, which no matched line parts. */
static void drop_in_run(unsigned char *st, size_t n, size_t from, size_t to)
{
	size_t first = to, last = from, often = 1, none = 0, i;

	for (i = from; i < to; i++)
		if (st[i] == NOWHERE) {
			first = first == to ? i : first;
			last = i;
			none++;
		} else {
			often++;	/* each counts itself on both sides */
		}
	if (to - from <= SURROUNDINGS &&
	    often * OUTWEIGH >= often + none)
		return;
	/* Still FREQUENT for its neighbours: hence the other mark. */
	for (i = first; i < last; i++)
		if (st[i] == FREQUENT && (to - from <= SURROUNDINGS ||
					  outweighed_in_part(st, n, i)))
			st[i] = DROPPED;
}

/*
 * The lines xdiff leaves out of its search: frequent ones in the middle of many
 * that are matched nowhere.  They count as changed.
 */
static void drop_frequent(unsigned char *st, size_t n)
{
	size_t i, from;

	for (i = 0; i < n; i++) {
		if (st[i] == MATCHED)
			continue;
		for (from = i; i < n && st[i] != MATCHED; i++)
			;
		if (i - from >= NOWHERE_MIN + 1)
			drop_in_run(st, n, from, i);
	}
}

void line_standing(const struct line_table *t, int side, uint32_t bound,
		   unsigned char *st)
{
	uint32_t seen;
	size_t i;

	for (i = 0; i < t->n[side]; i++) {
		const struct line_slot *s = &t->slots[t->ids[side][i]];

		seen = s->in[!side] + s->whole;
		st[i] = !seen ? NOWHERE : seen >= bound ? FREQUENT : MATCHED;
	}
	drop_frequent(st, t->n[side]);
}
