/*
 * render/claims_row.c - claims that a line's layout makes: the author between
 * two middle dots or behind a label, and the cells of a table under their
 * column names.
 */
#include "render/claims_row.h"

#include <ctype.h>
#include <strings.h>

#define DOT " \xc2\xb7 "
#define DOT_LEN 4
#define NAME_MAX_BYTES 120

/* Blanks and emphasis; "\\*" is a letter. */
static void trim(const char *t, size_t *from, size_t *to)
{
	while (*from < *to && strchr(" *\t", t[*from]))
		(*from)++;
	while (*to > *from && strchr(" *\t", t[*to - 1]) &&
	       !(*to - *from > 1 && t[*to - 2] == '\\'))
		(*to)--;
}

static void add_author(struct claim_scan *s, size_t from, size_t to)
{
	trim(s->ln.s.s, &from, &to);
	if (to > from && to - from <= NAME_MAX_BYTES)
		scan_add(s, CLAIM_AUTHOR, from, to);
}

/* "2026-02-05" at i? */
static bool dated(const char *t, size_t n, size_t i)
{
	return n - i >= 10 && t[i + 4] == '-' && t[i + 7] == '-' &&
	       isdigit((unsigned char)t[i]) && isdigit((unsigned char)t[i + 9]);
}

/* "author: NAME, DATE": a comma belongs to the name unless a date follows. */
static void labelled(struct claim_scan *s)
{
	static const char *const labels[] = {
		"\xe4\xbd\x9c\xe8\x80\x85:", "author:", "Author:", NULL
	};
	const char *t = s->ln.s.s, *p = NULL;
	size_t n = s->ln.s.len, i, k, comma = 0;

	for (k = 0; labels[k] && !p; k++)
		p = memmem(t, n < 200 ? n : 200, labels[k], strlen(labels[k]));
	if (!p)
		return;
	i = k = (size_t)(p - t) + strlen(labels[k - 1]);
	while (i < n && i - k < NAME_MAX_BYTES && !strchr("|<[`;", t[i])) {
		size_t j = i;

		while (j < n && strchr(", (", t[j]))
			j++;
		if (j > i && dated(t, n, j))
			break;
		if (t[i] == ',' && !comma)
			comma = i;
		i++;
	}
	if (i < n && !strchr(", (", t[i]) && comma)
		i = comma;
	add_author(s, k, i);
}

/* Does a segment begin with a time or "N files"? */
static bool counts_segment(const struct claim_scan *s, size_t from, size_t first)
{
	size_t off = s->line_off + plain_origin(&s->ln, from), i;

	for (i = first; i < s->c->n; i++)
		if (s->c->v[i].off == off &&
		    (s->c->v[i].kind == CLAIM_TIME ||
		     s->c->v[i].kind == CLAIM_FILES))
			return true;
	return false;
}

/* "... . NAME . 22:19Z . 18 files ...": the segment before the time. */
static void between_dots(struct claim_scan *s, size_t first)
{
	const char *t = s->ln.s.s, *p = t, *q;
	size_t n = s->ln.s.len, from = 0, to;

	while ((q = memmem(p, n - (size_t)(p - t), DOT, DOT_LEN)) != NULL) {
		to = (size_t)(q - t);
		p = q + DOT_LEN;
		if (to - from <= NAME_MAX_BYTES && to > from && from > 0 &&
		    !memchr(t + from, '`', to - from) &&
		    !memchr(t + from, '[', to - from) &&
		    !isdigit((unsigned char)t[from]) &&
		    s->c->n - first < 64 &&
		    counts_segment(s, (size_t)(p - t), first)) {
			add_author(s, from, to);
			return;
		}
		from = (size_t)(p - t);
	}
}

void row_people(struct claim_scan *s, size_t first)
{
	labelled(s);
	between_dots(s, first);
}

/* The k-th cell of a row: its bounds without blanks. */
static bool cell(const char *t, size_t n, size_t k, size_t *from, size_t *to)
{
	size_t i = 0;

	if (n && t[0] == '|')
		i = 1;
	for (; k > 0; k--) {
		const char *p = memchr(t + i, '|', n - i);

		if (!p)
			return false;
		i = (size_t)(p - t) + 1;
	}
	*from = i;
	while (i < n && t[i] != '|')
		i++;
	*to = i;
	trim(t, from, to);
	return i < n || *to > *from;
}

/* What a column of that name holds; CLAIM_KINDS: nothing we know. */
static enum claim_kind column(const char *t, size_t n)
{
	static const struct { const char *name; enum claim_kind kind; } cols[] = {
		{ "files", CLAIM_FILES }, { "\xe6\x96\x87\xe4\xbb\xb6", CLAIM_FILES },
		{ "changes", CLAIM_CHANGES },
		{ "\xe5\x8f\x98\xe6\x9b\xb4", CLAIM_CHANGES },
		{ "\xe6\x8f\x90\xe4\xba\xa4", CLAIM_CHANGES },
		{ "author", CLAIM_AUTHOR },
		{ "\xe4\xbd\x9c\xe8\x80\x85", CLAIM_AUTHOR },
	};
	size_t i;

	for (i = 0; i < sizeof(cols) / sizeof(cols[0]); i++)
		if (strlen(cols[i].name) == n &&
		    strncasecmp(cols[i].name, t, n) == 0)
			return cols[i].kind;
	return CLAIM_KINDS;
}

static void add_cell(struct claim_scan *s, enum claim_kind kind, size_t from,
		     size_t to)
{
	const char *t = s->ln.s.s;
	struct claim *c;
	int64_t v = 0;
	size_t i;

	if (kind == CLAIM_AUTHOR) {
		add_author(s, from, to);
		return;
	}
	for (i = from; i < to && i - from < 12; i++) {
		if (!isdigit((unsigned char)t[i]))
			return;
		v = v * 10 + t[i] - '0';
	}
	if (i != to || i == from)
		return;
	c = scan_add(s, kind, from, to);
	if (c)
		c->a = v;
}

void row_cells(struct claim_scan *s, const char *header)
{
	struct claim_block *b = &s->c->blocks[s->block];
	const char *t = s->ln.s.s;
	size_t n = s->ln.s.len, hn = strlen(header), k, hf, ht, from, to;

	if (cell(t, n, 0, &from, &to) && to > from &&
	    scan_repo(s, t + from, to - from) == to - from) {
		b->repo = arena_strndup(&s->c->arena, t + from, to - from);
		scan_add(s, CLAIM_REPO, from, to);
	}
	for (k = 0; k < 24 && cell(header, hn, k, &hf, &ht); k++) {
		enum claim_kind kind = column(header + hf, ht - hf);

		if (kind != CLAIM_KINDS && cell(t, n, k, &from, &to) &&
		    to > from)
			add_cell(s, kind, from, to);
	}
}
