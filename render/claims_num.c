/* render/claims_num.c - see claims_num.h. */
#include "render/claims_num.h"

#include "core/day.h"
#include "core/mem.h"
#include "render/claims_scan.h"

#include <ctype.h>
#include <strings.h>

/* Digits at *i, at most 12, with "1,234" allowed; -1 without any. */
static int64_t digits(const char *t, size_t n, size_t *i)
{
	size_t k = *i;
	int64_t v = 0;

	while (k < n && k - *i < 12 && isdigit((unsigned char)t[k]))
		v = v * 10 + t[k++] - '0';
	if (k == *i || (k < n && isdigit((unsigned char)t[k])))
		return -1;
	if (k - *i <= 3)
		while (n - k > 3 && t[k] == ',' && v < 1000000000 &&
		       isdigit((unsigned char)t[k + 1]) &&
		       isdigit((unsigned char)t[k + 2]) &&
		       isdigit((unsigned char)t[k + 3]) &&
		       (n - k == 4 || !isdigit((unsigned char)t[k + 4]))) {
			v = v * 1000 + (t[k + 1] - '0') * 100 +
			    (t[k + 2] - '0') * 10 + t[k + 3] - '0';
			k += 4;
		}
	*i = k;
	return v;
}

static size_t blanks(const char *t, size_t n, size_t i)
{
	while (i < n && t[i] == ' ')
		i++;
	return i;
}

static bool at(const char *t, size_t n, size_t i, const char *word)
{
	size_t k = strlen(word);

	return n - i >= k && strncasecmp(t + i, word, k) == 0;
}

/* A unit word at i: its length, or 0.  ASCII words must end there. */
static size_t unit(const char *t, size_t n, size_t i, const char *const *words)
{
	for (; *words; words++) {
		size_t k = strlen(*words);

		if (!at(t, n, i, *words))
			continue;
		if ((unsigned char)(*words)[k - 1] < 0x80 && i + k < n &&
		    scan_is_word(t[i + k]))
			continue;
		return k;
	}
	return 0;
}

static const char *const line_units[] = {
	"\xe8\xa1\x8c", "lines", "line", "additions", "deletions", NULL
};
static const char *const file_units[] = {
	"files", "file", "\xe6\x96\x87\xe4\xbb\xb6",
	"\xe4\xb8\xaa\xe6\x96\x87\xe4\xbb\xb6", NULL
};
static const char *const change_units[] = {
	"changes", "change", "commits", "landings", "landing", "folded",
	"\xe9\xa1\xb9",
	"\xe4\xb8\xaa\xe5\x8f\x98\xe6\x9b\xb4", "\xe5\x8f\x98\xe6\x9b\xb4",
	"\xe4\xb8\xaa\xe6\x8f\x90\xe4\xba\xa4",
	"\xe6\x8f\x90\xe4\xba\xa4", NULL
};

/* Behind "+a": what leads to "-b" (a slash, comma, blanks, a unit). */
static size_t to_minus(const char *t, size_t n, size_t i)
{
	size_t k = blanks(t, n, i);

	k += unit(t, n, k, line_units);
	k = blanks(t, n, k);
	if (k < n && (t[k] == '/' || t[k] == ','))
		k = blanks(t, n, k + 1);
	else if (at(t, n, k, "\xe3\x80\x81"))
		k = blanks(t, n, k + 3);
	return k;
}

bool num_counts(const char *t, size_t n, size_t i, struct num_counts *out)
{
	bool either = (unsigned char)t[i] == 0xc2, minus = t[i] == '-';
	size_t k = i + (either ? 2 : 1), m;
	int64_t v = digits(t, n, &k), w;

	out->a = out->b = -1;
	out->flags = either ? CLAIM_EITHER : 0;
	if (v < 0 || (k < n && (scan_is_word(t[k]) || t[k] == '%')) ||
	    (n - k > 1 && t[k] == '.' && isdigit((unsigned char)t[k + 1])))
		return false;
	out->end = k;
	*(minus ? &out->b : &out->a) = v;
	if (either)
		return true;
	if (!minus) {
		m = to_minus(t, n, k);
		if (m < n && t[m] == '-') {
			m++;
			w = digits(t, n, &m);
			if (w >= 0 && !(m < n && (scan_is_word(t[m]) ||
						  t[m] == '%'))) {
				out->b = w;
				out->end = m;
				return true;
			}
		}
	}
	m = blanks(t, n, k);
	return unit(t, n, m, line_units) > 0;
}

static bool two(const char *t, size_t i, int *v)
{
	if (!isdigit((unsigned char)t[i]) || !isdigit((unsigned char)t[i + 1]))
		return false;
	*v = (t[i] - '0') * 10 + t[i + 1] - '0';
	return true;
}

#define CLOCK_BAD 1000000	/* looks like a time and is none */

/* HH:MM[:SS] at i: seconds of the day, *end behind it; -1. */
static int64_t clock_at(const char *t, size_t n, size_t i, size_t *end)
{
	int h, m, s = 0;

	if (n < i + 5 || !two(t, i, &h) || t[i + 2] != ':' ||
	    !two(t, i + 3, &m))
		return -1;
	*end = i + 5;
	if (n >= i + 8 && t[i + 5] == ':' && two(t, i + 6, &s))
		*end = i + 8;
	return h > 24 || m > 59 || s > 60 ? CLOCK_BAD : h * 3600 + m * 60 + s;
}

/* Is `word` what stands right before i (blanks apart)? */
static bool before(const char *t, size_t i, const char *word)
{
	size_t k = strlen(word);

	while (i > 0 && t[i - 1] == ' ')
		i--;
	return i >= k && strncasecmp(t + i - k, word, k) == 0;
}

static bool date_at(const char *t, size_t n, size_t i, struct num_word *w)
{
	int cc, yy, m, d;
	size_t k = i + 10, end;
	int64_t sec;

	if (n < i + 10 || !two(t, i, &cc) || !two(t, i + 2, &yy) ||
	    t[i + 4] != '-' || !two(t, i + 5, &m) || t[i + 7] != '-' ||
	    !two(t, i + 8, &d) || (n > k && isdigit((unsigned char)t[k])))
		return false;
	w->kind = CLAIM_DATE;
	w->a = m < 1 || m > 12 || d < 1 || d > 31
		? -1 : day_from_civil(cc * 100 + yy, m, d);
	w->b = -1;
	w->end = k;
	if (before(t, i, "as of") ||
	    before(t, i, "\xe6\x95\xb0\xe6\x8d\xae\xe6\x88\xaa\xe8\x87\xb3"))
		w->flags = CLAIM_AS_OF;
	if (n > k + 1 && (t[k] == 'T' || t[k] == ' ')) {
		sec = clock_at(t, n, k + 1, &end);
		if (sec >= 0) {
			w->b = sec;
			w->end = end;
			if (end < n && t[end] == 'Z')
				w->end++;
		}
	}
	return true;
}

/* v1.2, 1.2.3, 4.4.0.dev1, 0.6.2rc1: a 'v', two dots or a suffix is needed. */
static bool version_at(const char *t, size_t n, size_t i, struct num_word *w)
{
	size_t k = i + (t[i] == 'v'), from = k, dots = 0;

	while (k < n && (isdigit((unsigned char)t[k]) ||
			 (t[k] == '.' && k > from && k + 1 < n &&
			  isdigit((unsigned char)t[k + 1]))))
		dots += t[k++] == '.';
	if (k == from || k - from > 30 || dots == 0)
		return false;
	if (n - k > 3 && (t[k] == '.' || t[k] == '-' || isalpha((unsigned char)t[k]))) {
		static const char *const tails[] = { "dev", "post", "rc", "a",
						     "b", NULL };
		size_t m = k + (t[k] == '.' || t[k] == '-'), q;
		int x;

		for (x = 0; tails[x]; x++) {
			q = m + strlen(tails[x]);
			if (!at(t, n, m, tails[x]) || q >= n ||
			    !isdigit((unsigned char)t[q]))
				continue;
			while (q < n && isdigit((unsigned char)t[q]))
				q++;
			k = q;
			dots = 2;
			break;
		}
	}
	if ((t[i] != 'v' && dots < 2) || (k < n && scan_is_word(t[k])))
		return false;
	w->kind = CLAIM_VERSION;
	w->a = w->b = -1;
	w->end = k;
	return true;
}

/* "N lines" with a word before it that says which lines. */
static void lines_said(const char *t, size_t i, struct num_word *w, int64_t v)
{
	if (before(t, i, "\xe5\x88\xa0\xe9\x99\xa4") ||		/* deleted */
	    before(t, i, "deleted") || before(t, i, "removed"))
		w->b = v;
	else if (before(t, i, "\xe6\x96\xb0\xe5\xa2\x9e") ||	/* added */
		 before(t, i, "added"))
		w->a = v;
	else if (before(t, i, "\xe5\x85\xb1") ||		/* in all */
		 before(t, i, "\xe5\x85\xb1\xe8\xae\xa1") ||
		 before(t, i, "total of")) {
		w->a = v;
		w->flags = CLAIM_SUM | CLAIM_TOTAL;
	}
}

/* "the inverse (1/4 files)": how much of a landing its revert undid. */
static void inverse(const char *t, size_t i, struct num_word *w)
{
	static const char *const denied[] = {
		"not line for line the inverse (", "not the inverse (",
		("\xe5\xb9\xb6\xe9\x9d\x9e\xe9\x80\x90\xe8\xa1\x8c"
		 "\xe7\x9b\xb8\xe5\x8f\x8d ("),
	};
	size_t k;

	if (!before(t, i, "the inverse (") &&
	    !before(t, i, "\xe7\x9b\xb8\xe5\x8f\x8d ("))
		return;
	w->kind = CLAIM_INVERSE;
	for (k = 0; k < ARRAY_N(denied); k++)
		if (before(t, i, denied[k]))
			w->flags |= CLAIM_DENIED;
}

/* Numbers of something else that share a unit with changes and files: what
 * stands before them, and from their unit on. */
static const struct { const char *before, *after; } others[] = {
	{ "\xe5\x8f\xa6", "" },			/* N more */
	{ "\xe5\x85\xb6\xe4\xb8\xad", "" },		/* N of them */
	{ "\xe9\xa1\xb9\xe4\xb8\xad", "" },
	{ "\xe4\xba\xa7\xe5\x93\x81\xe4\xbb\xa3\xe7\xa0\x81", "" },
	{ "", "changes touch product" },
	{ "", "change touches product" },
	{ "", "\xe9\xa1\xb9 perf" },		/* of type perf */
	{ "", "\xe9\xa1\xb9\xe8\x90\xbd\xe5\x9c\xb0\xe9\x87\x8d\xe5\xa4\x8d" },
	{ "", "landings repeat" },
	{ "", "landing repeats" },
	{ "\xe5\xa4\x84,", "" },			/* N times in N files */
	{ "times in", "" },
	{ "time in", "" },
	{ "", "\xe9\xa1\xb9 (\xe5\x85\xb1" },	/* not searched */
	{ "", "\xe9\xa1\xb9) \xe8\x90\xbd\xe5\x9c\xb0" },
	{ "", "landings whose" },
	{ "", "landing whose" },
};

/* m: where the unit of the number at i begins. */
static bool of_others(const char *t, size_t n, size_t i, size_t m)
{
	size_t k;

	for (k = 0; k < ARRAY_N(others); k++)
		if (before(t, i, others[k].before) &&
		    at(t, n, m, others[k].after))
			return true;
	return false;
}

/* "N files", with what stands around it; end: behind the unit. */
static void files_said(const char *t, size_t n, size_t i, size_t end,
		       struct num_word *w)
{
	w->kind = CLAIM_FILES;
	if (w->flags & CLAIM_PARTS)
		inverse(t, i, w);
	else if (at(t, n, end, " not measured") ||
		 at(t, n, end, "\xe6\x9c\xaa\xe8\xae\xa1\xe9\x87\x8f"))
		w->flags |= CLAIM_UNMEASURED;
}

/* "N changes", with the unit at m: those of a range are "landings". */
static void changes_said(const char *t, size_t n, size_t m, struct num_word *w)
{
	w->kind = CLAIM_CHANGES;
	if (!(w->flags & CLAIM_PARTS) &&
	    (at(t, n, m, "landing") ||
	     at(t, n, m, "\xe9\xa1\xb9\xe8\x90\xbd\xe5\x9c\xb0")))
		w->flags |= CLAIM_RANGE;
}

/* "files 3/4", "changes 3/4" */
static bool labelled(const char *t, size_t i, struct num_word *w)
{
	if (before(t, i, "files") || before(t, i, file_units[2]))
		w->kind = CLAIM_FILES;
	else if (before(t, i, "changes") ||
		 before(t, i, "\xe5\x8f\x98\xe6\x9b\xb4"))
		w->kind = CLAIM_CHANGES;
	else
		return false;
	return true;
}

/* A plain number with its unit behind it, or its label before it. */
static bool counted(const char *t, size_t n, size_t i, struct num_word *w)
{
	size_t k = i, m, u;
	int64_t v = digits(t, n, &k), total = -1;

	if (v < 0)
		return false;
	if (k < n && t[k] == '/') {
		m = k + 1;
		total = digits(t, n, &m);
		if (total >= 0)
			k = m;
	}
	if (k < n && (scan_is_word(t[k]) || t[k] == '/'))
		return false;
	m = blanks(t, n, k);
	w->a = v;
	w->b = total;
	w->flags = total >= 0 ? CLAIM_PARTS : 0;
	if (of_others(t, n, i, m))
		return false;
	if ((u = unit(t, n, m, file_units)) > 0) {
		files_said(t, n, i, m + u, w);
	} else if ((u = unit(t, n, m, change_units)) > 0) {
		changes_said(t, n, m, w);
	} else if (total < 0 && (u = unit(t, n, m, line_units)) > 0) {
		w->kind = CLAIM_COUNTS;
		w->a = w->b = -1;
		lines_said(t, i, w, v);
	} else if (total < 0 || !labelled(t, i, w)) {
		return false;
	}
	w->end = u ? m + u : k;
	return true;
}

bool num_word(const char *t, size_t n, size_t i, struct num_word *w)
{
	size_t end;
	int64_t sec;

	memset(w, 0, sizeof(*w));
	if (t[i] != 'v') {
		if (date_at(t, n, i, w))
			return true;
		sec = clock_at(t, n, i, &end);
		if (sec >= 0 && end < n && t[end] == 'Z') {
			w->kind = CLAIM_TIME;
			w->a = sec;
			w->b = -1;
			w->end = end + 1;
			return true;
		}
		if (counted(t, n, i, w))
			return true;
	}
	return version_at(t, n, i, w);
}

uint32_t num_said(const char *t, size_t i)
{
	size_t from = i > 24 ? i - 24 : 0, len = i - from;
	uint32_t flags = 0;

	if (memmem(t + from, len, "\xe7\xb4\xaf\xe8\xae\xa1", 6) ||
	    memmem(t + from, len, "\xe5\x90\x88\xe8\xae\xa1", 6) ||
	    memmem(t + from, len, "total", 5))
		flags |= CLAIM_TOTAL;
	if (i >= 3 && (memmem(t + from, len, "\xe5\x90\x84", 3) ||
		       memmem(t + from, len, "each", 4)))
		flags |= CLAIM_EACH;
	return flags;
}
