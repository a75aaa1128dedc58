/*
 * analyze/signals/tests.c - what a landing does to the tests: how many it
 * touches and which it deletes.  What it skips is testskips.c, what values it
 * changes in them testvalues.c.
 */
#include "analyze/signals/lines.h"
#include "analyze/signals/readers.h"
#include "analyze/signals/surface.h"
#include "analyze/signals/testvalues.h"
#include "core/find.h"
#include "core/json.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PER_FILE_MAX 12		/* signals of one kind from one file */

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

/* --- deleted tests ------------------------------------------------------ */

/* The name of a Python test defined on this line, or 0. */
static size_t test_name(const char *s, size_t n, const char **name)
{
	size_t k = 0;

	trim(&s, &n);
	if (n > 6 && !memcmp(s, "async ", 6)) {
		s += 6;
		n -= 6;
	}
	if (n < 10 || memcmp(s, "def test_", 9))
		return 0;
	s += 4;
	n -= 4;
	while (k < n && (isalnum((unsigned char)s[k]) || s[k] == '_'))
		k++;
	*name = s;
	return k;
}

/* Any file of the landing that holds this name afterwards. */
static bool name_lives(const struct landing_view *v,
		       const struct landing_file *own, const char *name,
		       size_t n)
{
	if (own->new && find_word(own->new, own->new_len, name, n))
		return true;
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];

		if (f->new && find_word(f->new, f->new_len, name, n))
			return true;
	}
	return false;
}

/*
 * Does most of the body that starts after `p` live on, in this file or in a
 * new one?  Then the test was renamed or merged, not deleted.
 */
static bool body_lives(const struct landing_view *v,
		       const struct landing_file *f, const char *p)
{
	const char *end = f->old + f->old_len;
	int lines = 0, found = 0;

	p = memchr(p, '\n', (size_t)(end - p));
	while (p && ++p < end && lines < 40) {
		const char *e = memchr(p, '\n', (size_t)(end - p)), *s = p;
		const char *dummy;
		size_t n = (size_t)((e ? e : end) - p);

		if (test_name(s, n, &dummy) || (n && !isspace(
		    (unsigned char)*p) && *p != ')' && *p != '#'))
			break;
		trim(&s, &n);
		if (n >= 12) {
			bool here = f->new && find_bytes(f->new, f->new_len, s, n);

			for (size_t i = 0; i < v->files_n && !here; i++) {
				const struct landing_file *o = &v->files[i];

				here = o->change->status == 'A' && o->new &&
				       find_bytes(o->new, o->new_len, s, n);
			}
			lines++;
			found += here;
		}
		p = e;
	}
	return lines && found * 10 >= lines * 6;
}

/* Half of the words between the underscores of `a` also stand in `b`. */
static bool alike(const char *a, size_t an, const char *b, size_t bn)
{
	int words = 0, shared = 0;

	/* Both begin with "test_". */
	for (size_t i = 5; i < an;) {
		size_t n = 0;

		while (i + n < an && a[i + n] != '_')
			n++;
		if (n) {
			words++;
			shared += find_bytes(b + 5, bn - 5, a + i, n) != NULL;
		}
		i += n + 1;
	}
	return words && shared * 2 >= words;
}

/* Did the file gain a test of a similar name?  Then this one was renamed. */
static bool has_successor(const struct landing_file *f, const char *name,
			  size_t n)
{
	const char *end;

	if (!f->new)
		return false;
	end = f->new + f->new_to;
	for (const char *p = f->new + f->new_from; p < end;) {
		const char *e = memchr(p, '\n', (size_t)(end - p)), *other;
		size_t len = (size_t)((e ? e : end) - p);
		size_t k = test_name(p, len, &other);

		if (k && !find_word(f->old, f->old_len, other, k) &&
		    alike(name, n, other, k))
			return true;
		p += len + 1;
	}
	return false;
}

/* One statement per file: the names, and how many there are. */
static void read_deleted(const struct landing_view *v, size_t file,
			 struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	const struct line_diff *d = surface_lines(v, file);
	struct str names = STR_INIT;
	const char *first = NULL;
	struct json j;
	int n = 0;

	if (!f->old || f->lang != LANG_PYTHON)
		return;
	json_init(&j, &names);
	json_open(&j, '{');
	json_key(&j, "names");
	json_open(&j, '[');
	for (size_t i = 0; i < d->old_n; i++) {
		const struct diff_line *l = &d->old[i];
		const char *name;
		size_t k = test_name(l->s, l->len, &name);

		if (!k || name_lives(v, f, name, k) ||
		    has_successor(f, name, k) || body_lives(v, f, l->s))
			continue;
		if (!first)
			first = name;
		if (n++ < PER_FILE_MAX)
			json_strn(&j, name, k);
	}
	json_close(&j, ']');
	json_key(&j, "file_deleted");
	json_bool(&j, f->change->status == 'D');
	json_close(&j, '}');
	if (n) {
		struct signal s = {
			.kind = "test-deleted",
			.path = file_old_path(f),
			.line = line_of(f->old, (size_t)(first - f->old)),
			.old_side = true,
			.detail = str_c(&names),
		};

		s.name = arena_printf(out->arena, "%d", n);
		signal_add(out, &s);
	}
	str_release(&names);
}

/* --- the reader --------------------------------------------------------- */

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
	read_touched(v, out);
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		bool skip, limit, expect, set;
		struct dlines d;

		if (!holds_limits(f))
			continue;
		if (is_test(f) && f->old_to > f->old_from)
			read_deleted(v, i, out);
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
}

const struct signal_reader tests_reader = { "tests", tests_want, tests_read };
