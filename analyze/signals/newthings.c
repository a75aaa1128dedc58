/*
 * analyze/signals/newthings.c - kernels, model architectures and enum values
 * that were not there before.
 */
#include "analyze/signals/lines.h"
#include "analyze/signals/readers.h"
#include "analyze/signals/surface.h"
#include "core/find.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- kernels ------------------------------------------------------------ */

static bool in_kernel_folder(const char *path)
{
	static const char *const parts[] = {
		"kernels", "kernel", "jit_kernel", "ops", "fused_moe",
		"triton_ops", "triton_kernels", "cute", "cute_dsl", NULL
	};

	for (const char *const *p = parts; *p; p++)
		if (path_has_part(path, *p))
			return true;
	return false;
}

static bool is_kernel(const struct landing_file *f)
{
	const char *p = f->change->path, *b = path_base(p);

	if (f->change->status != 'A' || f->kind != PATH_PRODUCT ||
	    strstr(b, "debug") || strstr(b, "util") || strstr(b, "pybind") ||
	    strstr(b, "binding") || strstr(b, "dtype") ||
	    strstr(b, "compat") || strstr(b, "_entry.") ||
	    strstr(b, "buffers.") || path_has_part(p, "utils"))
		return false;
	if (ends_with(b, ".cu") || ends_with(b, ".cuh") ||
	    ends_with(b, ".cu.jinja"))
		return true;
	if (ends_with(b, ".hpp") || ends_with(b, ".inc") ||
	    ends_with(b, ".jinja"))
		return path_has_part(p, "csrc") || path_has_part(p, "include")
		       || in_kernel_folder(p);
	return ends_with(b, ".py") && strcmp(b, "__init__.py") &&
	       in_kernel_folder(p) && f->new_len > 0;
}

/* Behind one of these stands a kernel of Python. */
static const char *const python_marks[] = {
	"@triton.jit", "@cute.kernel\n", "@ct.kernel",
	"@gluon.jit", "@tilelang.jit", "@T.prim_func", "@helion.kernel",
	"load_jit(", NULL
};

/* "name<float>" ends at e: the end of "name"; not below start. */
static const char *before_angles(const char *start, const char *e)
{
	int open = 0;

	while (e > start) {
		e--;
		open += *e == '>' ? 1 : *e == '<' ? -1 : 0;
		if (!open)
			break;
	}
	return e;
}

/* The name in front of the first bracket that is no attribute's. */
static size_t global_name(const char *p, const char *end, const char **out)
{
	const char *start = p;	/* behind the mark */

	while ((p = memchr(p, '(', (size_t)(end - p)))) {
		const char *e = p, *a;
		int depth = 0;

		while (e > start && isspace((unsigned char)e[-1]))
			e--;
		/* An instance: "template __global__ void name<float>(". */
		if (e > start && e[-1] == '>')
			e = before_angles(start, e);
		for (a = e; a > start && is_word_byte(a[-1]); a--)
			;
		if (a < e && memcmp(a, "__", 2)) {
			*out = a;
			return (size_t)(e - a);
		}
		for (; p < end && (*p != ')' || depth > 1); p++)
			depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
	}
	return 0;
}

static size_t def_name(const char *p, const char *end, const char **out)
{
	size_t n = 0;

	p = find_word(p, (size_t)(end - p), "def", 3);
	if (!p || end - p < 5)
		return 0;
	*out = p += 4;
	while (p + n < end && is_word_byte(p[n]))
		n++;
	return n;
}

/* Did a file that the landing touches hold it before? */
static bool held_before(const struct landing_view *v, const char *name,
			size_t n)
{
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];

		if (f->old && find_word(f->old, f->old_len, name, n))
			return true;
	}
	return false;
}

/* Does the mark at p stand in a comment or a string?  Nothing is made there. */
static bool is_spoken_of(const char *text, const char *p, bool python)
{
	const char *s = p;

	while (s > text && s[-1] != '\n')
		s--;
	while (*s == ' ' || *s == '\t')
		s++;
	if (python)
		return *p == '@' && s != p;
	return *s == '*' || (*s == '/' && strchr("/*", s[1]));
}

#define NAMES_MAX 8	/* kernels of one file asked for */

/*
 * Is one of the kernels behind the mark new?  A file that only takes over what
 * stood in another brings none.  A kernel whose name cannot be read counts.
 */
static bool brings(const struct landing_view *v, const struct landing_file *f,
		   const char *mark, bool *any)
{
	const char *p = f->new, *end = f->new + f->new_len, *name;
	size_t k = strlen(mark);
	bool python = f->lang == LANG_PYTHON;

	for (int i = 0; i < NAMES_MAX &&
	     (p = find_bytes(p, (size_t)(end - p), mark, k)); i++) {
		size_t n;
		bool spoken = is_spoken_of(f->new, p, python);

		p += k;
		if (spoken)
			continue;
		*any = true;
		/* Behind load_jit( stands no name of its own. */
		n = !python ? global_name(p, end, &name) :
		    p[-1] == '(' ? 0 : def_name(p, end, &name);
		if (!n || !held_before(v, name, n))
			return true;
	}
	return false;
}

/*
 * "struct GemmKernel", "class AttnKernelSm90": a class of that name, not the
 * inputs or traits of one.
 */
static bool has_kernel_class(const struct landing_file *f)
{
	const char *p = f->new, *end = p + f->new_len;

	while ((p = find_bytes(p, (size_t)(end - p), "ernel", 5))) {
		const char *a = p, *e = p;

		for (; a > f->new && is_word_byte(a[-1]); a--)
			;
		for (e += 5; e < end && (isdigit((unsigned char)*e) ||
					 strchr("SMsm_", *e)); e++)
			;
		if (e < end && is_word_byte(*e)) {
			p = e;
			continue;
		}
		if ((a - f->new >= 7 && !memcmp(a - 7, "struct ", 7)) ||
		    (a - f->new >= 6 && !memcmp(a - 6, "class ", 6)))
			if (e < end && *e != ';')
				return true;
		p = e;
	}
	return false;
}

/*
 * CUTLASS builds its kernels from types, without a __global__ of its own: a
 * header of its folders or with a class of that name, a source that names one
 * of its kernels.
 */
static bool is_built(const struct landing_file *f)
{
	static const char *const kernels[] = {
		"cutlass::gemm::kernel::", "cutlass::gemm::Kernel",
		"cutlass::conv::kernel::", "cutlass::fmha::kernel::", NULL
	};
	const char *path = f->change->path;

	if (f->lang == LANG_HEADER)
		return has_bytes(f->new, f->new_len, "_DEVICE") &&
		       (path_has_part(path, "kernel") ||
			path_has_part(path, "kernels") ||
			path_has_part(path, "collective") ||
			has_kernel_class(f));
	for (const char *const *k = kernels; *k; k++)
		if (has_bytes(f->new, f->new_len, *k))
			return true;
	return false;
}

/* Which of the marks are there: one bit for each, one reading for all. */
static unsigned marks_in(const char *s, size_t len)
{
	const char *end = s + len;
	unsigned held = 0;

	for (const char *p = s; (p = memchr(p, '@', (size_t)(end - p))); p++)
		for (int i = 0; python_marks[i]; i++)
			if (p[1] == python_marks[i][1] &&
			    starts_with(p, python_marks[i]))
				held |= 1u << i;
	for (int i = 0; python_marks[i]; i++)
		if (*python_marks[i] != '@' && has_bytes(s, len, python_marks[i]))
			held |= 1u << i;
	return held;
}

/* A file of kernels holds one, not only calls, types and tables. */
static bool holds_kernel(const struct landing_view *v,
			 const struct landing_file *f)
{
	bool any = false;
	unsigned held;

	if (!f->new)
		return true;
	if (f->lang != LANG_PYTHON)
		return brings(v, f, "__global__", &any) ||
		       (!any && is_built(f));
	held = marks_in(f->new, f->new_len);
	for (const char *const *m = python_marks; *m; m++)
		if ((held & 1u << (m - python_marks)) &&
		    brings(v, f, *m, &any))
			return true;
	/* vLLM's experts of one device are a file with one class. */
	return !any && path_has_part(f->change->path, "fused_moe") &&
	       has_bytes(f->new, f->new_len, "Experts");
}

/*
 * A landing that says of itself that it puts code in another order: what it
 * adds stood elsewhere, maybe in a file that it leaves alone.
 */
static bool rearranges(const char *subject)
{
	static const char *const words[] = {
		"consolidat", "reorgani", "re-organi", "restructur", NULL
	};
	const char *s = subject;

	for (const char *const *w = words; *w; w++)
		if (strcasestr(s, *w))
			return true;
	/* "[core] Refactor ...", "refactor(core): ..." */
	if (*s == '[' && strchr(s, ']'))
		s = strchr(s, ']') + 1;
	s += strspn(s, " :");
	return !strncasecmp(s, "refactor", 8);
}

static void read_kernels(const struct landing_view *v,
			 struct signal_list *out)
{
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];

		if (!is_kernel(f))
			continue;
		if (v->subject && rearranges(v->subject))
			return;
		if (!holds_kernel(v, f))
			continue;
		struct signal s = {
			.kind = "new-kernel", .name = f->change->path,
			.path = f->change->path, .line = 1,
			.detail = arena_printf(out->arena, "{\"lines\":%d}",
					       (int)f->change->additions),
		};
		signal_add(out, &s);
	}
}

/* --- model architectures ------------------------------------------------ */

struct arch {
	const char *s;
	size_t n;
	const struct landing_file *file;
	int line;
};

struct archs {
	struct arch *v;
	size_t n, cap;
};

static bool is_registry(const struct landing_file *f)
{
	const char *p = f->change->path;

	return f->kind == PATH_PRODUCT && ends_with(p, "/registry.py") &&
	       (path_has_part(p, "models") || path_has_part(p, "model_executor"));
}

/* Parts of a pipeline are registered the same way and are no model. */
static bool is_part(const char *path)
{
	static const char *const parts[] = {
		"schedulers", "vaes", "encoders", "vocoders", "adapter",
		"upsamplers", "bridges", NULL
	};

	for (const char *const *p = parts; *p; p++)
		if (path_has_part(path, *p))
			return true;
	return false;
}

static bool may_model(const struct landing_file *f)
{
	return f->kind == PATH_PRODUCT && f->lang == LANG_PYTHON &&
	       path_has_part(f->change->path, "models") &&
	       !is_part(f->change->path);
}

static bool is_model_file(const struct landing_file *f)
{
	return may_model(f) &&
	       ((f->new && has_bytes(f->new, f->new_len, "EntryClass")) ||
		(f->old && has_bytes(f->old, f->old_len, "EntryClass")));
}

static void add_arch(struct archs *out, const char *s, size_t n,
		     const struct landing_file *f, int line)
{
	/* Class names only: a key like "default" is none. */
	if (n < 6 || !isupper((unsigned char)*s))
		return;
	GROW(out->v, out->n, out->cap);
	out->v[out->n++] = (struct arch){ s, n, f, line };
}

static size_t ident(const char *s, const char *end)
{
	size_t n = 0;

	while (s + n < end && (isalnum((unsigned char)s[n]) || s[n] == '_'))
		n++;
	return n;
}

/* Keys of "Arch": ("module", "Class"), as vLLM's registry spells them. */
static void from_registry(struct archs *out, const struct landing_file *f,
			  const char *text, size_t len)
{
	const char *end = text + len;
	int line = 0;

	for (const char *p = text; p < end;) {
		const char *e = memchr(p, '\n', (size_t)(end - p)), *s = p;
		size_t n = (size_t)((e ? e : end) - p), k;

		line++;
		p += n + 1;
		trim(&s, &n);
		if (n < 6 || *s != '"')
			continue;
		k = ident(s + 1, s + n);
		if (k + 3 < n && s[k + 1] == '"' && s[k + 2] == ':')
			add_arch(out, s + 1, k, f, line);
	}
}

/* The line of text that begins with "EntryClass", the first from p on. */
static const char *entry_class(const char *text, const char *p,
			       const char *end)
{
	while ((p = find_bytes(p, (size_t)(end - p), "EntryClass", 10))) {
		if (p == text || p[-1] == '\n')
			return p;
		p++;
	}
	return NULL;
}

/* EntryClass = X or [X, Y], as sglang's model files end. */
static void from_entry_class(struct archs *out, const struct landing_file *f,
			     const char *text, size_t len)
{
	const char *end = text + len, *p = text;
	bool list;

	p = entry_class(text, p, end);
	if (!p)
		return;
	p = memchr(p, '=', (size_t)(end - p));
	if (!p)
		return;
	for (p++; p < end && *p == ' '; p++)
		;
	list = p < end && (*p == '[' || *p == '(');
	for (; p < end && *p != ']' && *p != ')'; p++) {
		size_t n = ident(p, end);

		if (*p == '#')
			p = memchr(p, '\n', (size_t)(end - p));
		if (!p)
			return;
		if (!n)
			continue;
		add_arch(out, p, n, f, line_of(text, (size_t)(p - text)));
		if (!list)
			return;
		p += n - 1;
	}
}

static void archs_of(struct archs *out, const struct landing_file *f,
		     int side)
{
	const char *text = side ? f->new : f->old;
	size_t len = side ? f->new_len : f->old_len;

	if (!text)
		return;
	if (is_registry(f))
		from_registry(out, f, text, len);
	else
		from_entry_class(out, f, text, len);
}

static bool has_arch(const struct archs *a, const struct arch *x)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->v[i].n == x->n && !memcmp(a->v[i].s, x->s, x->n))
			return true;
	return false;
}

/*
 * Was it there under another form: the class that EntryClass names, or the key
 * of a table that was written otherwise?  In that file, or in any other that
 * the landing takes it from.
 */
static bool was_known(const struct landing_view *v, const struct arch *x)
{
	bool registry = is_registry(x->file);

	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		const char *p = f->old, *end = p ? p + f->old_len : NULL;

		if (!p || (registry ? f != x->file : f->lang != LANG_PYTHON))
			continue;
		for (; (p = find_word(p, (size_t)(end - p), x->s, x->n)); p++)
			if (registry ? p > f->old && strchr("\"'", p[-1]) &&
				       strchr("\"'", p[x->n]) :
				       p - f->old >= 6 &&
				       !memcmp(p - 6, "class ", 6))
				return true;
	}
	return false;
}

/* An entry of a registry stands on a line of its own. */
static bool registers_more(const struct landing_file *f,
			   const struct line_diff *d)
{
	struct archs old = { 0 }, new = { 0 };
	bool more = d->cut;

	for (size_t i = 0; i < d->old_n; i++)
		from_registry(&old, f, d->old[i].s, d->old[i].len);
	for (size_t i = 0; i < d->new_n; i++)
		from_registry(&new, f, d->new[i].s, d->new[i].len);
	for (size_t i = 0; i < new.n && !more; i++)
		more = !has_arch(&old, &new.v[i]);
	free(old.v);
	free(new.v);
	return more;
}

#define LIST_MAX 4096		/* bytes of an open list; longer: it may be one */

/*
 * Does EntryClass begin a line of v[0..n), all below each other, or one above
 * them of a list that is still open there?
 */
static bool in_entry_class(const char *text, const struct diff_line *v,
			   size_t n)
{
	const char *end = v[n - 1].s + v[n - 1].len, *s, *p;
	size_t above = (size_t)(v->s - text);

	s = v->s - (above < LIST_MAX ? above : LIST_MAX);
	p = memrchr(s, ')', (size_t)(v->s - s));
	s = p ? p : s;
	p = memrchr(s, ']', (size_t)(v->s - s));
	s = p ? p : s;
	return v->s - s == LIST_MAX || entry_class(text, s, end);
}

static bool changes_entry_class(const char *text, const struct diff_line *v,
				size_t n)
{
	for (size_t run; n; v += run, n -= run) {
		run = diff_lines_run(v, n);
		if (in_entry_class(text, v, run))
			return true;
	}
	return false;
}

/* May the file name an architecture that it did not name before? */
static bool may_bring(const struct landing_view *v, size_t i)
{
	const struct landing_file *f = &v->files[i];
	const struct line_diff *d;

	if (!f->new || f->lang != LANG_PYTHON ||
	    (!is_registry(f) && !may_model(f)))
		return false;
	if (!f->old)
		return true;
	if (is_registry(f))
		return registers_more(f, surface_lines(v, i));
	d = surface_lines(v, i);
	if (d->cut || d->moved)
		return entry_class(f->new, f->new, f->new + f->new_to) ||
		       entry_class(f->old, f->old + f->old_from,
				   f->old + f->old_to);
	return changes_entry_class(f->old, d->old, d->old_n) ||
	       changes_entry_class(f->new, d->new, d->new_n);
}

static void read_models(const struct landing_view *v,
			struct signal_list *out)
{
	struct archs old = { 0 }, new = { 0 };
	bool any = false;

	for (size_t i = 0; i < v->files_n && !any; i++)
		any = may_bring(v, i);
	if (!any)
		return;
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];

		if (!is_registry(f) && !is_model_file(f))
			continue;
		archs_of(&old, f, 0);
		archs_of(&new, f, 1);
	}
	for (size_t i = 0; i < new.n; i++) {
		struct arch *x = &new.v[i];
		struct archs before = { .v = new.v, .n = i };

		if (has_arch(&old, x) || has_arch(&before, x) ||
		    was_known(v, x))
			continue;
		struct signal s = {
			.kind = "new-model",
			.name = arena_strndup(out->arena, x->s, x->n),
			.path = x->file->change->path, .line = x->line,
		};
		signal_add(out, &s);
	}
	free(old.v);
	free(new.v);
}

/* --- the reader --------------------------------------------------------- */

static bool newthings_want(const struct landing_file *f)
{
	if (f->kind != PATH_PRODUCT ||
	    (f->change->status != 'A' && f->lang != LANG_PYTHON))
		return false;
	return is_kernel(f) || is_registry(f) || may_model(f);
}

static void newthings_read(const struct landing_view *v,
			   struct signal_list *out)
{
	read_kernels(v, out);
	read_models(v, out);
}

const struct signal_reader newthings_reader = {
	"newthings", newthings_want, newthings_read
};
