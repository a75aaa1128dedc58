#include "analyze/signals/similar.h"
#include "core/lines.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 4000

/* Hash of one stripped line; the definition's own name hashes as nothing. */
static uint64_t hash_line(const char *s, size_t n, struct span own)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < n; ) {
		bool start = !i || !is_word_byte(s[i - 1]);
		if (start && own.len <= n - i &&
		    !memcmp(s + i, own.s, own.len) &&
		    (i + own.len == n || !is_word_byte(s[i + own.len]))) {
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

void body_lines_read(struct body_lines *out, const struct pymodule *m, int sym)
{
	const struct pysym *s = &m->syms[sym];
	struct line_walk w;
	size_t n;

	if (out->read)
		return;
	out->read = true;
	line_walk_init(&w, m->src + s->body, s->to - s->body);
	while (out->n < LINES_MAX && (n = next_line(&w))) {
		const char *to = w.at, *from = to - n;
		while (from < to && isspace((unsigned char)*from))
			from++;
		while (to > from && isspace((unsigned char)to[-1]))
			to--;
		if (to > from && *from != '#') {
			GROW(out->v, out->n, out->cap);
			out->v[out->n++] = hash_line(from, (size_t)(to - from),
						     s->name);
		}
	}
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), compare);
}

void body_lines_release(struct body_lines *b)
{
	free(b->v);
	*b = (struct body_lines){ 0 };
}

int similar_bodies(const struct body_lines *a, const struct body_lines *b,
		   size_t min_lines)
{
	size_t longer = a->n > b->n ? a->n : b->n, same = 0, i = 0, j = 0;

	if (a->n < min_lines || b->n < min_lines || !longer)
		return 0;
	while (i < a->n && j < b->n) {
		if (a->v[i] == b->v[j])
			same++, i++, j++;
		else if (a->v[i] < b->v[j])
			i++;
		else
			j++;
	}
	return (int)(same * 100 / longer);
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
