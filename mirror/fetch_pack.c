/* fetch_pack.c - the pack from the server into the indexer. */
#include "mirror/fetch_pack.h"

#include "core/mem.h"
#include "mirror/graph.h"

#include <string.h>

struct receiving {
	const struct fetch_request *q;
	struct upload_pack *u;
	git_indexer *indexer;
	git_indexer_progress stats;
	git_oid *shallow;
	size_t shallow_n, shallow_cap;
};

static void report(const struct fetch_request *q, const char *phase,
		   uint64_t done, uint64_t total, uint64_t bytes)
{
	if (q->progress)
		q->progress(q->arg, phase, done, total, bytes);
}

static int on_index(const git_indexer_progress *s, void *arg)
{
	struct receiving *v = arg;
	bool all = s->received_objects == s->total_objects;

	report(v->q, all ? "resolve" : "receive",
	       all ? s->indexed_objects : s->received_objects,
	       s->total_objects, v->u->t->received);
	return 0;
}

static int on_pack(void *arg, const void *p, size_t n, struct err *e)
{
	struct receiving *v = arg;

	if (!git_indexer_append(v->indexer, p, n, &v->stats)) {
		/* one large object is many of these and no new object */
		report(v->q, "receive", v->stats.received_objects,
		       v->stats.total_objects, v->u->t->received);
		return 0;
	}
	err_git(e, "the pack was refused");
	if (e && strstr(e->msg, "No space left"))
		e->code = ERR_IO;
	return e ? e->code : ERR_GIT;
}

static void on_text(void *arg, const char *p UNUSED, size_t n UNUSED)
{
	struct receiving *v = arg;

	/* it is at work: that is progress */
	report(v->q, "wait", 0, 0, v->u->t->received);
}

static void on_shallow(void *arg, const git_oid *id)
{
	struct receiving *v = arg;

	GROW(v->shallow, v->shallow_n, v->shallow_cap);
	v->shallow[v->shallow_n++] = *id;
}

static int by_id(const void *a, const void *b)
{
	return oid_cmp(a, b);
}

size_t fetch_wants(struct mirror *m, const struct reflist *remote,
		   git_oid **out)
{
	size_t i, n = 0, k = 0;
	git_oid *v = xreallocarray(NULL, remote->n + 2, sizeof(*v));

	for (i = 0; i < remote->n; i++)
		v[n++] = remote->v[i].id;
	if (remote->detached)
		v[n++] = remote->head_id;
	qsort(v, n, sizeof(*v), by_id);
	git_odb_refresh(m->odb);
	for (i = 0; i < n; i++)
		if ((!k || !oid_eq(&v[k - 1], &v[i])) &&
		    !git_odb_exists_ext(m->odb, &v[i],
					GIT_ODB_LOOKUP_NO_REFRESH))
			v[k++] = v[i];
	*out = v;
	return k;
}

/* The server's own boundary joins ours, before any ref can lead there. */
static int save_shallow(struct mirror *m, const struct receiving *v,
			struct err *e)
{
	git_oid *all = NULL;
	size_t n, i, k = 0;
	int rc;

	if (!v->shallow_n)
		return 0;
	rc = mirror_read_shallow(m->path, &all, &n, e);
	if (rc)
		return rc;
	all = xreallocarray(all, n + v->shallow_n, sizeof(*all));
	memcpy(all + n, v->shallow, v->shallow_n * sizeof(*all));
	n += v->shallow_n;
	qsort(all, n, sizeof(*all), by_id);
	for (i = 0; i < n; i++)
		if (!k || !oid_eq(&all[k - 1], &all[i]))
			all[k++] = all[i];
	rc = mirror_write_shallow(m->path, all, k, e);
	m->shallow = true;
	free(all);
	return rc;
}

static int finish(struct mirror *m, struct receiving *v, struct err *e)
{
	int rc = save_shallow(m, v, e);

	if (rc)
		return rc;
	if (git_indexer_commit(v->indexer, &v->stats))
		return err_git(e, "the pack is damaged");
	git_odb_refresh(m->odb);
	return 0;
}

int fetch_pack(struct mirror *m, struct upload_pack *u,
	       const struct reflist *local, const struct reflist *remote,
	       const git_oid *wants, size_t n, const struct fetch_request *q,
	       struct fetch_result *r, struct err *e)
{
	struct receiving v = { .q = q, .u = u };
	git_indexer_options o;
	struct graph *g = graph_new(m->odb);
	struct negotiator *neg = negotiator_new(g, local, remote);
	struct upload_pack_fetch f = { .wants = wants, .wants_n = n,
		.have = neg, .on_pack = on_pack, .on_text = on_text,
		.on_shallow = on_shallow, .arg = &v };
	char *dir = fs_join(m->path, "objects/pack");
	int rc;

	git_indexer_options_init(&o, GIT_INDEXER_OPTIONS_VERSION);
	o.progress_cb = on_index;
	o.progress_cb_payload = &v;
	if (git_indexer_new(&v.indexer, dir, 0444, m->odb, &o))
		rc = err_git(e, m->path);
	else
		rc = upload_pack_fetch(u, &f, e);
	if (!rc)
		rc = finish(m, &v, e);
	r->objects += v.stats.total_objects;
	git_indexer_free(v.indexer);
	negotiator_free(neg);
	graph_free(g);
	free(v.shallow);
	free(dir);
	return rc;
}
