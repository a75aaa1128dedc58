/*
 * analyze/filehunks.c - the hunks of one file, see hunks.h.
 *
 * They are libgit2's, and found as it does by xscript_find(), which compares
 * numbers of lines.  Of common ends no more is looked at than can matter, so a
 * change of few lines in a large file costs little.  Where so much differs that
 * libgit2 guesses, it is asked: what it then compares are stand-ins, texts in
 * which every line is its number behind its indent, for that is all it asks of a
 * line.
 *
 * What an end has to do with the hunks:
 *
 *  - a group of changed lines may be moved along equal lines, out of the middle
 *    of the texts.  It cannot pass a line that is there once, and stops before
 *    the first of them (is_barred);
 *  - how far it is moved depends on indents and blank lines next to it, at most
 *    LOOK lines away;
 *  - a line that the other side has anywhere is not one that it lacks.  Such
 *    lines are added far from the middle to both texts (see `extra`);
 *  - lines frequent in a text may be left out of the search (linedrop.h).  Where
 *    one would be, in the texts or in what stands for them, no end is left out.
 */
#include "analyze/hunkbuild.h"

#include "analyze/linecount.h"
#include "analyze/xscript.h"
#include "analyze/linedrop.h"
#include "core/git_compat.h"
#include "core/gitlib.h"
#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX ((size_t)8 << 20)	/* more goes to libgit2 as it is */
#define MARGIN 48			/* lines of a common end, at first */
#define LOOK 24				/* git: 20 blank ones, 3 of context */
#define BLANKS_MAX 60			/* distinct lines of blanks alone */

_Static_assert(HUNKS_TOO_MANY == GIT_EUSER, "libgit2 takes it for an error");

/* What stands between the middles and the ends that are left out. */
struct region {
	size_t from[2], to[2];		/* bytes of both texts */
	size_t above, below;		/* common lines at its ends */
	bool top, bottom;		/* it has all of the texts there */
	size_t left_out;		/* lines before it */
};

/* ---- what libgit2 says */

static int on_hunk(const git_diff_delta *delta UNUSED,
		   const git_diff_hunk *hunk, void *arg)
{
	struct hunk_build *b = arg;
	int shift = b->above - b->extra;

	*hunk_add(b) = (struct hunk){
		hunk->old_start + shift, hunk->old_lines,
		hunk->new_start + shift, hunk->new_lines, NULL, 0,
	};
	return 0;
}

static int on_line(const git_diff_delta *delta UNUSED,
		   const git_diff_hunk *hunk UNUSED,
		   const git_diff_line *l, void *arg)
{
	struct hunk_build *b = arg;
	size_t n = l->content_len;
	const char *s = l->content;

	if (l->origin != ' ' && l->origin != '+' && l->origin != '-')
		return 0;	/* "\ No newline at end of file" */
	if (b->real)
		s = hunk_real_line(b, l->origin != '-', l->origin == '-' ?
				   l->old_lineno : l->new_lineno, &n);
	return hunk_add_line(b, s, n, l->origin,
			     hunk_line_no(b, l->old_lineno),
			     hunk_line_no(b, l->new_lineno));
}

static int compare(struct hunk_build *b, const char *old, size_t old_len,
		   const char *new, size_t new_len)
{
	git_diff_options op;

	if (gitlib_init(NULL))
		return -1;
	git_diff_options_init(&op, GIT_DIFF_OPTIONS_VERSION);
	op.context_lines = HUNK_CONTEXT;
	op.flags = GIT_DIFF_INDENT_HEURISTIC | GIT_DIFF_FORCE_TEXT;
	return git_diff_buffers(old, old_len, NULL, new, new_len, NULL, &op,
				NULL, NULL, on_hunk, on_line, b);
}

/* ---- the region */

static size_t lines_back(const char *s, size_t at, size_t n, size_t *passed)
{
	const char *nl;

	for (*passed = 0; at && *passed < n; ++*passed) {
		nl = memrchr(s, '\n', at - 1);
		at = nl ? (size_t)(nl - s) + 1 : 0;
	}
	return at;
}

static size_t lines_on(const char *s, size_t at, size_t len, size_t n,
		       size_t *passed)
{
	const char *nl;

	for (*passed = 0; at < len && *passed < n; ++*passed) {
		nl = memchr(s + at, '\n', len - at);
		at = nl ? (size_t)(nl - s) + 1 : len;
	}
	return at;
}

static void region_find(struct region *r, const struct landing_file *f,
			const struct middle *m, size_t margin)
{
	r->from[0] = r->from[1] = lines_back(f->old, m->old_from, margin,
					     &r->above);
	r->to[0] = lines_on(f->old, m->old_to, f->old_len, margin, &r->below);
	r->to[1] = f->new_len - (f->old_len - r->to[0]);
	r->top = !r->from[0];
	r->bottom = r->to[0] == f->old_len;
	r->left_out = r->top ? 0 :
		      (size_t)count_lines(f->old, r->from[0]);
}

static bool is_single(const struct line_table *t, size_t i)
{
	const struct line_slot *s = &t->slots[t->ids[0][i]];

	return s->in[0] == 1 && s->in[1] == 1;
}

/* Is there a line on both sides of the middle that no group can pass, so far
 * inside that what lies beyond the region is not looked at either? */
static bool is_barred(const struct line_table *t, const struct region *r)
{
	bool above = r->top, below = r->bottom;
	size_t i;

	for (i = LOOK; i < r->above && !above; i++)
		above = is_single(t, i);
	for (i = LOOK; i < r->below && !below; i++)
		below = is_single(t, t->n[0] - 1 - i);
	return above && below;
}

static void number_region(struct line_table *t, const struct landing_file *f,
			  const struct region *r)
{
	line_table_number(t, f->old + r->from[0], r->to[0] - r->from[0],
			  f->new + r->from[1], r->to[1] - r->from[1]);
}

/* ---- lines that one middle lacks, or has often */

/* Ask the ends for lines that one side of the region lacks, and for those that
 * may be frequent: `whole` of each. */
static void count_in_ends(struct line_table *t, const struct landing_file *f,
			  const struct region *r, const uint32_t bound[2])
{
	size_t i;

	for (i = 0; i < t->slots_n; i++)
		t->slots[i].whole = 0;
	if (r->top && r->bottom)
		return;
	line_drop_ask(t, bound, f->old_len - (r->to[0] - r->from[0]));
	line_table_count(t, f->old, r->from[0]);
	line_table_count(t, f->old + r->to[0], f->old_len - r->to[0]);
}

/* Is any line of the middle left out of the search? */
static bool any_dropped(const struct line_table *t, const struct region *r,
			const uint32_t bound[2])
{
	struct line_table middle = *t;
	unsigned char *st;
	bool found;
	int side;

	for (side = 0, found = false; side < 2 && !found; side++) {
		middle.ids[side] += r->above;
		middle.n[side] -= r->above + r->below;
		st = xmalloc(middle.n[side] + 1);
		line_standing(&middle, side, bound[side], st);
		found = memchr(st, DROPPED, middle.n[side]);
		free(st);
	}
	return found;
}

static bool needs_extra(const struct line_slot *s)
{
	return s->whole && (!s->in[0] || !s->in[1]);
}

/*
 * Can libgit2 be given the region in place of the texts?  Then *extra lines go
 * with it, and `whole` says which: once each.
 */
static bool stands_for_all(struct line_table *t, const struct landing_file *f,
			   const struct region *r, size_t *extra)
{
	size_t lines = r->left_out + (size_t)count_lines(f->old + r->to[0],
		f->old_len - r->to[0]), i;
	uint32_t bound[2];
	int side;

	for (side = 0; side < 2; side++)
		bound[side] = frequent_bound((int64_t)(lines + t->n[side]));
	count_in_ends(t, f, r, bound);
	if (any_dropped(t, r, bound))
		return false;
	for (i = 0, *extra = 0; i < t->slots_n; i++) {
		t->slots[i].whole = needs_extra(&t->slots[i]);
		*extra += t->slots[i].whole;
	}
	for (side = 0; side < 2; side++)
		bound[side] = frequent_bound((int64_t)(*extra + t->n[side]));
	return !any_dropped(t, r, bound);
}

/* ---- stand-ins */

/* Tabs and spaces before the number of each distinct line. */
struct stand_in {
	unsigned char tabs, spaces, digits;
};

/* NULL: too many different lines of blanks. */
static struct stand_in *stand_ins(const struct line_table *t)
{
	struct stand_in *v = xcalloc(t->slots_n + 1, sizeof(*v));
	unsigned char blanks = 0;
	size_t i, k;

	for (i = 0; i < t->slots_n; i++) {
		int n = xscript_indent(t->slots[i].s, t->slots[i].len);

		if (n >= 0) {
			v[i].tabs = (unsigned char)(n / 8);
			v[i].spaces = (unsigned char)(n % 8);
			for (k = i + 1; k; k >>= 6)
				v[i].digits++;
		} else if (blanks == BLANKS_MAX) {
			free(v);
			return NULL;
		} else {
			v[i].spaces = blanks++;
		}
	}
	return v;
}

static char *put_line(char *out, const struct stand_in *v, size_t id)
{
	const struct stand_in *s = &v[id];
	int i;

	for (i = 0; i < s->tabs; i++)
		*out++ = '\t';
	for (i = 0; i < s->spaces; i++)
		*out++ = ' ';
	for (i = 0, id++; i < s->digits; i++, id >>= 6)
		*out++ = (char)('0' + (id & 63));
	*out++ = '\n';
	return out;
}

static size_t line_len(const struct stand_in *s)
{
	return (size_t)s->tabs + s->spaces + s->digits + 1;
}

static char *put_extra(char *out, const struct line_table *t,
		       const struct stand_in *v)
{
	size_t i;

	for (i = 0; i < t->slots_n; i++)
		if (t->slots[i].whole)
			out = put_line(out, v, i);
	return out;
}

/* Extra lines are put to an end that is not one of the file. */
static char *short_text(const struct line_table *t, const struct region *r,
			const struct stand_in *v, int side, size_t *len)
{
	size_t bytes = 1, i;
	char *s, *out;

	for (i = 0; i < t->n[side]; i++)
		bytes += line_len(&v[t->ids[side][i]]);
	for (i = 0; i < t->slots_n; i++)
		bytes += t->slots[i].whole ? line_len(&v[i]) : 0;
	out = s = xmalloc(bytes);
	if (!r->top)
		out = put_extra(out, t, v);
	for (i = 0; i < t->n[side]; i++)
		out = put_line(out, v, t->ids[side][i]);
	if (r->top)
		out = put_extra(out, t, v);
	*len = (size_t)(out - s);
	return s;
}

static int compare_region(struct hunk_build *b, const struct line_table *t,
			  const struct region *r, const struct stand_in *v,
			  size_t extra)
{
	size_t old_len, new_len;
	char *old = short_text(t, r, v, 0, &old_len);
	char *new = short_text(t, r, v, 1, &new_len);
	int rc;

	b->real = t;
	b->extra = r->top ? 0 : (int)extra;
	rc = compare(b, old, old_len, new, new_len);
	free(old);
	free(new);
	return rc;
}

/* ---- a file */

/* Both texts of the region, by their numbers; *guess: libgit2 is to be asked. */
static int compare_numbers(struct hunk_build *b, const struct line_table *t,
			   const struct region *r, size_t extra, bool *guess)
{
	struct xscript d = { 0 };
	uint32_t bound[2];
	int side, rc = 0;

	for (side = 0; side < 2; side++)
		bound[side] = frequent_bound((int64_t)(extra + t->n[side]));
	*guess = !xscript_find(&d, t, bound);
	b->real = t;
	b->above = (int)r->left_out;
	if (!*guess)
		rc = hunks_put(b, &d);
	xscript_release(&d);
	return rc;
}

static int compare_by_libgit2(struct hunk_build *b, const struct line_table *t,
			      const struct region *r, size_t extra,
			      const struct landing_file *f)
{
	struct stand_in *v = t ? stand_ins(t) : NULL;
	int rc;

	if (v) {
		rc = compare_region(b, t, r, v, extra);
	} else {
		b->real = NULL;
		b->above = 0;
		rc = compare(b, f->old, f->old_len, f->new, f->new_len);
	}
	free(v);
	return rc;
}

static int compare_sides(struct hunk_build *b, struct line_table *t,
			 const struct landing_file *f)
{
	struct middle m;
	struct region r;
	size_t margin = MARGIN, extra;
	bool guess;
	int rc;

	linecount_middle(f->old, f->old_len, f->new, f->new_len, &m);
	if (m.old_from == m.old_to && m.new_from == m.new_to)
		return 0;
	if (f->old_len >= TEXT_MAX || f->new_len >= TEXT_MAX)
		return compare_by_libgit2(b, NULL, NULL, 0, f);
	do {
		region_find(&r, f, &m, margin);
		number_region(t, f, &r);
		margin *= 8;
	} while (!is_barred(t, &r));
	if (!stands_for_all(t, f, &r, &extra)) {
		region_find(&r, f, &m, SIZE_MAX);
		number_region(t, f, &r);
		extra = 0;
	}
	rc = compare_numbers(b, t, &r, extra, &guess);
	return guess ? compare_by_libgit2(b, t, &r, extra, f) : rc;
}

/* A file that came or went is one hunk of all its lines. */
static int whole_file(struct file_hunks *out, struct arena *a, const char *s,
		      size_t len, char op, const char *path, struct err *e)
{
	int n = count_lines(s, len), i;
	const char *end = s + len;
	struct hunk_line *v;

	if (n > HUNK_LINES_MAX)
		return err_set(e, ERR_LIMIT, "'%s': over %d lines of diff",
			       path, HUNK_LINES_MAX);
	if (!n)
		return 0;
	v = arena_alloc(a, (size_t)n * sizeof(*v));
	for (i = 0; i < n; i++) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		const char *next = stop ? stop + 1 : end;

		stop = next;
		while (stop > s && (stop[-1] == '\n' || stop[-1] == '\r'))
			stop--;
		v[i] = (struct hunk_line){ s, (size_t)(stop - s),
			op == '-' ? i + 1 : 0, op == '+' ? i + 1 : 0, op };
		s = next;
	}
	out->v = arena_alloc(a, sizeof(*out->v));
	out->n = 1;
	*out->v = (struct hunk){ op == '-', op == '-' ? n : 0, op == '+',
				 op == '+' ? n : 0, v, (size_t)n };
	return 0;
}

int file_hunks_read(struct file_hunks *out, struct arena *a,
		    const struct landing_file *f, struct err *e)
{
	struct line_table t = { 0 };
	struct hunk_build b = { 0 };
	int r;

	*out = (struct file_hunks){ 0 };
	if ((!f->old && f->change->status != 'A') ||
	    (!f->new && f->change->status != 'D') || (!f->old && !f->new))
		return 0;
	if (!f->old)
		return whole_file(out, a, f->new, f->new_len, '+',
				  f->change->path, e);
	if (!f->new)
		return whole_file(out, a, f->old, f->old_len, '-',
				  f->change->path, e);
	r = compare_sides(&b, &t, f);
	if (r == HUNKS_TOO_MANY)
		r = err_set(e, ERR_LIMIT, "'%s': over %d lines of diff",
			    f->change->path, HUNK_LINES_MAX);
	else if (r < 0)
		r = err_git(e, f->change->path);
	else if (b.n)
		hunks_hand_over(out, a, &b);
	hunks_release(&b);
	line_table_release(&t);
	return r;
}
