/*
 * render/verify_inverse.c - a landing against the revert of it, both measured
 * from their objects as the analysis does.
 */
#include "render/verify_source.h"

#include "analyze/landing_view.h"
#include "analyze/signals/threads.h"

/* One of the two, held while they are compared. */
struct side {
	struct landing_hold hold;
	struct change_list list;
	struct commit c;
	struct arena arena;
};

static int side_read(struct side *s, struct repo_at *r, struct measurer *m,
		     const git_oid *id, struct err *e)
{
	struct obj *raw;
	int rc = odb_read(r->reader, id, VERIFY_FILE_MAX, &raw, e);

	if (rc < 0)
		return rc;
	commit_parse(&s->c, id, raw->data, raw->len, &s->arena);
	obj_put(raw);
	s->list.arena = &s->arena;
	return landing_hold_commit(&s->hold, m, r->spec->name, &s->c, &s->list,
				   e);
}

static void side_release(struct side *s)
{
	landing_hold_release(&s->hold);
	change_list_release(&s->list);
	arena_release(&s->arena);
}

int source_get_inverse(void *arg, const struct verify_commit *landing,
		       const struct verify_commit *revert, int64_t *same,
		       int64_t *total, struct err *e)
{
	const struct known *of[2] = { landing->priv, revert->priv };
	struct verify_store *store = arg;
	struct repo_at *r = source_repo(store, revert->repo);
	struct side s[2] = { 0 };
	struct measurer m;
	size_t n, all;
	int i, rc = 0;

	if (!r || source_open(r, e) < 0)
		return ERR_GIT;
	measurer_init(&m, r->reader, store->max_file);
	for (i = 0; i < 2; i++)
		landing_hold_init(&s[i].hold, r->reader);
	for (i = 0; i < 2 && rc >= 0; i++)
		rc = side_read(&s[i], r, &m, &of[i]->oid, e);
	if (rc >= 0) {
		thread_inverse(s[0].hold.view.files, s[0].hold.view.files_n,
			       s[1].hold.view.files, s[1].hold.view.files_n,
			       &n, &all);
		*same = (int64_t)n;
		*total = (int64_t)all;
	}
	for (i = 0; i < 2; i++)
		side_release(&s[i]);
	measurer_release(&m);
	return rc < 0 ? rc : 0;
}
