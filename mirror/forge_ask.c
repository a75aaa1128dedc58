/*
 * forge_ask.c - one polite request.
 *
 * A peer is in one of three states: fine, limited until a time (kept in the
 * store, so the next run honours it too), or dead for this run (unreachable,
 * token refused).  Requests are serial; what the server calls a limit ends the
 * work with that host unless --wait was given.
 */
#include "mirror/forge_job.h"

#include "core/day.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/stop.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

#define WAIT_CAP 3600	/* seconds of --wait in one run */
#define SLOW_TRIES 3	/* secondary limits waited for in a row */
#define SHORT_WAIT 10	/* seconds a failing server may ask for */

void forge_note(struct forge_job *j, const char *fmt, ...)
{
	size_t len = strlen(j->out->warnings);
	va_list ap;

	if (len + 2 >= sizeof(j->out->warnings))
		return;
	if (len)
		j->out->warnings[len++] = '\n';
	va_start(ap, fmt);
	vsnprintf(j->out->warnings + len, sizeof(j->out->warnings) - len, fmt,
		  ap);
	va_end(ap);
}

size_t forge_peer_find(struct forge_run *run, const struct http_origin *at)
{
	size_t i;

	for (i = 0; i < run->peers_n; i++)
		if (!strcmp(run->peers[i].at.host, at->host) &&
		    run->peers[i].at.port == at->port)
			return i;
	GROW(run->peers, run->peers_n, run->peers_cap);
	memset(&run->peers[i], 0, sizeof(run->peers[i]));
	run->peers[i].at = *at;
	run->peers_n++;
	return i;
}

static struct forge_peer *peer(const struct forge_job *j)
{
	return &j->run->peers[j->peer];
}

/* "host" or "host:port": one server may speak on several. */
static void peer_key(const struct forge_peer *p, char *out, size_t cap)
{
	bool usual = p->at.port == (strcmp(p->at.scheme, "http") ? 443 : 80);

	if (usual)
		snprintf(out, cap, "%s", p->at.host);
	else
		snprintf(out, cap, "%s:%d", p->at.host, p->at.port);
}

/* In slices, so that whoever is asked to stop stops. */
static int pause_ms(int64_t ms, struct err *e)
{
	struct timespec t;
	int64_t slice;

	for (; ms > 0 && !stop_asked(); ms -= slice) {
		slice = ms < 200 ? ms : 200;
		t.tv_sec = 0;
		t.tv_nsec = slice * 1000000;
		nanosleep(&t, NULL);
	}
	return stop_asked() ? err_set(e, ERR_INTERRUPTED, "interrupted") : 0;
}

/* --- limits --- */

static int load_limit(struct forge_job *j, struct err *e)
{
	struct forge_peer *p = peer(j);
	char key[280];

	if (p->loaded)
		return 0;
	p->loaded = true;
	peer_key(p, key, sizeof(key));
	return forge_host_get(j->run->db, key, &p->limit, e);
}

static int save_limit(struct forge_job *j, struct err *e)
{
	struct forge_peer *p = peer(j);
	char key[280];

	peer_key(p, key, sizeof(key));
	if (!p->limit.resume_utc)
		return forge_host_clear(j->run->db, key, e);
	return forge_host_put(j->run->db, key, &p->limit, e);
}

/* "'x': the request quota is used up, resumes at 14:05 UTC (37 min)" */
static int limit_error(struct forge_job *j, struct err *e)
{
	struct forge_peer *p = peer(j);
	int64_t left = p->limit.resume_utc - j->now_utc;
	char t[40];

	j->out->resumes_utc = p->limit.resume_utc;
	j->out->repeated = p->told;
	p->told = true;
	time_format_utc(p->limit.resume_utc, t);
	return err_set(e, ERR_QUOTA, "'%s': %s; resumes at %.5s UTC (%lld min)",
		       p->at.host, p->limit.why, t + 11,
		       (long long)(left + 59) / 60);
}

static int64_t wait_left(const struct forge_job *j)
{
	int64_t cap = j->run->opt.wait_cap_s ? j->run->opt.wait_cap_s :
		WAIT_CAP;

	return j->run->opt.wait ? cap - j->run->waited_s : 0;
}

/* Sleep until the peer's resume time, or say that we will not. */
static int wait_for_peer(struct forge_job *j, struct err *e)
{
	struct forge_peer *p = peer(j);
	int64_t s = p->limit.resume_utc - j->now_utc;
	int rc;

	if (s > wait_left(j))
		return limit_error(j, e);
	log_info("%s: '%s': %s, waiting %lld s", j->spec->name, p->at.host,
		 p->limit.why, (long long)s);
	rc = pause_ms(s * 1000, e);
	j->run->waited_s += s;
	j->now_utc = clock_now();
	p->limit.resume_utc = 0;
	return rc;
}

static int note_limit(struct forge_job *j, const struct forge_verdict *v,
		      const char *what, struct err *e)
{
	struct forge_peer *p = peer(j);

	p->limit.resume_utc = j->now_utc + v->wait_s;
	snprintf(p->limit.why, sizeof(p->limit.why), "%s%s", what, v->ignored ?
		 " (the server's time to wait made no sense: ignored)" : "");
	return save_limit(j, e);
}

/* --- before and after one exchange --- */

static int64_t reserve(const struct forge_run *run)
{
	int64_t after = run->opt.repos_n - run->repos_done - 1;

	return after > 0 ? after * 2 : 0;
}

static int may_ask(struct forge_job *j, struct err *e)
{
	struct forge_peer *p = peer(j);
	int64_t max = config_int(j->run->cfg, "forge.maxRequests");
	int64_t used = j->run->requests;
	int rc;

	if (stop_asked())
		return err_set(e, ERR_INTERRUPTED, "interrupted");
	if (p->dead) {
		j->out->repeated = true;
		return err_set(e, p->code, "%s", p->text);
	}
	rc = load_limit(j, e);
	if (rc)
		return rc;
	if (p->limit.resume_utc > j->now_utc) {
		rc = wait_for_peer(j, e);
		if (rc)
			return rc;
	}
	/* the first two of a repository come out of its own reserve */
	if (used >= max || (j->out->requests >= 2 && used + reserve(j->run) >=
			    max))
		return err_set(e, ERR_QUOTA, "budget of %lld metadata requests "
			       "is used up (forge.maxRequests): the next sync "
			       "goes on from here", (long long)max);
	return 0;
}

static int kill_peer(struct forge_job *j, struct err *e)
{
	struct forge_peer *p = peer(j);

	p->dead = true;
	p->code = e->code;
	snprintf(p->text, sizeof(p->text), "%.300s", e->msg);
	return e->code;
}

/* A server that repeats our secret must not get it into store or log. */
static bool repeats_token(const struct forge_job *j,
			  const struct http_response *r)
{
	size_t i, n = j->token ? strlen(j->token) : 0;

	if (n < 8)
		return false;
	if (r->body.len && memmem(r->body.s, r->body.len, j->token, n))
		return true;
	for (i = 0; i < r->headers_n; i++)
		if (strstr(r->headers[i].value, j->token))
			return true;
	return false;
}

static int exchange(struct forge_job *j, const char *url, const char *etag,
		    struct http_response *r, struct err *e)
{
	const char *h[8];
	char *match = etag ? xasprintf("If-None-Match: %s", etag) : NULL;
	struct http_request q = { .method = "GET", .url = url, .headers = h,
				  .bearer = j->token, .total_s = 300 };
	int64_t date;
	int n = 0, rc;

	while (j->ops->headers[n] && n < 6) {
		h[n] = j->ops->headers[n];
		n++;
	}
	if (match)
		h[n++] = match;
	h[n] = NULL;
	j->run->requests++;
	j->out->requests++;
	http_response_release(r);
	rc = http_do(j->run->http, &q, r, e);
	free(match);
	j->now_utc = clock_now();
	date = rc ? -1 : forge_http_date(http_header(r, "date"));
	j->server_utc = date > 0 ? date : j->now_utc;
	if (!rc && repeats_token(j, r))
		rc = err_set(e, ERR_CORRUPT, "'%s': the answer repeats our "
			     "token: not read", peer(j)->at.host);
	return rc;
}

/* Whether a transfer that failed is worth another try. */
static bool worth_a_retry(const struct forge_job *j, int code, int n)
{
	/* a stall has cost a minute, an unreachable host answers nobody */
	if (code == ERR_TIMEOUT || !peer(j)->answered)
		return (code == ERR_NET || code == ERR_TIMEOUT) && n < 1;
	return code == ERR_NET && n + 1 < FORGE_TRIES;
}

static const char *token_place(const struct forge_job *j, char *buf, size_t cap)
{
	const char *host = peer(j)->at.host;
	const char *env = config_host(j->run->cfg, host, "tokenEnv");

	if (!env)
		env = config_host(j->run->cfg, j->spec->host, "tokenEnv");
	snprintf(buf, cap, "$%s", env ? env : j->ops->token_env);
	if (config_host(j->run->cfg, host, "tokenFile") ||
	    config_host(j->run->cfg, j->spec->host, "tokenFile"))
		return "its tokenFile";
	return buf;
}

static int unauthorized(struct forge_job *j, struct err *e)
{
	char buf[200];

	if (j->token)
		err_set(e, ERR_AUTH, "'%s' rejected the token in %s (expired?)",
			peer(j)->at.host, token_place(j, buf, sizeof(buf)));
	else
		err_set(e, ERR_AUTH, "'%s' wants a token: set $%s",
			peer(j)->at.host, j->ops->token_env);
	return kill_peer(j, e);
}

/* The server answered: what does it mean?  1: ask again. */
static int weigh(struct forge_job *j, struct forge_verdict *v, int n,
		 struct err *e)
{
	struct forge_peer *p = peer(j);
	int64_t ms = config_int(j->run->cfg, "forge.retryPause");
	int rc;

	p->answered = true;
	switch (v->kind) {
	case FORGE_AGAIN:
		if (n + 1 >= FORGE_TRIES || v->wait_s > SHORT_WAIT)
			return 0;
		ms *= v->wait_s > forge_backoff(n) ? v->wait_s :
			forge_backoff(n);
		rc = pause_ms(ms, e);
		return rc ? rc : 1;
	case FORGE_LIMITED:
		rc = note_limit(j, v, "the request quota is used up", e);
		return rc ? rc : wait_left(j) < v->wait_s ? limit_error(j, e) :
			1;
	case FORGE_SLOW_DOWN:
		p->limit.strikes++;
		rc = note_limit(j, v, "asks to slow down", e);
		if (rc)
			return rc;
		return p->limit.strikes > SLOW_TRIES ||
			wait_left(j) < v->wait_s ? limit_error(j, e) : 1;
	case FORGE_UNAUTHORIZED:
		return unauthorized(j, e);
	default:
		break;
	}
	if (v->last)
		return note_limit(j, v, "the request quota is used up", e);
	return 0;
}

/* A repository went through to its end: what the peer had said is over. */
int forge_peer_fine(struct forge_job *j, struct err *e)
{
	struct forge_peer *p = peer(j);

	if (!p->limit.why[0] || p->limit.resume_utc > j->now_utc)
		return 0;
	memset(&p->limit, 0, sizeof(p->limit));
	return save_limit(j, e);
}

int forge_ask(struct forge_job *j, const char *url, const char *etag,
	      struct http_response *r, struct forge_verdict *v, struct err *e)
{
	int64_t ms = config_int(j->run->cfg, "forge.retryPause");
	int n, rc;

	for (n = 0;; n++) {
		rc = may_ask(j, e);
		if (rc)
			return rc;
		rc = exchange(j, url, etag, r, e);
		if (rc) {
			if (worth_a_retry(j, rc, n)) {
				rc = pause_ms(ms * forge_backoff(n), e);
				if (rc)
					return rc;
				continue;
			}
			if (!peer(j)->answered &&
			    (rc == ERR_NET || rc == ERR_TIMEOUT))
				kill_peer(j, e);
			return rc;
		}
		forge_judge(v, r, j->now_utc, peer(j)->limit.strikes);
		rc = weigh(j, v, n, e);
		if (rc <= 0)
			return rc;
	}
}

int forge_refused(const struct forge_job *j, const struct http_response *r,
		  const struct forge_verdict *v, struct err *e)
{
	const char *host = peer(j)->at.host;
	const char *sep = v->text[0] ? ": " : "";

	switch (v->kind) {
	case FORGE_ABSENT:
		return err_set(e, ERR_NOTFOUND, "'%s' has no such repository, "
			       "or it is private and the token has no access",
			       host);
	case FORGE_GONE:
		return err_set(e, ERR_NOTFOUND, "'%s': gone%s%s", host, sep,
			       v->text);
	case FORGE_BLOCKED:
		return err_set(e, ERR_NOTFOUND, "'%s' has blocked the "
			       "repository%s%s%s%s", host, sep, v->text,
			       v->notice[0] ? ", notice: " : "", v->notice);
	case FORGE_FORBIDDEN:
		return err_set(e, ERR_AUTH, "'%s' refuses%s%s", host, sep,
			       v->text);
	case FORGE_AGAIN:
		return err_set(e, ERR_NET, "'%s' keeps answering %ld%s%s", host,
			       r->status, sep, v->text);
	case FORGE_UNCHANGED:
		return err_set(e, ERR_CORRUPT, "'%s' answers 304 to a request "
			       "without conditions", host);
	default:
		return err_set(e, ERR_FAILED, "'%s' refuses with %ld%s%s", host,
			       r->status, sep, v->text);
	}
}
