/* analyze/signals/neutral.c - see neutral.h. */
#include "analyze/signals/neutral.h"

#include "analyze/signals/inherit.h"
#include "core/find.h"
#include "core/hash.h"
#include "core/str.h"

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
	q->code = q->header = q->fields_n = q->items_n = 0;
	q->old = old;
}

static void note(struct neutral *q, uint64_t x)
{
	q->code = hash_mix(q->code ^ x, 0x9e3779b97f4a7c15ull) + 1;
}

/* A header or parameter is noted.  False: the old side has another one there. */
static bool end_item(struct neutral *q)
{
	size_t i = q->items_n++;

	if (i < NEUTRAL_ITEMS)
		q->items[i] = q->code;
	return !q->old || (i < q->old->items_n && (i >= NEUTRAL_ITEMS ||
						   q->old->items[i] == q->code));
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

/* ---- parameters ---- */

/* One parameter: its stars, name and default. */
static bool read_param(struct neutral *q, struct cursor *c)
{
	uint64_t mark = 0, value = 0;
	struct span name;
	const char *from;

	for (; c->s < c->end && (*c->s == '*' || *c->s == '/'); c->s++)
		mark = mark * 256 + (unsigned char)*c->s;
	name = read_name(c);
	if (!name.len && !mark)
		return false;
	skip_blanks(c);
	if (at(c, ':')) {
		c->s++;
		if (!skip_code(c))
			return false;
	}
	if (at(c, '=')) {
		from = ++c->s;
		skip_blanks(c);
		/* its commas are no parameters */
		if (c->end - c->s > 6 && !memcmp(c->s, "lambda", 6))
			return false;
		if (!skip_code(c) || at(c, '='))
			return false;
		value = hash_code(c, from);
	}
	note(q, mark);
	note(q, hash_bytes(name.s, name.len));
	note(q, value);
	skip_blanks(c);
	return end_item(q);
}

/* The next byte of code behind the line is a closing bracket. */
static bool is_closed_below(const struct neutral *q, const char *s)
{
	while (s < q->end && strchr(" \t\r\n", *s))
		s++;
	return s < q->end && *s == ')';
}

/* Parameters up to the end of the line, or ")...:". */
static bool read_params(struct neutral *q, struct cursor *c)
{
	const char *end = c->end;
	bool comma = true;

	for (skip_blanks(c); c->s < c->end && *c->s != ')'; skip_blanks(c)) {
		if (!comma || !read_param(q, c))
			return false;
		comma = at(c, ',');
		c->s += comma;
	}
	if (at(c, ')'))
		return end[-1] == ':';
	return comma || (c->end == end && is_closed_below(q, end));
}

bool neutral_def(struct neutral *q, const struct diff_line *l)
{
	struct cursor c = { l->s, l->s + l->len };
	struct span word = read_name(&c);
	size_t begin = (size_t)(l->s - q->text);

	while (begin && q->text[begin - 1] != '\n')
		begin--;
	q->header = begin + 1;
	note(q, place(q, begin));
	note(q, word.len);		/* def, async */
	skip_blanks(&c);
	if (word.len > 3) {
		read_name(&c);
		skip_blanks(&c);
	}
	word = read_name(&c);
	skip_blanks(&c);
	if (!word.len || !at(&c, '('))
		return false;
	note(q, hash_bytes(word.s, word.len));
	c.s++;
	return end_item(q) && read_params(q, &c);
}

bool neutral_param(struct neutral *q, size_t header, const struct diff_line *l)
{
	struct cursor c = { l->s, l->s + l->len };

	if (q->header != header + 1) {
		q->header = header + 1;
		note(q, place(q, header));
		note(q, 0);
	}
	return read_params(q, &c);
}

/* ---- values of classes ---- */

bool neutral_field(struct neutral *q, const struct diff_line *cls,
		   const struct diff_line *l)
{
	struct cursor c = { l->s, l->s + l->len };
	struct span name = read_name(&c);
	struct cursor k = { cls->s + 6, cls->s + cls->len };	/* "class " */
	bool annotated;
	uint64_t value = 0;

	skip_blanks(&c);
	annotated = at(&c, ':');
	if (!name.len || q->fields_n == NEUTRAL_FIELDS || k.end[-1] != ':' ||
	    find_bytes(k.s, (size_t)(k.end - k.s), "Enum", 4) ||
	    find_bytes(k.s, (size_t)(k.end - k.s), "Flag", 4) ||
	    (annotated && class_is_config(read_name(&k))))
		return false;
	if (annotated) {
		c.s++;
		if (!skip_code(&c))
			return false;
	}
	if (at(&c, '=')) {
		const char *from = ++c.s;

		while (skip_code(&c) && at(&c, ','))
			c.s++;
		value = hash_code(&c, from);
	} else if (!annotated) {
		return false;
	}
	skip_blanks(&c);
	if (c.s != c.end)
		return false;
	q->fields[q->fields_n++] = (struct neutral_field){
		hash_bytes(name.s, name.len), value
	};
	return true;
}

bool neutral_any(const struct neutral *q)
{
	return q->code || q->fields_n;
}

bool neutral_same(const struct neutral *old, const struct neutral *new)
{
	if (old->code != new->code)
		return false;
	for (size_t i = 0; i < old->fields_n; i++)
		for (size_t k = 0; k < new->fields_n; k++)
			if (old->fields[i].name == new->fields[k].name &&
			    old->fields[i].value != new->fields[k].value)
				return false;
	return true;
}
