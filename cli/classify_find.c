/* cli/classify_find.c - see classify_find.h. */
#include "cli/classify_find.h"

#include "cli/show_find.h"
#include "store/ledger.h"
#include "store/read.h"

#include <string.h>

/* One repository's commits whose id begins with rev, added to what is found. */
static int look_in(struct cmd_ctx *c, const char *repo, const char *rev,
		   int64_t *id, int *found, struct err *e)
{
	struct arena a = { 0 };
	struct repo_row r;
	int64_t ids[8];
	int n = 0, rc;

	rc = repo_get(c->db, repo, &a, &r, e);
	if (rc == 0 && r.id)
		rc = find_commits(c->db, r.id, rev, ids, &n, e);
	if (rc == 0 && n)
		*id = ids[0];
	*found += n;
	arena_release(&a);
	return rc;
}

/* What the mirrors did not tell: REPO@REV or REV, REV the beginning of an id.
 * Without a hit *e stays what they said. */
static int find_stored(struct cmd_ctx *c, const char *spec, int64_t *id,
		       struct err *e)
{
	const char *at = strrchr(spec, '@'), *rev = at ? at + 1 : spec;
	size_t name_len = at ? (size_t)(at - spec) : 0, i;
	int found = 0;

	if (strlen(rev) < 4 ||
	    strspn(rev, "0123456789abcdefABCDEF") != strlen(rev))
		return e->code;
	for (i = 0; i < c->list.n; i++) {
		const char *name = c->list.v[i].name;

		if (at && (strlen(name) != name_len ||
			   strncmp(name, spec, name_len)))
			continue;
		if (look_in(c, name, rev, id, &found, e))
			return e->code;
	}
	if (found == 1) {
		memset(e, 0, sizeof(*e));
		return 0;
	}
	return found ? err_set(e, ERR_USAGE, "'%.80s' fits %d commits", spec,
			       found) : e->code;
}

static int row_of(struct cmd_ctx *c, const struct show_target *t, int64_t *id,
		  struct err *e)
{
	char hex[OID_HEX + 1];
	int found = 0;

	if (look_in(c, t->repo->name, oid_hex(&t->oid, hex), id, &found, e))
		return e->code;
	if (!found)
		return err_set(e, ERR_NOTFOUND, "'%s' has %.12s, but not on "
			       "the tracked branch, or it was not synced yet: "
			       "it has no labels", t->repo->name, hex);
	return 0;
}

int classify_find(struct cmd_ctx *c, const char *spec, int64_t *id,
		  struct err *e)
{
	struct show_target t;

	if (show_find(c, spec, &t, e))
		return find_stored(c, spec, id, e);
	return row_of(c, &t, id, e);
}
