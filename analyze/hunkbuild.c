/* analyze/hunkbuild.c - see hunkbuild.h. */
#include "analyze/hunkbuild.h"

#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

struct hunk *hunk_add(struct hunk_build *b)
{
	size_t n = b->n;

	GROW(b->first, n, b->first_cap);
	GROW(b->h, b->n, b->cap);
	b->first[b->n] = b->lines;
	return &b->h[b->n++];
}

int hunk_add_line(struct hunk_build *b, const char *s, size_t n, char op,
		  int old_no, int new_no)
{
	if (b->lines >= HUNK_LINES_MAX)
		return HUNKS_TOO_MANY;
	while (n && (s[n - 1] == '\n' || s[n - 1] == '\r'))
		n--;
	GROW(b->v, b->lines, b->lines_cap);
	b->v[b->lines++] = (struct hunk_line){ s, n, old_no, new_no, op };
	b->h[b->n - 1].n++;
	return 0;
}

const char *hunk_real_line(const struct hunk_build *b, int side, int no,
			   size_t *len)
{
	const struct line_table *t = b->real;
	size_t i = (size_t)(no - 1 - b->extra), from = t->starts[side][i];
	size_t to = i + 1 < t->n[side] ? t->starts[side][i + 1] :
					 t->bytes[side];

	*len = to - from;
	return t->text[side] + from;
}

int hunk_line_no(const struct hunk_build *b, int no)
{
	return no > 0 ? no + b->above - b->extra : 0;
}

/* Changed lines of both sides between two lines that are not; `to` is behind. */
struct run {
	int from[2], to[2];
};

/* The first one at or behind two lines that are in the same place. */
static bool find_run(const struct xscript *d, const struct line_table *t,
		     const int at[2], struct run *r)
{
	int i = at[0], k = at[1], n = (int)t->n[0], m = (int)t->n[1];

	while (i < n && k < m && !d->changed[0][i] && !d->changed[1][k]) {
		i++;
		k++;
	}
	*r = (struct run){ { i, k }, { i, k } };
	while (d->changed[0][r->to[0]])
		r->to[0]++;
	while (d->changed[1][r->to[1]])
		r->to[1]++;
	return r->to[0] > i || r->to[1] > k;
}

/* Lines of one side; old and new: numbers of the first, 0 where it is not. */
static int add_lines(struct hunk_build *b, int side, char op, int n, int old,
		     int new)
{
	int rc = 0, i;

	for (i = 0; i < n && !rc; i++) {
		size_t len;
		const char *s = hunk_real_line(b, side, i + (side ? new : old),
					       &len);

		rc = hunk_add_line(b, s, len, op,
				   old ? hunk_line_no(b, old + i) : 0,
				   new ? hunk_line_no(b, new + i) : 0);
	}
	return rc;
}

static int add_run(struct hunk_build *b, const struct run *r)
{
	int rc = add_lines(b, 0, '-', r->to[0] - r->from[0], r->from[0] + 1,
			   0);

	return rc ? rc : add_lines(b, 1, '+', r->to[1] - r->from[1], 0,
				   r->from[1] + 1);
}

static int min_of(int a, int b)
{
	return a < b ? a : b;
}

/* The hunk of *r and of those behind it that are near; *r becomes the next one,
 * *more: there is one. */
static int put_hunk(struct hunk_build *b, const struct xscript *d,
		    struct run *r, bool *more)
{
	const struct line_table *t = b->real;
	int lead = min_of(HUNK_CONTEXT, min_of(r->from[0], r->from[1]));
	int from[2] = { r->from[0] - lead, r->from[1] - lead };
	int at[2] = { r->from[0], r->from[1] }, tail, gap, rc;
	struct hunk *h;

	*hunk_add(b) = (struct hunk){ 0 };
	rc = add_lines(b, 1, ' ', lead, from[0] + 1, from[1] + 1);
	while (!rc) {
		rc = add_run(b, r);
		memcpy(at, r->to, sizeof(at));
		*more = find_run(d, t, at, r);
		gap = r->from[0] - at[0];
		if (rc || !*more || gap > 2 * HUNK_CONTEXT)
			break;
		rc = add_lines(b, 1, ' ', gap, at[0] + 1, at[1] + 1);
	}
	tail = min_of(HUNK_CONTEXT, min_of((int)t->n[0] - at[0],
					   (int)t->n[1] - at[1]));
	if (!rc)
		rc = add_lines(b, 1, ' ', tail, at[0] + 1, at[1] + 1);
	h = &b->h[b->n - 1];
	h->old_lines = at[0] + tail - from[0];
	h->new_lines = at[1] + tail - from[1];
	h->old_start = b->above + from[0] + (h->old_lines > 0);
	h->new_start = b->above + from[1] + (h->new_lines > 0);
	return rc;
}

int hunks_put(struct hunk_build *b, const struct xscript *d)
{
	int at[2] = { 0, 0 }, rc = 0;
	struct run r;
	bool more = find_run(d, b->real, at, &r);

	while (more && !rc)
		rc = put_hunk(b, d, &r, &more);
	return rc;
}

void hunks_hand_over(struct file_hunks *out, struct arena *a,
		     const struct hunk_build *b)
{
	struct hunk_line *v = arena_alloc(a, b->lines * sizeof(*v) + 1);
	size_t i;

	out->v = arena_alloc(a, b->n * sizeof(*out->v));
	memcpy(out->v, b->h, b->n * sizeof(*out->v));
	memcpy(v, b->v, b->lines * sizeof(*v));
	for (i = 0; i < b->n; i++)
		out->v[i].v = v + b->first[i];
	out->n = b->n;
}

void hunks_release(struct hunk_build *b)
{
	free(b->h);
	free(b->v);
	free(b->first);
}
