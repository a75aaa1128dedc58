/* cli/show_find.c - see show_find.h: a revision of some repository. */
#include "cli/show_find.h"

#include "cli/show_handle.h"
#include "core/gitlib.h"
#include "core/mem.h"
#include "core/odb.h"
#include "mirror/sound.h"

#include <stdlib.h>
#include <string.h>

#define TAG_MAX 65536		/* bytes of a tag object we look into */
#define TAGS_DEEP 16		/* a tag of a tag of a tag */

/* One mirror being asked. */
struct asking {
	git_repository *repo;
	struct odb *odb;
	struct odb_reader *r;
};

static void asking_close(struct asking *a)
{
	odb_reader_free(a->r);
	odb_free(a->odb);
	git_repository_free(a->repo);
}

/* *gone: there was a mirror, or should be one, and it cannot be asked; *e says
 * why. */
static int asking_open(struct asking *a, struct cmd_ctx *c,
		       const struct repo_spec *spec, bool *gone, struct err *e)
{
	char *dir = repo_mirror_path(spec, c->workspace);
	bool there = fs_exists(dir);
	int rc = 0;

	memset(a, 0, sizeof(*a));
	*gone = !there && (spec->mirror || cmd_was_synced(c, spec));
	if (*gone)
		rc = mirror_missing(spec, dir, e);
	else if (!there)
		rc = err_set(e, ERR_NOTFOUND, "'%s' is not synced yet",
			     spec->name);
	else
		rc = gitlib_open_bare(&a->repo, dir, e);
	if (!rc)
		rc = odb_open(&a->odb, git_repository_path(a->repo), e);
	if (!rc)
		a->r = odb_reader_new(a->odb, (size_t)1 << 20);
	*gone |= rc && there;
	free(dir);
	return rc;
}

/* From a tag to what it names; false when that is no commit. */
static bool peel(struct asking *a, git_oid *id)
{
	struct obj *o = NULL;
	int type, deep;
	size_t len;

	for (deep = 0; deep < TAGS_DEEP; deep++) {
		if (odb_header(a->r, id, &type, &len, NULL))
			return false;
		if (type == GIT_OBJECT_COMMIT)
			return true;
		if (type != GIT_OBJECT_TAG ||
		    odb_read(a->r, id, TAG_MAX, &o, NULL))
			return false;
		if (o->len < 48 || memcmp(o->data, "object ", 7) ||
		    oid_parse(id, o->data + 7)) {
			obj_put(o);
			return false;
		}
		obj_put(o);
	}
	return false;
}

static bool is_hex(const char *s)
{
	size_t n = strlen(s);

	return n >= 4 && n <= OID_HEX &&
	       strspn(s, "0123456789abcdefABCDEF") == n;
}

/* Names first, as git does: a branch may be called like an id. */
static bool by_name(struct asking *a, const char *rev, git_oid *id)
{
	git_reference *ref = NULL, *direct = NULL;
	bool ok = false;

	if (git_reference_dwim(&ref, a->repo, rev) == 0 &&
	    git_reference_resolve(&direct, ref) == 0) {
		*id = *git_reference_target(direct);
		ok = peel(a, id);
	}
	git_reference_free(direct);
	git_reference_free(ref);
	return ok;
}

/* How many commits begin with it; objects of other kinds do not count. */
static int by_prefix(struct asking *a, const char *rev, git_oid *id)
{
	git_oid found[64];
	int n = odb_find_prefix(a->r, rev, found, (int)ARRAY_N(found)), i;
	int hits = 0;

	if (n > (int)ARRAY_N(found))
		return n;
	for (i = 0; i < n; i++) {
		if (!peel(a, &found[i]))
			continue;
		if (!hits || !oid_eq(id, &found[i]))
			hits++;
		*id = found[i];
	}
	return hits;
}

/* "v1~2", "main^2": libgit2's reading. */
static bool by_expression(struct asking *a, const char *rev, git_oid *id)
{
	git_object *o = NULL;
	bool ok = false;

	if (strpbrk(rev, "~^") && !strpbrk(rev, ":@{/ ") &&
	    git_revparse_single(&o, a->repo, rev) == 0) {
		*id = *git_object_id(o);
		ok = peel(a, id);
	}
	git_object_free(o);
	return ok;
}

/* 0 or more: how many commits rev may be in this mirror. */
static int ask(struct asking *a, const char *rev, git_oid *id)
{
	int n;

	if (by_name(a, rev, id))
		return 1;
	if (is_hex(rev)) {
		n = by_prefix(a, rev, id);
		if (n)
			return n;
	}
	return by_expression(a, rev, id);
}

static int find_in(struct cmd_ctx *c, const struct repo_spec *spec,
		   const char *rev, struct show_target *out, bool *gone,
		   struct err *e)
{
	struct asking a;
	int rc = asking_open(&a, c, spec, gone, e), n;

	if (!rc) {
		n = ask(&a, rev, &out->oid);
		if (!n)
			rc = err_set(e, ERR_NOTFOUND, "'%s' has no commit "
				     "'%.80s'", spec->name, rev);
		else if (n > 1)
			rc = err_set(e, ERR_USAGE, "'%.80s' is the beginning "
				     "of %d ids in '%s'", rev, n, spec->name);
	}
	out->repo = spec;
	asking_close(&a);
	return rc;
}

static int find_anywhere(struct cmd_ctx *c, const char *rev,
			 struct show_target *out, struct err *e)
{
	struct show_target t = {0};
	struct err why = {0}, gone = {0};
	bool is_gone;
	int hits = 0, rc;
	size_t i;

	for (i = 0; i < c->list.n; i++) {
		rc = find_in(c, &c->list.v[i], rev, &t, &is_gone, &why);
		if (rc == ERR_USAGE)
			return err_set(e, rc, "%s", why.msg);
		if (is_gone && !*gone.msg)
			gone = why;
		if (rc)
			continue;
		if (hits)
			return err_set(e, ERR_USAGE, "'%.80s' is in '%s' and "
				       "in '%s'; write REPO@%.80s", rev,
				       out->repo->name, t.repo->name, rev);
		*out = t;
		hits++;
	}
	return hits ? 0 : err_set(e, ERR_NOTFOUND, "no repository knows '%.80s'"
				  "%s%s", rev, *gone.msg ? "; " : "",
				  gone.msg);
}

/*
 * "c5257605" is a handle of a page and may be the beginning of an id: of a
 * change that no page has, the commit is asked for.  What the page says of it is
 * the error where there is none either.
 */
static int find_handle_or_id(struct cmd_ctx *c, const char *spec,
			     struct show_target *out, struct err *e)
{
	struct err why = { 0 };
	int rc = show_find_handle(c, spec, out, e), as_id;

	if ((rc != ERR_NOTFOUND && rc != ERR_USAGE) || !is_hex(spec))
		return rc;
	as_id = find_anywhere(c, spec, out, &why);
	if (as_id == ERR_NOTFOUND)
		return rc;
	*e = why;
	return as_id;
}

int show_find(struct cmd_ctx *c, const char *spec, struct show_target *out,
	      struct err *e)
{
	const struct repo_spec *repo = NULL;
	const char *at;
	char *name;
	bool gone;

	memset(out, 0, sizeof(*out));
	if (show_is_handle(spec))
		return find_handle_or_id(c, spec, out, e);
	at = strchr(spec, '@');
	if (at && at > spec) {
		name = xstrndup(spec, (size_t)(at - spec));
		repo = repolist_find(&c->list, name);
		if (!repo && strchr(name, '/')) {
			err_set(e, ERR_USAGE, "no repository '%.80s' in %s",
				name, c->list.path);
			free(name);
			return ERR_USAGE;
		}
		free(name);
	}
	return repo ? find_in(c, repo, at + 1, out, &gone, e) :
	       find_anywhere(c, spec, out, e);
}
