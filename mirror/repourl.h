/* mirror/repourl.h - the address of a repository, taken apart. */
#ifndef MIRROR_REPOURL_H
#define MIRROR_REPOURL_H

#include <stdbool.h>

#define REPO_NAME_MAX 1000

enum repo_name { REPO_NAME_OK, REPO_NAME_BAD, REPO_NAME_LONG };

/* "owner/name": exactly one slash, no blanks or controls, neither part empty,
 * "." or "..". */
enum repo_name repo_name_check(const char *name);

/* The last two parts of a path without ".git" ("/.git" goes first); NULL when
 * they are not a name.  Fresh memory. */
char *repo_name_of_path(const char *path);

/* All fresh memory. */
struct repo_url {
	char *url;	/* without user and password (ssh keeps its user) */
	char *host;	/* lower case, no port; "local" for paths */
	char *name;	/* "owner/name", or NULL when it does not tell */
	char *local;	/* a path as written, or NULL */
	bool had_secret;
};

/*
 * "owner/name" (GitHub), a URL (https, http, ssh, git, file, or
 * user@host:path), or a path that starts with '/', './', '../' or '~/'.
 * On failure -1, *why points to a sentence that quotes nothing of the address
 * (it may hold a password), and *u is empty.
 */
int repo_url_parse(struct repo_url *u, const char *s, const char **why);

/*
 * What two addresses of the same repository have in common: "host/path" without
 * scheme, user, ".git" and trailing slashes, lower case on GitHub.  Fresh
 * memory.
 */
char *repo_url_key(const char *url);

#endif
