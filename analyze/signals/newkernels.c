/* analyze/signals/newkernels.c - files with kernels that were not there before. */
#include "analyze/signals/lines.h"
#include "analyze/signals/readers.h"
#include "core/find.h"
#include "core/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

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

const struct signal_reader newkernels_reader = {
	"newkernels", is_kernel, read_kernels
};
