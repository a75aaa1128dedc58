/*
 * render/verify_range.c - "A .. B, 12 landings, 30 files +4/-5", as a brief
 * begins: sums over the landings behind A up to and with B.
 */
#include "render/verify_check.h"

/* The commit that the range begins behind: the one named before its end. */
static const struct verify_commit *begin_of(const struct verify_ctx *x, int end)
{
	const struct claim *v = x->c->v;
	int j;

	for (j = end - 1; j >= 0 && v[j].block == v[end].block &&
	     v[j].line == v[end].line; j--)
		if (x->of[j] && x->of[j] != x->of[end])
			return x->of[j];
	return NULL;
}

/* A brief has one range, said three times; each costs a walk. */
#define RANGES_MAX 64

static bool sum_up(struct verify_ctx *x, const struct verify_commit *from,
		   const struct verify_commit *to)
{
	struct err e = { 0 };

	if (!from || !to || from->repo != to->repo || !x->src->span)
		return false;
	if (x->range.from == from && x->range.to == to)
		return x->range.known;
	if (++x->ranges > RANGES_MAX)
		return false;
	x->range.from = from;
	x->range.to = to;
	x->range.known = x->src->span(x->src->arg, from, to,
				      &x->range.totals, &e) == 0;
	return x->range.known;
}

static bool is_true(const struct claim *k, const struct verify_totals *t)
{
	if (k->kind == CLAIM_CHANGES)
		return k->a == t->changes;
	if (k->kind == CLAIM_COUNTS)
		return (k->a < 0 || k->a == t->additions) &&
		       (k->b < 0 || k->b == t->deletions);
	return k->a == (k->flags & CLAIM_UNMEASURED ? t->unmeasured
						    : t->files);
}

bool check_range(struct verify_ctx *x, int i)
{
	const struct claim *v = x->c->v, *k = &v[i];
	const struct claim *of = k->kind == CLAIM_COUNTS && k->ref >= 0
		? &v[k->ref] : k;
	const struct verify_commit *from, *to;
	struct verify_totals t;
	bool right;

	if (!(of->flags & CLAIM_RANGE) || of->ref < 0)
		return false;
	to = x->of[of->ref];
	from = begin_of(x, of->ref);
	if (!sum_up(x, from, to)) {
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "what landed in between cannot be counted");
		return true;
	}
	t = x->range.totals;
	right = is_true(k, &t);
	check_say(x, i, right ? VERIFY_OK : VERIFY_WRONG, NULL, right ? NULL :
		  check_fmt(x, "%lld landings, %lld files +%lld/-%lld, %lld not "
			    "measured", (long long)t.changes,
			    (long long)t.files, (long long)t.additions,
			    (long long)t.deletions, (long long)t.unmeasured),
		  check_fmt(x, "landings behind %s up to %s", from->oid,
			    to->oid));
	return true;
}
