/* render/verify_who.c - authors, dates, times, and the window of a page. */
#include "render/verify_check.h"

#include "core/day.h"
#include "core/mem.h"
#include "render/claims_text.h"
#include "render/escape.h"

#include <ctype.h>
#include <strings.h>

#define DAY 86400

/* "2026-02-04" in a name or heading: its day, or -1. */
static int64_t day_in(const char *s)
{
	int64_t day;
	struct err e;
	char word[11];

	for (; *s; s++) {
		if (!isdigit((unsigned char)*s) || strlen(s) < 10)
			continue;
		memcpy(word, s, 10);
		word[10] = 0;
		if (word[4] == '-' && day_parse(word, &day, &e) == 0)
			return day;
	}
	return -1;
}

/* Is claim i the first of two dates with a time on one line, a window?  Not
 * where a commit is listed: those are its landed and its observed time. */
static bool is_window(const struct verify_ctx *x, size_t i)
{
	const struct claim *v = x->c->v;

	return i + 1 < x->c->n && v[i].kind == CLAIM_DATE &&
	       v[i + 1].kind == CLAIM_DATE && v[i].line == v[i + 1].line &&
	       v[i].b >= 0 && v[i + 1].b >= 0 &&
	       (i == 0 || v[i - 1].line != v[i].line ||
		v[i - 1].kind != CLAIM_DATE) &&
	       x->c->blocks[v[i].block].owner < 0 &&
	       (v[i].line < 40 || x->c->blocks[v[i].block].kind == BLOCK_ROW);
}

/* "00:00:00+08:00" at t: where its offset ends, in seconds; NULL: no offset. */
static const char *midnight(const char *t, int64_t *offset)
{
	int h, m;

	t += 5;
	if (t[0] == ':' && isdigit((unsigned char)t[1]))
		t += 3;
	if ((t[0] != '+' && t[0] != '-') ||
	    sscanf(t + 1, "%2d:%2d", &h, &m) != 2)
		return NULL;
	*offset = (t[0] == '-' ? -1 : 1) * (h * 3600 + m * 60);
	return t + 6;
}

/* The offsets right behind the window's two dates, seconds; they differ on a
 * day on which the clocks change. */
static void window_offsets(struct verify_ctx *x, int64_t *since,
			   int64_t *until)
{
	const char *t = NULL;
	size_t i;

	*since = *until = 0;
	for (i = 0; i < x->c->blocks_n && !t; i++)
		if (x->c->blocks[i].text)
			t = strstr(x->c->blocks[i].text, "00:00");
	if (!t)
		return;
	t = midnight(t, since);
	*until = *since;
	if (t && (t = strstr(t, "00:00")) != NULL)
		midnight(t, until);
}

/* A date in a heading that names no commit: what the page is about. */
static bool in_heading(const struct verify_ctx *x, size_t i)
{
	const struct claim *k = &x->c->v[i];

	return k->kind == CLAIM_DATE && k->b < 0 &&
	       x->c->blocks[k->block].kind == BLOCK_HEADING &&
	       x->c->blocks[k->block].owner < 0;
}

#define STATED 32

/* All places that say the (first) day of the page. */
static size_t stated(struct verify_ctx *x, size_t *at, int64_t *day)
{
	size_t i, n = 0;

	for (i = 0; i < x->c->n && n < STATED; i++)
		if (is_window(x, i) ||
		    (in_heading(x, i) &&
		     !(i && in_heading(x, i - 1) &&
		       x->c->v[i - 1].line == x->c->v[i].line))) {
			at[n] = i;
			day[n++] = x->c->v[i].a;
		}
	return n;
}

/* The value most of them agree on; the earlier one among equals. */
static int64_t most(const int64_t *v, size_t n)
{
	size_t i, k, best = 0, same;
	int64_t day = -1;

	for (i = 0; i < n; i++) {
		for (k = same = 0; k < n; k++)
			same += v[k] == v[i];
		if (same > best && v[i] >= 0) {
			best = same;
			day = v[i];
		}
	}
	return day;
}

static void disagrees(struct verify_ctx *x, size_t i, int64_t day)
{
	char a[16];

	check_say(x, (int)i, VERIFY_WRONG, "window",
		  check_fmt(x, "elsewhere the page says %s",
			    day_format(day, a)), "headings and windows");
}

/* Both ends of the windows, and who says otherwise. */
static void ends(struct verify_ctx *x, const size_t *at, size_t n, int64_t day)
{
	const struct claim *v = x->c->v;
	int64_t until[STATED], second[2][STATED], last;
	size_t i, k = 0;

	for (i = 0; i < n; i++)
		if (is_window(x, at[i])) {
			until[k] = v[at[i] + 1].a;
			second[0][k] = v[at[i]].b;
			second[1][k++] = v[at[i] + 1].b;
		}
	last = k ? most(until, k) : day + 1;
	if (k == 2 && until[0] != until[1])
		last = day + 1;
	/* a day begins at one o'clock where the clocks skip midnight */
	x->r->since = day * DAY + (k ? most(second[0], k) : 0);
	x->r->until = last * DAY + (k ? most(second[1], k) : 0);
	for (i = 0; i < n; i++) {
		if (v[at[i]].a != day && x->strict)
			disagrees(x, at[i], day);
		if (x->strict && is_window(x, at[i]) &&
		    v[at[i] + 1].a != last)
			disagrees(x, at[i] + 1, last);
	}
}

/* A digest of somebody's with several days, or a range of them, in its
 * headings, and no window: all of them together. */
static bool several_days(struct verify_ctx *x, int64_t *first, int64_t *last)
{
	const struct claim *v = x->c->v;
	size_t i, n = 0;

	for (i = 0; i < x->c->n; i++) {
		if (is_window(x, i))
			return false;
		if (!in_heading(x, i) || v[i].a < 0)
			continue;
		*first = n && *first < v[i].a ? *first : v[i].a;
		*last = n && *last > v[i].a ? *last : v[i].a;
		n++;
	}
	return n && *first < *last;
}

/*
 * The day a page says it is about: its windows and the dates of its headings,
 * most of which agree, else its file's name.
 */
void check_window(struct verify_ctx *x)
{
	const char *base = strrchr(x->r->name, '/');
	size_t at[STATED], n;
	int64_t days[STATED] = { 0 }, day = -1, last = -1, since, until;

	if (!x->strict && several_days(x, &day, &last)) {
		x->r->since = day * DAY;
		x->r->until = (last + 1) * DAY;
		return;
	}
	n = stated(x, at, days);
	day = most(days, n);
	if (day < 0)
		day = day_in(base ? base + 1 : x->r->name);
	if (day < 0)
		return;
	ends(x, at, n, day);
	window_offsets(x, &since, &until);
	x->r->since -= since;
	x->r->until -= until;
}

static bool same_name(const char *a, const char *b)
{
	for (;;) {
		while (*a == ' ' || *a == '*')
			a++;
		while (*b == ' ')
			b++;
		if (*a == '\\' && a[1])
			a++;
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
		a++;
		b++;
	}
}

/* A name may hold the middle dot that separates the parts of a line. */
static bool last_part(const char *said, const char *author)
{
	const char *dot, *p = author;

	while ((dot = strstr(p, " \xc2\xb7 ")) != NULL)
		p = dot + 4;
	return p > author && same_name(said, p);
}

/* The name as one of our pages writes it. */
static bool escaped(const char *said, const char *author)
{
	struct str page = STR_INIT;
	struct plain p = { .s = STR_INIT };
	bool same;

	put_md_text(&page, author, NULL);
	plain_set(&p, str_c(&page), page.len);
	same = strcmp(said, str_c(&p.s)) == 0 || last_part(said, str_c(&p.s));
	plain_release(&p);
	str_release(&page);
	return same;
}

void check_author(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const struct verify_commit *of[8], *owner;
	size_t n = check_commits(x, i, of, 8), j;

	for (j = 0; j < n; j++)
		if (same_name(k->text, of[j]->author) ||
		    last_part(k->text, of[j]->author) ||
		    (x->strict && escaped(k->text, of[j]->author)) ||
		    (strlen(k->text) > 3 && strstr(of[j]->message, k->text))) {
			check_say(x, i, VERIFY_OK, NULL, NULL,
				  check_fmt(x, "author line of %s",
					    of[j]->oid));
			return;
		}
	owner = check_owner(x, k->block);
	if (owner)
		check_say(x, i, VERIFY_WRONG, NULL, owner->author,
			  check_fmt(x, "author line of %s", owner->oid));
	else
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "no commit is named");
}

static int64_t day_at(int64_t t, int64_t offset)
{
	t += offset;
	return t >= 0 ? t / DAY : -((DAY - 1 - t) / DAY);
}

/* Landed, in UTC or where it was committed, or written or first seen that day. */
static bool of_day(const struct verify_commit *c, int64_t day, int64_t shift)
{
	return day_at(c->landed, 0) == day ||
	       day_at(c->landed, shift) == day ||
	       day_at(c->landed, c->landed_offset) == day ||
	       (c->observed && (day_at(c->observed, 0) == day ||
				day_at(c->observed, shift) == day)) ||
	       day_at(c->authored, c->authored_offset) == day ||
	       day_at(c->authored, 0) == day;
}

/*
 * To the minute, in UTC or in the zone of the page.  Our pages cut seconds
 * off; others may round.
 */
static bool of_second(const struct verify_ctx *x, const struct verify_commit *c,
		      int64_t day, int64_t second, int64_t shift)
{
	int64_t t = day * DAY + second, late = x->strict ? 0 : 59;
	int64_t utc = c->landed - t, zone = c->landed - (t - shift);

	if (c->observed && (c->observed - t) / 60 == 0)
		return true;
	return (utc <= 59 && utc >= -late) || (zone <= 59 && zone >= -late);
}

static int64_t page_shift(const struct verify_ctx *x)
{
	return x->r->since == x->r->until ? 0
		: (DAY - x->r->since % DAY) % DAY;
}

static const char *landed(struct verify_ctx *x, const struct verify_commit *c)
{
	char a[40];

	return check_fmt(x, "landed %s", time_format_utc(c->landed, a));
}

/* Does a line with this date also name an author, so that it is a commit's? */
static bool beside_author(const struct verify_ctx *x, int i)
{
	const struct claim *v = x->c->v;
	int j;

	for (j = i - 3; j <= i + 3; j++)
		if (j >= 0 && j < (int)x->c->n && v[j].line == v[i].line &&
		    v[j].kind == CLAIM_AUTHOR)
			return true;
	return false;
}

/* Behind the window on its line, or behind "as of": when the repositories, or
 * one of them, were synced. */
static bool is_sync_time(const struct verify_ctx *x, int i)
{
	const struct claim *v = x->c->v;

	if (!x->strict || v[i].b < 0)
		return false;
	return v[i].flags & CLAIM_AS_OF ||
	       (i >= 2 && v[i].line <= 40 && is_window(x, (size_t)i - 2) &&
		v[i - 2].line == v[i].line);
}

static void check_sync_time(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	int64_t t = k->a * DAY + k->b, shift = page_shift(x);
	struct err e = { 0 };
	int rc = ERR_FAILED, other;

	if (x->src->synced)
		rc = x->src->synced(x->src->arg, t, &e);
	other = rc && shift && x->src->synced
		? x->src->synced(x->src->arg, t - shift, &e) : rc;
	if (!rc || !other)
		check_say(x, i, VERIFY_OK, NULL, NULL, "the ledger");
	else if (rc == ERR_NOTFOUND)
		check_say(x, i, VERIFY_WRONG, NULL, "no sync ended then",
			  "the ledger");
	else
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "no ledger tells when it was synced");
}

void check_date(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const struct claim_block *b = &x->c->blocks[k->block];
	const struct verify_commit *of[8];
	size_t n = check_commits(x, i, of, 8), j;
	int64_t shift = page_shift(x), t;
	const char *said;
	bool of_page;

	if (k->a < 0 || k->b > DAY) {
		check_say(x, i, x->strict || starts_with(k->text, "20")
			  ? VERIFY_WRONG : VERIFY_UNCHECKED, NULL,
			  "no such day or time", "calendar");
		return;
	}
	if (is_sync_time(x, i)) {
		check_sync_time(x, i);
		return;
	}
	for (j = 0; j < n; j++)
		if (k->b < 0 ? of_day(of[j], k->a, shift)
			     : of_second(x, of[j], k->a, k->b, shift)) {
			check_say(x, i, VERIFY_OK, NULL, landed(x, of[j]),
				  of[j]->oid);
			return;
		}
	/* a date of the author's, in a title or a quote */
	if (x->strict && k->b < 0 && (said = check_in_message(x, i, k->text))) {
		check_say(x, i, VERIFY_OK, NULL, NULL, said);
		return;
	}
	t = k->a * DAY + (k->b < 0 ? 0 : k->b) - shift;
	of_page = x->r->since != x->r->until &&
		  (t == x->r->since || (k->b >= 0 && t == x->r->until) ||
		   (k->b < 0 && k->a == day_at(x->r->since, shift)));
	if (of_page && !(n && beside_author(x, i)))
		check_say(x, i, VERIFY_OK, NULL, NULL, "the stated window");
	else if (n && (beside_author(x, i) || (x->strict && b->owner >= 0 &&
					  b->kind != BLOCK_HEADING)))
		check_say(x, i, VERIFY_WRONG, NULL, landed(x, of[0]),
			  of[0]->oid);
	else
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  n ? "may be of something else" : "no commit is named");
}

void check_time(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const struct verify_commit *of[8];
	size_t n = check_commits(x, i, of, 8), j;
	const char *said;

	for (j = 0; j < n; j++)
		if (of_second(x, of[j], day_at(of[j]->landed, 0), k->a,
			      0)) {
			check_say(x, i, VERIFY_OK, NULL, NULL,
				  landed(x, of[j]));
			return;
		}
	if (x->strict && (said = check_in_message(x, i, k->text)))
		check_say(x, i, VERIFY_OK, NULL, NULL, said);
	else if (n && (x->strict || beside_author(x, i)))
		check_say(x, i, VERIFY_WRONG, NULL, landed(x, of[0]),
			  of[0]->oid);
	else
		check_say(x, i, x->strict && k->a > DAY ? VERIFY_WRONG
							: VERIFY_UNCHECKED,
			  NULL, NULL, "no commit is named");
}
