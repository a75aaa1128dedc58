/*
 * analyze/signals/buildmacro.c - preprocessor macros that a build passes.
 *
 * "-DNAME" and "-DNAME=value" in setup.py, in CMake files and in the Python
 * files of a JIT compiler, and the arguments of CMake's *_compile_definitions.
 * Compared as a map over the whole file, so a moved line says nothing.
 */
#include "analyze/signals/lines.h"
#include "analyze/signals/readers.h"
#include "core/find.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool is_cmake(const char *path)
{
	return !strcmp(path_base(path), "CMakeLists.txt") ||
	       ends_with(path, ".cmake");
}

static bool is_build_file(const struct landing_file *f)
{
	const char *p = f->change->path, *b = path_base(p);

	if (f->kind != PATH_PRODUCT)
		return false;
	return !strcmp(b, "setup.py") || !strcmp(b, "CMakeLists.txt") ||
	       ends_with(b, ".cmake") ||
	       (f->lang == LANG_PYTHON &&
		(path_has_part(p, "jit") || strstr(b, "jit")));
}

static bool buildmacro_want(const struct landing_file *f)
{
	if (!f->old || !f->new || !is_build_file(f))
		return false;
	/* The call a changed definition belongs to may stand far above it. */
	if (is_cmake(f->change->path))
		return true;
	return middle_has(f, 0, "-D") || middle_has(f, 1, "-D") ||
	       middle_has(f, 0, "_definitions(") ||
	       middle_has(f, 1, "_definitions(");
}

struct macro {
	const char *s;		/* "NAME" or "NAME=value" */
	size_t len, name_len;
	int line;
	bool met;
};

struct macros {
	struct macro *v;
	size_t n, cap;
};

static bool ends_value(char c, char quote)
{
	if (quote && c == quote)
		return true;
	if (quote)	/* "-DA=1 -DB=2" is two */
		return c == ' ';
	return isspace((unsigned char)c) || strchr("\"',;)]}", c);
}

/* Past "${NAME}" or "{name}" at q, whose brace ends no value. */
static const char *past_braces(const char *q, const char *end)
{
	const char *p = q + (*q == '$');

	if (p >= end || *p != '{')
		return q + 1;
	p = memchr(p, '}', (size_t)(end - p));
	return p ? p + 1 : q + 1;
}

/* An example in a sentence: "e.g. -DX=/opt/x", "such as -DX". */
static bool is_example(const char *bol, const char *p)
{
	size_t n = (size_t)(p - bol);

	return memmem(bol, n, "e.g.", 4) || memmem(bol, n, " as -D", 6) ||
	       memmem(bol, n, "message(", 8) || memmem(bol, n, "pass ", 5);
}

/* "   -DX=0  (does this)": help text begins its string with blanks. */
static bool in_prose(const char *bol, const char *p)
{
	const char *q = p;

	while (q > bol && q[-1] == ' ')
		q--;
	/* string(APPEND FLAGS " -DX"): one blank joins it to what is there */
	if (p - q == 1 && memmem(bol, (size_t)(p - bol), "APPEND", 6))
		return false;
	return q < p && q > bol && q[-1] == '"';
}

static void scan(struct macros *m, const char *text, size_t len)
{
	const char *end = text + len;

	for (const char *p = text; (p = find_bytes(p, (size_t)(end - p), "-D",
					       2)); p += 2) {
		const char *s = p + 2, *q = s, *bol = p;
		char quote = 0;

		if (p > text && (isalnum((unsigned char)p[-1]) ||
				 p[-1] == '-' || p[-1] == '_'))
			continue;
		while (bol > text && bol[-1] != '\n')
			bol--;
		if (memchr(bol, '#', (size_t)(p - bol)) || in_prose(bol, p) ||
		    is_example(bol, p))
			continue;
		if (p > text && (p[-1] == '"' || p[-1] == '\''))
			quote = p[-1];
		while (q < end && (isalnum((unsigned char)*q) || *q == '_'))
			q++;
		/* cmake's own options are settings, not macros. */
		if (q - s < 3 || isdigit((unsigned char)*s) || q[-1] == '_' ||
		    (q + 1 < end && q[1] == '<') ||
		    !strncmp(s, "CMAKE_", 6) || !strncmp(s, "Python", 6) ||
		    !strncmp(s, "FETCHCONTENT", 12) || (q < end && (*q == ':' || *q == '-')))
			continue;
		GROW(m->v, m->n, m->cap);
		m->v[m->n] = (struct macro){ .s = s, .name_len =
					     (size_t)(q - s),
					     .line = line_of(text,
						     (size_t)(p - text)) };
		if (q < end && *q == '=')
			while (q < end && !ends_value(*q, quote))
				q = past_braces(q, end);
		m->v[m->n++].len = (size_t)(q - s);
		p = q - 2;
	}
}

static bool same_text(const struct macro *a, const struct macro *b)
{
	return a->len == b->len && !memcmp(a->s, b->s, a->len);
}

static bool same_name(const struct macro *a, const struct macro *b)
{
	return a->name_len == b->name_len &&
	       !memcmp(a->s, b->s, a->name_len);
}

/* target_compile_definitions(t PRIVATE NAME=1 ...) without its -D. */
static void scan_definitions(struct macros *m, const char *text, size_t len)
{
	static const char call[] = "compile_definitions(";
	const char *end = text + len, *p = text;

	while ((p = find_bytes(p, (size_t)(end - p), call, sizeof(call) - 1))) {
		bool first = p > text + 7 && !memcmp(p - 7, "target_", 7);

		for (p += sizeof(call) - 1; p < end && *p != ')';) {
			const char *s = p, *q;

			if (*p == '#') {	/* a comment, to its end */
				p = memchr(p, '\n', (size_t)(end - p));
				p = p ? p + 1 : end;
				continue;
			}
			while (p < end && !isspace((unsigned char)*p) &&
			       *p != ')')
				p++;
			for (q = s; q < p && (isupper((unsigned char)*q) ||
					      isdigit((unsigned char)*q) ||
					      *q == '_');)
				q++;
			if (!first && q - s > 2 && (q == p || *q == '=') &&
			    !isdigit((unsigned char)*s) &&
			    strncmp(s, "PRIVATE", 7) &&
			    strncmp(s, "PUBLIC", 6) &&
			    strncmp(s, "INTERFA", 7)) {
				GROW(m->v, m->n, m->cap);
				m->v[m->n++] = (struct macro){
					s, (size_t)(p - s), (size_t)(q - s),
					line_of(text, (size_t)(s - text)),
					false,
				};
			}
			first = first && p == s;
			while (p < end && isspace((unsigned char)*p))
				p++;
		}
	}
}

/* Any remaining use of a's exact text keeps it; the count does not matter. */
static bool stands_in(const struct macro *a, const struct macros *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (same_text(a, &m->v[i]))
			return true;
	return false;
}

static void emit(struct signal_list *out, const struct landing_file *f,
		 const struct macro *o, const struct macro *n)
{
	const struct macro *at = n ? n : o;
	struct signal s = {
		.kind = "build-macro",
		.name = arena_strndup(out->arena, at->s, at->name_len),
		.path = n ? f->change->path : file_old_path(f),
		.line = at->line,
		.old_side = !n,
	};

	if (o)
		s.old = arena_printf(out->arena, "-D%.*s", (int)o->len, o->s);
	if (n)
		s.new = arena_printf(out->arena, "-D%.*s", (int)n->len, n->s);
	signal_add(out, &s);
}

/* Drop what both sides have, and repetitions. */
static void only_here(struct macros *m, const struct macros *other)
{
	for (size_t i = 0; i < m->n; i++) {
		m->v[i].met = stands_in(&m->v[i], other);
		for (size_t k = 0; k < i && !m->v[i].met; k++)
			m->v[i].met = same_text(&m->v[i], &m->v[k]);
	}
}

static size_t left(const struct macros *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += !m->v[i].met;
	return n;
}

static void read_file(const struct landing_file *f, struct signal_list *out)
{
	struct macros o = { 0 }, n = { 0 };
	bool swap;

	scan(&o, f->old, f->old_len);
	scan(&n, f->new, f->new_len);
	if (is_cmake(f->change->path)) {
		scan_definitions(&o, f->old, f->old_len);
		scan_definitions(&n, f->new, f->new_len);
	}
	only_here(&o, &n);
	only_here(&n, &o);
	/* One for one is a replacement, whatever the names. */
	swap = left(&o) == 1 && left(&n) == 1;
	for (size_t i = 0; i < n.n; i++) {
		struct macro *from = NULL;

		if (n.v[i].met)
			continue;
		for (size_t k = 0; k < o.n && !from; k++)
			if (!o.v[k].met && (swap || same_name(&o.v[k],
							      &n.v[i])))
				from = &o.v[k];
		if (from)
			from->met = true;
		emit(out, f, from, &n.v[i]);
	}
	for (size_t k = 0; k < o.n; k++)
		if (!o.v[k].met)
			emit(out, f, &o.v[k], NULL);
	free(o.v);
	free(n.v);
}

static void buildmacro_read(const struct landing_view *v,
			    struct signal_list *out)
{
	for (size_t i = 0; i < v->files_n; i++)
		if (buildmacro_want(&v->files[i]))
			read_file(&v->files[i], out);
}

const struct signal_reader buildmacro_reader = {
	"buildmacro", buildmacro_want, buildmacro_read
};
