/* analyze/signals/neutral.c - see neutral.h. */
#include "analyze/signals/neutral.h"

#include "analyze/signals/inherit.h"
#include "analyze/signals/pydef.h"
#include "core/find.h"
#include "core/hash.h"
#include "core/str.h"

#include <stdlib.h>
#include <string.h>

/* A place in a line. */
struct cursor {
	const char *s, *end;
};

void neutral_init(struct neutral *q, const struct landing_file *f,
		  const struct neutral *old)
{
	int side = old != NULL;
	const char *text = side ? f->new : f->old;

	q->text = text;
	q->end = text + (side ? f->new_len : f->old_len);
	q->from = side ? f->new_from : f->old_from;
	q->v = f->script->v[side];
	q->v_n = f->script->n[side];
	q->passed = q->passed_bytes = 0;
	q->header = q->fields_n = q->items_n = 0;
	q->old = old;
}

/* One more header or class.  False: the old side has nothing there. */
static bool add_item(struct neutral *q, size_t place, size_t line,
		     uint64_t name)
{
	size_t i = q->items_n;

	if (i == NEUTRAL_ITEMS || (q->old && (i >= q->old->items_n ||
					      q->old->items[i].place != place)))
		return false;
	q->items[q->items_n++] = (struct neutral_item){ place, line, name };
	return true;
}

/* How much of what both sides have stands before that byte: the same for a line
 * that stayed where it was. */
static size_t place(struct neutral *q, size_t at)
{
	if (q->passed && q->from + q->v[q->passed - 1].off >= at)
		q->passed = q->passed_bytes = 0;
	while (q->passed < q->v_n && q->from + q->v[q->passed].off < at)
		q->passed_bytes += q->v[q->passed++].len;
	return at - q->passed_bytes;
}

/* ---- text of one line ---- */

static bool is_name_byte(char c)
{
	return is_word_byte(c) || (unsigned char)c > 127;
}

static void skip_blanks(struct cursor *c)
{
	while (c->s < c->end && (*c->s == ' ' || *c->s == '\t'))
		c->s++;
	if (c->s < c->end && *c->s == '#')
		c->end = c->s;
}

static bool at(const struct cursor *c, char x)
{
	return c->s < c->end && *c->s == x;
}

static struct span read_name(struct cursor *c)
{
	const char *from = c->s;

	while (c->s < c->end && is_name_byte(*c->s))
		c->s++;
	return (struct span){ from, (uint32_t)(c->s - from) };
}

/* From a quote past its string; false where the line does not end it. */
static bool skip_string(struct cursor *c)
{
	char q = *c->s;

	if (c->end - c->s > 2 && c->s[1] == q && c->s[2] == q)
		return false;
	for (c->s++; c->s < c->end; c->s++) {
		if (*c->s == '\\')
			c->s++;
		else if (*c->s == q)
			return c->s++, true;
	}
	return false;
}

/* One of == != <= >= or the = of :=, whose '=' is at s. */
static bool is_comparison(const struct cursor *c, const char *from)
{
	return (c->s + 1 < c->end && c->s[1] == '=') ||
	       (c->s > from && strchr("=!<>:", c->s[-1]));
}

/*
 * Past an annotation or a value, to a "," ")" or "=" behind it or to the end.
 * False where brackets or strings go on in other lines.
 */
static bool skip_code(struct cursor *c)
{
	const char *from = c->s;
	int depth = 0;

	while (c->s < c->end) {
		char x = *c->s;

		if (x == '"' || x == '\'') {
			if (!skip_string(c))
				return false;
			continue;
		}
		if (x == '\\' || (x == ';' && !depth))
			return false;
		if (x == '#') {
			c->end = c->s;
			break;
		}
		if (!depth && (x == ',' || x == ')'))
			return true;
		if (!depth && x == '=' && !is_comparison(c, from))
			return true;
		if (strchr("([{", x))
			depth++;
		else if (strchr(")]}", x) && --depth < 0)
			return false;
		c->s++;
	}
	return !depth;
}

/* The hash of [from, c->s) without blanks around it. */
static uint64_t hash_code(const struct cursor *c, const char *from)
{
	const char *to = c->s;

	while (from < to && (*from == ' ' || *from == '\t'))
		from++;
	while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
		to--;
	return hash_bytes(from, (size_t)(to - from)) | 1;
}

/* ---- headers ---- */

/* Its parameters are compared when nothing else differs. */
bool neutral_header(struct neutral *q, size_t line)
{
	if (q->header == line + 1)
		return true;
	q->header = line + 1;
	return add_item(q, place(q, line), line, 0);
}

/* The words from "def" or "async" to the name, and the parameters. */
static bool read_header(const struct neutral *q, size_t line,
			struct pyparams *params, struct span word[3])
{
	struct pylex l;
	struct pytok t;
	int n = 0;

	pylex_init(&l, q->text, (size_t)(q->end - q->text));
	l.pos = line;
	do {
		if (n == 3 || pylex_next(&l, &t) != PYTOK_NAME)
			return false;
		word[n++] = (struct span){ q->text + t.off, t.len };
	} while (span_is(word[n - 1], "async") || span_is(word[n - 1], "def"));
	while (n < 3)
		word[n++] = (struct span){ NULL, 0 };
	pydef_read(&l, params);
	return true;
}

/* But for annotations. */
static bool same_header(const struct neutral *old, size_t x,
			const struct neutral *new, size_t y,
			struct pyparams params[2])
{
	struct span a[3], b[3];

	if (!read_header(old, x, &params[0], a) ||
	    !read_header(new, y, &params[1], b) || params[0].n != params[1].n)
		return false;
	for (int i = 0; i < 3; i++)
		if (!span_eq(a[i], b[i]))
			return false;
	for (size_t i = 0; i < params[0].n; i++) {
		const struct pyparam *p = &params[0].v[i], *q = &params[1].v[i];

		if (p->kind != q->kind || !span_eq(p->name, q->name) ||
		    !span_same_code(p->value, q->value))
			return false;
	}
	return true;
}

/* Does a class that the line begins have a base whose values are members? */
static bool is_enum(const struct neutral *q, const struct diff_line *cls)
{
	const char *end = cls->s + cls->len;
	struct pylex l;

	if (end[-1] != ':') {		/* its bases go on in other lines */
		pylex_init(&l, q->text, (size_t)(q->end - q->text));
		l.pos = (size_t)(cls->s - q->text);
		pylex_skip_line(&l);
		end = q->text + l.pos;
	}
	return find_bytes(cls->s, (size_t)(end - cls->s), "Enum", 4) ||
	       find_bytes(cls->s, (size_t)(end - cls->s), "Flag", 4);
}

bool neutral_class(struct neutral *q, const struct diff_line *l)
{
	struct cursor c = { l->s + 6, l->s + l->len };	/* "class " */
	struct span name;

	skip_blanks(&c);
	name = read_name(&c);
	if (!name.len || is_enum(q, l))
		return false;
	return add_item(q, place(q, (size_t)(l->s - q->text)), 0,
			hash_bytes(name.s, name.len) | 1);
}

bool neutral_base(const struct neutral *q, const struct diff_line *cls)
{
	return !is_enum(q, cls);
}

/* ---- values ---- */

/* "name: annotation = value", or either; of *annotated says whether it has one.
 * It is noted.  False: that is not all of the line. */
static bool add_value(struct neutral *q, const struct diff_line *l,
		      bool *annotated)
{
	struct neutral_field *f = &q->fields[q->fields_n];
	struct cursor c = { l->s, l->s + l->len };
	struct span name = read_name(&c);

	if (q->fields_n == NEUTRAL_FIELDS)
		return false;
	f->name = hash_bytes(name.s, name.len);
	f->value = 0;
	skip_blanks(&c);
	*annotated = at(&c, ':');
	if (*annotated) {
		c.s++;
		if (!skip_code(&c))
			return false;
	}
	if (at(&c, '=')) {
		const char *from = ++c.s;

		while (skip_code(&c) && at(&c, ','))
			c.s++;
		f->value = hash_code(&c, from);
	} else if (!*annotated) {
		return false;
	}
	skip_blanks(&c);
	if (!name.len || c.s != c.end)
		return false;
	q->fields_n++;
	return true;
}

/* A member that came is nothing that was there before. */
bool neutral_field(struct neutral *q, const struct diff_line *cls,
		   const struct diff_line *l)
{
	struct cursor k = { cls->s + 6, cls->s + cls->len };	/* "class " */
	bool annotated;

	if ((!q->old && is_enum(q, cls)) || !add_value(q, l, &annotated))
		return false;
	if (annotated && class_is_config(read_name(&k))) {
		q->fields_n--;
		return false;
	}
	return true;
}

bool neutral_constant(struct neutral *q, const struct diff_line *l)
{
	bool annotated;

	return add_value(q, l, &annotated);
}

bool neutral_any(const struct neutral *q)
{
	return q->items_n || q->fields_n;
}

static bool same_items(const struct neutral *old, const struct neutral *new)
{
	struct pyparams params[2] = { { 0 }, { 0 } };
	size_t i, n = old->items_n;

	for (i = 0; i < n && n == new->items_n; i++)
		if (old->items[i].name != new->items[i].name)
			break;
	if (i == n && n == new->items_n)
		for (i = 0; i < n; i++)
			if (!old->items[i].name &&
			    !same_header(old, old->items[i].line, new,
					 new->items[i].line, params))
				break;
	free(params[0].v);
	free(params[1].v);
	return i == n && n == new->items_n;
}

bool neutral_same(const struct neutral *old, const struct neutral *new)
{
	for (size_t i = 0; i < old->fields_n; i++)
		for (size_t k = 0; k < new->fields_n; k++)
			if (old->fields[i].name == new->fields[k].name &&
			    old->fields[i].value != new->fields[k].value)
				return false;
	return same_items(old, new);
}
