/*
 * render/verify_count.c - files and lines.  A count may be of one file, of the
 * whole commit, of a group of its files (a folder, the tests, the new ones), of
 * a repository's day or of the page: it is right when it is right as what it
 * says it is of; when it does not say, when it is right as any of them.
 */
#include "render/verify_check.h"

#include "analyze/signals/pathkind.h"
#include "core/mem.h"

#include <ctype.h>
#include <strings.h>

struct sum { int64_t files, a, d; bool known; };

static void sum_add(struct sum *s, const struct verify_change *c)
{
	s->files++;
	if (c->additions < 0 || c->deletions < 0)
		s->known = false;
	else {
		s->a += c->additions;
		s->d += c->deletions;
	}
}

/* Does the claim say these numbers? */
static bool says(const struct claim *k, int64_t a, int64_t d)
{
	if (k->flags & CLAIM_SUM)
		return k->a == a + d || k->a == a;
	if (k->flags & CLAIM_EITHER)
		return (a == k->a && d == k->a) || a + d == k->a;
	return (k->a < 0 || k->a == a) && (k->b < 0 || k->b == d);
}

static const char *numbers(struct verify_ctx *x, int64_t a, int64_t d)
{
	return check_fmt(x, "+%lld/-%lld", (long long)a, (long long)d);
}

static struct sum commit_sum(const struct verify_commit *c)
{
	struct sum s = { c->files, c->additions, c->deletions,
			 c->additions >= 0 && c->deletions >= 0 };

	return s;
}

static bool is_test(const char *path)
{
	return strcasestr(path, "test") != NULL ||
	       strcasestr(path, "conftest") != NULL;
}

static const char *ending(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && !strchr(dot, '/') ? dot : "";
}

enum group { BY_FOLDER, BY_TEST, BY_KIND, BY_PRODUCT, BY_STATUS, BY_ENDING };

/* The group that `key` names; len: of a folder. */
static struct sum group_sum(const struct verify_commit *c, enum group g,
			    const char *key, size_t len)
{
	struct sum s = { 0, 0, 0, true };
	size_t i;

	for (i = 0; i < c->changes_n; i++) {
		const struct verify_change *ch = &c->changes[i];

		if ((g == BY_FOLDER && strncmp(ch->path, key, len) == 0) ||
		    (g == BY_TEST && is_test(ch->path)) ||
		    (g == BY_KIND && path_kind(ch->path) == PATH_TEST) ||
		    (g == BY_PRODUCT && !is_test(ch->path)) ||
		    (g == BY_STATUS && ch->status == *key) ||
		    (g == BY_ENDING && strcmp(ending(ch->path), key) == 0))
			sum_add(&s, ch);
	}
	return s;
}

/* files < 0: only lines are said.  lines NULL: only files are. */
static bool fits(const struct sum *s, int64_t files, const struct claim *lines)
{
	if (files >= 0 && s->files != files)
		return false;
	return !lines || (s->known && says(lines, s->a, s->d));
}

/* Any group of the commit's files; one file counts as a group of one. */
static bool any_group(const struct verify_commit *c, int64_t files,
		      const struct claim *lines)
{
	struct sum s = group_sum(c, BY_TEST, NULL, 0);
	size_t i, k, n = c->changes_n < 2000 ? c->changes_n : 2000;

	if (fits(&s, files, lines))
		return true;
	s = group_sum(c, BY_KIND, NULL, 0);
	if (fits(&s, files, lines))
		return true;
	s = group_sum(c, BY_PRODUCT, NULL, 0);
	if (fits(&s, files, lines))
		return true;
	for (k = 0; k < 5; k++) {
		s = group_sum(c, BY_STATUS, &"AMDRT"[k], 1);
		if (fits(&s, files, lines))
			return true;
	}
	for (i = 0; i < n; i++) {
		const char *p = c->changes[i].path, *slash = p;
		struct sum one = { 0, 0, 0, true };

		sum_add(&one, &c->changes[i]);
		if (fits(&one, files, lines))
			return true;
		if (i > 300)
			continue;
		s = group_sum(c, BY_ENDING, ending(p), 0);
		if (fits(&s, files, lines))
			return true;
		while ((slash = strchr(slash, '/')) != NULL) {
			slash++;
			s = group_sum(c, BY_FOLDER, p, (size_t)(slash - p));
			if (fits(&s, files, lines))
				return true;
		}
	}
	return false;
}

/* Sums of the page's own parts: its repositories, its folded groups. */
static bool window_of(struct verify_ctx *x, const char *repo,
		      struct verify_totals *t)
{
	struct verify_totals one;
	struct err e = { 0 };
	size_t i;

	memset(t, 0, sizeof(*t));
	if (!x->src->window || x->r->since == x->r->until)
		return false;
	for (i = 0; i < x->src->repos_n; i++) {
		if (repo && x->src->repos[i] != repo)
			continue;
		if (x->src->window(x->src->arg, x->src->repos[i], x->r->since,
				   x->r->until, &one, &e) < 0)
			return false;
		t->changes += one.changes;
		t->files += one.files;
		t->additions += one.additions;
		t->deletions += one.deletions;
	}
	return true;
}

/* The owners of the items below a <details> (or heading) block; not known when
 * one is no commit that we know. */
static struct sum listed_sum(struct verify_ctx *x, int block, int64_t *items)
{
	struct sum s = { 0, 0, 0, true };
	size_t b;

	*items = 0;
	for (b = (size_t)block + 1; b < x->c->blocks_n; b++) {
		const struct claim_block *k = &x->c->blocks[b];
		const struct verify_commit *c;

		if (k->kind == BLOCK_HEADING || k->kind == BLOCK_DETAILS)
			break;
		if (k->parent != block || k->kind != BLOCK_ITEM ||
		    k->owner < 0)
			continue;
		++*items;
		c = x->of[k->owner];
		if (!c || c->additions < 0) {
			s.known = false;
			continue;
		}
		s.files += c->files;
		s.a += c->additions;
		s.d += c->deletions;
	}
	return s;
}

/* A count beside no commit: of the section, the group or the page. */
static bool of_parts(struct verify_ctx *x, int i, int64_t files,
		     const struct claim *lines, const char **truth)
{
	const struct claim *k = &x->c->v[i];
	const struct claim_block *b = &x->c->blocks[k->block];
	const char *repo = check_tracked(x, b->repo);
	struct verify_totals t;
	struct sum s;
	int64_t items;
	int pass;

	*truth = NULL;
	if (b->kind == BLOCK_DETAILS) {
		s = listed_sum(x, k->block, &items);
		if (!s.known)
			return false;
		*truth = check_fmt(x, "%lld listed: %lld files +%lld/-%lld",
				   (long long)items, (long long)s.files,
				   (long long)s.a, (long long)s.d);
		return fits(&s, files, lines);
	}
	for (pass = 0; pass < 2; pass++) {
		if (pass && !repo)
			break;
		if (!window_of(x, pass ? NULL : repo, &t))
			continue;
		if (!pass)
			*truth = check_fmt(x, "%lld changes, %lld files "
					   "+%lld/-%lld", (long long)t.changes,
					   (long long)t.files,
					   (long long)t.additions,
					   (long long)t.deletions);
		s.files = t.files;
		s.a = t.additions;
		s.d = t.deletions;
		s.known = true;
		if (fits(&s, files, lines))
			return true;
	}
	return false;
}

/* The paths a count is said of: those since the count before it. */
static size_t said_of(struct verify_ctx *x, int i, int *out, size_t max)
{
	const struct claim *v = x->c->v;
	size_t n = 0;
	int j;

	for (j = i - 1; j >= 0 && v[j].block == v[i].block &&
	     v[j].line == v[i].line && n < max; j--) {
		if (v[j].kind == CLAIM_COUNTS || v[j].kind == CLAIM_DATE)
			break;
		if (v[j].kind == CLAIM_PATH)
			out[n++] = j;
	}
	return n;
}

/* Is the count right for this path in this commit?  *s gets all it matches. */
static bool path_fits(const struct verify_commit *c, const struct claim *path,
		      const struct claim *k, struct sum *s, int64_t *a,
		      int64_t *d)
{
	bool right = false;
	size_t i;

	for (i = 0; i < c->changes_n; i++) {
		const struct verify_change *ch = &c->changes[i];

		if (!path_matches(path, ch->path) &&
		    !(ch->old_path && path_matches(path, ch->old_path)))
			continue;
		sum_add(s, ch);
		*a = ch->additions;
		*d = ch->deletions;
		right = right || (ch->additions >= 0 &&
				  says(k, ch->additions, ch->deletions));
	}
	return right && !(path->flags & CLAIM_GLOB);
}

/* Counts that name their files.  0: right, 1: wrong, -1: cannot tell. */
static int of_paths(struct verify_ctx *x, int i, const int *paths, size_t n,
		    const struct verify_commit *c, const char **truth)
{
	const struct claim *k = &x->c->v[i];
	struct sum all = { 0, 0, 0, true }, whole = commit_sum(c);
	const char *each = NULL;	/* a file of which it is not true */
	bool last_right = false;
	int64_t a = -1, d = -1;
	size_t j;

	for (j = 0; j < n; j++) {
		struct sum one = { 0, 0, 0, true };
		int64_t oa = -1, od = -1;
		bool right = path_fits(c, &x->c->v[paths[j]], k, &one, &oa, &od);

		if (!one.files)
			return -1;
		if (k->flags & CLAIM_EACH) {
			if (x->c->v[paths[j]].flags & CLAIM_GLOB)
				return -1;
			if (!right)
				each = check_fmt(x, "%s %s",
						 x->c->v[paths[j]].text,
						 numbers(x, oa, od));
		}
		if (j == 0) {
			last_right = right;
			a = oa;
			d = od;
		}
		all.files += one.files;
		all.a += one.a;
		all.d += one.d;
		all.known = all.known && one.known;
	}
	if (!all.known)
		return -1;
	*truth = each ? each : n == 1 &&
		 !(x->c->v[paths[0]].flags & CLAIM_GLOB)
		? numbers(x, a, d) : numbers(x, all.a, all.d);
	if (k->flags & CLAIM_EACH)
		return each != NULL;
	if (last_right || says(k, all.a, all.d))
		return 0;
	/* "a.py and others, +1/-2" may mean the commit */
	if ((n > 1 || k->flags & (CLAIM_TOTAL | CLAIM_OTHERS)) &&
	    whole.known && says(k, whole.a, whole.d))
		return n == 1 && !(k->flags & CLAIM_OTHERS) &&
		       (x->c->v[paths[0]].flags & CLAIM_GLOB);
	if (k->flags & CLAIM_OTHERS && !(k->flags & CLAIM_TOTAL))
		return -1;	/* which others is not said */
	if ((n > 1 || k->flags & CLAIM_TOTAL) && whole.known)
		*truth = numbers(x, whole.a, whole.d);
	return 1;
}

/* A line about a whole section or page, not about one commit. */
static bool of_section(const struct verify_ctx *x, int block)
{
	const struct claim_block *b = &x->c->blocks[block];

	if (b->kind == BLOCK_DETAILS || b->kind == BLOCK_PAGE)
		return true;
	if (b->kind == BLOCK_ROW)
		return b->owner < 0;
	return b->kind == BLOCK_PARAGRAPH && b->parent >= 0 &&
	       x->c->blocks[b->parent].kind == BLOCK_HEADING &&
	       x->c->blocks[b->parent].owner < 0;
}

static const char *counted(struct verify_ctx *x, const struct verify_commit *c)
{
	return check_fmt(x, "%s of %s", c->counted_by ? c->counted_by
			 : "line counts", c->oid);
}

/* "a 70 (+4/-1), other 5 (+2/-3)": what the line's other counts leave over. */
static bool is_rest(struct verify_ctx *x, int i, const struct verify_commit *c)
{
	const struct claim *v = x->c->v, *k = &v[i];
	struct sum s = commit_sum(c);
	int j, others = 0;

	for (j = i > 64 ? i - 64 : 0; j < (int)x->c->n && j < i + 64; j++)
		if (j != i && v[j].block == k->block && v[j].line == k->line &&
		    v[j].kind == CLAIM_COUNTS && v[j].a >= 0 && v[j].b >= 0) {
			s.a -= v[j].a;
			s.d -= v[j].b;
			others++;
		}
	return others && s.known && s.a == k->a && s.d == k->b;
}

/* Counts of no path: the commit, one of its groups, or a part of the page. */
static void of_commit(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const struct verify_commit *of[8];
	int64_t files = k->ref >= 0 && x->c->v[k->ref].kind == CLAIM_FILES
		? x->c->v[k->ref].a : -1;
	size_t n = check_commits(x, i, of, 8), j;
	const char *truth;
	bool said = k->flags & CLAIM_TOTAL || files >= 0;

	if (check_range(x, i))
		return;
	for (j = 0; j < n; j++) {
		struct sum s = commit_sum(of[j]);

		if (fits(&s, files, k) || any_group(of[j], files, k) ||
		    is_rest(x, i, of[j])) {
			check_say(x, i, VERIFY_OK, NULL, NULL,
				  counted(x, of[j]));
			return;
		}
	}
	if (of_parts(x, i, files, k, &truth)) {
		check_say(x, i, VERIFY_OK, NULL, NULL, "landings of the window");
		return;
	}
	if (n && (said || x->strict) && of[0]->additions >= 0 &&
	    !of_section(x, k->block))
		check_say(x, i, VERIFY_WRONG, NULL,
			  numbers(x, of[0]->additions, of[0]->deletions),
			  counted(x, of[0]));
	else if (truth && x->strict)
		check_say(x, i, VERIFY_WRONG, NULL, truth,
			  "landings of the window");
	else
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  n ? "it does not say what it counts"
			    : "no commit is named");
}

void check_counts(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const struct verify_commit *owner, *of[4];
	const char *truth = NULL, *shown = NULL;
	int paths[32], verdict = -1, one;
	size_t n, m, j;

	if (k->ref < 0 || x->c->v[k->ref].kind != CLAIM_PATH) {
		of_commit(x, i);
		return;
	}
	n = said_of(x, i, paths, 32);
	m = check_commits(x, i, of, 4);
	owner = NULL;
	for (j = 0; j < m && n && verdict != 0; j++) {
		one = of_paths(x, i, paths, n, of[j], &truth);
		if (one >= 0 && verdict < 0) {
			owner = of[j];
			shown = truth;
		}
		if (one == 0 || (one == 1 && verdict < 0))
			verdict = one;
		if (one == 0)
			owner = of[j];
	}
	if (verdict == 0)
		check_say(x, i, VERIFY_OK, NULL, NULL, counted(x, owner));
	else if (verdict == 1)
		check_say(x, i, VERIFY_WRONG, NULL, shown, counted(x, owner));
	else
		of_commit(x, i);
}

/* "N files not measured" of the n commits, the likeliest first. */
static void of_unmeasured(struct verify_ctx *x, int i,
			  const struct verify_commit *const *of, size_t n)
{
	int64_t want = x->c->v[i].a, first = -1;
	size_t j, k;

	for (j = 0; j < n; j++) {
		int64_t found = 0;

		for (k = 0; k < of[j]->changes_n; k++)
			found += of[j]->changes[k].additions < 0;
		if (found == want && of[j]->files >= 0) {
			check_say(x, i, VERIFY_OK, NULL, NULL,
				  counted(x, of[j]));
			return;
		}
		if (!j && of[j]->files >= 0)
			first = found;
	}
	if (first >= 0 && x->strict && !of_section(x, x->c->v[i].block))
		check_say(x, i, VERIFY_WRONG, NULL,
			  check_fmt(x, "%lld not measured", (long long)first),
			  counted(x, of[0]));
	else
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "it does not say which files");
}

void check_files(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const struct verify_commit *of[8];
	const struct claim *lines = NULL;
	size_t n = check_commits(x, i, of, 8), j;
	const char *truth;
	int64_t files;

	if (check_range(x, i))
		return;
	if (k->flags & CLAIM_UNMEASURED) {
		of_unmeasured(x, i, of, n);
		return;
	}
	/* "318/319 measured": all of them is what can be told */
	files = k->flags & CLAIM_PARTS ? k->b : k->a;
	if (k->flags & CLAIM_PARTS && k->a > k->b) {
		check_say(x, i, VERIFY_WRONG, NULL, "more than there are",
			  "the claim itself");
		return;
	}
	/* "4 files +212/-80" is one claim: judged with its lines */
	for (j = 1; j < 3 && (size_t)i + j < x->c->n; j++)
		if (x->c->v[i + (int)j].kind == CLAIM_COUNTS &&
		    x->c->v[i + (int)j].ref == i)
			lines = &x->c->v[i + (int)j];
	for (j = 0; j < n; j++) {
		struct sum s = commit_sum(of[j]);

		if (fits(&s, files, lines) || any_group(of[j], files, lines)) {
			check_say(x, i, VERIFY_OK, NULL, NULL,
				  counted(x, of[j]));
			return;
		}
	}
	if (of_parts(x, i, files, lines, &truth)) {
		check_say(x, i, VERIFY_OK, NULL, NULL, "landings of the window");
		return;
	}
	if (lines && n && !of_section(x, k->block))
		check_say(x, i, VERIFY_WRONG, NULL,
			  check_fmt(x, "%lld files", (long long)of[0]->files),
			  counted(x, of[0]));
	else if (truth && x->strict && (lines || k->flags & CLAIM_PARTS))
		check_say(x, i, VERIFY_WRONG, NULL, truth,
			  "landings of the window");
	else
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "it does not say which files");
}

void check_changes(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const struct claim_block *b = &x->c->blocks[k->block];
	const char *repo = check_tracked(x, b->repo);
	struct verify_totals t, all;
	int64_t items, changes;

	if (check_range(x, i))
		return;
	if (b->kind == BLOCK_DETAILS && x->strict) {
		listed_sum(x, k->block, &items);
		check_say(x, i, items == k->a ? VERIFY_OK : VERIFY_WRONG, NULL,
			  items == k->a ? NULL
			  : check_fmt(x, "%lld are listed", (long long)items),
			  "the items below");
		return;
	}
	if (!x->strict || !window_of(x, repo, &t) || !window_of(x, NULL, &all)) {
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "it does not say which changes");
		return;
	}
	changes = k->flags & CLAIM_PARTS && k->a < k->b ? k->b : k->a;
	if (changes == t.changes || changes == all.changes)
		check_say(x, i, VERIFY_OK, NULL, NULL, "landings of the window");
	else if (b->kind == BLOCK_ROW || k->flags & CLAIM_PARTS ||
		 (b->kind == BLOCK_PARAGRAPH && k->column == 1))
		check_say(x, i, VERIFY_WRONG, NULL,
			  check_fmt(x, "%lld", (long long)t.changes),
			  "landings of the window");
	else
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "it does not say which changes");
}
