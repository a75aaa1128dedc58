/* render/verify.c - the order of the checks and what they record. */
#include "render/verify.h"

#include "core/json.h"
#include "core/log.h"
#include "core/mem.h"
#include "render/verify_check.h"

#include <stdarg.h>
#include <strings.h>

const char *check_fmt(struct verify_ctx *x, const char *fmt, ...)
{
	char buf[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	return arena_strdup(&x->r->arena, buf);
}

static void say(struct verify_ctx *x, const struct verify_result *one)
{
	struct verify_report *r = x->r;

	GROW(r->v, r->n, r->cap);
	r->v[r->n++] = *one;
	r->count[one->verdict]++;
}

void check_say(struct verify_ctx *x, int i, enum verify_verdict v,
	       const char *what, const char *truth, const char *source)
{
	const struct claim *k = &x->c->v[i];
	struct verify_result one = {
		.claim = i, .line = k->line, .column = k->column, .verdict = v,
		.what = what ? what : claim_kind_name(k->kind), .text = k->text,
		.truth = truth, .source = source,
	};

	if (x->strict && !what && (v == VERIFY_WRONG || v == VERIFY_MISSING) &&
	    check_of_author(x, i)) {
		one.verdict = VERIFY_UNCHECKED;
		one.truth = NULL;
		one.source = "repeats the author's words";
	}
	say(x, &one);
}

const char *check_tracked(const struct verify_ctx *x, const char *name)
{
	size_t i;

	for (i = 0; name && i < x->src->repos_n; i++)
		if (strcasecmp(x->src->repos[i], name) == 0)
			return x->src->repos[i];
	return NULL;
}

const struct verify_commit *check_owner(struct verify_ctx *x, int block)
{
	int i = claims_owner(x->c, block);

	return i < 0 ? NULL : x->of[i];
}

static size_t add_commit(const struct verify_commit **out, size_t n, size_t max,
			 const struct verify_commit *c)
{
	size_t i;

	if (!c || n == max)
		return n;
	for (i = 0; i < n; i++)
		if (out[i] == c)
			return n;
	out[n] = c;
	return n + 1;
}

size_t check_commits(struct verify_ctx *x, int claim,
		     const struct verify_commit **out, size_t max)
{
	const struct claims *c = x->c;
	int b = c->v[claim].block, j, step;
	size_t n = 0;

	/* the nearest ones of the same block first, looking both ways */
	for (step = 1; step < 40; step++) {
		j = claim + step;
		if (j < (int)c->n && c->v[j].block == b)
			n = add_commit(out, n, max, x->of[j]);
		j = claim - step;
		if (j >= 0 && c->v[j].block == b)
			n = add_commit(out, n, max, x->of[j]);
	}
	for (; b >= 0; b = c->blocks[b].parent)
		if (c->blocks[b].owner >= 0)
			n = add_commit(out, n, max, x->of[c->blocks[b].owner]);
	return n;
}

static void check_one(struct verify_ctx *x, int i)
{
	switch (x->c->v[i].kind) {
	case CLAIM_REPO: check_repo(x, i); break;
	case CLAIM_OID: check_oid_late(x, i); break;
	case CLAIM_BAD_OID: break;
	case CLAIM_NUMBER:
	case CLAIM_PR:
	case CLAIM_ISSUE: check_number(x, i); break;
	case CLAIM_COMPARE: check_compare(x, i); break;
	case CLAIM_LABEL: check_label(x, i); break;
	case CLAIM_PATH: check_path(x, i); break;
	case CLAIM_COUNTS: check_counts(x, i); break;
	case CLAIM_FILES: check_files(x, i); break;
	case CLAIM_CHANGES: check_changes(x, i); break;
	case CLAIM_INVERSE: check_inverse(x, i); break;
	case CLAIM_AUTHOR: check_author(x, i); break;
	case CLAIM_DATE: check_date(x, i); break;
	case CLAIM_TIME: check_time(x, i); break;
	case CLAIM_VERSION: check_version(x, i); break;
	case CLAIM_CODE: check_code(x, i); break;
	case CLAIM_LINE: check_line(x, i); break;
	case CLAIM_QUOTE: check_quote(x, i); break;
	case CLAIM_KINDS: break;
	}
}

static int by_line(const void *a, const void *b)
{
	const struct verify_result *p = a, *q = b;

	if (p->line != q->line)
		return p->line < q->line ? -1 : 1;
	if (p->column != q->column)
		return p->column < q->column ? -1 : 1;
	return p->claim < q->claim ? -1 : p->claim > q->claim;
}

static void over_limit(struct verify_ctx *x)
{
	struct verify_result one = {
		.claim = -1, .line = (int)x->c->lines, .column = 1,
		.verdict = VERIFY_UNCHECKED, .what = "rest", .text = "",
	};

	if (!x->c->dropped)
		return;
	one.source = check_fmt(x, "%zu claims over the limit were not read",
			       x->c->dropped);
	say(x, &one);
}

int verify_text(struct verify_report *r, const char *name, const char *text,
		size_t len, const struct verify_source *src, struct err *e)
{
	struct verify_ctx x = { .r = r, .c = &r->claims, .src = src };
	size_t i;

	(void)e;
	memset(r, 0, sizeof(*r));
	r->name = arena_strdup(&r->arena, name);
	claims_scan(&r->claims, text, len, src->repos, src->repos_n);
	x.strict = r->claims.ours;
	x.of = xcalloc(r->claims.n + 1, sizeof(*x.of));
	x.late = xcalloc(r->claims.n + 1, sizeof(*x.late));
	for (i = 0; i < r->claims.n; i++)	/* what the others lean on */
		if (r->claims.v[i].kind == CLAIM_OID)
			check_oid(&x, (int)i);
		else if (r->claims.v[i].kind == CLAIM_BAD_OID)
			check_bad_oid(&x, (int)i);
	check_window(&x);
	check_days(&x);
	for (i = 0; i < r->claims.n; i++)
		check_one(&x, (int)i);
	check_page(&x, text, len);
	over_limit(&x);
	if (r->n)
		qsort(r->v, r->n, sizeof(*r->v), by_line);
	corpus_free_all(&x);
	free(x.of);
	free(x.late);
	return 0;
}

void verify_release(struct verify_report *r)
{
	claims_release(&r->claims);
	arena_release(&r->arena);
	free(r->v);
	memset(r, 0, sizeof(*r));
}

bool verify_failed(const struct verify_report *r)
{
	return r->count[VERIFY_WRONG] || r->count[VERIFY_MISSING];
}

const char *verify_verdict_name(enum verify_verdict v)
{
	static const char *const names[VERIFY_VERDICTS] = {
		"confirmed", "wrong", "not found", "cannot be checked",
	};

	return names[v];
}

static bool shown(const struct verify_result *v, bool all)
{
	return all || v->verdict == VERIFY_WRONG ||
	       v->verdict == VERIFY_MISSING;
}

void verify_print(const struct verify_report *r, bool all, bool explain,
		  struct str *out)
{
	struct str line = STR_INIT;
	size_t i;

	for (i = 0; i < r->n; i++) {
		const struct verify_result *v = &r->v[i];

		if (!shown(v, all))
			continue;
		str_clear(&line);
		str_addf(&line, "%s:%d:%d: %s: %s '%.200s'", r->name, v->line,
			 v->column, verify_verdict_name(v->verdict), v->what,
			 v->text);
		if (v->truth)
			str_addf(&line, ": %s", v->truth);
		if (v->claim >= 0 &&
		    r->claims.v[v->claim].flags & CLAIM_EXOTIC)
			str_add(&line, " (written with other hyphens or blanks)");
		if (explain && v->source)
			str_addf(&line, " [%s]", v->source);
		put_terminal(out, line.s, line.len);
		str_addch(out, '\n');
	}
	str_addf(out, "%s: %zu confirmed, %zu wrong, %zu not found, "
		 "%zu cannot be checked", r->name, r->count[VERIFY_OK],
		 r->count[VERIFY_WRONG], r->count[VERIFY_MISSING],
		 r->count[VERIFY_UNCHECKED]);
	if (r->claims.exotic || r->claims.broken)
		str_addf(out, "; %zu exotic hyphens or blanks read as plain, "
			 "%zu bytes not text", r->claims.exotic,
			 r->claims.broken);
	str_addch(out, '\n');
	str_release(&line);
}

static void one_json(struct json *j, const struct verify_report *r,
		     const struct verify_result *v, bool explain)
{
	json_open(j, '{');
	json_kint(j, "line", v->line);
	json_kint(j, "column", v->column);
	json_kstr(j, "verdict", verify_verdict_name(v->verdict));
	json_kstr(j, "kind", v->what);
	json_kstr(j, "text", v->text);
	json_kstr(j, "truth", v->truth);
	json_kbool(j, "exotic", v->claim >= 0 &&
		   (r->claims.v[v->claim].flags & CLAIM_EXOTIC));
	if (explain)
		json_kstr(j, "source", v->source);
	json_close(j, '}');
}

void verify_print_json(const struct verify_report *r, bool all, bool explain,
		       struct str *out)
{
	struct json j;
	size_t i;

	json_init(&j, out);
	json_open(&j, '{');
	json_kstr(&j, "file", r->name);
	json_key(&j, "counts");
	json_open(&j, '{');
	json_kint(&j, "confirmed", (int64_t)r->count[VERIFY_OK]);
	json_kint(&j, "wrong", (int64_t)r->count[VERIFY_WRONG]);
	json_kint(&j, "not_found", (int64_t)r->count[VERIFY_MISSING]);
	json_kint(&j, "cannot_be_checked",
		  (int64_t)r->count[VERIFY_UNCHECKED]);
	json_kint(&j, "exotic", (int64_t)r->claims.exotic);
	json_kint(&j, "broken", (int64_t)r->claims.broken);
	json_close(&j, '}');
	json_key(&j, "claims");
	json_open(&j, '[');
	for (i = 0; i < r->n; i++)
		if (shown(&r->v[i], all))
			one_json(&j, r, &r->v[i], explain);
	json_close(&j, ']');
	json_close(&j, '}');
	str_addch(out, '\n');
}
