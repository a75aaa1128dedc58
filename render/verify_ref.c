/* render/verify_ref.c - ids, numbers, links and repositories. */
#include "render/verify_check.h"

#include "core/day.h"
#include "core/mem.h"
#include "render/texts.h"

#include <ctype.h>
#include <strings.h>

/* The repository a claim names or stands in, as tracked; NULL: none of ours. */
static const char *repo_of(const struct verify_ctx *x, const struct claim *k)
{
	return check_tracked(x, k->repo ? k->repo
					: claims_repo(x->c, k->block));
}

static const struct verify_commit *lookup(struct verify_ctx *x,
					  const char *repo, const char *prefix,
					  int *rc)
{
	const struct verify_commit *c = NULL;
	struct err e = { 0 };

	*rc = x->src->commit(x->src->arg, repo, prefix, &c, &e);
	return *rc == 0 ? c : NULL;
}

/* In any repository but `except`. */
static const struct verify_commit *elsewhere(struct verify_ctx *x,
					     const char *except,
					     const char *prefix)
{
	const struct verify_commit *c;
	size_t i;
	int rc;

	for (i = 0; i < x->src->repos_n && !check_tired(x); i++)
		if (x->src->repos[i] != except) {
			c = lookup(x, x->src->repos[i], prefix, &rc);
			if (c)
				return c;
		}
	x->misses++;
	return NULL;
}

/* The commit that shares the longest beginning with a damaged id. */
static const struct verify_commit *nearest(struct verify_ctx *x,
					   const char *repo, const char *id)
{
	static const size_t lens[] = { 24, 16, 12, 10, 8, 7, 6 };
	const struct verify_commit *c;
	char prefix[41];
	size_t i, n = strlen(id);
	int rc;

	for (i = 0; i < sizeof(lens) / sizeof(lens[0]) && !check_tired(x);
	     i++) {
		if (n <= lens[i])
			continue;
		snprintf(prefix, sizeof(prefix), "%.*s", (int)lens[i], id);
		c = repo ? lookup(x, repo, prefix, &rc)
			 : elsewhere(x, NULL, prefix);
		if (c)
			return c;
	}
	return NULL;
}

static const char *mirror_of(struct verify_ctx *x,
			     const struct verify_commit *c)
{
	return check_fmt(x, "commit %s in the mirror of %s", c->oid, c->repo);
}

static void not_found(struct verify_ctx *x, int i, const char *repo)
{
	const struct claim *k = &x->c->v[i];
	const struct verify_commit *c = elsewhere(x, repo, k->text);

	if (c && (k->repo || x->strict)) {
		x->of[i] = c;
		check_say(x, i, k->repo ? VERIFY_WRONG : VERIFY_OK, NULL,
			  check_fmt(x, "is a commit of %s, not of %s", c->repo,
				    repo), mirror_of(x, c));
	} else if (c) {
		x->of[i] = c;
		check_say(x, i, VERIFY_OK, NULL,
			  check_fmt(x, "is a commit of %s", c->repo),
			  mirror_of(x, c));
	} else {
		c = nearest(x, repo, k->text);
		check_say(x, i, VERIFY_MISSING, NULL,
			  c ? check_fmt(x, "no commit of %s; nearest is %s",
					repo, c->oid)
			    : check_fmt(x, "no commit of %s", repo),
			  check_fmt(x, "mirror of %s", repo));
	}
}

/* Our own pages link to tracked repositories only. */
static void untracked(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	bool ours = x->strict && k->flags & CLAIM_TARGET &&
		    !(k->flags & CLAIM_QUOTED);

	check_say(x, i, ours ? VERIFY_MISSING : VERIFY_UNCHECKED, NULL,
		  ours ? check_fmt(x, "%s is not tracked", k->repo) : NULL,
		  check_fmt(x, "%s is not in repos.list",
			    k->repo ? k->repo : "its repository"));
}

/* Several commits begin so; the one that the link around it goes to is meant. */
static const struct verify_commit *by_link(struct verify_ctx *x,
					   const char *repo,
					   const struct claim *k)
{
	const struct claim *to = k->ref >= 0 ? &x->c->v[k->ref] : NULL;
	int rc;

	if (!to || to->kind != CLAIM_OID ||
	    strncasecmp(to->text, k->text, strlen(k->text)) != 0)
		return NULL;
	return lookup(x, repo, to->text, &rc);
}

void check_oid(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const char *repo = repo_of(x, k);
	const struct verify_commit *c;
	int rc = 0;

	if (k->repo && !repo) {
		untracked(x, i);
		return;
	}
	if (!repo) {
		c = elsewhere(x, NULL, k->text);
		x->of[i] = c;
		if (c)
			check_say(x, i, VERIFY_OK, NULL, NULL, mirror_of(x, c));
		else
			x->late[i] = true;
		return;
	}
	c = lookup(x, repo, k->text, &rc);
	if (rc == ERR_LIMIT)
		c = by_link(x, repo, k);
	x->of[i] = c;
	if (c)
		check_say(x, i, VERIFY_OK, NULL, NULL, mirror_of(x, c));
	else if (rc == ERR_NOTFOUND)
		x->late[i] = true;
	else
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  rc == ERR_LIMIT ? "several commits begin so"
					  : "the mirror cannot be read");
}

/*
 * No commit: a hash that the diff or message quotes (a submodule's, a digest),
 * a number in backticks, or an id that does not exist.
 */
void check_oid_late(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const char *repo = repo_of(x, k), *found = NULL;
	size_t n = strlen(k->text);

	if (!x->late[i])
		return;
	if (!(k->flags & (CLAIM_LINKED | CLAIM_TARGET)))
		found = check_occurs(x, i, k->text);
	if (found)
		check_say(x, i, VERIFY_OK, NULL, NULL, found);
	else if (strspn(k->text, "0123456789") == n && n < 12)
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "may be a number");
	else if (repo)
		not_found(x, i, repo);
	else
		check_say(x, i, n == 40 || x->strict ? VERIFY_MISSING
						     : VERIFY_UNCHECKED, NULL,
			  "no commit of a tracked repository", "all mirrors");
}

void check_bad_oid(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const char *repo = repo_of(x, k);
	const struct verify_commit *c = nearest(x, repo, k->text);
	size_t n = strlen(k->text), j;

	for (j = 0; j < n && isxdigit((unsigned char)k->text[j]); j++)
		;
	x->of[i] = c;		/* what was meant: for the claims around it */
	check_say(x, i, VERIFY_WRONG, NULL,
		  j < n ? check_fmt(x, "'%c' is no digit of an id%s%s",
				    k->text[j], c ? "; nearest is " : "",
				    c ? c->oid : "")
			: check_fmt(x, "%zu digits instead of 40%s%s", n,
				    c ? "; nearest is " : "", c ? c->oid : ""),
		  c ? mirror_of(x, c) : "the form of an id");
}

/* "#N" as a word in a message? */
static bool says_number(const struct verify_commit *c, int64_t n)
{
	char word[32];
	const char *p = c->message;
	size_t len;

	snprintf(word, sizeof(word), "#%lld", (long long)n);
	len = strlen(word);
	while (p && (p = strstr(p, word)) != NULL) {
		if (!isdigit((unsigned char)p[len]))
			return true;
		p += len;
	}
	return false;
}

/*
 * How many different commits and PR numbers does the block of claim `at` name?
 * Its claims stand together; looking 64 to both sides is enough.
 */
static void block_names(struct verify_ctx *x, int at, int *commits,
			int *numbers)
{
	const struct verify_commit *first = NULL;
	int64_t number = 0;
	size_t i = at > 64 ? (size_t)at - 64 : 0;
	int block = x->c->v[at].block;

	*commits = *numbers = 0;
	for (; i < x->c->n && i < (size_t)at + 64; i++) {
		const struct claim *k = &x->c->v[i];

		if (k->block != block)
			continue;
		if (x->of[i] && x->of[i] != first) {
			first = x->of[i];
			++*commits;
		}
		if (k->kind == CLAIM_PR && k->a != number) {
			number = k->a;
			++*numbers;
		}
	}
}

/* Is the commit what the block begins with? */
static bool leads(struct verify_ctx *x, int block)
{
	int o = x->c->blocks[block].owner;

	return o == 0 || (o > 0 && x->c->v[o - 1].block != block);
}

/* A number beside the one commit a block begins with is that commit's. */
static bool is_said_of(struct verify_ctx *x, int i,
		       const struct verify_commit *c)
{
	const struct claim *k = &x->c->v[i];
	int commits, numbers;

	if (!c || c->pr <= 0 || k->kind == CLAIM_ISSUE ||
	    x->c->blocks[k->block].kind == BLOCK_PARAGRAPH ||
	    (k->kind == CLAIM_NUMBER && !(k->flags & CLAIM_LINKED)) ||
	    x->c->blocks[k->block].owner < 0 || !leads(x, k->block))
		return false;
	block_names(x, i, &commits, &numbers);
	return commits == 1 && numbers == 1;
}

static void number_alone(struct verify_ctx *x, int i, const char *repo)
{
	const struct claim *k = &x->c->v[i];
	const struct verify_commit *c = NULL;
	const char *title = NULL, *author = NULL;
	struct err e = { 0 };
	bool pull = false;
	int rc = ERR_FAILED;

	if (x->src->pull && x->src->pull(x->src->arg, repo, k->a, &c, &e) == 0) {
		check_say(x, i, VERIFY_OK, NULL,
			  k->kind == CLAIM_ISSUE
			  ? check_fmt(x, "a pull request, landed as %s", c->oid)
			  : NULL, mirror_of(x, c));
		return;
	}
	if (x->src->issue)
		rc = x->src->issue(x->src->arg, repo, k->a, &pull, &title,
				   &author, &e);
	if (rc == 0 && k->kind == CLAIM_PR && !pull)
		check_say(x, i, VERIFY_WRONG, NULL,
			  check_fmt(x, "an issue: %.200s", title),
			  "metadata of the forge");
	else if (rc == 0)
		check_say(x, i, VERIFY_OK, NULL, NULL, "metadata of the forge");
	else
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "no landing carries it and no metadata tells");
}

void check_number(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const char *repo = repo_of(x, k);
	const struct verify_commit *of[16], *owner;
	size_t n, j;

	if (k->a <= 0) {
		check_say(x, i, VERIFY_WRONG, NULL, "not a number",
			  "the form of a link");
		return;
	}
	if (!repo && k->repo) {
		untracked(x, i);
		return;
	}
	if (!repo) {
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "no repository is named");
		return;
	}
	n = check_commits(x, i, of, 16);
	for (j = 0; j < n; j++)
		if ((of[j]->pr == k->a && of[j]->repo == repo) ||
		    (k->kind == CLAIM_NUMBER && says_number(of[j], k->a))) {
			check_say(x, i, VERIFY_OK, NULL, NULL,
				  mirror_of(x, of[j]));
			return;
		}
	owner = check_owner(x, k->block);
	if (x->strict && owner && !(k->flags & (CLAIM_LINKED | CLAIM_TARGET))) {
		/* our pages link what they say; the rest is quoted */
		const char *found = check_occurs(x, i, k->text);

		check_say(x, i, found ? VERIFY_OK : VERIFY_MISSING, NULL,
			  found ? NULL : "not in the message or changed files",
			  found ? found : owner->oid);
		return;
	}
	if (is_said_of(x, i, owner))
		check_say(x, i, VERIFY_WRONG, NULL,
			  check_fmt(x, "commit %.10s carries #%lld of %s",
				    owner->oid, (long long)owner->pr,
				    owner->repo), mirror_of(x, owner));
	else
		number_alone(x, i, repo);
}

void check_label(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i], *t;
	const struct verify_commit *c;

	if (k->ref < 0) {
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL, NULL);
		return;
	}
	t = &x->c->v[k->ref];
	c = x->of[k->ref];
	if (t->kind == CLAIM_OID && c && c->pr > 0)
		check_say(x, i, VERIFY_WRONG, "label",
			  check_fmt(x, "the link goes to commit %.10s; its pull "
				    "request is #%lld", c->oid,
				    (long long)c->pr), mirror_of(x, c));
	else
		check_say(x, i, VERIFY_WRONG, "label",
			  check_fmt(x, "the link goes to %s %s",
				    claim_kind_name(t->kind), t->text),
			  "the link itself");
}

void check_compare(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const char *repo = repo_of(x, k), *dots = strstr(k->text, "..");
	char side[2][64];
	int s, rc;

	if (!repo) {
		untracked(x, i);
		return;
	}
	if (!dots || (size_t)(dots - k->text) >= sizeof(side[0])) {
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "names refs, not commits");
		return;
	}
	snprintf(side[0], sizeof(side[0]), "%.*s", (int)(dots - k->text),
		 k->text);
	snprintf(side[1], sizeof(side[1]), "%s",
		 dots + 2 + (dots[2] == '.'));
	for (s = 0; s < 2; s++) {
		if (strlen(side[s]) < 7 ||
		    strspn(side[s], "0123456789abcdefABCDEF") !=
		    strlen(side[s])) {
			check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
				  "names refs, not commits");
			return;
		}
		if (!lookup(x, repo, side[s], &rc)) {
			check_say(x, i, rc == ERR_NOTFOUND ? VERIFY_MISSING
							   : VERIFY_UNCHECKED,
				  NULL, check_fmt(x, "%s is no commit of %s",
						  side[s], repo),
				  check_fmt(x, "mirror of %s", repo));
			return;
		}
	}
	check_say(x, i, VERIFY_OK, NULL, NULL, check_fmt(x, "mirror of %s",
							 repo));
}

void check_repo(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];

	if (check_tracked(x, k->text))
		check_say(x, i, VERIFY_OK, NULL, NULL, "repos.list");
	else
		check_say(x, i, x->strict ? VERIFY_MISSING : VERIFY_UNCHECKED,
			  NULL, x->strict ? "not in repos.list" : NULL,
			  "repos.list");
}

/* "new tag: `v1` points at ...": a ref of the day, whenever that landed. */
static bool is_event(const struct claim_block *b)
{
	static const enum text events[] = {
		TEXT_TAG_NEW, TEXT_TAG_MOVED, TEXT_TAG_GONE, TEXT_REWRITTEN,
		TEXT_SIDELINED_EVENT,
	};
	const char *t = b->text + strspn(b->text, " -*+");
	size_t i, n;

	for (i = 0; i < 2 * ARRAY_N(events); i++) {
		const char *label = text(i % 2 ? LANG_EN : LANG_ZH,
					 events[i / 2]);

		n = strlen(label);
		if (strncmp(t, label, n) == 0 && t[n] == ':')
			return true;
	}
	return false;
}

/* Does an item, row or heading list this commit as news of the day? */
static bool lists(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const struct claim_block *b = &x->c->blocks[k->block];
	int up;

	if (b->owner != i || !b->repo ||
	    (b->flags & (BLOCK_LATE | BLOCK_QUOTED)) ||
	    (b->flags & BLOCK_WEAK && (x->strict || b->kind != BLOCK_ROW)) ||
	    b->kind == BLOCK_PARAGRAPH || b->kind == BLOCK_FENCE ||
	    is_event(b))
		return false;
	for (up = b->parent; up > 0; up = x->c->blocks[up].parent) {
		int o = x->c->blocks[up].owner;

		if (x->c->blocks[up].kind == BLOCK_FENCE ||
		    (x->c->blocks[up].kind == BLOCK_ITEM && o != i) ||
		    (x->c->blocks[up].kind == BLOCK_HEADING && o >= 0))
			return false;
	}
	return true;
}

/* Landed in the stated window, or late and first seen in it. */
static bool in_window(const struct verify_ctx *x, const struct verify_commit *c)
{
	return (c->landed >= x->r->since && c->landed < x->r->until) ||
	       (c->observed >= x->r->since && c->observed < x->r->until);
}

/* "main moved OLD -> NEW": the item is about the later one. */
static bool is_old_end(const struct verify_ctx *x, size_t i)
{
	size_t j;

	for (j = i + 1; j < x->c->n &&
	     x->c->v[j].block == x->c->v[i].block; j++)
		if (x->of[j] && x->of[j] != x->of[i] &&
		    x->c->v[j].kind == CLAIM_OID && in_window(x, x->of[j]))
			return true;
	return false;
}

/* Commits listed for the stated window that landed outside of it. */
void check_days(struct verify_ctx *x)
{
	char a[40];
	size_t i;

	if (x->r->since == x->r->until)
		return;
	for (i = 0; i < x->c->n; i++) {
		const struct verify_commit *c = x->of[i];

		if (!c || x->c->v[i].kind != CLAIM_OID || !lists(x, (int)i) ||
		    in_window(x, c) || is_old_end(x, i))
			continue;
		check_say(x, (int)i, VERIFY_WRONG, "day",
			  check_fmt(x, "landed %s, outside the stated window",
				    time_format_utc(c->landed, a)),
			  mirror_of(x, c));
	}
}
