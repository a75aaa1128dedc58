/* transport.c - which way an address asks for. */
#include "mirror/transport.h"

#include "core/fs.h"
#include "core/http.h"
#include "core/mem.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

static bool scheme_is(const char *url, const char *scheme)
{
	size_t n = strlen(scheme);

	return !strncasecmp(url, scheme, n) && !strncmp(url + n, "://", 3);
}

/* host:path, as ssh's users write it; a path has its slash before a colon, and
 * `ext::` would be a program. */
static bool scp_like(const char *url)
{
	size_t n = strcspn(url, ":/");

	return n && url[n] == ':' && url[n + 1] && url[n + 1] != ':' &&
		strncmp(url + n, "://", 3) && !fs_exists(url);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static char *percent_decode(const char *s)
{
	struct str b = STR_INIT;

	for (; *s; s++) {
		int hi = *s == '%' ? hex_digit(s[1]) : -1;
		int lo = hi >= 0 ? hex_digit(s[2]) : -1;

		if (lo >= 0 && hi * 16 + lo) {
			str_addch(&b, (char)(hi * 16 + lo));
			s += 2;
		} else {
			str_addch(&b, *s);
		}
	}
	return str_detach(&b);
}

char *transport_local_path(const char *url)
{
	if (scheme_is(url, "file")) {
		url += strlen("file://");
		if (starts_with(url, "localhost/"))
			url += strlen("localhost");
		return percent_decode(url);
	}
	if (strstr(url, "://") || scp_like(url))
		return NULL;
	return fs_absolute(url);
}

bool transport_have_git(void)
{
	const char *p = getenv("PATH");
	bool found = false;

	while (p && *p && !found) {
		size_t n = strcspn(p, ":");
		char *f = xasprintf("%.*s/git", (int)n, p);

		found = n && access(f, X_OK) == 0;
		free(f);
		p += n + (p[n] == ':');
	}
	return found;
}

/* An address that would reach another program's options or lines. */
static int check_text(const char *url, struct err *e)
{
	const unsigned char *p = (const unsigned char *)url;

	if (*p == '-')
		return err_set(e, ERR_CONFIG, "an address cannot begin with "
			       "'-'");
	for (; *p; p++)
		if (*p < 32 || *p == 127)
			return err_set(e, ERR_CONFIG,
				       "control character in an address");
	return *url ? 0 : err_set(e, ERR_CONFIG, "empty address");
}

int transport_open(struct transport **out, const char *url,
		   const struct config *cfg, struct err *e)
{
	char *path;
	int rc = check_text(url, e);

	*out = NULL;
	if (rc)
		return rc;
	path = transport_local_path(url);
	if (path) {
		rc = transport_path(out, path, cfg, e);
		free(path);
		return rc;
	}
	if (http_forbidden())
		return err_set(e, ERR_OFFLINE,
			       "needs the network, and --offline forbids it");
	if (scheme_is(url, "http") || scheme_is(url, "https"))
		return transport_http(out, url, cfg, e);
	if (scheme_is(url, "git"))
		return transport_git(out, url, cfg, e);
	if (scheme_is(url, "ssh") || scp_like(url))
		return transport_ssh(out, url, cfg, e);
	return err_set(e, ERR_CONFIG, "addresses of the kind '%.*s://' cannot "
		       "be fetched (https, http, ssh, git, file, a path)",
		       (int)strcspn(url, ":"), url);
}

void transport_free(struct transport *t)
{
	if (!t)
		return;
	free(t->moved);
	t->ops->free(t);
}
