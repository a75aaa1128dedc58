/*
 * analyze/signals/threads.c
 *
 * A message may name its target by the quoted title, by a number or by an id.
 * The title is the most trustworthy: it was copied by a machine, while numbers
 * in a text may be any issue.  What does not resolve is no thread at all.
 */
#include "analyze/signals/threads.h"

#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- reading one message ------------------------------------------------ */

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
static int number_at(const char *p, const char **end)
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
		return number_at(p + 1, end);
	if (bare && isdigit((unsigned char)*p)) {
		int v = number_at(p, end);

		return v >= 100 ? v : 0;
	}
	while (*q && !isspace((unsigned char)*q) && *q != '#' && *q != ')')
		q++;
	if (*q == '#' && memchr(p, '/', (size_t)(q - p)) &&
	    isdigit((unsigned char)q[1])) {
		*repo = arena_strndup(a, p, (size_t)(q - p));
		return number_at(q + 1, end);
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
		return number_at(u + 6, end);
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
static size_t without_number(const char *s, size_t n)
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
		if ((v = number_at(p + 1, &end)))
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
		ref.pr = number_behind(s + without_number(s, strlen(s)));
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

static void subject_relands(struct refs *r, const char *subject)
{
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

static void body_relands(struct refs *r, const char *body)
{
	/* This change does it ... */
	static const char *const active[] = {
		"fixed version of", "new version of", "re-land", "reland",
		"re-apply", "reapply", NULL
	};
	/* ... or something was undone, and this may bring it back. */
	static const char *const undone[] = {
		"was reverted", "merged and reverted", "been reverted",
		"got reverted", "were reverted", NULL
	};

	for (const char *const *w = active; *w && !r->n; w++) {
		const char *p = strcasestr(body, *w);

		if (p && word_start(body, p) && !is_passive(p + strlen(*w)))
			numbers_in(r, p + strlen(*w),
				   strstr(*w, "version") != NULL);
	}
	for (const char *const *w = undone; *w && !r->n; w++) {
		const char *p = strcasestr(body, *w);

		if (!p || !word_start(body, p))
			continue;
		numbers_in(r, sentence_start(body, p), true);
		for (size_t i = 0; i < r->n; i++)
			r->v[i].needs_title = true;
	}
}

size_t thread_refs(struct thread_ref *out, struct arena *a,
		   const char *subject, const char *body)
{
	struct refs r = { .v = out, .a = a };
	bool revert;

	/* The landing's own number ends the subject; it names nobody else. */
	subject = arena_strndup(a, subject,
				without_number(subject, strlen(subject)));
	if (strcasestr(subject, "revert"))
		subject_refs(&r, subject);
	if (!r.n && body && strcasestr(body, "revert"))
		body_refs(&r, body);
	else if (r.n && !r.v[0].title && body)
		body_refs(&r, body);
	/* A body that says "This reverts commit" beside a quoted title only
	 * repeats it; one under a re-land's title belongs to a squashed step. */
	revert = r.n > 0;
	subject_relands(&r, subject);
	if (!revert && body)
		body_relands(&r, body);
	return r.n;
}

/* --- resolving ---------------------------------------------------------- */

/* Lower case, blanks collapsed, a final "(#12)" left out. */
static void fold_title(struct str *out, const char *s)
{
	size_t n = strlen(s), k;

	str_clear(out);
	while ((k = without_number(s, n)) < n)
		n = k;
	for (size_t i = 0; i < n; i++) {
		if (isspace((unsigned char)s[i])) {
			if (out->len && out->s[out->len - 1] != ' ')
				str_addch(out, ' ');
			continue;
		}
		str_addch(out, (char)tolower((unsigned char)s[i]));
	}
	str_trim_end(out);
}

static uint64_t hash_bytes(const char *s, size_t n)
{
	uint64_t h = 1469598103934665603ull;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 1099511628211ull;
	return h;
}

/* Open addressing from a hash to the newest landing that has it. */
struct index {
	uint64_t *key;
	int *val;
	size_t cap;		/* a power of two */
};

static void index_init(struct index *x, size_t n)
{
	x->cap = 64;
	while (x->cap < n * 2)
		x->cap *= 2;
	x->key = xcalloc(x->cap, sizeof(*x->key));
	x->val = xcalloc(x->cap, sizeof(*x->val));
}

static void index_release(struct index *x)
{
	free(x->key);
	free(x->val);
}

static size_t index_slot(const struct index *x, uint64_t h)
{
	size_t i = (size_t)h & (x->cap - 1);

	while (x->key[i] && x->key[i] != h)
		i = (i + 1) & (x->cap - 1);
	return i;
}

static void index_put(struct index *x, uint64_t h, int val)
{
	size_t i;

	h |= 1;			/* 0 marks an empty slot */
	i = index_slot(x, h);
	x->key[i] = h;
	x->val[i] = val;
}

static int index_get(const struct index *x, uint64_t h)
{
	size_t i = index_slot(x, h | 1);

	return x->key[i] ? x->val[i] : -1;
}

struct resolver {
	const struct thread_landing *all;
	struct index by_title, by_bare, by_pr;
	struct str fold;
	const char *repo;
	bool *reverted;
};

static uint64_t hash_pr(int pr)
{
	return ((uint64_t)pr + 1) * 0x9e3779b97f4a7c15ull;
}

static bool repo_matches(const char *repo, const char *named)
{
	const char *a, *b;

	if (!repo || !named)
		return true;
	/* Forks keep the name: "antgroup/sglang" may quote "sgl-project". */
	a = strrchr(repo, '/');
	b = strrchr(named, '/');
	return !strcasecmp(a ? a + 1 : repo, b ? b + 1 : named);
}

/* "[Frontend] feat(x): add y" -> "add y": edited most often of all. */
static const char *bare_title(const char *s)
{
	const char *p;
	size_t n = 0;

	while (*s == '[' && (p = strchr(s, ']')))
		s = p + 1 + strspn(p + 1, " ");
	while (isalnum((unsigned char)s[n]))
		n++;
	if (n && s[n] == '(' && (p = strchr(s + n, ')')))
		n = (size_t)(p + 1 - s);
	if (n && n < 24 && s[n] == ':' && s[n + 1] == ' ')
		s += n + 2;
	return s;
}

/* Enough words to be nobody else's title. */
static bool is_distinct(const char *s, int words)
{
	for (; *s; s++)
		words -= *s == ' ';
	return words <= 1;
}

/* The newest title that begins like one cut with an ellipsis. */
static int by_beginning(struct resolver *r, const char *title, int at)
{
	static const char dots[] = "\xe2\x80\xa6";
	struct str want = STR_INIT;
	int found = -1;

	fold_title(&want, title);
	str_trim_end(&want);
	if (want.len < 24 || strcmp(want.s + want.len - 3, dots)) {
		str_release(&want);
		return -1;
	}
	str_cut(&want, want.len - 3);
	for (int i = at - 1; i >= 0 && found < 0; i--) {
		fold_title(&r->fold, r->all[i].subject);
		if (r->fold.len > want.len &&
		    !memcmp(r->fold.s, want.s, want.len))
			found = i;
	}
	str_release(&want);
	return found;
}

static int by_title(struct resolver *r, const char *title, int at)
{
	const char *bare;
	int t = -1;

	fold_title(&r->fold, title);
	/* One word ("fix") is no title to trust. */
	if (!r->fold.len || !strchr(r->fold.s, ' '))
		return -1;
	t = index_get(&r->by_title, hash_bytes(r->fold.s, r->fold.len));
	if (t >= 0)
		return t;
	bare = bare_title(r->fold.s);
	if (is_distinct(bare, 3))
		t = index_get(&r->by_bare, hash_bytes(bare, strlen(bare)));
	return t >= 0 ? t : by_beginning(r, title, at);
}

static int by_oid(const struct resolver *r, const char *oid, int at)
{
	size_t n = strlen(oid);

	for (int i = at - 1; i >= 0; i--) {
		char hex[OID_HEX + 1];

		oid_hex(&r->all[i].oid, hex);
		if (!strncmp(hex, oid, n))
			return i;
	}
	return -1;
}

static int resolve(struct resolver *r, const struct thread_ref *ref, int at)
{
	const char *p, *end;
	int t = -1;

	if (!repo_matches(r->repo, ref->repo))
		return -1;
	if (ref->title) {
		t = by_title(r, ref->title, at);
		p = strrchr(ref->title, '#');
		if (t < 0 && ends_with(ref->title, ")") && p &&
		    p > ref->title && p[-1] == '(')
			t = index_get(&r->by_pr,
				      hash_pr(number_at(p + 1, &end)));
	}
	if (t < 0 && ref->pr)
		t = index_get(&r->by_pr, hash_pr(ref->pr));
	if (t < 0 && ref->oid)
		t = by_oid(r, ref->oid, at);
	return t;
}

/* Do the two titles share half of their longer words? */
static bool alike(const char *a, const char *b)
{
	int words = 0, shared = 0;

	while (*a) {
		size_t n = 0;

		while (*a && !isalnum((unsigned char)*a))
			a++;
		while (isalnum((unsigned char)a[n]))
			n++;
		if (n >= 4) {
			char w[64];

			snprintf(w, sizeof(w), "%.*s", (int)n, a);
			words++;
			shared += strcasestr(b, w) != NULL;
		}
		a += n;
	}
	return words && shared * 2 >= words;
}

static void link_one(struct resolver *r, struct thread_link *links, int at)
{
	const struct thread_landing *l = &r->all[at];
	struct thread_ref refs[THREAD_REFS_MAX];
	struct arena a = { 0 };
	size_t n = thread_refs(refs, &a, l->subject, l->body);
	struct thread_link *out = &links[at];

	for (size_t i = 0; i < n && out->target < 0; i++) {
		int t = resolve(r, &refs[i], at);

		if (t < 0 || t == at)
			continue;
		out->kind = refs[i].kind;
		if (refs[i].kind == THREAD_RELAND) {
			/* Naming the revert means bringing back its target;
			 * a revert whose own target is unknown is undone. */
			if (links[t].kind == THREAD_REVERT)
				t = links[t].target;
			else if (refs[i].undoes_revert)
				out->kind = THREAD_REVERT;
			if (t < 0 ||
			    (!r->reverted[t] && !refs[i].says_reverted))
				continue;
			if (refs[i].needs_title &&
			    !alike(r->all[t].subject, l->subject))
				continue;
		}
		out->target = t;
		out->partial = refs[i].partial;
	}
	arena_release(&a);
}

void threads_link(struct thread_link *links, const struct thread_landing *all,
		  size_t n, const char *repo)
{
	struct resolver r = { .all = all, .repo = repo };

	index_init(&r.by_title, n);
	index_init(&r.by_bare, n);
	index_init(&r.by_pr, n);
	r.reverted = xcalloc(n ? n : 1, sizeof(*r.reverted));
	for (size_t i = 0; i < n; i++) {
		const struct thread_landing *l = &all[i];
		const char *bare;
		uint64_t h;
		int t;

		links[i] = (struct thread_link){ .target = -1 };
		link_one(&r, links, (int)i);
		if (links[i].target < 0)
			links[i].kind = THREAD_NONE;
		fold_title(&r.fold, l->subject);
		h = hash_bytes(str_c(&r.fold), r.fold.len);
		t = index_get(&r.by_title, h);
		/* The title of a reverted landing once more. */
		if (links[i].target < 0 && t >= 0 && r.reverted[t] &&
		    strchr(str_c(&r.fold), ' ')) {
			links[i].kind = THREAD_RELAND;
			links[i].target = t;
			links[i].by_title = true;
		}
		if (links[i].kind == THREAD_REVERT)
			r.reverted[links[i].target] = true;
		else if (links[i].kind == THREAD_RELAND)
			r.reverted[links[i].target] = false;
		index_put(&r.by_title, h, (int)i);
		bare = bare_title(str_c(&r.fold));
		index_put(&r.by_bare, hash_bytes(bare, strlen(bare)),
			  (int)i);
		if (l->pr)
			index_put(&r.by_pr, hash_pr(l->pr), (int)i);
	}
	index_release(&r.by_title);
	index_release(&r.by_bare);
	index_release(&r.by_pr);
	str_release(&r.fold);
	free(r.reverted);
}

/* --- one thread --------------------------------------------------------- */

/* The first landing of the chain that `at` belongs to. */
static int root_of(const struct thread_link *links, int at)
{
	/* Targets always lie before, so this ends. */
	while (links[at].target >= 0)
		at = links[at].target;
	return at;
}

size_t thread_steps(struct thread_step *out, size_t max,
		    const struct thread_link *links, size_t upto, size_t at)
{
	int root = root_of(links, (int)at);
	size_t n = 0;

	for (size_t i = (size_t)root; i < upto; i++) {
		bool member = (int)i == root ||
			      (links[i].target >= root &&
			       root_of(links, (int)i) == root);

		if (!member)
			continue;
		if (n < max)
			out[n++] = (struct thread_step){ (int)i,
							 links[i].kind };
	}
	return n > 1 ? n : 0;
}

/* --- exactness ---------------------------------------------------------- */

struct line {
	const char *s;
	size_t n;
	int sign;		/* +1 added, -1 removed */
};

struct lines {
	struct line *v;
	size_t n, cap;
};

static void split(struct lines *l, const char *s, size_t from, size_t to,
		  int sign)
{
	while (from < to) {
		const char *e = memchr(s + from, '\n', to - from);
		size_t n = e ? (size_t)(e - s) - from : to - from;

		GROW(l->v, l->n, l->cap);
		l->v[l->n++] = (struct line){ s + from, n, sign };
		from += n + 1;
	}
}

static int cmp_line(const void *pa, const void *pb)
{
	const struct line *a = pa, *b = pb;
	size_t n = a->n < b->n ? a->n : b->n;
	int c = n ? memcmp(a->s, b->s, n) : 0;

	return c ? c : (a->n > b->n) - (a->n < b->n);
}

static bool readable(const struct landing_file *f)
{
	const struct change *c = f->change;

	return (f->old || c->status == 'A') && (f->new || c->status == 'D') &&
	       (f->old || f->new) && !(c->flags & CHANGE_BINARY);
}

/* The two files' changes cancel each other out. */
static bool cancels(const struct landing_file *a, const struct landing_file *b)
{
	struct lines l = { 0 };
	bool same = true;

	if (!readable(a) || !readable(b))
		return false;
	split(&l, a->old, a->old_from, a->old_to, -1);
	split(&l, a->new, a->new_from, a->new_to, +1);
	split(&l, b->old, b->old_from, b->old_to, -1);
	split(&l, b->new, b->new_from, b->new_to, +1);
	if (l.n)
		qsort(l.v, l.n, sizeof(*l.v), cmp_line);
	for (size_t i = 0; i < l.n && same;) {
		size_t k = i;
		int sum = 0;

		for (; k < l.n && !cmp_line(&l.v[i], &l.v[k]); k++)
			sum += l.v[k].sign;
		same = sum == 0;
		i = k;
	}
	free(l.v);
	return same;
}

static const struct landing_file *find(const struct landing_file *f, size_t n,
				       const struct change *c)
{
	const char *old = c->old_path ? c->old_path : c->path;

	for (size_t i = 0; i < n; i++) {
		const struct change *k = f[i].change;

		if (!strcmp(k->path, c->path) || !strcmp(k->path, old) ||
		    (k->old_path && !strcmp(k->old_path, c->path)))
			return &f[i];
	}
	return NULL;
}

void thread_inverse(const struct landing_file *a, size_t a_n,
		    const struct landing_file *b, size_t b_n,
		    size_t *same, size_t *total)
{
	size_t met = 0;

	*same = *total = 0;
	for (size_t i = 0; i < a_n; i++) {
		const struct landing_file *o = find(b, b_n, a[i].change);

		++*total;
		if (o) {
			met++;
			*same += cancels(&a[i], o);
		}
	}
	*total += b_n > met ? b_n - met : 0;
}
