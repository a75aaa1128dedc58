/*
 * http.c - one request at a time over libcurl.
 *
 * curl's own redirects, credentials and size limit are not used: up to 7.88 it
 * hands custom headers to the next host, and its limit neither stops a running
 * transfer nor counts what a compressed answer grows to.  So the answer is
 * counted where it arrives, and every hop is a request of its own.
 */
#include "core/http.h"

#include "core/curl_lib.h"
#include "core/mem.h"

#include <stdatomic.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define MAX_BYTES ((size_t)16 << 20)
#define MAX_HEADERS 256
#define MAX_HOPS 5
/* A transfer that brings less than this in stall_s seconds has stalled. A
 * server that prepares a pack sends 5 bytes every 5 seconds. */
#define STALL_BYTES 16

struct http {
	const struct config *cfg;
	CURL *curl;
};

/* One hop. */
struct transfer {
	CURL *curl;
	const struct http_request *req;
	struct http_response *resp;
	struct err inner;	/* the sentence of whoever ended it */
	size_t body_len;	/* after decompression */
	size_t max;
	curl_off_t seen;	/* bytes at `since` */
	int64_t since;		/* when they last grew, milliseconds */
	int stall_s;
	char errbuf[CURL_ERROR_SIZE];
};

static atomic_bool forbidden;

void http_forbid(void)
{
	atomic_store(&forbidden, true);
}

bool http_forbidden(void)
{
	return atomic_load(&forbidden);
}

int http_new(struct http **out, const struct config *cfg, struct err *e)
{
	struct http *h;

	*out = NULL;
	h = xcalloc(1, sizeof(*h));
	h->cfg = cfg;
	h->curl = curl_easy_init();
	if (!h->curl) {
		free(h);
		return err_set(e, ERR_FAILED, "cannot start libcurl");
	}
	*out = h;
	return 0;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	curl_easy_cleanup(h->curl);
	free(h);
}

static void headers_clear(struct http_response *r)
{
	size_t i;

	for (i = 0; i < r->headers_n; i++) {
		free(r->headers[i].name);
		free(r->headers[i].value);
	}
	r->headers_n = 0;
}

void http_response_release(struct http_response *r)
{
	headers_clear(r);
	free(r->headers);
	str_release(&r->body);
	free(r->url);
	free(r->location);
	memset(r, 0, sizeof(*r));
}

const char *http_header(const struct http_response *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->headers_n; i++)
		if (!strcasecmp(r->headers[i].name, name))
			return r->headers[i].value;
	return NULL;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- what curl calls --- */

static size_t on_header(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	struct http_response *r = t->resp;
	size_t len = size * n, end = len, colon, v;
	char *c;

	/* a new status line: what came before was an interim answer */
	if (len >= 5 && !memcmp(p, "HTTP/", 5)) {
		headers_clear(r);
		return len;
	}
	while (end && (p[end - 1] == '\r' || p[end - 1] == '\n' ||
		       p[end - 1] == ' ' || p[end - 1] == '\t'))
		end--;
	c = memchr(p, ':', end);
	if (!c || c == p || r->headers_n >= MAX_HEADERS)
		return len;
	colon = (size_t)(c - p);
	for (v = colon + 1; v < end && (p[v] == ' ' || p[v] == '\t'); v++)
		;
	if (!r->headers)
		r->headers = xcalloc(MAX_HEADERS, sizeof(*r->headers));
	c = xstrndup(p, colon);
	r->headers[r->headers_n].name = c;
	for (; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c += 'a' - 'A';
	r->headers[r->headers_n++].value = xstrndup(p + v, end - v);
	return len;
}

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	size_t len = size * n;
	long status = 0;
	int rc;

	t->body_len += len;
	if (t->body_len > t->max) {
		err_set(&t->inner, ERR_LIMIT,
			"the answer is larger than %zu bytes", t->max);
		return 0;
	}
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	if (!t->req->on_data || status < 200 || status > 299) {
		str_addmem(&t->resp->body, p, len);
		return len;
	}
	rc = t->req->on_data(t->req->arg, p, len, &t->inner);
	if (!rc)
		return len;
	if (t->inner.code != rc)
		err_set(&t->inner, rc, "the answer was refused");
	return 0;
}

static int on_progress(void *arg, curl_off_t dltotal UNUSED, curl_off_t dlnow,
		       curl_off_t ultotal UNUSED, curl_off_t ulnow)
{
	struct transfer *t = arg;
	int64_t now = now_ms();

	if (dlnow + ulnow >= t->seen + STALL_BYTES || dlnow + ulnow < t->seen) {
		t->seen = dlnow + ulnow;
		t->since = now;
	} else if (t->stall_s > 0 &&
		   now - t->since > (int64_t)t->stall_s * 1000) {
		err_set(&t->inner, ERR_TIMEOUT,
			"stalled: nothing for %d s after %lld bytes",
			t->stall_s, (long long)dlnow);
		return 1;
	}
	return 0;
}

/* --- one hop --- */

static bool header_safe(const char *s)
{
	return !strpbrk(s, "\r\n");
}

static void add_base64(struct str *out, const char *s, size_t n)
{
	static const char abc[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i;

	for (i = 0; i < n; i += 3) {
		unsigned v = (unsigned)(unsigned char)s[i] << 16;

		if (i + 1 < n)
			v |= (unsigned)(unsigned char)s[i + 1] << 8;
		if (i + 2 < n)
			v |= (unsigned char)s[i + 2];
		str_addch(out, abc[v >> 18]);
		str_addch(out, abc[v >> 12 & 63]);
		str_addch(out, i + 1 < n ? abc[v >> 6 & 63] : '=');
		str_addch(out, i + 2 < n ? abc[v & 63] : '=');
	}
}

static void add_authorization(struct str *out, const struct http_request *q)
{
	struct str plain = STR_INIT;

	if (q->bearer) {
		str_addf(out, "Authorization: Bearer %s", q->bearer);
		return;
	}
	str_addf(&plain, "%s:%s", q->basic_user, q->basic_password);
	str_add(out, "Authorization: Basic ");
	add_base64(out, plain.s, plain.len);
	memset(plain.s, 0, plain.len);
	str_release(&plain);
}

static int header_list(const struct http_request *q, struct curl_slist **out,
		       struct err *e)
{
	struct curl_slist *l;
	struct str auth = STR_INIT;
	size_t i;

	/* curl would wait for 100-continue before a large body */
	l = curl_slist_append(NULL, "Expect:");
	for (i = 0; q->headers && q->headers[i]; i++) {
		if (!header_safe(q->headers[i])) {
			curl_slist_free_all(l);
			return err_set(e, ERR_FAILED,
				       "line end in a request header");
		}
		l = curl_slist_append(l, q->headers[i]);
	}
	if (q->bearer || (q->basic_user && q->basic_password)) {
		add_authorization(&auth, q);
		if (!header_safe(str_c(&auth))) {
			str_release(&auth);
			curl_slist_free_all(l);
			return err_set(e, ERR_AUTH, "line end in a token");
		}
		l = curl_slist_append(l, str_c(&auth));
		memset(auth.s, 0, auth.len);
		str_release(&auth);
	}
	*out = l;
	return 0;
}

static void set_transport(CURL *c, const struct config *cfg, bool direct)
{
	const char *proxy = config_str(cfg, "http.proxy");
	const char *ca = config_str(cfg, "http.caFile");

	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(c, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(c, CURLOPT_USERAGENT, "airep-git/" AIREP_VERSION);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT,
			 (long)config_int(cfg, "http.connectTimeout"));
	/* unset: the environment's (http_proxy, https_proxy, NO_PROXY) */
	if (direct || proxy)
		curl_easy_setopt(c, CURLOPT_PROXY,
				 direct || !strcmp(proxy, "none") ? "" : proxy);
	if (ca)
		curl_easy_setopt(c, CURLOPT_CAINFO, ca);
}

static void set_method(CURL *c, const struct http_request *q)
{
	if (!strcmp(q->method, "POST")) {
		curl_easy_setopt(c, CURLOPT_POST, 1L);
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)q->body_len);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS,
				 q->body ? q->body : "");
	} else if (!strcmp(q->method, "HEAD")) {
		curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
	} else {
		curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);
	}
}

static void set_transfer(CURL *c, struct transfer *t)
{
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->errbuf);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, t);
	if (t->req->total_s)
		curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)t->req->total_s);
}

/* curl's failure in our words; o names the host. */
static int explain(const struct transfer *t, CURLcode cc,
		   const struct http_origin *o, struct err *e)
{
	const char *why = t->errbuf[0] ? t->errbuf : curl_easy_strerror(cc);

	if (t->inner.code) {
		err_set(e, t->inner.code, "%s", t->inner.msg);
		return err_wrap(e, "'%s'", o->host);
	}
	switch (cc) {
	case CURLE_OPERATION_TIMEDOUT:
		return err_set(e, ERR_TIMEOUT, "'%s': %s", o->host, why);
	case CURLE_COULDNT_RESOLVE_HOST:
		return err_set(e, ERR_NET, "cannot find the host '%s'",
			       o->host);
	case CURLE_COULDNT_CONNECT:
		/* without curl's milliseconds: the same sentence for all
		 * repositories of a host */
		if (!strstr(why, o->host))
			return err_set(e, ERR_NET, "cannot connect to the "
				       "proxy: %s", why);
		return err_set(e, ERR_NET, "cannot connect to '%s', port %d",
			       o->host, o->port);
	case CURLE_COULDNT_RESOLVE_PROXY:
		return err_set(e, ERR_NET, "cannot find the proxy: %s", why);
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return err_set(e, ERR_NET, "the certificate of '%s' is not "
			       "accepted (%s); http.caFile names the file of "
			       "trusted roots", o->host, why);
	case CURLE_SSL_CONNECT_ERROR:
		return err_set(e, ERR_NET, "no safe connection with '%s': %s",
			       o->host, why);
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return err_set(e, ERR_NET, "'%s' cut the answer off after %zu "
			       "bytes (%s)", o->host, t->body_len, why);
	default:
		return err_set(e, ERR_NET, "'%s': %s", o->host, why);
	}
}

/* The Location of an answer as an absolute URL, or NULL. */
static char *location_of(const struct http_response *r, const char *url)
{
	const char *loc = http_header(r, "location");
	CURLU *u;
	char *s = NULL, *out = NULL;

	if (r->status < 301 || r->status > 308 || r->status == 304 || !loc)
		return NULL;
	u = curl_url();
	if (u && !curl_url_set(u, CURLUPART_URL, url, 0) &&
	    !curl_url_set(u, CURLUPART_URL, loc, CURLU_NON_SUPPORT_SCHEME) &&
	    !curl_url_get(u, CURLUPART_URL, &s, 0))
		out = xstrdup(s);
	curl_free(s);
	if (u)
		curl_url_cleanup(u);
	return out;
}

static uint64_t wire_bytes(CURL *c)
{
	curl_off_t body = 0;
	long head = 0;

	curl_easy_getinfo(c, CURLINFO_SIZE_DOWNLOAD_T, &body);
	curl_easy_getinfo(c, CURLINFO_HEADER_SIZE, &head);
	return (uint64_t)body + (uint64_t)head;
}

/* Whether the answer is a redirect that may be followed: decided from the
 * headers alone, so it is asked once more after the transfer. */
static bool may_follow(const struct http_request *q, const char *from,
		       const char *to, long status)
{
	struct http_origin a, b;

	if (!q->follow || !to || http_origin(from, &a, NULL) ||
	    http_origin(to, &b, NULL))
		return false;
	if (!strcmp(q->method, "POST") && status != 307 && status != 308)
		return false;
	return !strcmp(a.scheme, b.scheme) && !strcmp(a.host, b.host) &&
		a.port == b.port;
}

static int one_hop(struct http *h, const struct http_request *q,
		   const char *url, struct http_response *r, struct err *e)
{
	struct transfer t = { .curl = h->curl, .req = q, .resp = r };
	struct curl_slist *list = NULL;
	struct http_origin o;
	CURLcode cc;
	int rc;

	rc = http_origin(url, &o, e);
	if (!rc)
		rc = header_list(q, &list, e);
	if (rc)
		return rc;
	t.max = q->max_bytes ? q->max_bytes : MAX_BYTES;
	r->body.max = t.max < STR_MAX ? t.max : STR_MAX;
	t.stall_s = q->stall_s ? q->stall_s :
		(int)config_int(h->cfg, "http.stallTimeout");
	t.since = now_ms();
	curl_easy_reset(h->curl);
	set_transport(h->curl, h->cfg, q->direct);
	set_method(h->curl, q);
	set_transfer(h->curl, &t);
	curl_easy_setopt(h->curl, CURLOPT_URL, url);
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, list);
	cc = curl_easy_perform(h->curl);
	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &r->status);
	r->received += wire_bytes(h->curl);
	if (cc)
		rc = explain(&t, cc, &o, e);
	curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, NULL);
	curl_slist_free_all(list);
	return rc;
}

/* user:password@ in a URL would be sent by curl and shown in messages. */
static int refuse_credentials(const char *url, struct err *e)
{
	const char *s = strstr(url, "://");

	if (s && memchr(s + 3, '@', strcspn(s + 3, "/?#")))
		return err_set(e, ERR_CONFIG, "credentials in a web address "
			       "are not used: set credential.<host>.tokenEnv");
	return 0;
}

int http_do(struct http *h, const struct http_request *q,
	    struct http_response *r, struct err *e)
{
	char *url = NULL, *next;
	int hop, rc;

	memset(r, 0, sizeof(*r));
	if (http_forbidden())
		return err_set(e, ERR_OFFLINE,
			       "needs the network, and --offline forbids it");
	rc = refuse_credentials(q->url, e);
	if (rc)
		return rc;
	url = xstrdup(q->url);
	for (hop = 0;; hop++) {
		rc = one_hop(h, q, url, r, e);
		if (rc)
			break;
		next = location_of(r, url);
		if (!may_follow(q, url, next, r->status)) {
			r->location = next;
			break;
		}
		if (hop == MAX_HOPS || refuse_credentials(next, e)) {
			free(next);
			rc = err_set(e, ERR_NET, "more than %d redirects, or "
				     "one with credentials in it", MAX_HOPS);
			break;
		}
		str_clear(&r->body);
		free(url);
		url = next;
	}
	if (rc)
		free(url);
	else
		r->url = url;
	return rc;
}
