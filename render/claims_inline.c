/*
 * render/claims_inline.c - claims inside one line.
 *
 * Every construct looks only forward, or back over a bounded number of bytes,
 * and remembers what it could not find ("no closing run of this length"), so a
 * line of ten megabytes costs ten million steps.
 */
#include "core/mem.h"
#include "render/claims_num.h"
#include "render/claims_scan.h"

#include <ctype.h>
#include <strings.h>

#define WORD_MAX 1024		/* longer words claim nothing */
#define PATH_GAP 60		/* bytes between a path and its counts */

struct claim *scan_add(struct claim_scan *s, enum claim_kind kind, size_t from,
		       size_t to)
{
	struct claims *c = s->c;
	struct claim *k;
	size_t n = to - from;

	if (c->n >= CLAIMS_MAX) {
		c->dropped++;
		return NULL;
	}
	if (c->n >= c->cap) {
		c->cap = c->cap ? c->cap * 2 : 64;
		c->v = xreallocarray(c->v, c->cap, sizeof(*c->v));
	}
	k = &c->v[c->n++];
	memset(k, 0, sizeof(*k));
	k->kind = kind;
	k->line = s->line;
	k->off = s->line_off + plain_origin(&s->ln, from);
	k->len = s->line_off + plain_origin(&s->ln, to) - k->off;
	k->column = (int)(k->off - s->line_off) + 1;
	k->flags = s->flags;
	if (plain_exotic(&s->ln, from, to))
		k->flags |= CLAIM_EXOTIC;
	if (n > WORD_MAX) {
		n = WORD_MAX;
		k->flags |= CLAIM_ELIDED;
	}
	k->text = arena_strndup(&c->arena, s->ln.s.s + from, n);
	k->a = k->b = -1;
	k->block = s->block;
	k->ref = -1;
	return k;
}

int scan_last(const struct claim_scan *s)
{
	return (int)s->c->n - 1;
}

/* An id word.  `coded`: it stood alone in backticks, so digits may miss. */
static bool add_id(struct claim_scan *s, size_t from, size_t to, bool coded)
{
	const char *t = s->ln.s.s + from;
	size_t n = to - from, i, digits = 0;
	struct claim *c;

	for (i = 0; i < n; i++)
		digits += isdigit((unsigned char)t[i]) != 0;
	if (n < 7 || n == 64 ||
	    (!coded && (digits == 0 || (digits == n && n < 30))))
		return false;
	c = scan_add(s, n > 40 || (n > 30 && n < 40) ? CLAIM_BAD_OID
						     : CLAIM_OID, from, to);
	if (c && coded)
		c->flags |= CLAIM_CODED;
	/* owner/name@id */
	if (c && from > 3 && s->ln.s.s[from - 1] == '@') {
		size_t k = from - 1;

		while (k > 0 && from - k < 150 &&
		       (scan_is_word(s->ln.s.s[k - 1]) ||
			strchr("-./", s->ln.s.s[k - 1])))
			k--;
		if (scan_repo_name(s->ln.s.s + k, from - 1 - k) == from - 1 - k)
			c->repo = arena_strndup(&s->c->arena, s->ln.s.s + k,
						from - 1 - k);
	}
	return true;
}

static void add_path(struct claim_scan *s, size_t from, size_t n,
		     uint32_t flags, int64_t line)
{
	struct claim *c = scan_add(s, CLAIM_PATH, from, from + n);

	if (!c)
		return;
	c->flags |= flags;
	c->a = line;
	s->path = scan_last(s);
	s->path_end = from + n;
}

void scan_code(struct claim_scan *s, size_t from, size_t to)
{
	const char *t = s->ln.s.s;
	uint32_t flags;
	size_t n;
	int64_t line;
	struct claim *c;

	while (from < to && t[from] == ' ')
		from++;
	while (to > from && t[to - 1] == ' ')
		to--;
	if (from == to)
		return;
	if (scan_is_hex(t + from, to - from) &&
	    add_id(s, from, to, true))
		return;
	if (scan_path_like(t + from, to - from, true, &flags, &n, &line)) {
		add_path(s, from, n, flags | CLAIM_CODED, line);
		return;
	}
	c = scan_add(s, CLAIM_CODE, from, to);
	if (c) {
		c->flags |= CLAIM_CODED;
		if (memmem(t + from, to - from, "...", 3))
			c->flags |= CLAIM_ELIDED;
		c->ref = s->path;
	}
}

/* Backticks at i; returns where scanning goes on. */
static size_t do_ticks(struct claim_scan *s, size_t i)
{
	const char *t = s->ln.s.s;
	size_t n = s->ln.s.len, k = i, run, j, r;

	while (k < n && t[k] == '`')
		k++;
	run = k - i;
	if (run > TICKS || s->no_close[run])
		return k;
	for (j = k; j < n; j += r) {
		const char *p = memchr(t + j, '`', n - j);

		if (!p)
			break;
		j = (size_t)(p - t);
		for (r = 0; j + r < n && t[j + r] == '`'; r++)
			;
		if (r == run) {
			scan_code(s, k, j);
			return j + r;
		}
	}
	s->no_close[run] = true;
	return k;
}

/* ']' at i: perhaps the end of a link's text. */
static size_t do_bracket(struct claim_scan *s, size_t i)
{
	const char *t = s->ln.s.s;
	size_t n = s->ln.s.len, j, from, first;

	if (!s->open_n)
		return i + 1;
	s->open_n--;
	from = s->open[s->open_n].at;
	first = s->open[s->open_n].claim;
	if (i + 1 >= n || t[i + 1] != '(')
		return i + 1;
	j = i + 2;
	if (j < n && t[j] == '<')
		j++;
	from++;
	for (n = j; n < s->ln.s.len && n - j < 2048; n++)
		if (strchr(" )>\t[(", t[n]))
			break;
	if (n >= s->ln.s.len || n - j >= 2048)
		return i + 1;
	scan_target(s, j, n, from, i, first);
	return n;
}

static void do_open(struct claim_scan *s, size_t i)
{
	if (s->open_n == BRACKETS) {
		memmove(s->open, s->open + 1,
			(BRACKETS - 1) * sizeof(s->open[0]));
		s->open_n--;
	}
	s->open[s->open_n].at = i;
	s->open[s->open_n++].claim = s->c->n;
}

/* "http..." at i. */
static size_t do_url(struct claim_scan *s, size_t i)
{
	const char *t = s->ln.s.s;
	size_t n = s->ln.s.len, j = i;

	while (j < n && !strchr(" <>\"'`)]|\t\\", t[j]) &&
	       (unsigned char)t[j] < 0x80)
		j++;
	scan_target(s, i, j, i, i, s->c->n);
	return j > i ? j : i + 1;
}

/* '#' at i with digits behind it. */
static size_t do_number(struct claim_scan *s, size_t i)
{
	const char *t = s->ln.s.s;
	size_t n = s->ln.s.len, j = i + 1, k = i;
	struct claim *c;
	int64_t v = 0;

	while (j < n && j - i <= 9 && isdigit((unsigned char)t[j]))
		v = v * 10 + t[j++] - '0';
	if (j == i + 1 || j - i > 8 || (j < n && scan_is_word(t[j])))
		return i + 1;
	while (k > 0 && i - k < 150 &&
	       (scan_is_word(t[k - 1]) || strchr("-./", t[k - 1])))
		k--;
	if (k < i && scan_repo_name(t + k, i - k) != i - k)
		return j;		/* a#1: not a reference */
	if (k == i && i > 0 && (t[i - 1] == '&' || t[i - 1] == '/'))
		return j;
	c = scan_add(s, CLAIM_NUMBER, k, j);
	if (c) {
		c->a = v;
		if (k < i)
			c->repo = arena_strndup(&s->c->arena, t + k, i - k);
	}
	return j;
}

/* "`a.py` and the docs (+4 lines)": more than the path is counted. */
static bool and_others(const char *t, size_t n)
{
	static const char *const words[] = {
		"\xe4\xb8\x8e", "\xe5\x92\x8c", "\xe5\x8f\x8a",	/* and */
		"\xe7\xad\x89", " and ", "etc", "others",
	};
	size_t i;

	for (i = 0; i < ARRAY_N(words); i++)
		if (memmem(t, n, words[i], strlen(words[i])))
			return true;
	return false;
}

/* Counts belong to the path just before them, or to "N files". */
static void place_counts(struct claim_scan *s, struct claim *c, size_t from)
{
	const char *t = s->ln.s.s;
	size_t gap;

	if (s->files >= 0 && from - s->files_end <= 4) {
		c->ref = s->files;
		return;
	}
	if (s->path < 0)
		return;
	gap = from - s->path_end;
	if (gap <= PATH_GAP && !memmem(t + s->path_end, gap, "\xe3\x80\x82", 3) &&
	    !memmem(t + s->path_end, gap, ";", 1) &&
	    !memmem(t + s->path_end, gap, " \xc2\xb7 ", 4)) {
		c->ref = s->path;
		if (and_others(t + s->path_end, gap))
			c->flags |= CLAIM_OTHERS;
	}
}

static size_t do_counts(struct claim_scan *s, size_t i)
{
	const char *t = s->ln.s.s;
	struct num_counts k;
	struct claim *c;

	if (i > 0 && (scan_is_word(t[i - 1]) || t[i - 1] == '.'))
		return i + 1;
	if (!num_counts(t, s->ln.s.len, i, &k))
		return i + 1;
	c = scan_add(s, CLAIM_COUNTS, i, k.end);
	if (c) {
		c->a = k.a;
		c->b = k.b;
		c->flags |= k.flags | num_said(t, i);
		place_counts(s, c, i);
	}
	s->path = s->files = -1;
	return k.end;
}

/* The last id before here on this line, behind claim `after`; or -1. */
static int last_id(const struct claim_scan *s, int after)
{
	int k = scan_last(s), steps = 8;

	for (; k > after && steps-- && s->c->v[k].line == s->line; k--)
		if (s->c->v[k].kind == CLAIM_OID)
			return k;
	return -1;
}

/* "A .. B \xc2\xb7 N landings": the dots at i. */
static size_t do_dots(struct claim_scan *s, size_t i)
{
	s->from = last_id(s, -1);
	s->range = -1;
	return i + 2;
}

/* Landings of a range, and the files counted behind them. */
static void place_range(struct claim_scan *s, struct claim *c)
{
	if (c->kind == CLAIM_CHANGES) {
		c->ref = s->from < 0 ? -1 : last_id(s, s->from);
		if (c->ref < 0)
			c->flags &= ~(uint32_t)CLAIM_RANGE;
		else
			s->range = scan_last(s);
	} else if (s->range >= 0) {
		c->flags |= CLAIM_RANGE;
		c->ref = s->c->v[s->range].ref;
	}
}

/*
 * "(server 2 files, client 4 files)": those of a repository's tree that use a
 * name.  With lines behind them they are a repository's changes.
 */
static bool of_another(const struct claim_scan *s, size_t i, size_t end)
{
	const char *t = s->ln.s.s, *name;
	size_t n = s->ln.s.len, to = i, from, r;

	while (end < n && t[end] == ' ')
		end++;
	if (end < n && strchr("+-/", t[end]))
		return t[end] == '/';
	while (to > 0 && t[to - 1] == ' ')
		to--;
	for (from = to; from > 0 && to - from < 150 &&
	     (scan_is_word(t[from - 1]) || strchr("-.", t[from - 1])); from--)
		;
	for (r = 0; r < s->repos_n; r++) {
		name = strrchr(s->repos[r], '/');
		name = name ? name + 1 : s->repos[r];
		if (to - from == strlen(name) &&
		    strncasecmp(t + from, name, to - from) == 0)
			return true;
	}
	return false;
}

/* A digit that begins a word: a date, a time, "N files", a version. */
static size_t do_digit(struct claim_scan *s, size_t i)
{
	const char *t = s->ln.s.s;
	struct num_word w;
	struct claim *c;

	if (!num_word(t, s->ln.s.len, i, &w))
		return i;
	if ((w.kind == CLAIM_COUNTS && w.a < 0 && w.b < 0) ||
	    (w.kind == CLAIM_FILES && of_another(s, i, w.end)))
		return i;
	c = scan_add(s, w.kind, i, w.end);
	if (!c)
		return w.end;
	c->a = w.a;
	c->b = w.b;
	c->flags |= w.flags;
	if (w.kind == CLAIM_FILES || w.flags & CLAIM_RANGE)
		place_range(s, c);
	if (w.kind == CLAIM_FILES) {
		s->files = scan_last(s);
		s->files_end = w.end;
	} else if (w.kind == CLAIM_INVERSE) {
		c->ref = s->self;
		s->self = -1;
	} else if (w.kind == CLAIM_COUNTS) {
		c->flags |= num_said(t, i);
		place_counts(s, c, i);
		s->path = s->files = -1;
	}
	return w.end;
}

/*
 * '(' at i: "(this)" is how a thread of reverts marks the landing that it is
 * told of.
 */
static size_t do_paren(struct claim_scan *s, size_t i)
{
	static const char *const marks[] = { "(this)",
					     "(\xe6\x9c\xac\xe9\xa1\xb9)" };
	const struct claim *k = s->c->n ? &s->c->v[s->c->n - 1] : NULL;
	size_t m, n;

	for (m = 0; m < ARRAY_N(marks); m++) {
		n = strlen(marks[m]);
		if (s->ln.s.len - i >= n &&
		    memcmp(s->ln.s.s + i, marks[m], n) == 0 && k &&
		    k->kind == CLAIM_OID && k->line == s->line)
			s->self = scan_last(s);
	}
	return i + 1;
}

/* The end of the word at i: letters, digits and what paths are made of. */
static size_t word_end(const char *t, size_t n, size_t i)
{
	while (i < n && (scan_is_word(t[i]) || strchr("-./*{}~=", t[i])))
		i++;
	return i;
}

/* A word at i (its first byte is a letter, digit, '.' or '_'). */
static size_t do_word(struct claim_scan *s, size_t i)
{
	const char *t = s->ln.s.s;
	size_t n = s->ln.s.len, end, j, pn;
	uint32_t flags;
	int64_t line;

	if (n - i > 8 && t[i] == 'h' && (memcmp(t + i, "http://", 7) == 0 ||
					 memcmp(t + i, "https://", 8) == 0))
		return do_url(s, i);
	if (isdigit((unsigned char)t[i]) || t[i] == 'v') {
		j = do_digit(s, i);
		if (j > i)
			return j;
	}
	end = word_end(t, n, i);
	if (end - i > WORD_MAX)
		return end;
	for (j = i; j < end && isalnum((unsigned char)t[j]); j++)
		;
	if (j - i >= 7 && scan_is_hex(t + i, j - i) &&
	    (j == end || t[j] == '*' ||	/* emphasis */
	     (t[j] == '.' && (j + 1 == end || t[j + 1] == '.'))) &&
	    add_id(s, i, j, false))
		return j;
	if (isdigit((unsigned char)t[i]) && end - j > 2 && t[j] == '.' &&
	    t[j + 1] == '.' && t[j + 2] != '.')
		return j;		/* "00:00..2026-02-05" */
	pn = end;
	while (pn > i && (strchr(".,=", t[pn - 1]) ||
			  (t[pn - 1] == '*' && pn > i + 1 &&
			   t[pn - 2] != '/')))
		pn--;		/* a sentence's end, or the end of emphasis */
	if (pn < n && t[pn] == ':')
		while (pn + 1 < n && pn - i < WORD_MAX &&
		       (t[pn] == ':' || t[pn] == '-' ||
			isdigit((unsigned char)t[pn])))
			pn++;
	if (memchr(t + i, '/', end - i) &&
	    scan_path_like(t + i, pn - i, false, &flags, &pn, &line)) {
		add_path(s, i, pn, flags, line);
		return i + pn;
	}
	/* owner/name#N and owner/name@id are read from their '#' and '@' */
	for (j = i; j < end && t[j] == '.'; j++)
		;
	return j > i ? j : end > i ? end : i + 1;
}

void scan_inline(struct claim_scan *s, size_t from)
{
	const char *t = s->ln.s.s;
	size_t n = s->ln.s.len, i = from;

	s->path = s->files = s->self = s->from = s->range = -1;
	s->open_n = 0;
	memset(s->no_close, 0, sizeof(s->no_close));
	while (i < n) {
		unsigned char c = (unsigned char)t[i];

		if (c == '\\' && i + 1 < n && ispunct((unsigned char)t[i + 1]))
			i += 2;
		else if (c == '`')
			i = do_ticks(s, i);
		else if (c == '[')
			do_open(s, i++);
		else if (c == ']')
			i = do_bracket(s, i);
		else if (c == '(')
			i = do_paren(s, i);
		else if (c == '.' && i > 0 && n - i > 2 && t[i - 1] == ' ' &&
			 t[i + 1] == '.' && t[i + 2] == ' ')
			i = do_dots(s, i);
		else if (c == '#')
			i = do_number(s, i);
		else if (c == '+' || c == '-' ||
			 (c == 0xc2 && i + 1 < n &&
			  (unsigned char)t[i + 1] == 0xb1))
			i = do_counts(s, i);
		else if (isalnum(c) || c == '_' || c == '.')
			i = do_word(s, i);
		else
			i++;
	}
}
