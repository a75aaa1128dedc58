/*
 * analyze/linecount.c - see linecount.h.
 *
 * What makes xdiff's numbers differ from a shortest edit:
 *
 *  - it drops a line that is frequent in the other file (as often as about the
 *    square root of that side's line count) when it stands in a run of frequent
 *    and unmatched lines with many unmatched ones before and behind it.  We find
 *    the same lines (find_standing, drop_frequent) and drop them too;
 *  - it gives up searching for the shortest edit when the cost from both ends
 *    reaches 256, that is an edit of about 512 lines.  Then we hand the whole
 *    texts to xdiff itself: about one text in a thousand.
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

/* Bytes equal at the ends of [.., a) and [.., b), at most n. */
static size_t common_suffix(const char *a, const char *b, size_t n)
{
	size_t i = 0;
	uint64_t x, y;

	for (; i + 8 <= n; i += 8) {
		memcpy(&x, a - i - 8, 8);
		memcpy(&y, b - i - 8, 8);
		if (x != y)
			return i + (size_t)__builtin_clzll(x ^ y) / 8;
	}
	while (i < n && a[-(ptrdiff_t)i - 1] == b[-(ptrdiff_t)i - 1])
		i++;
	return i;
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

/* About the square root, as xdiff takes it; at most 1024. */
static uint32_t frequent_bound(int64_t lines)
{
	uint32_t i = 1;

	for (; lines > 0; lines >>= 2)
		i <<= 1;
	return i > 1024 ? 1024 : i;
}

/*
 * Is there a matched line with unmatched ones somewhere before and behind it?
 * Without one nothing can be dropped, however frequent.
 */
static bool has_suspects(struct linecount *w, int side, size_t n)
{
	struct line_slot *t = w->table.slots;
	size_t first = n, last = 0, i;

	for (i = 0; i < n; i++)
		if (!t[w->table.ids[side][i]].in[!side]) {
			if (first == n)
				first = i;
			last = i;
		}
	for (i = first; i < last; i++)
		if (t[w->table.ids[side][i]].in[!side])
			return true;
	return false;
}

/* What xdiff thinks of a line: matched nowhere in the other whole file, matched,
 * or matched so often that the match tells nothing. */
enum standing { NOWHERE, MATCHED, FREQUENT, DROPPED };

/* How far the surroundings of a frequent line are looked at, and how many lines
 * without any match outweigh one that is frequent. */
#define SURROUNDINGS 100
#define OUTWEIGH 4

static void find_standing(struct linecount *w, int side, size_t n,
			  uint32_t bound, unsigned char *st)
{
	struct line_slot *t = w->table.slots;
	uint32_t seen;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct line_slot *l = &t[w->table.ids[side][i]];

		seen = l->in[!side] + l->whole[!side];
		st[i] = !seen ? NOWHERE : seen >= bound ? FREQUENT : MATCHED;
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

/*
 * The lines xdiff leaves out of its search: frequent ones in the middle of many
 * that are matched nowhere.  They count as changed.
 */
static void drop_frequent(unsigned char *st, size_t n)
{
	int none_before, none_behind, often_before, often_behind;
	size_t i;

	for (i = 0; i < n; i++) {
		if (st[i] != FREQUENT)
			continue;
		look_around(st, n, i, -1, &none_before, &often_before);
		if (!none_before)
			continue;
		look_around(st, n, i, 1, &none_behind, &often_behind);
		if (!none_behind)
			continue;
		none_before += none_behind;
		often_before += often_behind;
		/* Still FREQUENT for its neighbours: hence the other mark. */
		if (often_before * OUTWEIGH < often_before + none_before)
			st[i] = DROPPED;
	}
}

static size_t unmatched(struct linecount *w, int side, size_t n)
{
	struct line_slot *t = w->table.slots;
	size_t i, k = 0;

	for (i = 0; i < n; i++)
		k += !t[w->table.ids[side][i]].in[!side];
	return k;
}

/*
 * Lines without a match in the other middle that have one in its cut-off ends:
 * xdiff keeps them, so they add to the cost at which it gives up.
 */
static size_t loose_lines(struct linecount *w, int side, size_t n,
			  const unsigned char *st)
{
	struct line_slot *t = w->table.slots;
	size_t i, k = 0;

	for (i = 0; i < n; i++)
		k += !t[w->table.ids[side][i]].in[!side] && st[i] != NOWHERE &&
		     st[i] != DROPPED;
	return k;
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
static size_t keep_matched(struct linecount *w, int side, size_t n,
			   const unsigned char *st)
{
	struct line_slot *t = w->table.slots;
	uint32_t *id = w->table.ids[side];
	size_t i, k = 0;

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

/* Lines that xdiff may drop lie between at least this many matched nowhere:
 * two frequent ones at least count for a third of all (see drop_frequent). */
#define NOWHERE_MIN 7

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
static bool may_drop(struct linecount *w, int side, const char *middle,
		     size_t lines, const char *other, size_t other_len)
{
	const struct changed_line *v = w->edit.script.v[side];
	size_t n = w->edit.script.n[side], i, len = 0;
	uint32_t bound = frequent_bound((int64_t)lines);
	const struct line_slot *t;

	if (n < NOWHERE_MIN)
		return false;
	line_table_size(&w->table, n);
	for (i = 1; i < n; i++) {
		size_t from = v[i - 1].off + v[i - 1].len;
		const char *line = NULL;

		if (from == v[i].off)
			continue;
		longest_line(middle + from, v[i].off - from, &line, &len);
		if (len * bound <= other_len)
			line_table_put(&w->table, line, len);
	}
	if (!w->table.slots_n)
		return false;
	line_table_close(&w->table);
	line_table_count(&w->table, !side, other, other_len);
	for (t = w->table.slots, i = 0; i < w->table.slots_n; i++)
		if (t[i].whole[!side] >= bound)
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
static bool by_script(struct linecount *w, const char *old, size_t old_len,
		      const char *new, size_t new_len, const struct middle *m,
		      struct tally *t)
{
	const char *a = old + m->old_from, *b = new + m->new_from;
	size_t al = m->old_to - m->old_from, bl = m->new_to - m->new_from;
	const struct line_script *s = &w->edit.script;

	if (!line_edit(&w->edit, a, al, b, bl, script_max(al + bl)) ||
	    may_drop(w, 0, a, (size_t)count_lines(old, old_len), new,
		     new_len) ||
	    may_drop(w, 1, b, (size_t)count_lines(new, new_len), old,
		     old_len))
		return false;
	t->deletions = (int32_t)s->n[0];
	t->additions = (int32_t)s->n[1];
	return true;
}

/* Lines of one side that the other has not, or not as often: of equal ones the
 * last are taken. */
static void script_from_numbers(struct linecount *w, int side, size_t n,
				const char *from, const char *end)
{
	struct line_script *out = &w->edit.script;
	struct line_slot *t = w->table.slots;
	size_t i, left = 0;

	for (i = 0; i < w->table.slots_n; i++)
		t[i].whole[side] = t[i].in[side] > t[i].in[!side] ?
				   t[i].in[side] - t[i].in[!side] : 0;
	for (i = n; i-- > 0;)
		left += t[w->table.ids[side][i]].whole[side] > 0;
	out->n[side] = 0;
	if (!left)
		return;
	for (i = n; i-- > 0;) {
		struct line_slot *s = &t[w->table.ids[side][i]];

		if (!s->whole[side])
			continue;
		s->whole[side]--;
		line_script_add(out, side, w->table.starts[side][i],
				(i + 1 < n ? w->table.starts[side][i + 1] :
				 (size_t)(end - from)) -
				w->table.starts[side][i]);
	}
	line_script_reverse(out, side);
}

/* The two numbers by our own search, or false where xdiff may differ. */
static bool by_own_search(struct linecount *w, const char *old,
			  size_t old_len, const char *new, size_t new_len,
			  const struct middle *m, struct tally *t)
{
	size_t n, k, kn, kk, loose;	/* loose: see loose_lines() */
	unsigned char *st = NULL;
	int64_t cut_lines;
	int d;

	line_table_size(&w->table, (size_t)count_lines(old + m->old_from,
					  m->old_to - m->old_from) +
		   (size_t)count_lines(new + m->new_from,
				       m->new_to - m->new_from));
	n = line_table_number(&w->table, 0, old + m->old_from,
			      m->old_to - m->old_from);
	k = line_table_number(&w->table, 1, new + m->new_from,
			      m->new_to - m->new_from);
	loose = unmatched(w, 0, n) + unmatched(w, 1, k);
	if (has_suspects(w, 0, n) || has_suspects(w, 1, k) ||
	    loose > EDIT_MAX / 2) {
		cut_lines = count_lines(old, m->old_from) +
			    count_lines(old + m->old_to, old_len - m->old_to);
		line_table_close(&w->table);
		line_table_count(&w->table, 0, old, m->old_from);
		line_table_count(&w->table, 0, old + m->old_to, old_len - m->old_to);
		line_table_count(&w->table, 1, new, m->new_from);
		line_table_count(&w->table, 1, new + m->new_to, new_len - m->new_to);
		st = reserve_standing(w, n + k + 1);
		find_standing(w, 0, n, frequent_bound((int64_t)n + cut_lines),
			      st);
		find_standing(w, 1, k, frequent_bound((int64_t)k + cut_lines),
			      st + n);
		drop_frequent(st, n);
		drop_frequent(st + n, k);
		loose = loose_lines(w, 0, n, st) + loose_lines(w, 1, k,
							       st + n);
	}
	script_from_numbers(w, 0, n, old + m->old_from, old + m->old_to);
	script_from_numbers(w, 1, k, new + m->new_from, new + m->new_to);
	kn = keep_matched(w, 0, n, st);
	kk = keep_matched(w, 1, k, st ? st + n : NULL);
	if (loose > EDIT_MAX)
		return false;
	d = shortest_edit(w, kn, kk, EDIT_MAX - (int)loose);
	if (d < 0)
		return false;
	/* lcs = (kn + kk - d) / 2 */
	t->deletions = (int32_t)(n - (kn + kk - (size_t)d) / 2);
	t->additions = (int32_t)(k - (kn + kk - (size_t)d) / 2);
	return true;
}

int linecount(struct linecount *w, const char *old, size_t old_len,
	      const char *new, size_t new_len, const struct middle *m,
	      int32_t *additions, int32_t *deletions, struct err *e)
{
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
	} else if (by_script(w, old, old_len, new, new_len, m, &t)) {
		w->small++;
	} else if (!by_own_search(w, old, old_len, new, new_len, m, &t)) {
		rc = by_xdiff(old, old_len, new, new_len, &t, e);
		w->xdiff++;
	} else {
		w->exact++;
	}
	*additions = t.additions;
	*deletions = t.deletions;
	return rc;
}
