/*
 * render/pages.c - see pages.h.
 *
 * Order: the file is renamed into place, then its document goes into the store.
 * A run that dies in between leaves a page that the store still owes, or knows
 * with its old errata: the next `report` writes it again.
 */
#include "render/pages_own.h"

#include "analyze/map64.h"
#include "core/fs.h"
#include "core/json.h"
#include "core/log.h"
#include "core/map.h"
#include "core/mem.h"
#include "render/markdown.h"
#include "render/narrator_doc.h"
#include "store/ledger.h"
#include "store/pages.h"

#include <ctype.h>
#include <inttypes.h>
#include <pthread.h>

#define PREVIOUS_MAX 7

char *page_file(const char *label, enum lang lang, enum lang own)
{
	if (lang == own)
		return xasprintf("%s.md", label);
	return xasprintf("%s.%s.md", label, lang == LANG_EN ? "en" : "zh");
}

bool page_is_ours(const char *path)
{
	struct str text = STR_INIT;
	const char *last;
	bool ours = false;
	int i, rc = fs_read(path, (size_t)64 << 20, &text, NULL);

	if (rc == ERR_NOTFOUND)
		return true;
	if (!rc && text.len) {
		str_trim_end(&text);
		last = memrchr(text.s, '\n', text.len);
		last = last ? last + 1 : text.s;
		for (i = 0; i < 2; i++)
			ours |= starts_with(last, replay_marks[i]);
	}
	str_release(&text);
	return ours;
}

int document_parse(const char *text, size_t len, json_t **out, struct err *e)
{
	json_error_t je;

	*out = json_loadb(text, len, JSON_REJECT_DUPLICATES, &je);
	if (!*out)
		return err_set(e, ERR_CORRUPT, "the stored document is not "
			       "JSON: %s (byte %d)", je.text, je.position);
	return 0;
}

static void narrate(struct page_writer *w, const struct doc_request *rq,
		    json_t *doc)
{
	if (w->model)
		narrator_document(doc, w->lang, rq->config, rq->db, w->model);
}

int page_document(struct page_writer *w, const struct doc_request *rq,
		  json_t **out, struct err *e)
{
	int rc = document_tree(rq, out, e);

	if (!rc)
		narrate(w, rq, *out);
	return rc;
}

/* Its mirror could not be read, neither a landing nor the tree. */
static bool lacks_mirror(json_t *r)
{
	const char *state = json_string_value(json_object_get(r, "mirror"));

	return state && strcmp(state, "damaged");
}

static int64_t changes_of(json_t *doc)
{
	json_t *r;
	size_t i;
	int64_t n = json_array_size(json_object_get(doc, "late"));

	json_array_foreach(json_object_get(doc, "repositories"), i, r)
		n += json_array_size(json_object_get(r, "changes"));
	return n;
}

static json_t *repo_of(json_t *doc, json_t *like)
{
	json_t *name = json_object_get(like, "repo"), *r;
	size_t i;

	json_array_foreach(json_object_get(doc, "repositories"), i, r)
		if (json_equal(json_object_get(r, "repo"), name))
			return r;
	return NULL;
}

/* Was `old` made with a mirror that `fresh` had to do without, and tells of as
 * many changes? */
static bool knows_less(json_t *fresh, json_t *old)
{
	json_t *r, *was;
	size_t i;

	if (changes_of(fresh) > changes_of(old))
		return false;
	json_array_foreach(json_object_get(fresh, "repositories"), i, r) {
		was = repo_of(old, r);
		if (lacks_mirror(r) && was && !lacks_mirror(was))
			return true;
	}
	return false;
}

/* The page that is there stays for now. */
static void keep(struct page_writer *w, const char *file)
{
	log_warn("reports/%s stays as it is: it was made while those mirrors "
		 "could be read", file);
	w->kept++;
}

/* How many changes a stored page tells of, or -1. */
static int64_t changes_of_page(struct page_writer *w, struct page_row *p)
{
	char *text = NULL;
	json_t *doc = NULL;
	int64_t n = -1;

	if (page_rest(w->rq->db, p, NULL))
		return -1;
	if (p->until)
		return p->changes;
	if (!page_get(w->rq->db, p->file, &text, NULL) && text &&
	    !document_parse(text, strlen(text), &doc, NULL))
		n = changes_of(doc);
	json_decref(doc);
	free(text);
	return n;
}

json_t *pages_previous(struct page_writer *w, const char *day, int max,
		       const char *prefix)
{
	struct arena a = { 0 };
	struct page_row *v;
	json_t *out = json_array();
	size_t n, i;

	if (page_names(w->rq->db, &a, &v, &n, NULL))
		n = 0;
	for (i = n; i-- > 0 && (int)json_array_size(out) < max;) {
		int64_t changes;
		char *file;

		if (strcmp(v[i].day, day) >= 0 || strstr(v[i].day, "..") ||
		    strcmp(v[i].lang, w->lang == LANG_EN ? "en" : "zh"))
			continue;
		changes = changes_of_page(w, &v[i]);
		if (changes < 0)
			continue;
		file = xasprintf("%s%s", prefix, v[i].file);
		json_array_append_new(out, json_pack("{s:s,s:s,s:I}", "file",
			file, "day", v[i].day, "changes",
			(json_int_t)changes));
		free(file);
	}
	arena_release(&a);
	return out;
}

static char *report_path(struct page_writer *w, const char *file)
{
	return xasprintf("%s/reports/%s", w->rq->workspace, file);
}

void pages_sweep(struct page_writer *w)
{
	char *dir = report_path(w, "");
	char *front = fs_join(w->rq->workspace, config_str(w->rq->config,
							   "report.index"));

	fs_sweep(dir);
	fs_sweep(front);
	free(dir);
	free(front);
}

int pages_write_bytes(const char *dir, const char *path, const struct str *page,
		      struct err *e)
{
	struct str old = STR_INIT;
	bool there = !fs_read(path, STR_MAX, &old, NULL) &&
		     old.len == page->len &&
		     !memcmp(old.s, page->s, old.len);
	int rc = there ? 0 : fs_mkdirs(dir, e);

	if (!rc && !there)
		rc = fs_write(path, page->s, page->len, e);
	str_release(&old);
	return rc;
}

/* A rendered page into its file. */
static int write_file(struct page_writer *w, const struct str *page,
		      const char *file, struct err *e)
{
	char *path = report_path(w, file), *dir = report_path(w, "");
	int rc;

	if (!page_is_ours(path))
		rc = err_set(e, ERR_CONFIG, "'%s' is not a page of ours: it is "
			     "left alone; move it away", path);
	else
		rc = pages_write_bytes(dir, path, page, e);
	free(path);
	free(dir);
	return rc;
}

/* The window a document is about; the zone is the caller's to release. */
static int window_of(json_t *doc, struct doc_request *rq, struct zone *zone)
{
	json_t *win = json_object_get(doc, "window");
	const char *since = json_string_value(json_object_get(win, "since"));
	const char *until = json_string_value(json_object_get(win, "until"));
	const char *name = json_string_value(json_object_get(win, "timezone"));

	if (!since || !until || !name || zone_load(zone, name, NULL))
		return ERR_CORRUPT;
	rq->zone = zone;
	rq->label = json_string_value(json_object_get(doc, "label"));
	if (!rq->label || time_parse(since, zone, &rq->since, NULL) ||
	    time_parse(until, zone, &rq->until, NULL)) {
		zone_release(zone);
		return ERR_CORRUPT;
	}
	return 0;
}

/* Does the document cover its window for every repository, with its mirror? */
static bool is_settled(json_t *doc)
{
	json_t *r;
	size_t i;

	json_array_foreach(json_object_get(doc, "repositories"), i, r)
		if (!json_is_true(json_object_get(r, "covers")) ||
		    lacks_mirror(r))
			return false;
	return true;
}

static char *dumped(json_t *doc)
{
	struct str text = STR_INIT;

	json_add_tree(&text, doc);
	return str_detach(&text);
}

/* text: the document dumped. */
static int store_document(struct page_writer *w, json_t *doc, const char *text,
			  const char *file, struct err *e)
{
	struct page_row row = { .file = file,
		.day = json_string_value(json_object_get(doc, "label")),
		.lang = w->lang == LANG_EN ? "en" : "zh",
		.written = w->now };
	struct doc_request rq = *w->rq;
	struct zone zone;

	if (!window_of(doc, &rq, &zone)) {
		row.since = rq.since;
		row.until = rq.until;
		row.changes = changes_of(doc);
		row.settled = is_settled(doc);
		zone_release(&zone);
	}
	return page_put(w->rq->db, &row, text, e);
}

static void hash_page(const struct str *page, char out[17])
{
	snprintf(out, 17, "%016" PRIx64,
		 hash64(HASH64_START, str_c(page), page->len));
}

void page_hash(json_t *doc, enum lang lang, const char *file, char out[17])
{
	struct str page = STR_INIT;

	markdown_page(&page, doc, lang, NULL, file);
	hash_page(&page, out);
	str_release(&page);
}

/* A document that is dumped while its page is made; both only read it. */
struct dumping {
	pthread_t thread;
	bool started;
	json_t *doc;
	char *text;
};

static void *dump(void *arg)
{
	struct dumping *d = arg;

	d->text = dumped(d->doc);
	return NULL;
}

/* What it is dumped as with "written", a key that it did not have. */
static char *dumped_with(char *text, const char *hash)
{
	size_t len = strlen(text) - 1;	/* its last brace */
	char *out = xasprintf("%.*s,\"written\":\"%s\"}", (int)len, text,
			      hash);

	free(text);
	return out;
}

static int put_page(struct page_writer *w, json_t *doc, const char *file,
		    struct err *e)
{
	struct dumping d = { .doc = doc };
	struct str page = STR_INIT;
	char hash[17];
	int rc;

	if (!json_object_get(doc, "written"))
		d.started = !pthread_create(&d.thread, NULL, dump, &d);
	markdown_page(&page, doc, w->lang, NULL, file);
	rc = write_file(w, &page, file, e);
	if (d.started)
		pthread_join(d.thread, NULL);
	if (!rc) {
		hash_page(&page, hash);
		json_object_set_new(doc, "written", json_string(hash));
		d.text = d.text ? dumped_with(d.text, hash) : dumped(doc);
		rc = store_document(w, doc, d.text, file, e);
	}
	free(d.text);
	if (!rc) {
		page_writer_release(w);
		w->last = xstrdup(file);
		w->last_doc = json_incref(doc);
		w->last_page = page;
		page = (struct str)STR_INIT;
	}
	str_release(&page);
	return rc;
}

void page_writer_release(struct page_writer *w)
{
	free(w->last);
	json_decref(w->last_doc);
	str_release(&w->last_page);
	w->last = NULL;
	w->last_doc = NULL;
}

static bool lacks_any_mirror(json_t *doc)
{
	json_t *r;
	size_t i;

	json_array_foreach(json_object_get(doc, "repositories"), i, r)
		if (lacks_mirror(r))
			return true;
	return false;
}

/* The stored one is read only where it may be. */
static bool stored_is_better(struct page_writer *w, json_t *fresh,
			     const char *file)
{
	json_t *old = NULL;
	char *text = NULL;
	bool better = false;

	if (!lacks_any_mirror(fresh))
		return false;
	if (!page_get(w->rq->db, file, &text, NULL) && text &&
	    !document_parse(text, strlen(text), &old, NULL))
		better = knows_less(fresh, old);
	json_decref(old);
	free(text);
	return better;
}

int page_write(struct page_writer *w, const struct doc_request *rq,
	       char **file, struct err *e)
{
	json_t *doc = NULL;
	int rc;

	*file = page_file(rq->label, w->lang, w->own);
	rc = document_tree(rq, &doc, e);
	if (rc)
		return rc;
	if (stored_is_better(w, doc, *file)) {
		keep(w, *file);
	} else {
		narrate(w, rq, doc);
		json_object_set_new(doc, "previous", pages_previous(w,
				    rq->label, PREVIOUS_MAX, ""));
		rc = put_page(w, doc, *file, e);
	}
	json_decref(doc);
	return rc;
}

/* The errata a page would have today, or NULL. */
static json_t *errata_today(struct page_writer *w, json_t *doc)
{
	struct doc_request rq = *w->rq;
	struct str text = STR_INIT;
	struct zone zone;
	json_t *out = NULL;

	if (window_of(doc, &rq, &zone))
		return NULL;
	if (!document_errata(&rq, &text, NULL))
		out = json_loadb(text.s, text.len, 0, NULL);
	zone_release(&zone);
	str_release(&text);
	return out;
}

/* Lines of a that b lacks, each behind sign. */
static void put_missing(struct str *out, const char *a, const char *b,
			char sign)
{
	struct map lines = { 0 };
	const char *p, *end;

	for (p = b; *p; p = *end ? end + 1 : end) {
		end = strchrnul(p, '\n');
		map_set(&lines, p, (size_t)(end - p), 1);
	}
	for (p = a; *p; p = *end ? end + 1 : end) {
		end = strchrnul(p, '\n');
		if (map_get(&lines, p, (size_t)(end - p)) < 0)
			str_addf(out, "%c %.*s\n", sign, (int)(end - p), p);
	}
	map_release(&lines);
}

int page_recompute(struct page_writer *w, json_t *doc, const char *file,
		   struct str *out, struct err *e)
{
	struct str was = STR_INIT, now = STR_INIT;
	struct doc_request rq = *w->rq;
	struct zone zone;
	json_t *fresh = NULL;
	int rc;

	if (window_of(doc, &rq, &zone))
		return err_set(e, ERR_CORRUPT, "the document of '%s' has no "
			       "window", file);
	rc = document_tree(&rq, &fresh, e);
	if (!rc) {
		json_object_set(fresh, "previous",
				json_object_get(doc, "previous"));
		if (json_object_get(doc, "narration"))
			json_object_set(fresh, "narration",
					json_object_get(doc, "narration"));
		markdown_page(&was, doc, w->lang, NULL, file);
		markdown_page(&now, fresh, w->lang, NULL, file);
		put_missing(out, was.s, now.s, '-');
		put_missing(out, now.s, was.s, '+');
	}
	json_decref(fresh);
	zone_release(&zone);
	str_release(&was);
	str_release(&now);
	return rc;
}

/* A sync went well since: it fetched the mirror again, or found it in place. */
static bool mirror_is_back(json_t *r, const struct zone *zone,
			   int64_t last_sync)
{
	const char *then = json_string_value(json_object_get(r, "last_sync"));
	int64_t t;

	return lacks_mirror(r) && then && !time_parse(then, zone, &t, NULL) &&
	       last_sync > t;
}

/* Did a repository's last sync end before the window did, or was its mirror not
 * there, and neither is so any more? */
static bool covered_since(struct page_writer *w, json_t *doc, int64_t until)
{
	struct arena a = { 0 };
	bool found = false;
	json_t *r;
	size_t i;

	json_array_foreach(json_object_get(doc, "repositories"), i, r) {
		const char *name = json_string_value(json_object_get(r,
								     "repo"));
		struct repo_row row;

		if (!name || repo_get(w->rq->db, name, &a, &row, NULL))
			continue;
		if (json_is_true(json_object_get(r, "covers")))
			found |= mirror_is_back(r, w->rq->zone, row.last_sync);
		else
			found |= row.last_sync >= until;
	}
	arena_release(&a);
	return found;
}

/* Make the document of the same window again; the links to older pages stay. */
static int complete(struct page_writer *w, const char *file, json_t **doc,
		    bool *changed, struct err *e)
{
	struct doc_request rq = *w->rq;
	struct zone zone;
	json_t *fresh = NULL;
	int rc = 0;

	if (window_of(*doc, &rq, &zone))
		return 0;
	*changed = covered_since(w, *doc, rq.until);
	if (*changed)
		rc = document_tree(&rq, &fresh, e);
	if (fresh && knows_less(fresh, *doc)) {
		keep(w, file);
		json_decref(fresh);
		*changed = false;
	} else if (fresh) {
		narrate(w, &rq, fresh);
		json_object_set(fresh, "previous",
				json_object_get(*doc, "previous"));
		json_decref(*doc);
		*doc = fresh;
	}
	zone_release(&zone);
	return rc;
}

/* A page of a year ago that nothing new is about: its document, which may be
 * megabytes, is not read for every `report`. */
static bool is_as_it_was(struct page_writer *w, const struct page_row *p)
{
	char *path;
	bool there;

	if (!p->until || !p->settled || page_news(w->rq->db, p, NULL))
		return false;
	path = report_path(w, p->file);
	there = fs_exists(path);
	free(path);
	return there;
}

static int update_page(struct page_writer *w, const char *file,
		       int *rewritten, struct err *e)
{
	char *text = NULL, *path = report_path(w, file);
	json_t *doc = NULL, *errata = NULL;
	struct str page = STR_INIT;
	bool changed = false;
	int rc = page_get(w->rq->db, file, &text, e);

	if (rc || !text || document_parse(text, strlen(text), &doc, NULL))
		goto out;
	rc = complete(w, file, &doc, &changed, e);
	if (rc)
		goto out;
	errata = errata_today(w, doc);
	if (errata && !json_equal(errata, json_object_get(doc, "errata"))) {
		json_object_set(doc, "errata", errata);
		changed = true;
	}
	if (!changed && fs_exists(path))
		goto out;
	if (changed) {
		rc = put_page(w, doc, file, e);
	} else {
		markdown_page(&page, doc, w->lang, NULL, file);
		rc = write_file(w, &page, file, e);
	}
	(*rewritten)++;
out:
	str_release(&page);
	json_decref(errata);
	json_decref(doc);
	free(text);
	free(path);
	return rc;
}

int pages_update(struct page_writer *w, int *rewritten, struct err *e)
{
	enum lang saved = w->lang;
	struct arena a = { 0 };
	struct page_row *v;
	size_t n, i;
	int rc = page_list(w->rq->db, &a, &v, &n, e);

	*rewritten = 0;
	for (i = 0; i < n && !rc; i++) {
		w->lang = strcmp(v[i].lang, "en") ? LANG_ZH : LANG_EN;
		if (!is_as_it_was(w, &v[i]))
			rc = update_page(w, v[i].file, rewritten, e);
	}
	w->lang = saved;
	arena_release(&a);
	return rc;
}
