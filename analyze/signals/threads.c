/*
 * analyze/signals/threads.c - resolve references, follow a thread.  What does
 * not resolve is no thread at all.
 */
#include "analyze/signals/thread_refs.h"

#include "core/hash.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- resolving ---------------------------------------------------------- */

/* Lower case, blanks collapsed, a final "(#12)" left out. */
static void fold_title(struct str *out, const char *s)
{
	size_t n = strlen(s), k, i;

	while ((k = title_without_number(s, n)) < n)
		n = k;
	str_clear(out);
	str_reserve(out, n);
	for (k = 0, i = 0; i < n; i++) {
		if (!isspace((unsigned char)s[i]))
			out->s[k++] = (char)tolower((unsigned char)s[i]);
		else if (k && out->s[k - 1] != ' ')
			out->s[k++] = ' ';
	}
	out->len = k;
	out->s[k] = 0;
	str_trim_end(out);
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

static bool is_common_word(const char *s, size_t n)
{
	static const char *const words[] = {
		"update", "updates", "change", "changes", "internal", "code",
		"automated", "fix", "fixes", "bump", "version", "versions",
		"readme", "docs", "test", "tests", "build", "minor", "cleanup",
		"merge", "branch", "into", "from", "pull", "request",
		"add", "remove", "use",
		"compilation", "typo", "the", "for", "and", NULL
	};
	for (int i = 0; words[i]; i++)
		if (n == strlen(words[i]) && !strncasecmp(s, words[i], n))
			return true;
	return n < 3;
}

/*
 * Does a title name one change?  "Update README.md" lands again and again, and
 * so does what a bot writes: two words that not every title has, or a name of
 * the code.
 */
static bool is_telling(const char *s)
{
	static const char *const bots[] = {
		"generated ", "automated ", "internal change", "merge ", NULL
	};
	int telling = 0;

	for (int i = 0; bots[i]; i++)
		if (!strncasecmp(s, bots[i], strlen(bots[i])))
			return false;
	while (*s && telling < 2) {
		bool name = false;
		size_t n = 0, k = strcspn(s, " ");

		while (n < k && isalnum((unsigned char)s[n]))
			n++;
		for (size_t i = 1; i + 1 < k; i++)
			name |= s[i] == '_' || s[i] == ':' ||
				(s[i] == '.' && isdigit((unsigned char)s[0]));
		telling += name ? 2 : k && !is_common_word(s, n ? n : k);
		s += k + strspn(s + k, " ");
	}
	return telling >= 2;
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
				      hash_pr(thread_number_at(p + 1, &end)));
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
		    is_telling(bare_title(str_c(&r.fold)))) {
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
