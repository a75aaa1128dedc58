/* render/verify_who.c - authors, dates, times, and the window of a page. */
#include "render/verify_check.h"

#include "core/day.h"
#include "core/mem.h"

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

/* Two dates with a time on one line that says "window": both ends. */
static bool window_line(struct verify_ctx *x)
{
	const struct claim *v = x->c->v;
	size_t i;

	for (i = 0; i + 1 < x->c->n && v[i].line < 40; i++) {
		if (v[i].kind != CLAIM_DATE || v[i + 1].kind != CLAIM_DATE ||
		    v[i].line != v[i + 1].line || v[i].b < 0 ||
		    v[i + 1].b < 0 || v[i].a < 0 || v[i + 1].a <= v[i].a)
			continue;
		x->r->since = v[i].a * DAY + v[i].b;
		x->r->until = v[i + 1].a * DAY + v[i + 1].b;
		return true;
	}
	return false;
}

/* The offset of "+08:00" right behind the window's first date, seconds. */
static int64_t window_offset(struct verify_ctx *x)
{
	const char *t = NULL, *p;
	size_t i;
	int h, m;

	for (i = 0; i < x->c->blocks_n && !t; i++)
		if (x->c->blocks[i].text &&
		    (p = strstr(x->c->blocks[i].text, "00:00")) != NULL)
			t = p + 5;
	if (!t)
		return 0;
	if (t[0] == ':' && isdigit((unsigned char)t[1]))
		t += 3;
	if ((t[0] != '+' && t[0] != '-') ||
	    sscanf(t + 1, "%2d:%2d", &h, &m) != 2)
		return 0;
	return (t[0] == '-' ? -1 : 1) * (h * 3600 + m * 60);
}

/*
 * The day a page says it is about: its window line, else a heading with a date
 * in brackets, else a heading's, else its file's name.
 */
void check_window(struct verify_ctx *x)
{
	const struct claims *c = x->c;
	int64_t day = -1, shift;
	const char *base = strrchr(x->r->name, '/');
	size_t i;

	if (window_line(x)) {
		shift = window_offset(x);
		x->r->since -= shift;
		x->r->until -= shift;
		return;
	}
	for (i = 0; i < c->n && day < 0; i++)
		if (c->v[i].kind == CLAIM_DATE &&
		    c->blocks[c->v[i].block].kind == BLOCK_HEADING &&
		    c->blocks[c->v[i].block].owner < 0)
			day = c->v[i].a;
	if (day < 0)
		day = day_in(base ? base + 1 : x->r->name);
	if (day >= 0) {
		x->r->since = day * DAY;
		x->r->until = (day + 1) * DAY;
	}
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

void check_author(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const struct verify_commit *of[8], *owner;
	size_t n = check_commits(x, i, of, 8), j;

	for (j = 0; j < n; j++)
		if (same_name(k->text, of[j]->author) ||
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

/* Landed, in UTC or where it was committed, or written that day. */
static bool of_day(const struct verify_commit *c, int64_t day, int64_t shift)
{
	return day_at(c->landed, 0) == day ||
	       day_at(c->landed, shift) == day ||
	       day_at(c->landed, c->landed_offset) == day ||
	       day_at(c->authored, c->authored_offset) == day ||
	       day_at(c->authored, 0) == day;
}

/* To the minute, in UTC or in the zone of the page. */
static bool of_second(const struct verify_commit *c, int64_t day,
		      int64_t second, int64_t shift)
{
	int64_t t = day * DAY + second;

	return (t - c->landed <= 59 && c->landed - t <= 59) ||
	       (t - shift - c->landed <= 59 && c->landed - t + shift <= 59);
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

void check_date(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const struct claim_block *b = &x->c->blocks[k->block];
	const struct verify_commit *of[8];
	size_t n = check_commits(x, i, of, 8), j;
	int64_t shift = page_shift(x), t;
	bool stated;

	if (k->a < 0) {
		check_say(x, i, VERIFY_WRONG, NULL, "no such day", "calendar");
		return;
	}
	for (j = 0; j < n; j++)
		if (k->b < 0 ? of_day(of[j], k->a, shift)
			     : of_second(of[j], k->a, k->b, shift)) {
			check_say(x, i, VERIFY_OK, NULL, landed(x, of[j]),
				  of[j]->oid);
			return;
		}
	t = k->a * DAY + (k->b < 0 ? 0 : k->b) - shift;
	stated = x->r->since != x->r->until &&
		 (t == x->r->since || (k->b >= 0 && t == x->r->until) ||
		  k->a == day_at(x->r->since, shift));
	if (stated && !(n && beside_author(x, i)))
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

	for (j = 0; j < n; j++)
		if (of_second(of[j], day_at(of[j]->landed, 0), k->a, 0)) {
			check_say(x, i, VERIFY_OK, NULL, NULL,
				  landed(x, of[j]));
			return;
		}
	if (n && (x->strict || beside_author(x, i)))
		check_say(x, i, VERIFY_WRONG, NULL, landed(x, of[0]),
			  of[0]->oid);
	else
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "no commit is named");
}
