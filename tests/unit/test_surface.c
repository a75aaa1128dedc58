/*
 * tests/unit/test_surface.c - runs every case of tests/cases/signals/ whose
 * file name begins with "surface": before and after of a few files, and the
 * exact list of public surface signals they must give, both with the script that
 * counting leaves of a file and without.  The format is in
 * tests/cases/signals/README.md.
 */
#include "tests/unit/unit.h"

#include "analyze/linecount.h"
#include "analyze/signals/lines.h"
#include "analyze/signals/signals.h"
#include "core/str.h"

#include <glob.h>

#define FILES_MAX 24

struct source {
	const char *path, *old_path, *old, *new;
	bool tree;		/* untouched, on both sides */
};

struct testcase {
	const char *file, *name, *title, *body, *repo;
	struct source v[FILES_MAX];
	size_t n;
	struct str expect, got;
};

/* Facts kinds have tests of their own. */
static const char *const surface_kinds[] = {
	"export-removed", "export-added", "module-removed", "module-moved",
	"symbol-removed", "symbol-renamed", "symbol-moved", "symbol-added",
	"signature", "default", "enum-value", "registry-key",
	"config-key-removed", "config-key-added", "env-removed", "env-added",
	"flag-removed", "flag-added", "metric-removed", "metric-added",
	"header-moved", "header-removed", "header-symbol-removed", "macro-removed",
	"deprecation-enforced", "stated-break", "layout",
	"line-order", NULL
};

static bool is_surface_kind(const char *kind)
{
	for (int i = 0; surface_kinds[i]; i++)
		if (!strcmp(kind, surface_kinds[i]))
			return true;
	return false;
}

/*
 * surface*.txt list the public surface, facts*.txt the facts but those that
 * every landing gives.
 */
static bool is_listed(const struct testcase *c, const char *kind)
{
	const char *base = strrchr(c->file, '/') + 1;

	if (strncmp(base, "facts", 5))
		return is_surface_kind(kind);
	return !is_surface_kind(kind) && strcmp(kind, "test-touched") &&
	       strcmp(kind, "small-diff") && strcmp(kind, "substitution");
}

static int read_source(void *arg, int side, const char *path,
		       const char **out, size_t *len)
{
	struct testcase *c = arg;
	for (size_t i = 0; i < c->n; i++) {
		const struct source *s = &c->v[i];
		const char *p = side || !s->old_path ? s->path : s->old_path;
		const char *text = side ? s->new : s->old;
		if (strcmp(p, path) || !text)
			continue;
		*out = text;
		*len = strlen(text);
		return 0;
	}
	return ERR_NOTFOUND;
}

static int count_source(void *arg, const char *word, size_t n)
{
	struct testcase *c = arg;
	int lines = 0;
	for (size_t i = 0; i < c->n; i++) {
		const char *p = c->v[i].new;
		if (!p || path_kind(c->v[i].path) != PATH_PRODUCT)
			continue;
		while ((p = find_word(p, strlen(p), word, n))) {
			lines++;
			p += strcspn(p, "\n");
		}
	}
	return lines;
}

static void cut_ends(struct landing_file *f)
{
	size_t a = 0, b = 0, n;
	f->old_to = f->old_len;
	f->new_to = f->new_len;
	if (!f->old || !f->new)
		return;
	n = f->old_len < f->new_len ? f->old_len : f->new_len;
	while (a < n && f->old[a] == f->new[a])
		a++;
	while (a && f->old[a - 1] != '\n')
		a--;
	while (b < n - a && f->old[f->old_len - b - 1] ==
			    f->new[f->new_len - b - 1])
		b++;
	while (b && !(f->old_len - b == a || f->new_len - b == a ||
		      f->old[f->old_len - b - 1] == '\n'))
		b--;
	f->old_from = f->new_from = a;
	f->old_to = f->old_len - b;
	f->new_to = f->new_len - b;
}

/* What git would count. */
static void count_changed(struct landing_file *f, struct change *c)
{
	struct dlines d;

	dlines_read(&d, f);
	for (size_t i = 0; i < d.n; i++) {
		c->additions += d.v[i].op == '+';
		c->deletions += d.v[i].op == '-';
	}
	dlines_release(&d);
}

static size_t fill(struct testcase *c, struct change *ch,
		   struct landing_file *files)
{
	size_t n = 0;
	for (size_t i = 0; i < c->n; i++) {
		struct source *s = &c->v[i];
		if (s->tree)
			continue;
		struct landing_file *f = &files[n];
		ch[n] = (struct change){ .path = s->path,
			.old_path = s->old_path, .similarity = 100,
			.status = s->old_path ? 'R' : !s->old ? 'A' :
				  !s->new ? 'D' : 'M' };
		*f = (struct landing_file){ .change = &ch[n], .old = s->old,
			.new = s->new, .old_len = s->old ? strlen(s->old) : 0,
			.new_len = s->new ? strlen(s->new) : 0 };
		cut_ends(f);
		count_changed(f, &ch[n++]);
	}
	return n;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Lines in one order, whatever the readers' order. */
static void sort_lines(struct str *s)
{
	char *v[200], *text = str_detach(s), *save = NULL;
	size_t n = 0;
	for (char *l = strtok_r(text, "\n", &save); l && n < 200;
	     l = strtok_r(NULL, "\n", &save))
		v[n++] = l;
	qsort(v, n, sizeof(*v), by_text);
	for (size_t i = 0; i < n; i++)
		str_addf(s, "%s\n", v[i]);
	free(text);
}

/* As measuring does it; the numbers are git's. */
static void add_scripts(struct landing_file *files, struct change *ch, size_t n,
			struct linecount *w)
{
	for (size_t i = 0; i < n; i++) {
		struct landing_file *f = &files[i];
		struct middle m;
		struct err e;

		memset(&w[i], 0, sizeof(w[i]));
		if (!f->old || !f->new)
			continue;
		linecount_middle(f->old, f->old_len, f->new, f->new_len, &m);
		assert_int_equal(linecount(&w[i], f->old, f->old_len, f->new,
					   f->new_len, &m, &ch[i].additions,
					   &ch[i].deletions, &e), 0);
		f->old_from = m.old_from;
		f->old_to = m.old_to;
		f->new_from = m.new_from;
		f->new_to = m.new_to;
		f->script = w[i].scripted ? &w[i].edit.script : NULL;
	}
}

static void run_readers(struct testcase *c, bool scripts)
{
	struct linecount w[FILES_MAX];
	struct change ch[FILES_MAX];
	struct landing_file files[FILES_MAX];
	struct arena a = { 0 };
	struct signal_list l = { .arena = &a };
	struct landing_view v = { .repo = c->repo, .subject = c->title,
		.body = c->body, .files = files, .read = read_source,
		.count_word = count_source, .arg = c };

	v.files_n = fill(c, ch, files);
	if (scripts)
		add_scripts(files, ch, v.files_n, w);
	signals_read(&v, &l);
	for (size_t i = 0; scripts && i < v.files_n; i++)
		linecount_release(&w[i]);
	for (size_t i = 0; i < l.n; i++) {
		const struct signal *s = &l.v[i];
		if (!is_listed(c, s->kind))
			continue;
		str_addf(&c->got, "%s%s %s", s->kind, s->breaking ? "!" : "",
			 s->name);
		if (s->old || s->new)
			str_addf(&c->got, " : %s -> %s", s->old ? s->old : "-",
				 s->new ? s->new : "-");
		str_addch(&c->got, '\n');
	}
	signal_list_release(&l);
	arena_release(&a);
}

static int failed, ran;

static void check(struct testcase *c)
{
	sort_lines(&c->expect);
	for (int scripts = 0; scripts < 2; scripts++) {
		run_readers(c, scripts);
		sort_lines(&c->got);
		ran++;
		if (strcmp(str_c(&c->got), str_c(&c->expect))) {
			failed++;
			fprintf(stderr, "%s: %s (%s)\nexpected:\n%sgot:\n%s\n",
				c->file, c->name,
				scripts ? "scripts" : "no scripts",
				str_c(&c->expect), str_c(&c->got));
		}
		str_release(&c->got);
	}
	str_release(&c->expect);
}

/* "@@ word rest": where the text that follows belongs. */
static struct source *source_at(struct testcase *c, const char *path)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->v[i].path, path))
			return &c->v[i];
	assert_true(c->n < FILES_MAX);
	c->v[c->n] = (struct source){ .path = path };
	return &c->v[c->n++];
}

/* Give the section that just ended its text. */
static void close_section(struct testcase *c, const char *word, char *rest,
			  char *text)
{
	if (!strcmp(word, "expect")) {
		str_add(&c->expect, text);
	} else if (!strcmp(word, "old")) {
		char *arrow = strstr(rest, " => ");
		if (arrow) {
			*arrow = '\0';
			source_at(c, arrow + 4)->old_path = rest;
			source_at(c, arrow + 4)->old = text;
		} else {
			source_at(c, rest)->old = text;
		}
	} else if (!strcmp(word, "new")) {
		source_at(c, rest)->new = text;
	} else if (!strcmp(word, "tree")) {
		struct source *s = source_at(c, rest);
		s->old = s->new = text;
		s->tree = true;
	} else if (!strcmp(word, "title")) {
		c->title = rest;
	} else if (!strcmp(word, "body")) {
		c->body = text;
	} else if (!strcmp(word, "repo")) {
		c->repo = rest;
	} else {
		fail_msg("%s: unknown section '%s'", c->file, word);
	}
}

static void run_file(const char *path)
{
	struct str s = STR_INIT;
	struct testcase c = { .file = path };
	char *p, *word = NULL, *rest = NULL, *text = NULL;

	assert_int_equal(fs_read(path, (size_t)1 << 24, &s, NULL), 0);
	for (p = s.s; p && *p; ) {
		char *nl = strchr(p, '\n');
		char *next = nl ? nl + 1 : p + strlen(p);
		if (strncmp(p, "@@ ", 3)) {
			p = next;
			continue;
		}
		*p = '\0';	/* ends the text of the section before */
		if (nl)
			*nl = '\0';
		if (word)
			close_section(&c, word, rest, text);
		word = p + 3;
		rest = strchr(word, ' ');
		if (rest)
			*rest++ = '\0';
		text = next;
		if (!strcmp(word, "case")) {
			if (c.name)
				check(&c);
			c = (struct testcase){ .file = path, .name = rest,
				.title = "", .body = "", .repo = "owner/name" };
			word = NULL;
		}
		p = next;
	}
	if (word)
		close_section(&c, word, rest, text);
	if (c.name)
		check(&c);
	str_release(&s);
}

static void every_case_gives_exactly_its_signals(void **state UNUSED)
{
	glob_t g;
	assert_int_equal(glob("tests/cases/signals/*.txt", 0, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++)
		run_file(g.gl_pathv[i]);
	globfree(&g);
	assert_true(ran > 80);
	assert_int_equal(failed, 0);
}

static void a_view_without_files_gives_nothing(void **state UNUSED)
{
	struct arena a = { 0 };
	struct signal_list l = { .arena = &a };
	struct landing_view v = { .repo = "o/n", .subject = "", .body = "" };
	signals_read(&v, &l);
	assert_int_equal(l.n, 0);
	signal_list_release(&l);
	arena_release(&a);
}

static void every_folder_word_has_its_kind(void **state UNUSED)
{
	static const struct { const char *words; enum path_kind kind; } v[] = {
		{ "third_party third-party 3rdparty thirdparty vendor vendored "
		  "external", PATH_VENDORED },
		{ ".github .buildkite .circleci .gitlab ci .ci jenkins",
		  PATH_CI },
		{ "test tests testing unittest unit_tests testlib",
		  PATH_TEST },
		{ "doc docs documentation", PATH_DOCS },
		{ "example examples samples tutorials notebooks",
		  PATH_EXAMPLE },
		{ "benchmark benchmarks bench", PATH_BENCH },
		{ "script scripts tools", PATH_SCRIPT },
		{ "src testx docsy toolsmith v t", PATH_PRODUCT },
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++)
		for (const char *p = v[i].words; *p; p += strspn(p, " ")) {
			size_t n = strcspn(p, " ");
			char path[64];

			snprintf(path, sizeof(path), "%.*s/a.c", (int)n, p);
			assert_int_equal(path_kind(path), v[i].kind);
			snprintf(path, sizeof(path), "src/%.*s/x/a.c", (int)n,
				 p);
			assert_int_equal(path_kind(path), v[i].kind);
			p += n;
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_folder_word_has_its_kind),
		cmocka_unit_test(every_case_gives_exactly_its_signals),
		cmocka_unit_test(a_view_without_files_gives_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
