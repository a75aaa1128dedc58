/* mirror/repourl.c - see repourl.h. */
#include "mirror/repourl.h"

#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool part_ok(const char *s, size_t n)
{
	size_t i;

	if (!n || (n == 1 && *s == '.') || (n == 2 && !memcmp(s, "..", 2)))
		return false;
	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || s[i] == 0x7f || s[i] == '/')
			return false;
	return true;
}

enum repo_name repo_name_check(const char *name)
{
	const char *slash = strchr(name, '/');

	if (strlen(name) > REPO_NAME_MAX)
		return REPO_NAME_LONG;
	if (!slash || !part_ok(name, (size_t)(slash - name)) ||
	    !part_ok(slash + 1, strlen(slash + 1)))
		return REPO_NAME_BAD;
	return REPO_NAME_OK;
}

/* Length without trailing slashes and ".git". */
static size_t bare_len(const char *s)
{
	size_t n = strlen(s);

	while (n > 1 && s[n - 1] == '/')
		n--;
	if (n > 4 && !memcmp(s + n - 4, ".git", 4))
		n -= 4;
	while (n > 1 && s[n - 1] == '/')
		n--;
	return n;
}

char *repo_name_of_path(const char *path)
{
	size_t n = bare_len(path), at = n;
	char *name;
	int slashes = 0;

	while (at > 0) {
		if (path[at - 1] == '/' && ++slashes == 2)
			break;
		at--;
	}
	if (slashes < 1)
		return NULL;
	name = xstrndup(path + at, n - at);
	if (repo_name_check(name) == REPO_NAME_OK)
		return name;
	free(name);
	return NULL;
}

static const char *const schemes[] = {
	"https://", "http://", "ssh://", "git://", "file://",
};

/* Length of the scheme with "://", 0 for none, -1 for one we do not know. */
static int scheme_len(const char *s)
{
	size_t i;

	for (i = 0; i < ARRAY_N(schemes); i++)
		if (!strncasecmp(s, schemes[i], strlen(schemes[i])))
			return (int)strlen(schemes[i]);
	return strstr(s, "://") ? -1 : 0;
}

static char *lower(const char *s, size_t n)
{
	char *out = xstrndup(s, n), *p;

	for (p = out; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return out;
}

static bool host_ok(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr(".-_:[]", s[i]))
			return false;
	return n > 0 && s[0] != '-' && s[0] != '.';
}

/* Length of the host without its port; "[::1]:80" has colons of its own. */
static size_t host_len(const char *s, size_t n)
{
	const char *end = *s == '[' ? memchr(s, ']', n) : NULL;
	const char *colon;

	if (end)
		return (size_t)(end + 1 - s);
	colon = memchr(s, ':', n);
	return colon ? (size_t)(colon - s) : n;
}

static int parse_remote(struct repo_url *u, const char *s, int skip,
			const char **why)
{
	bool ssh = !strncasecmp(s, "ssh:", 4);
	const char *auth = s + skip, *host = auth, *path, *at;
	struct str url = STR_INIT;
	size_t n = strcspn(auth, "/?#");

	path = auth + n;
	at = memrchr(auth, '@', n);
	if (at)
		host = at + 1;
	if (!host_ok(host, (size_t)(path - host))) {
		*why = "the URL has no valid host";
		return -1;
	}
	if (strpbrk(path, "?#")) {
		*why = "the URL of a repository has no query or fragment";
		return -1;
	}
	/* ssh needs its user; anything else before '@' may be a secret. */
	n = at ? strcspn(auth, ":@") : 0;
	u->had_secret = at && (!ssh || auth[n] == ':');
	str_addmem(&url, s, (size_t)skip);
	if (ssh && at)
		str_addf(&url, "%.*s@", (int)n, auth);
	str_add(&url, host);
	u->url = str_detach(&url);
	u->host = lower(host, host_len(host, (size_t)(path - host)));
	u->name = repo_name_of_path(path);
	return 0;
}

/* user@host:path, as ssh has it: a colon before any slash. */
static int parse_scp(struct repo_url *u, const char *s)
{
	const char *colon = strchr(s, ':'), *slash = strchr(s, '/');
	const char *at = strchr(s, '@');
	const char *host = s;
	char *path;

	if (!colon || (slash && slash < colon) || colon == s)
		return -1;
	if (at && at < colon)
		host = at + 1;
	if (!host_ok(host, (size_t)(colon - host)))
		return -1;
	u->url = xstrdup(s);
	u->host = lower(host, (size_t)(colon - host));
	path = xasprintf("/%s", colon + 1);
	u->name = repo_name_of_path(path);
	free(path);
	return 0;
}

/* GitHub's own letters; a further slash would be somebody's path. */
static bool is_github(const char *s)
{
	const char *p;

	for (p = s; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._-/", *p))
			return false;
	return *s != '.' && *s != '-' && repo_name_check(s) == REPO_NAME_OK;
}

static int parse_short(struct repo_url *u, const char *s, const char **why)
{
	if (!is_github(s)) {
		*why = "expected owner/name, a URL, or a path that starts "
		       "with '/', './', '../' or '~/'";
		return -1;
	}
	u->name = xstrndup(s, bare_len(s));
	u->host = xstrdup("github.com");
	u->url = xasprintf("https://github.com/%s", u->name);
	return 0;
}

int repo_url_parse(struct repo_url *u, const char *s, const char **why)
{
	int skip = scheme_len(s);

	memset(u, 0, sizeof(*u));
	if (skip < 0) {
		*why = "unknown scheme; known are https, http, ssh, git, file";
		return -1;
	}
	if (!strncasecmp(s, "file://", 7)) {
		s += 7;
		if (*s != '/') {
			*why = "a file URL is file:///absolute/path";
			return -1;
		}
	} else if (skip) {
		return parse_remote(u, s, skip, why);
	}
	if (*s == '/' || starts_with(s, "./") || starts_with(s, "../") ||
	    starts_with(s, "~/")) {
		u->local = xstrdup(s);
		u->host = xstrdup("local");
		return 0;
	}
	if (parse_scp(u, s) == 0)
		return 0;
	return parse_short(u, s, why);
}

/* Where the path of an accepted address begins. */
static const char *path_of(const char *s, const struct repo_url *u)
{
	int skip = scheme_len(s);

	if (u->local)
		return s + (skip > 0 ? skip : 0);
	if (skip > 0)
		return s + skip + strcspn(s + skip, "/");
	return strchr(s, ':') ? strchr(s, ':') + 1 : s;
}

char *repo_url_key(const char *url)
{
	struct str out = STR_INIT;
	struct repo_url u;
	const char *why, *path;
	char *low;

	if (repo_url_parse(&u, url, &why))
		return xstrdup(url);
	path = path_of(url, &u);
	if (!u.local)
		str_addf(&out, "%s%s", u.host, *path == '/' ? "" : "/");
	str_addmem(&out, path, bare_len(path));
	if (!strcmp(u.host, "github.com")) {
		low = lower(str_c(&out), out.len);
		str_clear(&out);
		str_add(&out, low);
		free(low);
	}
	free(u.url);
	free(u.host);
	free(u.name);
	free(u.local);
	return str_detach(&out);
}
