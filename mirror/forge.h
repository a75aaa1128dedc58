/*
 * mirror/forge.h - the interface of a forge: where to ask and how to read the
 * answer.  The pass over the list, budgets, limits, retries and the store are
 * forge_sync's and the same for all; GitHub is forge_github.c.
 */
#ifndef MIRROR_FORGE_H
#define MIRROR_FORGE_H

#include "core/arena.h"
#include "core/http.h"
#include "core/str.h"
#include "mirror/forge_json.h"
#include "mirror/repolist.h"

#define FORGE_PER_PAGE 100	/* most a page of GitHub holds */

enum forge_ask {
	FORGE_ASK_PROBE,	/* the newest change: one item, fixed URL */
	FORGE_ASK_ISSUES,	/* changed since arg (UTC), oldest first */
	FORGE_ASK_ISSUE,	/* one, number arg */
	FORGE_ASK_RELEASES,	/* newest first */
	FORGE_ASK_REPO,		/* the repository itself */
};

struct forge_ops {
	const char *name;		/* "github" */
	const char *token_env;		/* default variable of the token */
	const char *const *headers;	/* of every request, NULL-terminated */

	/* Root of the API of this repository, no slash at the end. */
	int (*root)(struct str *out, const struct repo_spec *r, struct err *e);

	/* Path of the repository below the root, by name or by stored id. */
	void (*path)(struct str *out, const struct repo_spec *r);

	/* The request: base is root + path. */
	void (*url)(struct str *out, const char *base, enum forge_ask what,
		    int64_t arg, int per_page);

	/*
	 * The next page: 1 with its URL in out, 0 when there is none, ERR_NET
	 * when it points away from where this answer came from.
	 */
	int (*next)(struct str *out, const struct http_response *r,
		    const char *url, struct err *e);

	/* Id of the repository where headers tell it, else 0. */
	int64_t (*repo_id)(const struct http_response *r);

	/* Path for later requests out of a redirect's target, or false. */
	bool (*moved_path)(struct str *out, int64_t *repo_id, const char *root,
			   const char *location);

	int (*issues)(struct forge_issues *out, struct arena *a,
		      const char *text, size_t len, struct err *e);
	int (*issue)(struct issue *out, struct arena *a, const char *text,
		     size_t len, struct err *e);
	int (*releases)(struct forge_releases *out, struct arena *a,
			const char *text, size_t len, struct err *e);
	int (*repo)(struct forge_repo *out, const char *text, size_t len,
		    struct err *e);
};

/* By the forge= of repos.list; NULL for "none". */
const struct forge_ops *forge_find(const struct repo_spec *r);

#endif
