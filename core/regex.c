/*
 * core/regex.c - see regex.h.
 *
 * The interpreter is the judge.  JIT code counts its steps otherwise and has a
 * stack of its own, so what it says when it runs into a limit means nothing:
 * any error of it is asked again without JIT, and only that answer is used.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "core/regex.h"

#include "core/mem.h"

#include <pcre2.h>
#include <pthread.h>
#include <stdatomic.h>

/*
 * Measured: at 100,000 steps the classic catastrophic patterns give up within
 * 2 ms; PCRE2's own defaults are ten million steps and 20 GB.
 */
#define MATCH_LIMIT 100000
#define DEPTH_LIMIT 100000
#define HEAP_LIMIT_KIB (32 * 1024)
#define PATTERN_MAX 4096

/*
 * JIT code costs as much as some thirty matches without it, and many patterns
 * are seldom asked: it is made when a pattern has earned it.
 */
#define JIT_AFTER 32

/* Threads share a pattern: the copy that has JIT code is made beside the one in
 * use, by whoever makes the use that asks for it. */
struct fast {
	atomic_uint uses;
	_Atomic(pcre2_code *) code;	/* NULL until then */
};

struct regex {
	pcre2_code *code;
	struct fast *fast;
};

/* What a match writes to: one per thread, made at its first match. */
struct scratch {
	pcre2_match_context *ctx;
	pcre2_match_data *data;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t scratch_key;

static void *take(PCRE2_SIZE n, void *arg UNUSED)
{
	return xmalloc(n);
}

static void give(void *p, void *arg UNUSED)
{
	free(p);
}

static pcre2_general_context *memory_new(void)
{
	pcre2_general_context *g = pcre2_general_context_create(take, give,
								NULL);

	if (!g)
		abort();	/* take() has not returned NULL */
	return g;
}

static void scratch_free(void *p)
{
	struct scratch *s = p;

	pcre2_match_data_free(s->data);
	pcre2_match_context_free(s->ctx);
	free(s);
}

/* The main thread ends without running key destructors. */
static void scratch_at_exit(void)
{
	struct scratch *s = pthread_getspecific(scratch_key);

	if (!s)
		return;
	pthread_setspecific(scratch_key, NULL);
	scratch_free(s);
}

static void key_make(void)
{
	if (pthread_key_create(&scratch_key, scratch_free))
		abort();
	atexit(scratch_at_exit);
}

static struct scratch *scratch_get(void)
{
	pcre2_general_context *g;
	struct scratch *s;

	pthread_once(&once, key_make);
	s = pthread_getspecific(scratch_key);
	if (s)
		return s;
	g = memory_new();
	s = xcalloc(1, sizeof(*s));
	s->ctx = pcre2_match_context_create(g);
	s->data = pcre2_match_data_create(REGEX_GROUPS, g);
	pcre2_general_context_free(g);
	if (!s->ctx || !s->data)
		abort();
	pcre2_set_match_limit(s->ctx, MATCH_LIMIT);
	pcre2_set_depth_limit(s->ctx, DEPTH_LIMIT);
	pcre2_set_heap_limit(s->ctx, HEAP_LIMIT_KIB);
	pthread_setspecific(scratch_key, s);
	return s;
}

int regex_new(struct regex **out, const char *pattern, bool caseless,
	      struct err *e)
{
	uint32_t opts = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF |
			PCRE2_NEVER_BACKSLASH_C | (caseless ? PCRE2_CASELESS : 0);
	pcre2_general_context *g;
	pcre2_compile_context *ctx;
	pcre2_code *code = NULL;
	PCRE2_SIZE at = 0;
	int why = 0;

	*out = NULL;
	g = memory_new();
	ctx = pcre2_compile_context_create(g);
	if (!ctx)
		abort();
	pcre2_set_max_pattern_length(ctx, PATTERN_MAX);
	code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, opts,
			     &why, &at, ctx);
	pcre2_compile_context_free(ctx);
	pcre2_general_context_free(g);
	if (!code) {
		PCRE2_UCHAR text[160];

		pcre2_get_error_message(why, text, sizeof(text));
		return err_set(e, ERR_CONFIG,
			       "pattern '%.60s%s': %s at offset %zu", pattern,
			       strlen(pattern) > 60 ? "..." : "",
			       (const char *)text, (size_t)at);
	}
	*out = xmalloc(sizeof(**out));
	(*out)->code = code;
	(*out)->fast = xcalloc(1, sizeof(*(*out)->fast));
	return 0;
}

void regex_free(struct regex *r)
{
	if (!r)
		return;
	pcre2_code_free(atomic_load(&r->fast->code));
	pcre2_code_free(r->code);
	free(r->fast);
	free(r);
}

/* The copy with JIT code, made by the first that wants it. */
static const pcre2_code *fast_code(const struct regex *r)
{
	pcre2_code *c = atomic_load_explicit(&r->fast->code,
					     memory_order_acquire);
	pcre2_code *none = NULL;

	if (c)
		return c;
	c = pcre2_code_copy(r->code);
	if (!c)
		return r->code;
	/* A kernel that forbids writable code pages has no JIT: no matter. */
	pcre2_jit_compile(c, PCRE2_JIT_COMPLETE);
	if (atomic_compare_exchange_strong(&r->fast->code, &none, c))
		return c;
	pcre2_code_free(c);
	return none;
}

/* What to match with now. */
static const pcre2_code *code_for_use(const struct regex *r)
{
	pcre2_code *c = atomic_load_explicit(&r->fast->code,
					     memory_order_acquire);

	if (c)
		return c;
	if (atomic_fetch_add(&r->fast->uses, 1) < JIT_AFTER)
		return r->code;
	return fast_code(r);
}

enum regex_result regex_match(const struct regex *r, const char *subject,
			      size_t len, size_t start,
			      size_t group[2 * REGEX_GROUPS])
{
	struct scratch *s = scratch_get();
	const pcre2_code *code;
	PCRE2_SIZE *at;
	int rc, i;

	if (len > REGEX_SUBJECT_MAX)
		len = REGEX_SUBJECT_MAX;
	if (start > len)
		return REGEX_NO;
	/* JIT code counts its steps in another way.  Whichever comes first, both
	 * are asked before it is given up: how often a pattern was used by then
	 * must not show in the answer. */
	code = code_for_use(r);
	rc = pcre2_match(code, (PCRE2_SPTR)subject, len, start, 0, s->data,
			 s->ctx);
	if (rc < 0 && rc != PCRE2_ERROR_NOMATCH) {
		code = code == r->code ? fast_code(r) : r->code;
		rc = pcre2_match(code, (PCRE2_SPTR)subject, len, start, 0,
				 s->data, s->ctx);
	}
	if (rc == PCRE2_ERROR_NOMATCH)
		return REGEX_NO;
	if (rc < 0)
		return REGEX_NOT_EVALUATED;
	if (!group)
		return REGEX_YES;
	/* 0: more groups in the pattern than fit; all that fit are set. */
	if (rc == 0)
		rc = REGEX_GROUPS;
	at = pcre2_get_ovector_pointer(s->data);
	for (i = 0; i < 2 * REGEX_GROUPS; i++)
		group[i] = i < 2 * rc ? at[i] : (size_t)-1;
	return REGEX_YES;
}

enum regex_result regex_test(const struct regex *r, const char *subject,
			     size_t len)
{
	return regex_match(r, subject, len, 0, NULL);
}
