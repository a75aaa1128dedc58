/* http_url.c - taking URLs apart, with curl's parser: one reading of a URL. */
#include "core/http.h"

#include "core/curl_lib.h"
#include "core/mem.h"

#include <ctype.h>
#include <string.h>

/* Controls, blanks and bytes over 126 have no place in a URL that we send. */
static bool clean(const char *url)
{
	const unsigned char *p = (const unsigned char *)url;

	for (; *p; p++)
		if (*p <= 32 || *p >= 127)
			return false;
	return true;
}

static void lower_copy(char *out, size_t cap, const char *s)
{
	size_t i;

	for (i = 0; s[i] && i + 1 < cap; i++)
		out[i] = (char)tolower((unsigned char)s[i]);
	out[i] = 0;
}

static int origin_of(CURLU *u, const char *url, struct http_origin *o,
		     struct err *e)
{
	char *scheme = NULL, *host = NULL, *port = NULL;
	int rc = 0;

	if (curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) ||
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) ||
	    curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT)) {
		rc = err_set(e, ERR_CONFIG, "not a web address");
		goto out;
	}
	lower_copy(o->scheme, sizeof(o->scheme), scheme);
	if (strcmp(o->scheme, "http") && strcmp(o->scheme, "https")) {
		rc = err_set(e, ERR_CONFIG,
			     "only http and https addresses are fetched");
		goto out;
	}
	if (!host[0] || strlen(host) >= sizeof(o->host)) {
		rc = err_set(e, ERR_CONFIG, "bad host name in a web address");
		goto out;
	}
	lower_copy(o->host, sizeof(o->host), host);
	o->port = (int)strtol(port, NULL, 10);
out:
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	return rc;
}

int http_origin(const char *url, struct http_origin *o, struct err *e)
{
	CURLU *u;
	int rc;

	memset(o, 0, sizeof(*o));
	if (!clean(url))
		return err_set(e, ERR_CONFIG,
			       "control character or blank in a web address");
	u = curl_url();
	if (!u)
		return err_set(e, ERR_FAILED, "out of memory");
	rc = origin_of(u, url, o, e);
	curl_url_cleanup(u);
	return rc;
}

/*
 * What curl's parser refuses is still shown, cut by hand: a message about a
 * broken address must not print the password in it either.
 */
static char *safe_by_hand(const char *url)
{
	const char *s = strstr(url, "://");
	size_t scheme = s ? (size_t)(s - url) + 3 : 0;
	const char *rest = url + scheme;
	size_t end = strcspn(rest, "?#");
	size_t host = strcspn(rest, "/?#");
	const char *at = memrchr(rest, '@', host);
	struct str b = STR_INIT;

	str_addmem(&b, url, scheme);
	if (at)
		str_addmem(&b, at + 1, end - (size_t)(at + 1 - rest));
	else
		str_addmem(&b, rest, end);
	return str_detach(&b);
}

char *http_safe_url(const char *url)
{
	CURLU *u = curl_url();
	char *s = NULL, *out;

	if (u && strstr(url, "://") &&
	    !curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) &&
	    !curl_url_set(u, CURLUPART_USER, NULL, 0) &&
	    !curl_url_set(u, CURLUPART_PASSWORD, NULL, 0) &&
	    !curl_url_set(u, CURLUPART_OPTIONS, NULL, 0) &&
	    !curl_url_set(u, CURLUPART_QUERY, NULL, 0) &&
	    !curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0))
		curl_url_get(u, CURLUPART_URL, &s, 0);
	out = s ? xstrdup(s) : safe_by_hand(url);
	curl_free(s);
	if (u)
		curl_url_cleanup(u);
	return out;
}
