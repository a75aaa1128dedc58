/* analyze/landing_view.c - see landing_view.h. */
#include "analyze/landing_view.h"

#include "analyze/commit.h"
#include "core/mem.h"

#define COMMIT_MAX ((size_t)64 << 20)
#define WORD_FILE_MAX ((size_t)2 << 20)

void landing_hold_init(struct landing_hold *h, struct odb_reader *r)
{
	memset(h, 0, sizeof(*h));
	h->r = r;
}

static bool hold(struct landing_hold *h, struct obj *o)
{
	if (!o)
		return true;
	if (h->held_bytes + o->len > LANDING_HELD_MAX) {
		h->cut = true;
		return false;
	}
	GROW(h->held, h->held_n, h->held_cap);
	h->held[h->held_n++] = obj_get(o);
	h->held_bytes += o->len;
	return true;
}

void landing_hold_file(void *arg, const struct measured_file *f)
{
	struct landing_hold *h = arg;
	struct held_file *own;
	int side;

	if (!hold(h, f->old) || !hold(h, f->new))
		return;
	GROW(h->files, h->files_n, h->files_cap);
	own = &h->files[h->files_n++];
	memset(own, 0, sizeof(*own));
	own->measured = *f;
	for (side = 0; f->script && side < 2; side++) {
		size_t n = f->script->n[side] * sizeof(struct changed_line);

		own->script.n[side] = f->script->n[side];
		own->script.v[side] = arena_alloc(&h->arena, n + 1);
		if (n)
			memcpy(own->script.v[side], f->script->v[side], n);
	}
}

void landing_hold_release(struct landing_hold *h)
{
	size_t i;

	for (i = 0; i < h->held_n; i++)
		obj_put(h->held[i]);
	free(h->held);
	free(h->files);
	free(h->view.files);
	arena_release(&h->arena);
	memset(h, 0, sizeof(*h));
}

static int read_side(void *arg, int side, const char *path, const char **out,
		     size_t *len)
{
	struct landing_hold *h = arg;
	uint32_t mode;
	git_oid id;
	struct obj *o;

	if (tree_lookup(h->r, &h->tree[side], path, &mode, &id, NULL) ||
	    (mode & 0170000) != 0100000 ||
	    odb_read(h->r, &id, WORD_FILE_MAX, &o, NULL))
		return ERR_NOTFOUND;
	if (is_binary(o->data, o->len) || !hold(h, o)) {
		obj_put(o);
		return ERR_NOTFOUND;
	}
	*out = o->data;
	*len = o->len;
	obj_put(o);
	return 0;
}

static int count_word(void *arg, const char *word, size_t len)
{
	struct landing_hold *h = arg;

	if (!h->words) {
		h->asked = true;
		return -1;
	}
	return tree_text_count(h->words, &h->tree[1], word, len);
}

void landing_hold_view(struct landing_hold *h, const char *repo,
		       const struct commit *c, const git_oid *old_tree,
		       const struct change_list *l)
{
	struct landing_view *v = &h->view;
	size_t i, k = 0;

	h->tree[0] = *old_tree;
	h->tree[1] = c->tree;
	v->repo = repo;
	v->oid = c->oid;
	v->subject = c->subject;
	v->body = c->body;
	v->read = read_side;
	v->count_word = count_word;
	v->unsearched = h->words ? NULL : &h->asked;
	v->arg = h;
	free(v->files);
	v->files = xcalloc(l->n + 1, sizeof(*v->files));
	v->files_n = l->n;
	for (i = 0; i < l->n; i++) {
		struct landing_file *f = &v->files[i];
		struct held_file *held = k < h->files_n ? &h->files[k] : NULL;
		const struct measured_file *m;

		f->change = &l->v[i];
		if (!held || held->measured.change != &l->v[i])
			continue;
		m = &held->measured;
		k++;
		f->old_obj = m->old;
		f->new_obj = m->new;
		f->old = m->old ? m->old->data : NULL;
		f->old_len = m->old ? m->old->len : 0;
		f->new = m->new ? m->new->data : NULL;
		f->new_len = m->new ? m->new->len : 0;
		f->old_from = m->mid.old_from;
		f->old_to = m->mid.old_to;
		f->new_from = m->mid.new_from;
		f->new_to = m->mid.new_to;
		f->script = m->script ? &held->script : NULL;
	}
}

int landing_hold_commit(struct landing_hold *h, struct measurer *m,
			const char *repo, const struct commit *c,
			struct change_list *l, struct err *e)
{
	git_oid old_tree = { { 0 } }, parent;
	uint32_t flags = 0;
	struct obj *o;
	int n, rc;
	int64_t t;

	if (c->parents_n && !(c->flags & COMMIT_SHALLOW)) {
		rc = odb_read(h->r, &c->parents[0], COMMIT_MAX, &o, e);
		if (rc)
			return rc;
		commit_scan(o->data, o->len, &old_tree, &parent, 1, &n, &t);
		obj_put(o);
	}
	m->on_file = landing_hold_file;
	m->arg = h;
	rc = measure(m, &old_tree, &c->tree, l, &flags, e);
	m->on_file = NULL;
	if (rc)
		return rc;
	landing_hold_view(h, repo, c, &old_tree, l);
	return 0;
}
