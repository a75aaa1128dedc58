/* render/verify_quote.c - quoted code, quoted sentences, versions. */
#include "render/verify_check.h"

#include "core/mem.h"

#include <ctype.h>

#define FRAGMENT_MIN 4		/* shorter pieces of an elided line say nothing */

/* Anything but punctuation in it? */
static bool says_something(const char *s)
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

/* Does the needle, a whole line of the captioned file, stand at [from, to]? */
static bool stands_at(struct verify_ctx *x, const struct claim *k,
		      const struct verify_commit *c, const char *needle,
		      bool new_only, int64_t from, int64_t to, int64_t *first)
{
	const struct corpus *co = corpus_get(x, c);
	const struct claim *cap = &x->c->v[k->ref];
	const char *at;
	int64_t line;
	size_t i;

	for (i = 0; i < co->n; i++) {
		struct corpus_side part = co->sides[i];
		const struct verify_change *ch = &c->changes[part.change];

		if ((new_only && part.old) || !side_allowed(k, &part) ||
		    (!path_matches(cap, ch->path) &&
		     !(ch->old_path && path_matches(cap, ch->old_path))))
			continue;
		line = 0;
		while ((at = find_in(&part, needle, false, true)) != NULL) {
			line += corpus_line(&part, at);
			if (!*first)
				*first = line;
			if (line >= from && line <= to)
				return true;
			/* on with the line behind it */
			part.text.len -= (size_t)(at - part.text.s);
			part.text.s += at - part.text.s;
		}
	}
	return false;
}

/*
 * "path:N" over a hunk of one of our pages: N is where its first line, or its
 * first line that is not removed, stands.
 */
static void check_caption(struct verify_ctx *x, int i,
			  const struct verify_commit *c)
{
	const struct claim *v = x->c->v, *k = &v[i];
	const struct claim_block *b = &x->c->blocks[k->block];
	struct str needle = STR_INIT;
	int64_t want, skew, seen = 0;
	bool right = false;
	int j, removed = 0;

	if (!x->strict || k->ref < 0 || v[k->ref].a <= 0 ||
	    (i > 0 && v[i - 1].block == k->block))
		return;
	want = v[k->ref].a;
	for (j = i; j < (int)x->c->n && v[j].block == k->block && !right; j++) {
		if (j > i && v[j].flags & CLAIM_REMOVED) {
			removed++;
			continue;
		}
		str_clear(&needle);
		corpus_squeeze(&needle, v[j].text, strlen(v[j].text));
		/* blank lines make no claim: the skew lets them pass */
		skew = v[j].line - b->line - 1 - (j > i ? removed + 1 : 0);
		right = stands_at(x, &v[j], c, str_c(&needle), j > i, want,
				  want + skew, &seen);
		if (j > i || !(v[j].flags & CLAIM_REMOVED))
			break;
	}
	str_release(&needle);
	if (!right && seen)
		check_say(x, k->ref, VERIFY_WRONG, "line number",
			  check_fmt(x, "the line stands at %lld",
				    (long long)seen), c->oid);
}

void check_line(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const struct verify_commit *of[6];
	size_t n = check_commits(x, i, of, 6), j;
	bool whole = x->strict && (k->flags & CLAIM_DIFF), complete = true;
	struct str needle = STR_INIT;
	const struct corpus_side *s = NULL;
	const char *text, *at;
	int pass;

	corpus_squeeze(&needle, k->text, strlen(k->text));
	text = whole ? str_c(&needle) : without_bullet(str_c(&needle));
	if (!n || !x->src->file || (!whole && !says_something(text))) {
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  n ? "too little to look for" : "no commit is named");
		str_release(&needle);
		return;
	}
	for (pass = 0; pass < 2 && !s; pass++)
		for (j = 0; j < n && !s; j++) {
			s = find_line(x, k, of[j], text, whole, pass, &at);
			if (s)
				check_caption(x, i, of[j]);
			if (s)
				check_say(x, i, VERIFY_OK, NULL, NULL,
					  check_fmt(x, "%s:%lld %s %.10s",
						of[j]->changes[s->change].path,
						(long long)corpus_line(s, at),
						s->old ? "before" : "after",
						of[j]->oid));
			complete = complete && corpus_get(x, of[j])->whole;
			if (x->strict && pass == 0 && k->ref >= 0)
				continue;
		}
	if (!s && complete)
		line_missing(x, i, of[0], text);
	else if (!s)
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "not every file of the commit can be read");
	str_release(&needle);
}

/* In the message or in the changed files of one of the commits? */
const char *check_occurs(struct verify_ctx *x, int i, const char *text)
{
	const struct verify_commit *of[6];
	size_t n = check_commits(x, i, of, 6), j, s;
	struct str needle = STR_INIT, message = STR_INIT;
	const char *found = NULL;

	corpus_squeeze(&needle, text, strlen(text));
	for (j = 0; j < n && !found && needle.len; j++) {
		const struct corpus *co;

		str_clear(&message);
		corpus_squeeze(&message, of[j]->message,
			       strlen(of[j]->message));
		/* a message's lines are joined: no line ends in the way */
		if (message.len) {
			char *p = message.s, *q = message.s;

			for (; *p; p++)
				if (*p != '\n')
					*q++ = *p;
			*q = 0;
			if (strstr(message.s, needle.s)) {
				found = check_fmt(x, "message of %s",
						  of[j]->oid);
				break;
			}
		}
		if (!x->src->file)
			continue;
		co = corpus_get(x, of[j]);
		for (s = 0; s < co->n && !found; s++) {
			const char *at = find_in(&co->sides[s], needle.s,
						 false, false);

			if (at)
				found = check_fmt(x, "%s:%lld",
					of[j]->changes[co->sides[s].change].path,
					(long long)corpus_line(&co->sides[s],
							       at));
		}
	}
	str_release(&needle);
	str_release(&message);
	return found;
}

/* Inline code may be a label or a command: absent is not wrong. */
void check_code(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const char *t = k->text, *found = NULL;

	if (says_something(t) &&
	    (!x->strict || strpbrk(t, "_(.:=<[ ") || isupper((unsigned char)*t)))
		found = check_occurs(x, i, (*t == '+' || *t == '-') && t[1] ? t + 1
								      : t);
	check_say(x, i, found ? VERIFY_OK : VERIFY_UNCHECKED, NULL, NULL,
		  found ? found : "not a line of the commit; may be a name "
		  "or a command");
}

void check_version(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	const char *found = check_occurs(x, i, k->text);

	if (!found && k->text[0] == 'v')
		found = check_occurs(x, i, k->text + 1);
	check_say(x, i, found ? VERIFY_OK : VERIFY_UNCHECKED, NULL, NULL,
		  found ? found : "not in the message or files of a commit "
		  "named here");
}

/* What a page adds to a quoted sentence: backslashes, and links on numbers. */
static void unquote(struct str *out, const char *p)
{
	size_t open = 0;
	bool bracket = false;
	const char *end;

	for (; *p; p++) {
		end = bracket && strncmp(p, "](http", 6) == 0 ? strchr(p, ')')
							      : NULL;
		if (end) {
			memmove(out->s + open, out->s + open + 1,
				out->len - open);
			out->len--;
			bracket = false;
			p = end;
			continue;
		}
		/* What put_md_text() puts into an @mention. */
		if (!strncmp(p, "<!-- -->", 8)) {
			p += 7;
			continue;
		}
		if (*p == '[') {
			open = out->len;
			bracket = true;
		}
		if (*p == '\\' && ispunct((unsigned char)p[1]))
			p++;
		str_addch(out, *p);
	}
}

void check_quote(struct verify_ctx *x, int i)
{
	const struct claim *k = &x->c->v[i];
	struct str plain = STR_INIT;
	const struct verify_commit *of[6];
	const char *found;
	size_t n = check_commits(x, i, of, 6);

	unquote(&plain, k->text);
	found = check_occurs(x, i, str_c(&plain));
	str_release(&plain);
	if (found)
		check_say(x, i, VERIFY_OK, NULL, NULL, found);
	else if (n && x->strict && !(k->flags & CLAIM_ELIDED))
		check_say(x, i, VERIFY_WRONG, NULL,
			  "not in the commit's message or files", of[0]->oid);
	else
		check_say(x, i, VERIFY_UNCHECKED, NULL, NULL,
			  "no commit says so");
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Lines of s as NUL-terminated strings; s is written to. */
static char **lines_of(char *s, size_t *n)
{
	char **v = NULL, *nl;
	size_t cap = 0;

	for (*n = 0; s && *s; s = nl ? nl + 1 : NULL) {
		nl = strchr(s, '\n');
		if (nl)
			*nl = 0;
		GROW(v, *n, cap);
		v[(*n)++] = s;
	}
	return v;
}

static void say_changed(struct verify_ctx *x, const char *line, size_t i,
			const char *was)
{
	struct verify_result one = {
		.claim = -1, .line = (int)i + 1, .column = 1,
		.verdict = VERIFY_WRONG, .what = "line",
		.source = "the page's stored document",
	};

	one.text = arena_strndup(&x->r->arena, line, 200);
	one.truth = was ? check_fmt(x, "was written as: %.600s", was)
			: "was not written";
	GROW(x->r->v, x->r->n, x->r->cap);
	x->r->v[x->r->n++] = one;
	x->r->count[VERIFY_WRONG]++;
}

#define CHANGED_MAX 20

/*
 * One of our own pages whose document is kept: a line that is not of the page
 * as written is a change, whatever it says.  The links to other pages at its
 * top, down to the first rule, depend on when and where it was written.
 */
void check_page(struct verify_ctx *x, const char *text, size_t len)
{
	struct str page = STR_INIT, given = STR_INIT;
	struct err e = { 0 };
	char **was, **is, **sorted;
	size_t was_n, is_n, from, i, changed = 0;

	if (!x->strict || !x->src->page || !x->c->page ||
	    x->src->page(x->src->arg, x->c->page, &page, &e) < 0) {
		str_release(&page);
		return;
	}
	/* another version may word things differently */
	if (!strstr(str_c(&page), "tool airep-git " AIREP_VERSION ";")) {
		str_release(&page);
		return;
	}
	str_addmem(&given, text, len);
	was = lines_of(page.s, &was_n);
	is = lines_of(given.s, &is_n);
	sorted = xcalloc(was_n + 1, sizeof(*sorted));
	for (i = 0; i < was_n; i++)
		sorted[i] = was[i];
	qsort(sorted, was_n, sizeof(*sorted), by_text);
	for (from = 0; from < is_n && strcmp(is[from], "---") != 0; from++)
		;
	from = from < is_n ? from : 0;
	for (i = from; i < is_n; i++) {
		if (was_n && bsearch(&is[i], sorted, was_n, sizeof(*sorted),
				     by_text))
			is[i] = NULL;
		else
			changed++;
	}
	/* so many: another document of that name, for another zone perhaps */
	for (i = from; i < is_n && changed <= CHANGED_MAX; i++)
		if (is[i])
			say_changed(x, is[i], i, i < was_n ? was[i] : NULL);
	free(was);
	free(is);
	free(sorted);
	str_release(&page);
	str_release(&given);
}
