/* render/verify_line.c - quoted code, line by line, and where a hunk stands. */
#include "render/verify_check.h"

#include <ctype.h>

#define FRAGMENT_MIN 4		/* shorter pieces of an elided line say nothing */

bool check_says_something(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += isalnum((unsigned char)*s) || (unsigned char)*s >= 0x80;
	return n >= 2;
}

/* An elided line: its pieces in this order within one line of the side. */
static const char *find_pieces(const struct str *text, const char *line)
{
	const char *dots, *at = NULL, *first = NULL, *end;
	size_t n;

	for (;;) {
		dots = strstr(line, "...");
		n = dots ? (size_t)(dots - line) : strlen(line);
		if (n >= FRAGMENT_MIN && !first) {
			first = at = memmem(text->s, text->len, line, n);
			if (!first)
				return NULL;
			at += n;
		} else if (n >= FRAGMENT_MIN) {
			end = memchr(at, '\n',
				     text->len - (size_t)(at - text->s));
			at = end ? memmem(at, (size_t)(end - at), line, n)
				 : NULL;
			if (!at)
				return NULL;
			at += n;
		}
		if (!dots)
			return first;
		for (line = dots; *line == '.';)
			line++;
	}
}

/* whole: as a complete line, or as part of one. */
static const char *find_in(const struct corpus_side *side, const char *needle,
			   bool elided, bool whole)
{
	const struct str *t = &side->text;
	const char *p;
	struct str line = STR_INIT;

	if (!whole)
		return elided ? find_pieces(t, needle)
			      : memmem(t->s, t->len, needle, strlen(needle));
	str_addch(&line, '\n');
	str_add(&line, needle);
	str_addch(&line, '\n');
	p = memmem(t->s, t->len, line.s, line.len);
	str_release(&line);
	return p ? p + 1 : NULL;
}

/* Which sides may hold a line: '+' the new one, '-' the old one. */
static bool side_allowed(const struct claim *k, const struct corpus_side *s)
{
	if (k->flags & CLAIM_ADDED)
		return !s->old;
	if (k->flags & CLAIM_REMOVED)
		return s->old;
	return true;
}

/* In the file of the caption (pass 0), then in any changed file (pass 1). */
static const struct corpus_side *find_line(struct verify_ctx *x,
					   const struct claim *k,
					   const struct verify_commit *c,
					   const char *needle, bool whole,
					   int pass, const char **at)
{
	const struct corpus *co = corpus_get(x, c);
	const struct claim *cap = k->ref >= 0 &&
		x->c->v[k->ref].kind == CLAIM_PATH ? &x->c->v[k->ref] : NULL;
	size_t i;

	for (i = 0; i < co->n; i++) {
		const struct verify_change *ch =
			&c->changes[co->sides[i].change];

		if (!side_allowed(k, &co->sides[i]) ||
		    (pass == 0 && (!cap || (!path_matches(cap, ch->path) &&
			!(ch->old_path && path_matches(cap, ch->old_path))))))
			continue;
		*at = find_in(&co->sides[i], needle,
			      k->flags & CLAIM_ELIDED, whole);
		if (*at)
			return &co->sides[i];
	}
	return NULL;
}

static bool cjk(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0xe3 && (unsigned char)*s <= 0xe9)
			return true;
	return false;
}

/* Not there: what that means depends on how sure the quote looks. */
static void line_missing(struct verify_ctx *x, int i,
			 const struct verify_commit *c, const char *needle)
{
	const struct claim *k = &x->c->v[i];
	const char *at, *file = NULL;
	const struct corpus_side *s;
	struct claim other = *k;

	other.flags &= ~(uint32_t)(CLAIM_ADDED | CLAIM_REMOVED);
	s = find_line(x, &other, c, needle, false, 1, &at);
	if (s)
		file = check_fmt(x, "stands in %s:%lld on the other side only",
				 c->changes[s->change].path,
				 (long long)corpus_line(s, at));
	else
		file = check_fmt(x, "occurs in no file that %.10s changes",
				 c->oid);
	check_say(x, i, k->flags & CLAIM_COMMENT && cjk(k->text)
		  ? VERIFY_MISSING : VERIFY_WRONG, NULL, file,
		  check_fmt(x, "both sides of the files changed by %s",
			    c->oid));
}

/* Removes what a list or a heading put in front, as copies do. */
static const char *without_bullet(const char *s)
{
	while (*s && strchr("-*+#>", *s))
		s++;
	return s;
}

/* The lines of a hunk that one side has, as the corpus holds them. */
static void side_run(const struct verify_ctx *x, int from, int to, bool old,
		     struct str *out)
{
	const struct claim *v = x->c->v;
	int j;

	str_clear(out);
	for (j = from; j < to; j++) {
		if (v[j].flags & (old ? CLAIM_ADDED : CLAIM_REMOVED))
			continue;
		str_addch(out, '\n');
		corpus_squeeze(out, v[j].text, strlen(v[j].text));
	}
	if (out->len)
		str_addch(out, '\n');
}

/*
 * Where a run of whole lines stands in the captioned file, on one side: `want`
 * if it also stands there (0: no matter), else the first place; 0: nowhere, -1:
 * the side is not at hand.
 */
static int64_t run_line(struct verify_ctx *x, const struct claim *cap,
			const struct verify_commit *c, const struct str *run,
			bool old, int64_t want)
{
	const struct corpus *co = corpus_get(x, c);
	int64_t line, first = -1;
	const char *at, *end, *p;
	size_t i;

	for (i = 0; i < co->n; i++) {
		const struct corpus_side *side = &co->sides[i];
		const struct verify_change *ch = &c->changes[side->change];

		if (side->old != old || (!path_matches(cap, ch->path) &&
		    !(ch->old_path && path_matches(cap, ch->old_path))))
			continue;
		first = first < 0 ? 0 : first;
		p = side->text.s;
		end = p + side->text.len;
		for (line = 1; (at = memmem(p, (size_t)(end - p), run->s,
					    run->len)) != NULL; line++) {
			for (; p < at; p++)
				line += *p == '\n';
			first = first ? first : line;
			if (line == want || !want)
				return line;
			p = at + 1;
		}
	}
	return first;
}

/*
 * "path:N" over a hunk of one of our pages: N is where its first line stands,
 * on the old side when that line is a removed one; the lines of each side
 * stand together.
 */
static void check_caption(struct verify_ctx *x, int i,
			  const struct verify_commit *c)
{
	const struct claim *v = x->c->v, *cap;
	int block = v[i].block, to = i, side;
	bool first_old = v[i].flags & CLAIM_REMOVED;
	struct str run = STR_INIT;
	int64_t at;

	if (!x->strict || !(v[i].flags & CLAIM_DIFF) || v[i].ref < 0 ||
	    v[v[i].ref].a <= 0 || (i > 0 && v[i - 1].block == block))
		return;
	cap = &v[v[i].ref];
	while (to < (int)x->c->n && v[to].block == block)
		to++;
	/* a line over the limits is no claim, and without it no run is whole */
	if (v[to - 1].line != v[i].line + (to - 1 - i))
		return;
	for (side = 0; side < 2; side++) {
		bool old = side ? !first_old : first_old;

		side_run(x, i, to, old, &run);
		at = run.len ? run_line(x, cap, c, &run, old,
					side ? 0 : cap->a) : -1;
		if (at == 0)
			check_say(x, v[i].ref, VERIFY_WRONG, "hunk",
				  "its lines do not stand together", c->oid);
		else if (!side && at > 0 && at != cap->a)
			check_say(x, v[i].ref, VERIFY_WRONG, "line number",
				  check_fmt(x, "the line stands at %lld",
					    (long long)at), c->oid);
		if (at == 0)
			break;
	}
	str_release(&run);
}

void check_line(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const struct verify_commit *of[6];
	size_t n = check_commits(x, i, of, 6), j;
	bool whole = x->strict && (k->flags & CLAIM_DIFF), complete = true;
	bool captioned = whole && k->ref >= 0;
	struct str needle = STR_INIT;
	const struct corpus_side *s = NULL;
	const char *text, *at;
	int pass;

	if (!x->strict && !*k->text)
		return;		/* a blank line of somebody's hunk */
	corpus_squeeze(&needle, k->text, strlen(k->text));
	text = whole ? str_c(&needle) : without_bullet(str_c(&needle));
	if (!n || !x->src->file || (!whole && !check_says_something(text))) {
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  n ? "too little to look for" : "no commit is named");
		str_release(&needle);
		return;
	}
	/* a hunk of ours is of the file above it, however large the commit */
	if (captioned)
		captioned = corpus_need(x, of[0], &x->c->v[k->ref]);
	for (pass = 0; pass < 2 && !s; pass++)
		for (j = 0; j < n && !s; j++) {
			s = find_line(x, k, of[j], text, whole, pass, &at);
			if (s) {
				check_caption(x, i, of[j]);
				check_say(x, i, VERIFY_OK, NULL, NULL,
					  check_fmt(x, "%s:%lld %s %.10s",
						of[j]->changes[s->change].path,
						(long long)corpus_line(s, at),
						s->old ? "before" : "after",
						of[j]->oid));
			}
			complete = complete && corpus_get(x, of[j])->whole;
			if (x->strict && pass == 0 && k->ref >= 0)
				continue;
		}
	if (!s && (complete || captioned))
		line_missing(x, i, of[0], text);
	else if (!s)
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "not every file of the commit can be read");
	str_release(&needle);
}

