/* render/doc_thread.c - reverts and re-lands of a window as threads. */
#include "analyze/signals/threads.h"
#include "core/mem.h"
#include "render/doc_change.h"

/* Targets older than this are not looked for. */
#define BACK_DAYS 240
#define STEPS_MAX 8

static bool speaks_of_another(const struct stored *s, struct arena *a)
{
	struct thread_ref refs[THREAD_REFS_MAX];

	return thread_refs(refs, a, s->c.subject, s->c.body) > 0;
}

static struct thread_landing *as_landings(const struct stored_list *l)
{
	struct thread_landing *v = xcalloc(l->n + 1, sizeof(*v));
	size_t i;

	for (i = 0; i < l->n; i++) {
		v[i].oid = l->v[i].c.oid;
		v[i].subject = l->v[i].c.subject;
		v[i].body = l->v[i].c.body;
		v[i].pr = l->v[i].pr;
		v[i].landed = l->v[i].landed;
	}
	return v;
}

static const char *kind_name(enum thread_kind k)
{
	return k == THREAD_REVERT ? "revert" :
	       k == THREAD_RELAND ? "reland" : "landing";
}

/* How exactly a revert undoes its target, file by file. */
static void read_exactness(struct doc_change *c, const struct stored *target,
			   struct doc_mirror *m)
{
	struct change_list la = { 0 }, lb = { 0 };
	struct landing_hold ha, hb;
	struct arena a = { 0 };
	size_t same, total;

	if (!m->odb)
		return;
	la.arena = lb.arena = &a;
	landing_hold_init(&ha, m->reader);
	landing_hold_init(&hb, m->reader);
	if (!landing_hold_commit(&ha, &m->measurer, c->repo->spec->name,
				 &c->s->c, &la, NULL) &&
	    !landing_hold_commit(&hb, &m->measurer, c->repo->spec->name,
				 &target->c, &lb, NULL)) {
		thread_inverse(hb.view.files, hb.view.files_n, ha.view.files,
			       ha.view.files_n, &same, &total);
		c->same_files = (int)same;
		c->total_files = (int)total;
	}
	landing_hold_release(&ha);
	landing_hold_release(&hb);
	change_list_release(&la);
	change_list_release(&lb);
	arena_release(&a);
}

static void read_steps(struct doc_change *c, const struct stored_list *all,
		       const struct thread_landing *v,
		       const struct thread_link *links, size_t at,
		       struct doc_mirror *m, struct arena *a)
{
	struct thread_step steps[STEPS_MAX];
	size_t n = thread_steps(steps, STEPS_MAX, links, all->n, at), i;

	if (n < 2)
		return;
	c->steps = arena_alloc(a, n * sizeof(*c->steps));
	c->steps_n = n;
	for (i = 0; i < n; i++) {
		const struct thread_landing *t = &v[steps[i].landing];

		c->steps[i].kind = kind_name(steps[i].kind);
		c->steps[i].oid = t->oid;
		c->steps[i].pr = t->pr;
		c->steps[i].subject = arena_strdup(a, t->subject);
		c->steps[i].landed = t->landed;
		c->steps[i].self = (size_t)steps[i].landing == at;
	}
	if (links[at].kind == THREAD_REVERT && links[at].target >= 0)
		read_exactness(c, &all->v[links[at].target], m);
}

int doc_threads_load(struct doc_threads *t, const struct doc_change *v,
		     size_t n, const struct doc_repo *r, struct db *db,
		     int64_t until, struct err *e)
{
	struct arena local = { 0 };
	bool any = false;
	size_t i;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < n && !any; i++)
		any = speaks_of_another(v[i].s, &local);
	arena_release(&local);
	if (!any)
		return 0;
	return read_texts(db, r->row.id, until - BACK_DAYS * (int64_t)86400,
			  until, thread_body_may_speak, &t->arena, &t->all, e);
}

void doc_threads_link(struct doc_threads *t, struct doc_change *v, size_t n,
		      const struct doc_repo *r, struct doc_mirror *m)
{
	struct thread_landing *landings;
	struct thread_link *links;
	size_t i, k;

	if (!t->all.n)
		return;
	landings = as_landings(&t->all);
	links = xcalloc(t->all.n + 1, sizeof(*links));
	threads_link(links, landings, t->all.n, r->spec->name);
	for (i = 0; i < n; i++)
		for (k = 0; k < t->all.n; k++)
			if (t->all.v[k].id == v[i].s->id && links[k].kind)
				read_steps(&v[i], &t->all, landings, links, k,
					   m, &m->arena);
	free(links);
	free(landings);
}

void doc_threads_release(struct doc_threads *t)
{
	stored_list_release(&t->all);
	arena_release(&t->arena);
}
