/*
 * analyze/commit.c - see commit.h.
 *
 * libgit2's parser refuses a commit whose author line lacks a '<' or whose date
 * does not fit, and with it every commit behind it.  git shows them, so do we.
 */
#include "analyze/commit.h"

#include "core/mem.h"
#include "core/utf8.h"

#include <ctype.h>

#define TIME_MIN (-62135596800LL)	/* year 1 */
#define TIME_MAX 253402300799LL		/* year 9999: what RFC 3339 can say */

struct line {
	const char *s;
	size_t len;
};

static bool next_line(const char **p, const char *end, struct line *l)
{
	const char *nl;

	if (*p >= end)
		return false;
	nl = memchr(*p, '\n', (size_t)(end - *p));
	l->s = *p;
	l->len = (size_t)((nl ? nl : end) - *p);
	*p = nl ? nl + 1 : end;
	return true;
}

static bool is_field(const struct line *l, const char *name, size_t n)
{
	return l->len > n && !memcmp(l->s, name, n) && l->s[n] == ' ';
}

/* Decimal seconds at [s, end); false when there are none or they overflow. */
static bool parse_seconds(const char *s, const char *end, int64_t *out)
{
	bool neg = false;
	int64_t v = 0;

	if (s < end && *s == '-')
		neg = true, s++;
	if (s >= end || !isdigit((unsigned char)*s))
		return false;
	for (; s < end && isdigit((unsigned char)*s); s++) {
		if (v > (INT64_MAX - 9) / 10)
			return false;
		v = v * 10 + (*s - '0');
	}
	*out = neg ? -v : v;
	return *out >= TIME_MIN && *out <= TIME_MAX;
}

/* The date part of a person line: after the last '>'. */
static const char *date_part(const char *s, size_t len)
{
	const char *gt = memrchr(s, '>', len);

	gt = gt ? gt + 1 : s + len;
	while (gt < s + len && *gt == ' ')
		gt++;
	return gt;
}

void commit_scan(const char *raw, size_t len, git_oid *tree, git_oid *parents,
		 int max, int *parents_n, int64_t *committer_time)
{
	const char *p = raw, *end = raw + len, *d;
	bool seen = false;
	struct line l;

	memset(tree, 0, sizeof(*tree));
	*parents_n = 0;
	*committer_time = INT64_MIN;
	while (next_line(&p, end, &l) && l.len) {
		if (is_field(&l, "tree", 4) && l.len >= 45) {
			oid_parse(tree, l.s + 5);
		} else if (is_field(&l, "parent", 6) && l.len >= 47) {
			git_oid id;

			if (oid_parse(&id, l.s + 7))
				continue;
			if (*parents_n < max)
				parents[*parents_n] = id;
			(*parents_n)++;
		} else if (is_field(&l, "committer", 9) && !seen) {
			/* As commit_parse() has it: the first, with a '<'. */
			seen = true;
			d = date_part(l.s, l.len);
			if (!memchr(l.s, '<', l.len) ||
			    !parse_seconds(d, l.s + l.len, committer_time))
				*committer_time = INT64_MIN;
		}
	}
}

/* "+0545" -> seconds; anything out of the ordinary (+9999) is 0, and *odd. */
static int32_t parse_zone(const char *s, const char *end, bool *odd)
{
	int v = 0, i;

	*odd = true;

	while (s < end && *s == ' ')
		s++;
	if (end - s < 5 || (*s != '+' && *s != '-'))
		return 0;
	for (i = 1; i < 5; i++) {
		if (!isdigit((unsigned char)s[i]))
			return 0;
		v = v * 10 + (s[i] - '0');
	}
	if (v / 100 > 14 || v % 100 > 59)
		return 0;
	v = v / 100 * 3600 + v % 100 * 60;
	*odd = !v && *s == '-';
	return *s == '-' ? -v : v;
}

static const char *decoded(struct commit *c, struct arena *a, const char *s,
			   size_t len)
{
	struct str b = STR_INIT;
	char *out;

	if (utf8_valid(s, len) && !memchr(s, 0, len) &&
	    (!c->encoding || !strcasecmp(c->encoding, "utf-8")))
		return arena_strndup(a, s, len);
	if (!utf8_add_decoded(&b, s, len, c->encoding))
		c->flags |= COMMIT_BAD_TEXT;
	out = arena_strndup(a, str_c(&b), b.len);
	str_release(&b);
	return out;
}

static void parse_person(struct commit *c, struct person *who,
			 const struct line *l, size_t skip, struct arena *a)
{
	const char *s = l->s + skip, *end = l->s + l->len, *lt, *gt, *d, *sp;
	bool odd = false;
	size_t n;

	lt = memchr(s, '<', (size_t)(end - s));
	gt = lt ? memchr(lt, '>', (size_t)(end - lt)) : NULL;
	if (!lt || !gt)
		c->flags |= COMMIT_MALFORMED;
	n = (size_t)((lt ? lt : end) - s);
	while (n && s[n - 1] == ' ')
		n--;
	if (!lt) {
		/* No mail address: the name ends where the date begins. */
		who->name = decoded(c, a, s, n);
		who->email = "";
		who->time_raw = arena_strdup(a, "");
		return;
	}
	who->name = decoded(c, a, s, n);
	who->email = decoded(c, a, lt + 1,
			     (size_t)((gt ? gt : end) - lt - 1));
	d = date_part(s, (size_t)(end - s));
	if (!parse_seconds(d, end, &who->time)) {
		who->time = 0;
		who->time_raw = decoded(c, a, d, (size_t)(end - d));
		c->flags |= COMMIT_MALFORMED;
		return;
	}
	sp = memchr(d, ' ', (size_t)(end - d));
	who->offset = sp ? parse_zone(sp, end, &odd) : 0;
	if (odd)
		who->zone_raw = decoded(c, a, d, (size_t)(end - d));
}

static bool blank(const struct line *l)
{
	size_t i;

	for (i = 0; i < l->len; i++)
		if (!isspace((unsigned char)l->s[i]))
			return false;
	return true;
}

/* Past blank lines; what is left is unchanged. */
static const char *skip_blank(const char *p, const char *end)
{
	const char *q = p;
	struct line l;

	while (next_line(&q, end, &l) && blank(&l))
		p = q;
	return q == end && p != q && blank(&l) ? end : p;
}

/* git's %s and %b: the first paragraph on one line, and what follows it. */
static void split_message(struct commit *c, struct arena *a)
{
	const char *p = c->message, *end = p + c->message_len;
	struct str subject = STR_INIT;
	struct line l;

	p = skip_blank(p, end);
	while (next_line(&p, end, &l) && !blank(&l)) {
		while (l.len && isspace((unsigned char)l.s[l.len - 1]))
			l.len--;
		if (subject.len)
			str_addch(&subject, ' ');
		str_addmem(&subject, l.s, l.len);
	}
	p = skip_blank(p, end);
	c->subject = decoded(c, a, str_c(&subject), subject.len);
	c->body = decoded(c, a, p, (size_t)(end - p));
	str_release(&subject);
}

/* The encoding header has to be known before the first name is decoded. */
static const char *find_encoding(const char *p, const char *end,
				 struct arena *a)
{
	struct line l;

	while (next_line(&p, end, &l) && l.len)
		if (is_field(&l, "encoding", 8))
			return arena_strndup(a, l.s + 9, l.len - 9);
	return NULL;
}

void commit_parse(struct commit *c, const git_oid *oid, const char *raw,
		  size_t len, struct arena *a)
{
	const char *p = raw, *end = raw + len;
	int cap = 0, authors = 0, committers = 0;
	struct line l;
	int64_t t;

	memset(c, 0, sizeof(*c));
	c->oid = *oid;
	c->author.name = c->author.email = "";
	c->committer.name = c->committer.email = "";
	commit_scan(raw, len, &c->tree, NULL, 0, &cap, &t);
	c->parents = arena_alloc(a, (size_t)(cap ? cap : 1) *
				 sizeof(*c->parents));
	commit_scan(raw, len, &c->tree, c->parents, cap, &c->parents_n, &t);
	c->encoding = find_encoding(raw, end, a);
	while (next_line(&p, end, &l) && l.len) {
		if (is_field(&l, "author", 6) && !authors++)
			parse_person(c, &c->author, &l, 7, a);
		else if (is_field(&l, "committer", 9) && !committers++)
			parse_person(c, &c->committer, &l, 10, a);
	}
	if (!authors)
		c->author.time_raw = "";
	if (!committers)
		c->committer.time_raw = "";
	if (authors != 1 || committers != 1 || oid_zero(&c->tree))
		c->flags |= COMMIT_MALFORMED;
	c->message = arena_strndup(a, p, (size_t)(end - p));
	c->message_len = (size_t)(end - p);
	split_message(c, a);
}

static int number_at(const char *s, const char **after)
{
	long v = 0;
	const char *p = s;

	while (isdigit((unsigned char)*p) && v < 100000000)
		v = v * 10 + (*p++ - '0');
	*after = p;
	return p == s || isdigit((unsigned char)*p) ? 0 : (int)v;
}

int commit_pr(const char *subject)
{
	static const char merge[] = "Merge pull request #";
	size_t n = strlen(subject);
	const char *p, *after;
	int v;

	while (n && isspace((unsigned char)subject[n - 1]))
		n--;
	if (n > 4 && subject[n - 1] == ')') {
		p = subject + n - 1;
		while (p > subject && isdigit((unsigned char)p[-1]))
			p--;
		if (p - subject >= 2 && p[-1] == '#' && p[-2] == '(') {
			v = number_at(p, &after);
			if (v && after == subject + n - 1)
				return v;
		}
	}
	if (!strncmp(subject, merge, sizeof(merge) - 1))
		return number_at(subject + sizeof(merge) - 1, &after);
	return 0;
}
