/* reflist.c - lists of refs and of warnings. */
#include "mirror/reflist.h"

#include "core/mem.h"
#include "core/str.h"

#include <stdarg.h>
#include <string.h>

void reflist_release(struct reflist *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->v[i].name);
	for (i = 0; i < l->broken_n; i++)
		free(l->broken[i]);
	free(l->v);
	free(l->broken);
	free(l->head);
	memset(l, 0, sizeof(*l));
}

void reflist_add(struct reflist *l, const char *name, size_t len,
		 const git_oid *id)
{
	GROW(l->v, l->n, l->cap);
	l->v[l->n].name = xstrndup(name, len);
	l->v[l->n++].id = *id;
}

void reflist_add_broken(struct reflist *l, const char *name)
{
	GROW(l->broken, l->broken_n, l->broken_cap);
	l->broken[l->broken_n++] = xstrdup(name);
}

/* Equal names keep the order in which they came: merge sort, bottom up. */
static void merge(const struct ref *from, struct ref *to, size_t a, size_t m,
		  size_t b)
{
	size_t i = a, j = m, k;

	for (k = a; k < b; k++)
		if (i < m && (j >= b || strcmp(from[i].name,
					       from[j].name) <= 0))
			to[k] = from[i++];
		else
			to[k] = from[j++];
}

static void stable_sort(struct ref *v, size_t n)
{
	struct ref *tmp = xreallocarray(NULL, n + 1, sizeof(*v));
	size_t w, i;

	for (w = 1; w < n; w *= 2) {
		for (i = 0; i < n; i += 2 * w)
			merge(v, tmp, i, i + w < n ? i + w : n,
			      i + 2 * w < n ? i + 2 * w : n);
		memcpy(v, tmp, n * sizeof(*v));
	}
	free(tmp);
}

void reflist_sort(struct reflist *l)
{
	size_t i, out = 0;

	stable_sort(l->v, l->n);
	for (i = 0; i < l->n; i++) {
		if (i + 1 < l->n && !strcmp(l->v[i].name, l->v[i + 1].name))
			free(l->v[i].name);
		else
			l->v[out++] = l->v[i];
	}
	l->n = out;
}

const struct ref *reflist_find(const struct reflist *l, const char *name)
{
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(l->v[mid].name, name);

		if (!c)
			return &l->v[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

bool reflist_is_broken(const struct reflist *l, const char *name)
{
	size_t i;

	for (i = 0; i < l->broken_n; i++)
		if (!strcmp(l->broken[i], name))
			return true;
	return false;
}

static size_t next_tracked(const struct reflist *l, size_t i)
{
	while (i < l->n && !ref_is_tracked(l->v[i].name))
		i++;
	return i;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

bool reflist_same_tracked(const struct reflist *a, const struct reflist *b)
{
	size_t i = next_tracked(a, 0), j = next_tracked(b, 0);

	if (a->broken_n || b->broken_n || !same_text(a->head, b->head) ||
	    a->detached != b->detached ||
	    (a->detached && !oid_eq(&a->head_id, &b->head_id)))
		return false;
	while (i < a->n && j < b->n) {
		if (strcmp(a->v[i].name, b->v[j].name) ||
		    !oid_eq(&a->v[i].id, &b->v[j].id))
			return false;
		i = next_tracked(a, i + 1);
		j = next_tracked(b, j + 1);
	}
	return i >= a->n && j >= b->n;
}

bool ref_is_branch(const char *name)
{
	return starts_with(name, "refs/heads/");
}

bool ref_is_tag(const char *name)
{
	return starts_with(name, "refs/tags/");
}

bool ref_is_tracked(const char *name)
{
	return ref_is_branch(name) || ref_is_tag(name);
}

const char *ref_short(const char *name)
{
	if (ref_is_branch(name))
		return name + strlen("refs/heads/");
	return ref_is_tag(name) ? name + strlen("refs/tags/") : name;
}

void notes_add(struct notes *l, const char *fmt, ...)
{
	struct str s = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&s, fmt, ap);
	va_end(ap);
	GROW(l->v, l->n, l->cap);
	l->v[l->n++] = str_detach(&s);
}

void notes_release(struct notes *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
	memset(l, 0, sizeof(*l));
}
