#include "analyze/signals/lines.h"

#include "core/git_compat.h"
#include "core/mem.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Where the diff of a middle lies in the whole file. */
struct origin {
	struct dlines *d;
	int old_first, new_first;
};

static void add(struct dlines *d, char op, const char *s, size_t n, int no)
{
	if (n && s[n - 1] == '\n')
		n--;
	if (n && s[n - 1] == '\r')
		n--;
	GROW(d->v, d->n, d->cap);
	d->v[d->n++] = (struct dline){ s, n, no, d->hunks - 1, op };
}

static int on_hunk(const git_diff_delta *delta UNUSED,
		   const git_diff_hunk *hunk UNUSED, void *arg)
{
	struct origin *o = arg;

	o->d->hunks++;
	return 0;
}

static int on_line(const git_diff_delta *delta UNUSED,
		   const git_diff_hunk *hunk UNUSED,
		   const git_diff_line *line, void *arg)
{
	struct origin *o = arg;

	if (line->origin == GIT_DIFF_LINE_ADDITION)
		add(o->d, '+', line->content, line->content_len,
		    o->new_first + line->new_lineno);
	else if (line->origin == GIT_DIFF_LINE_DELETION)
		add(o->d, '-', line->content, line->content_len,
		    o->old_first + line->old_lineno);
	return 0;
}

static void whole(struct dlines *d, char op, const char *s, size_t from,
		  size_t to)
{
	int no = line_of(s, from);

	d->hunks = to > from;
	while (from < to) {
		const char *e = memchr(s + from, '\n', to - from);
		size_t n = e ? (size_t)(e - s) - from + 1 : to - from;

		add(d, op, s + from, n, no++);
		from += n;
	}
}

void dlines_read(struct dlines *d, const struct landing_file *f)
{
	git_diff_options op;
	struct origin o = { .d = d };
	size_t old_n = f->old ? f->old_to - f->old_from : 0;
	size_t new_n = f->new ? f->new_to - f->new_from : 0;

	*d = (struct dlines){ 0 };
	if (!f->old && f->change->status != 'A')
		return;
	if (!f->new && f->change->status != 'D')
		return;
	if (!old_n && new_n) {
		whole(d, '+', f->new, f->new_from, f->new_to);
		return;
	}
	if (!new_n) {
		if (old_n)
			whole(d, '-', f->old, f->old_from, f->old_to);
		return;
	}
	git_diff_options_init(&op, GIT_DIFF_OPTIONS_VERSION);
	o.old_first = line_of(f->old, f->old_from) - 1;
	o.new_first = line_of(f->new, f->new_from) - 1;
	op.context_lines = 0;
	op.flags = GIT_DIFF_INDENT_HEURISTIC | GIT_DIFF_FORCE_TEXT;
	if (git_diff_buffers(f->old + f->old_from, old_n, NULL,
			     f->new + f->new_from, new_n, NULL, &op, NULL,
			     NULL, on_hunk, on_line, &o) < 0)
		dlines_release(d);
}

void dlines_release(struct dlines *d)
{
	free(d->v);
	*d = (struct dlines){ 0 };
}

void dlines_hunk(const struct dlines *d, int h, size_t *from, size_t *to)
{
	size_t i = 0;

	while (i < d->n && d->v[i].hunk < h)
		i++;
	*from = i;
	while (i < d->n && d->v[i].hunk == h)
		i++;
	*to = i;
}

void trim(const char **s, size_t *n)
{
	while (*n && isspace((unsigned char)(*s)[0])) {
		++*s;
		--*n;
	}
	while (*n && isspace((unsigned char)(*s)[*n - 1]))
		--*n;
}

uint64_t hash_line(const char *s, size_t n)
{
	uint64_t h = 1469598103934665603ull;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 1099511628211ull;
	return h;
}

bool has_line(const char *text, size_t len, const char *s, size_t n)
{
	const char *p = text, *end = text + len;

	if (!n)
		return true;
	for (; (p = memmem(p, (size_t)(end - p), s, n)); p++) {
		const char *a = p, *b = p + n;

		while (a > text && (a[-1] == ' ' || a[-1] == '\t'))
			a--;
		while (b < end && (*b == ' ' || *b == '\t' || *b == '\r'))
			b++;
		if ((a == text || a[-1] == '\n') && (b == end || *b == '\n'))
			return true;
	}
	return false;
}

bool is_moved_line(const struct landing_file *f, const struct dline *l)
{
	const char *s = l->s;
	size_t n = l->len;

	trim(&s, &n);
	if (l->op == '+')
		return f->old && has_line(f->old, f->old_len, s, n);
	return f->new && has_line(f->new, f->new_len, s, n);
}

bool has_bytes(const char *s, size_t n, const char *needle)
{
	return memmem(s, n, needle, strlen(needle)) != NULL;
}

bool middle_has(const struct landing_file *f, int side, const char *needle)
{
	const char *s = side ? f->new : f->old;
	size_t from = side ? f->new_from : f->old_from;
	size_t to = side ? f->new_to : f->old_to;

	return s && to > from && has_bytes(s + from, to - from, needle);
}
