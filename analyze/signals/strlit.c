#include "analyze/signals/strlit.h"
#include "core/find.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define BACK_MAX 200

void strlit_each(const struct diff_line *l,
		 void (*each)(void *arg, struct span inside), void *arg)
{
	const char *end = l->s + l->len, *p = l->s, *q;
	for (; (p = find_either(p, (size_t)(end - p), '"', '\'')); p = q + 1) {
		q = find_either(p + 1, (size_t)(end - p) - 1, *p, '\\');
		if (!q || *q == '\\')
			return;
		if (q > p + 1)
			each(arg, (struct span){ p + 1,
						 (uint32_t)(q - p - 1) });
	}
}

struct span word_before(const char *text, size_t at, char *open)
{
	size_t stop = at > BACK_MAX ? at - BACK_MAX : 0;
	*open = 0;
	while (at > stop && isspace((unsigned char)text[at - 1]))
		at--;
	if (at > stop && strchr("([=", text[at - 1]))
		*open = text[--at];
	while (at > stop && isspace((unsigned char)text[at - 1]))
		at--;
	size_t end = at;
	while (at > stop && (isalnum((unsigned char)text[at - 1]) ||
			     strchr("_.:", text[at - 1])))
		at--;
	return (struct span){ text + at, (uint32_t)(end - at) };
}

char byte_after(const char *text, size_t len, struct span inside,
		const char **at)
{
	const char *p = inside.s + inside.len + 1, *end = text + len;
	while (p < end && isspace((unsigned char)*p))
		p++;
	*at = p;
	return p < end ? *p : 0;
}

static int count_lines(const char *s, size_t len, const char *word, size_t n)
{
	const char *end = s + len, *p = s;
	int lines = 0;
	while ((p = find_word(p, (size_t)(end - p), word, n))) {
		lines++;
		p = memchr(p, '\n', (size_t)(end - p));
		if (!p)
			break;
	}
	return lines;
}

int lines_in_new(const struct landing_view *v, const char *word, size_t n)
{
	int lines = 0;
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		if (f->kind == PATH_PRODUCT && f->new)
			lines += count_lines(f->new, f->new_len, word, n);
	}
	return lines;
}

bool word_in_old(const struct landing_view *v, const char *word, size_t n)
{
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		if (f->old && path_kind(file_old_path(f)) == PATH_PRODUCT &&
		    find_word(f->old, f->old_len, word, n))
			return true;
	}
	return false;
}

/* A quote on both sides, and no word goes on behind it. */
static bool is_quoted(const char *p, size_t n, const char *text,
		      const char *end)
{
	return p > text && p + n < end && (p[-1] == '"' || p[-1] == '\'') &&
	       p[-1] == p[n] && (p + n + 1 == end || !is_word_byte(p[n + 1]));
}

bool strlit_has(const char *text, size_t len, const char *word, size_t n)
{
	const char *p = text, *end = text + len;

	for (; (p = find_bytes(p, (size_t)(end - p), word, n)); p++)
		if (is_quoted(p, n, text, end))
			return true;
	return false;
}

bool quoted_in_old(const struct landing_view *v, const char *word, size_t n)
{
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];

		if (f->old && path_kind(file_old_path(f)) == PATH_PRODUCT &&
		    strlit_has(f->old, f->old_len, word, n))
			return true;
	}
	return false;
}

int quoted_in_new(const struct landing_view *v, const char *word, size_t n)
{
	int lines = 0;

	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		const char *p = f->new, *end = p ? p + f->new_len : NULL;
		const char *counted[2] = { p, p };	/* to the end of a line */

		if (!p || f->kind != PATH_PRODUCT)
			continue;
		for (; (p = find_bytes(p, (size_t)(end - p), word, n)); p++) {
			const char **c = &counted[p > f->new && p[-1] == '"'];

			if (p <= *c || !is_quoted(p, n, f->new, end))
				continue;
			lines++;
			*c = memchr(p, '\n', (size_t)(end - p));
			if (!*c)
				*c = end;
		}
	}
	return lines;
}

const struct name *name_set_get(const struct name_set *s, struct span text)
{
	for (size_t i = 0; i < s->n; i++)
		if (span_eq(s->v[i].text, text))
			return &s->v[i];
	return NULL;
}

void name_set_add(struct name_set *s, struct span text, size_t file,
		  bool declared)
{
	for (size_t i = 0; i < s->n; i++)
		if (span_eq(s->v[i].text, text)) {
			if (declared && !s->v[i].declared)
				s->v[i] = (struct name){ text, file, true };
			return;
		}
	GROW(s->v, s->n, s->cap);
	s->v[s->n++] = (struct name){ text, file, declared };
}

void name_set_release(struct name_set *s)
{
	free(s->v);
	*s = (struct name_set){ 0 };
}
