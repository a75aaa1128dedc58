/* core/str.c - see str.h. */
#include "core/str.h"

#include "core/mem.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void str_release(struct str *b)
{
	free(b->s);
	b->s = NULL;
	b->len = b->cap = 0;
	b->over = false;
}

void str_clear(struct str *b)
{
	b->len = 0;
	b->over = false;
	if (b->s)
		b->s[0] = 0;
}

/* False when the ceiling is in the way. */
static bool room(struct str *b, size_t more)
{
	size_t max = b->max ? b->max : STR_MAX;
	size_t want;

	if (more > max || b->len > max - more) {
		b->over = true;
		return false;
	}
	want = b->len + more + 1;
	if (want > b->cap) {
		size_t cap = b->cap ? b->cap : 64;

		while (cap < want)
			cap *= 2;
		b->s = xrealloc(b->s, cap);
		b->cap = cap;
	}
	return true;
}

void str_reserve(struct str *b, size_t more)
{
	if (room(b, more))
		b->s[b->len] = 0;
}

void str_addmem(struct str *b, const void *p, size_t n)
{
	if (!room(b, n))
		return;
	if (n)
		memcpy(b->s + b->len, p, n);
	b->len += n;
	b->s[b->len] = 0;
}

void str_add(struct str *b, const char *s)
{
	str_addmem(b, s, strlen(s));
}

void str_addch(struct str *b, char c)
{
	str_addmem(b, &c, 1);
}

void str_vaddf(struct str *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0 || !room(b, (size_t)n))
		return;
	vsnprintf(b->s + b->len, (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
}

void str_addf(struct str *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(b, fmt, ap);
	va_end(ap);
}

void str_cut(struct str *b, size_t len)
{
	if (len < b->len) {
		b->len = len;
		b->s[len] = 0;
	}
}

void str_trim_end(struct str *b)
{
	while (b->len && isspace((unsigned char)b->s[b->len - 1]))
		b->s[--b->len] = 0;
}

const char *str_c(const struct str *b)
{
	return b->s ? b->s : "";
}

char *str_detach(struct str *b)
{
	char *s = b->s ? b->s : xstrdup("");

	b->s = NULL;
	b->len = b->cap = 0;
	b->over = false;
	return s;
}

bool is_one_of(const char *s, size_t n, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == n && !strncasecmp(s, *words, n))
			return true;
	return false;
}

int edit_distance(const char *a, const char *b)
{
	int row[64], diag, up;
	size_t n = strlen(a), m = strlen(b), i, j;

	if (n > 63 || m > 63)
		return 9;
	for (j = 0; j <= m; j++)
		row[j] = (int)j;
	for (i = 1; i <= n; i++) {
		diag = row[0];
		row[0] = (int)i;
		for (j = 1; j <= m; j++) {
			up = row[j];
			if (a[i - 1] == b[j - 1])
				row[j] = diag;
			else
				row[j] = 1 + (diag < up ?
					(diag < row[j - 1] ? diag : row[j - 1]) :
					(up < row[j - 1] ? up : row[j - 1]));
			diag = up;
		}
	}
	return row[m] > 9 ? 9 : row[m];
}
