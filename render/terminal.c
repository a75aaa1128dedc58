/* render/terminal.c - see terminal.h. */
#include "render/terminal.h"

#include "core/day.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/utf8.h"

#include <stdlib.h>
#include <string.h>

static const char *const paint_code[] = {
	[PAINT_NONE] = "", [PAINT_META] = "\033[1m", [PAINT_FRAG] = "\033[36m",
	[PAINT_OLD] = "\033[31m", [PAINT_NEW] = "\033[32m",
	[PAINT_ID] = "\033[33m",
};

/* A terminal that is not UTF-8 would show the bytes as something else. */
static void to_ascii(struct str *out, const char *s, size_t len)
{
	uint32_t cp;
	size_t i = 0;
	int n;

	while (i < len) {
		n = utf8_next(s + i, len - i, &cp);
		if (!n) {
			str_addch(out, '?');
			n = 1;
		} else if (cp < 0x80) {
			str_addch(out, s[i]);
		} else if (cp == 0xfffd) {
			str_addch(out, '?');
		} else {
			str_addf(out, "<U+%04X>", (unsigned)cp);
		}
		i += (size_t)n;
	}
}

void term_text(struct str *out, const struct term_style *st, const char *s,
	       size_t len)
{
	struct str safe = STR_INIT;

	if (!st->terminal) {
		str_addmem(out, s, len);
	} else if (!st->ascii) {
		put_terminal(out, s, len);
	} else {
		put_terminal(&safe, s, len);
		to_ascii(out, str_c(&safe), safe.len);
		str_release(&safe);
	}
}

void term_paint(struct str *out, const struct term_style *st,
		enum term_paint paint, const char *s, size_t len)
{
	bool line = len && s[len - 1] == '\n';
	bool on = st->color && paint != PAINT_NONE;

	if (on)
		str_add(out, paint_code[paint]);
	term_text(out, st, s, line ? len - 1 : len);
	if (on)
		str_add(out, "\033[m");
	if (line)
		str_addch(out, '\n');
}

static void add_person(struct str *out, const struct term_style *st,
		       const char *label, const struct person *p)
{
	char when[40];

	str_addf(out, "%-11s", label);
	term_text(out, st, p->name, strlen(p->name));
	str_add(out, " <");
	term_text(out, st, p->email, strlen(p->email));
	str_add(out, ">  ");
	if (p->time_raw)
		term_text(out, st, p->time_raw, strlen(p->time_raw));
	else
		str_add(out, time_format_offset(p->time, p->offset, when));
	str_addch(out, '\n');
}

static void add_labels(struct str *out, const struct term_style *st,
		       const struct term_facts *f)
{
	if (!f->type || !*f->type)
		return;
	str_addf(out, "%-11s", "Labels:");
	term_text(out, st, f->type, strlen(f->type));
	if (*f->areas) {
		str_add(out, "; areas ");
		term_text(out, st, f->areas, strlen(f->areas));
	}
	if (*f->hardware) {
		str_add(out, "; hardware ");
		term_text(out, st, f->hardware, strlen(f->hardware));
	}
	str_addch(out, '\n');
}

static void add_indented(struct str *out, const struct term_style *st,
			 const char *s)
{
	size_t n;

	for (; *s; s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		if (n)
			str_add(out, "    ");
		term_text(out, st, s, n);
		str_addch(out, '\n');
	}
}

void term_commit(struct str *out, const struct term_style *st,
		 const struct commit *c, const struct term_facts *f)
{
	char hex[OID_HEX + 8];
	int i;

	memcpy(hex, "commit ", 7);
	oid_hex(&c->oid, hex + 7);
	term_paint(out, st, PAINT_ID, hex, strlen(hex));
	str_addf(out, "\n%-11s", "Repo:");
	term_text(out, st, f->repo, strlen(f->repo));
	str_addch(out, '\n');
	for (i = 0; c->parents_n > 1 && i < c->parents_n; i++)
		str_addf(out, "%-11s%s\n", i ? "" : "Merge of:",
			 oid_hex(&c->parents[i], hex));
	add_person(out, st, "Author:", &c->author);
	add_person(out, st, "Committer:", &c->committer);
	if (f->landed)
		str_addf(out, "%-11s%s%s\n", "Landed:", f->landed,
			 f->doubtful ? " (doubtful)" : "");
	if (f->landing)
		str_addf(out, "%-11s%s\n", "Landed by:", f->landing);
	add_labels(out, st, f);
	str_addch(out, '\n');
	add_indented(out, st, c->subject);
	if (*c->body) {
		str_addch(out, '\n');
		add_indented(out, st, c->body);
	}
	str_addch(out, '\n');
}

void term_cell(struct term_table *t, const char *s)
{
	GROW(t->cell, t->n, t->cap);
	t->cell[t->n++] = xstrdup(s);
}

void term_cellf(struct term_table *t, const char *fmt, ...)
{
	struct str s = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&s, fmt, ap);
	va_end(ap);
	GROW(t->cell, t->n, t->cap);
	t->cell[t->n++] = str_detach(&s);
}

static void add_blanks(struct str *out, size_t n)
{
	while (n--)
		str_addch(out, ' ');
}

/* A cell wider than this moves the rest of its own row only. */
#define WIDE_MAX 48

void term_table_put(struct str *out, const struct term_style *st,
		    const struct term_table *t)
{
	size_t cols = (size_t)t->columns, i, pad, w;
	size_t *width = xcalloc(cols + 1, sizeof(*width));
	struct str *shown = xcalloc(t->n + 1, sizeof(*shown));

	for (i = 0; i < t->n; i++) {
		term_text(&shown[i], st, t->cell[i], strlen(t->cell[i]));
		w = utf8_columns(str_c(&shown[i]), shown[i].len);
		if (w > width[i % cols] && w <= WIDE_MAX)
			width[i % cols] = w;
	}
	for (i = 0; i < t->n; i++) {
		bool last = i % cols == cols - 1 || i == t->n - 1;

		w = utf8_columns(str_c(&shown[i]), shown[i].len);
		pad = w < width[i % cols] ? width[i % cols] - w : 0;
		if (t->right & 1u << i % cols)
			add_blanks(out, pad);
		str_addmem(out, str_c(&shown[i]), shown[i].len);
		if (!last && !(t->right & 1u << i % cols))
			add_blanks(out, pad);
		str_add(out, last ? "\n" : "  ");
		str_release(&shown[i]);
	}
	free(shown);
	free(width);
}

void term_table_release(struct term_table *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		free(t->cell[i]);
	free(t->cell);
	t->cell = NULL;
	t->n = t->cap = 0;
}
