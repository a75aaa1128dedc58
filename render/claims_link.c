/* render/claims_link.c - link targets and whether the text agrees with them. */
#include "render/claims_scan.h"

#include <ctype.h>
#include <strings.h>

struct target {
	enum claim_kind kind;
	const char *repo;
	size_t repo_n;
	size_t from, to;	/* the id, the number, "A...B" */
};

/* "https://HOST/owner/name/" at t: fills the repository, returns its length. */
static size_t forge_prefix(const char *t, size_t n, struct target *g)
{
	size_t i, k;

	if (n > 8 && strncasecmp(t, "https://", 8) == 0)
		i = 8;
	else if (n > 7 && strncasecmp(t, "http://", 7) == 0)
		i = 7;
	else
		return 0;
	while (i < n && t[i] != '/')
		i++;
	if (i + 3 >= n)
		return 0;
	i++;
	for (k = i; k < n && t[k] != '/'; k++)
		;
	for (k++; k < n && t[k] != '/'; k++)
		;
	g->repo = t + i;
	g->repo_n = k < n ? k - i : 0;
	if (!g->repo_n || scan_repo_name(t + i, g->repo_n) != g->repo_n)
		return 0;
	return k + 1;
}

static size_t part_end(const char *t, size_t n, size_t i)
{
	while (i < n && !strchr("/#?&", t[i]))
		i++;
	return i;
}

/* What a URL points to; false when to nothing we know. */
static bool target_of(const char *t, size_t n, struct target *g)
{
	static const struct { const char *part; enum claim_kind kind; } kinds[] = {
		{ "commit/", CLAIM_OID }, { "commits/", CLAIM_OID },
		{ "pull/", CLAIM_PR }, { "pulls/", CLAIM_PR },
		{ "merge_requests/", CLAIM_PR },
		{ "issues/", CLAIM_ISSUE }, { "issue/", CLAIM_ISSUE },
		{ "compare/", CLAIM_COMPARE },
	};
	size_t i = forge_prefix(t, n, g), k, plen;

	if (!i)
		return false;
	if (n - i > 2 && memcmp(t + i, "-/", 2) == 0)
		i += 2;
	for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		plen = strlen(kinds[k].part);
		if (n - i <= plen || memcmp(t + i, kinds[k].part, plen) != 0)
			continue;
		g->kind = kinds[k].kind;
		g->from = i + plen;
		g->to = part_end(t, n, g->from);
		return g->to > g->from;
	}
	return false;
}

/* Does the link's text call it a PR, an issue or a commit?  CLAIM_KINDS: no. */
static enum claim_kind label_of(const char *t, size_t n)
{
	while (n && !isalnum((unsigned char)*t)) {
		t++;
		n--;
	}
	if ((n >= 2 && strncasecmp(t, "PR", 2) == 0 &&
	     (n == 2 || !isalpha((unsigned char)t[2]))) ||
	    (n >= 4 && strncasecmp(t, "pull", 4) == 0))
		return CLAIM_PR;
	if (n >= 5 && strncasecmp(t, "issue", 5) == 0)
		return CLAIM_ISSUE;
	if (n >= 6 && strncasecmp(t, "commit", 6) == 0)
		return CLAIM_OID;
	return CLAIM_KINDS;
}

/* "PR: <" before a bare link: the label's place, or false. */
static bool label_before(const char *t, size_t at, size_t *from, size_t *to)
{
	size_t i = at;

	while (i > 0 && strchr(" <*([", t[i - 1]))
		i--;
	if (i == 0 || t[i - 1] != ':')
		return false;
	i--;
	while (i > 0 && (t[i - 1] == ' ' || t[i - 1] == '*'))
		i--;
	*to = i;
	while (i > 0 && isalpha((unsigned char)t[i - 1]) && *to - i < 12)
		i--;
	*from = i;
	return *to > *from;
}

static void add_label(struct claim_scan *s, size_t from, size_t to, int target)
{
	struct claim *c = scan_add(s, CLAIM_LABEL, from, to);

	if (c)
		c->ref = target;
}

/* An id in the text must begin the target's id; a number must be its number. */
static bool contradicts(const struct claim *in_text, const struct claim *target)
{
	if (in_text->kind == CLAIM_OID && target->kind == CLAIM_OID)
		return strncasecmp(in_text->text, target->text,
				   strlen(in_text->text)) != 0;
	if (in_text->kind == CLAIM_NUMBER &&
	    (target->kind == CLAIM_PR || target->kind == CLAIM_ISSUE))
		return in_text->a != target->a ||
		       (in_text->repo && target->repo &&
			strcasecmp(in_text->repo, target->repo) != 0);
	if (in_text->kind == CLAIM_NUMBER && target->kind == CLAIM_OID)
		return true;
	return in_text->kind == CLAIM_OID &&
	       (target->kind == CLAIM_PR || target->kind == CLAIM_ISSUE);
}

static bool kinds_clash(enum claim_kind label, enum claim_kind target)
{
	if (label == CLAIM_KINDS || label == target || target == CLAIM_BAD_OID)
		return label == CLAIM_PR && target == CLAIM_BAD_OID;
	return !(label == CLAIM_OID && target == CLAIM_COMPARE);
}

/*
 * The text as a damaged id: nearly hex, of an id's length, with digits; or hex
 * letters only, which make no id of their own, and not how the target begins.
 */
static bool damaged_id(const char *t, size_t n, const char *target)
{
	size_t i, hex = 0, digits = 0;

	while (n && *t == '`') {
		t++;
		n -= n > 1 && t[n - 2] == '`' ? 2 : 1;
	}
	for (i = 0; i < n; i++) {
		if (!isalnum((unsigned char)t[i]))
			return false;
		hex += isxdigit((unsigned char)t[i]) != 0;
		digits += isdigit((unsigned char)t[i]) != 0;
	}
	if (n < 7 || n > 48)
		return false;
	if (hex == n)
		return strncasecmp(t, target, n) != 0;
	return digits >= 1 && hex + 2 >= n;
}

/* Claims of the text take the target's repository and must agree with it. */
static void check_text(struct claim_scan *s, size_t first, int target,
		       size_t from, size_t to)
{
	const char *t = s->ln.s.s;
	struct claim *v = s->c->v;
	size_t i, end = (size_t)target;
	bool clash = kinds_clash(label_of(t + from, to - from), v[target].kind);

	for (i = first; i < end; i++) {
		if (v[i].flags & CLAIM_TARGET)
			continue;
		v[i].flags |= CLAIM_LINKED;
		if (v[i].ref < 0)
			v[i].ref = target;
		if (!v[i].repo)
			v[i].repo = v[target].repo;
		clash = clash || contradicts(&v[i], &v[target]);
	}
	if (v[target].kind == CLAIM_OID && damaged_id(t + from, to - from,
						       v[target].text))
		clash = true;
	if (clash)
		add_label(s, from, to, target);
}

static struct claim *add_target(struct claim_scan *s, size_t at,
				const char *t, const struct target *g)
{
	size_t n = g->to - g->from, i;
	enum claim_kind kind = g->kind;
	struct claim *c;
	int64_t v = 0;

	if (kind == CLAIM_OID &&
	    (!scan_is_hex(t + g->from, n) || n < 7 || n > 40 ||
	     (n > 30 && n < 40)))
		kind = CLAIM_BAD_OID;
	c = scan_add(s, kind, at + g->from, at + g->to);
	if (!c)
		return NULL;
	if (kind == CLAIM_PR || kind == CLAIM_ISSUE) {
		for (i = 0; i < n && i < 12 &&
		     isdigit((unsigned char)t[g->from + i]); i++)
			v = v * 10 + t[g->from + i] - '0';
		c->a = i ? v : -1;
	}
	c->repo = arena_strndup(&s->c->arena, g->repo, g->repo_n);
	c->flags |= CLAIM_TARGET;
	return c;
}

/* A link between pages named by day: [2026-02-03](2026-02-03.en.md). */
static int page_link(struct claim_scan *s, size_t from, size_t to,
		     size_t text_from, size_t text_to, size_t first)
{
	const char *t = s->ln.s.s;
	size_t base = to;

	while (base > from && t[base - 1] != '/')
		base--;
	if (first < s->c->n && s->c->v[first].kind == CLAIM_DATE &&
	    to - base > 12 && isdigit((unsigned char)t[base]) &&
	    memmem(t + base, to - base, ".md", 3) &&
	    strncmp(t + base, s->c->v[first].text, 10) != 0)
		add_label(s, text_from, text_to, (int)first);
	return -1;
}

int scan_target(struct claim_scan *s, size_t from, size_t to,
		size_t text_from, size_t text_to, size_t first)
{
	const char *t = s->ln.s.s;
	struct target g = { 0 };
	struct claim_block *b;
	int target;

	if (to - from > 2048)
		return -1;
	if (!target_of(t + from, to - from, &g))
		return page_link(s, from, to, text_from, text_to, first);
	if (!add_target(s, from, t + from, &g))
		return -1;
	target = scan_last(s);
	b = &s->c->blocks[s->block];
	if (!b->link_repo)
		b->link_repo = s->c->v[target].repo;
	if (text_to > text_from) {
		check_text(s, first, target, text_from, text_to);
	} else if (label_before(t, from, &text_from, &text_to) &&
		   kinds_clash(label_of(t + text_from, text_to - text_from),
			       s->c->v[target].kind)) {
		add_label(s, text_from, text_to, target);
	}
	return target;
}
