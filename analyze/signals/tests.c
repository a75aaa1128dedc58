/*
 * analyze/signals/tests.c - what a landing does to the tests: how many it
 * touches.  Which it deletes is testdeleted.c, what it skips testskips.c, what
 * values it changes in them testvalues.c.
 */
#include "analyze/signals/lines.h"
#include "analyze/signals/readers.h"
#include "analyze/signals/surface.h"
#include "analyze/signals/testvalues.h"
#include "core/mem.h"
#include "core/str.h"

#include <string.h>
#ifdef __SSE2__
#include <immintrin.h>
#endif

static bool is_test(const struct landing_file *f)
{
	return f->kind == PATH_TEST;
}

/* Accuracy limits also live in CI's evaluation configs. */
static bool holds_limits(const struct landing_file *f)
{
	return f->kind == PATH_TEST || f->kind == PATH_CI;
}

static bool tests_want(const struct landing_file *f)
{
	return holds_limits(f);
}

static void read_touched(const struct landing_view *v,
			 struct signal_list *out)
{
	int files = 0, added = 0, deleted = 0, new = 0;

	for (size_t i = 0; i < v->files_n; i++) {
		const struct change *c = v->files[i].change;

		if (!is_test(&v->files[i]))
			continue;
		files++;
		new += c->status == 'A';
		added += c->additions > 0 ? c->additions : 0;
		deleted += c->deletions > 0 ? c->deletions : 0;
	}
	if (!files)
		return;
	struct signal s = {
		.kind = "test-touched",
		.name = arena_printf(out->arena, "%d", files),
		.detail = arena_printf(out->arena, "{\"files\":%d,\"new\":%d,"
				       "\"additions\":%d,\"deletions\":%d}",
				       files, new, added, deleted),
	};
	signal_add(out, &s);
}

#define WIDE_MIN 96

/* What the changed lines of a file hold, so that most need no diff. */
enum test_look {
	LOOK_SKIP = 1,
	LOOK_LIMIT = 2,
	LOOK_EXPECT = 4,
	LOOK_SET = 8,
};

/* A word, and where two bytes of it stand that are seldom, mostly next to each
 * other.  Sorted by the first of the two. */
static const struct look_word {
	const char *word;
	unsigned char n, at;
	unsigned look;
} words[] = {
#define WORD(w, at, look) { w, sizeof(w) - 1, at, look }
	WORD(" == ", 1, LOOK_EXPECT),
	WORD("CCURACY", 0, LOOK_LIMIT),
	WORD("SKIP(", 1, LOOK_SKIP),
	WORD("VLLM_", 1, LOOK_SET),
	WORD("ENV", 1, LOOK_SET),
	WORD("TOL", 1, LOOK_LIMIT), WORD("HRESHOLD", 5, LOOK_LIMIT),
	WORD("SGLANG_", 0, LOOK_SET),
	WORD("ccuracy", 0, LOOK_LIMIT),
	WORD("skip(", 1, LOOK_SKIP), WORD("mark.skip", 6, LOOK_SKIP),
	WORD("skipTest(", 1, LOOK_SKIP), WORD("SkipTest(", 1, LOOK_SKIP),
	WORD("env", 1, LOOK_SET),
	WORD("tol", 1, LOOK_LIMIT), WORD("hreshold", 5, LOOK_LIMIT),
	WORD("xfail", 0, LOOK_SKIP), WORD("export ", 1, LOOK_SET),
#undef WORD
};

/* The first of the words whose first seldom byte it is, from 1 on. */
static const unsigned char first_word[256] = {
	['='] = 1, ['C'] = 2, ['K'] = 3, ['L'] = 4, ['N'] = 5, ['O'] = 6,
	['S'] = 8, ['c'] = 9, ['k'] = 10, ['n'] = 14, ['o'] = 15, ['x'] = 17,
};

/* Which words have their two bytes at p, which is in [s, end)? */
static unsigned look_at(const char *s, const char *end, const char *p)
{
	unsigned look = 0;
	size_t i = first_word[(unsigned char)*p];

	for (; i && i <= ARRAY_N(words); i++) {
		const struct look_word *w = &words[i - 1];

		if (w->word[w->at] != *p)
			break;
		if (p - s >= w->at && end - p >= w->n - w->at &&
		    !memcmp(p - w->at, w->word, w->n))
			look |= w->look;
	}
	return look;
}

#ifdef __SSE2__
/* Where the two bytes of such a word stand: in vectors of the bytes at a place
 * and of those one and two behind it. */
#define IS(M, x, k) M##_cmpeq_epi8(x, M##_set1_epi8(k))
#define LOW(M, S, x) M##_or_##S(x, M##_set1_epi8(0x20))
#define PAIR(M, S, x, k, y, l) M##_and_##S(IS(M, x, k), IS(M, y, l))
#define OR(M, S, x, y) M##_or_##S(x, y)
#define SKIP_PAIRS(M, S, a, b) \
	OR(M, S, PAIR(M, S, LOW(M, S, a), 'k', LOW(M, S, b), 'i'), \
	   PAIR(M, S, a, 'x', b, 'f'))
#define LIMIT_PAIRS(M, S, a, b) \
	OR(M, S, PAIR(M, S, LOW(M, S, a), 'o', LOW(M, S, b), 'l'), \
	   PAIR(M, S, LOW(M, S, a), 'c', LOW(M, S, b), 'c'))
#define SET_PAIRS(M, S, a, b, c) \
	OR(M, S, OR(M, S, PAIR(M, S, LOW(M, S, a), 'n', LOW(M, S, b), 'v'), \
		    PAIR(M, S, a, 'L', b, 'L')), \
	   OR(M, S, PAIR(M, S, a, 'S', b, 'G'), PAIR(M, S, a, 'x', c, 'o')))
#define PAIRS(M, S, a, b, c) \
	OR(M, S, OR(M, S, SKIP_PAIRS(M, S, a, b), LIMIT_PAIRS(M, S, a, b)), \
	   OR(M, S, SET_PAIRS(M, S, a, b, c), PAIR(M, S, a, '=', b, '=')))

static unsigned look_at_hits(const char *s, const char *end, const char *p,
			     unsigned hits)
{
	unsigned look = 0;

	for (; hits; hits &= hits - 1)
		look |= look_at(s, end, p + __builtin_ctz(hits));
	return look;
}

/* 32 places at a time, as far as there are so many; *p moves on. */
__attribute__((target("avx2"))) static unsigned
look_wide(const char *s, const char *end, const char **p, unsigned wanted)
{
	unsigned look = 0;

	for (; end - *p > 33 && (wanted & ~look); *p += 32) {
		__m256i a = _mm256_loadu_si256((const __m256i *)*p);
		__m256i b = _mm256_loadu_si256((const __m256i *)(*p + 1));
		__m256i c = _mm256_loadu_si256((const __m256i *)(*p + 2));
		__m256i hit = PAIRS(_mm256, si256, a, b, c);

		look |= look_at_hits(s, end, *p,
				     (unsigned)_mm256_movemask_epi8(hit));
	}
	return look;
}

static unsigned look_narrow(const char *s, const char *end, const char **p,
			    unsigned wanted)
{
	unsigned look = 0;

	for (; end - *p > 17 && (wanted & ~look); *p += 16) {
		__m128i a = _mm_loadu_si128((const __m128i *)*p);
		__m128i b = _mm_loadu_si128((const __m128i *)(*p + 1));
		__m128i c = _mm_loadu_si128((const __m128i *)(*p + 2));
		__m128i hit = PAIRS(_mm, si128, a, b, c);

		look |= look_at_hits(s, end, *p,
				     (unsigned)_mm_movemask_epi8(hit));
	}
	return look;
}
#endif

/* Until all of `wanted` is found. */
static unsigned look_at_text(const char *s, const char *end, unsigned wanted)
{
	unsigned look = 0;
	const char *p = s;

#ifdef __SSE2__
	if (end - p >= WIDE_MIN && __builtin_cpu_supports("avx2"))
		look = look_wide(s, end, &p, wanted);
	look |= look_narrow(s, end, &p, wanted & ~look);
#endif
	for (; p < end && (wanted & ~look); p++)
		look |= look_at(s, end, p);
	return look;
}

static unsigned look_at_side(const struct line_diff *d, int side,
			     unsigned wanted)
{
	const struct diff_line *l = side ? d->new : d->old;
	size_t n = side ? d->new_n : d->old_n, run;
	unsigned look = 0;

	for (; n && (wanted & ~look); l += run, n -= run) {
		run = diff_lines_run(l, n);
		look |= look_at_text(l->s, l[run - 1].s + l[run - 1].len,
				     wanted & ~look);
	}
	return look & wanted;
}

/* What to read the file's diff for. */
static unsigned test_look(const struct landing_view *v, size_t file)
{
	const struct landing_file *f = &v->files[file];
	const struct line_diff *d = surface_lines(v, file);
	unsigned values = LOOK_LIMIT, look;

	if (is_test(f))
		values |= LOOK_EXPECT | LOOK_SET;
	if (f->change->deletions <= 0)
		values = 0;
	if (d->cut)
		return values | (is_test(f) ? LOOK_SKIP : 0u);
	look = look_at_side(d, 1, values | (is_test(f) ? LOOK_SKIP : 0u));
	values = look_at_side(d, 0, look & values);
	if ((values & LOOK_LIMIT) && !test_may_limit(d))
		values &= ~(unsigned)LOOK_LIMIT;
	if ((values & LOOK_EXPECT) && !test_may_expect(d))
		values &= ~(unsigned)LOOK_EXPECT;
	if ((values & LOOK_SET) && !test_may_set(d))
		values &= ~(unsigned)LOOK_SET;
	if ((look & LOOK_SKIP) && test_may_skip(f, d))
		values |= LOOK_SKIP;
	return values;
}

static void tests_read(const struct landing_view *v, struct signal_list *out)
{
	struct test_names names = { .made = false };

	read_touched(v, out);
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		struct dlines d;
		unsigned look;

		if (!holds_limits(f))
			continue;
		if (is_test(f) && f->old_to > f->old_from)
			test_read_deleted(v, i, &names, out);
		/* A new test file weakens nothing. */
		if (!f->old || !f->new || f->change->additions <= 0)
			continue;
		look = test_look(v, i);
		if (!look)
			continue;
		dlines_read(&d, f);
		if (look & LOOK_SKIP)
			test_read_skips(f, &d, out);
		if (look & LOOK_EXPECT)
			test_read_expected(f, &d, out);
		if (look & LOOK_SET)
			test_read_variables(f, &d, out);
		if (look & LOOK_LIMIT)
			test_read_limits(f, &d, out);
		dlines_release(&d);
	}
	test_names_release(&names);
}

const struct signal_reader tests_reader = { "tests", tests_want, tests_read };
