#include "analyze/signals/similar.h"
#include "core/mem.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 4000

struct hashes {
	uint64_t *v;
	size_t n, cap;
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Hash of one stripped line; the definition's own name hashes as nothing. */
static uint64_t hash_line(const char *s, size_t n, struct span own)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < n; ) {
		bool start = !i || !is_word(s[i - 1]);
		if (start && own.len <= n - i &&
		    !memcmp(s + i, own.s, own.len) &&
		    (i + own.len == n || !is_word(s[i + own.len]))) {
			i += own.len;
			continue;
		}
		h = (h ^ (unsigned char)s[i++]) * 1099511628211u;
	}
	return h;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return x < y ? -1 : x > y;
}

static void body_lines(struct hashes *out, const struct pymodule *m, int sym)
{
	const struct pysym *s = &m->syms[sym];
	const char *p = m->src + s->body, *end = m->src + s->to;

	while (p < end && out->n < LINES_MAX) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *stop = nl ? nl : end;
		const char *from = p, *to = stop;
		while (from < to && isspace((unsigned char)*from))
			from++;
		while (to > from && isspace((unsigned char)to[-1]))
			to--;
		if (to > from && *from != '#') {
			GROW(out->v, out->n, out->cap);
			out->v[out->n++] = hash_line(from, (size_t)(to - from),
						     s->name);
		}
		p = stop + 1;
	}
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), compare);
}

int similar_bodies(const struct pymodule *a, int x, const struct pymodule *b,
		   int y, size_t min_lines)
{
	struct hashes p = { 0 }, q = { 0 };
	size_t same = 0, i = 0, j = 0;

	body_lines(&p, a, x);
	body_lines(&q, b, y);
	while (i < p.n && j < q.n) {
		if (p.v[i] == q.v[j])
			same++, i++, j++;
		else if (p.v[i] < q.v[j])
			i++;
		else
			j++;
	}
	size_t longer = p.n > q.n ? p.n : q.n;
	int pct = p.n < min_lines || q.n < min_lines || !longer ? 0 :
		  (int)(same * 100 / longer);
	free(p.v);
	free(q.v);
	return pct;
}

int similar_names(struct span a, struct span b)
{
	bool used[256] = { false };
	int same = 0;
	uint32_t n = a.len < 200 ? a.len : 200, k = b.len < 200 ? b.len : 200;

	for (uint32_t i = 0; i + 1 < n; i++)
		for (uint32_t j = 0; j + 1 < k; j++)
			if (!used[j] && a.s[i] == b.s[j] &&
			    a.s[i + 1] == b.s[j + 1]) {
				used[j] = true;
				same++;
				break;
			}
	uint32_t longer = n > k ? n : k;
	return longer < 2 ? 0 : same * 100 / (int)(longer - 1);
}
