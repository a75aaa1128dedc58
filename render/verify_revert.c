/*
 * render/verify_revert.c - "not line for line the inverse (1/4 files)": what a
 * thread says of a revert, which is the step marked "(this)", and of the
 * landing it undoes, one of the steps before it.
 */
#include "render/verify_check.h"

#define INVERSES_MAX 256	/* pairs of commits compared for one text */

/* The sentence and its numbers say the same? */
static bool agrees(const struct claim *k)
{
	return (k->a != k->b) == !!(k->flags & CLAIM_DENIED);
}

/* Is it true of the landing?  1, 0, or -1: cannot tell. */
static int is_true(struct verify_ctx *x, const struct claim *k,
		   const struct verify_commit *landing,
		   const struct verify_commit *revert, const char **truth)
{
	struct err e = { 0 };
	int64_t same, total;

	if (!x->src->inverse || ++x->inverses > INVERSES_MAX ||
	    x->src->inverse(x->src->arg, landing, revert, &same, &total,
			    &e) < 0)
		return -1;
	if (!*truth)
		*truth = check_fmt(x, "%lld/%lld files", (long long)same,
				   (long long)total);
	return same == k->a && total == k->b && agrees(k);
}

void check_inverse(struct verify_ctx *x, int i)
{
	const struct claim *v = x->c->v, *k = &v[i];
	const struct verify_commit *revert = k->ref < 0 ? NULL : x->of[k->ref];
	const struct verify_commit *last = revert;
	const char *truth = NULL;
	int j, one, tried = 0;

	/* the nearest step first: a thread may have several landings */
	for (j = k->ref - 1; revert && j >= 0 && v[j].block == k->block &&
	     v[j].line == k->line; j--) {
		if (!x->of[j] || x->of[j] == last || x->of[j] == revert ||
		    x->of[j]->repo != revert->repo)
			continue;
		last = x->of[j];
		one = is_true(x, k, last, revert, &truth);
		if (one < 0) {
			tried = 0;
			break;
		}
		tried++;
		if (one) {
			check_say(x, i, VERIFY_OK, NULL, NULL,
				  check_fmt(x, "%s against %s", revert->oid,
					    last->oid));
			return;
		}
	}
	if (tried)
		check_say(x, i, VERIFY_WRONG, NULL, truth,
			  check_fmt(x, "the files of %s", revert->oid));
	else
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL, revert
			  ? "the landing it undoes cannot be read"
			  : "it does not say of which revert");
}
