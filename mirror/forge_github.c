/*
 * forge_github.c - where GitHub is asked, and what its links say.
 *
 * The list is read with state=all, ordered by the last update, oldest first,
 * from a point in time: an item that changes while we read moves behind us or
 * to the end, and both are read again by the overlap of the next pass.  Pages
 * follow rel="next" and nothing else: its path changes to /repositories/ID,
 * and beyond page 100 a page number of our own is refused.
 */
#include "mirror/forge_github.h"

#include "core/day.h"
#include "core/mem.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define API_VERSION "2022-11-28"

static const char *const request_headers[] = {
	"Accept: application/vnd.github+json",
	"X-GitHub-Api-Version: " API_VERSION,
	NULL
};

/* --- addresses --- */

static int github_root(struct str *out, const struct repo_spec *r,
		       struct err *e)
{
	struct http_origin o;
	int rc;

	if (r->api)
		str_add(out, r->api);
	else if (!strcasecmp(r->host, "github.com"))
		str_add(out, "https://api.github.com");
	else if (strcmp(r->host, "local"))
		str_addf(out, "https://%s/api/v3", r->host);
	else
		return err_set(e, ERR_CONFIG, "forge=github of a local path "
			       "needs api=");
	while (out->len && out->s[out->len - 1] == '/')
		str_cut(out, out->len - 1);
	rc = http_origin(str_c(out), &o, e);
	return rc ? err_wrap(e, "api=") : 0;
}

/* One part of a path; what is not plain becomes %XX. */
static void add_part(struct str *out, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (isalnum(c) || strchr("-._~", c))
			str_addch(out, (char)c);
		else
			str_addf(out, "%%%02X", c);
	}
}

/* The last two parts of s before `end`. */
static bool last_two(struct str *out, const char *s, size_t end)
{
	size_t slash, owner;

	while (end && s[end - 1] == '/')
		end--;
	if (end > 4 && !memcmp(s + end - 4, ".git", 4))
		end -= 4;
	for (slash = end; slash && s[slash - 1] != '/'; slash--)
		;
	if (slash < 2 || slash == end)
		return false;
	for (owner = slash - 1; owner && !strchr("/:", s[owner - 1]); owner--)
		;
	if (owner == slash - 1)
		return false;
	str_add(out, "/repos/");
	add_part(out, s + owner, slash - 1 - owner);
	str_addch(out, '/');
	add_part(out, s + slash, end - slash);
	return true;
}

/* The name at the forge is that of the address; name= only changes what is
 * shown, except where there is no address. */
static void github_path(struct str *out, const struct repo_spec *r)
{
	const char *s = r->url;

	if (s && strcmp(r->host, "local") && last_two(out, s, strcspn(s, "?#")))
		return;
	if (!last_two(out, r->name, strlen(r->name)))
		str_add(out, "/repos/-/-");
}

static void github_url(struct str *out, const char *base, enum forge_ask what,
		       int64_t arg, int per_page)
{
	char t[40];

	str_add(out, base);
	switch (what) {
	case FORGE_ASK_PROBE:
		str_add(out, "/issues?state=all&sort=updated&direction=desc"
			"&per_page=1");
		break;
	case FORGE_ASK_ISSUES:
		str_addf(out, "/issues?state=all&sort=updated&direction=asc"
			 "&since=%s&per_page=%d", time_format_utc(arg, t),
			 per_page);
		break;
	case FORGE_ASK_ISSUE:
		str_addf(out, "/issues/%lld", (long long)arg);
		break;
	case FORGE_ASK_RELEASES:
		str_addf(out, "/releases?per_page=%d", per_page);
		break;
	case FORGE_ASK_REPO:
		break;
	}
}

/* --- Link --- */

/* One parameter of a link, up to ';' or ','; quoted text may hold both. */
static const char *param_end(const char *s)
{
	bool quoted = false;

	for (; *s && (quoted || (*s != ';' && *s != ',')); s++)
		if (*s == '"')
			quoted = !quoted;
	return s;
}

static bool is_rel(const char *s, const char *end, const char *rel)
{
	size_t n = strlen(rel);

	while (s < end && isspace((unsigned char)*s))
		s++;
	if (end - s < 4 || strncasecmp(s, "rel", 3))
		return false;
	for (s += 3; s < end && isspace((unsigned char)*s); s++)
		;
	if (s == end || *s++ != '=')
		return false;
	while (s < end && (isspace((unsigned char)*s) || *s == '"'))
		s++;
	if ((size_t)(end - s) < n || strncasecmp(s, rel, n))
		return false;
	return s + n == end || s[n] == '"' || isspace((unsigned char)s[n]);
}

bool forge_link(struct str *out, const char *header, const char *rel)
{
	const char *s = header, *url, *close, *end;
	bool found;

	while ((url = strchr(s, '<'))) {
		close = strchr(++url, '>');
		if (!close)
			return false;
		found = false;
		for (s = close + 1; *s == ' '; s++)
			;
		while (*s == ';') {
			end = param_end(++s);
			found |= is_rel(s, end, rel);
			s = end;
		}
		if (found && close - url <= FORGE_MAX_URL) {
			str_addmem(out, url, (size_t)(close - url));
			return true;
		}
		if (found)
			return false;
	}
	return false;
}

static bool same_origin(const char *a, const char *b)
{
	struct http_origin x, y;

	return !http_origin(a, &x, NULL) && !http_origin(b, &y, NULL) &&
		!strcmp(x.scheme, y.scheme) && !strcmp(x.host, y.host) &&
		x.port == y.port;
}

static bool find_link(struct str *out, const struct http_response *r)
{
	size_t i;

	for (i = 0; i < r->headers_n; i++)
		if (!strcasecmp(r->headers[i].name, "link") &&
		    forge_link(out, r->headers[i].value, "next"))
			return true;
	return false;
}

static int github_next(struct str *out, const struct http_response *r,
		       const char *url, struct err *e)
{
	char *safe;

	str_clear(out);
	if (!find_link(out, r))
		return 0;
	if (same_origin(str_c(out), url))
		return 1;
	safe = http_safe_url(str_c(out));
	err_set(e, ERR_NET, "the next page is on another host, not followed: "
		"'%s'", safe);
	free(safe);
	return ERR_NET;
}

/* Digits after "/repositories/"; *end points behind them.  0: none. */
static int64_t id_in(const char *s, const char **end)
{
	const char *at = strstr(s, "/repositories/");
	int64_t id = 0;

	*end = s;
	if (!at)
		return 0;
	for (at += 14; isdigit((unsigned char)*at) && id < (int64_t)1 << 50;
	     at++)
		id = id * 10 + (*at - '0');
	*end = at;
	return !*at || strchr("/?>", *at) ? id : 0;
}

static int64_t github_repo_id(const struct http_response *r)
{
	const char *v = http_header(r, "link"), *end;

	return v ? id_in(v, &end) : 0;
}

/*
 * Location of a renamed repository: .../repositories/ID or a new /repos/o/n.
 * What follows it (the issues part) is ours to add.
 */
static bool github_moved_path(struct str *out, int64_t *repo_id,
			      const char *root, const char *location)
{
	const char *end, *s;
	size_t n = strlen(root);
	int slashes = 0;

	*repo_id = 0;
	if (!same_origin(root, location) || strncmp(root, location, n))
		return false;
	s = location + n;
	*repo_id = id_in(s, &end);
	if (*repo_id && starts_with(s, "/repositories/")) {
		str_addmem(out, s, (size_t)(end - s));
		return true;
	}
	if (!starts_with(s, "/repos/"))
		return false;
	for (end = s; *end && !strchr("?#", *end); end++)
		if (*end == '/' && ++slashes == 4)
			break;
	str_addmem(out, s, (size_t)(end - s));
	return slashes >= 3;
}

const struct forge_ops forge_github = {
	.name = "github",
	.token_env = "GITHUB_TOKEN",
	.headers = request_headers,
	.root = github_root,
	.path = github_path,
	.url = github_url,
	.next = github_next,
	.repo_id = github_repo_id,
	.moved_path = github_moved_path,
	.issues = forge_json_issues,
	.issue = forge_json_issue,
	.releases = forge_json_releases,
	.repo = forge_json_repo,
};

const struct forge_ops *forge_find(const struct repo_spec *r)
{
	return r->forge && !strcmp(r->forge, "github") ? &forge_github : NULL;
}
