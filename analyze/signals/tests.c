/*
 * analyze/signals/tests.c - what a landing does to the tests: how many it
 * touches, which it deletes or skips.  What values it changes in them is
 * testvalues.c.
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

/* --- skips -------------------------------------------------------------- */

/* A call or decorator that takes a test out; conditions on it are not. */
static bool is_skip(const char *s, size_t n)
{
	static const char *const calls[] = {
		"pytest.skip(", "mark.skip(", "mark.skip\n", "pytest.xfail(",
		"mark.xfail", "unittest.skip(", "self.skipTest(",
		"unittest.SkipTest(", "GTEST_SKIP(", NULL
	};
	char buf[400];

	trim(&s, &n);
	if (n >= sizeof(buf) - 1 || !n || *s == '#' || !strncmp(s, "//", 2))
		return false;
	memcpy(buf, s, n);
	buf[n] = '\n';		/* a bare decorator ends its line */
	buf[n + 1] = '\0';
	for (const char *const *c = calls; *c; c++)
		if (strstr(buf, *c))
			return true;
	return false;
}

/* Words that make a skip one for lack of hardware or of a package. */
static bool is_environment(const char *s, size_t n)
{
	static const char *const words[] = {
		"cuda", "rocm", "hip", "gpu", "xpu", "tpu", "npu", "device",
		"capability", "compute", "hopper", "blackwell", "ampere",
		"ada", "sm_", "sm1", "sm9", "sm8", "is_sm", "arch", "platform",
		"not installed", "not available", "reachable", "unavailable",
		"is not supported", "not supported", "unsupported",
		"require", "only support", "only test", "importerror",
		"version", "memory", "vram", "hardware", "world_size",
		"num_gpus", "not found", "major", "backend", "h100", "b200",
		"mi300", "cpu", "does not support", "doesn't support",
		"missing", "need", "import", "exists", "env",
		/* or because the parameters make no test */
		"invalid", "exceed", "divisible", "not applicable",
		"too large", "too small", "only for", "must be",
		"incompatible", "duplicate", "redundant", "unused", NULL
	};

	for (size_t i = 0; i < n; i++)
		for (const char *const *w = words; *w; w++) {
			size_t k = strlen(*w);

			if (k <= n - i && !strncasecmp(s + i, *w, k) &&
			    (k > 3 || !i || !isalpha((unsigned char)
						      s[i - 1])))
				return true;
		}
	return false;
}

/*
 * The reason: the string literals of the call, here or on the next lines, put
 * together where they stand side by side.  NULL for a computed one.
 */
static char *reason_of(struct arena *a, const char *s, const char *end)
{
	struct str out = STR_INIT;
	const char *p = s, *stop = s;
	char *r = NULL;

	for (int i = 0; i < 6 && stop < end; i++) {
		const char *e = memchr(stop, '\n', (size_t)(end - stop));

		stop = e ? e + 1 : end;
	}
	while (p < stop && *p != '"' && *p != '\'' && *p != ')')
		p++;
	while (p < stop && (*p == '"' || *p == '\'')) {
		const char *q = p + 1;

		while (q < stop && *q != *p)
			q++;
		str_addmem(&out, p + 1, (size_t)(q - p - 1));
		p = q < stop ? q + 1 : stop;
		while (p < stop && isspace((unsigned char)*p))
			p++;
		if (p + 1 < stop && *p == 'f' && strchr("\"'", p[1]))
			p++;
	}
	str_trim_end(&out);
	if (out.len > 3 && !memchr(out.s, '{', out.len) && p < stop &&
	    strchr("),", *p))
		r = arena_strndup(a, out.s, out.len);
	str_release(&out);
	return r;
}

/* Two lines before `s` and two after it: the condition and the reason. */
static void around(const char *text, size_t len, const char **s, size_t *n)
{
	const char *a = *s, *b = *s + *n, *end = text + len;

	for (int i = 0; i < 3 && a > text; i++) {
		a--;
		while (a > text && a[-1] != '\n')
			a--;
	}
	for (int i = 0; i < 3 && b < end; i++) {
		const char *e = memchr(b, '\n', (size_t)(end - b));

		b = e ? e + 1 : end;
	}
	*s = a;
	*n = (size_t)(b - a);
}

/* The name behind "def " on the line at p, or 0. */
static size_t def_name(const char *p, const char *end, const char **name)
{
	size_t k = 0;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (end - p > 6 && !memcmp(p, "async ", 6))
		p += 6;
	if (end - p < 5 || memcmp(p, "def ", 4))
		return 0;
	p += 4;
	while (p + k < end && is_word_byte(p[k]))
		k++;
	*name = p;
	return k;
}

/*
 * Does the skip at `at` stand in (or, as a decorator, on) a function that the
 * file did not have before?  A new test that skips takes nothing away.
 */
static bool in_new_test(const struct landing_file *f, const char *at)
{
	const char *end = f->new + f->new_len, *p = at, *s = at, *name;
	size_t k = 0;

	while (*s == ' ' || *s == '\t')
		s++;
	if (*s == '@') {
		for (int i = 0; p && i < 30 && !k; i++) {
			k = def_name(p, end, &name);
			p = memchr(p, '\n', (size_t)(end - p));
			p = p ? p + 1 : NULL;
		}
	} else {
		while (p > f->new && !k) {
			p--;
			while (p > f->new && p[-1] != '\n')
				p--;
			k = def_name(p, end, &name);
		}
	}
	return k && !find_word(f->old, f->old_len, name, k);
}

/* Did a removed skip of the file give the same reason?  Then it moved. */
static bool said_before(const struct landing_file *f, const struct dlines *d,
			const char *reason)
{
	for (size_t i = 0; reason && i < d->n; i++)
		if (d->v[i].op == '-' && has_bytes(d->v[i].s, d->v[i].len,
						   reason))
			return true;
	return reason && f->old && strstr(f->old, reason) &&
	       !strstr(strstr(f->old, reason) + 1, reason) &&
	       strstr(f->new, reason) &&
	       !strstr(strstr(f->new, reason) + 1, reason);
}

static void read_skips(const struct landing_file *f, const struct dlines *d,
		       struct signal_list *out)
{
	int n = 0;

	for (size_t i = 0; i < d->n && n < PER_FILE_MAX; i++) {
		const struct dline *l = &d->v[i];
		struct signal s = { .kind = "test-skipped",
				    .path = f->change->path, .line = l->no };
		const char *ctx = l->s;
		size_t ctx_n = l->len;
		bool replaces = false;

		if (l->op != '+' || !is_skip(l->s, l->len) ||
		    is_moved_line(f, l))
			continue;
		/* A reworded or widened skip is no new one. */
		for (size_t k = 0; k < d->n && !replaces; k++)
			replaces = d->v[k].op == '-' &&
				   d->v[k].hunk == l->hunk &&
				   is_skip(d->v[k].s, d->v[k].len);
		around(f->new, f->new_len, &ctx, &ctx_n);
		if (in_new_test(f, l->s))
			continue;
		if (replaces || is_environment(ctx, ctx_n))
			continue;
		s.new = reason_of(out->arena, l->s, f->new + f->new_len);
		/* A reason made of variables filters parameters. */
		if (!s.new && has_bytes(ctx, ctx_n, "f\""))
			continue;
		if (said_before(f, d, s.new))
			continue;
		s.name = find_bytes(l->s, l->len, "xfail", 5) ? "xfail" : "skip";
		signal_add(out, &s);
		n++;
	}
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
			read_skips(f, &d, out);
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
