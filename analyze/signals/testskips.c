/*
 * analyze/signals/testskips.c - tests that a landing takes out: skip and xfail.
 */
#include "analyze/signals/lines.h"
#include "analyze/signals/surface.h"
#include "analyze/signals/testvalues.h"
#include "core/find.h"
#include "core/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define PER_FILE_MAX 12		/* signals of one file */
#define ALONE_MAX 12		/* changed lines of a file that is skipped in */

/* Without one of these words no line takes a test out. */
static bool says_skip(const char *s, size_t n)
{
	return find_folded(s, n, "skip", 4) || find_bytes(s, n, "xfail", 5);
}

/* A call or decorator that takes a test out; conditions on it are not. */
static bool is_skip(const char *s, size_t n)
{
	static const char *const calls[] = {
		"pytest.skip(", "mark.skip(", "mark.skip\n", "pytest.xfail(",
		"mark.xfail(", "mark.xfail\n", "unittest.skip(", "self.skipTest(",
		"unittest.SkipTest(", "GTEST_SKIP(", NULL
	};
	char buf[400];

	if (!says_skip(s, n))
		return false;
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

/* The older forms too: a decorator of nose, a bare exception. */
static bool takes_out(const char *s, size_t n)
{
	if (!says_skip(s, n))
		return false;
	trim(&s, &n);
	return is_skip(s, n) || (n >= 5 && !memcmp(s, "@skip", 5)) ||
	       (n >= 14 && !memcmp(s, "raise SkipTest", 14));
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

	for (const char *const *w = words; *w; w++) {
		size_t k = strlen(*w);
		const char *p = s;

		for (; (p = find_folded(p, n - (size_t)(p - s), *w, k)); p++)
			if (k > 3 || p == s ||
			    !isalpha((unsigned char)p[-1]))
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

/* "def name" was added and none was removed: one class more has it. */
static bool came_alone(const struct dlines *d, const char *name, size_t k)
{
	bool came = false;

	for (size_t i = 0; i < d->n; i++) {
		const struct dline *l = &d->v[i];
		const char *other;

		if (def_name(l->s, l->s + l->len, &other) != k ||
		    memcmp(other, name, k))
			continue;
		if (l->op == '-')
			return false;
		/* The very line, not a namesake in another class. */
		came |= other == name;
	}
	return came;
}

/*
 * Does the skip at `at` stand in (or, as a decorator, on) a function that the
 * file did not have before?  A new test that skips takes nothing away.  Without
 * the diff (NULL) a new namesake of an old function is not told from it.
 */
static bool in_new_test(const struct landing_file *f, const struct dlines *d,
			const char *at)
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
	return k && (!find_word(f->old, f->old_len, name, k) ||
		     (d && came_alone(d, name, k)));
}

/* "TEST(Suite, name)" at p. */
static bool is_gtest(const char *p)
{
	return !strncmp(p, "TEST", 4) || !strncmp(p, "TYPED_TEST", 10);
}

/* A test of C++ that came with this landing holds the skip. */
static bool in_new_gtest(const struct landing_file *f, const char *at)
{
	const char *p = at;

	while (p > f->new) {
		p--;
		while (p > f->new && p[-1] != '\n')
			p--;
		if (is_gtest(p))
			return !memmem(f->old, f->old_len, p,
				       strcspn(p, "\n"));
	}
	return false;
}

/* How far the line at p is indented; -1 for an empty one. */
static int indent_of(const char *p)
{
	int n = (int)strspn(p, " \t");

	return p[n] == '\n' || !p[n] ? -1 : n;
}

/* Little more than the skip itself. */
static bool is_small(const struct landing_file *f)
{
	return f->change->additions + f->change->deletions <= ALONE_MAX;
}

/* The mark of one parameter: the line, or one that opens a bracket around. */
static bool is_param(const char *s)
{
	return !strncmp(s, "marks=", 6) || !strncmp(s, "pytest.param(", 13);
}

static bool is_branch(const char *s)
{
	static const char *const heads[] = {
		"if ", "if(", "elif ", "else", "} else", "except", "for ", NULL
	};
	for (const char *const *h = heads; *h; h++)
		if (!strncmp(s, *h, strlen(*h)))
			return true;
	return false;
}

static bool is_definition(const char *s)
{
	return !strncmp(s, "def ", 4) || !strncmp(s, "async def ", 10) ||
	       !strncmp(s, "class ", 6) || is_gtest(s);
}

/* "xfail(FLAG, reason=...)": what stands first is no word of the mark. */
static bool has_condition(const char *s, size_t n)
{
	const char *p = find_bytes(s, n, "mark.xfail(", 11);

	if (!p)
		return false;
	p += 11;
	p += strspn(p, " \t\n");
	return !(strchr("\"')", *p) || !strncmp(p, "reason", 6) ||
		 !strncmp(p, "raises", 6) || !strncmp(p, "strict", 6) ||
		 !strncmp(p, "run", 3) || !strncmp(p, "f\"", 2));
}

/* Inside a text between three quotes: the source of another test. */
static bool in_string(const struct landing_file *f, const char *at)
{
	const char *p = f->new;
	bool in = false;

	while ((p = find_bytes(p, (size_t)(at - p), "\"\"\"", 3))) {
		in = !in;
		p += 3;
	}
	return in;
}

/*
 * Some runs of the test are left out and others not, as with `skipif`: the
 * mark is that of one parameter, or a condition decides.  That takes out what
 * ran before only where something is said to be broken and the file is
 * otherwise as it was: else the runs left out may be new ones.
 */
static bool is_conditional(const struct landing_file *f, const char *at,
			   const char *reason)
{
	static const char *const broken[] = {
		"fix", "issue", "bug", "flak", "fail", "todo", "broken",
		"crash", "segfault", "hang", "timeout", "incorrect", "wrong",
		NULL
	};
	const char *p = at;
	bool branch, wrong = false;
	int own;

	for (int i = 0; reason && broken[i] && is_small(f); i++)
		wrong |= strcasestr(reason, broken[i]) != NULL;
	while (p > f->new && p[-1] != '\n')
		p--;
	own = indent_of(p);
	if (p[own] == '@')
		return false;
	if (is_param(p + own))
		return true;
	branch = is_branch(p + own);
	for (int i = 0; i < 40 && !branch && p > f->new && own > 0; i++) {
		p--;
		while (p > f->new && p[-1] != '\n')
			p--;
		if (indent_of(p) < 0 || indent_of(p) >= own)
			continue;
		own = indent_of(p);
		/* A bracket that begins a line belongs to one above. */
		if (p[own] == ')' || (p[own] == '{' && p[own + 1] == '\n'))
			own++;
		else if (is_param(p + own))
			return true;
		else if (is_definition(p + own))
			break;
		else
			branch = is_branch(p + own);
	}
	return branch && !wrong;
}

/* Did a removed skip of the file give the same reason, but for a full stop?
 * Then it moved, or was tidied. */
static bool said_before(const struct landing_file *f, const struct dlines *d,
			const char *reason)
{
	size_t n = reason ? strlen(reason) : 0;

	while (n > 1 && strchr(".!", reason[n - 1]))
		n--;
	for (size_t i = 0; n && i < d->n; i++)
		if (d->v[i].op == '-' &&
		    find_bytes(d->v[i].s, d->v[i].len, reason, n))
			return true;
	return n && f->old && find_bytes(f->old, f->old_len, reason, n);
}

/* As many skips went as came: they were reworded, or moved. */
static bool all_replaced(const struct dlines *d)
{
	int went = 0, came = 0;

	for (size_t i = 0; i < d->n; i++) {
		const struct dline *l = &d->v[i];

		if (takes_out(l->s, l->len))
			*(l->op == '-' ? &went : &came) += 1;
	}
	return went >= came;
}

/* i, or end when no line of v[i..end), all below each other, says "skip". */
static size_t silent_lines(const struct diff_line *v, size_t i, size_t end)
{
	const char *last = v[end - 1].s + v[end - 1].len;

	return says_skip(v[i].s, (size_t)(last - v[i].s)) ? i : end;
}

static size_t count_out(const struct diff_line *v, size_t n)
{
	size_t out = 0;

	for (size_t i = 0, end; i < n; i = end) {
		end = i + diff_lines_run(v + i, n - i);
		for (i = silent_lines(v, i, end); i < end; i++)
			out += takes_out(v[i].s, v[i].len);
	}
	return out;
}

/* A new skip of a test that ran, as far as the line and its surroundings tell;
 * d may be NULL. */
static bool is_new_skip(const struct landing_file *f, const struct dlines *d,
			const struct dline *l)
{
	const char *ctx = l->s;
	size_t ctx_n = l->len;

	if (!is_skip(l->s, l->len) || has_condition(l->s, l->len))
		return false;
	/* The texts are searched last. */
	around(f->new, f->new_len, &ctx, &ctx_n);
	return !is_environment(ctx, ctx_n) && !in_new_test(f, d, l->s) &&
	       !is_moved_line(f, l) && !in_string(f, l->s) &&
	       (f->lang == LANG_PYTHON || !in_new_gtest(f, l->s));
}

bool test_may_skip(const struct landing_file *f, const struct line_diff *d)
{
	if (count_out(d->new, d->new_n) <= count_out(d->old, d->old_n))
		return false;
	for (size_t i = 0, end; i < d->new_n; i = end) {
		end = i + diff_lines_run(d->new + i, d->new_n - i);
		for (i = silent_lines(d->new, i, end); i < end; i++) {
			struct dline l = { .s = d->new[i].s,
					   .len = d->new[i].len, .op = '+' };

			if (is_new_skip(f, NULL, &l))
				return true;
		}
	}
	return false;
}

void test_read_skips(const struct landing_file *f, const struct dlines *d,
		     struct signal_list *out)
{
	int n = 0;

	if (all_replaced(d))
		return;

	for (size_t i = 0; i < d->n && n < PER_FILE_MAX; i++) {
		const struct dline *l = &d->v[i];
		struct signal s = { .kind = "test-skipped",
				    .path = f->change->path, .line = l->no };
		const char *ctx = l->s;
		size_t ctx_n = l->len;
		bool replaces = false;

		if (l->op != '+' || !is_new_skip(f, d, l))
			continue;
		/* A reworded or widened skip is no new one. */
		for (size_t k = 0; k < d->n && !replaces; k++)
			replaces = d->v[k].op == '-' &&
				   d->v[k].hunk == l->hunk &&
				   takes_out(d->v[k].s, d->v[k].len);
		if (replaces)
			continue;
		around(f->new, f->new_len, &ctx, &ctx_n);
		s.new = reason_of(out->arena, l->s, f->new + f->new_len);
		/* A reason made of variables filters parameters. */
		if (!s.new && has_bytes(ctx, ctx_n, "f\""))
			continue;
		if (said_before(f, d, s.new) || is_conditional(f, l->s, s.new))
			continue;
		s.name = find_bytes(l->s, l->len, "xfail", 5) ? "xfail" : "skip";
		signal_add(out, &s);
		n++;
	}
}
