/*
 * P7 - environment variables that product code declares or reads.
 *
 * Declared: a key of a registry (a quoted key in a file named like env,
 * X = EnvBool(...) in a class).  Read: os.environ, getenv, get_..._env_...().
 * A name left when no touched file uses it any more; one that was only read
 * must also be gone from the rest of the tree, and one that came must not
 * have been anywhere.  Writing a variable is neither.
 */
#include "analyze/signals/emit.h"
#include "analyze/signals/readers.h"
#include "analyze/signals/strlit.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#ifdef __SSE2__
#include <immintrin.h>
#endif

#define WIDE_MIN 64

enum use { USE_NONE, USE_READ, USE_DECLARED };

static bool wants(const struct landing_file *f)
{
	return f->kind == PATH_PRODUCT && (f->look & LOOK_ENV) &&
	       (f->lang == LANG_PYTHON || f->lang == LANG_C ||
		f->lang == LANG_HEADER || f->lang == LANG_RUST);
}

static bool is_env_name(struct span s)
{
	bool letter = false;
	if (s.len < 3 || s.len > 80 || !isupper((unsigned char)*s.s))
		return false;
	for (uint32_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.s[i];
		if (!isupper(c) && !isdigit(c) && c != '_')
			return false;
		letter |= c == '_' || i > 2;
	}
	return letter;
}

static bool ends_word(struct span w, const char *end)
{
	size_t n = strlen(end);
	return w.len >= n && !strncasecmp(w.s + w.len - n, end, n);
}

/* A call that reads: getenv, get_bool_env_var, environ.get, env::var. */
static bool is_reader(struct span w)
{
	const char *last = w.s + w.len;
	while (last > w.s && last[-1] != '.' && last[-1] != ':')
		last--;
	size_t n = (size_t)(w.s + w.len - last);
	if (ends_word(w, "environ.get") || ends_word(w, "env::var"))
		return true;
	if (n >= 6 && (!strncasecmp(last, "setenv", 6) ||
		       !strncasecmp(last, "delenv", 6)))
		return false;
	if (ends_word(w, "putenv") || ends_word(w, "unsetenv") ||
	    (n > 4 && !strncasecmp(last, "set_", 4)))
		return false;
	for (size_t i = 0; i + 3 <= n; i++)
		if (!strncasecmp(last + i, "env", 3) &&
		    (i + 3 == n || last[i + 3] == '_' ||
		     isupper((unsigned char)last[i + 3]) ||
		     !strncasecmp(last + i, "environ", 7)))
			return true;
	return false;
}

/* The key of a registry: first on its line, followed by a colon. */
static bool is_registry_key(const char *path, const char *text,
			    struct span name, char after)
{
	const char *p = name.s - 1;
	while (p > text && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	return after == ':' && (p == text || p[-1] == '\n') &&
	       strcasestr(path_base(path), "env");
}

static enum use quoted_use(const char *path, const char *text, size_t len,
			   struct span name)
{
	const char *at;
	char open, after = byte_after(text, len, name, &at);
	struct span w = word_before(text, (size_t)(name.s - 1 - text), &open);

	if (is_registry_key(path, text, name, after))
		return USE_DECLARED;
	if (open == '[' && ends_word(w, "environ")) {
		const char *end = text + len;
		for (at++; at < end && (*at == ' ' || *at == '\t'); at++)
			;
		bool assigned = at + 1 < end && *at == '=' && at[1] != '=';
		return assigned ? USE_NONE : USE_READ;
	}
	if (open == '(' && is_reader(w))
		return USE_READ;
	if (after == 'i' || after == 'n') {
		size_t left = (size_t)(text + len - at);
		if ((left > 13 && !strncmp(at, "in os.environ", 13)) ||
		    (left > 17 && !strncmp(at, "not in os.environ", 17)))
			return USE_READ;
	}
	return USE_NONE;
}

/* NAME = EnvBool(...), alone on its line. */
static struct span declared_attr(const struct diff_line *l)
{
	struct diff_line t = diff_line_trim(*l);
	uint32_t n = 0;
	while (n < t.len && (isupper((unsigned char)t.s[n]) ||
			     isdigit((unsigned char)t.s[n]) || t.s[n] == '_'))
		n++;
	struct span name = { t.s, n };
	if (t.len < n + 8 || memcmp(t.s + n, " = Env", 6) ||
	    !isupper((unsigned char)t.s[n + 6]) ||
	    !memchr(t.s + n, '(', t.len - n) || !is_env_name(name))
		return (struct span){ NULL, 0 };
	return name;
}

struct walk {
	const struct landing_view *v;
	struct name_set *set;
	size_t file;
	int side;
};

static void on_string(void *arg, struct span s)
{
	struct walk *w = arg;
	const struct landing_file *f = &w->v->files[w->file];
	const char *text;
	size_t len;
	if (!is_env_name(s) || !surface_text(f, w->side, &text, &len))
		return;
	enum use use = quoted_use(f->change->path, text, len, s);
	if (use != USE_NONE)
		name_set_add(w->set, s, w->file, use == USE_DECLARED);
}

static bool is_comment(const struct diff_line *l)
{
	struct diff_line t = diff_line_trim(*l);
	return t.len && (*t.s == '#' || (t.len > 1 && !memcmp(t.s, "//", 2)));
}

static void collect_line(struct walk *w, const struct diff_line *l)
{
	if (is_comment(l))
		return;
	struct span a = declared_attr(l);
	if (a.s)
		name_set_add(w->set, a, w->file, true);
	strlit_each(l, on_string, w);
}

/* A quote and a capital letter, or "En"? */
static bool is_mark(const char *p)
{
	return *p == 'E' ? p[1] == 'n' :
	       (*p == '"' || *p == '\'') && p[1] >= 'A' && p[1] <= 'Z';
}

#ifdef __SSE2__
/* One bit for each of the sixteen places from p that is_mark() is true for. */
static unsigned marks(const char *p)
{
	__m128i a = _mm_loadu_si128((const __m128i *)p);
	__m128i b = _mm_loadu_si128((const __m128i *)(p + 1));
	__m128i open = _mm_or_si128(_mm_cmpeq_epi8(a, _mm_set1_epi8('"')),
				    _mm_cmpeq_epi8(a, _mm_set1_epi8('\'')));
	__m128i upper = _mm_and_si128(
		_mm_cmpgt_epi8(b, _mm_set1_epi8('A' - 1)),
		_mm_cmplt_epi8(b, _mm_set1_epi8('Z' + 1)));
	__m128i env = _mm_and_si128(_mm_cmpeq_epi8(a, _mm_set1_epi8('E')),
				    _mm_cmpeq_epi8(b, _mm_set1_epi8('n')));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(
		_mm_and_si128(open, upper), env));
}

/* Past all that has none, 32 bytes at a time, as far as there are so many. */
__attribute__((target("avx2"))) static const char *
pass_unmarked(const char *p, const char *end)
{
	const __m256i quote = _mm256_set1_epi8('"');
	const __m256i tick = _mm256_set1_epi8('\'');
	const __m256i e = _mm256_set1_epi8('E'), n = _mm256_set1_epi8('n');
	const __m256i below = _mm256_set1_epi8('A' - 1);
	const __m256i above = _mm256_set1_epi8('Z' + 1);

	for (; end - p > 32; p += 32) {
		__m256i a = _mm256_loadu_si256((const __m256i *)p);
		__m256i b = _mm256_loadu_si256((const __m256i *)(p + 1));
		__m256i open = _mm256_or_si256(_mm256_cmpeq_epi8(a, quote),
					       _mm256_cmpeq_epi8(a, tick));
		__m256i upper = _mm256_and_si256(
			_mm256_cmpgt_epi8(b, below),
			_mm256_cmpgt_epi8(above, b));
		__m256i env = _mm256_and_si256(_mm256_cmpeq_epi8(a, e),
					       _mm256_cmpeq_epi8(b, n));
		unsigned hits = (unsigned)_mm256_movemask_epi8(
			_mm256_or_si256(_mm256_and_si256(open, upper), env));

		if (hits)
			return p + __builtin_ctz(hits);
	}
	return p;
}
#endif

/* The next place where a name or " = Env" may begin, or end. */
static const char *next_mark(const char *p, const char *end)
{
#ifdef __SSE2__
	const char *last = end - p > 16 ? end - 17 : NULL;
	unsigned hits;

	if (end - p >= WIDE_MIN && __builtin_cpu_supports("avx2"))
		p = pass_unmarked(p, end);
	for (; end - p > 16; p += 16) {
		hits = marks(p);
		if (hits)
			return p + __builtin_ctz(hits);
	}
	if (last) {	/* the last sixteen, of which some were looked at */
		hits = marks(last) & ~0u << (p - last);
		return hits ? last + __builtin_ctz(hits) : end;
	}
#endif
	for (; end - p > 1; p++)
		if (is_mark(p))
			return p;
	return end;
}

/* The lines v[0..n) below each other, of which few have a mark. */
static void collect_run(struct walk *w, const struct diff_line *v, size_t n)
{
	const char *end = v[n - 1].s + v[n - 1].len, *p = v->s;

	for (size_t k = 0; (p = next_mark(p, end)) < end; k++) {
		while (k + 1 < n && p >= v[k + 1].s)
			k++;
		collect_line(w, &v[k]);
		p = v[k].s + v[k].len;
	}
}

static void collect(const struct landing_view *v, int side,
		    struct name_set *set)
{
	for (size_t i = 0; i < v->files_n; i++) {
		if (!wants(&v->files[i]))
			continue;
		const struct line_diff *d = surface_lines(v, i);
		const struct diff_line *l = side ? d->new : d->old;
		size_t n = side ? d->new_n : d->old_n, run;
		struct walk w = { v, set, i, side };
		for (; n; l += run, n -= run) {
			run = diff_lines_run(l, n);
			collect_run(&w, l, run);
		}
	}
}

static bool used_at(const char *path, const char *text, size_t len,
		    const char *p, struct span name)
{
	struct span here = { p, name.len };
	if (p == text)
		return false;
	if (p[-1] == '"' || p[-1] == '\'')
		return quoted_use(path, text, len, here) != USE_NONE;
	const char *nl = memrchr(text, '\n', (size_t)(p - text));
	const char *from = nl ? nl + 1 : text;
	const char *end = memchr(p, '\n', (size_t)(text + len - p));
	struct diff_line l = { from, (uint32_t)((end ? end : text + len) -
						from), 0, 0 };
	return declared_attr(&l).s != NULL;
}

/* Does that side of a touched product file still use the variable? */
static bool used(const struct landing_view *v, int side, struct span name)
{
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		const char *text;
		size_t len;
		if (f->kind != PATH_PRODUCT ||
		    !surface_text(f, side, &text, &len))
			continue;
		const char *end = text + len;
		for (const char *p = text;
		     (p = find_word(p, (size_t)(end - p), name.s, name.len));
		     p++)
			if (used_at(f->change->path, text, len, p, name))
				return true;
	}
	return false;
}

static void say(const struct landing_view *v, int side, const struct name *n,
		int left, struct signal_list *out)
{
	const struct landing_file *f = &v->files[n->file];
	const char *text = side ? f->new : f->old;
	struct signal s = signal_at(side ? "env-added" : "env-removed", f,
				    side, (size_t)(n->text.s - text),
				    span_text(v, n->text));
	if (!side && left >= 0)
		s.detail = arena_printf(surface_arena(v), "{\"left\":%d}",
					left);
	s.breaking = !side;
	signal_add(out, &s);
}

/* Set by whoever runs the program, read by many: no switch of the project. */
static bool is_surroundings(struct span name)
{
	static const char *const begin[] = {
		"GITHUB_", "BUILDKITE_", "RUNNER_", "GITLAB_", "SLURM_", NULL
	};
	static const char *const whole[] = {
		"CI", "HOME", "PATH", "USER", "TMPDIR", "HOSTNAME", "SHELL",
		"LANG", "TERM", "LD_LIBRARY_PATH", "PYTHONPATH", NULL
	};

	for (int i = 0; begin[i]; i++)
		if (name.len > strlen(begin[i]) &&
		    !memcmp(name.s, begin[i], strlen(begin[i])))
			return true;
	for (int i = 0; whole[i]; i++)
		if (span_is(name, whole[i]))
			return true;
	return false;
}

static void read_env(const struct landing_view *v, struct signal_list *out)
{
	struct name_set old = { 0 }, new = { 0 };

	collect(v, 0, &old);
	collect(v, 1, &new);
	for (size_t i = 0; i < old.n; i++) {
		const struct name *n = &old.v[i];
		if (name_set_get(&new, n->text) || is_surroundings(n->text) ||
		    (!n->declared && signals_unsearched(v)) ||
		    used(v, 1, n->text))
			continue;
		int left = v->count_word ?
			v->count_word(v->arg, n->text.s, n->text.len) : -1;
		if (n->declared || left == 0)
			say(v, 0, n, left, out);
	}
	for (size_t i = 0; i < new.n; i++) {
		const struct name *n = &new.v[i];
		if (name_set_get(&old, n->text) || is_surroundings(n->text) ||
		    (!n->declared && signals_unsearched(v)))
			continue;
		if (word_in_old(v, n->text.s, n->text.len))
			continue;
		if (!n->declared) {
			int all = v->count_word ?
				v->count_word(v->arg, n->text.s, n->text.len) :
				-1;
			if (all < 0 || all > lines_in_new(v, n->text.s,
							  n->text.len))
				continue;
		}
		say(v, 1, n, -1, out);
	}
	name_set_release(&old);
	name_set_release(&new);
}

const struct signal_reader read_env_vars = { "envvar", wants, read_env };
