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

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

static bool any_in(const struct landing_view *v, size_t file, int side,
		   const char *const *words)
{
	const struct line_diff *d = surface_lines(v, file);

	for (; *words; words++)
		if (line_diff_has(d, side, *words))
			return true;
	return d->cut;
}

/* What a file's changed lines can hold, so that most need no diff. */
static bool may_skip(const struct landing_view *v, size_t file)
{
	static const char *const words[] = {
		"skip(", "mark.skip", "xfail", "SKIP(", "skipTest(", "SkipTest(",
		NULL
	};

	return is_test(&v->files[file]) && any_in(v, file, 1, words);
}

static bool may_limit(const struct landing_view *v, size_t file)
{
	static const char *const words[] = {
		"tol", "hreshold", "HRESHOLD", "ccuracy", "TOL", "CCURACY",
		NULL
	};

	return v->files[file].change->deletions > 0 && any_in(v, file, 0, words) &&
	       any_in(v, file, 1, words);
}

static bool may_expect(const struct landing_view *v, size_t file)
{
	static const char *const words[] = { " == ", NULL };

	return is_test(&v->files[file]) && v->files[file].change->deletions > 0 &&
	       any_in(v, file, 0, words) && any_in(v, file, 1, words);
}

static bool may_set(const struct landing_view *v, size_t file)
{
	static const char *const words[] = {
		"env", "ENV", "VLLM_", "SGLANG_", "export ", NULL
	};

	return is_test(&v->files[file]) && v->files[file].change->deletions > 0 &&
	       any_in(v, file, 0, words) && any_in(v, file, 1, words);
}

static void tests_read(const struct landing_view *v, struct signal_list *out)
{
	struct test_names names = { .made = false };

	read_touched(v, out);
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		bool skip, limit, expect, set;
		struct dlines d;

		if (!holds_limits(f))
			continue;
		if (is_test(f) && f->old_to > f->old_from)
			test_read_deleted(v, i, &names, out);
		/* A new test file weakens nothing. */
		if (!f->old || !f->new || f->change->additions <= 0)
			continue;
		skip = may_skip(v, i);
		limit = may_limit(v, i);
		expect = may_expect(v, i);
		set = may_set(v, i);
		if (!skip && !limit && !expect && !set)
			continue;
		dlines_read(&d, f);
		if (skip)
			test_read_skips(f, &d, out);
		if (expect)
			test_read_expected(f, &d, out);
		if (set)
			test_read_variables(f, &d, out);
		if (limit)
			test_read_limits(f, &d, out);
		dlines_release(&d);
	}
	test_names_release(&names);
}

const struct signal_reader tests_reader = { "tests", tests_want, tests_read };
