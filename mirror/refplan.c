/* refplan.c - the one place that decides what happens to a ref. */
#include "mirror/refplan.h"

#include "core/gitlib.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <string.h>

static const char *const kind_names[] = {
	[REFMOVE_NEW] = "new",
	[REFMOVE_FAST_FORWARD] = "fast-forward",
	[REFMOVE_REWRITTEN] = "rewritten",
	[REFMOVE_DELETED] = "deleted",
	[REFMOVE_TAG_MOVED] = "tag-moved",
	[REFMOVE_CHANGED] = "changed",
};

const char *refmove_name(enum refmove_kind kind)
{
	return kind_names[kind];
}

int refmove_parse(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_N(kind_names); i++)
		if (!strcmp(kind_names[i], name))
			return (int)i;
	return -1;
}

void refplan_release(struct refplan *p)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		free(p->moves[i].name);
	free(p->moves);
	free(p->head);
	reflist_release(&p->kept);
	notes_release(&p->warnings);
	memset(p, 0, sizeof(*p));
}

bool refplan_empty(const struct refplan *p)
{
	return !p->n && !p->head && !p->head_detached;
}

static void add_move(struct refplan *p, const char *name,
		     const git_oid *old_id, const git_oid *new_id,
		     enum refmove_kind kind)
{
	static const git_oid zero;

	GROW(p->moves, p->n, p->cap);
	p->moves[p->n].name = xstrdup(name);
	p->moves[p->n].old_id = old_id ? *old_id : zero;
	p->moves[p->n].new_id = new_id ? *new_id : zero;
	p->moves[p->n].gone = p->moves[p->n].fresh = 0;
	p->moves[p->n++].kind = kind;
}

/* Is name taken, or a folder of a taken one, or below one? */
static bool collides(const struct reflist *l, const char *name)
{
	size_t i, n = strlen(name), m;

	for (i = 0; i < l->n; i++) {
		const char *have = l->v[i].name;

		m = strlen(have);
		if (!strncmp(have, name, n < m ? n : m) &&
		    (n == m || (n < m ? have[n] : name[m]) == '/'))
			return true;
	}
	return false;
}

/*
 * refs/airep/kept/<date>/heads/main; a second one of that day, or one that a
 * kept `heads/main/x` is in the way of, goes to <date>-2 and so on.
 */
static void keep(struct refplan *p, const struct reflist *local,
		 const char *date, const char *name, const git_oid *id)
{
	const char *rest = starts_with(name, "refs/") ? name + 5 : name;
	char *to = xasprintf("%s%s/%s", REFS_KEPT, date, rest);
	const struct ref *there = reflist_find(local, to);
	int i;

	for (i = 2; !(there && oid_eq(&there->id, id)) &&
	     (collides(local, to) || collides(&p->kept, to)); i++) {
		free(to);
		to = xasprintf("%s%s-%d/%s", REFS_KEPT, date, i, rest);
		there = reflist_find(local, to);
	}
	reflist_add(&p->kept, to, strlen(to), id);
	free(to);
}

/* What a branch that moved did. */
static enum refmove_kind branch_kind(const struct refplan_opts *o,
				     const git_oid *from, const git_oid *to)
{
	if (!o->is_ancestor)
		return REFMOVE_CHANGED;
	return o->is_ancestor(o->arg, from, to) ? REFMOVE_FAST_FORWARD :
		REFMOVE_REWRITTEN;
}

static void plan_change(struct refplan *p, const struct reflist *local,
			const struct ref *from, const struct ref *to,
			const struct refplan_opts *o)
{
	enum refmove_kind kind = ref_is_tag(from->name) ? REFMOVE_TAG_MOVED :
		branch_kind(o, &from->id, &to->id);
	struct refmove *m;
	char a[OID_HEX + 1], b[OID_HEX + 1];

	add_move(p, from->name, &from->id, &to->id, kind);
	if (kind != REFMOVE_REWRITTEN && kind != REFMOVE_TAG_MOVED)
		return;
	m = &p->moves[p->n - 1];
	oid_hex(&from->id, a);
	oid_hex(&to->id, b);
	if (kind == REFMOVE_REWRITTEN && o->difference)
		o->difference(o->arg, &from->id, &to->id, &m->gone, &m->fresh);
	if (kind == REFMOVE_TAG_MOVED)
		notes_add(&p->warnings, "tag '%s' was moved: %s -> %s",
			  ref_short(from->name), a, b);
	else
		notes_add(&p->warnings, "branch '%s' was rewritten: %zu gone, "
			  "%zu new, %s -> %s", ref_short(from->name), m->gone,
			  m->fresh, a, b);
	if (o->keep)
		keep(p, local, o->date, from->name, &from->id);
}

static void plan_deletions(struct refplan *p, const struct reflist *local,
			   const struct reflist *remote,
			   const struct refplan_opts *o, size_t *tracked)
{
	char hex[OID_HEX + 1];
	size_t i;

	for (i = 0; i < local->n; i++) {
		const struct ref *r = &local->v[i];

		if (!ref_is_tracked(r->name))
			continue;
		++*tracked;
		if (reflist_find(remote, r->name) ||
		    reflist_is_broken(remote, r->name))
			continue;
		add_move(p, r->name, &r->id, NULL, REFMOVE_DELETED);
		p->deleted++;
		notes_add(&p->warnings, "%s '%s' was deleted, it was at %s",
			  ref_is_tag(r->name) ? "tag" : "branch",
			  ref_short(r->name), oid_hex(&r->id, hex));
		if (o->keep)
			keep(p, local, o->date, r->name, &r->id);
	}
}

/*
 * Letters, digits, "_-./", each of the last three between others, and no
 * ".lock": git allows that anywhere.  Saves starting libgit2 for what almost
 * every ref is called.
 */
static bool is_plain_name(const char *name)
{
	const char *p;

	for (p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_' &&
		    (!strchr("-./", *p) || p == name || !p[1] ||
		     strchr("-./", p[-1]) || starts_with(p, ".lock")))
			return false;
	return starts_with(name, "refs/");
}

static bool valid_name(struct refplan *p, const char *name)
{
	int ok = 0;

	if (strlen(name) <= REF_NAME_MAX && is_plain_name(name))
		return true;
	if (strlen(name) <= REF_NAME_MAX && !gitlib_init(NULL) &&
	    !git_reference_name_is_valid(&ok, name) && ok)
		return true;
	notes_add(&p->warnings, "ref '%s' is left out: git forbids the name",
		  name);
	return false;
}

static void plan_updates(struct refplan *p, const struct reflist *local,
			 const struct reflist *remote,
			 const struct refplan_opts *o)
{
	size_t i;

	for (i = 0; i < remote->n; i++) {
		const struct ref *to = &remote->v[i];
		const struct ref *from = reflist_find(local, to->name);

		if (!ref_is_tracked(to->name) ||
		    (from && oid_eq(&from->id, &to->id)))
			continue;
		if (from) {
			plan_change(p, local, from, to, o);
		} else if (valid_name(p, to->name)) {
			add_move(p, to->name, NULL, &to->id, REFMOVE_NEW);
			p->created++;
		}
	}
}

static void plan_head(struct refplan *p, const struct reflist *local,
		      const struct reflist *remote)
{
	if (remote->detached) {
		if (local->detached && oid_eq(&local->head_id,
					      &remote->head_id))
			return;
		p->head_detached = true;
		p->head_id = remote->head_id;
		notes_add(&p->warnings,
			  "the remote's HEAD is a commit, not a branch");
		return;
	}
	if (!remote->head || (local->head && !local->detached &&
			      !strcmp(local->head, remote->head)))
		return;
	p->head = xstrdup(remote->head);
	/* a fresh mirror's HEAD is not worth a word */
	if (local->n && local->head && reflist_find(local, local->head))
		notes_add(&p->warnings, "default branch %s -> %s",
			  ref_short(local->head), ref_short(remote->head));
}

int refplan_make(struct refplan *p, const struct reflist *local,
		 const struct reflist *remote, const struct refplan_opts *o,
		 struct err *e)
{
	size_t tracked = 0, lost;
	int rc;

	memset(p, 0, sizeof(*p));
	plan_deletions(p, local, remote, o, &tracked);
	plan_updates(p, local, remote, o);
	lost = p->deleted > p->created ? p->deleted - p->created : 0;
	if (lost * 2 > tracked && !o->accept_deletions) {
		rc = err_set(e, ERR_FAILED, "the remote lacks %zu of our %zu "
			     "branches and tags: nothing was changed "
			     "(--accept-deletions if that is right)",
			     p->deleted, tracked);
		refplan_release(p);
		return rc;
	}
	plan_head(p, local, remote);
	reflist_sort(&p->kept);
	return 0;
}

static const struct refmove *find_move(const struct refplan *p,
				       const char *name)
{
	size_t i, at[2] = { 0, p->deleted }, end[2] = { p->deleted, p->n };

	for (i = 0; i < 2; i++) {
		size_t lo = at[i], hi = end[i];

		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;
			int c = strcmp(p->moves[mid].name, name);

			if (!c)
				return &p->moves[mid];
			if (c < 0)
				lo = mid + 1;
			else
				hi = mid;
		}
	}
	return NULL;
}

void refplan_result(const struct refplan *p, const struct reflist *local,
		    struct reflist *out)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < local->n; i++)
		if (!find_move(p, local->v[i].name))
			reflist_add(out, local->v[i].name,
				    strlen(local->v[i].name), &local->v[i].id);
	for (i = p->deleted; i < p->n; i++)
		reflist_add(out, p->moves[i].name, strlen(p->moves[i].name),
			    &p->moves[i].new_id);
	for (i = 0; i < p->kept.n; i++)
		reflist_add(out, p->kept.v[i].name,
			    strlen(p->kept.v[i].name), &p->kept.v[i].id);
	reflist_sort(out);
}
