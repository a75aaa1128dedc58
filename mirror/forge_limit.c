/*
 * forge_limit.c - limits and refusals, in the order of evidence GitHub
 * documents: Retry-After, then an empty quota, then the words of the answer.
 * A 403 with none of these is a refusal and waiting would not help.
 */
#include "mirror/forge_limit.h"

#include "core/day.h"
#include "core/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <strings.h>

/* The whole of s as a decimal number; blanks around it are fine. */
static bool number(const char *s, int64_t *out)
{
	char *end;

	if (!s)
		return false;
	while (*s == ' ')
		s++;
	if (!isdigit((unsigned char)*s) && *s != '-')
		return false;
	errno = 0;
	*out = strtoll(s, &end, 10);
	while (*end == ' ')
		end++;
	return !*end && !errno;
}

static int64_t clamp(int64_t wait, bool *ignored)
{
	if (wait >= 0 && wait <= FORGE_MAX_WAIT)
		return wait;
	*ignored = true;
	return wait < 0 ? 0 : FORGE_MAX_WAIT;
}

int64_t forge_wait_reset(const char *value, int64_t now_utc, bool *ignored)
{
	int64_t at;

	*ignored = false;
	if (!number(value, &at) || at <= 0) {
		*ignored = true;
		return FORGE_MIN_SECONDARY;
	}
	/* one second more: the reset itself still counts against us */
	if (at >= now_utc && at - now_utc < FORGE_MAX_WAIT)
		return at - now_utc + 1;
	if (at - now_utc == FORGE_MAX_WAIT)
		return FORGE_MAX_WAIT;
	*ignored = true;
	return at < now_utc ? FORGE_MIN_SECONDARY : FORGE_MAX_WAIT;
}

int64_t forge_http_date(const char *s)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char name[4], zone[4];
	int d, m, h, min, sec, used = 0;
	int64_t y;
	const char *at;

	if (!s || !(s = strchr(s, ',')))
		return -1;
	if (sscanf(s, ", %2d %3s %4d %2d:%2d:%2d %3s%n", &d, name, &m, &h,
		   &min, &sec, zone, &used) != 7 || strcmp(zone, "GMT"))
		return -1;
	y = m;
	at = strstr(months, name);
	if (strlen(name) != 3 || !at || (at - months) % 3 || d < 1 || d > 31 ||
	    y < 1970 || h < 0 || h > 23 || min < 0 || min > 59 || sec < 0 ||
	    sec > 60)
		return -1;
	m = (int)((at - months) / 3) + 1;
	return day_from_civil(y, m, d) * 86400 + h * 3600 + min * 60 + sec;
}

int64_t forge_wait_retry(const char *value, int64_t now_utc, bool *ignored)
{
	int64_t n;

	*ignored = false;
	if (number(value, &n)) {
		if (n < 0) {
			*ignored = true;
			return FORGE_MIN_SECONDARY;
		}
		return clamp(n, ignored);
	}
	n = forge_http_date(value);
	if (n < 0) {
		*ignored = true;
		return FORGE_MIN_SECONDARY;
	}
	return clamp(n - now_utc, ignored);
}

int64_t forge_backoff(int n)
{
	return (int64_t)1 << (n < 0 ? 0 : n > 3 ? 3 : n);
}

/* One line of valid text, blanks joined, at most cap - 1 bytes. */
static void copy_line(char *out, size_t cap, const char *s)
{
	struct str b = STR_INIT;
	size_t i, n = 0, cut;

	utf8_add_clean(&b, s, strlen(s));
	cut = utf8_cut(str_c(&b), b.len, cap - 1);
	for (i = 0; i < cut; i++) {
		char c = b.s[i];

		if ((unsigned char)c < 0x20 || c == 0x7f)
			c = ' ';
		if (c != ' ' || (n && out[n - 1] != ' '))
			out[n++] = c;
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = 0;
	str_release(&b);
}

static const char *text_of(json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* The error document: {message, errors?, block?{reason, html_url}}. */
static void read_error(struct forge_verdict *v, const struct http_response *r,
		       bool *block)
{
	json_error_t je;
	json_t *doc, *b;
	const char *s;
	char line[200];

	*block = false;
	if (!r->body.len || r->body.len > 65536)
		return;
	doc = json_loadb(r->body.s, r->body.len, 0, &je);
	if (!doc) {
		/* plain text helps, a page of HTML does not */
		if (!memchr(r->body.s, '<', r->body.len))
			copy_line(v->text, sizeof(v->text), r->body.s);
		return;
	}
	s = text_of(doc, "message");
	if (s)
		copy_line(v->text, sizeof(v->text), s);
	b = json_object_get(doc, "block");
	if (json_is_object(b)) {
		*block = true;
		s = text_of(b, "reason");
		copy_line(line, sizeof(line), s ? s : "no reason given");
		snprintf(v->text, sizeof(v->text), "%s", line);
		s = text_of(b, "html_url");
		if (s)
			copy_line(v->notice, sizeof(v->notice), s);
	}
	json_decref(doc);
}

static bool talks_of_a_limit(const char *s)
{
	return strcasestr(s, "rate limit") || strcasestr(s, "abuse");
}

static bool is_zero(const char *s)
{
	int64_t n;

	return number(s, &n) && n == 0;
}

/* 403 and 429: a limit, a block or a refusal. */
static void judge_refusal(struct forge_verdict *v,
			  const struct http_response *r, int64_t now,
			  int strikes, bool block)
{
	const char *retry = http_header(r, "retry-after");
	const char *reset = http_header(r, "x-ratelimit-reset");
	const char *sso = http_header(r, "x-github-sso");
	size_t len = strlen(v->text);

	if (block) {
		v->kind = FORGE_BLOCKED;
		return;
	}
	if (retry) {
		v->kind = FORGE_SLOW_DOWN;
		v->wait_s = forge_wait_retry(retry, now, &v->ignored);
		if (v->wait_s < 1)
			v->wait_s = 1;
		return;
	}
	if (is_zero(http_header(r, "x-ratelimit-remaining"))) {
		v->kind = FORGE_LIMITED;
		v->wait_s = forge_wait_reset(reset, now, &v->ignored);
		return;
	}
	if (r->status == 429 || talks_of_a_limit(v->text)) {
		v->kind = FORGE_SLOW_DOWN;
		v->wait_s = (int64_t)FORGE_MIN_SECONDARY <<
			(strikes < 0 ? 0 : strikes > 5 ? 5 : strikes);
		if (v->wait_s > FORGE_MAX_WAIT)
			v->wait_s = FORGE_MAX_WAIT;
		return;
	}
	v->kind = FORGE_FORBIDDEN;
	if (sso)
		snprintf(v->text + len, sizeof(v->text) - len,
			 "%sthe token needs single sign-on authorisation",
			 len ? "; " : "");
}

static enum forge_verdict_kind by_status(long status)
{
	switch (status) {
	case 304: return FORGE_UNCHANGED;
	case 301: case 302: case 303: case 307: case 308: return FORGE_MOVED;
	case 401: return FORGE_UNAUTHORIZED;
	case 404: return FORGE_ABSENT;
	case 410: return FORGE_GONE;
	case 451: return FORGE_BLOCKED;
	case 408: case 423: return FORGE_AGAIN;	/* 423: being migrated */
	}
	if (status >= 500)
		return FORGE_AGAIN;
	return status >= 200 && status < 300 ? FORGE_OK : FORGE_REFUSED;
}

void forge_judge(struct forge_verdict *v, const struct http_response *r,
		 int64_t now_utc, int strikes)
{
	const char *retry = http_header(r, "retry-after");
	int64_t date = forge_http_date(http_header(r, "date"));
	bool block = false;

	memset(v, 0, sizeof(*v));
	/* the server's clock: its reset is told by it, ours may be wrong */
	if (date > 0)
		now_utc = date;
	v->kind = by_status(r->status);
	if (v->kind == FORGE_OK || v->kind == FORGE_UNCHANGED) {
		v->last = is_zero(http_header(r, "x-ratelimit-remaining"));
		if (v->last)
			v->wait_s = forge_wait_reset(
				http_header(r, "x-ratelimit-reset"), now_utc,
				&v->ignored);
		return;
	}
	if (v->kind == FORGE_MOVED)
		return;
	read_error(v, r, &block);
	if (r->status == 403 || r->status == 429)
		judge_refusal(v, r, now_utc, strikes, block);
	else if (v->kind == FORGE_AGAIN && retry)
		v->wait_s = forge_wait_retry(retry, now_utc, &v->ignored);
}
