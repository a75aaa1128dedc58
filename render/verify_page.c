/* render/verify_page.c - one of our pages against its stored document. */
#include "render/verify_check.h"

#include "core/mem.h"

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Lines of s as NUL-terminated strings; s is written to. */
static char **lines_of(char *s, size_t *n)
{
	char **v = NULL, *nl;
	size_t cap = 0;

	for (*n = 0; s && *s; s = nl ? nl + 1 : NULL) {
		nl = strchr(s, '\n');
		if (nl)
			*nl = 0;
		GROW(v, *n, cap);
		v[(*n)++] = s;
	}
	return v;
}

static void say_changed(struct verify_ctx *x, const char *line, size_t i,
			const char *was)
{
	struct verify_result one = {
		.claim = -1, .line = (int)i + 1, .column = 1,
		.verdict = VERIFY_WRONG, .what = "line",
		.source = "the page's stored document",
	};

	one.text = arena_strndup(&x->r->arena, line, 200);
	one.truth = was ? check_fmt(x, "was written as: %.600s", was)
			: "was not written";
	GROW(x->r->v, x->r->n, x->r->cap);
	x->r->v[x->r->n++] = one;
	x->r->count[VERIFY_WRONG]++;
}

#define CHANGED_MAX 20

/*
 * One of our own pages whose document is kept: a line that is not of the page
 * as written is a change, whatever it says.  The links to other pages at its
 * top, down to the first rule, depend on when and where it was written.
 */
void check_page(struct verify_ctx *x, const char *text, size_t len)
{
	struct str page = STR_INIT, given = STR_INIT;
	struct err e = { 0 };
	char **was, **is, **sorted;
	size_t was_n, is_n, from, i, changed = 0;

	if (!x->strict || !x->src->page || !x->c->page ||
	    x->src->page(x->src->arg, x->c->page, &page, &e) < 0) {
		str_release(&page);
		return;
	}
	str_addmem(&given, text, len);
	was = lines_of(page.s, &was_n);
	is = lines_of(given.s, &is_n);
	sorted = xcalloc(was_n + 1, sizeof(*sorted));
	for (i = 0; i < was_n; i++)
		sorted[i] = was[i];
	qsort(sorted, was_n, sizeof(*sorted), by_text);
	for (from = 0; from < is_n && strcmp(is[from], "---") != 0; from++)
		;
	from = from < is_n ? from : 0;
	for (i = from; i < is_n; i++) {
		if (was_n && bsearch(&is[i], sorted, was_n, sizeof(*sorted),
				     by_text))
			is[i] = NULL;
		else
			changed++;
	}
	/* so many: another document of that name, for another zone perhaps */
	for (i = from; i < is_n && changed <= CHANGED_MAX; i++)
		if (is[i])
			say_changed(x, is[i], i, i < was_n ? was[i] : NULL);
	free(was);
	free(is);
	free(sorted);
	str_release(&page);
	str_release(&given);
}
