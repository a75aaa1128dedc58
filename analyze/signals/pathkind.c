#include "analyze/signals/pathkind.h"
#include "core/str.h"

#include <stddef.h>
#include <string.h>

/* A word and the kind of every path that has it as a whole folder name. */
#define FOLDER(word, kind) { word, sizeof(word) - 1, kind }
static const struct {
	const char *word;
	unsigned char n;
	enum path_kind kind;
} folders[] = {
	FOLDER("third_party", PATH_VENDORED), FOLDER("third-party", PATH_VENDORED),
	FOLDER("3rdparty", PATH_VENDORED), FOLDER("thirdparty", PATH_VENDORED),
	FOLDER("vendor", PATH_VENDORED), FOLDER("vendored", PATH_VENDORED),
	FOLDER("external", PATH_VENDORED), FOLDER("typings", PATH_VENDORED),
	FOLDER(".github", PATH_CI), FOLDER(".buildkite", PATH_CI),
	FOLDER(".circleci", PATH_CI), FOLDER(".gitlab", PATH_CI), FOLDER("ci", PATH_CI),
	FOLDER(".ci", PATH_CI), FOLDER("jenkins", PATH_CI),
	FOLDER("test", PATH_TEST), FOLDER("tests", PATH_TEST),
	FOLDER("testing", PATH_TEST), FOLDER("unittest", PATH_TEST),
	FOLDER("unit_tests", PATH_TEST), FOLDER("testlib", PATH_TEST),
	FOLDER("doc", PATH_DOCS), FOLDER("docs", PATH_DOCS),
	FOLDER("documentation", PATH_DOCS),
	FOLDER("example", PATH_EXAMPLE), FOLDER("examples", PATH_EXAMPLE),
	FOLDER("samples", PATH_EXAMPLE), FOLDER("tutorials", PATH_EXAMPLE),
	FOLDER("notebooks", PATH_EXAMPLE),
	FOLDER("benchmark", PATH_BENCH), FOLDER("benchmarks", PATH_BENCH),
	FOLDER("bench", PATH_BENCH),
	FOLDER("script", PATH_SCRIPT), FOLDER("scripts", PATH_SCRIPT),
	FOLDER("tools", PATH_SCRIPT),
};

static const struct {
	const char *end;
	enum path_lang lang;
} endings[] = {
	{ ".py", LANG_PYTHON }, { ".pyi", LANG_PYTHON },
	{ ".cu", LANG_C }, { ".cpp", LANG_C }, { ".cc", LANG_C },
	{ ".c", LANG_C }, { ".cxx", LANG_C }, { ".hip", LANG_C },
	{ ".mm", LANG_C },
	{ ".h", LANG_HEADER }, { ".cuh", LANG_HEADER },
	{ ".hpp", LANG_HEADER }, { ".hh", LANG_HEADER },
	{ ".hxx", LANG_HEADER }, { ".inl", LANG_HEADER },
	{ ".inc", LANG_HEADER },
	{ ".rs", LANG_RUST },
	{ ".md", LANG_TEXT }, { ".rst", LANG_TEXT }, { ".txt", LANG_TEXT },
	{ ".mdx", LANG_TEXT },
};

static const char *const data_endings[] = {
	".json", ".jsonl", ".csv", ".tsv", ".lock", ".png", ".jpg", ".svg",
	".gif", ".pdf", ".ipynb", ".parquet", ".bin", ".woff2", NULL
};

static const char *const doc_names[] = {
	"LICENSE", "NOTICE", "AUTHORS", "CODEOWNERS", "CONTRIBUTORS",
	"CITATION", "CHANGELOG", "README", NULL
};

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

bool path_has_part(const char *path, const char *part)
{
	size_t n = strlen(part);
	for (const char *p = path; ; p++) {
		if (*p == *part && !strncmp(p, part, n) &&
		    (p[n] == '/' || !p[n]))
			return true;
		p = strchr(p, '/');
		if (!p)
			return false;
	}
}

enum path_lang path_lang(const char *path)
{
	const char *dot = strrchr(path_base(path), '.');
	if (!dot)
		return starts_with(path_base(path), "CHANGELOG") ?
		       LANG_TEXT : LANG_OTHER;
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (!strcmp(dot, endings[i].end))
			return endings[i].lang;
	return LANG_OTHER;
}

/* test_x.py, x_test.py, conftest.py and the like, whatever the folder. */
static bool is_test_name(const char *base)
{
	const char *dot = strchr(base, '.');
	size_t n = dot ? (size_t)(dot - base) : strlen(base);
	if (starts_with(base, "test_") || starts_with(base, "conftest."))
		return true;
	return (n > 5 && !memcmp(base + n - 5, "_test", 5)) ||
	       (n > 6 && !memcmp(base + n - 6, "_tests", 6));
}

/* No ending has a second dot. */
static bool is_data_name(const char *base)
{
	const char *dot = strrchr(base, '.');

	for (int i = 0; dot && data_endings[i]; i++)
		if (data_endings[i][1] == dot[1] &&
		    !strcmp(data_endings[i], dot))
			return true;
	return false;
}

static bool is_doc_name(const char *base)
{
	/* By a look at both ends: most names are none. */
	if (*base && strchr("dtx", base[strlen(base) - 1]) &&
	    (ends_with(base, ".md") || ends_with(base, ".rst") ||
	     ends_with(base, ".mdx")))
		return true;
	for (int i = 0; doc_names[i]; i++)
		if (*base == *doc_names[i] && starts_with(base, doc_names[i]))
			return true;
	return false;
}

/* The folder kind of one part; PATH_PRODUCT when the word is none of ours. */
static enum path_kind part_kind(const char *part, size_t n)
{
	/* What the words begin with. */
	static const bool begins[256] = {
		['t'] = true, ['3'] = true, ['v'] = true, ['e'] = true,
		['.'] = true, ['c'] = true, ['j'] = true, ['u'] = true,
		['d'] = true, ['s'] = true, ['n'] = true, ['b'] = true,
	};

	if (!begins[(unsigned char)*part])
		return PATH_PRODUCT;
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (folders[i].n == n && *folders[i].word == *part &&
		    !memcmp(folders[i].word, part, n))
			return folders[i].kind;
	return PATH_PRODUCT;
}

enum path_kind path_kind(const char *path)
{
	const char *base = path_base(path);
	enum path_kind best = PATH_PRODUCT;

	for (const char *p = path; p < base; ) {
		const char *slash = strchr(p, '/');
		enum path_kind k = part_kind(p, (size_t)(slash - p));
		if (k != PATH_PRODUCT && (best == PATH_PRODUCT || k < best))
			best = k;
		p = slash + 1;
	}
	if (best == PATH_VENDORED || best == PATH_CI || best == PATH_TEST)
		return best;
	if (is_test_name(base))
		return PATH_TEST;
	if (starts_with(base, "benchmark_") || starts_with(base, "bench_"))
		return PATH_BENCH;
	if (best == PATH_PRODUCT && (is_doc_name(base) ||
				     starts_with(path, "media/")))
		return PATH_DOCS;
	if (best == PATH_PRODUCT && is_data_name(base))
		return PATH_DATA;
	return best;
}

bool path_is_internal(const char *path)
{
	for (const char *p = path; p; ) {
		if (*p == '_' && strcmp(p, "__init__.py") &&
		    strcmp(p, "__init__.pyi"))
			return true;
		p = strchr(p, '/');
		if (p)
			p++;
	}
	return false;
}

bool path_is_setup(const char *path)
{
	const char *base = path_base(path);

	return !strcmp(base, "setup.py") || !strcmp(base, "noxfile.py");
}
