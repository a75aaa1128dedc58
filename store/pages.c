/* store/pages.c - see pages.h. */
#include "store/pages.h"

#include "core/mem.h"

/* All but when it was written. */
static void bind_page(sqlite3_stmt *s, const struct page_row *p,
		      const char *document)
{
	q_text(s, ":file", p->file);
	q_text(s, ":day", p->day);
	q_text(s, ":lang", p->lang);
	q_text(s, ":document", document);
	q_int(s, ":since", p->since);
	q_int(s, ":until", p->until);
	q_int(s, ":changes", p->changes);
	q_int(s, ":settled", p->settled);
}

/* 1: its row is there, and the time in it is as good as this one, for there was
 * no news in between; 0: it is to be written. */
static int is_there(struct db *db, const struct page_row *p,
		    const char *document, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_PAGE_SAME, e);
	struct page_row old = *p;
	int rc;

	if (!s)
		return ERR_DB;
	bind_page(s, p, document);
	rc = db_step(db, s, e);
	if (rc > 0)
		old.written = c_int(s, 0);
	sqlite3_reset(s);
	if (rc <= 0 || !p->until || old.written > p->written)
		return rc < 0 ? rc : 0;
	rc = page_news(db, &old, e);
	return rc < 0 ? rc : !rc;
}

int page_put(struct db *db, const struct page_row *p, const char *document,
	     struct err *e)
{
	int rc = is_there(db, p, document, e);
	sqlite3_stmt *s;

	if (rc)
		return rc < 0 ? rc : 0;
	s = db_query(db, Q_PAGE_PUT, e);
	if (!s)
		return ERR_DB;
	bind_page(s, p, document);
	q_int(s, ":written", p->written);
	return db_run(db, s, e);
}

int page_get(struct db *db, const char *file, char **out, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_PAGE_GET, e);
	int rc;

	*out = NULL;
	if (!s)
		return ERR_DB;
	q_text(s, ":file", file);
	rc = db_step(db, s, e);
	if (rc > 0)
		*out = xstrdup(c_text(s, 0));
	sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}

int page_news(struct db *db, const struct page_row *p, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_PAGE_NEWS, e);
	int rc;

	if (!s)
		return ERR_DB;
	q_int(s, ":since", p->since);
	q_int(s, ":until", p->until);
	q_int(s, ":written", p->written);
	rc = db_step(db, s, e);
	if (rc > 0)
		rc = c_int(s, 0) != 0;
	sqlite3_reset(s);
	return rc;
}

static void read_rest(sqlite3_stmt *s, int col, struct page_row *p)
{
	p->since = c_int(s, col);
	p->until = c_int(s, col + 1);
	p->changes = c_int(s, col + 2);
	p->settled = c_int(s, col + 3) != 0;
}

int page_rest(struct db *db, struct page_row *p, struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_PAGE_REST, e);
	int rc;

	if (!s)
		return ERR_DB;
	q_text(s, ":file", p->file);
	rc = db_step(db, s, e);
	if (rc > 0)
		read_rest(s, 0, p);
	sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}

static void read_row(sqlite3_stmt *s, struct arena *a, struct page_row *p,
		     bool whole)
{
	memset(p, 0, sizeof(*p));
	p->file = arena_strdup(a, c_text(s, 0));
	p->day = arena_strdup(a, c_text(s, 1));
	p->lang = arena_strdup(a, c_text(s, 2));
	p->written = c_int(s, 3);
	p->id = c_int(s, 4);
	if (whole)
		read_rest(s, 5, p);
}

static int read_rows(struct db *db, enum query q, struct arena *a,
		     struct page_row **out, size_t *n, struct err *e)
{
	sqlite3_stmt *s = db_query(db, q, e);
	struct page_row *v = NULL;
	size_t cap = 0;
	int rc;

	*n = 0;
	if (!s)
		return ERR_DB;
	while ((rc = db_step(db, s, e)) > 0) {
		GROW(v, *n, cap);
		read_row(s, a, &v[(*n)++], q == Q_PAGE_LIST);
	}
	*out = arena_alloc(a, *n * sizeof(*v) + 1);
	if (*n)
		memcpy(*out, v, *n * sizeof(*v));
	free(v);
	return rc;
}

int page_list(struct db *db, struct arena *a, struct page_row **out,
	      size_t *n, struct err *e)
{
	return read_rows(db, Q_PAGE_LIST, a, out, n, e);
}

int page_names(struct db *db, struct arena *a, struct page_row **out,
	       size_t *n, struct err *e)
{
	return read_rows(db, Q_PAGE_NAMES, a, out, n, e);
}
