/* analyze/signals/pydisplay.c - the strings of a list, set, tuple or dict. */
#include "analyze/signals/pymodule.h"
#include "analyze/signals/pytoken.h"
#include "core/mem.h"

#include <ctype.h>
#include <string.h>

/* A plain string literal without prefix magic: its inside. */
static bool unquote(const char *src, const struct pytok *t, struct span *out)
{
	const char *s = src + t->off;
	uint32_t n = t->len, k = 0;
	while (k < n && s[k] != '"' && s[k] != '\'')
		k++;
	uint32_t q = n - k >= 6 && s[k] == s[k + 1] && s[k] == s[k + 2] ? 3 : 1;
	if (n < k + 2 * q)
		return false;
	*out = (struct span){ s + k + q, n - k - 2 * q };
	return true;
}

/* ("a" "b"): brackets without a comma are no tuple. */
static bool is_grouping(struct span v)
{
	struct pylex l;
	struct pytok t;
	int depth = 0;
	if (!v.len || *v.s != '(')
		return false;
	pylex_init(&l, v.s, v.len);
	l.fresh = false;
	while (pylex_next(&l, &t) != PYTOK_END) {
		char c = t.kind == PYTOK_OP ? v.s[t.off] : 0;
		depth += c == '(' || c == '[' || c == '{' ? 1 :
			 c == ')' || c == ']' || c == '}' ? -1 : 0;
		if ((c == ',' && depth == 1) ||
		    (!depth && t.kind != PYTOK_NEWLINE &&
		     t.off + t.len < v.len))
			return false;	/* a tuple, or (a) + (b) */
	}
	return v.len > 2;
}

struct span py_ungroup(struct span v)
{
	while (v.len >= 2 && v.s[v.len - 1] == ')' && is_grouping(v)) {
		v.s++;
		v.len -= 2;
		while (v.len && isspace((unsigned char)*v.s))
			v.s++, v.len--;
		while (v.len && isspace((unsigned char)v.s[v.len - 1]))
			v.len--;
	}
	return v;
}

/* frozenset(...), dict(...): the brackets inside the call count. */
static bool is_wrapper(struct span n)
{
	return span_is(n, "frozenset") || span_is(n, "set") ||
	       span_is(n, "tuple") || span_is(n, "list") ||
	       span_is(n, "dict") || span_is(n, "OrderedDict");
}

/* `named`: set where an element begins with a name. */
static bool walk(struct span v, void (*each)(void *arg, struct span text),
		 void *arg, bool *named)
{
	struct pylex l;
	struct pytok t;
	int depth = 0, item_depth = 1;
	bool first = true, seen = false, at_item = false;

	if (is_grouping(v))
		return false;
	pylex_init(&l, v.s, v.len);
	l.depth = 1;		/* line ends do not matter in here */
	l.fresh = false;
	for (; pylex_next(&l, &t) != PYTOK_END; first = false) {
		char c = t.kind == PYTOK_OP ? v.s[t.off] : 0;
		struct span s = { v.s + t.off, t.len };
		if (first && t.kind == PYTOK_NAME) {
			if (!is_wrapper(s))
				return false;
			item_depth = 2;
		} else if (c == '(' || c == '[' || c == '{') {
			at_item = ++depth == item_depth;
			seen = true;
		} else if (c == ')' || c == ']' || c == '}') {
			depth--;
		} else if (c == ',' && depth == item_depth) {
			at_item = true;
		} else if (t.kind != PYTOK_NEWLINE) {
			if (at_item && t.kind == PYTOK_STRING &&
			    unquote(v.s, &t, &s))
				each(arg, s);
			*named |= at_item && t.kind == PYTOK_NAME;
			at_item = false;
		}
	}
	return seen;
}

bool py_display_each(struct span v,
		     void (*each)(void *arg, struct span text), void *arg)
{
	bool named = false;

	return walk(v, each, arg, &named);
}

static void pass(void *arg UNUSED, struct span text UNUSED)
{
}

bool py_display_has_names(struct span v)
{
	bool named = false;

	walk(v, pass, NULL, &named);
	return named;
}
