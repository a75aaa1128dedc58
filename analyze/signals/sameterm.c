#include "analyze/signals/sameterm.h"

#include "core/map.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TERM_MIN 3
#define TERM_MAX 48
#define FEW 5		/* 1 % of a small repository is a title or two */

/* Names that everybody uses every day; normalised spelling. */
static const char *const common[] = {
	"amd", "api", "aot", "bf16", "bfloat16", "blackwell", "bugfix", "ci",
	"cd", "cli", "cpu", "cublas", "cuda", "cudagraph", "cudnn", "cutedsl",
	"cutlass", "dp", "ep", "fa2", "fa3", "fa4", "flashattention",
	"flashinfer", "fp16", "fp32", "fp4", "fp8", "gpu", "hip", "hopper",
	"hotfix", "http", "int4", "int8", "jit", "json", "kv", "llm", "lora", "mha",
	"mla", "mm", "moe", "mtp", "mxfp4", "mxfp8", "nccl", "npu", "nvfp4",
	"nvidia", "oom", "pd", "pp", "pr", "pypi", "pytorch", "rocm", "sgl",
	"sglang", "tma", "todo", "tp", "tpu", "triton", "trtllm", "ut", "vlm",
	"vllm", "xpu", "readme", "wip", "nfc", "rfc", "ima", "nan", "tests",
	"v1", "v2", "v3", "deepseek", "openai", "github", "macos", "arm64",
	"x86", "dlpack", "aarch64", "pdl", "smem", "gemm", "torchcompile",
	NULL
};

static const char *const endings[] = {
	"forconditionalgeneration", "forcausallm", "forsequenceclassification",
	"formultimodallm", "model", NULL
};

struct term {
	char key[TERM_MAX + 1];
	char shown[TERM_MAX + 1];
	int repo, change;
	bool name;		/* looks like a name */
};

struct terms {
	struct term *v;
	size_t n, cap;
};

static bool is_common(const char *k)
{
	for (const char *const *w = common; *w; w++)
		if (!strcmp(*w, k))
			return true;
	/* Devices: sm90, h100, mi355x, gfx942, b200. */
	if ((starts_with(k, "sm") || starts_with(k, "mi") ||
	     starts_with(k, "gb") || starts_with(k, "cu")) &&
	    isdigit((unsigned char)k[2]))
		return true;
	if (starts_with(k, "gfx") ||
	    (strchr("abhlt", *k) && strspn(k + 1, "0123456789") ==
	     strlen(k + 1)))
		return true;
	return strspn(k, "0123456789./") == strlen(k);
}

/* Takes one token: keeps letters and digits, cuts a class's ending. */
static bool normalise(struct term *t, const char *s, size_t n)
{
	int capitals = 0, digits = 0, letters = 0;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char)s[i]))
			continue;
		if (k == TERM_MAX)
			return false;
		capitals += isupper((unsigned char)s[i]) != 0;
		digits += isdigit((unsigned char)s[i]) != 0;
		letters += isalpha((unsigned char)s[i]) != 0;
		t->key[k++] = (char)tolower((unsigned char)s[i]);
	}
	t->key[k] = '\0';
	for (const char *const *e = endings; *e; e++) {
		size_t cut = strlen(*e);

		if (k > cut + TERM_MIN && ends_with(t->key, *e)) {
			k -= cut;
			t->key[k] = '\0';
			n = k < n ? k : n;
		}
	}
	if (k < TERM_MIN || letters < 2 || n > TERM_MAX)
		return false;
	memcpy(t->shown, s, n);
	t->shown[n] = '\0';
	t->name = capitals >= 2 || (digits && letters > 1);
	return true;
}

static bool is_token(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

/* Terms that two repositories share today: the past is asked for no others. */
struct shared {
	struct map keys;
	bool first[256];	/* letters and digits they begin with */
};

static bool begins_one(const struct shared *w, const char *s)
{
	s += strspn(s, "-_");
	return w->first[tolower((unsigned char)*s)];
}

static bool is_wanted(const struct shared *w, const struct term *t)
{
	return w ? map_get(&w->keys, t->key, strlen(t->key)) >= 0 :
		   !is_common(t->key);
}

/* All, or those of `only`. */
static void tokens(struct terms *out, const char *s, int repo, int change,
		   const struct shared *only)
{
	while (*s) {
		size_t n = 0;
		struct term t;

		while (*s && !is_token(*s))
			s++;
		while (is_token(s[n]))
			n++;
		while (n && (s[n - 1] == '-' || s[n - 1] == '_'))
			n--;
		t.repo = repo;
		t.change = change;
		if (n && (!only || begins_one(only, s)) &&
		    normalise(&t, s, n) && is_wanted(only, &t)) {
			GROW(out->v, out->n, out->cap);
			out->v[out->n++] = t;
		}
		s += n ? n : *s != '\0';
	}
}

static int cmp_term(const void *pa, const void *pb)
{
	const struct term *a = pa, *b = pb;
	int c = strcmp(a->key, b->key);

	if (c)
		return c;
	c = (a->repo > b->repo) - (a->repo < b->repo);
	return c ? c : (a->change > b->change) - (a->change < b->change);
}

/* Sorted terms from t on that are the same; does one look like a name, in more
 * than one repository? */
static size_t group(const struct terms *t, size_t from, bool *shared)
{
	bool name = false;
	size_t end;

	for (end = from; end < t->n &&
	     !strcmp(t->v[from].key, t->v[end].key); end++)
		name = name || t->v[end].name;
	*shared = name && t->v[from].repo != t->v[end - 1].repo;
	return end;
}

static void share(struct shared *w, const struct terms *t)
{
	bool shared;

	for (size_t i = 0, end; i < t->n; i = end) {
		const char *key = t->v[i].key;

		end = group(t, i, &shared);
		if (!shared)
			continue;
		map_set(&w->keys, key, strlen(key), 1);
		w->first[(unsigned char)*key] = true;
	}
}

/* The terms of every title that are shared, sorted; `change` is the title. */
static void past_terms(struct terms *out, const struct sameterm_past *p,
		       const struct shared *only)
{
	for (size_t i = 0; i < p->n && only->keys.n; i++)
		tokens(out, p->titles[i], 0, (int)i, only);
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), cmp_term);
}

/* Used by less than 1 % of the titles, or by a handful. */
static bool is_rare(const char *key, const struct terms *t, size_t titles)
{
	size_t lo = 0, hi = t->n, seen = 0;
	int last = -1;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (strcmp(t->v[mid].key, key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < t->n && !strcmp(t->v[lo].key, key); lo++) {
		seen += t->v[lo].change != last;
		last = t->v[lo].change;
	}
	return seen * 100 < titles || seen <= FEW;
}

size_t sameterm_find(struct sameterm *out, size_t max, struct arena *a,
		     const struct sameterm_text *texts, size_t n,
		     const struct sameterm_past *past, size_t repos)
{
	struct terms t = { 0 };
	struct terms *before = xcalloc(repos + 1, sizeof(*before));
	struct shared w = { .keys = { 0 } };
	size_t found = 0, end;

	for (size_t i = 0; i < n; i++)
		tokens(&t, texts[i].text, texts[i].repo, texts[i].change,
		       NULL);
	if (t.n)
		qsort(t.v, t.n, sizeof(*t.v), cmp_term);
	share(&w, &t);
	for (size_t r = 0; r < repos; r++)
		past_terms(&before[r], &past[r], &w);
	for (size_t i = 0; i < t.n && found < max; i = end) {
		struct sameterm *o = &out[found];
		bool shared, rare = true;
		int *changes, last = -1;

		end = group(&t, i, &shared);
		if (!shared)
			continue;
		changes = arena_alloc(a, (end - i) * sizeof(*changes));
		*o = (struct sameterm){ .changes = changes };
		for (size_t k = i; k < end; k++) {
			const struct term *x = &t.v[k];

			if (k == i || x->repo != t.v[k - 1].repo) {
				o->repos++;
				if ((size_t)x->repo < repos)
					rare = rare && is_rare(x->key,
							&before[x->repo],
							past[x->repo].n);
			} else if (x->change == last) {
				continue;
			}
			last = x->change;
			changes[o->changes_n++] = x->change;
		}
		if (!rare)
			continue;
		o->term = arena_strdup(a, t.v[i].shown);
		found++;
	}
	for (size_t r = 0; r < repos; r++)
		free(before[r].v);
	free(before);
	free(t.v);
	map_release(&w.keys);
	return found;
}
