/*
 * analyze/signals/thread_refs.c - what one message claims.
 *
 * It may name its target by the quoted title, by a number or by an id.  The
 * title is the most trustworthy: it was copied by a machine, while numbers in
 * a text may be any issue.
 */
#include "analyze/signals/thread_refs.h"

#include "core/find.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct refs {
	struct thread_ref *v;
	size_t n;
	struct arena *a;
};

static void add_ref(struct refs *r, const struct thread_ref *ref)
{
	if (r->n < THREAD_REFS_MAX)
		r->v[r->n++] = *ref;
}

static bool word_start(const char *s, const char *p)
{
	return p == s || !isalnum((unsigned char)p[-1]);
}

/* A decimal number at p of 1 to 7 digits, or 0; *end behind it. */
int thread_number_at(const char *p, const char **end)
{
	int v = 0, n = 0;

	for (; isdigit((unsigned char)*p) && n < 8; p++, n++)
		v = v * 10 + (*p - '0');
	*end = p;
	return n && n < 8 && !isalnum((unsigned char)*p) && *p != '.' ? v : 0;
}

/*
 * "#12", "a/b#12", ".../pull/12", and with `bare` also "18619" (three digits
 * or more, so that no count of things is taken for a number).
 */
static int pr_at(const char *p, bool bare, struct arena *a, const char **repo,
		 const char **end)
{
	const char *q = p;

	*repo = NULL;
	*end = p;
	if (*p == '#')
		return thread_number_at(p + 1, end);
	if (bare && isdigit((unsigned char)*p)) {
		int v = thread_number_at(p, end);

		return v >= 100 ? v : 0;
	}
	while (*q && !isspace((unsigned char)*q) && *q != '#' && *q != ')')
		q++;
	if (*q == '#' && memchr(p, '/', (size_t)(q - p)) &&
	    isdigit((unsigned char)q[1])) {
		*repo = arena_strndup(a, p, (size_t)(q - p));
		return thread_number_at(q + 1, end);
	}
	if (!strncmp(p, "http", 4)) {
		const char *u = memmem(p, (size_t)(q - p), "/pull/", 6);
		const char *o = u;
		int slash = 0;

		if (!u)
			return 0;
		while (o > p && (slash += o[-1] == '/') < 2)
			o--;
		*repo = arena_strndup(a, o, (size_t)(u - o));
		return thread_number_at(u + 6, end);
	}
	return 0;
}

/* Length of a run of hex digits that can be a commit id, or 0. */
static size_t hex_len(const char *p)
{
	size_t n = strspn(p, "0123456789abcdef");

	if (n < 7 || n > 40 || isalnum((unsigned char)p[n]))
		return 0;
	return n;
}

/* A quoted title at p; the last closing quote of the line ends it, because
 * titles hold quotes themselves ('Revert "Revert "x""'). */
static char *quoted_at(const char *p, struct arena *a)
{
	static const struct { const char *open, *close; } q[] = {
		{ "\"", "\"" }, { "\xe2\x80\x9c", "\xe2\x80\x9d" },
		{ "'", "'" }, { "`", "`" },
	};
	size_t line = strcspn(p, "\n");

	for (size_t i = 0; i < ARRAY_N(q); i++) {
		size_t o = strlen(q[i].open), c = strlen(q[i].close);
		const char *s = p + o;

		if (strncmp(p, q[i].open, o))
			continue;
		for (const char *e = p + line; e >= s + c; e--)
			if (!memcmp(e - c, q[i].close, c))
				return arena_strndup(a, s,
						     (size_t)(e - c - s));
		/* A subject cut before its closing quote. */
		return arena_strndup(a, s, line - o);
	}
	return NULL;
}

/* Skip "PR", "of", "the changes from" ... in front of a target. */
static const char *skip_fillers(const char *p)
{
	static const char *const words[] = {
		"pr", "prs", "of", "the", "changes", "change", "from", "in",
		"commit", "pull", "request", "to", "by", "part", NULL
	};

	for (;;) {
		const char *s = p + strspn(p, " :-\n");
		size_t n = 0;
		bool found = false;

		while (isalpha((unsigned char)s[n]))
			n++;
		for (const char *const *w = words; *w && n; w++)
			found = found || (strlen(*w) == n &&
					  !strncasecmp(*w, s, n));
		if (!found)
			return s;
		p = s + n;
	}
}

/* The target that follows a verb: title, number or id. */
static bool ref_at(struct refs *r, const char *p, enum thread_kind kind,
		   bool bare, bool partial)
{
	struct thread_ref ref = { .kind = kind, .partial = partial };
	const char *s = skip_fillers(p), *end;
	size_t hex;

	ref.title = quoted_at(s, r->a);
	if (!ref.title) {
		if (*s == '(')
			s++;
		hex = hex_len(s);
		ref.pr = hex && hex > 9 ? 0 :
			 pr_at(s, bare, r->a, &ref.repo, &end);
		if (!ref.pr && hex)
			ref.oid = arena_strndup(r->a, s, hex);
	}
	if (!ref.title && !ref.pr && !ref.oid)
		return false;
	add_ref(r, &ref);
	return true;
}

/* "[Fix][AMD] " and "perf(x): " in front of a title. */
static const char *skip_tags(const char *s)
{
	for (;;) {
		s += strspn(s, " ");
		if (*s == '[') {
			const char *e = strchr(s, ']');

			/* "[Revert]" is the verb itself. */
			if (!e || !strncasecmp(s, "[re", 3))
				return s;
			s = e + 1;
			continue;
		}
		return s;
	}
}

/* "(#12)" at the end: bytes in front of it, blanks cut; else all. */
size_t title_without_number(const char *s, size_t n)
{
	size_t i;

	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	if (!n || s[n - 1] != ')')
		return n;
	for (i = n - 1; i && isdigit((unsigned char)s[i - 1]); i--)
		;
	if (i < 2 || s[i - 1] != '#' || s[i - 2] != '(')
		return n;
	for (n = i - 2; n && isspace((unsigned char)s[n - 1]); n--)
		;
	return n;
}

/* The first "#N" behind p, as in 'Revert "x" (#34730 and #36270)'. */
static int number_behind(const char *p)
{
	const char *end;
	int v;

	for (; (p = strchr(p, '#')); p++)
		if ((v = thread_number_at(p + 1, &end)))
			return v;
	return 0;
}

/* What stands behind the verb where nothing is quoted: a title, perhaps. */
static void plain_title(struct refs *r, const char *s)
{
	struct thread_ref ref = { .kind = THREAD_REVERT, .plain = true };

	s += strspn(s, " :-");
	if (!strchr(s, ' '))
		return;
	ref.title = s;
	/* "Revert [x] y (#1)": that number is the target's. */
	if (ends_with(s, ")"))
		ref.pr = number_behind(s + title_without_number(s, strlen(s)));
	add_ref(r, &ref);
}

static void subject_refs(struct refs *r, const char *subject)
{
	const char *s = skip_tags(subject), *p, *behind = NULL;
	bool partial = false;

	for (p = s; (p = strcasestr(p, "revert")); p++) {
		const char *e = p + 6;

		if (!word_start(subject, p))
			continue;
		partial = p > s && strcasestr(s, "partial") &&
			  strcasestr(s, "partial") < p;
		e += !strncasecmp(e, "ing", 3) ? 3 :
		     *e == 's' || *e == ']' ? 1 : 0;
		if (isalpha((unsigned char)*e))
			continue;
		/* A bare number only where the verb opens the title. */
		behind = e;
		if (ref_at(r, e, THREAD_REVERT, p == s, partial))
			break;
		if (p == s && *e != ']')
			plain_title(r, e);
	}
	/* A quoted title that was edited since: the number beside it helps. */
	if (r->n && r->v[0].title && !r->v[0].pr && behind) {
		const char *q = strstr(behind, r->v[0].title);

		r->v[0].pr = number_behind(q ? q + strlen(r->v[0].title) :
					   behind);
		if (!r->v[0].pr && (q = strrchr(r->v[0].title, '#')))
			r->v[0].pr = number_behind(q);
		/* "Revert x in #1": of that change, only x. */
		r->v[0].partial = r->v[0].plain && r->v[0].pr &&
				  !ends_with(r->v[0].title, ")");
	}
	/* The revert of a revert brings the first landing back. */
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].title &&
		    !strncasecmp(skip_tags(r->v[i].title), "revert", 6)) {
			r->v[i].kind = THREAD_RELAND;
			r->v[i].says_reverted = true;
			r->v[i].undoes_revert = true;
		}
}

static const char *const reland_words[] = {
	"reland", "re-land", "reapply", "re-apply", "resubmit", "relanding",
	"unrevert", NULL
};

/* Numbers from p to the end of its sentence, as re-land candidates. */
static void numbers_in(struct refs *r, const char *p, bool says)
{
	const char *from = p;

	for (; *p; p++) {
		struct thread_ref ref = { .kind = THREAD_RELAND,
					  .says_reverted = says };
		const char *end;

		if (*p == '\n' && p[1] == '\n')
			return;
		if (*p == '.' && isspace((unsigned char)p[1]))
			return;
		if (*p != '#' && strncmp(p, "http", 4) &&
		    !(isalpha((unsigned char)*p) && p > from &&
		      (isspace((unsigned char)p[-1]) || p[-1] == '(')))
			continue;
		ref.pr = pr_at(p, false, r->a, &ref.repo, &end);
		if (ref.pr) {
			add_ref(r, &ref);
			p = end - 1;
		}
	}
}

/* Most titles have none of the words, which is seen at their "re". */
static bool may_reland(const char *s)
{
	const char *end = s + strlen(s);

	for (; (s = find_folded(s, (size_t)(end - s), "re", 2)); s += 2)
		if (s[2] && strchr("lLaAsSvV-", s[2]))
			return true;
	return false;
}

static void subject_relands(struct refs *r, const char *subject)
{
	if (!may_reland(subject))
		return;
	for (const char *const *w = reland_words; *w; w++) {
		const char *p = strcasestr(subject, *w), *rest;
		struct thread_ref ref = { .kind = THREAD_RELAND };
		/* "Re-apply #1 to x" may be a repetition elsewhere. */
		bool says = !strstr(*w, "apply");

		if (!p || !word_start(subject, p) ||
		    isalpha((unsigned char)p[strlen(*w)]))
			continue;
		rest = p + strlen(*w);
		if (*rest == ']' || *rest == ')')
			rest++;
		ref.title = quoted_at(skip_fillers(rest), r->a);
		/* "[Reland] the title of then" */
		if (!ref.title && skip_tags(subject) <= p)
			ref.title = arena_strdup(r->a, skip_fillers(rest));
		/* The very title again needs no other witness. */
		ref.says_reverted = true;
		if (ref.title)
			add_ref(r, &ref);
		if (*rest)
			numbers_in(r, rest, says);
		return;
	}
}

/* Start of the sentence or paragraph that holds p. */
static const char *sentence_start(const char *body, const char *p)
{
	while (p > body && !(p[-1] == '\n' && p > body + 1 && p[-2] == '\n') &&
	       !(p > body + 1 && isspace((unsigned char)p[-1]) &&
		 p[-2] == '.'))
		p--;
	return p;
}

static void body_refs(struct refs *r, const char *body)
{
	static const char *const openings[] = {
		"reverts commit ", "reverts ", "this reverts ",
		"this reverts commit ", "this pr reverts ",
		"revert of ", "reverts: ", NULL
	};

	for (const char *l = body; *l; l += strcspn(l, "\n"), l += *l == '\n') {
		const char *s = l + strspn(l, " \t*-");

		for (const char *const *o = openings; *o; o++)
			if (!strncasecmp(s, *o, strlen(*o)) &&
			    ref_at(r, s + strlen(*o), THREAD_REVERT, false,
				   false))
				break;
	}
}

/* "relanded in #3" tells of another change than this one. */
static bool is_passive(const char *p)
{
	if (!strncasecmp(p, "ed", 2))
		p += 2;
	while (*p == ' ' || *p == '\n')
		p++;
	return !strncasecmp(p, "in ", 3) || !strncasecmp(p, "by ", 3);
}

static bool holds(const char *s, size_t len, const char *word)
{
	return find_folded(s, len, word, strlen(word)) != NULL;
}

/* reverts: the body has this word. */
static void body_relands(struct refs *r, const char *body, size_t len,
			 bool reverts)
{
	/* This change does it ... */
	static const char *const active[] = {
		"fixed version of", "new version of", "re-land", "reland",
		"re-apply", "reapply", NULL
	};
	const char *const *w = active;
	/* ... or something was undone, and this may bring it back. */
	static const char *const undone[] = {
		"was reverted", "merged and reverted", "been reverted",
		"got reverted", "were reverted", NULL
	};

	if (!holds(body, len, "version of"))
		w += 2;
	for (; *w && !r->n; w++) {
		if ((*w == active[2] && !holds(body, len, "land")) ||
		    (*w == active[4] && !holds(body, len, "apply"))) {
			w++;	/* the same word again, without its dash */
			continue;
		}
		const char *p = find_folded(body, len, *w, strlen(*w));

		if (p && word_start(body, p) && !is_passive(p + strlen(*w)))
			numbers_in(r, p + strlen(*w),
				   strstr(*w, "version") != NULL);
	}
	for (w = undone; reverts && *w && !r->n; w++) {
		const char *p = find_folded(body, len, *w, strlen(*w));

		if (!p || !word_start(body, p))
			continue;
		numbers_in(r, sentence_start(body, p), true);
		for (size_t i = 0; i < r->n; i++)
			r->v[i].needs_title = true;
	}
}

/* One of these is in all that body_refs() and body_relands() look for. */
bool thread_body_may_speak(const char *body, size_t len)
{
	static const char *const words[] = {
		"revert", "version of", "re-land", "reland", "re-apply",
		"reapply", NULL
	};
	const char *const *w = words;

	while (*w && !holds(body, len, *w))
		w++;
	return *w != NULL;
}

size_t thread_refs(struct thread_ref *out, struct arena *a,
		   const char *subject, const char *body)
{
	struct refs r = { .v = out, .a = a };
	size_t len = body ? strlen(body) : 0;
	bool reverts = holds(body, len, "revert"), revert;

	/* The landing's own number ends the subject; it names nobody else. */
	subject = arena_strndup(a, subject,
				title_without_number(subject, strlen(subject)));
	if (holds(subject, strlen(subject), "revert"))
		subject_refs(&r, subject);
	if (!r.n && reverts)
		body_refs(&r, body);
	else if (r.n && !r.v[0].title && body)
		body_refs(&r, body);
	/* A body that says "This reverts commit" beside a quoted title only
	 * repeats it; one under a re-land's title belongs to a squashed step. */
	revert = r.n > 0;
	subject_relands(&r, subject);
	if (!revert && body)
		body_relands(&r, body, len, reverts);
	return r.n;
}
