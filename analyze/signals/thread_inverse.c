/* analyze/signals/thread_inverse.c - is a revert the exact inverse? */
#include "analyze/signals/threads.h"

#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

struct line {
	const char *s;
	size_t n;
	int sign;		/* +1 added, -1 removed */
};

struct lines {
	struct line *v;
	size_t n, cap;
};

static void split(struct lines *l, const char *s, size_t from, size_t to,
		  int sign)
{
	while (from < to) {
		const char *e = memchr(s + from, '\n', to - from);
		size_t n = e ? (size_t)(e - s) - from : to - from;

		GROW(l->v, l->n, l->cap);
		l->v[l->n++] = (struct line){ s + from, n, sign };
		from += n + 1;
	}
}

static int cmp_line(const void *pa, const void *pb)
{
	const struct line *a = pa, *b = pb;
	size_t n = a->n < b->n ? a->n : b->n;
	int c = n ? memcmp(a->s, b->s, n) : 0;

	return c ? c : (a->n > b->n) - (a->n < b->n);
}

static bool readable(const struct landing_file *f)
{
	const struct change *c = f->change;

	return (f->old || c->status == 'A') && (f->new || c->status == 'D') &&
	       (f->old || f->new) && !(c->flags & CHANGE_BINARY);
}

/* The two files' changes cancel each other out. */
static bool cancels(const struct landing_file *a, const struct landing_file *b)
{
	struct lines l = { 0 };
	bool same = true;

	if (!readable(a) || !readable(b))
		return false;
	split(&l, a->old, a->old_from, a->old_to, -1);
	split(&l, a->new, a->new_from, a->new_to, +1);
	split(&l, b->old, b->old_from, b->old_to, -1);
	split(&l, b->new, b->new_from, b->new_to, +1);
	if (l.n)
		qsort(l.v, l.n, sizeof(*l.v), cmp_line);
	for (size_t i = 0; i < l.n && same;) {
		size_t k = i;
		int sum = 0;

		for (; k < l.n && !cmp_line(&l.v[i], &l.v[k]); k++)
			sum += l.v[k].sign;
		same = sum == 0;
		i = k;
	}
	free(l.v);
	return same;
}

static const struct landing_file *find(const struct landing_file *f, size_t n,
				       const struct change *c)
{
	const char *old = c->old_path ? c->old_path : c->path;

	for (size_t i = 0; i < n; i++) {
		const struct change *k = f[i].change;

		if (!strcmp(k->path, c->path) || !strcmp(k->path, old) ||
		    (k->old_path && !strcmp(k->old_path, c->path)))
			return &f[i];
	}
	return NULL;
}

void thread_inverse(const struct landing_file *a, size_t a_n,
		    const struct landing_file *b, size_t b_n,
		    size_t *same, size_t *total)
{
	size_t met = 0;

	*same = *total = 0;
	for (size_t i = 0; i < a_n; i++) {
		const struct landing_file *o = find(b, b_n, a[i].change);

		++*total;
		if (o) {
			met++;
			*same += cancels(&a[i], o);
		}
	}
	*total += b_n > met ? b_n - met : 0;
}
