/*
 * analyze/signals/versions.c - the version a package gives itself.
 *
 * One repository may hold several packages, so a version always comes with the
 * folder of the file that states it: hopper/__init__.py speaks for "hopper",
 * never for the repository.
 */
#include "analyze/signals/lines.h"
#include "analyze/signals/readers.h"
#include "analyze/signals/surface.h"
#include "core/find.h"
#include "core/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum version_source {
	SRC_NONE,
	SRC_FILE,		/* version.txt, VERSION: the whole file */
	SRC_DUNDER,		/* __version__ = "..." */
	SRC_TOML,		/* version = "..." under [project], [package] */
	SRC_SETUP,		/* version="..." of setup() */
	SRC_CMAKE,		/* project(x VERSION ...) */
	SRC_MACROS,		/* #define X_MAJOR, X_MINOR, X_PATCH */
};

static enum version_source source_of(const struct landing_file *f)
{
	const char *b = path_base(f->change->path);

	if (f->lang == LANG_PYTHON && strcmp(b, "setup.py"))
		return ends_with(b, ".py") ? SRC_DUNDER : SRC_NONE;
	if (!strcasecmp(b, "version.txt") || !strcmp(b, "VERSION"))
		return SRC_FILE;
	if (!strcmp(b, "Cargo.toml") ||
	    (starts_with(b, "pyproject") && ends_with(b, ".toml")))
		return SRC_TOML;
	if (!strcmp(b, "setup.py"))
		return SRC_SETUP;
	if (!strcmp(b, "CMakeLists.txt"))
		return SRC_CMAKE;
	if (!strcmp(b, "version.h") || !strcmp(b, "version.hpp"))
		return SRC_MACROS;
	return SRC_NONE;
}

static bool versions_want(const struct landing_file *f)
{
	enum version_source src;

	if (!f->new || f->change->status == 'D' ||
	    (f->kind != PATH_PRODUCT && f->kind != PATH_DOCS))
		return false;
	src = source_of(f);
	/* A new module's first line is no release. */
	if (f->change->status == 'A' && src == SRC_SETUP)
		return false;
	return src != SRC_NONE;
}

static const char dunder[] = "__version__";

static bool has_project(const char *s, size_t from, size_t to)
{
	return find_folded(s + from, to - from, "project(", 8);
}

/* Does the middle begin a project, or begin in one?  Else both sides say the
 * same of theirs. */
static bool project_touched(const struct landing_file *f)
{
	const char *p = f->new, *end = p + f->new_from, *last = NULL;

	if (has_project(f->old, f->old_from, f->old_to) ||
	    has_project(f->new, f->new_from, f->new_to))
		return true;
	for (; (p = find_folded(p, (size_t)(end - p), "project(", 8)); p++)
		last = p;
	return last && !memchr(last, ')', (size_t)(end - last));
}

/* Can its version have changed?  Of Python, a changed line says so. */
static bool may_step(const struct landing_view *v, size_t i,
		     enum version_source src)
{
	const struct landing_file *f = &v->files[i];
	const struct line_diff *d;

	if (src == SRC_SETUP)
		return middle_has(f, 1, "version");
	if (src == SRC_CMAKE)
		return !f->old || project_touched(f);
	if (src != SRC_DUNDER)
		return true;
	/* What the readers of the surface left alone has no lines yet. */
	if (!(f->look & LOOK_LINES))
		return f->kind != PATH_PRODUCT && middle_has(f, 1, dunder);
	d = surface_lines(v, i);
	for (size_t k = 0; k < d->new_n; k++)
		if (*d->new[k].s == '_' && starts_with(d->new[k].s, dunder))
			return true;
	return d->cut;
}

struct found {
	char text[80];
	int line;
};

static void set(struct found *v, const char *s, size_t n, int line)
{
	bool digit = false;

	trim(&s, &n);
	if (!n || n >= sizeof(v->text))
		return;
	for (size_t i = 0; i < n; i++) {
		digit = digit || isdigit((unsigned char)s[i]);
		if (!isalnum((unsigned char)s[i]) && !strchr("._+-!", s[i]))
			return;
	}
	if (!digit)
		return;
	memcpy(v->text, s, n);
	v->text[n] = '\0';
	v->line = line;
}

/* The string literal after the '=' of a line that begins with `word`. */
static bool assigned(struct found *v, const char *s, size_t n,
		     const char *word, int line)
{
	size_t k = strlen(word), e;

	if (n <= k || memcmp(s, word, k) || isalnum((unsigned char)s[k]) ||
	    s[k] == '_')
		return false;
	while (k < n && s[k] != '=')
		if (!isspace((unsigned char)s[k++]) && s[k - 1] != ':' &&
		    !isalpha((unsigned char)s[k - 1]))
			return false;
	for (k++; k < n && isspace((unsigned char)s[k]); k++)
		;
	if (k >= n || (s[k] != '"' && s[k] != '\''))
		return false;
	for (e = k + 1; e < n && s[e] != s[k]; e++)
		;
	set(v, s + k + 1, e - k - 1, line);
	return v->line == line;
}

/* "#define X_MAJOR 4": collects the three into one version. */
static void macro(char part[3][16], int *first, const char *s, size_t n,
		  int line)
{
	static const char *const ends[] = { "_MAJOR", "_MINOR", "_PATCH" };
	char name[64], value[16], *v = value;

	if (n > 120 || memcmp(s, "#define ", 8))
		return;
	char buf[128];
	memcpy(buf, s, n);
	buf[n] = '\0';
	if (sscanf(buf, "#define %63s %15s", name, value) != 2 ||
	    !isdigit((unsigned char)*v))
		return;
	for (int i = 0; i < 3; i++)
		if (ends_with(name, ends[i])) {
			memcpy(part[i], value, sizeof(value));
			if (!*first)
				*first = line;
		}
}

/* Begins in project( and may go on below it. */
static void in_cmake(struct found *v, const char *s, size_t n, int line,
		     bool *project)
{
	const char *q;

	if (strncasecmp(s, "project(", 8) == 0)
		*project = true;
	q = *project ? memmem(s, n, "VERSION ", 8) : NULL;
	if (q)
		set(v, q + 8, strcspn(q + 8, " )\n"), line);
	if (memchr(s, ')', n))
		*project = false;
}

/* Is the line that begins at p below [project] or [package]? */
static bool in_package(const char *text, const char *p)
{
	while (p > text) {
		const char *nl = memrchr(text, '\n', (size_t)(p - 1 - text));

		p = nl ? nl + 1 : text;
		if (*p == '[')
			return starts_with(p, "[project]") ||
			       starts_with(p, "[package]") ||
			       starts_with(p, "[tool.poetry]");
	}
	return false;
}

/* Does a line begin at p; of a setup(), or with blanks before it? */
static bool begins_line(const char *text, const char *p,
			enum version_source src)
{
	while (src == SRC_SETUP && p > text && p[-1] != '\n' &&
	       isspace((unsigned char)p[-1]))
		p--;
	return p == text || p[-1] == '\n';
}

/* A line that begins with the word; most files are long and have none. */
static void find_word_line(struct found *v, enum version_source src,
			   const char *text, size_t len)
{
	const char *word = src == SRC_DUNDER ? dunder : "version";
	const char *end = text + len;
	size_t n = strlen(word);

	for (const char *p = text; !v->line &&
	     (p = find_bytes(p, (size_t)(end - p), word, n)); p++) {
		const char *e = memchr(p, '\n', (size_t)(end - p));

		if (begins_line(text, p, src) &&
		    (src != SRC_TOML || in_package(text, p)))
			assigned(v, p, (size_t)((e ? e : end) - p), word,
				 line_of(text, (size_t)(p - text)));
	}
}

static void find(struct found *v, enum version_source src, const char *text,
		 size_t len)
{
	char part[3][16] = { "", "", "" };
	const char *end = text + len;
	bool project = false;
	int line = 0, first = 0;

	*v = (struct found){ "", 0 };
	if (src == SRC_FILE) {
		size_t n = strcspn(text, "\n");

		set(v, text, n, 1);
		return;
	}
	if (src == SRC_DUNDER || src == SRC_SETUP || src == SRC_TOML) {
		find_word_line(v, src, text, len);
		return;
	}
	for (const char *p = text; p < end && !v->line;) {
		const char *e = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((e ? e : end) - p);

		line++;
		if (src == SRC_MACROS && n > 8)
			macro(part, &first, p, n, line);
		else if (src == SRC_CMAKE)
			in_cmake(v, p, n, line, &project);
		p += n + 1;
	}
	if (*part[0] && *part[1])
		v->line = snprintf(v->text, sizeof(v->text), "%s.%s.%s",
				   part[0], part[1],
				   *part[2] ? part[2] : "0") ? first : 0;
}

static void versions_read(const struct landing_view *v,
			  struct signal_list *out)
{
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		const char *path = f->change->path, *base = path_base(path);
		struct signal s = { .kind = "version", .path = path };
		struct found old = { "", 0 }, new;
		enum version_source src;
		char *dir, *slash;

		if (!versions_want(f))
			continue;
		src = source_of(f);
		if (!may_step(v, i, src))
			continue;
		find(&new, src, f->new, f->new_len);
		if (f->old)
			find(&old, src, f->old, f->old_len);
		if (!new.line || !strcmp(old.text, new.text))
			continue;
		/* A literal that replaces a computed version is no step. */
		if (f->old && !old.line)
			continue;
		dir = arena_strndup(out->arena, path,
				    base > path ? (size_t)(base - path - 1) :
				    0);
		slash = strrchr(dir, '/');
		s.name = *dir ? slash ? slash + 1 : dir : path_base(v->repo);
		s.old = old.line ? old.text : NULL;
		s.new = new.text;
		s.line = new.line;
		s.detail = arena_printf(out->arena, "{\"scope\":\"%s\"}",
					strpbrk(dir, "\"\\") ? "" : dir);
		signal_add(out, &s);
	}
}

const struct signal_reader versions_reader = {
	"versions", versions_want, versions_read
};
