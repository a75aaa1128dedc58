/* analyze/signals/pynames.c - what plain statements bind; see pyparse.h. */
#include "analyze/signals/pyparse.h"

/* import a.b, c as d  binds a and d */
static void statement_import(struct pyparser *p, size_t from, size_t to)
{
	for (size_t i = from + 1; i < to; ) {
		size_t end = find_op(p, i, to, ",");
		size_t as = find_op(p, i, end, "as");
		bool renamed = as + 1 < end;
		struct pysym *s = pyparse_sym(p, PY_IMPORT,
			renamed ? text_of(p, as + 1, as + 2) :
				  text_of(p, i, i + 1), p->t[from].off);
		s->module = text_of(p, i, as < end ? as : end);
		i = end + 1;
	}
}

static void statement_from(struct pyparser *p, size_t from, size_t to)
{
	size_t imp = find_op(p, from + 1, to, "import");
	if (imp >= to)
		return;
	struct span module = text_of(p, from + 1, imp);
	size_t i = imp + 1;
	if (tok_is(p, i, "(")) {
		to = find_close(p, i, to);
		i++;
	}
	while (i < to) {
		size_t end = find_op(p, i, to, ",");
		if (tok_is(p, i, "*")) {
			pyparse_sym(p, PY_STAR, module, p->t[from].off);
		} else if (i < end && p->t[i].kind == PYTOK_NAME) {
			bool as = i + 2 < end && tok_is(p, i + 1, "as");
			size_t name = as ? i + 2 : i;
			struct pysym *s = pyparse_sym(p, PY_IMPORT,
				text_of(p, name, name + 1), p->t[name].off);
			s->module = module;
			s->source = text_of(p, i, i + 1);
		}
		i = end + 1;
	}
}

static void bind_target(struct pyparser *p, size_t from, size_t to,
			struct span value, struct span annotation)
{
	if (tok_is(p, from, "(") || tok_is(p, from, "["))
		from++, to -= to > from;
	for (size_t i = from; i < to; ) {
		size_t end = find_op(p, i, to, ",");
		if (end == i + 1 && p->t[i].kind == PYTOK_NAME) {
			struct pysym *s = pyparse_sym(p, PY_VAR,
				text_of(p, i, end), p->t[i].off);
			bool alone = i == from && end == to;
			s->value = alone ? value : (struct span){ NULL, 0 };
			s->annotation = annotation;
		}
		i = end + 1;
	}
}

/* NAME += x, NAME.extend(x), NAME.append(x) */
static void statement_extend(struct pyparser *p, size_t from, size_t to)
{
	if (p->t[from].kind != PYTOK_NAME)
		return;
	struct span value;
	if (tok_is(p, from + 1, "+=")) {
		value = text_of(p, from + 2, to);
	} else if (from + 4 < to && tok_is(p, from + 1, ".") &&
		   (tok_is(p, from + 2, "extend") ||
		    tok_is(p, from + 2, "append")) &&
		   tok_is(p, from + 3, "(")) {
		value = text_of(p, from + 4, find_close(p, from + 3, to));
	} else {
		return;
	}
	struct pysym *s = pyparse_sym(p, PY_EXTEND, text_of(p, from, from + 1),
				  p->t[from].off);
	s->value = value;
}

static void statement_assign(struct pyparser *p, size_t from, size_t to)
{
	struct span none = { NULL, 0 };
	size_t eq = find_op(p, from, to, "=");
	size_t colon = find_op(p, from, eq, ":");
	if (colon < eq) {
		bind_target(p, from, colon,
			    eq < to ? text_of(p, eq + 1, to) : none,
			    text_of(p, colon + 1, eq));
		return;
	}
	if (eq >= to) {
		statement_extend(p, from, to);
		return;
	}
	size_t last = eq;
	for (size_t e = eq; e < to; e = find_op(p, e + 1, to, "="))
		last = e;
	for (size_t i = from; i <= last; ) {
		size_t end = find_op(p, i, to, "=");
		bind_target(p, i, end, text_of(p, last + 1, to), none);
		i = end + 1;
	}
}

void pynames_read(struct pyparser *p)
{
	for (size_t i = 0; i < p->n; ) {
		size_t end = p->semicolon ? find_op(p, i, p->n, ";") : p->n;
		if (tok_is(p, i, "import"))
			statement_import(p, i, end);
		else if (tok_is(p, i, "from"))
			statement_from(p, i, end);
		else if (i < end)
			statement_assign(p, i, end);
		i = end + 1;
	}
}
