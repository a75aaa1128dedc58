/* render/pages_front.c - the front page: the newest day's, and all pages. */
#include "core/fs.h"
#include "core/mem.h"
#include "render/markdown.h"
#include "render/owed.h"
#include "render/pages_own.h"
#include "store/pages.h"

#include <stdlib.h>
#include <string.h>

/* A page of a day that has not begun, as a typo made it, is nobody's news. */
static bool has_begun(struct page_writer *w, const struct page_row *p,
		      int64_t synced)
{
	int64_t day;

	return !day_parse(p->day, &day, NULL) && day <=
	       day_of(w->rq->zone, synced > w->now ? synced : w->now);
}

/* The newest page of a day in this language. */
static int newest_page(struct page_writer *w, char **file, json_t **doc,
		       struct err *e)
{
	struct arena a = { 0 };
	struct page_row *v;
	char *text = NULL;
	int64_t synced = 0;
	size_t n, i;
	int rc = page_names(w->rq->db, &a, &v, &n, e);

	*file = NULL;
	*doc = NULL;
	if (!rc)
		rc = owed_newest_sync(w->rq->db, w->rq->list, &synced, e);
	for (i = n; !rc && i-- > 0 && !*file;)
		if (!strstr(v[i].day, "..") && has_begun(w, &v[i], synced) &&
		    !strcmp(v[i].lang, w->own == LANG_EN ? "en" : "zh"))
			*file = xstrdup(v[i].file);
	if (*file && w->last && !strcmp(*file, w->last))
		*doc = json_incref(w->last_doc);
	else if (!rc && *file)
		rc = page_get(w->rq->db, *file, &text, e);
	if (!rc && text)
		rc = document_parse(text, strlen(text), doc, e);
	free(text);
	arena_release(&a);
	return rc;
}

/* From the front page's folder to reports/: "" when it stands there. */
static char *front_prefix(const char *index)
{
	struct str up = STR_INIT;

	if (starts_with(index, "reports/") && !strchr(index + 8, '/'))
		return xstrdup("");
	while ((index = strchr(index, '/'))) {
		str_add(&up, "../");
		index++;
	}
	str_add(&up, "reports/");
	return str_detach(&up);
}

int page_write_front(struct page_writer *w, struct err *e)
{
	const char *index = config_str(w->rq->config, "report.index");
	char *path = fs_join(w->rq->workspace, index), *prefix = NULL;
	char *file = NULL, *dir = xstrdup(path), *slash;
	struct str page = STR_INIT;
	json_t *doc = NULL, *all = NULL;
	int rc = newest_page(w, &file, &doc, e);

	if (rc || !doc)
		goto out;
	if (!page_is_ours(path)) {
		rc = err_set(e, ERR_CONFIG, "'%s' is not a page of ours: it is "
			     "left alone (report.index puts the front page "
			     "elsewhere)", path);
		goto out;
	}
	prefix = front_prefix(index);
	all = pages_previous(w, "9999", 100000, prefix);
	w->lang = w->own;
	if (doc != w->last_doc ||
	    !markdown_front(&page, &w->last_page, doc, w->own, all))
		markdown_page(&page, doc, w->own, all, file);
	slash = strrchr(dir, '/');
	if (slash)
		*slash = 0;
	rc = pages_write_bytes(dir, path, &page, e);
out:
	str_release(&page);
	json_decref(doc);
	json_decref(all);
	free(prefix);
	free(file);
	free(path);
	free(dir);
	return rc;
}
