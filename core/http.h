/*
 * core/http.h - one HTTP request at a time over libcurl, with the limits and
 * refusals that every user of it needs (see docs/network.md).
 *
 * Always: http and https only, certificates checked, TLS 1.2 or newer, no
 * .netrc, no cookies, connect and stall limits, bytes counted after
 * decompression, redirects by hand and only on the same scheme, host and port
 * (at most 5), tokens as an Authorization header and only to their own host.
 */
#ifndef CORE_HTTP_H
#define CORE_HTTP_H

#include "core/config.h"
#include "core/err.h"
#include "core/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http;			/* a connection cache and the settings */

/* Reads http.* and credential.* of the configuration; cfg must outlive it. */
int http_new(struct http **out, const struct config *cfg, struct err *e);
void http_free(struct http *h);

/* After this every request returns ERR_OFFLINE without opening a socket. */
void http_forbid(void);
bool http_forbidden(void);

struct http_header { char *name, *value; };	/* name in lower case */

struct http_request {
	const char *method;		/* "GET", "POST" */
	const char *url;		/* without credentials */
	const char *const *headers;	/* "Name: value", NULL-terminated */
	const char *bearer;		/* sent as "Authorization: Bearer", or NULL */
	const char *basic_user;		/* with basic_password: Basic, or NULL */
	const char *basic_password;
	const void *body;
	size_t body_len;
	size_t max_bytes;		/* of the answer; 0: 16 MiB */
	int stall_s;			/* 0: http.stallTimeout */
	int total_s;			/* 0: no overall limit */
	bool follow;			/* follow same-origin redirects */
	bool direct;			/* past every proxy, whoever names it */
	/*
	 * When set, the body of a 2xx answer goes here in pieces and not into
	 * the response; a return value other than 0 ends the transfer with
	 * that code.
	 */
	int (*on_data)(void *arg, const void *p, size_t n, struct err *e);
	void *arg;
};

struct http_response {
	long status;
	struct http_header *headers;
	size_t headers_n;
	struct str body;
	char *url;			/* after redirects */
	char *location;			/* of an unfollowed redirect, or NULL */
	uint64_t received;		/* bytes on the wire, headers included */
};

/*
 * A finished exchange is 0 whatever the status.  ERR_NET (name, connection,
 * TLS, cut off), ERR_TIMEOUT (stalled), ERR_LIMIT, ERR_OFFLINE otherwise; the
 * sentence names the host, never a token.  http_response_release() in every
 * case.  http.connectTimeout and http.stallTimeout are seconds; http.proxy
 * unset means the environment's, "none" means no proxy.
 */
int http_do(struct http *h, const struct http_request *req,
	    struct http_response *resp, struct err *e);
void http_response_release(struct http_response *r);
const char *http_header(const struct http_response *r, const char *name);

/*
 * The token configured for this host: credential.<host>.tokenEnv, tokenFile,
 * tokenCmd, else `dflt_env` when not NULL.  *out is fresh memory or NULL where
 * none is set.  Never printed anywhere.
 */
int http_token(const struct config *cfg, const char *host,
	       const char *dflt_env, char **out, struct err *e);

/* Scheme, host and port of a URL, lower case, default port filled in.  Fails on
 * control characters and on anything but http and https. */
struct http_origin { char scheme[8], host[256]; int port; };
int http_origin(const char *url, struct http_origin *o, struct err *e);

/* URL without user, password, query and fragment, for messages; fresh memory. */
char *http_safe_url(const char *url);

#endif
