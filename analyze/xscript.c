/* analyze/xscript.c - see xscript.h. */
#include "analyze/xscript.h"

#include "analyze/linedrop.h"
#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

#define COST_MAX 256		/* xdiff: from here on it takes what is near */
#define INDENT_MAX 200
#define BLANKS_MAX 20		/* lines of blanks that are looked at */
#define SLIDING_MAX 100		/* places that are tried for a group */

/* ---- the search */

/* Furthest x on every diagonal x - y, from one of the ends. */
struct front {
	int32_t *x;
	int from, to;		/* diagonals, every second one counts */
};

struct search {
	const uint32_t *v[2];	/* lines that are searched for */
	const uint32_t *place[2];	/* where they stand */
	unsigned char *changed[2];
	int32_t *forth, *back;
};

/* Lines a to a_to of the one side, b to b_to of the other. */
struct box {
	int a, a_to, b, b_to;
};

/* One diagonal more at both ends, as far as there are any. */
static void widen(struct front *f, const struct box *x, int32_t none)
{
	if (f->from > x->a - x->b_to)
		f->x[--f->from - 1] = none;
	else
		f->from++;
	if (f->to < x->a_to - x->b)
		f->x[++f->to + 1] = none;
	else
		f->to--;
}

static bool in_front(const struct front *f, int d)
{
	return f->from <= d && d <= f->to;
}

/* The highest diagonal on which this step meets the other front. */
static bool step_forth(const struct search *s, const struct box *x,
		       struct front *f, const struct front *other, bool meet,
		       int *at)
{
	int d, i;

	widen(f, x, -1);
	for (d = f->to; d >= f->from; d -= 2) {
		i = f->x[d - 1] >= f->x[d + 1] ? f->x[d - 1] + 1 : f->x[d + 1];
		while (i < x->a_to && i - d < x->b_to &&
		       s->v[0][i] == s->v[1][i - d])
			i++;
		f->x[d] = i;
		*at = d;
		if (meet && in_front(other, d) && other->x[d] <= i)
			return true;
	}
	return false;
}

static bool step_back(const struct search *s, const struct box *x,
		      struct front *f, const struct front *other, bool meet,
		      int *at)
{
	int d, i;

	widen(f, x, INT32_MAX);
	for (d = f->to; d >= f->from; d -= 2) {
		i = f->x[d - 1] < f->x[d + 1] ? f->x[d - 1] : f->x[d + 1] - 1;
		while (i > x->a && i - d > x->b &&
		       s->v[0][i - 1] == s->v[1][i - d - 1])
			i--;
		f->x[d] = i;
		*at = d;
		if (meet && in_front(other, d) && i <= other->x[d])
			return true;
	}
	return false;
}

/* Where a shortest script comes through the middle of its length. */
static bool middle_of(const struct search *s, const struct box *x, int *a,
		      int *b)
{
	int first = x->a - x->b, last = x->a_to - x->b_to, d, cost;
	struct front forth = { s->forth, first, first };
	struct front back = { s->back, last, last };
	bool odd = (first - last) & 1;

	forth.x[first] = x->a;
	back.x[last] = x->a_to;
	for (cost = 1; cost <= COST_MAX; cost++) {
		if (step_forth(s, x, &forth, &back, odd, &d)) {
			*a = forth.x[d];
			*b = *a - d;
			return true;
		}
		if (step_back(s, x, &back, &forth, !odd, &d)) {
			*a = back.x[d];
			*b = *a - d;
			return true;
		}
	}
	return false;
}

static void mark(const struct search *s, int side, int from, int to)
{
	for (; from < to; from++)
		s->changed[side][s->place[side][from]] = 1;
}

/* No deeper than the cost can be halved. */
static bool search(const struct search *s, struct box x)
{
	int a, b;

	while (x.a < x.a_to && x.b < x.b_to && s->v[0][x.a] == s->v[1][x.b]) {
		x.a++;
		x.b++;
	}
	while (x.a < x.a_to && x.b < x.b_to &&
	       s->v[0][x.a_to - 1] == s->v[1][x.b_to - 1]) {
		x.a_to--;
		x.b_to--;
	}
	if (x.a == x.a_to || x.b == x.b_to) {
		mark(s, 0, x.a, x.a_to);
		mark(s, 1, x.b, x.b_to);
		return true;
	}
	return middle_of(s, &x, &a, &b) &&
	       search(s, (struct box){ x.a, a, x.b, b }) &&
	       search(s, (struct box){ a, x.a_to, b, x.b_to });
}

/* ---- what is searched */

/* Equal lines at both ends. */
static void common_ends(const struct line_table *t, size_t *above,
			size_t *below)
{
	size_t n = t->n[0] < t->n[1] ? t->n[0] : t->n[1], i = 0, k = 0;

	while (i < n && t->ids[0][i] == t->ids[1][i])
		i++;
	while (k < n - i && t->ids[0][t->n[0] - 1 - k] ==
			    t->ids[1][t->n[1] - 1 - k])
		k++;
	*above = i;
	*below = k;
}

/* Lines without an end of the texts; how many are searched for. */
static int keep(struct xscript *d, const struct line_table *middle, int side,
		size_t above, uint32_t bound)
{
	size_t i;
	int n = 0;

	line_standing(middle, side, bound, d->marks);
	for (i = 0; i < middle->n[side]; i++)
		if (d->marks[i] == NOWHERE || d->marks[i] == DROPPED) {
			d->changed[side][above + i] = 1;
		} else {
			d->kept[side][n] = middle->ids[side][i];
			d->place[side][n++] = (uint32_t)(above + i);
		}
	return n;
}

/* ---- groups of changed lines */

struct text {
	const uint32_t *ids;
	unsigned char *changed;
	const signed short *indent;
	long n;
};

/* Lines from..to, all that are changed between two that are not; may be none. */
struct group {
	long from, to;
};

static void extend_up(const struct text *t, struct group *g)
{
	while (t->changed[g->from - 1])
		g->from--;
}

static void extend_down(const struct text *t, struct group *g)
{
	while (t->changed[g->to])
		g->to++;
}

static bool next_group(const struct text *t, struct group *g)
{
	if (g->to == t->n)
		return false;
	g->from = ++g->to;
	extend_down(t, g);
	return true;
}

static bool previous_group(const struct text *t, struct group *g)
{
	if (!g->from)
		return false;
	g->to = --g->from;
	extend_up(t, g);
	return true;
}

/* By a line; what it then touches becomes part of it. */
static bool slide_up(const struct text *t, struct group *g)
{
	if (!g->from || t->ids[g->from - 1] != t->ids[g->to - 1])
		return false;
	t->changed[--g->from] = 1;
	t->changed[--g->to] = 0;
	extend_up(t, g);
	return true;
}

static bool slide_down(const struct text *t, struct group *g)
{
	if (g->to == t->n || t->ids[g->from] != t->ids[g->to])
		return false;
	t->changed[g->from++] = 0;
	t->changed[g->to++] = 1;
	extend_down(t, g);
	return true;
}

/* ---- where a group looks best */

struct score {
	int indent, penalty;
};

static int indent_at(const struct text *t, long i)
{
	return t->indent[t->ids[i]];
}

/* The first line with text from i on, in steps of 1 or -1: its indent, and how
 * many are blank before it. */
static int look(const struct text *t, long i, int step, int *blank)
{
	*blank = 0;
	for (; i >= 0 && i < t->n; i += step) {
		if (indent_at(t, i) >= 0)
			return indent_at(t, i);
		if (++*blank == BLANKS_MAX)
			return 0;
	}
	return -1;
}

/* What speaks against a border of a group before line `at`; git's numbers. */
static void add_border(struct score *s, const struct text *t, long at)
{
	bool end = at >= t->n, blanks, deeper;
	int before, behind, pre, post, here = end ? -1 : indent_at(t, at);

	pre = look(t, at - 1, -1, &before);
	post = look(t, at + 1, 1, &behind);
	behind = here < 0 ? behind + 1 : 0;
	blanks = before + behind > 0;
	if (pre < 0 && !before)
		s->penalty += 1;
	if (end)
		s->penalty += 21;
	s->penalty += -30 * (before + behind) + 6 * behind;
	if (here < 0)
		here = post;
	s->indent += here;
	if (here < 0 || pre < 0 || here == pre)
		return;
	deeper = post > here;
	if (here > pre)
		s->penalty += blanks ? 10 : -4;
	else if (deeper)
		s->penalty += blanks ? 17 : 24;
	else
		s->penalty += blanks ? 17 : 23;
}

static bool is_better(const struct score *a, const struct score *b)
{
	int by_indent = (a->indent > b->indent) - (a->indent < b->indent);

	return 60 * by_indent + a->penalty - b->penalty <= 0;
}

/* The end that looks best of those from `first` to where the group ends now. */
static long best_end(const struct text *t, const struct group *g, long first,
		     long lines)
{
	long at = first, best = -1;
	struct score least = { 0, 0 };

	if (g->to - lines - 1 > at)
		at = g->to - lines - 1;
	if (g->to - SLIDING_MAX > at)
		at = g->to - SLIDING_MAX;
	for (; at <= g->to; at++) {
		struct score s = { 0, 0 };

		add_border(&s, t, at);
		add_border(&s, t, at - lines);
		if (best < 0 || is_better(&s, &least)) {
			least = s;
			best = at;
		}
	}
	return best;
}

/*
 * Up as far as it goes, then down; what it runs into joins it, and then it has
 * another length.  *highest: its end when it was up; *beside: its last end at
 * which a group of the other text stood beside it, or -1.
 */
static void slide_both_ways(const struct text *t, struct group *g,
			    const struct text *o, struct group *og,
			    long *highest, long *beside, long *lines)
{
	do {
		*lines = g->to - g->from;
		*beside = -1;
		while (slide_up(t, g))
			previous_group(o, og);
		*highest = g->to;
		if (og->to > og->from)
			*beside = g->to;
		while (slide_down(t, g)) {
			next_group(o, og);
			if (og->to > og->from)
				*beside = g->to;
		}
	} while (*lines != g->to - g->from);
}

/* Every group of t to its place; o's groups are walked along. */
static void place_groups(const struct text *t, const struct text *o)
{
	struct group g = { 0, 0 }, og = { 0, 0 };
	long highest, beside, lines, to;

	extend_down(t, &g);
	extend_down(o, &og);
	do {
		if (g.from == g.to)
			continue;
		slide_both_ways(t, &g, o, &og, &highest, &beside, &lines);
		if (g.to == highest)
			continue;
		to = beside >= 0 ? -1 : best_end(t, &g, highest, lines);
		while (beside >= 0 ? og.to == og.from : g.to > to) {
			if (!slide_up(t, &g))
				break;
			previous_group(o, &og);
		}
	} while (next_group(t, &g) && next_group(o, &og));
}

/* ---- both */

int xscript_indent(const char *s, size_t len)
{
	size_t i;
	int n = 0;

	for (i = 0; i < len; i++) {
		switch (s[i]) {
		case ' ':
			n++;
			break;
		case '\t':
			n += 8 - n % 8;
			break;
		case '\n': case '\v': case '\f': case '\r':
			break;
		default:
			return n;
		}
		if (n >= INDENT_MAX)
			return INDENT_MAX;
	}
	return -1;
}

void xscript_release(struct xscript *d)
{
	int side;

	for (side = 0; side < 2; side++) {
		if (d->changed[side])
			free(d->changed[side] - 1);
		free(d->kept[side]);
		free(d->place[side]);
	}
	free(d->marks);
	free(d->fronts);
	free(d->indent);
	memset(d, 0, sizeof(*d));
}

static void make_room(struct xscript *d, const struct line_table *t)
{
	size_t n = t->n[0] > t->n[1] ? t->n[0] : t->n[1], i;
	int side;

	if (n >= d->lines_cap) {
		xscript_release(d);
		d->lines_cap = n + n / 2 + 64;
		d->marks = xmalloc(d->lines_cap);
		d->fronts = xcalloc(d->lines_cap + 2,
				    4 * sizeof(*d->fronts));
		for (side = 0; side < 2; side++) {
			d->changed[side] = xmalloc(d->lines_cap + 2);
			d->changed[side]++;
			d->kept[side] = xcalloc(d->lines_cap,
						sizeof(*d->kept[side]));
			d->place[side] = xcalloc(d->lines_cap,
						 sizeof(*d->place[side]));
		}
	}
	for (side = 0; side < 2; side++)
		memset(d->changed[side] - 1, 0, t->n[side] + 2);
	if (t->slots_n > d->indent_cap) {
		d->indent_cap = t->slots_n * 2;
		free(d->indent);
		d->indent = xcalloc(d->indent_cap, sizeof(*d->indent));
	}
	for (i = 0; i < t->slots_n; i++)
		d->indent[i] = (signed short)xscript_indent(t->slots[i].s,
							 t->slots[i].len);
}

bool xscript_find(struct xscript *d, const struct line_table *t,
		  const uint32_t bound[2])
{
	struct line_table middle = *t;
	struct search s;
	struct text text[2];
	size_t above, below;
	int side, n[2];

	make_room(d, t);
	common_ends(t, &above, &below);
	for (side = 0; side < 2; side++) {
		middle.ids[side] += above;
		middle.n[side] -= above + below;
		n[side] = keep(d, &middle, side, above, bound[side]);
		s.v[side] = d->kept[side];
		s.place[side] = d->place[side];
		s.changed[side] = d->changed[side];
		text[side] = (struct text){ t->ids[side], d->changed[side],
					    d->indent, (long)t->n[side] };
	}
	s.forth = d->fronts + n[1] + 1;
	s.back = s.forth + n[0] + n[1] + 3;
	if (!search(&s, (struct box){ 0, n[0], 0, n[1] }))
		return false;
	place_groups(&text[0], &text[1]);
	place_groups(&text[1], &text[0]);
	return true;
}
