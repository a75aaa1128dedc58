/* fetch.c - the order of one fetch; the steps are in the files beside it. */
#include "mirror/fetch.h"

#include "core/gitlib.h"
#include "core/mem.h"
#include "mirror/fetch_pack.h"
#include "mirror/graph.h"
#include "mirror/refs_apply.h"
#include "mirror/sound.h"

#include <string.h>

/* What one fetch holds while it runs. */
struct fetch {
	const struct fetch_request *q;
	struct fetch_result *r;
	struct mirror m;
	struct transport *t;
	struct upload_pack u;
	char *local_path;	/* read by libgit2 itself: no git here */
	struct reflist local, remote;
};

static void report(const struct fetch *f, const char *phase)
{
	if (f->q->progress)
		f->q->progress(f->q->arg, phase, 0, 0,
			       f->t ? f->t->received : 0);
}

static int list_remote(struct fetch *f, struct err *e)
{
	int rc;

	report(f, "connect");
	f->local_path = transport_local_path(f->q->url);
	if (f->local_path && (f->q->dry_run || transport_have_git())) {
		free(f->local_path);
		f->local_path = NULL;
	}
	if (f->local_path)
		return fetch_local_refs(f->local_path, &f->m, &f->remote, e);
	rc = transport_open(&f->t, f->q->url, f->q->cfg, e);
	if (!rc)
		rc = upload_pack_open(&f->u, f->t, e);
	report(f, "list");
	return rc ? rc : upload_pack_refs(&f->u, &f->remote, e);
}

/* --- the plan --- */

static bool is_ancestor(void *arg, const git_oid *from, const git_oid *to)
{
	struct graph *g = arg;
	git_oid a, b;

	return !graph_peel(g, from, &a) && !graph_peel(g, to, &b) &&
		graph_is_ancestor(g, &a, &b);
}

static int load_shallow(struct graph *g, const char *gitdir, struct err *e)
{
	git_oid *ids = NULL;
	size_t n = 0, i;
	int rc = mirror_read_shallow(gitdir, &ids, &n, e);

	for (i = 0; i < n; i++)
		graph_add_shallow(g, &ids[i]);
	free(ids);
	return rc;
}

static void difference(void *arg, const git_oid *from, const git_oid *to,
		       size_t *gone, size_t *fresh)
{
	struct graph *g = arg;
	git_oid a, b;

	if (!graph_peel(g, from, &a) && !graph_peel(g, to, &b))
		graph_difference(g, &a, &b, gone, fresh);
}

/* Everything the refs will lead to is there, down to what they led to. */
static int check_objects(struct fetch *f, struct graph *g, struct err *e)
{
	git_oid *tips = xcalloc(f->remote.n + 1, sizeof(*tips));
	git_oid *known = xcalloc(f->local.n + 1, sizeof(*known));
	size_t i, n = 0, k = 0;
	int rc;

	for (i = 0; i < f->remote.n; i++)
		tips[n++] = f->remote.v[i].id;
	if (f->remote.detached)
		tips[n++] = f->remote.head_id;
	for (i = 0; i < f->local.n; i++)
		known[k++] = f->local.v[i].id;
	report(f, "check");
	rc = graph_check(g, tips, n, known, k, e);
	free(tips);
	free(known);
	return rc;
}

static void take_moves(struct fetch_result *r, struct refplan *p)
{
	r->moves = p->moves;
	r->n = p->n;
	r->cap = p->cap;
	r->head_changed = p->head || p->head_detached;
	p->moves = NULL;
	p->n = p->deleted = 0;
}

static void take_notes(struct notes *to, const struct notes *from)
{
	size_t i;

	for (i = 0; i < from->n; i++)
		notes_add(to, "%s", from->v[i]);
}

static int plan_and_apply(struct fetch *f, struct err *e)
{
	struct graph *g = graph_new(f->m.odb);
	struct refplan_opts o = { .is_ancestor = is_ancestor,
		.difference = difference, .arg = g,
		.accept_deletions = f->q->accept_deletions,
		.keep = f->q->keep, .date = f->q->date };
	struct refplan p = { 0 };
	int rc;

	rc = load_shallow(g, f->m.path, e);
	if (!rc)
		rc = check_objects(f, g, e);
	if (!rc)
		rc = refplan_make(&p, &f->local, &f->remote, &o, e);
	if (!rc) {
		report(f, "apply");
		take_notes(&f->r->warnings, &p.warnings);
		rc = refs_apply(f->m.path, &f->local, &p, e);
		if (!rc)
			take_moves(f->r, &p);
	}
	refplan_release(&p);
	graph_free(g);
	return rc;
}

/* --- the fetch --- */

static void describe(struct fetch *f)
{
	struct fetch_result *r = f->r;

	r->head = f->remote.head ? xstrdup(f->remote.head) : NULL;
	r->detached = f->remote.detached;
	r->empty = !f->remote.n;
	if (f->t && f->t->moved) {
		r->moved = xstrdup(f->t->moved);
		notes_add(&r->warnings, "the repository has moved to '%s': "
			  "change its address", r->moved);
	}
	if (f->remote.n && !f->remote.detached &&
	    (!f->remote.head || !reflist_find(&f->remote, f->remote.head)))
		notes_add(&r->warnings, "the remote's HEAD points to a branch "
			  "that it does not have%s%s",
			  f->remote.head ? ": " : "",
			  f->remote.head ? ref_short(f->remote.head) : "");
}

/* Refuse a mass deletion before a byte of pack is asked for. */
static int refuse_early(const struct fetch *f, struct err *e)
{
	struct refplan_opts o = { .date = f->q->date,
		.accept_deletions = f->q->accept_deletions };
	struct refplan p = { 0 };
	int rc = refplan_make(&p, &f->local, &f->remote, &o, e);

	refplan_release(&p);
	return rc;
}

static int download(struct fetch *f, struct err *e)
{
	git_oid *wants = NULL;
	size_t n = fetch_wants(&f->m, &f->remote, &wants);
	int rc = 0;

	if (n && f->local_path)
		rc = fetch_local_pack(f->local_path, &f->m, f->q, f->r, e);
	else if (n)
		rc = fetch_pack(&f->m, &f->u, &f->local, &f->remote, wants, n,
				f->q, f->r, e);
	free(wants);
	return rc;
}

/* The first time the remote is asked before the mirror is made: a mistyped
 * address leaves no empty repository behind. */
static bool ask_first(const struct fetch *f)
{
	char *head = fs_join(f->q->path, "HEAD");
	char *local = transport_local_path(f->q->url);
	/* libgit2's local transport wants a repository to work for */
	bool first = !fs_exists(head) && (!local || transport_have_git());

	free(head);
	free(local);
	return first;
}

static int run(struct fetch *f, struct err *e)
{
	bool asked = ask_first(f);
	int rc = asked ? list_remote(f, e) : 0;

	if (!rc)
		rc = mirror_open(&f->m, f->q->path, e);
	/* Else it would be asked for again beside what is damaged. */
	if (!rc)
		rc = mirror_packs_sound(f->m.path, e);
	if (!rc)
		rc = reflist_read(&f->local, f->m.path, true, &f->r->warnings,
				  e);
	if (!rc && !asked)
		rc = list_remote(f, e);
	if (rc)
		return rc;
	f->r->created = f->m.created;
	describe(f);
	if (reflist_same_tracked(&f->local, &f->remote))
		return 0;
	rc = refuse_early(f, e);
	if (!rc)
		rc = download(f, e);
	return rc ? rc : plan_and_apply(f, e);
}

/* Without the lock and without writing; kinds of moved branches stay open. */
static int run_dry(struct fetch *f, struct err *e)
{
	struct refplan_opts o = { .accept_deletions = true,
		.date = f->q->date };
	struct refplan p = { 0 };
	bool shallow;
	int rc;

	rc = mirror_refs(f->q->path, &f->local, &f->r->warnings, &shallow, e);
	if (rc == ERR_NOTFOUND) {
		f->r->created = true;
		rc = 0;
	}
	if (!rc)
		rc = list_remote(f, e);
	if (!rc)
		rc = refplan_make(&p, &f->local, &f->remote, &o, e);
	if (!rc) {
		describe(f);
		take_notes(&f->r->warnings, &p.warnings);
		take_moves(f->r, &p);
	}
	refplan_release(&p);
	return rc;
}

int fetch_run(const struct fetch_request *q, struct fetch_result *r,
	      struct err *e)
{
	struct fetch f = { .q = q, .r = r };
	int rc;

	memset(r, 0, sizeof(*r));
	f.m.lock.fd = -1;
	rc = q->dry_run ? run_dry(&f, e) : run(&f, e);
	r->shallow = f.m.shallow;
	if (f.t)
		r->received += f.t->received;
	upload_pack_release(&f.u);
	transport_free(f.t);
	reflist_release(&f.local);
	reflist_release(&f.remote);
	mirror_close(&f.m);
	free(f.local_path);
	return rc;
}

void fetch_result_release(struct fetch_result *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		free(r->moves[i].name);
	free(r->moves);
	free(r->head);
	free(r->moved);
	notes_release(&r->warnings);
	memset(r, 0, sizeof(*r));
}

/* The commits of a repository, opened when a branch has moved. */
struct history {
	const char *gitdir;
	git_repository *repo;
	git_odb *odb;
	struct graph *g;
	int rc;
	struct err *e;
};

static struct graph *opened(struct history *h)
{
	if (h->g || h->rc)
		return h->g;
	h->rc = gitlib_init(h->e);
	if (!h->rc && (git_repository_open_bare(&h->repo, h->gitdir) ||
		       git_repository_odb(&h->odb, h->repo)))
		h->rc = err_git(h->e, h->gitdir);
	if (h->rc)
		return NULL;
	h->g = graph_new(h->odb);
	h->rc = load_shallow(h->g, h->gitdir, h->e);
	return h->g;
}

static bool is_ancestor_in(void *arg, const git_oid *from, const git_oid *to)
{
	struct graph *g = opened(arg);

	return g && is_ancestor(g, from, to);
}

static void difference_in(void *arg, const git_oid *from, const git_oid *to,
			  size_t *gone, size_t *fresh)
{
	struct graph *g = opened(arg);

	if (g)
		difference(g, from, to, gone, fresh);
}

int fetch_compare(struct refplan *out, const char *gitdir,
		  const struct reflist *stored, const struct reflist *now,
		  struct err *e)
{
	struct history h = { .gitdir = gitdir, .e = e };
	struct refplan_opts o = { .is_ancestor = is_ancestor_in,
		.difference = difference_in, .arg = &h,
		.accept_deletions = true, .date = "" };
	int rc;

	memset(out, 0, sizeof(*out));
	rc = refplan_make(out, stored, now, &o, e);
	if (h.rc)
		rc = h.rc;
	graph_free(h.g);
	if (h.odb)		/* libgit2 is not loaded to free nothing */
		git_odb_free(h.odb);
	if (h.repo)
		git_repository_free(h.repo);
	return rc;
}
