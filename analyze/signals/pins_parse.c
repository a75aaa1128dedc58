/*
 * analyze/signals/pins_parse.c - which file holds pins, and those of Python
 * and Rust projects.
 */
#include "analyze/signals/lines.h"
#include "analyze/signals/pins_parse.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool in_requirements_dir(const char *path)
{
	return path_has_part(path, "requirements");
}

/* By a look at the name's ends: most files hold none. */
static bool may_hold_pins(const char *base)
{
	size_t n = strlen(base);

	return *base == 'D' || *base == 's' ||
	       (n && strchr("tnleh", base[n - 1]));
}

enum pin_format pin_format(const char *path)
{
	const char *b = path_base(path);

	if (!may_hold_pins(b))
		return PINS_NONE;
	if ((ends_with(b, ".txt") || ends_with(b, ".in")) &&
	    (starts_with(b, "requirements") || starts_with(b, "constraints") ||
	     strstr(b, "requirements.") || in_requirements_dir(path)))
		return PINS_REQUIREMENTS;
	if (starts_with(b, "pyproject") && ends_with(b, ".toml"))
		return PINS_PYPROJECT;
	if (!strcmp(b, "setup.py") || !strcmp(b, "setup.cfg"))
		return PINS_SETUP;
	if (!strcmp(b, "Cargo.toml"))
		return PINS_CARGO;
	if (starts_with(b, "Dockerfile") || ends_with(b, ".Dockerfile") ||
	    ends_with(b, ".dockerfile") || !strcmp(b, "Containerfile"))
		return PINS_DOCKER;
	if (!strcmp(b, "CMakeLists.txt") || ends_with(b, ".cmake"))
		return PINS_CMAKE;
	if (ends_with(b, ".sh") || ends_with(b, ".yml") || ends_with(b, ".yaml"))
		return PINS_SHELL;
	return PINS_NONE;
}

static bool name_has(const char *s, const char *word)
{
	return strcasestr(s, word) != NULL;
}

const char *pin_scope(const char *path, const struct pin *p)
{
	const char *b = path_base(path);
	enum path_kind k = path_kind(path);
	const char *where = in_requirements_dir(path) ?
			    strstr(path, "requirements") : b;

	if (k == PATH_CI || name_has(b, "ci_install"))
		return "ci";
	if (k == PATH_TEST || name_has(where, "test") ||
	    name_has(p->group, "test"))
		return "test";
	if (k == PATH_DOCS || name_has(where, "docs") ||
	    name_has(p->group, "docs"))
		return "docs";
	if (k == PATH_EXAMPLE || k == PATH_BENCH || name_has(where, "dev") ||
	    name_has(where, "lint") || name_has(p->group, "dev") ||
	    name_has(p->group, "lint") || name_has(p->group, "bench"))
		return "dev";
	switch (pin_format(path)) {
	case PINS_DOCKER:
		return "image";
	case PINS_CMAKE:
		return "build";
	case PINS_SHELL:
		return "ci";
	default:
		break;
	}
	if (name_has(where, "build") || name_has(p->group, "build-system"))
		return "build";
	return "runtime";
}

static void parse_requirements(struct pins *p, struct pin_lines l)
{
	const char *s;
	size_t n;

	while (pins_next_line(&l, &s, &n)) {
		const char *hash;

		n = pins_without_comment(s, n);
		trim(&s, &n);
		hash = memmem(s, n, " --hash", 7);
		if (hash)
			n = (size_t)(hash - s);
		if (n && s[n - 1] == '\\')
			n--;
		if (!n || *s == '-')
			continue;
		if (!memchr(s, '@', n) && memmem(s, n, "://", 3)) {
			/* A wheel's address alone: named by its file. */
			const char *b = s + n;
			size_t k;

			while (b > s && b[-1] != '/')
				b--;
			k = strcspn(b, "-");
			if (k && k < n && memmem(b, n - (size_t)(b - s),
						 ".whl", 4))
				pins_add(p, arena_strndup(p->arena, b, k),
				    pins_url_version(p->arena, s, n), "", "",
				    l.no);
			continue;
		}
		pins_add_requirement(p, s, n, "", l.no, false);
	}
}

/* Every string literal between s and its end, as requirements. */
static void strings_in(struct pins *p, const char *s, size_t n,
		       const char *group, int line, bool need_spec)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = i + 1;

		if (s[i] == '#')
			return;
		if (s[i] != '"' && s[i] != '\'')
			continue;
		while (k < n && s[k] != s[i])
			k++;
		if (k < n)
			pins_add_requirement(p, s + i + 1, k - i - 1, group, line,
					need_spec);
		i = k;
	}
}

static bool is_dependency_table(const char *t)
{
	return !strcmp(t, "project") || !strcmp(t, "build-system") ||
	       !strcmp(t, "project.optional-dependencies") ||
	       !strcmp(t, "dependency-groups");
}

static bool is_dependency_key(const char *table, const char *key)
{
	if (!strcmp(table, "project"))
		return !strcmp(key, "dependencies");
	if (!strcmp(table, "build-system"))
		return !strcmp(key, "requires");
	return true;
}

/* Bracket depth after the line, strings and comments skipped. */
static int toml_depth(const char *s, size_t n, int depth)
{
	char quote = 0;

	for (size_t i = 0; i < n; i++) {
		if (quote) {
			if (s[i] == quote)
				quote = 0;
		} else if (s[i] == '"' || s[i] == '\'') {
			quote = s[i];
		} else if (s[i] == '#') {
			break;
		} else if (s[i] == '[') {
			depth++;
		} else if (s[i] == ']') {
			depth--;
		}
	}
	return depth;
}

/* "pkg[extra]" inside pkg's own file groups extras and pins nothing. */
static void drop_self(struct pins *p, const char *own)
{
	char *k = pins_key(p->arena, own);
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if (strcmp(pins_key(p->arena, p->v[i].name), k))
			p->v[n++] = p->v[i];
	p->n = n;
}

static void parse_pyproject(struct pins *p, struct pin_lines l)
{
	char table[96] = "", key[64] = "", own[64] = "";
	const char *group = "", *s;
	bool active = false;
	int depth = 0;
	size_t n;

	while (pins_next_line(&l, &s, &n)) {
		size_t k = 0, name;

		if (depth > 0) {
			if (active)
				strings_in(p, s, n, group, l.no, false);
			depth = toml_depth(s, n, depth);
			continue;
		}
		trim(&s, &n);
		if (n && *s == '[') {
			k = strcspn(s + 1, "]\n#");
			snprintf(table, sizeof(table), "%.*s", (int)k, s + 1);
			active = false;
			continue;
		}
		while (k < n && pins_name_char(s[k]))
			k++;
		name = k;
		while (k < n && isspace((unsigned char)s[k]))
			k++;
		if (k >= n || s[k] != '=')
			continue;
		snprintf(key, sizeof(key), "%.*s", (int)name, s);
		if (!strcmp(table, "project") && !strcmp(key, "name"))
			snprintf(own, sizeof(own), "%.*s", (int)strcspn(
				 s + k, "\n") - 1, s + k + 1);
		active = is_dependency_table(table) &&
			 is_dependency_key(table, key);
		if (active) {
			group = arena_printf(p->arena, "%s.%s", table, key);
			strings_in(p, s + k, n - k, group, l.no, false);
		}
		depth = toml_depth(s + k, n - k, 0);
	}
	if (*own) {
		char *q = own + strspn(own, " \"'");

		q[strcspn(q, " \"'")] = '\0';
		drop_self(p, q);
	}
}

static void parse_cargo(struct pins *p, struct pin_lines l)
{
	bool in = false;
	const char *s;
	size_t n;

	while (pins_next_line(&l, &s, &n)) {
		const char *v, *q;
		size_t k = 0;

		n = pins_without_comment(s, n);
		trim(&s, &n);
		if (n && *s == '[') {
			in = memmem(s, n, "dependencies]", 13) != NULL;
			continue;
		}
		while (k < n && pins_name_char(s[k]))
			k++;
		if (!in || !k || !memchr(s + k, '=', n - k))
			continue;
		v = memmem(s + k, n - k, "version", 7);
		q = v ? memchr(v, '"', (size_t)(s + n - v)) :
		    memchr(s + k, '{', n - k) ? NULL :
		    memchr(s + k, '"', n - k);
		if (q)
			pins_add(p, arena_strndup(p->arena, s, k),
			    arena_strndup(p->arena, q + 1,
					  strcspn(q + 1, "\"\n")), "", "",
			    l.no);
	}
}

static void parse_setup(struct pins *p, struct pin_lines l)
{
	const char *s;
	size_t n;

	/* Only strings with an operator: others may be anything. */
	while (pins_next_line(&l, &s, &n))
		strings_in(p, s, n, "", l.no, true);
}

void pins_parse(struct pins *out, enum pin_format format, const char *text,
		size_t len, int lines_before)
{
	struct pin_lines l = { text, text + len, lines_before };

	switch (format) {
	case PINS_REQUIREMENTS:
		parse_requirements(out, l);
		break;
	case PINS_PYPROJECT:
		parse_pyproject(out, l);
		break;
	case PINS_SETUP:
		parse_setup(out, l);
		break;
	case PINS_DOCKER:
		pins_docker(out, l);
		break;
	case PINS_CMAKE:
		pins_cmake(out, l);
		break;
	case PINS_SHELL:
		pins_shell(out, l);
		break;
	case PINS_CARGO:
		parse_cargo(out, l);
		break;
	case PINS_NONE:
		break;
	}
}
