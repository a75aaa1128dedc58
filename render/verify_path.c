/* render/verify_path.c - does a path exist, and did the commit touch it? */
#include "render/verify_check.h"

#include "core/mem.h"

#include <fnmatch.h>
#include <strings.h>

/* Pieces of an elided path must occur in order, the last one at the end. */
static bool elided_matches(const char *pattern, const char *path)
{
	const char *dots, *at = path;
	char piece[512];
	size_t n;

	while ((dots = strstr(pattern, "...")) != NULL) {
		n = (size_t)(dots - pattern);
		if (n >= sizeof(piece))
			return false;
		memcpy(piece, pattern, n);
		piece[n] = 0;
		at = strstr(at, piece);
		if (!at)
			return false;
		at += n;
		for (pattern = dots; *pattern == '.' && pattern - dots < 3;)
			pattern++;
		while (*pattern == '/')
			pattern++;
	}
	n = strlen(pattern);
	return strlen(at) >= n && strcmp(at + strlen(at) - n, pattern) == 0;
}

/* "x.py" and "b/x.py" mean "a/b/x.py"; folders all below; patterns fnmatch. */
bool path_matches(const struct claim *k, const char *path)
{
	size_t n = strlen(k->text), len = strlen(path);
	const char *p;

	if (k->flags & CLAIM_ELIDED)
		return elided_matches(k->text, path);
	if (k->flags & CLAIM_GLOB) {
		if (n && k->text[n - 1] == '/') {
			for (p = path; p; p = strchr(p, '/')) {
				p += *p == '/';
				if (strncmp(p, k->text, n) == 0)
					return true;
			}
			return false;
		}
		return fnmatch(k->text, path, 0) == 0;
	}
	if (len < n || strcmp(path + len - n, k->text) != 0)
		return false;
	return len == n || path[len - n - 1] == '/';
}

static const struct verify_change *changed(const struct claim *k,
					   const struct verify_commit *c)
{
	size_t i;

	for (i = 0; i < c->changes_n; i++)
		if (path_matches(k, c->changes[i].path) ||
		    (c->changes[i].old_path &&
		     path_matches(k, c->changes[i].old_path)))
			return &c->changes[i];
	return NULL;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A whole path by bisection, anything else by looking at all. */
static int in_tree(struct verify_ctx *x, const struct claim *k,
		   const struct verify_commit *c, const char **hit)
{
	const char *const *v;
	struct err e = { 0 };
	size_t n, i;
	int rc;

	*hit = NULL;
	if (!c || !x->src->paths)
		return ERR_FAILED;
	rc = x->src->paths(x->src->arg, c, &v, &n, &e);
	if (rc < 0)
		return rc;
	if (!(k->flags & (CLAIM_ELIDED | CLAIM_GLOB)) && n) {
		const char *text = k->text;
		const char *const *found = bsearch(&text, v, n, sizeof(*v),
						   by_path);

		*hit = found ? *found : NULL;
	}
	if (!*hit && check_tired(x))
		return ERR_LIMIT;
	for (i = 0; i < n && !*hit; i++)
		if (path_matches(k, v[i]))
			*hit = v[i];
	x->misses += !*hit;
	return *hit ? 0 : ERR_NOTFOUND;
}

static const struct verify_commit *tip_of(struct verify_ctx *x,
					  const char *repo)
{
	const struct verify_commit *c = NULL;
	struct err e = { 0 };

	if (!repo || !x->src->tip ||
	    (x->src->tip(x->src->arg, repo, x->r->until, &c, &e) < 0 &&
	     x->src->tip(x->src->arg, repo, 0, &c, &e) < 0))
		return NULL;
	return c;
}

/* In the tree of a repository that the page also speaks of. */
static bool in_others(struct verify_ctx *x, int i, const char *except)
{
	const struct claim *k = &x->c->v[i];
	const char *hit;
	size_t r;

	for (r = 0; r < x->src->repos_n; r++) {
		if (x->src->repos[r] == except)
			continue;
		if (in_tree(x, k, tip_of(x, x->src->repos[r]), &hit) == 0) {
			check_say(x, i, VERIFY_OK, NULL, NULL,
				  check_fmt(x, "tree of %s",
					    x->src->repos[r]));
			return true;
		}
	}
	return false;
}

/* Something close, to say what was meant: the same last part. */
static const char *similar(struct verify_ctx *x, const struct claim *k,
			   const struct verify_commit *c)
{
	const char *base = strrchr(k->text, '/');
	size_t i;

	base = base ? base + 1 : k->text;
	for (i = 0; c && *base && i < c->changes_n; i++) {
		const char *p = c->changes[i].path, *b = strrchr(p, '/');

		if (strcmp(b ? b + 1 : p, base) == 0)
			return check_fmt(x, "no such file; the commit changes "
					 "%s", p);
	}
	for (i = 0; c && i < c->changes_n; i++) {
		const char *p = c->changes[i].path;

		if (strlen(p) < 300 && strlen(k->text) < 300 &&
		    edit_distance(p, k->text) <= 3)
			return check_fmt(x, "no such file; the commit changes "
					 "%s", p);
	}
	return "no such file in that commit or its tree";
}

void check_path(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const struct verify_commit *of[8], *tip;
	const struct verify_change *ch;
	const char *hit, *repo;
	size_t n = check_commits(x, i, of, 8), j;
	bool readable = false;

	for (j = 0; j < n; j++)
		if ((ch = changed(k, of[j])) != NULL) {
			check_say(x, i, VERIFY_OK, NULL,
				  strcmp(ch->path, k->text) ? ch->path : NULL,
				  check_fmt(x, "changed by %s", of[j]->oid));
			return;
		}
	for (j = 0; j < n; j++) {
		int rc = in_tree(x, k, of[j], &hit);

		readable = readable || rc == ERR_NOTFOUND;
		if (rc == 0) {
			check_say(x, i, VERIFY_OK, NULL, NULL,
				  check_fmt(x, "in the tree of %s, not changed "
					    "by it", of[j]->oid));
			return;
		}
	}
	repo = check_tracked(x, claims_repo(x->c, k->block));
	tip = tip_of(x, repo);
	if (tip) {
		int rc = in_tree(x, k, tip, &hit);

		readable = readable || rc == ERR_NOTFOUND;
		if (rc == 0) {
			check_say(x, i, VERIFY_OK, NULL, NULL,
				  check_fmt(x, "tree of %s", repo));
			return;
		}
	}
	if ((x->strict || n == 0) && in_others(x, i, repo))
		return;
	hit = check_occurs(x, i, k->text);	/* quoted, say from a title */
	if (hit) {
		check_say(x, i, VERIFY_OK, NULL, NULL, hit);
		return;
	}
	if (n && readable)
		check_say(x, i, VERIFY_WRONG, NULL, similar(x, k, of[0]),
			  check_fmt(x, "changes and tree of %s", of[0]->oid));
	else if (readable && (k->flags & CLAIM_CODED))
		check_say(x, i, VERIFY_MISSING, NULL,
			  check_fmt(x, "no such file in %s", repo),
			  check_fmt(x, "newest tree of %s", repo));
	else
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "no commit and no repository to look in");
}
