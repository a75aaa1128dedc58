/*
 * render/verify_objects.c - commits, trees and files of a mirror.
 *
 * What a commit is comes from its object in the mirror, counted as the analysis
 * counts (analyze/measure.h): the answer does not lean on rows that the page
 * under test was made from.  Only what the store alone knows is asked of it.
 */
#include "render/verify_source.h"

#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

#define CACHE_BYTES ((size_t)24 << 20)	/* of each mirror's objects */

struct repo_at *source_repo(struct verify_store *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->names[i] == name || strcmp(s->names[i], name) == 0)
			return &s->repos[i];
	return NULL;
}

int source_open(struct repo_at *r, struct err *e)
{
	char *path;

	if (r->tried)
		return r->ok ? 0 : err_set(e, ERR_GIT, "no mirror of %s",
					   r->spec->name);
	r->tried = true;
	path = repo_mirror_path(r->spec, r->workspace);
	if (odb_open(&r->odb, path, e) == 0) {
		r->reader = odb_reader_new(r->odb, CACHE_BYTES);
		r->ok = true;
	}
	free(path);
	return r->ok ? 0 : ERR_GIT;
}

/* Its landing: the times a page shows. */
static void landed_time(struct verify_store *s, struct repo_at *r,
			struct known *k)
{
	struct err e;
	sqlite3_stmt *q;

	if (!s->db || !r->id) {
		source_landed(s, r, &k->oid, &k->c.landed);
		return;
	}
	q = db_query(s->db, Q_VERIFY_LANDED, &e);
	if (!q)
		return;
	q_int(q, ":repo", r->id);
	q_oid(q, ":oid", &k->oid);
	if (db_step(s->db, q, &e) == 1) {
		k->c.landed = c_int(q, 0);
		k->c.observed = c_int(q, 1);
	}
	sqlite3_reset(q);
}

static void fill_changes(struct verify_store *s, struct repo_at *r,
			 struct known *k, const git_oid *parent)
{
	struct measurer m;
	struct verify_change *v;
	struct totals t;
	git_oid old_tree, none[1];
	uint32_t flags = 0;
	struct obj *raw;
	struct err e = { 0 };
	int n;
	int64_t when;
	size_t i;

	memset(&old_tree, 0, sizeof(old_tree));
	k->c.files = k->c.additions = k->c.deletions = -1;
	if (parent) {
		if (odb_read(r->reader, parent, VERIFY_FILE_MAX, &raw, &e) < 0)
			return;
		commit_scan(raw->data, raw->len, &old_tree, none, 1, &n, &when);
		obj_put(raw);
	}
	measurer_init(&m, r->reader, s->max_file);
	k->list.arena = &k->arena;
	measure(&m, &old_tree, &k->tree, &k->list, &flags, &e);
	measurer_release(&m);
	if (flags & (COMMIT_UNREADABLE | COMMIT_TOO_LARGE))
		return;
	change_totals(&k->list, &t);
	v = arena_alloc(&k->arena, (k->list.n + 1) * sizeof(*v));
	for (i = 0; i < k->list.n; i++) {
		const struct change *c = &k->list.v[i];

		v[i].path = c->path;
		v[i].old_path = c->old_path;
		v[i].status = c->status;
		v[i].additions = c->additions;
		v[i].deletions = c->deletions;
	}
	k->c.changes = v;
	k->c.changes_n = k->list.n;
	k->c.files = t.files;
	k->c.additions = t.additions;
	k->c.deletions = t.deletions;
}

int source_commit(struct verify_store *s, struct repo_at *r, const git_oid *id,
		const struct verify_commit **out, struct err *e)
{
	unsigned slot = (id->id[0] << 8 | id->id[1]) % 1024u;
	struct known *k;
	struct commit c;
	struct obj *raw;
	int rc;

	for (k = r->known[slot]; k; k = k->next)
		if (oid_eq(&k->oid, id)) {
			*out = &k->c;
			return 0;
		}
	rc = odb_read(r->reader, id, VERIFY_FILE_MAX, &raw, e);
	if (rc < 0)
		return rc;
	k = xcalloc(1, sizeof(*k));
	k->oid = *id;
	commit_parse(&c, id, raw->data, raw->len, &k->arena);
	obj_put(raw);
	oid_hex(id, k->c.oid);
	k->tree = c.tree;
	k->c.repo = r->spec->name;
	k->c.subject = c.subject;
	k->c.message = arena_printf(&k->arena, "%s\n\n%s", c.subject, c.body);
	k->c.author = c.author.name ? c.author.name : "";
	k->c.pr = commit_pr(c.subject);
	k->c.landed = c.committer.time;
	k->c.landed_offset = c.committer.offset;
	k->c.authored = c.author.time;
	k->c.authored_offset = c.author.offset;
	k->c.counted_by = "numstat against the first parent";
	k->c.priv = k;
	landed_time(s, r, k);
	fill_changes(s, r, k, c.parents_n ? &c.parents[0] : NULL);
	k->next = r->known[slot];
	r->known[slot] = k;
	*out = &k->c;
	return 0;
}

int source_get_commit(void *arg, const char *repo, const char *prefix,
		      const struct verify_commit **out, struct err *e)
{
	struct verify_store *s = arg;
	struct repo_at *r = source_repo(s, repo);
	git_oid found[16], one;
	int n, i, commits = 0, type;
	size_t len;
	char lower[OID_HEX + 1];

	if (!r || source_open(r, e) < 0)
		return ERR_GIT;
	for (i = 0; prefix[i] && i < OID_HEX; i++)
		lower[i] = prefix[i] >= 'A' && prefix[i] <= 'F'
			? (char)(prefix[i] + 32) : prefix[i];
	lower[i] = 0;
	n = odb_find_prefix(r->reader, lower, found, 16);
	for (i = 0; i < n && i < 16; i++)
		if (odb_header(r->reader, &found[i], &type, &len, e) == 0 &&
		    type == GIT_OBJECT_COMMIT) {
			one = found[i];
			commits++;
		}
	if (commits > 1 || n > 16)
		return err_set(e, ERR_LIMIT, "'%.40s' is ambiguous", prefix);
	if (!commits)
		return err_set(e, ERR_NOTFOUND, "no commit '%.40s'", prefix);
	return source_commit(s, r, &one, out, e);
}

static int add_path(void *arg, const char *path, uint32_t mode UNUSED,
		    const git_oid *id UNUSED)
{
	struct tree_paths *t = arg;

	GROW(t->v, t->n, t->cap);
	t->v[t->n++] = arena_strdup(&t->arena, path);
	return 0;
}

void tree_paths_release(struct tree_paths *t)
{
	arena_release(&t->arena);
	free(t->v);
	memset(t, 0, sizeof(*t));
}

int source_get_paths(void *arg, const struct verify_commit *c,
		     const char *const **v, size_t *n, struct err *e)
{
	struct verify_store *s = arg;
	struct known *k = c->priv;
	struct repo_at *r = source_repo(s, c->repo);
	struct tree_paths *t = &s->trees[0];
	size_t i;
	int rc;

	for (i = 0; i < TREES; i++) {
		if (s->trees[i].n && oid_eq(&s->trees[i].tree, &k->tree)) {
			t = &s->trees[i];
			goto found;
		}
		if (s->trees[i].used < t->used)
			t = &s->trees[i];
	}
	tree_paths_release(t);
	rc = tree_each(r->reader, &k->tree, add_path, t, e);
	if (rc < 0) {
		tree_paths_release(t);
		return ERR_GIT;
	}
	t->tree = k->tree;
found:
	t->used = ++s->clock;
	*v = t->v;
	*n = t->n;
	return 0;
}

int source_get_file(void *arg, const struct verify_commit *c, size_t i,
		    bool old, const char **text, size_t *len, struct err *e)
{
	struct verify_store *s = arg;
	struct known *k = c->priv;
	struct repo_at *r = source_repo(s, c->repo);
	const struct change *ch = &k->list.v[i];
	const git_oid *id = old ? &ch->old_oid : &ch->oid;
	char hex[OID_HEX + 1];
	int rc;

	obj_put(s->held);
	s->held = NULL;
	*text = "";
	*len = 0;
	if (oid_zero(id) || ch->flags & CHANGE_BINARY)
		return 0;
	if ((old ? ch->old_mode : ch->mode) == GIT_FILEMODE_COMMIT) {
		oid_hex(id, hex);		/* as git shows it */
		*len = (size_t)snprintf(s->link, sizeof(s->link),
					"Subproject commit %s\n", hex);
		*text = s->link;
		return 0;
	}
	rc = odb_read(r->reader, id, VERIFY_FILE_MAX, &s->held, e);
	if (rc < 0)
		return rc;
	*text = s->held->data;
	*len = s->held->len;
	return 0;
}
