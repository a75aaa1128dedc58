/* analyze/tree_text.c - see tree_text.h. */
#include "analyze/tree_text.h"

#include "analyze/measure.h"
#include "analyze/signals/signals.h"
#include "analyze/treediff.h"
#include "core/mem.h"
#include "core/str.h"

/* Past this blobs are read again for each word: slow, but bounded. */
#define KEPT_MAX ((size_t)128 << 20)

void tree_text_init(struct tree_text *t, struct odb_reader *r,
		    struct blobwords *words)
{
	memset(t, 0, sizeof(*t));
	t->r = r;
	t->words = words;
}

void tree_text_release(struct tree_text *t)
{
	size_t i;

	for (i = 0; i < t->blobs_n; i++)
		obj_put(t->blobs[i]);
	free(t->blobs);
	free(t->files);
	arena_release(&t->paths);
	oid_map_release(&t->seen);
	memset(t, 0, sizeof(*t));
}

struct wordset tree_text_words(const struct tree_text *t, const git_oid *id)
{
	return t->words ? blobwords_get(t->words, id) : (struct wordset){ 0 };
}

static struct obj *read_blob(struct tree_text *t, const git_oid *id)
{
	struct obj *o;

	if (odb_read(t->r, id, TREE_TEXT_FILE_MAX, &o, NULL))
		return NULL;
	if (t->words && !blobwords_get(t->words, id).known)
		blobwords_add(t->words, id, o->data, o->len);
	return o;
}

struct obj *tree_text_blob(struct tree_text *t, const git_oid *id)
{
	int32_t at = oid_map_get(&t->seen, id);

	if (at >= 0 && t->blobs[at])
		return obj_get(t->blobs[at]);
	return read_blob(t, id);
}

/* The text to search, or NULL; a reference for the caller. */
static struct obj *text_of(struct tree_text *t, const git_oid *id)
{
	int32_t at = oid_map_get(&t->seen, id);
	struct obj *o;

	if (at >= 0)
		return t->blobs[at] ? obj_get(t->blobs[at]) : NULL;
	o = read_blob(t, id);
	if (o && is_binary(o->data, o->len)) {
		obj_put(o);
		o = NULL;
	}
	if (o && t->bytes + o->len > KEPT_MAX)
		return o;
	oid_map_set(&t->seen, id, (int32_t)t->blobs_n);
	GROW(t->blobs, t->blobs_n, t->blobs_cap);
	t->blobs[t->blobs_n++] = o;
	if (!o)
		return NULL;
	t->bytes += o->len;
	return obj_get(o);
}

/* ---- the files of a tree */

static bool is_searched(const char *path, uint32_t mode)
{
	return (mode & 0170000) == 0100000 && path_kind(path) == PATH_PRODUCT;
}

static void add_file(struct tree_text *t, const char *path, const git_oid *id)
{
	struct tree_text_file *f;

	GROW(t->files, t->files_n, t->files_cap);
	f = &t->files[t->files_n++];
	f->path = arena_strdup(&t->paths, path);
	f->id = *id;
	f->words = tree_text_words(t, id);
}

static int list_file(void *arg, const char *path, uint32_t mode,
		     const git_oid *id)
{
	struct tree_text *t = arg;

	if (!is_searched(path, mode))
		return 0;
	if (t->files_n && strcmp(t->files[t->files_n - 1].path, path) >= 0)
		t->ordered = false;
	add_file(t, path, id);
	return 0;
}

/* Put the changes into the list; false: they do not fit, list it anew. */
static bool merge(struct tree_text *t, const struct change_list *l)
{
	struct tree_text_file *old = t->files;
	size_t n = t->files_n, at = 0, i;
	bool fits = true;

	t->files = NULL;
	t->files_n = t->files_cap = 0;
	for (i = 0; i < l->n && fits; i++) {
		const struct change *c = &l->v[i];
		bool had = false;

		for (; at < n; at++) {
			int cmp = strcmp(old[at].path, c->path);

			had = cmp == 0;
			if (cmp >= 0)
				break;
			GROW(t->files, t->files_n, t->files_cap);
			t->files[t->files_n++] = old[at];
		}
		at += had;
		fits = had == is_searched(c->path, c->old_mode);
		if (is_searched(c->path, c->mode))
			add_file(t, c->path, &c->oid);
	}
	for (; at < n; at++) {
		GROW(t->files, t->files_n, t->files_cap);
		t->files[t->files_n++] = old[at];
	}
	free(old);
	return fits;
}

/*
 * The landings of a day follow each other: a tree is the one before but for some
 * files.  A malformed one is listed by itself.
 */
static bool list_changes(struct tree_text *t, const git_oid *tree)
{
	struct arena a = { 0 };
	struct change_list l = { .arena = &a };
	bool ok = t->listed && !t->bad && t->ordered &&
		  !treediff(t->r, &t->tree, tree, &l, NULL) && merge(t, &l);

	change_list_release(&l);
	arena_release(&a);
	return ok;
}

static void list_tree(struct tree_text *t, const git_oid *tree)
{
	if (t->listed && oid_eq(&t->tree, tree))
		return;
	if (!list_changes(t, tree)) {
		t->files_n = 0;
		t->ordered = true;
		t->bad = tree_each(t->r, tree, list_file, t, NULL) != 0;
	}
	t->tree = *tree;
	t->listed = true;
}

/* ---- counting */

static int lines_with(const struct obj *o, const char *word, size_t len)
{
	const char *p = o->data, *end = p + o->len, *hit;
	int n = 0;

	while (p && (hit = find_word(p, (size_t)(end - p), word, len))) {
		n++;
		p = memchr(hit, '\n', (size_t)(end - hit));
	}
	return n;
}

/* Lines of one file; a set learnt from reading it is for the next word. */
static int count_file(struct tree_text *t, struct tree_text_file *f,
		      const struct wordask *ask, const char *word, size_t len)
{
	struct obj *o;
	int n = 0;

	if (t->words && !f->words.known)
		f->words = tree_text_words(t, &f->id);
	if (!wordset_may_hold(&f->words, ask))
		return 0;
	o = text_of(t, &f->id);
	if (o)
		n = lines_with(o, word, len);
	obj_put(o);
	return n;
}

int tree_text_count(struct tree_text *t, const git_oid *tree, const char *word,
		    size_t len)
{
	struct wordask ask;
	size_t i;
	int n = 0;

	list_tree(t, tree);
	if (t->bad)
		return -1;
	wordask_init(&ask, word, len);
	for (i = 0; i < t->files_n; i++)
		n += count_file(t, &t->files[i], &ask, word, len);
	return n;
}
