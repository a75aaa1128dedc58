/*
 * mirror/forge_limit.h - what an answer of a forge means for the next request.
 *
 * Pure functions of status, headers and text: no socket, no clock.  Servers
 * send nonsense here (milliseconds for seconds, dates in the past), so a wait
 * is always between 0 and FORGE_MAX_WAIT and says when a header was ignored.
 */
#ifndef MIRROR_FORGE_LIMIT_H
#define MIRROR_FORGE_LIMIT_H

#include "core/http.h"

#include <stdbool.h>
#include <stdint.h>

#define FORGE_MAX_WAIT 3600	/* seconds: GitHub's limits are per hour */
#define FORGE_MIN_SECONDARY 60	/* seconds, where no header says how long */

enum forge_verdict_kind {
	FORGE_OK,		/* 2xx */
	FORGE_UNCHANGED,	/* 304 */
	FORGE_MOVED,		/* a redirect */
	FORGE_LIMITED,		/* quota used up: wait_s until the reset */
	FORGE_SLOW_DOWN,	/* secondary limit: wait_s, then more slowly */
	FORGE_AGAIN,		/* a fault of the server: worth a retry */
	FORGE_UNAUTHORIZED,	/* 401 */
	FORGE_FORBIDDEN,	/* 403 that is no limit */
	FORGE_ABSENT,		/* 404 */
	FORGE_GONE,		/* 410 */
	FORGE_BLOCKED,		/* 451, or 403 with a block */
	FORGE_REFUSED,		/* 400, 422 and whatever is left */
};

struct forge_verdict {
	enum forge_verdict_kind kind;
	int64_t wait_s;		/* with LIMITED and SLOW_DOWN, AGAIN: or 0 */
	bool ignored;		/* a header about the wait made no sense */
	bool last;		/* OK, but the quota is used up by now */
	char text[256];		/* the server's own words, one line, or "" */
	char notice[256];	/* BLOCKED: URL of the notice, or "" */
};

/*
 * Seconds to wait by `x-ratelimit-reset` (seconds since 1970) seen at now_utc.
 * A value that is no number, in the past or over an hour away: the wait is
 * clamped and *ignored set.
 */
int64_t forge_wait_reset(const char *value, int64_t now_utc, bool *ignored);

/* The same for `Retry-After`: seconds, or an HTTP date. */
int64_t forge_wait_retry(const char *value, int64_t now_utc, bool *ignored);

/* "Sun, 06 Nov 1994 08:49:37 GMT" (and no other form) to seconds, or -1. */
int64_t forge_http_date(const char *s);

/*
 * Judge an answer.  now_utc is our clock, used where the answer has no Date;
 * strikes counts the secondary limits in a row (the wait doubles with each).
 */
void forge_judge(struct forge_verdict *v, const struct http_response *r,
		 int64_t now_utc, int strikes);

/* Pause before retry n (0-based) after a server fault: 1, 2, 4, 8 units. */
int64_t forge_backoff(int n);

#endif
