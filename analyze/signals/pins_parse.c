/*
 * analyze/signals/pins_parse.c - read the pins of one file.
 *
 * Every format ends in add_pin(), which splits a requirement string ("name
 * [extra] spec ; marker") and normalises what is compared, so that order,
 * blanks, quotes and comments can never look like a change.
 */
#include "analyze/signals/lines.h"
#include "analyze/signals/pins.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void pins_release(struct pins *p)
{
	free(p->v);
	p->v = NULL;
	p->n = p->cap = 0;
}

static bool in_requirements_dir(const char *path)
{
	return path_has_part(path, "requirements");
}

enum pin_format pin_format(const char *path)
{
	const char *b = path_base(path);

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

/* --- one requirement ---------------------------------------------------- */

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

static char *pin_key(struct arena *a, const char *s)
{
	char *k = arena_strdup(a, s);

	for (char *p = k; *p; p++)
		*p = *p == '-' || *p == '.' ? '_' :
		     (char)tolower((unsigned char)*p);
	return k;
}

static int cmp_clause(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Clauses sorted, no blanks, one kind of quote. */
static char *norm_spec(struct arena *a, const char *s)
{
	char *t = arena_strdup(a, s), *o = t, *part[16];
	struct str out = STR_INIT;
	size_t n = 0;
	char *r;

	for (const char *p = t; *p; p++)
		if (!isspace((unsigned char)*p))
			*o++ = *p == '\'' ? '"' : *p;
	*o = '\0';
	for (char *p = t; p && n < ARRAY_N(part);) {
		char *comma = strchr(p, ',');

		part[n++] = p;
		if (comma && n < ARRAY_N(part))
			*comma++ = '\0';
		p = comma;
	}
	qsort(part, n, sizeof(*part), cmp_clause);
	for (size_t i = 0; i < n; i++) {
		if (i)
			str_addch(&out, ',');
		str_add(&out, part[i]);
	}
	r = arena_strndup(a, str_c(&out), out.len);
	str_release(&out);
	return r;
}

/* Blanks collapsed, double quotes as single ones. */
static char *norm_marker(struct arena *a, const char *s, size_t n)
{
	struct str out = STR_INIT;
	char *r;

	trim(&s, &n);
	for (size_t i = 0; i < n; i++) {
		if (isspace((unsigned char)s[i])) {
			if (out.len && out.s[out.len - 1] != ' ')
				str_addch(&out, ' ');
		} else {
			str_addch(&out, s[i] == '"' ? '\'' : s[i]);
		}
	}
	r = arena_strndup(a, str_c(&out), out.len);
	str_release(&out);
	return r;
}

static void add(struct pins *p, const char *name, const char *spec,
		const char *marker, const char *group, int line)
{
	struct pin *k;

	GROW(p->v, p->n, p->cap);
	k = &p->v[p->n++];
	k->name = name;
	k->key = pin_key(p->arena, name);
	k->spec = spec;
	k->norm = norm_spec(p->arena, spec);
	k->marker = marker;
	k->group = group;
	k->line = line;
}

/* "name-1.2.3-cp38-...whl", ".../v1.2.3/...", "...@v1.2.3": the version. */
static char *url_version(struct arena *a, const char *s, size_t n)
{
	const char *base = s + n, *at, *p;

	while (base > s && base[-1] != '/')
		base--;
	at = memchr(base, '@', n - (size_t)(base - s));
	if (at) {
		size_t k = strcspn(at + 1, "#;\" ");

		if (k > n - (size_t)(at + 1 - s))
			k = n - (size_t)(at + 1 - s);
		return arena_strndup(a, at + 1, k);
	}
	for (p = base; p + 1 < s + n; p++)
		if (*p == '-' && isdigit((unsigned char)p[1])) {
			size_t k = strcspn(p + 1, "-#;\" ");

			if (memchr(p + 1, '.', k))
				return arena_strndup(a, p + 1, k);
		}
	for (p = s; p + 2 < base; p++)
		if (p[0] == '/' && p[1] == 'v' &&
		    isdigit((unsigned char)p[2]))
			return arena_strndup(a, p + 1, strcspn(p + 1, "/"));
	return arena_strndup(a, s, n);
}

/* "torch>=2; marker" and "name[extra] @ url"; nothing for anything else. */
static void add_requirement(struct pins *p, const char *s, size_t n,
			    const char *group, int line, bool need_spec)
{
	const char *end, *semi, *name, *spec;
	size_t k = 0;
	char *marker = arena_strdup(p->arena, "");

	trim(&s, &n);
	end = s + n;
	while (k < n && is_name_char(s[k]))
		k++;
	if (!k || !isalnum((unsigned char)s[0]))
		return;
	name = arena_strndup(p->arena, s, k);
	/* In a URL only " ;" begins a marker. */
	semi = memmem(s, n, "://", 3) ? memmem(s, n, " ;", 2) :
	       memchr(s, ';', n);
	if (semi) {
		const char *m = memchr(semi, ';', (size_t)(end - semi)) ;

		marker = norm_marker(p->arena, m + 1, (size_t)(end - m - 1));
		end = semi;
	}
	s += k;
	n = (size_t)(end - s);
	trim(&s, &n);
	if (n && *s == '@') {
		s++;
		n--;
		trim(&s, &n);
		spec = url_version(p->arena, s, n);
	} else if (n && !strchr("=<>!~[(", *s)) {
		return;
	} else {
		if (n > 1 && *s == '(' && s[n - 1] == ')') {
			s++;
			n -= 2;
		}
		spec = arena_strndup(p->arena, s, n);
	}
	/* "arch=compute_90" in a list of compiler flags is no requirement. */
	if (need_spec && (!strpbrk(spec, "=<>~") ||
			  (*spec == '=' && spec[1] != '=') ||
			  !isdigit((unsigned char)
				   spec[strspn(spec, "=<>~! v")])))
		return;
	add(p, name, spec, marker, group, line);
}

/* Where a comment starts: '#' first or after a blank. */
static size_t without_comment(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] == '#' && (!i || isspace((unsigned char)s[i - 1])))
			return i;
	return n;
}

/* --- the formats -------------------------------------------------------- */

struct lines_of {
	const char *p, *end;
	int no;
};

/* The next line without its end; false at the end. */
static bool next_line(struct lines_of *l, const char **s, size_t *n)
{
	const char *e;

	if (l->p >= l->end)
		return false;
	e = memchr(l->p, '\n', (size_t)(l->end - l->p));
	*s = l->p;
	*n = (size_t)((e ? e : l->end) - l->p);
	l->p = e ? e + 1 : l->end;
	l->no++;
	return true;
}

static void parse_requirements(struct pins *p, struct lines_of l)
{
	const char *s;
	size_t n;

	while (next_line(&l, &s, &n)) {
		const char *hash;

		n = without_comment(s, n);
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
				add(p, arena_strndup(p->arena, b, k),
				    url_version(p->arena, s, n), "", "",
				    l.no);
			continue;
		}
		add_requirement(p, s, n, "", l.no, false);
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
			add_requirement(p, s + i + 1, k - i - 1, group, line,
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
	char *k = pin_key(p->arena, own);
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->v[i].key, k))
			p->v[n++] = p->v[i];
	p->n = n;
}

static void parse_pyproject(struct pins *p, struct lines_of l)
{
	char table[96] = "", key[64] = "", own[64] = "";
	const char *group = "", *s;
	bool active = false;
	int depth = 0;
	size_t n;

	while (next_line(&l, &s, &n)) {
		size_t k = 0;

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
		while (k < n && is_name_char(s[k]))
			k++;
		snprintf(key, sizeof(key), "%.*s", (int)k, s);
		while (k < n && isspace((unsigned char)s[k]))
			k++;
		if (k >= n || s[k] != '=')
			continue;
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

static void parse_cargo(struct pins *p, struct lines_of l)
{
	bool in = false;
	const char *s;
	size_t n;

	while (next_line(&l, &s, &n)) {
		const char *v, *q;
		size_t k = 0;

		n = without_comment(s, n);
		trim(&s, &n);
		if (n && *s == '[') {
			in = memmem(s, n, "dependencies]", 13) != NULL;
			continue;
		}
		while (k < n && is_name_char(s[k]))
			k++;
		if (!in || !k || !memchr(s + k, '=', n - k))
			continue;
		v = memmem(s + k, n - k, "version", 7);
		q = v ? memchr(v, '"', (size_t)(s + n - v)) :
		    memchr(s + k, '{', n - k) ? NULL :
		    memchr(s + k, '"', n - k);
		if (q)
			add(p, arena_strndup(p->arena, s, k),
			    arena_strndup(p->arena, q + 1,
					  strcspn(q + 1, "\"\n")), "", "",
			    l.no);
	}
}

static void parse_setup(struct pins *p, struct lines_of l)
{
	const char *s;
	size_t n;

	/* Only strings with an operator: others may be anything. */
	while (next_line(&l, &s, &n))
		strings_in(p, s, n, "", l.no, true);
}

static bool is_pin_variable(const char *s, size_t n)
{
	static const char *const words[] = {
		"VERSION", "VER", "REVISION", "REV", "TAG", "COMMIT", "REF",
		"SHA", "HASH", "BRANCH", NULL
	};

	for (size_t i = 0; i < n;) {
		size_t k = i;

		while (k < n && s[k] != '_')
			k++;
		for (const char *const *w = words; *w; w++)
			if (strlen(*w) == k - i &&
			    !strncasecmp(*w, s + i, k - i))
				return true;
		i = k + 1;
	}
	return false;
}

/* A version, a tag or an id; not a variable, a flag or a word of prose. */
static bool is_pin_value(const char *s, size_t n)
{
	bool digit = false;

	if (!n || n > 80)
		return false;
	for (size_t i = 0; i < n; i++) {
		digit = digit || isdigit((unsigned char)s[i]);
		if (!is_name_char(s[i]) && !strchr("+:/", s[i]))
			return false;
	}
	return digit || !strncmp(s, "main", 4) || !strncmp(s, "master", 6);
}

/* NAME=value pairs on one line, quotes taken off. */
static void variables_in(struct pins *p, const char *s, size_t n, int line)
{
	size_t i = 0;

	while (i < n) {
		size_t a, k, v, e;
		char quote = 0;

		while (i < n && !isalpha((unsigned char)s[i]))
			i++;
		a = i;
		while (i < n && (isalnum((unsigned char)s[i]) || s[i] == '_'))
			i++;
		k = i;
		if (k >= n || (s[k] != '=' && s[k] != ':') ||
		    !is_pin_variable(s + a, k - a) ||
		    (a && (s[a - 1] == '-' || s[a - 1] == '$' ||
			   s[a - 1] == '{' || s[a - 1] == '.'))) {
			if (k == a)
				i++;
			continue;
		}
		v = k + 1;
		if (s[k] == ':' && (v >= n || s[v] != ' '))
			continue;
		while (v < n && s[v] == ' ' && s[k] == ':')
			v++;
		if (v < n && (s[v] == '"' || s[v] == '\''))
			quote = s[v++];
		e = v;
		while (e < n && (quote ? s[e] != quote :
				 !isspace((unsigned char)s[e]) &&
				 !strchr(";&|)", s[e])))
			e++;
		if (is_pin_value(s + v, e - v))
			add(p, arena_strndup(p->arena, s + a, k - a),
			    arena_strndup(p->arena, s + v, e - v), "", "",
			    line);
		i = e;
	}
}

/* "pip install a==1 'b>=2'": the arguments up to the command's end. */
static void pip_in(struct pins *p, const char *s, size_t n, int line)
{
	const char *q = memmem(s, n, "install", 7);
	size_t i;

	if (!q)
		return;
	for (i = (size_t)(q - s) + 7; i < n;) {
		size_t a;
		char quote = 0;

		while (i < n && isspace((unsigned char)s[i]))
			i++;
		if (i < n && (s[i] == '"' || s[i] == '\''))
			quote = s[i++];
		a = i;
		while (i < n && (quote ? s[i] != quote :
				 !isspace((unsigned char)s[i]) &&
				 s[i] != ';' && s[i] != '&'))
			i++;
		if (i > a && !memchr(s + a, '$', i - a) &&
		    memmem(s + a, i - a, "==", 2))
			add_requirement(p, s + a, i - a, "", line, true);
		if (i < n && !quote && strchr(";&", s[i]))
			return;
		i += quote != 0 || i == a;
	}
}

static void add_from(struct pins *p, const char *s, size_t n, int stage,
		     int line)
{
	const char *img, *tag, *as;
	size_t len;
	char *name;

	s += 4;
	n -= 4;
	trim(&s, &n);
	while (n > 2 && s[0] == '-' && s[1] == '-') {
		size_t k = strcspn(s, " ");

		s += k;
		n -= k < n ? k : n;
		trim(&s, &n);
	}
	len = 0;
	while (len < n && !isspace((unsigned char)s[len]))
		len++;
	img = arena_strndup(p->arena, s, len);
	as = len + 4 < n ? s + len + 4 : "";
	/* "FROM base AS x" continues a stage; "${X}" is pinned by its ARG. */
	if (strchr(img, '$') || (!strchr(img, ':') && !strchr(img, '@')))
		return;
	tag = strrchr(img, ':');
	name = arena_printf(p->arena, "FROM %.*s", (int)(tag - img), img);
	add(p, name, tag + 1, "",
	    arena_printf(p->arena, "stage %d %.*s", stage,
			 (int)(as == s ? 0 : strcspn(as, " \n")), as), line);
}

static void parse_docker(struct pins *p, struct lines_of l)
{
	const char *s;
	bool pip = false, cont = false, env = false;
	int stage = 0;
	size_t n;

	while (next_line(&l, &s, &n)) {
		bool more;

		trim(&s, &n);
		if (n && *s == '#')
			continue;
		more = n && s[n - 1] == '\\';
		if (!cont) {
			pip = false;
			env = !strncasecmp(s, "ENV ", 4);
			if (!strncasecmp(s, "FROM ", 5) && n > 5)
				add_from(p, s, n, stage++, l.no);
			if (!strncasecmp(s, "ARG ", 4) && n > 4)
				variables_in(p, s + 4, n - 4, l.no);
		}
		if (env)
			variables_in(p, cont ? s : s + 4, cont ? n : n - 4,
				     l.no);
		if (memmem(s, n, "pip", 3) && memmem(s, n, "install", 7)) {
			pip = true;
			pip_in(p, s, n, l.no);
		} else if (pip && cont) {
			/* Arguments on lines of their own. */
			char *t = arena_printf(p->arena, "install %.*s",
					       (int)n, s);

			pip_in(p, t, strlen(t), l.no);
		}
		if (memmem(s, n, "&&", 2) &&
		    !(memmem(s, n, "pip", 3) && memmem(s, n, "install", 7)))
			pip = false;
		cont = more;
	}
}

static void parse_shell(struct pins *p, struct lines_of l)
{
	const char *s;
	size_t n;

	while (next_line(&l, &s, &n)) {
		n = without_comment(s, n);
		variables_in(p, s, n, l.no);
		if (memmem(s, n, "pip", 3))
			pip_in(p, s, n, l.no);
	}
}

/* The word after s: "set(NAME value)", quotes off. */
static char *cmake_word(struct arena *a, const char **s, const char *end)
{
	const char *p = *s, *q;

	while (p < end && (isspace((unsigned char)*p) || *p == '"'))
		p++;
	q = p;
	while (q < end && !isspace((unsigned char)*q) && *q != ')' &&
	       *q != '"' && *q != '(')
		q++;
	*s = q;
	return arena_strndup(a, p, (size_t)(q - p));
}

static void parse_cmake(struct pins *p, struct lines_of l)
{
	char *declared = NULL;
	bool want_name = false;
	const char *s;
	size_t n;

	while (next_line(&l, &s, &n)) {
		const char *q, *end;
		char *name, *value;

		n = without_comment(s, n);
		trim(&s, &n);
		end = s + n;
		if (want_name && n) {
			q = s;
			declared = cmake_word(p->arena, &q, end);
			want_name = false;
		}
		q = memmem(s, n, "FetchContent_Declare(", 21);
		if (!q)
			q = memmem(s, n, "ExternalProject_Add(", 20);
		if (q) {
			q = memchr(q, '(', (size_t)(end - q)) + 1;
			declared = cmake_word(p->arena, &q, end);
			want_name = !*declared;
		}
		q = memmem(s, n, "GIT_TAG ", 8);
		if (q && declared && *declared) {
			q += 8;
			value = cmake_word(p->arena, &q, end);
			if (is_pin_value(value, strlen(value)))
				add(p, declared, value, "", "", l.no);
			continue;
		}
		if (n < 5 || strncasecmp(s, "set(", 4))
			continue;
		q = s + 4;
		name = cmake_word(p->arena, &q, end);
		value = cmake_word(p->arena, &q, end);
		if (is_pin_variable(name, strlen(name)) &&
		    is_pin_value(value, strlen(value)) &&
		    strncmp(name, "CMAKE_", 6))
			add(p, name, value, "", "", l.no);
	}
}

void pins_parse(struct pins *out, enum pin_format format, const char *text,
		size_t len)
{
	struct lines_of l = { text, text + len, 0 };

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
		parse_docker(out, l);
		break;
	case PINS_CMAKE:
		parse_cmake(out, l);
		break;
	case PINS_SHELL:
		parse_shell(out, l);
		break;
	case PINS_CARGO:
		parse_cargo(out, l);
		break;
	case PINS_NONE:
		break;
	}
}
