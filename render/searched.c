/* render/searched.c - see searched.h. */
#include "render/searched.h"

#include <string.h>

void searched_init(struct searched *x, const char *gitdir, const char *repo,
		   size_t max_file, int max)
{
	memset(x, 0, sizeof(*x));
	x->gitdir = gitdir;
	x->repo = repo;
	x->max_file = max_file;
	x->left = max;
}

void searched_release(struct searched *x)
{
	if (x->opened)
		doc_mirror_close(&x->mirror);
	x->opened = false;
}

static bool read_again(struct searched *x, const struct stored *s,
		       struct signal_list *out)
{
	struct change_list l = { .arena = out->arena };
	struct landing_hold h;
	bool ok;

	landing_hold_init(&h, x->mirror.reader);
	h.words = &x->mirror.words;
	ok = !landing_hold_commit(&h, &x->mirror.measurer, x->repo, &s->c, &l,
				  NULL) && !h.cut;
	if (ok)
		signals_read(&h.view, out);
	landing_hold_release(&h);
	change_list_release(&l);
	return ok;
}

bool searched_read(struct searched *x, const struct stored *s,
		   struct signal_list *out)
{
	bool ok = false;

	if (!(s->c.flags & COMMIT_UNSEARCHED))
		return false;
	if (x->left > 0 && !x->opened) {
		doc_mirror_open(&x->mirror, x->gitdir, x->max_file);
		x->opened = true;
	}
	if (x->left > 0 && x->mirror.odb) {
		x->left--;
		ok = read_again(x, s, out);
	}
	x->read += ok;
	x->skipped += !ok;
	return ok;
}

bool searched_kind(const char *kind)
{
	static const char *const kinds[] = {
		"env-removed", "env-added", "flag-removed", "flag-added",
		"header-symbol-removed", "macro-removed", "enum-value",
		"docs-code-mismatch", "symbol-renamed", NULL
	};
	int i;

	for (i = 0; kinds[i]; i++)
		if (!strcmp(kinds[i], kind))
			return true;
	return false;
}
