/*
 * analyze/linecount.c - see linecount.h.
 *
 * What makes xdiff's numbers differ from a shortest edit:
 *
 *  - it drops a line that is frequent in the other file (as often as about the
 *    square root of that side's line count) when it stands in a run of frequent
 *    and unmatched lines with many unmatched ones before and behind it.  We find
 *    the same lines (linedrop.h) and drop them too;
 *  - it gives up searching for the shortest edit when the cost from both ends
 *    reaches 256, that is an edit of about 512 lines.  Then xdiff itself counts:
 *    about one text in a thousand.
 *
 * Otherwise additions and deletions follow from the length of the longest common
 * subsequence of the lines that are left, which is unique.  Lines matched
 * nowhere do not change it, nor do common ends.
 *
 * Most edits are small.  Their script is found without hashing a line
 * (lineedit.h), and by_script() tells from it that nothing can have been
 * dropped that matters; only what is left is numbered line by line.
 */
#include "analyze/linecount.h"

#include "analyze/linedrop.h"
#include "core/git_compat.h"
#include "core/gitlib.h"
#include "core/lines.h"
#include "core/mem.h"

/* Below 2 * 256 with room for how the two searches meet. */
#define EDIT_MAX 500
/* More distinct lines than this in the middle go to xdiff at once. */
#define MIDDLE_MAX (1 << 20)

bool is_binary(const char *s, size_t len)
{
	return memchr(s, 0, len < 8000 ? len : 8000) != NULL;
}

int32_t count_lines(const char *s, size_t len)
{
	return (int32_t)count_line_ends(s, len) +
	       (len && s[len - 1] != '\n');
}

void linecount_release(struct linecount *w)
{
	line_table_release(&w->table);
	free(w->v);
	free(w->standing);
	line_edit_release(&w->edit);
	memset(w, 0, sizeof(*w));
}

/* `from` is known to begin a line. */
static bool begins_line(const char *s, size_t at, size_t from)
{
	return at == from || s[at - 1] == '\n';
}

void linecount_middle(const char *old, size_t old_len, const char *new,
		      size_t new_len, struct middle *m)
{
	size_t n = old_len < new_len ? old_len : new_len, pre, suf;
	const char *nl;

	pre = common_prefix(old, new, n);
	if (pre == old_len && pre == new_len) {
		m->old_from = m->old_to = old_len;
		m->new_from = m->new_to = new_len;
		return;
	}
	/* Back to where the differing line begins, on both sides the same. */
	nl = pre ? memrchr(old, '\n', pre) : NULL;
	pre = nl ? (size_t)(nl - old) + 1 : 0;
	suf = common_suffix(old + old_len, new + new_len, n - pre);
	/* Forward to the first whole line of the common end: one that begins
	 * where a line begins on both sides. */
	if (suf && !(begins_line(old, old_len - suf, pre) &&
		     begins_line(new, new_len - suf, pre))) {
		nl = memchr(old + old_len - suf, '\n', suf);
		suf = nl ? (size_t)(old + old_len - nl - 1) : 0;
	}
	m->old_from = m->new_from = pre;
	m->old_to = old_len - suf;
	m->new_to = new_len - suf;
}

static unsigned char *reserve_standing(struct linecount *w, size_t n)
{
	if (n > w->standing_cap) {
		free(w->standing);
		w->standing = xmalloc(n * 2);
		w->standing_cap = n * 2;
	}
	return w->standing;
}

/* Leave out lines matched nowhere in the other middle, and dropped ones; st may
 * be NULL: none is dropped. */
static size_t keep_matched(struct linecount *w, int side,
			   const unsigned char *st)
{
	const struct line_slot *t = w->table.slots;
	uint32_t *id = w->table.ids[side];
	size_t n = w->table.n[side], i, k = 0;

	for (i = 0; i < n; i++)
		if (t[id[i]].in[!side] && (!st || st[i] != DROPPED))
			id[k++] = id[i];
	return k;
}

/*
 * Length of the shortest edit between the kept lines, or -1 above max.  Myers'
 * greedy algorithm ("An O(ND) Difference Algorithm", 1986, figure 2).
 */
static int shortest_edit(struct linecount *w, size_t n, size_t m, int max)
{
	const uint32_t *a = w->table.ids[0], *b = w->table.ids[1];
	int d, k, x, y, N = (int)n, M = (int)m;
	size_t need = 2 * (size_t)max + 3;
	int32_t *v;

	if (w->v_cap < need) {
		free(w->v);
		w->v = xcalloc(need, sizeof(*w->v));
		w->v_cap = need;
	}
	v = w->v + max + 1;
	v[1] = 0;
	for (d = 0; d <= max; d++) {
		for (k = -d; k <= d; k += 2) {
			if (k < -M || k > N)
				continue;
			x = k == -d || (k != d && v[k - 1] < v[k + 1]) ?
			    v[k + 1] : v[k - 1] + 1;
			y = x - k;
			while (x < N && y < M && a[x] == b[y])
				x++, y++;
			v[k] = x;
			if (x >= N && y >= M)
				return d;
		}
		/* Diagonals outside the box must lose every comparison. */
		if (-d - 1 < -M)
			v[-M - 1] = -1;
		if (d + 1 > N)
			v[N + 1] = -1;
	}
	return -1;
}

struct tally {
	int32_t additions, deletions;
};

/* One side: a text and its middle. */
struct half {
	const char *s;
	size_t len, from, to;
};

static int on_line(const git_diff_delta *delta UNUSED,
		   const git_diff_hunk *hunk UNUSED,
		   const git_diff_line *line, void *arg)
{
	struct tally *t = arg;

	if (line->origin == GIT_DIFF_LINE_ADDITION)
		t->additions++;
	else if (line->origin == GIT_DIFF_LINE_DELETION)
		t->deletions++;
	return 0;
}

static int by_xdiff(const char *old, size_t old_len, const char *new,
		    size_t new_len, struct tally *t, struct err *e)
{
	git_diff_options opts;

	git_diff_options_init(&opts, GIT_DIFF_OPTIONS_VERSION);
	opts.flags = GIT_DIFF_FORCE_TEXT;
	opts.context_lines = 0;
	t->additions = t->deletions = 0;
	if (gitlib_init(e))
		return ERR_GIT;
	if (git_diff_buffers(old, old_len, "a", new, new_len, "a", &opts,
			     NULL, NULL, NULL, on_line, t))
		return err_git(e, "counting lines");
	return 0;
}

/* The longest line among the first ones of a gap that is not empty. */
static void longest_line(const char *s, size_t bytes, const char **line,
			 size_t *len)
{
	struct line_walk walk;
	size_t n;
	int i;

	*len = 0;
	line_walk_init(&walk, s, bytes);
	for (i = 0; i < 2 * SURROUNDINGS && (n = next_line(&walk)); i++)
		if (n > *len) {
			*line = walk.at - n;
			*len = n;
		}
}

/*
 * Could xdiff drop a line of this side that the script keeps?  It would have to
 * lie between two lines matched nowhere, all of which the script changes, and
 * every line between those two would have to be frequent in the whole other
 * file.  So one line of each gap that is not frequent is proof enough; dropping
 * lines that are changed anyway changes no number.
 */
static bool may_drop(struct linecount *w, const struct half h[2], int side)
{
	const struct changed_line *v = w->edit.script.v[side];
	size_t n = w->edit.script.n[side], i, len = 0;
	const char *middle = h[side].s + h[side].from;
	const struct half *other = &h[!side];
	struct line_table *t = &w->table;
	uint32_t bound;

	if (n < NOWHERE_MIN)
		return false;
	bound = frequent_bound(count_lines(h[side].s, h[side].len));
	line_table_size(t, n);
	line_table_ask_none(t);
	for (i = 1; i < n; i++) {
		size_t from = v[i - 1].off + v[i - 1].len;
		const char *line = NULL;

		if (from == v[i].off)
			continue;
		longest_line(middle + from, v[i].off - from, &line, &len);
		if (len * bound <= other->len)
			line_table_ask(t, line_table_put(t, line, len));
	}
	if (!t->slots_n)
		return false;
	line_table_count(t, other->s, other->len);
	for (i = 0; i < t->slots_n; i++)
		if (t->slots[i].whole >= bound)
			return true;
	return false;
}

/* About where numbering all lines is cheaper; far below EDIT_MAX. */
static int script_max(size_t bytes)
{
	int max = 12;

	while (max < 40 && (size_t)(max * max) * 24 < bytes)
		max += 4;
	return max;
}

/* The two numbers from the script of a small edit. */
static bool by_script(struct linecount *w, const struct half h[2],
		      struct tally *t)
{
	size_t al = h[0].to - h[0].from, bl = h[1].to - h[1].from;
	const struct line_script *s = &w->edit.script;

	if (!line_edit(&w->edit, h[0].s + h[0].from, al, h[1].s + h[1].from,
		       bl, script_max(al + bl)) ||
	    may_drop(w, h, 0) || may_drop(w, h, 1))
		return false;
	t->deletions = (int32_t)s->n[0];
	t->additions = (int32_t)s->n[1];
	return true;
}

/* Of one side the lines with something left in `whole`: of equal ones the last
 * are taken, `left` in all. */
static void script_of_side(struct linecount *w, int side, size_t left)
{
	struct line_script *out = &w->edit.script;
	const struct line_table *t = &w->table;
	size_t i, end = t->bytes[side];

	out->n[side] = 0;
	for (i = t->n[side]; left && i-- > 0; end = t->starts[side][i]) {
		struct line_slot *s = &t->slots[t->ids[side][i]];

		if (!s->whole || s->in[side] < s->in[!side])
			continue;
		s->whole--;
		left--;
		line_script_add(out, side, t->starts[side][i],
				end - t->starts[side][i]);
	}
	line_script_reverse(out, side);
}

/*
 * The script of the lines that one side has and the other has not, or not as
 * often.  Returns how many of them the other side has too: a shortest edit has
 * at least so many of the lines that both have.
 */
static size_t script_from_numbers(struct linecount *w)
{
	const struct line_table *t = &w->table;
	size_t left[2] = { 0, 0 }, unpaired = 0, i;

	for (i = 0; i < t->slots_n; i++) {
		struct line_slot *s = &t->slots[i];
		bool more = s->in[1] > s->in[0];

		s->whole = more ? s->in[1] - s->in[0] : s->in[0] - s->in[1];
		left[more] += s->whole;
		unpaired += s->in[!more] ? s->whole : 0;
	}
	script_of_side(w, 0, left[0]);
	script_of_side(w, 1, left[1]);
	return unpaired;
}

static void number_middles(struct linecount *w, const struct half h[2])
{
	const char *a = h[0].s + h[0].from, *b = h[1].s + h[1].from;
	size_t al = h[0].to - h[0].from, bl = h[1].to - h[1].from;

	line_table_number(&w->table, a, al, b, bl);
}

/* Count what is asked for in the common ends: they are the same on both sides. */
static void count_in_ends(struct linecount *w, const struct half *h)
{
	line_table_count(&w->table, h->s, h->from);
	line_table_count(&w->table, h->s + h->to, h->len - h->to);
}

/*
 * Lines of both sides without a match in the other middle.  Those of them that
 * have one in the cut-off ends are kept by xdiff, so they add to the cost at
 * which it gives up.
 */
static size_t unmatched(const struct line_table *t)
{
	size_t i, k = 0;

	for (i = 0; i < t->slots_n; i++)
		if (!t->slots[i].in[0] || !t->slots[i].in[1])
			k += t->slots[i].in[0] + t->slots[i].in[1];
	return k;
}

/* Of one side those that xdiff keeps. */
static size_t loose_lines(const struct line_table *t, int side,
			  const unsigned char *st)
{
	size_t i, k = 0;

	for (i = 0; i < t->n[side]; i++)
		k += !t->slots[t->ids[side][i]].in[!side] &&
		     st[i] != NOWHERE && st[i] != DROPPED;
	return k;
}

/*
 * What xdiff thinks of each line, old ones first, or NULL where it is known
 * without counting in the ends that it drops none and *loose, the number of
 * lines above or more, is small.
 */
static unsigned char *standing(struct linecount *w, const struct half h[2],
			       size_t *loose)
{
	struct line_table *t = &w->table;
	size_t cut = h[0].len - (h[0].to - h[0].from);
	int64_t lines = count_lines(h[0].s, h[0].from) +
			count_lines(h[0].s + h[0].to, h[0].len - h[0].to);
	uint32_t bound[2] = { frequent_bound(lines + (int64_t)t->n[0]),
			      frequent_bound(lines + (int64_t)t->n[1]) };
	unsigned char *st;

	*loose = unmatched(t);
	if (*loose <= EDIT_MAX / 2 && !line_drop_possible(t, 0, bound[0], cut) &&
	    !line_drop_possible(t, 1, bound[1], cut))
		return NULL;
	line_drop_ask(t, bound, cut);
	count_in_ends(w, &h[0]);
	st = reserve_standing(w, t->n[0] + t->n[1] + 1);
	line_standing(t, 0, bound[0], st);
	line_standing(t, 1, bound[1], st + t->n[0]);
	*loose = loose_lines(t, 0, st) + loose_lines(t, 1, st + t->n[0]);
	return st;
}

/* The two numbers by our own search, or false where xdiff may differ. */
static bool by_own_search(struct linecount *w, const struct half h[2],
			  struct tally *t)
{
	const struct line_table *tab = &w->table;
	size_t kn, kk, loose;
	unsigned char *st;
	int d;

	number_middles(w, h);
	st = standing(w, h, &loose);
	if (loose + script_from_numbers(w) > EDIT_MAX)
		return false;
	kn = keep_matched(w, 0, st);
	kk = keep_matched(w, 1, st ? st + tab->n[0] : NULL);
	d = shortest_edit(w, kn, kk, EDIT_MAX - (int)loose);
	if (d < 0)
		return false;
	/* lcs = (kn + kk - d) / 2 */
	t->deletions = (int32_t)(tab->n[0] - (kn + kk - (size_t)d) / 2);
	t->additions = (int32_t)(tab->n[1] - (kn + kk - (size_t)d) / 2);
	return true;
}

/* A line that stands for all lines of one class. */
static char *put_class(char *out, uint32_t class)
{
	for (; class; class >>= 6)
		*out++ = (char)('0' + (class & 63));
	*out++ = '\n';
	return out;
}

#define CLASS_LEN 7		/* at most */

static char *put_end(char *out, struct line_table *t, const char *s, size_t len)
{
	const struct line_slot *slot;
	struct line_walk walk;
	size_t n;

	line_walk_init(&walk, s, len);
	while ((n = next_line(&walk))) {
		slot = line_table_find(t, walk.at - n, n);
		out = put_class(out, slot ? (uint32_t)(slot - t->slots) + 1 :
						0);
	}
	return out;
}

/*
 * A text of as many lines that is equal where the text is: for xdiff a line is
 * its class, and all lines of the ends that no middle has may be of one class.
 */
static char *short_text(struct linecount *w, const struct half *h, int side,
			size_t *len)
{
	struct line_table *t = &w->table;
	size_t lines = (size_t)count_lines(h->s, h->len), i;
	char *s = xmalloc((lines + 3) * CLASS_LEN), *out;

	out = put_end(s, t, h->s, h->from);
	for (i = 0; i < t->n[side]; i++)
		out = put_class(out, t->ids[side][i] + 1);
	out = put_end(out, t, h->s + h->to, h->len - h->to);
	*len = (size_t)(out - s);
	return s;
}

/* libgit2 makes a hash of what it compares: the less of it the better. */
static int by_short_texts(struct linecount *w, const struct half h[2],
			  struct tally *t, struct err *e)
{
	size_t al, bl;
	char *a, *b;
	int rc;

	number_middles(w, h);
	a = short_text(w, &h[0], 0, &al);
	b = short_text(w, &h[1], 1, &bl);
	rc = by_xdiff(a, al, b, bl, t, e);
	free(a);
	free(b);
	return rc;
}

int linecount(struct linecount *w, const char *old, size_t old_len,
	      const char *new, size_t new_len, const struct middle *m,
	      int32_t *additions, int32_t *deletions, struct err *e)
{
	const struct half h[2] = {
		{ old, old_len, m->old_from, m->old_to },
		{ new, new_len, m->new_from, m->new_to },
	};
	size_t a = m->old_to - m->old_from, b = m->new_to - m->new_from;
	struct tally t = { 0, 0 };
	int rc = 0;

	w->edit.script.n[0] = w->edit.script.n[1] = 0;
	w->scripted = a && b;
	if (!a || !b) {
		t.deletions = count_lines(old + m->old_from, a);
		t.additions = count_lines(new + m->new_from, b);
	} else if (a > MIDDLE_MAX * 8 || b > MIDDLE_MAX * 8) {
		w->scripted = false;
		rc = by_xdiff(old, old_len, new, new_len, &t, e);
		w->xdiff++;
	} else if (by_script(w, h, &t)) {
		w->small++;
	} else if (!by_own_search(w, h, &t)) {
		rc = by_short_texts(w, h, &t, e);
		w->xdiff++;
	} else {
		w->exact++;
	}
	*additions = t.additions;
	*deletions = t.deletions;
	return rc;
}
