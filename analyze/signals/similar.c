#include "analyze/signals/similar.h"
#include "core/find.h"
#include "core/hash.h"
#include "core/lines.h"
#include "core/mem.h"
#include "core/str.h"

#include <stdlib.h>
#include <string.h>

#define LINES_MAX 4000

/* Where the definition's own name stands in the line, from s on; NULL: nowhere. */
static const char *own_name(const char *line, const char *s, size_t n,
			    struct span own)
{
	const char *end = s + n;

	for (; (s = find_bytes(s, (size_t)(end - s), own.s, own.len)); s++)
		if ((s == line || !is_word_byte(s[-1])) &&
		    (s + own.len == end || !is_word_byte(s[own.len])))
			return s;
	return NULL;
}

/* Hash of one stripped line; the definition's own name hashes as nothing. */
static uint64_t hash_line(struct str *rest, const char *s, size_t n,
			  struct span own)
{
	const char *from = s, *end = s + n, *at;

	if (!own.len || !(at = own_name(s, s, n, own)))
		return hash_bytes(s, n);
	str_clear(rest);
	for (; at; at = own_name(s, from, (size_t)(end - from), own)) {
		str_addmem(rest, from, (size_t)(at - from));
		from = at + own.len;
	}
	str_addmem(rest, from, (size_t)(end - from));
	return hash_bytes(str_c(rest), rest->len);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return x < y ? -1 : x > y;
}

void body_lines_read(struct body_lines *out, const struct pymodule *m, int sym)
{
	const struct pysym *s = &m->syms[sym];
	struct str rest = STR_INIT;
	struct line_walk w;
	size_t n;

	if (out->read)
		return;
	out->read = true;
	line_walk_init(&w, m->src + s->body, s->to - s->body);
	while (out->n < LINES_MAX && (n = next_line(&w))) {
		const char *to = w.at, *from = to - n;
		while (from < to && is_space_byte(*from))
			from++;
		while (to > from && is_space_byte(to[-1]))
			to--;
		if (to > from && *from != '#') {
			GROW(out->v, out->n, out->cap);
			out->v[out->n++] = hash_line(&rest, from,
						     (size_t)(to - from),
						     s->name);
		}
	}
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), compare);
	str_release(&rest);
}

void body_lines_release(struct body_lines *b)
{
	free(b->v);
	*b = (struct body_lines){ 0 };
}

int similar_bodies(const struct body_lines *a, const struct body_lines *b,
		   size_t min_lines, int want)
{
	size_t longer = a->n > b->n ? a->n : b->n, same = 0, i = 0, j = 0;
	/* So many of the lines may be left over on either side. */
	size_t spare = longer - (longer * (size_t)want + 99) / 100;

	if (a->n < min_lines || b->n < min_lines || !longer)
		return 0;
	if (spare < longer - (a->n < b->n ? a->n : b->n))
		return 0;
	while (i < a->n && j < b->n) {
		if (a->v[i] == b->v[j])
			same++, i++, j++;
		else if (a->v[i] < b->v[j])
			i++;
		else
			j++;
		if (i > same + spare || j > same + spare)
			return 0;
	}
	same = same * 100 / longer;
	return (int)same < want ? 0 : (int)same;
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
