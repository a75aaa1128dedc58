/*
 * render/verify_store.c - see verify_store.h.
 *
 * What a commit is comes from its object in the mirror, counted as the analysis
 * counts (analyze/measure.h): the answer does not lean on rows that the page
 * under test was made from.  Only what the store alone knows is asked of it.
 */
#include "render/verify_store.h"

#include "analyze/commit.h"
#include "analyze/measure.h"
#include "core/mem.h"
#include "render/markdown.h"
#include "render/pages.h"
#include "store/ledger.h"
#include "store/read.h"
#include "store/pages.h"

#include <stdlib.h>
#include <string.h>

#define CACHE_BYTES ((size_t)24 << 20)	/* of each mirror's objects */
#define FILE_MAX ((size_t)8 << 20)	/* larger ones are not looked into */
#define TREES 24			/* path lists that are kept */
#define WINDOW_MAX 5000			/* landings summed up without a store */
#define WALK_MAX 200000			/* mainline commits without a store */

struct pull { int64_t n; git_oid oid; };
struct step { int64_t at; git_oid oid; };	/* of the mainline */

struct known {
	struct verify_commit c;
	git_oid oid, tree;
	struct change_list list;
	struct arena arena;
	struct known *next;	/* in its bucket */
};

struct repo_at {
	const struct repo_spec *spec;
	const char *workspace;
	int64_t id;		/* in the store; 0: none */
	struct odb *odb;
	struct odb_reader *reader;
	bool tried, ok;
	struct known *known[1024];
	struct pull *pulls;
	size_t pulls_n, pulls_cap;
	bool pulls_read;
	struct step *line;	/* newest first; only without a store */
	size_t line_n, line_cap;
	bool walked;
};

struct tree_paths {
	git_oid tree;
	struct arena arena;
	const char **v;
	size_t n, cap;
	unsigned used;
};

struct verify_store {
	struct db *db;
	struct repo_at *repos;
	const char **names;
	size_t n;
	struct tree_paths trees[TREES];
	unsigned clock;
	struct obj *held;	/* what file() lent last ... */
	char link[80];		/* ... or, of a submodule, this */
	struct str title, author;
};

static struct repo_at *known_repo(struct verify_store *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->names[i] == name || strcmp(s->names[i], name) == 0)
			return &s->repos[i];
	return NULL;
}

static int opened(struct repo_at *r, struct err *e)
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

/* Its landing in the store: the times a page shows. */
static void landed_time(struct verify_store *s, struct repo_at *r,
			struct known *k)
{
	struct err e;
	sqlite3_stmt *q;

	if (!s->db || !r->id)
		return;
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

static void fill_changes(struct repo_at *r, struct known *k,
			 const git_oid *parent)
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
		if (odb_read(r->reader, parent, FILE_MAX, &raw, &e) < 0)
			return;
		commit_scan(raw->data, raw->len, &old_tree, none, 1, &n, &when);
		obj_put(raw);
	}
	measurer_init(&m, r->reader, FILE_MAX);
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

static int load(struct verify_store *s, struct repo_at *r, const git_oid *id,
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
	rc = odb_read(r->reader, id, FILE_MAX, &raw, e);
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
	fill_changes(r, k, c.parents_n ? &c.parents[0] : NULL);
	k->next = r->known[slot];
	r->known[slot] = k;
	*out = &k->c;
	return 0;
}

static int get_commit(void *arg, const char *repo, const char *prefix,
		      const struct verify_commit **out, struct err *e)
{
	struct verify_store *s = arg;
	struct repo_at *r = known_repo(s, repo);
	git_oid found[16], one;
	int n, i, commits = 0, type;
	size_t len;
	char lower[OID_HEX + 1];

	if (!r || opened(r, e) < 0)
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
	return load(s, r, &one, out, e);
}

/* The tip in the store, else what HEAD or the branch of the mirror says. */
static int tip_oid(struct verify_store *s, struct repo_at *r, git_oid *out,
		   struct err *e)
{
	git_repository *g = NULL;
	char *path, name[300];
	sqlite3_stmt *q;
	int rc = -1;

	if (s->db && r->id) {
		q = db_query(s->db, Q_VERIFY_TIP, e);
		if (q) {
			q_int(q, ":repo", r->id);
			if (db_step(s->db, q, e) == 1 && !c_null(q, 0)) {
				c_oid(q, 0, out);
				rc = 0;
			}
			sqlite3_reset(q);
			if (rc == 0)
				return 0;
		}
	}
	path = repo_mirror_path(r->spec, r->workspace);
	if (git_repository_open_bare(&g, path) == 0 ||
	    git_repository_open(&g, path) == 0) {
		snprintf(name, sizeof(name), "refs/heads/%s",
			 r->spec->branch ? r->spec->branch : "");
		rc = git_reference_name_to_id(out, g, r->spec->branch ? name
								      : "HEAD");
	}
	git_repository_free(g);
	free(path);
	return rc == 0 ? 0 : err_set(e, ERR_NOTFOUND, "no tip of %s",
				     r->spec->name);
}

static int by_number(const void *a, const void *b)
{
	const struct pull *p = a, *q = b;

	return p->n < q->n ? -1 : p->n > q->n;
}

static void add_pull(struct repo_at *r, int64_t n, const git_oid *id)
{
	GROW(r->pulls, r->pulls_n, r->pulls_cap);
	r->pulls[r->pulls_n].n = n;
	r->pulls[r->pulls_n++].oid = *id;
}

/*
 * The first parents from the tip, for a workspace without a store: their times
 * and the pull requests of their subjects.
 */
static void walk(struct verify_store *s, struct repo_at *r)
{
	struct err e;
	struct commit c;
	struct arena a = { 0 };
	struct obj *raw;
	git_oid id;
	int left = WALK_MAX;

	if (r->walked)
		return;
	r->walked = true;
	if (tip_oid(s, r, &id, &e) < 0)
		return;
	while (left-- && odb_read(r->reader, &id, FILE_MAX, &raw, &e) == 0) {
		commit_parse(&c, &id, raw->data, raw->len, &a);
		obj_put(raw);
		GROW(r->line, r->line_n, r->line_cap);
		r->line[r->line_n].at = c.committer.time;
		r->line[r->line_n++].oid = id;
		if (commit_pr(c.subject) > 0)
			add_pull(r, commit_pr(c.subject), &id);
		if (!c.parents_n)
			break;
		id = c.parents[0];
		if (a.used > (size_t)8 << 20)
			arena_release(&a);
	}
	arena_release(&a);
}

/* The last landing before `at`. */
static int tip_at(struct verify_store *s, struct repo_at *r, int64_t at,
		  git_oid *out, struct err *e)
{
	sqlite3_stmt *q;
	size_t i;
	int rc;

	if (s->db && r->id) {
		q = db_query(s->db, Q_VERIFY_TIP_AT, e);
		if (!q)
			return ERR_DB;
		q_int(q, ":repo", r->id);
		q_int(q, ":at", at);
		rc = db_step(s->db, q, e);
		if (rc == 1)
			c_oid(q, 0, out);
		sqlite3_reset(q);
		return rc == 1 ? 0 : ERR_NOTFOUND;
	}
	walk(s, r);
	for (i = 0; i < r->line_n; i++)
		if (r->line[i].at < at) {
			*out = r->line[i].oid;
			return 0;
		}
	return err_set(e, ERR_NOTFOUND, "nothing landed before that");
}

static int get_tip(void *arg, const char *repo, int64_t at,
		   const struct verify_commit **out, struct err *e)
{
	struct verify_store *s = arg;
	struct repo_at *r = known_repo(s, repo);
	git_oid id;
	int rc;

	if (!r || opened(r, e) < 0)
		return ERR_GIT;
	rc = at ? tip_at(s, r, at, &id, e) : tip_oid(s, r, &id, e);
	return rc < 0 ? rc : load(s, r, &id, out, e);
}

static void read_pulls(struct verify_store *s, struct repo_at *r)
{
	struct err e;
	sqlite3_stmt *q = NULL;
	git_oid id;

	r->pulls_read = true;
	if (s->db && r->id && (q = db_query(s->db, Q_VERIFY_PULLS, &e))) {
		q_int(q, ":repo", r->id);
		while (db_step(s->db, q, &e) == 1) {
			c_oid(q, 1, &id);
			add_pull(r, c_int(q, 0), &id);
		}
		sqlite3_reset(q);
	}
	if (!r->pulls_n)
		walk(s, r);
	qsort(r->pulls, r->pulls_n, sizeof(*r->pulls), by_number);
}

static int get_pull(void *arg, const char *repo, int64_t n,
		    const struct verify_commit **out, struct err *e)
{
	struct verify_store *s = arg;
	struct repo_at *r = known_repo(s, repo);
	struct pull key = { .n = n }, *p;

	if (!r || opened(r, e) < 0)
		return ERR_GIT;
	if (!r->pulls_read)
		read_pulls(s, r);
	p = r->pulls_n ? bsearch(&key, r->pulls, r->pulls_n, sizeof(key),
				 by_number) : NULL;
	if (!p)
		return err_set(e, ERR_NOTFOUND, "no landing of #%lld",
			       (long long)n);
	return load(s, r, &p->oid, out, e);
}

static int get_issue(void *arg, const char *repo, int64_t n, bool *is_pull,
		     const char **title, const char **author, struct err *e)
{
	struct verify_store *s = arg;
	struct repo_at *r = known_repo(s, repo);
	sqlite3_stmt *q;
	int rc;

	if (!s->db || !r || !r->id ||
	    !(q = db_query(s->db, Q_VERIFY_ISSUE, e)))
		return ERR_FAILED;
	q_int(q, ":repo", r->id);
	q_int(q, ":n", n);
	rc = db_step(s->db, q, e);
	if (rc == 1) {
		*is_pull = c_int(q, 0) != 0;
		str_clear(&s->title);
		str_add(&s->title, c_text(q, 1));
		str_clear(&s->author);
		str_add(&s->author, c_text(q, 2));
		*title = str_c(&s->title);
		*author = str_c(&s->author);
	}
	sqlite3_reset(q);
	/* the store never holds all of a forge's issues: absent is no "no" */
	return rc == 1 ? 0 : ERR_FAILED;
}

static int add_path(void *arg, const char *path, uint32_t mode UNUSED,
		    const git_oid *id UNUSED)
{
	struct tree_paths *t = arg;

	GROW(t->v, t->n, t->cap);
	t->v[t->n++] = arena_strdup(&t->arena, path);
	return 0;
}

static void tree_paths_release(struct tree_paths *t)
{
	arena_release(&t->arena);
	free(t->v);
	memset(t, 0, sizeof(*t));
}

static int get_paths(void *arg, const struct verify_commit *c,
		     const char *const **v, size_t *n, struct err *e)
{
	struct verify_store *s = arg;
	struct known *k = c->priv;
	struct repo_at *r = known_repo(s, c->repo);
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

static int get_file(void *arg, const struct verify_commit *c, size_t i,
		    bool old, const char **text, size_t *len, struct err *e)
{
	struct verify_store *s = arg;
	struct known *k = c->priv;
	struct repo_at *r = known_repo(s, c->repo);
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
	rc = odb_read(r->reader, id, FILE_MAX, &s->held, e);
	if (rc < 0)
		return rc;
	*text = s->held->data;
	*len = s->held->len;
	return 0;
}

/* Without a store: committer times of the first parents are the landed times. */
static int walk_window(struct verify_store *s, struct repo_at *r, int64_t since,
		       int64_t until, struct verify_totals *out, struct err *e)
{
	const struct verify_commit *c;
	size_t i;
	int rc;

	memset(out, 0, sizeof(*out));
	walk(s, r);
	for (i = 0; i < r->line_n; i++) {
		if (r->line[i].at < since || r->line[i].at >= until)
			continue;
		rc = load(s, r, &r->line[i].oid, &c, e);
		if (rc < 0 || c->files < 0)
			return ERR_GIT;
		out->changes++;
		out->files += c->files;
		out->additions += c->additions;
		out->deletions += c->deletions;
		if (out->changes > WINDOW_MAX)
			return ERR_LIMIT;
	}
	return r->line_n ? 0 : ERR_FAILED;
}

/*
 * What a page of the window counts: landings that were not late, as they stood
 * when the day closed; a repeat of one that is gone counts no second time.  The
 * window begins at a midnight, which tells its zone.
 */
static int store_window(struct verify_store *s, struct repo_at *r,
			int64_t since, int64_t until,
			struct verify_totals *out, struct err *e)
{
	int fixed = (int)((86400 - since % 86400) % 86400);
	struct zone zone = { .fixed = fixed > 14 * 3600 ? fixed - 86400 :
							  fixed };
	struct stored_list l = { 0 };
	struct sync_times syncs;
	struct arena a = { 0 };
	size_t i;
	int rc = sync_times(s->db, r->id, &a, &syncs, e);

	if (!rc)
		rc = read_landings(s->db, r->id, since, until, &a, &l, e);
	memset(out, 0, sizeof(*out));
	for (i = 0; i < l.n && !rc; i++) {
		const struct stored *c = &l.v[i];

		if (c->replaces || is_late(&syncs, &zone, c->landed,
					   c->observed))
			continue;
		out->changes++;
		out->files += c->files;
		out->additions += c->additions;
		out->deletions += c->deletions;
	}
	stored_list_release(&l);
	arena_release(&a);
	return rc;
}

static int get_window(void *arg, const char *repo, int64_t since, int64_t until,
		      struct verify_totals *out, struct err *e)
{
	struct verify_store *s = arg;
	struct repo_at *r = known_repo(s, repo);

	if (!r || opened(r, e) < 0)
		return ERR_GIT;
	if (!s->db || !r->id)
		return walk_window(s, r, since, until, out, e);
	return store_window(s, r, since, until, out, e);
}

static int get_synced(void *arg, int64_t t, struct err *e)
{
	struct verify_store *s = arg;
	sqlite3_stmt *q = s->db ? db_query(s->db, Q_VERIFY_SYNCED, e) : NULL;
	int rc;

	if (!q)
		return ERR_FAILED;
	q_int(q, ":t", t);
	rc = db_step(s->db, q, e);
	sqlite3_reset(q);
	return rc == 1 ? 0 : rc == 0 ? ERR_NOTFOUND : rc;
}

/* Rendered again from the stored document, which only `report` writes. */
static int get_page(void *arg, const char *name, struct str *out,
		    struct err *e)
{
	struct verify_store *s = arg;
	struct arena a = { 0 };
	struct page_row *v;
	enum lang lang = LANG_ZH;
	char *text = NULL;
	json_t *doc = NULL;
	size_t n, i;
	int rc;

	if (!s->db)
		return ERR_FAILED;
	rc = page_get(s->db, name, &text, e);
	if (rc == 0 && !text)
		rc = err_set(e, ERR_NOTFOUND, "no document of '%.200s'", name);
	if (rc == 0)
		rc = document_parse(text, strlen(text), &doc, e);
	if (rc == 0)
		rc = page_list(s->db, &a, &v, &n, e);
	for (i = 0; rc == 0 && i < n; i++)
		if (strcmp(v[i].file, name) == 0 &&
		    strcmp(v[i].lang, "en") == 0)
			lang = LANG_EN;
	if (rc == 0)
		markdown_page(out, doc, lang, NULL, name);
	json_decref(doc);
	free(text);
	arena_release(&a);
	return rc;
}

static int64_t repo_id(struct db *db, const char *name)
{
	struct err e;
	sqlite3_stmt *q = db ? db_query(db, Q_REPO_GET, &e) : NULL;
	int64_t id = 0;

	if (!q)
		return 0;
	q_text(q, ":name", name);
	if (db_step(db, q, &e) == 1)
		id = c_int(q, 0);
	sqlite3_reset(q);
	return id;
}

void verify_store_open(struct verify_store **out, struct verify_source *src,
		       const struct repolist *list, const char *workspace,
		       struct db *db)
{
	struct verify_store *s = xcalloc(1, sizeof(*s));
	size_t i;

	git_libgit2_init();
	s->db = db;
	s->n = list->n;
	s->repos = xcalloc(list->n + 1, sizeof(*s->repos));
	s->names = xcalloc(list->n + 1, sizeof(*s->names));
	for (i = 0; i < list->n; i++) {
		s->repos[i].spec = &list->v[i];
		s->repos[i].workspace = workspace;
		s->repos[i].id = repo_id(db, list->v[i].name);
		s->names[i] = list->v[i].name;
	}
	memset(src, 0, sizeof(*src));
	src->arg = s;
	src->repos = s->names;
	src->repos_n = s->n;
	src->commit = get_commit;
	src->tip = get_tip;
	src->pull = get_pull;
	src->issue = get_issue;
	src->paths = get_paths;
	src->file = get_file;
	src->window = get_window;
	src->page = get_page;
	src->synced = get_synced;
	*out = s;
}

static void repo_release(struct repo_at *r)
{
	struct known *k, *next;
	size_t i;

	for (i = 0; i < ARRAY_N(r->known); i++)
		for (k = r->known[i]; k; k = next) {
			next = k->next;
			change_list_release(&k->list);
			arena_release(&k->arena);
			free(k);
		}
	if (r->reader)
		odb_reader_free(r->reader);
	odb_free(r->odb);
	free(r->pulls);
	free(r->line);
}

void verify_store_close(struct verify_store *s)
{
	size_t i;

	if (!s)
		return;
	obj_put(s->held);
	for (i = 0; i < s->n; i++)
		repo_release(&s->repos[i]);
	for (i = 0; i < TREES; i++)
		tree_paths_release(&s->trees[i]);
	str_release(&s->title);
	str_release(&s->author);
	free(s->repos);
	free(s->names);
	free(s);
	git_libgit2_shutdown();
}
