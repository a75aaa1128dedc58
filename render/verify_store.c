/* render/verify_store.c - see verify_store.h. */
#include "render/verify_source.h"

#include "core/mem.h"
#include "render/markdown.h"
#include "render/pages.h"
#include "store/pages.h"

#include <stdlib.h>
#include <string.h>

static int get_issue(void *arg, const char *repo, int64_t n, bool *is_pull,
		     const char **title, const char **author, struct err *e)
{
	struct verify_store *s = arg;
	struct repo_at *r = source_repo(s, repo);
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
	char *text = NULL, hash[17];
	const char *was;
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
	if (rc == 0) {
		was = json_string_value(json_object_get(doc, "written"));
		page_hash(doc, lang, name, hash);
		if (!was || strcmp(was, hash) != 0)
			rc = err_set(e, ERR_NOTFOUND, "'%.200s' was written by "
				     "another build", name);
		else
			markdown_page(out, doc, lang, NULL, name);
	}
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
		       struct db *db, size_t max_file)
{
	struct verify_store *s = xcalloc(1, sizeof(*s));
	size_t i;

	s->max_file = max_file;
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
	src->commit = source_get_commit;
	src->tip = source_get_tip;
	src->pull = source_get_pull;
	src->issue = get_issue;
	src->paths = source_get_paths;
	src->file = source_get_file;
	src->inverse = source_get_inverse;
	src->window = source_get_window;
	src->span = source_get_span;
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
}
