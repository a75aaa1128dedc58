#include "analyze/signals/cheader.h"
#include "analyze/signals/ctoken.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 64
#define STATEMENT_MAX 2000	/* tokens; longer ones are tables */

struct scope {
	int item;		/* struct, or -1: namespace */
	bool internal;
};

struct parser {
	struct cheader *h;
	struct clex lex;
	const char *s;
	size_t n;		/* of t */
	int open_n;
	int lost;		/* scopes over DEPTH_MAX */
	struct scope open[DEPTH_MAX];
	struct ctok t[STATEMENT_MAX];
};

static struct citem *add(struct parser *p, enum citem_kind kind,
			 struct span name, int owner)
{
	struct cheader *h = p->h;
	GROW(h->v, h->n, h->cap);
	struct citem *c = &h->v[h->n++];
	*c = (struct citem){ .kind = kind, .owner = owner, .name = name,
			     .at = (uint32_t)(name.s - p->s) };
	c->internal = p->open_n && p->open[p->open_n - 1].internal;
	return c;
}

static bool is_guard(struct span n)
{
	static const char *const ends[] = {
		"_H", "_H_", "_HPP", "_HPP_", "_CUH", "_CUH_", "_H__",
		"_HPP__", "_CUH__", "_INL", "_INL_", NULL
	};
	for (int i = 0; ends[i]; i++) {
		size_t k = strlen(ends[i]);
		if (n.len > k && !memcmp(n.s + n.len - k, ends[i], k))
			return true;
	}
	return false;
}

static void on_macro(void *arg, struct span name)
{
	struct parser *p = arg;

	if (!is_guard(name))
		add(p, C_MACRO, name, -1);
}

static struct span text(const struct parser *p, const struct ctok *t)
{
	return (struct span){ p->s + t->off, t->len };
}

static bool is(const struct parser *p, size_t i, const char *word)
{
	return i < p->n && p->t[i].kind != CT_STRING &&
	       span_is(text(p, &p->t[i]), word);
}

static bool is_op(const struct parser *p, size_t i, char c)
{
	return i < p->n && p->t[i].kind == CT_OP && p->s[p->t[i].off] == c;
}

/* ---- enums ---- */

static bool parse_number(struct span v, long long *out)
{
	char buf[40], *end;
	if (!v.len || v.len >= sizeof(buf))
		return false;
	memcpy(buf, v.s, v.len);
	buf[v.len] = '\0';
	*out = strtoll(buf, &end, 0);
	while (*end && strchr("uUlL", *end))
		end++;
	return end > buf && !*end;
}

/* The braces of an enum are open: its enumerators. */
static void enumerators(struct parser *p, int owner)
{
	long long next_value = 0;
	bool known = true;
	struct ctok t = clex_next(&p->lex);

	while (t.kind != CT_END && p->s[t.off] != '}') {
		if (t.kind != CT_NAME) {
			t = clex_next(&p->lex);
			continue;
		}
		struct span name = text(p, &t), value = { NULL, 0 };
		t = clex_next(&p->lex);
		if (t.kind == CT_OP && p->s[t.off] == '=') {
			size_t from = 0, to = 0;
			int depth = 0;
			for (t = clex_next(&p->lex); t.kind != CT_END; t = clex_next(&p->lex)) {
				char c = t.kind == CT_OP ? p->s[t.off] : 0;
				if (!depth && (c == ',' || c == '}'))
					break;
				depth += c == '(' || c == '{' ? 1 :
					 c == ')' || c == '}' ? -1 : 0;
				from = from ? from : t.off;
				to = t.off + t.len;
			}
			value = (struct span){ p->s + from,
					       (uint32_t)(to - from) };
			known = parse_number(value, &next_value);
		}
		struct citem *c = add(p, C_ENUMERATOR, name, owner);
		c->value = value;
		c->number = next_value++;
		c->has_number = known;
		while (t.kind != CT_END && p->s[t.off] != ',' &&
		       p->s[t.off] != '}')
			t = clex_next(&p->lex);
		if (t.kind != CT_END && p->s[t.off] == ',')
			t = clex_next(&p->lex);
	}
}

/* ---- statements ---- */

/* The token after "template <...>" prefixes. */
static size_t after_template(const struct parser *p)
{
	size_t i = 0;
	while (is(p, i, "template")) {
		int depth = 0;
		for (i++; i < p->n; i++) {
			if (is(p, i, "<"))
				depth++;
			else if (is(p, i, ">") && --depth <= 0)
				break;
		}
		i++;
	}
	return i;
}

static bool is_attribute(struct span n)
{
	return span_is(n, "__attribute__") || span_is(n, "alignas") ||
	       span_is(n, "__launch_bounds__") || span_is(n, "__align__") ||
	       span_is(n, "__declspec") || span_is(n, "decltype") ||
	       span_is(n, "noexcept") || span_is(n, "requires") ||
	       span_is(n, "explicit");
}

/* First "(" that calls or declares, not an attribute's; p->n: none. */
static size_t find_paren(const struct parser *p, size_t i)
{
	for (; i < p->n; i++) {
		if (!is_op(p, i, '('))
			continue;
		if (!i || p->t[i - 1].kind != CT_NAME ||
		    !is_attribute(text(p, &p->t[i - 1])))
			return i;
		for (int depth = 0; i < p->n; i++) {
			depth += is_op(p, i, '(') ? 1 :
				 is_op(p, i, ')') ? -1 : 0;
			if (!depth)
				break;
		}
	}
	return p->n;
}

static size_t find_word_tok(const struct parser *p, size_t i, size_t end,
			    const char *word)
{
	while (i < end && !is(p, i, word))
		i++;
	return i;
}

static int scope_struct(const struct parser *p)
{
	return p->open_n ? p->open[p->open_n - 1].item : -1;
}

static void push(struct parser *p, int item, bool internal)
{
	bool outer = p->open_n && p->open[p->open_n - 1].internal;
	if (p->open_n < DEPTH_MAX)
		p->open[p->open_n++] = (struct scope){ item,
						       internal || outer };
	else
		p->lost++;
}

static void pop(struct parser *p)
{
	if (p->lost)
		p->lost--;
	else if (p->open_n)
		p->open_n--;
}

static void open_namespace(struct parser *p, size_t at)
{
	bool internal = at + 1 >= p->n;
	for (size_t i = at + 1; i < p->n; i++)
		internal |= is(p, i, "detail") || is(p, i, "internal") ||
			    is(p, i, "impl");
	push(p, -1, internal);
}

/* The name of a struct or enum whose keyword is at i: before ':' or end. */
static struct span tag_name(const struct parser *p, size_t i)
{
	struct span name = { NULL, 0 };
	int depth = 0;
	for (i++; i < p->n; i++) {
		if (is(p, i, "(") || is(p, i, "["))
			depth++;
		else if (is(p, i, ")") || is(p, i, "]"))
			depth--;
		else if (!depth && (is(p, i, ":") || is(p, i, "<")))
			break;
		else if (!depth && p->t[i].kind == CT_NAME &&
			 !is(p, i, "final") && !is(p, i, "class") &&
			 !is(p, i, "struct") &&
			 !is_attribute(text(p, &p->t[i])))
			name = text(p, &p->t[i]);
	}
	return name;
}

static void add_function(struct parser *p, size_t paren)
{
	struct span name;
	if (!paren || p->t[paren - 1].kind != CT_NAME || scope_struct(p) >= 0)
		return;
	if (paren >= 2 && (is(p, paren - 2, "::") || is(p, paren - 2, "~")))
		return;		/* a member defined outside its class */
	name = text(p, &p->t[paren - 1]);
	bool lower = false;
	for (uint32_t i = 0; i < name.len; i++)
		lower |= islower((unsigned char)name.s[i]) != 0;
	if (lower && paren >= 2 && !is_attribute(name))
		add(p, C_FUNC, name, -1);
}

/* A word that stands in no declaration of a field. */
static bool is_no_field(struct span w)
{
	static const char *const words[] = {
		"using", "typedef", "friend", "static_assert", "template",
		"static", "struct", "class", "enum", "operator", "union",
		"public", "private", "protected", "constexpr", NULL
	};

	for (const char *const *k = words; *k && w.len > 3; k++)
		if (**k == *w.s && span_is(w, *k))
			return true;
	return false;
}

/* `T a = 1, *b;` in a struct: a and b. */
static void add_fields(struct parser *p)
{
	int owner = scope_struct(p), depth = 0;

	if (owner < 0 || p->n < 2)
		return;
	for (size_t i = 0; i < p->n; i++)
		if (p->t[i].kind == CT_NAME && is_no_field(text(p, &p->t[i])))
			return;
	if (find_paren(p, 0) < p->n)
		return;
	struct span last = { NULL, 0 };
	bool value = false;
	for (size_t i = 0; i <= p->n; i++) {
		char c = i < p->n && p->t[i].kind == CT_OP ?
			 p->s[p->t[i].off] : 0;
		if (c == '<' || c == '(' || c == '[' || c == '{')
			depth++;
		else if (c == '>' || c == ')' || c == ']' || c == '}')
			depth -= depth > 0;
		if (i == p->n || (!depth && c == ',')) {
			if (last.s)
				add(p, C_FIELD, last, owner);
			last = (struct span){ NULL, 0 };
			value = false;
		} else if (!depth && c == '=') {
			value = true;
		} else if (!depth && !value && i &&
			   p->t[i].kind == CT_NAME) {
			last = text(p, &p->t[i]);
		}
	}
}

/* A statement met "{"; true when its scope stays open. */
static void open_brace(struct parser *p)
{
	size_t i = after_template(p);
	size_t paren = find_paren(p, i);
	size_t en = find_word_tok(p, i, paren, "enum");
	if (is(p, i, "namespace") || (is(p, i, "inline") &&
				      is(p, i + 1, "namespace"))) {
		open_namespace(p, is(p, i, "inline") ? i + 1 : i);
	} else if (is(p, i, "extern") && p->n == i + 2) {
		push(p, -1, false);
	} else if (en < paren) {
		struct span name = tag_name(p, en);
		struct span none = { p->s + p->t[en].off, 0 };
		int at = (int)p->h->n;
		add(p, C_ENUM, name.s ? name : none, scope_struct(p));
		enumerators(p, at);
	} else if (paren < p->n) {
		add_function(p, paren);
		clex_skip_braces(&p->lex);
	} else {
		size_t kw = find_word_tok(p, i, p->n, "struct");
		if (kw == p->n)
			kw = find_word_tok(p, i, p->n, "class");
		if (kw == p->n)
			kw = find_word_tok(p, i, p->n, "union");
		struct span name = kw < p->n ? tag_name(p, kw) :
					       (struct span){ NULL, 0 };
		if (kw < p->n && find_word_tok(p, i, kw, "=") == kw) {
			int at = (int)p->h->n;
			struct span none = { p->s + p->t[kw].off, 0 };
			add(p, C_STRUCT, name.s ? name : none,
			    scope_struct(p));
			push(p, at, false);
		} else {	/* T x{...} or x = {...}: the value */
			add_fields(p);
			clex_skip_braces(&p->lex);
		}
	}
	p->n = 0;
}

static void end_statement(struct parser *p)
{
	size_t i = after_template(p);
	size_t paren = find_paren(p, i);
	if (p->n && !is(p, i, "using") && !is(p, i, "typedef") &&
	    !is(p, i, "friend") && !is(p, i, "static_assert")) {
		size_t eq = find_word_tok(p, i, paren, "=");
		if (scope_struct(p) >= 0)
			add_fields(p);
		else if (paren < p->n && eq == paren)
			add_function(p, paren);
	}
	p->n = 0;
}

void cheader_parse(struct cheader *h, const char *src, size_t len)
{
	struct parser *p = xmalloc(sizeof(*p));
	int parens = 0;

	*h = (struct cheader){ 0 };
	memset(p, 0, offsetof(struct parser, open));
	p->h = h;
	p->s = src;
	p->lex = (struct clex){ .s = src, .line_start = true,
				.len = len < UINT32_MAX ? len : UINT32_MAX,
				.macro = on_macro, .arg = p };
	for (struct ctok t = clex_next(&p->lex); t.kind != CT_END; t = clex_next(&p->lex)) {
		char c = t.kind == CT_OP ? src[t.off] : 0;
		parens += c == '(' ? 1 : c == ')' && parens ? -1 : 0;
		if (c == '{' && !parens) {
			open_brace(p);
		} else if (c == '{') {
			clex_skip_braces(&p->lex);	/* a lambda or list in a call */
		} else if (c == '}') {
			pop(p);
			p->n = 0;
			parens = 0;
		} else if (c == ';' && !parens) {
			end_statement(p);
		} else if (c == ':' && t.len == 1 && p->n == 1 &&
			   scope_struct(p) >= 0) {
			p->n = 0;	/* public: */
		} else if (p->n < STATEMENT_MAX) {
			p->t[p->n++] = t;
		}
	}
	free(p);
}

void cheader_release(struct cheader *h)
{
	free(h->v);
	*h = (struct cheader){ 0 };
}

int cheader_find(const struct cheader *h, enum citem_kind kind, int owner,
		 struct span name)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].kind == kind && h->v[i].owner == owner &&
		    span_eq(h->v[i].name, name))
			return (int)i;
	return -1;
}
