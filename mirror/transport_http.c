/*
 * transport_http.c - git's smart HTTP: GET info/refs, then POST.
 *
 * A token that is configured for the host is sent at once; the environment's
 * GITHUB_TOKEN only where the server asks for one, since a public repository
 * needs none and a stale token would shut us out of it.
 */
#include "mirror/transport.h"

#include "core/http.h"
#include "core/mem.h"

#include <string.h>

#define ADVERT_MAX ((size_t)256 << 20)
#define SERVICE "/info/refs?service=git-upload-pack"
#define AGENT "User-Agent: git/2.0 (airep-git " AIREP_VERSION ")"

struct over_http {
	struct transport t;
	struct http *http;
	const struct config *cfg;
	char *base;		/* "https://host/owner/name.git" */
	struct http_origin origin;
	char *token;
};

struct pipe_to_sink {
	struct transport *t;
	transport_sink *sink;
	void *arg;
	bool complete;
};

static int on_data(void *arg, const void *p, size_t n, struct err *e)
{
	struct pipe_to_sink *s = arg;
	int rc;

	s->t->received += n;	/* exact once the transfer has ended */
	rc = s->sink(s->arg, p, n, e);
	if (rc == 1)
		s->complete = true;
	return rc < 0 ? rc : 0;
}

static const char *default_env(const struct over_http *h)
{
	return !strcmp(h->origin.host, "github.com") &&
		!strcmp(h->origin.scheme, "https") ? "GITHUB_TOKEN" : NULL;
}

static void authorize(const struct over_http *h, struct http_request *q)
{
	if (!h->token)
		return;
	q->basic_user = "x-access-token";
	q->basic_password = h->token;
}

static int moved_away(const struct over_http *h,
		      const struct http_response *r, struct err *e)
{
	char *to = r->location ? http_safe_url(r->location) : NULL;
	char *cut = to ? strstr(to, "/info/refs") : NULL;
	int rc;

	if (cut)
		*cut = 0;
	rc = err_set(e, ERR_NET, "'%s' redirects to '%s', which is not "
		     "followed: if the repository has moved, change its "
		     "address", h->base, to ? to : "nowhere");
	free(to);
	return rc;
}

/* What a status means to somebody who wants to fetch. */
static int explain_status(const struct over_http *h,
			  const struct http_response *r, struct err *e)
{
	const char *host = h->origin.host;

	switch (r->status) {
	case 401:
		return err_set(e, ERR_AUTH, h->token ?
			"'%s' refuses the token of '%s'" :
			"'%s' is private or does not exist; "
			"credential.%s.tokenEnv names a token", h->base, host);
	case 403:
		if (http_header(r, "retry-after"))
			return err_set(e, ERR_QUOTA, "'%s' limits us; again in"
				       " %s s", host,
				       http_header(r, "retry-after"));
		return err_set(e, ERR_AUTH, "'%s' forbids '%s'", host,
			       h->base);
	case 404:
	case 410:
		return err_set(e, ERR_NOTFOUND, "'%s' was not found, or we may "
			       "not see it (HTTP %ld)", h->base, r->status);
	case 429:
		return err_set(e, ERR_QUOTA, "'%s' limits us (HTTP 429)", host);
	case 451:
		return err_set(e, ERR_NET, "'%s' is blocked for legal reasons "
			       "(HTTP 451)", h->base);
	default:
		return err_set(e, ERR_NET, "'%s' answers HTTP %ld", h->base,
			       r->status);
	}
}

static int check_answer(const struct over_http *h,
			const struct http_response *r, const char *type,
			struct err *e)
{
	const char *got = http_header(r, "content-type");

	if (r->status >= 300 && r->status < 400)
		return moved_away(h, r, e);
	if (r->status != 200)
		return explain_status(h, r, e);
	if (!got || strncmp(got, type, strlen(type)))
		return err_set(e, ERR_NET, "'%s' is no git server that we can "
			       "talk to (it sent %s)", h->base,
			       got ? got : "no content type");
	return 0;
}

static int get_refs(struct over_http *h, struct http_response *r,
		    struct err *e)
{
	static const char *const headers[] = {
		"Accept: application/x-git-upload-pack-advertisement",
		"Git-Protocol: version=2", "Cache-Control: no-cache", AGENT,
		NULL
	};
	char *url = xasprintf("%s" SERVICE, h->base);
	struct http_request q = { .method = "GET", .url = url,
		.headers = headers, .max_bytes = ADVERT_MAX, .follow = true };
	int rc;

	authorize(h, &q);
	rc = http_do(h->http, &q, r, e);
	h->t.received += r->received;
	free(url);
	return rc;
}

/* Redirects ended elsewhere on the host: ask there from now on. */
static void follow_move(struct over_http *h, const struct http_response *r)
{
	char *cut = r->url ? strstr(r->url, "/info/refs") : NULL;
	size_t n = cut ? (size_t)(cut - r->url) : 0;

	if (!n || (strlen(h->base) == n && !strncmp(h->base, r->url, n)))
		return;
	free(h->base);
	h->base = xstrndup(r->url, n);
	free(h->t.moved);
	h->t.moved = xstrdup(h->base);
}

static int http_advert(struct transport *t, transport_sink *sink, void *arg,
		       struct err *e)
{
	struct over_http *h = (struct over_http *)t;
	struct http_response r;
	int rc = get_refs(h, &r, e);

	if (!rc && r.status == 401 && !h->token && default_env(h)) {
		rc = http_token(h->cfg, h->origin.host, default_env(h),
				&h->token, e);
		if (!rc && h->token) {
			http_response_release(&r);
			rc = get_refs(h, &r, e);
		}
	}
	if (!rc)
		rc = check_answer(h, &r,
			"application/x-git-upload-pack-advertisement", e);
	if (!rc) {
		follow_move(h, &r);
		rc = sink(arg, str_c(&r.body), r.body.len, e);
		if (rc == 0)
			rc = err_set(e, ERR_NET, "'%s' cut its list of refs "
				     "off", h->origin.host);
		rc = rc == 1 ? 0 : rc;
	}
	http_response_release(&r);
	return rc;
}

static int http_request_(struct transport *t, const struct str *body,
			 transport_sink *sink, void *arg, struct err *e)
{
	static const char *const headers[] = {
		"Content-Type: application/x-git-upload-pack-request",
		"Accept: application/x-git-upload-pack-result",
		"Git-Protocol: version=2", AGENT, NULL
	};
	struct over_http *h = (struct over_http *)t;
	struct pipe_to_sink s = { t, sink, arg, false };
	uint64_t before = t->received;
	char *url = xasprintf("%s/git-upload-pack", h->base);
	struct http_request q = { .method = "POST", .url = url,
		.headers = headers, .body = body->s, .body_len = body->len,
		.max_bytes = SIZE_MAX, .on_data = on_data, .arg = &s };
	struct http_response r;
	int rc;

	authorize(h, &q);
	rc = http_do(h->http, &q, &r, e);
	t->received = before + r.received;
	if (!rc)
		rc = check_answer(h, &r,
				  "application/x-git-upload-pack-result", e);
	if (!rc && !s.complete)
		rc = err_set(e, ERR_NET, "'%s' cut its answer off after %llu "
			     "bytes", h->origin.host,
			     (unsigned long long)r.received);
	http_response_release(&r);
	free(url);
	return rc;
}

static void http_free_(struct transport *t)
{
	struct over_http *h = (struct over_http *)t;

	http_free(h->http);
	free(h->base);
	if (h->token)
		memset(h->token, 0, strlen(h->token));
	free(h->token);
	free(h);
}

static const struct transport_ops ops = {
	http_advert, http_request_, http_free_
};

int transport_http(struct transport **out, const char *url,
		   const struct config *cfg, struct err *e)
{
	struct over_http *h = xcalloc(1, sizeof(*h));
	size_t n;
	int rc;

	h->t.ops = &ops;
	h->t.stateless = true;
	h->cfg = cfg;
	h->base = http_safe_url(url);
	for (n = strlen(h->base); n && h->base[n - 1] == '/'; n--)
		h->base[n - 1] = 0;
	rc = http_origin(h->base, &h->origin, e);
	if (!rc)
		rc = http_new(&h->http, cfg, e);
	if (!rc)
		rc = http_token(cfg, h->origin.host, NULL, &h->token, e);
	if (rc)
		http_free_(&h->t);
	else
		*out = &h->t;
	return rc;
}
