/* analyze/lineedit.c - see lineedit.h. */
#include "analyze/lineedit.h"

#include "core/lines.h"
#include "core/mem.h"

#include <string.h>

/* Both are where a line begins, or the end. */
struct edit_point {
	uint32_t a, b;
};

#define NO_POINT UINT32_MAX

/* Rows after which it is judged whether to go on. */
#define LOOK_EVERY 8

struct search {
	const char *a, *b;
	size_t al, bl;
};

size_t common_prefix(const char *a, const char *b, size_t n)
{
	size_t i = 0;
	uint64_t x, y;

	for (; i + 64 <= n; i += 64)
		if (!lines_same64(a + i, b + i))
			break;
	for (; i + 8 <= n; i += 8) {
		memcpy(&x, a + i, 8);
		memcpy(&y, b + i, 8);
		if (x != y)
			return i + (size_t)__builtin_ctzll(x ^ y) / 8;
	}
	while (i < n && a[i] == b[i])
		i++;
	return i;
}

size_t common_suffix(const char *a, const char *b, size_t n)
{
	size_t i = 0;
	uint64_t x, y;

	for (; i + 64 <= n; i += 64)
		if (!lines_same64(a - i - 64, b - i - 64))
			break;
	for (; i + 8 <= n; i += 8) {
		memcpy(&x, a - i - 8, 8);
		memcpy(&y, b - i - 8, 8);
		if (x != y)
			return i + (size_t)__builtin_clzll(x ^ y) / 8;
	}
	while (i < n && a[-(ptrdiff_t)i - 1] == b[-(ptrdiff_t)i - 1])
		i++;
	return i;
}

/* Past the lines of the script at *at; returns how far it is to the next one. */
static size_t pass_changed(const struct changed_line *v, size_t n, size_t *i,
			   size_t *at, size_t len)
{
	for (; *i < n && v[*i].off == *at; ++*i)
		*at += v[*i].len;
	return (*i < n ? v[*i].off : len) - *at;
}

bool line_script_is_edit(const struct line_script *s, const char *old,
			 size_t old_len, const char *new, size_t new_len)
{
	size_t i = 0, k = 0, a = 0, b = 0, n, m;

	for (;;) {
		n = pass_changed(s->v[0], s->n[0], &i, &a, old_len);
		m = pass_changed(s->v[1], s->n[1], &k, &b, new_len);
		if (n > m)
			n = m;
		if (!n)
			return a == old_len && b == new_len;
		if (memcmp(old + a, new + b, n))
			return false;
		a += n;
		b += n;
	}
}

void line_script_add(struct line_script *s, int side, size_t off, size_t len)
{
	GROW(s->v[side], s->n[side], s->cap[side]);
	s->v[side][s->n[side]++] = (struct changed_line){ (uint32_t)off,
							  (uint32_t)len };
}

void line_script_reverse(struct line_script *s, int side)
{
	struct changed_line *v = s->v[side];
	size_t n = s->n[side], i;

	for (i = 0; i < n / 2; i++) {
		struct changed_line t = v[i];

		v[i] = v[n - 1 - i];
		v[n - 1 - i] = t;
	}
}

static uint32_t after_line(const char *s, size_t at, size_t len)
{
	const char *nl = memchr(s + at, '\n', len - at);

	return (uint32_t)(nl ? (size_t)(nl - s) + 1 : len);
}

/* Pass the lines that are equal from p on. */
static void slide(const struct search *s, struct edit_point *p)
{
	size_t left = s->al - p->a, right = s->bl - p->b, n;
	const char *from = s->a + p->a, *nl;

	n = common_prefix(from, s->b + p->b, left < right ? left : right);
	if (n < left || n < right) {	/* back to where a line begins */
		nl = n ? memrchr(from, '\n', n) : NULL;
		n = nl ? (size_t)(nl - from) + 1 : 0;
	}
	p->a += (uint32_t)n;
	p->b += (uint32_t)n;
}

static struct edit_point *row(struct line_edit *w, int d)
{
	return w->trace + (size_t)d * ((size_t)d + 1) / 2;
}

/* The ways to point i of row d: delete a line from before[i - 1], or insert one
 * from before[i]; the one that is farther in the old text wins. */
enum way { WAY_NONE, WAY_DELETE, WAY_INSERT };

static enum way way_to(const struct search *s, const struct edit_point *before,
		       int d, int i)
{
	const struct edit_point *l = i > 0 ? &before[i - 1] : NULL;
	const struct edit_point *u = i < d ? &before[i] : NULL;
	bool can_delete = l && l->a < s->al;	/* NO_POINT is beyond it */
	bool can_insert = u && u->a != NO_POINT && u->b < s->bl;

	if (can_insert && (!can_delete || l->a < u->a))
		return WAY_INSERT;
	return can_delete ? WAY_DELETE : WAY_NONE;
}

static bool make_row(struct line_edit *w, const struct search *s, int d,
		     int *end)
{
	struct edit_point *before = row(w, d - 1), *now = row(w, d);
	int i;

	for (i = 0; i <= d; i++) {
		struct edit_point *p = &now[i];

		switch (way_to(s, before, d, i)) {
		case WAY_INSERT:
			p->a = before[i].a;
			p->b = after_line(s->b, before[i].b, s->bl);
			break;
		case WAY_DELETE:
			p->a = after_line(s->a, before[i - 1].a, s->al);
			p->b = before[i - 1].b;
			break;
		case WAY_NONE:
			p->a = p->b = NO_POINT;
			continue;
		}
		slide(s, p);
		if (p->a == s->al && p->b == s->bl) {
			*end = i;
			return true;
		}
	}
	return false;
}

static void walk_back(struct line_edit *w, const struct search *s, int d,
		      int i)
{
	struct line_script *out = &w->script;

	for (; d > 0; d--) {
		const struct edit_point *before = row(w, d - 1);
		uint32_t at;

		if (way_to(s, before, d, i) == WAY_INSERT) {
			at = before[i].b;
			line_script_add(out, 1, at,
					after_line(s->b, at, s->bl) - at);
		} else {
			i--;
			at = before[i].a;
			line_script_add(out, 0, at,
					after_line(s->a, at, s->al) - at);
		}
	}
	line_script_reverse(out, 0);
	line_script_reverse(out, 1);
}

/*
 * Has a row come so far that `max` of them may be enough?  Most texts that need
 * more are known by it long before.
 */
static bool promising(struct line_edit *w, const struct search *s, int d,
		      int max)
{
	const struct edit_point *p = row(w, d);
	uint64_t far = 0;
	int i;

	for (i = 0; i <= d; i++)
		if (p[i].a != NO_POINT && (uint64_t)p[i].a + p[i].b > far)
			far = (uint64_t)p[i].a + p[i].b;
	return far * (uint64_t)max >= (uint64_t)d * (s->al + s->bl);
}

bool line_edit(struct line_edit *w, const char *old, size_t old_len,
	       const char *new, size_t new_len, int max)
{
	struct search s = { old, new, old_len, new_len };
	size_t need = ((size_t)max + 1) * ((size_t)max + 2) / 2;
	struct edit_point *p;
	int d, end = 0;

	w->script.n[0] = w->script.n[1] = 0;
	if (need > w->trace_cap) {
		free(w->trace);
		w->trace = xmalloc(need * sizeof(*w->trace));
		w->trace_cap = need;
	}
	p = row(w, 0);
	p->a = p->b = 0;
	slide(&s, p);
	if (p->a == s.al && p->b == s.bl)
		return true;
	for (d = 1; d <= max; d++) {
		if (make_row(w, &s, d, &end)) {
			walk_back(w, &s, d, end);
			return true;
		}
		if (d % LOOK_EVERY == 0 && !promising(w, &s, d, max))
			return false;
	}
	return false;
}

void line_edit_release(struct line_edit *w)
{
	free(w->script.v[0]);
	free(w->script.v[1]);
	free(w->trace);
	memset(w, 0, sizeof(*w));
}
