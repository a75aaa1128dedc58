#include "analyze/signals/pyvalue.h"
#include "analyze/signals/pytoken.h"

#include <stdlib.h>
#include <string.h>

#define LITERAL_MAX 60

static void begin(struct pylex *l, struct span v)
{
	pylex_init(l, v.s, v.len);
	l->depth = 1;		/* line ends are blanks here */
	l->fresh = false;
}

/* The next token that says something; trailing commas are not told apart. */
static struct span next(struct pylex *l, enum pytok_kind *kind)
{
	struct pytok t;
	do {
		*kind = pylex_next(l, &t);
	} while (*kind == PYTOK_NEWLINE);
	return (struct span){ l->s + t.off, t.len };
}

static bool is_closing(struct span s)
{
	return s.len == 1 && strchr(")]}", *s.s);
}

static struct span next_value(struct pylex *l, enum pytok_kind *kind)
{
	struct span s = next(l, kind);
	if (*kind == PYTOK_OP && s.len == 1 && *s.s == ',') {
		struct pylex ahead = *l;
		enum pytok_kind k;
		struct span n = next(&ahead, &k);
		if (k == PYTOK_END || (k == PYTOK_OP && is_closing(n)))
			return next(l, kind);
	}
	return s;
}

/* Without '_'; false: too long. */
static bool copy_number(char out[64], struct span s)
{
	size_t n = 0;

	for (uint32_t i = 0; i < s.len; i++) {
		if (s.s[i] == '_')
			continue;
		if (n == 63)
			return false;
		out[n++] = s.s[i];
	}
	out[n] = '\0';
	return true;
}

static bool same_number(struct span a, struct span b)
{
	char x[64], y[64], *xe, *ye;
	if (!copy_number(x, a) || !copy_number(y, b))
		return false;
	double p = strtod(x, &xe), q = strtod(y, &ye);
	return !*xe && !*ye && p == q && !strpbrk(x, ".eE") ==
					 !strpbrk(y, ".eE");
}

/* Same inside, whichever quote character. */
static bool same_string(struct span a, struct span b)
{
	if (a.len != b.len || a.len < 2)
		return false;
	for (uint32_t i = 0; i < a.len; i++) {
		bool quotes = strchr("\"'", a.s[i]) && strchr("\"'", b.s[i]);
		if (a.s[i] != b.s[i] && !quotes)
			return false;
	}
	return true;
}

bool py_same_value(struct span a, struct span b)
{
	struct pylex l, r;
	if (!a.s || !b.s)
		return !a.s == !b.s;
	a = py_ungroup(a);
	b = py_ungroup(b);
	begin(&l, a);
	begin(&r, b);
	for (;;) {
		enum pytok_kind k, q;
		struct span x = next_value(&l, &k), y = next_value(&r, &q);
		if (k != q)
			return false;
		if (k == PYTOK_END)
			return true;
		if (!span_eq(x, y) &&
		    !(k == PYTOK_NUMBER && same_number(x, y)) &&
		    !(k == PYTOK_STRING && same_string(x, y)))
			return false;
	}
}

bool py_is_literal(struct span v)
{
	struct pylex l;
	enum pytok_kind k;
	bool any = false;
	if (!v.s || v.len > LITERAL_MAX)
		return false;
	begin(&l, v);
	for (;;) {
		struct span s = next(&l, &k);
		if (k == PYTOK_END)
			return any;
		if (k == PYTOK_NAME && !span_is(s, "True") &&
		    !span_is(s, "False") && !span_is(s, "None"))
			return false;
		if (k == PYTOK_STRING && ((*s.s != '"' && *s.s != '\'') ||
					  memchr(s.s, '\n', s.len)))
			return false;
		any = true;
	}
}

/* The value after "default=" or the first positional argument of the call. */
static struct span call_default(struct span v, struct pylex *l)
{
	enum pytok_kind k;
	int depth = 0;
	bool fresh = true, first = true;
	const char *from = NULL, *end = NULL;

	for (;;) {
		struct span s = next(l, &k);
		char c = k == PYTOK_OP && s.len == 1 ? *s.s : 0;
		bool stop = k == PYTOK_END || (c == ')' && !depth) ||
			    (c == ',' && !depth);
		if (stop && from)
			return (struct span){ from, (uint32_t)(end - from) };
		if (k == PYTOK_END || (c == ')' && !depth))
			return (struct span){ NULL, 0 };
		if (c == '(' || c == '[' || c == '{')
			depth++;
		else if (c == ')' || c == ']' || c == '}')
			depth--;
		if (from) {
			end = s.s + s.len;
		} else if (fresh && !stop) {
			struct pylex ahead = *l;
			enum pytok_kind ak;
			struct span eq = next(&ahead, &ak);
			bool named = ak == PYTOK_OP && span_is(eq, "=");
			if (named && span_is(s, "default")) {
				*l = ahead;
				s = next(l, &k);
				if (k == PYTOK_OP && s.len == 1 &&
				    strchr("([{", *s.s))
					depth++;
				from = s.s;
				end = s.s + s.len;
			} else if (!named && first) {
				from = s.s;
				end = s.s + s.len;
			}
		}
		fresh = c == ',' && !depth;
		first &= !fresh;
	}
	return v;
}

/* X = EnvBool(False): the default is the argument. */
static bool is_env_class(struct span n)
{
	return n.len > 3 && !memcmp(n.s, "Env", 3);
}

struct span py_field_default(struct span v)
{
	struct pylex l;
	enum pytok_kind k;
	struct span name, open;

	if (!v.s)
		return v;
	begin(&l, v);
	name = next(&l, &k);
	struct span dotted = name;
	open = next(&l, &k);
	while (span_is(open, ".") && k == PYTOK_OP) {
		dotted = next(&l, &k);
		open = next(&l, &k);
	}
	if (!span_is(open, "(") ||
	    (!span_is(dotted, "field") && !span_is(dotted, "Field") &&
	     !is_env_class(dotted)))
		return v;
	return call_default(v, &l);
}
