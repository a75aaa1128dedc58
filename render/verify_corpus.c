/* render/verify_corpus.c - the text in which quoted code is looked for. */
#include "render/verify_check.h"

#include "core/mem.h"
#include "render/claims_text.h"
#include "render/escape.h"

#define CORPUS_MAX ((size_t)24 << 20)	/* one commit's sides */
#define CORPORA_MAX ((size_t)128 << 20)	/* all that are kept */

void corpus_squeeze(struct str *out, const char *s, size_t len)
{
	struct plain p = { 0 };
	size_t i, from;
	bool ascii = true;

	for (i = 0; i < len && ascii; i++)
		ascii = (unsigned char)s[i] < 0x7f;
	if (!ascii) {
		plain_set(&p, s, len);
		s = str_c(&p.s);
		len = p.s.len;
	}
	for (i = 0; i < len;) {
		while (i < len && (s[i] == ' ' || s[i] == '\t' ||
				   s[i] == '\r' || s[i] == '\0'))
			i++;
		for (from = i; i < len && s[i] != ' ' && s[i] != '\t' &&
		     s[i] != '\r' && s[i] != '\0'; i++)
			;
		str_addmem(out, s + from, i - from);
	}
	if (!ascii)
		plain_release(&p);
}

/*
 * A line as our pages show it: with control and bidi characters spelled out,
 * and U+FFFD for bytes that are no text.
 */
static void shown_line(struct str *out, const char *s, size_t len,
		       struct str *raw, struct str *shown)
{
	size_t i;

	for (i = 0; i < len && (unsigned char)s[i] < 0x7f &&
	     ((unsigned char)s[i] >= ' ' || s[i] == '\t'); i++)
		;
	if (i == len) {
		corpus_squeeze(out, s, len);
		return;
	}
	while (len && s[len - 1] == '\r')
		len--;
	str_clear(raw);
	str_clear(shown);
	str_addmem(raw, s, len);
	put_md_fenced(shown, str_c(raw));
	corpus_squeeze(out, shown->s, shown->len);
}

/* False: unreadable, or more than `max` bytes would be held. */
static bool add_side(struct verify_ctx *x, struct corpus *k, size_t change,
		     bool old, size_t max)
{
	struct err e = { 0 };
	struct corpus_side *side;
	struct str raw = STR_INIT, shown = STR_INIT;
	const char *text, *nl;
	size_t len, at = 0, n;

	if (x->src->file(x->src->arg, k->of, change, old, &text, &len, &e) < 0)
		return false;
	if (!len)
		return true;
	if (k->bytes + len > max)
		return false;
	GROW(k->sides, k->n, k->cap);
	side = &k->sides[k->n++];
	memset(side, 0, sizeof(*side));
	side->change = change;
	side->old = old;
	str_reserve(&side->text, len + 2);
	str_addch(&side->text, '\n');
	while (at < len) {
		nl = memchr(text + at, '\n', len - at);
		n = nl ? (size_t)(nl - text) - at : len - at;
		if (x->strict)
			shown_line(&side->text, text + at, n, &raw, &shown);
		else
			corpus_squeeze(&side->text, text + at, n);
		str_addch(&side->text, '\n');
		at += n + 1;
	}
	k->bytes += side->text.len;
	str_release(&raw);
	str_release(&shown);
	return true;
}

static void corpus_free(struct corpus *k)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		str_release(&k->sides[i].text);
	free(k->sides);
	free(k);
}

void corpus_free_all(struct verify_ctx *x)
{
	struct corpus *next;

	for (; x->corpora; x->corpora = next) {
		next = x->corpora->next;
		corpus_free(x->corpora);
	}
}

const struct corpus *corpus_get(struct verify_ctx *x,
				const struct verify_commit *c)
{
	struct corpus *k;
	size_t total = 0, i;

	for (k = x->corpora; k; k = k->next) {
		if (k->of == c)
			return k;
		total += k->bytes;
	}
	if (total > CORPORA_MAX)
		corpus_free_all(x);
	k = xcalloc(1, sizeof(*k));
	k->of = c;
	k->whole = x->src->file != NULL;
	k->next = x->corpora;
	x->corpora = k;
	for (i = 0; i < c->changes_n && x->src->file; i++) {
		if (c->changes[i].status != 'D' &&
		    !add_side(x, k, i, false, CORPUS_MAX))
			k->whole = false;
		if (c->changes[i].status != 'A' &&
		    !add_side(x, k, i, true, CORPUS_MAX))
			k->whole = false;
	}
	return k;
}

static bool need_side(struct verify_ctx *x, struct corpus *k, size_t change,
		      bool old)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		if (k->sides[i].change == change && k->sides[i].old == old)
			return true;
	return add_side(x, k, change, old, 2 * CORPUS_MAX);
}

bool corpus_need(struct verify_ctx *x, const struct verify_commit *c,
		 const struct claim *path)
{
	struct corpus *k;
	bool all = true, any = false;
	size_t i;

	if (corpus_get(x, c)->whole)
		return true;
	for (k = x->corpora; k->of != c; k = k->next)
		;
	for (i = 0; i < c->changes_n && all; i++) {
		if (!path_matches(path, c->changes[i].path) &&
		    !(c->changes[i].old_path &&
		      path_matches(path, c->changes[i].old_path)))
			continue;
		any = true;
		all = (c->changes[i].status == 'D' ||
		       need_side(x, k, i, false)) &&
		      (c->changes[i].status == 'A' ||
		       need_side(x, k, i, true));
	}
	return any && all;
}

int64_t corpus_line(const struct corpus_side *s, const char *at)
{
	const char *p = s->text.s;
	int64_t n = 0;

	while (p < at && (p = memchr(p, '\n', (size_t)(at - p)))) {
		n++;
		p++;
	}
	return n;
}
