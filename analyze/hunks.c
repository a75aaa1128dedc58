/*
 * analyze/hunks.c
 *
 * Choosing: every line of a hunk is described once (struct look), a window's
 * points are sums and conjunctions of those descriptions, and every start is
 * tried.  That is linear in the diff and needs no guess where a change is.
 */
#include "analyze/hunks.h"
#include "analyze/linecount.h"
#include "analyze/signals/lines.h"

#include "core/git_compat.h"
#include "core/gitlib.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DIFF_LINES_MAX 200000
#define LINE_MAX_BYTES 200
#define NAMES_SEEN 32

/* --- hunks -------------------------------------------------------------- */

struct build {
	struct hunk *h;
	size_t n, cap;
	struct hunk_line *v;
	size_t lines, lines_cap;
	size_t *first;		/* of every hunk in v */
	size_t first_cap;
};

static int on_hunk(const git_diff_delta *delta UNUSED,
		   const git_diff_hunk *hunk, void *arg)
{
	struct build *b = arg;
	size_t n = b->n;

	GROW(b->first, n, b->first_cap);
	GROW(b->h, b->n, b->cap);
	b->first[b->n] = b->lines;
	b->h[b->n++] = (struct hunk){
		hunk->old_start, hunk->old_lines, hunk->new_start,
		hunk->new_lines, NULL, 0,
	};
	return 0;
}

static int on_line(const git_diff_delta *delta UNUSED,
		   const git_diff_hunk *hunk UNUSED,
		   const git_diff_line *l, void *arg)
{
	struct build *b = arg;
	size_t n = l->content_len;

	if (l->origin != ' ' && l->origin != '+' && l->origin != '-')
		return 0;	/* "\ No newline at end of file" */
	if (b->lines >= DIFF_LINES_MAX)
		return GIT_EUSER;
	while (n && (l->content[n - 1] == '\n' || l->content[n - 1] == '\r'))
		n--;
	GROW(b->v, b->lines, b->lines_cap);
	b->v[b->lines++] = (struct hunk_line){
		l->content, n, l->old_lineno > 0 ? l->old_lineno : 0,
		l->new_lineno > 0 ? l->new_lineno : 0, l->origin,
	};
	b->h[b->n - 1].n++;
	return 0;
}

/* A file that came or went is one hunk of all its lines. */
static int whole_file(struct file_hunks *out, struct arena *a, const char *s,
		      size_t len, char op, const char *path, struct err *e)
{
	int n = count_lines(s, len), i;
	const char *end = s + len;
	struct hunk_line *v;

	if (n > DIFF_LINES_MAX)
		return err_set(e, ERR_LIMIT, "'%s': over %d lines of diff",
			       path, DIFF_LINES_MAX);
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
	git_diff_options op;
	struct build b = { 0 };
	struct hunk_line *v;
	int r;

	*out = (struct file_hunks){ 0 };
	if ((!f->old && f->change->status != 'A') ||
	    (!f->new && f->change->status != 'D') || (!f->old && !f->new))
		return 0;
	r = gitlib_init(e);
	if (r)
		return r;
	if (!f->old)
		return whole_file(out, a, f->new, f->new_len, '+',
				  f->change->path, e);
	if (!f->new)
		return whole_file(out, a, f->old, f->old_len, '-',
				  f->change->path, e);
	git_diff_options_init(&op, GIT_DIFF_OPTIONS_VERSION);
	op.context_lines = 3;
	op.flags = GIT_DIFF_INDENT_HEURISTIC | GIT_DIFF_FORCE_TEXT;
	r = git_diff_buffers(f->old, f->old_len, NULL, f->new, f->new_len,
			     NULL, &op, NULL, NULL, on_hunk, on_line, &b);
	if (r == GIT_EUSER)
		r = err_set(e, ERR_LIMIT, "'%s': over %d lines of diff",
			    f->change->path, DIFF_LINES_MAX);
	else if (r < 0)
		r = err_git(e, f->change->path);
	else if (b.n) {
		out->v = arena_alloc(a, b.n * sizeof(*out->v));
		v = arena_alloc(a, b.lines * sizeof(*v) + 1);
		memcpy(out->v, b.h, b.n * sizeof(*out->v));
		memcpy(v, b.v, b.lines * sizeof(*v));
		for (size_t i = 0; i < b.n; i++)
			out->v[i].v = v + b.first[i];
		out->n = b.n;
		r = 0;
	}
	free(b.h);
	free(b.v);
	free(b.first);
	return r;
}

/* --- describing lines --------------------------------------------------- */

struct look {
	const char *s;		/* without blanks at its ends */
	size_t n;
	uint32_t names;		/* bit per name, changed lines only */
	bool changed, import, comment, wide, blank;
	enum { UNASKED, TOO_SHORT, MOVED, FRESH } origin;
};

static bool never_shown(const struct landing_file *f)
{
	static const char *const ends[] = {
		".lock", ".json", ".jsonl", ".csv", ".tsv", ".svg", ".ipynb",
		".min.js", ".map", "-lock.yaml", "_pb2.py", ".pb.go", NULL
	};
	enum path_kind k = path_kind(f->change->path);

	if (k == PATH_VENDORED || k == PATH_DATA)
		return true;
	for (const char *const *p = ends; *p; p++)
		if (ends_with(f->change->path, *p))
			return true;
	/* Generated files say so at their top. */
	if (f->new) {
		size_t n = f->new_len < 400 ? f->new_len : 400;

		return has_bytes(f->new, n, "@generated") ||
		       has_bytes(f->new, n, "DO NOT EDIT") ||
		       has_bytes(f->new, n, "This file was autogenerated");
	}
	return false;
}

static bool begins(const char *s, size_t n, const char *word)
{
	size_t k = strlen(word);

	return n >= k && !memcmp(s, word, k);
}

static bool is_import(const char *s, size_t n)
{
	return begins(s, n, "import ") || begins(s, n, "from ") ||
	       begins(s, n, "#include") || begins(s, n, "using ") ||
	       begins(s, n, "use ");
}

static bool is_comment(enum path_lang lang, const char *s, size_t n)
{
	if (!n)
		return true;
	if (lang == LANG_C || lang == LANG_HEADER || lang == LANG_RUST)
		return begins(s, n, "//") || begins(s, n, "/*") ||
		       begins(s, n, "* ") || begins(s, n, "*/");
	if (lang == LANG_TEXT)
		return false;
	return *s == '#';
}

/* The names looked for, and which of them the file's change has at all. */
struct names {
	const char *const *v;
	size_t n;
	uint32_t seen;
};

static uint32_t names_in(const char *s, size_t len, const struct names *names,
			 uint32_t among)
{
	uint32_t found = 0;

	for (; among; among &= among - 1) {
		int i = __builtin_ctz(among);

		if (find_word(s, len, names->v[i], strlen(names->v[i])))
			found |= 1u << i;
	}
	return found;
}

static struct look look_at(enum path_lang lang, const struct hunk_line *l,
			   const struct names *names)
{
	struct look k = { .changed = l->op != ' ',
			  .wide = l->len > LINE_MAX_BYTES };

	if (!k.changed)
		return k;
	k.s = l->s;
	k.n = l->len;
	trim(&k.s, &k.n);
	k.import = is_import(k.s, k.n);
	k.blank = !k.n;
	k.comment = is_comment(lang, k.s, k.n);
	k.names = names_in(l->s, l->len, names, names->seen);
	return k;
}

/* Does the other side have the line, too?  Looking through it is dear, and short
 * lines prove nothing. */
static bool is_moved(const struct landing_file *f, const struct hunk_line *l,
		     struct look *k)
{
	bool other;

	if (k->origin == UNASKED && k->n < 4)
		k->origin = TOO_SHORT;
	if (k->origin == UNASKED) {
		other = l->op == '+' ?
			f->old && has_line(f->old, f->old_len, k->s, k->n) :
			f->new && has_line(f->new, f->new_len, k->s, k->n);
		k->origin = other ? MOVED : FRESH;
	}
	return k->origin == MOVED;
}

/* --- windows ------------------------------------------------------------ */

struct pick {
	size_t hunk, from, to;
	int score;
};

enum { SCORE_PRODUCT = 10, SCORE_BOTH = 10, SCORE_BEGINS = 4,
       SCORE_MOVED = -30 };

static int score_of_names(uint32_t names)
{
	return names ? 30 + 2 * (__builtin_popcount(names) - 1) : 0;
}

/* The end of the window that starts at `from`, trailing context cut to one. */
static size_t window_end(const struct look *k, size_t n, size_t from)
{
	size_t to = from + WINDOW_LINES < n ? from + WINDOW_LINES : n;
	size_t last = from;

	for (size_t i = from; i < to; i++)
		if (k[i].changed)
			last = i;
	return last + 2 < to ? last + 2 : to;
}

/* Every changed line that proves anything stands on the other side, too. */
static bool only_moved(const struct landing_file *f, const struct hunk *h,
		       struct look *k, size_t from, size_t to)
{
	bool moved = false;

	for (size_t i = from; i < to; i++) {
		if (!k[i].changed)
			continue;
		if (is_moved(f, &h->v[i], &k[i]))
			moved = true;
		else if (k[i].origin == FRESH)
			return false;
	}
	return moved;
}

/* Without what only_moved() takes off. */
static int window_score(const struct hunk *h, const struct look *k,
			size_t from, size_t to, bool product)
{
	bool import = true, comment = true, plus = false, minus = false;
	int score = product ? SCORE_PRODUCT : 0, changed = 0;
	uint32_t names = 0;

	for (size_t i = from; i < to; i++) {
		if (k[i].wide)
			return -1000;
		if (!k[i].changed)
			continue;
		changed++;
		plus = plus || h->v[i].op == '+';
		minus = minus || h->v[i].op == '-';
		import = import && (k[i].import || k[i].comment);
		comment = comment && k[i].comment;
		names |= k[i].names;
	}
	if (!changed)
		return -1000;
	score += score_of_names(names);
	score += changed + (plus && minus ? SCORE_BOTH : 0);
	score -= comment ? 20 : import ? 20 : 0;
	/* A change read from its beginning needs no guess. */
	if (!k[from].changed || !from || !k[from - 1].changed)
		score += SCORE_BEGINS;
	if (k[from].blank)
		score -= 3;
	if (to < h->n && k[to].changed && h->v[to - 1].op == '-')
		score -= 8;
	return score;
}

/* The names inside "from x import (" ... ")" belong to the import. */
static void mark_import_lists(struct look *k, const struct hunk *h)
{
	bool in = false;

	for (size_t i = 0; i < h->n; i++) {
		const char *s = h->v[i].s;
		size_t n = h->v[i].len;

		trim(&s, &n);
		if (!in && n && s[n - 1] == '(' && is_import(s, n)) {
			in = true;
			continue;
		}
		if (in)
			k[i].import = true;
		if (n && *s == ')')
			in = false;
	}
}

static void best_of_hunk(struct pick *best, const struct landing_file *f,
			 const struct hunk *h, size_t index,
			 const struct names *names, bool moves)
{
	bool product = path_kind(f->change->path) == PATH_PRODUCT;
	enum path_lang lang = path_lang(f->change->path);
	struct look *k = xcalloc(h->n + 1, sizeof(*k));

	for (size_t i = 0; i < h->n; i++)
		k[i] = look_at(lang, &h->v[i], names);
	mark_import_lists(k, h);
	for (size_t i = 0; i < h->n; i++) {
		size_t to;
		int score;

		/* At most one line of context in front. */
		if (!k[i].changed && (i + 1 >= h->n || !k[i + 1].changed))
			continue;
		to = window_end(k, h->n, i);
		score = window_score(h, k, i, to, product);
		if (score > best->score && !moves &&
		    only_moved(f, h, k, i, to))
			score += SCORE_MOVED;
		if (score > best->score)
			*best = (struct pick){ index, i, to, score };
	}
	free(k);
}

/* --- the best of all files ---------------------------------------------- */

/* More points first, then the earlier file. */
static bool goes_before(int score, size_t file, const struct hunk_window *w)
{
	return score != w->score ? score > w->score : file < w->file;
}

/* Insert into the sorted list of the best; the worst falls off. */
static size_t keep(struct hunk_window out[WINDOWS_MAX], size_t n,
		   const struct hunk_window *w)
{
	size_t at = n;

	while (at && goes_before(w->score, w->file, &out[at - 1]))
		at--;
	if (at == WINDOWS_MAX)
		return n;
	if (n == WINDOWS_MAX)
		n--;
	memmove(out + at + 1, out + at, (n - at) * sizeof(*out));
	out[at] = *w;
	return n + 1;
}

struct candidate {
	size_t file;
	uint32_t names;		/* that its change may have */
	int most;		/* points any window of it can have */
};

/*
 * Diffing a file is dear, so those that can win most come first.  What a diff
 * shows as changed are lines between the ends that both sides share, or the same
 * lines elsewhere.
 */
static void estimate(struct candidate *c, const struct landing_file *f,
		     const struct names *all)
{
	struct middle m;
	size_t n = all->n < NAMES_SEEN ? all->n : NAMES_SEEN;
	uint32_t every = n == 32 ? UINT32_MAX : ((uint32_t)1 << n) - 1;

	linecount_middle(f->old ? f->old : "", f->old ? f->old_len : 0,
			 f->new ? f->new : "", f->new ? f->new_len : 0, &m);
	c->names = 0;
	if (f->old)
		c->names = names_in(f->old + m.old_from, m.old_to - m.old_from,
				    all, every);
	if (f->new)
		c->names |= names_in(f->new + m.new_from, m.new_to - m.new_from,
				     all, every & ~c->names);
	c->most = score_of_names(c->names) + WINDOW_LINES + SCORE_BEGINS +
		  (path_kind(f->change->path) == PATH_PRODUCT ?
		   SCORE_PRODUCT : 0) +
		  (f->old && f->new ? SCORE_BOTH : 0);
}

static int by_most(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;

	if (a->most != b->most)
		return a->most > b->most ? -1 : 1;
	return a->file < b->file ? -1 : 1;
}

/* The best window of one file, if it has any. */
static bool best_of_file(struct hunk_window *w, struct arena *a,
			 const struct landing_file *f, size_t file,
			 const struct names *names, bool moves)
{
	struct pick best = { .score = 0 };
	const struct hunk_line *first;
	struct file_hunks h;

	if (file_hunks_read(&h, a, f, NULL) < 0)
		return false;
	for (size_t k = 0; k < h.n; k++)
		best_of_hunk(&best, f, &h.v[k], k, names, moves);
	if (best.score <= 0)
		return false;
	first = &h.v[best.hunk].v[best.from];
	*w = (struct hunk_window){
		.file = file, .h = (int)best.hunk + 1,
		.line = first->op == '-' ? first->old_no : first->new_no,
		.old_side = first->op == '-',
		.score = best.score, .v = first,
		.n = best.to - best.from,
	};
	return true;
}

size_t hunks_choose(struct hunk_window out[WINDOWS_MAX], struct arena *a,
		    const struct landing_file *files, size_t files_n,
		    const char *const *names, size_t names_n, bool moves)
{
	struct candidate *c = xcalloc(files_n + 1, sizeof(*c));
	struct names all = { names, names_n, 0 };
	struct hunk_window w;
	size_t n = 0, c_n = 0;

	for (size_t i = 0; i < files_n; i++) {
		if (never_shown(&files[i]) || (!files[i].old && !files[i].new))
			continue;
		c[c_n].file = i;
		estimate(&c[c_n++], &files[i], &all);
	}
	if (c_n)
		qsort(c, c_n, sizeof(*c), by_most);
	for (size_t i = 0; i < c_n; i++) {
		if (n == WINDOWS_MAX && !goes_before(c[i].most, c[i].file,
						     &out[n - 1]))
			continue;
		all.seen = c[i].names;
		if (best_of_file(&w, a, &files[c[i].file], c[i].file, &all,
				 moves))
			n = keep(out, n, &w);
	}
	free(c);
	return n;
}
