/*
 * analyze/signals/pathkind.h - what a path is for, and in which language.
 *
 * Only names are looked at, never contents.  The words are listed in
 * docs/report.md, "Signals"; the first that matches in the order below wins.
 */
#ifndef ANALYZE_SIGNALS_PATHKIND_H
#define ANALYZE_SIGNALS_PATHKIND_H

#include <stdbool.h>

enum path_kind {
	PATH_PRODUCT,		/* none of the below */
	PATH_VENDORED,		/* third_party, 3rdparty, vendor, ... */
	PATH_CI,		/* .github, .buildkite, ci scripts */
	PATH_TEST,		/* tests, testing, conftest.py, test_x.py */
	PATH_DOCS,		/* docs, *.md, *.rst, LICENSE, ... */
	PATH_EXAMPLE,
	PATH_BENCH,
	PATH_SCRIPT,		/* scripts, tools */
	PATH_DATA,		/* tuning tables, images, locks: no source */
};

enum path_lang {
	LANG_OTHER,
	LANG_PYTHON,		/* .py, .pyi */
	LANG_C,			/* .c .cc .cpp .cu ... */
	LANG_HEADER,		/* .h .hh .hpp .cuh .inl ... */
	LANG_RUST,
	LANG_TEXT,		/* .md .rst .txt and CHANGELOG and the like */
};

enum path_kind path_kind(const char *path);
enum path_lang path_lang(const char *path);

/* A part begins with '_' (but not "__init__.py"): nobody else's business. */
bool path_is_internal(const char *path);

/* A setup.py or noxfile.py: it is run, and imported by nobody. */
bool path_is_setup(const char *path);

/* Last part of the path; borrowed. */
const char *path_base(const char *path);

/* Does a whole part of the path (a folder or the file) equal `part`? */
bool path_has_part(const char *path, const char *part);

#endif
