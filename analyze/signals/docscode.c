/*
 * analyze/signals/docscode.c - names that documents and code spell otherwise.
 *
 * A landing's documents begin to name an environment variable of this project
 * that no product file of the tree reads, and stop naming one, spelled alike
 * and in the same place, that the tree does read.
 */
#include "analyze/signals/lines.h"
#include "analyze/signals/readers.h"
#include "analyze/signals/surface.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 40		/* every one costs a search of the tree */

static bool docscode_want(const struct landing_file *f)
{
	return f->kind == PATH_DOCS && f->lang == LANG_TEXT && f->new &&
	       f->old && f->change->additions > 0;
}

struct name {
	const char *s;
	size_t n;
	const struct landing_file *file;
	int line;
	int hunk;
};

struct names {
	struct name v[NAMES_MAX];
	size_t n;
};

/*
 * Prefixes of a project's own variables that are not its name.  CUTE_DSL_ is
 * none of them: CUTLASS puts those names together when it runs.
 */
static const struct { const char *repo, *prefix; } aliases[] = {
	{ "sglang", "SGL_" }, { "flash-attention", "FLASH_ATTN_" },
	{ "DeepGEMM", "DG_" },
};

static bool is_own_name(const char *repo, const char *s, size_t n)
{
	const char *base = path_base(repo);
	size_t k = strlen(base);

	if (n > k && s[k] == '_') {
		size_t i = 0;

		while (i < k && (toupper((unsigned char)base[i]) == s[i] ||
				 (base[i] == '-' && s[i] == '_')))
			i++;
		if (i == k)
			return true;
	}
	for (size_t i = 0; i < ARRAY_N(aliases); i++)
		if (!strcmp(aliases[i].repo, base) &&
		    n > strlen(aliases[i].prefix) &&
		    !strncmp(s, aliases[i].prefix, strlen(aliases[i].prefix)))
			return true;
	return false;
}

static bool is_upper(char c)
{
	return isupper((unsigned char)c) || isdigit((unsigned char)c) ||
	       c == '_';
}

/* The project's upper-case names on a line. */
static void names_in(struct names *out, const char *repo,
		     const struct landing_file *f, const struct dline *l)
{
	const char *end = l->s + l->len;

	for (const char *p = l->s; p < end; p++) {
		const char *a = p;

		if (!isupper((unsigned char)*p) ||
		    (p > l->s && (isalnum((unsigned char)p[-1]) ||
				  p[-1] == '_')))
			continue;
		while (p < end && is_upper(*p))
			p++;
		/* "VLLM_*" and "VLLM_X_..." stand for many. */
		if (p[-1] == '_' || (p < end && (*p == '*' || islower(
		    (unsigned char)*p) || *p == '<' || *p == '{')))
			continue;
		if (out->n < NAMES_MAX && is_own_name(repo, a,
						      (size_t)(p - a)))
			out->v[out->n++] = (struct name){
				a, (size_t)(p - a), f, l->no, l->hunk };
	}
}

/*
 * Does a changed line of the new side hold such a name?  One on a line that
 * only moved was there before.
 */
static bool brings_name(const struct landing_view *v, size_t file)
{
	const struct line_diff *d = surface_lines(v, file);
	struct names any = { .n = 0 };

	for (size_t i = 0; i < d->new_n && !any.n; i++) {
		struct dline l = { .s = d->new[i].s, .len = d->new[i].len };

		if (memchr(l.s, '_', l.len))
			names_in(&any, v->repo, &v->files[file], &l);
	}
	return any.n || d->cut;
}

static bool known(const struct names *v, size_t n, const struct name *x)
{
	for (size_t i = 0; i < n; i++)
		if (v->v[i].n == x->n && !memcmp(v->v[i].s, x->s, x->n))
			return true;
	return false;
}

/*
 * Lines of product code that name it, without sglang's declarations: a line
 * "NAME = EnvX(...)" of the registry declares and reads nothing.
 */
static int readers_of(const struct landing_view *v, const struct name *x)
{
	static const char *const registries[] = {
		"python/sglang/srt/environ.py", NULL
	};
	int lines = v->count_word(v->arg, x->s, x->n);

	for (const char *const *r = registries; *r && lines > 0; r++) {
		const char *text, *p;
		size_t len;

		if (v->read(v->arg, 1, *r, &text, &len))
			continue;
		p = find_word(text, len, x->s, x->n);
		if (!p)
			continue;
		p += x->n;
		while (p < text + len && *p == ' ')
			p++;
		if (text + len - p > 5 && (!memcmp(p, "= Env", 5) ||
					   *p == ':'))
			lines--;
	}
	return lines;
}

/* The variable that a line near it stopped naming and that code reads. */
static const struct name *replaced_by(const struct landing_view *v,
				      const struct names *gone,
				      const struct name *x)
{
	const struct name *best = NULL;
	int dist = 12;		/* spelled alike: "SGL_" for "SGLANG_" */

	for (size_t i = 0; i < gone->n; i++) {
		const struct name *g = &gone->v[i];
		char a[128], b[128];
		int d;

		if (g->file != x->file || g->hunk != x->hunk ||
		    g->n >= sizeof(a) || x->n >= sizeof(b))
			continue;
		memcpy(a, g->s, g->n);
		a[g->n] = '\0';
		memcpy(b, x->s, x->n);
		b[x->n] = '\0';
		d = edit_distance(a, b);
		if (d < dist && d < 8) {
			dist = d;
			best = g;
		}
	}
	return best && v->count_word(v->arg, best->s, best->n) > 0 ? best :
	       NULL;
}

static void compare(const struct landing_view *v, const struct names *added,
		    const struct names *gone, struct signal_list *out)
{
	for (size_t i = 0; i < added->n; i++) {
		const struct name *x = &added->v[i], *g;

		if (known(added, i, x) ||
		    find_word(x->file->old, x->file->old_len, x->s, x->n) ||
		    readers_of(v, x) != 0)
			continue;
		/* Alone it may be read by what is no product file: only the
		 * name beside it, which is read, makes a difference. */
		g = replaced_by(v, gone, x);
		if (!g)
			continue;
		struct signal s = {
			.kind = "docs-code-mismatch",
			.name = arena_strndup(out->arena, x->s, x->n),
			.old = arena_strndup(out->arena, g->s, g->n),
			.path = x->file->change->path, .line = x->line,
		};
		s.new = s.name;
		signal_add(out, &s);
	}
}

static void docscode_read(const struct landing_view *v,
			  struct signal_list *out)
{
	struct names added = { .n = 0 }, gone = { .n = 0 };
	struct dlines d[16];
	size_t n = 0;

	if (!v->count_word || !v->read)
		return;
	for (size_t i = 0; i < v->files_n && n < ARRAY_N(d); i++) {
		const struct landing_file *f = &v->files[i];

		if (!docscode_want(f) || !brings_name(v, i))
			continue;
		dlines_read(&d[n], f);
		for (size_t k = 0; k < d[n].n; k++)
			names_in(d[n].v[k].op == '+' ? &added : &gone,
				 v->repo, f, &d[n].v[k]);
		n++;
	}
	compare(v, &added, &gone, out);
	for (size_t i = 0; i < n; i++)
		dlines_release(&d[i]);
}

const struct signal_reader docscode_reader = {
	"docscode", docscode_want, docscode_read
};
