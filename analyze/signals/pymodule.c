/*
 * One pass of the tokenizer, statement by statement.  `open` is the stack of
 * block headers around the statement: classes give names a parent, flow
 * headers (if, try, with, for) do not, function bodies never get on it.
 */
#include "analyze/signals/pycopy.h"
#include "analyze/signals/pyparse.h"
#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

static int scope(const struct pyparser *p)
{
	for (int i = p->open_n - 1; i >= 0; i--)
		if (p->open[i].sym >= 0)
			return p->open[i].sym;
	return -1;
}

struct pysym *pyparse_sym(struct pyparser *p, enum pysym_kind kind,
			  struct span name, uint32_t at)
{
	struct pymodule *m = p->m;
	GROW(m->syms, m->n, m->cap);
	struct pysym *s = &m->syms[m->n++];
	*s = (struct pysym){ .kind = kind, .parent = scope(p), .name = name,
			     .hash = span_hash(name), .from = at, .at = at };
	s->to = p->n ? p->t[p->n - 1].off + p->t[p->n - 1].len : at;
	return s;
}

static uint32_t add_span(struct pymodule *m, struct span s)
{
	GROW(m->spans, m->spans_n, m->spans_cap);
	m->spans[m->spans_n] = s;
	return (uint32_t)m->spans_n++;
}

static void push(struct pyparser *p, uint32_t indent, int sym)
{
	if (p->open_n < DEPTH_MAX)
		p->open[p->open_n++] = (struct block){ indent, sym };
}

/* The next token into p->t[p->n], which is not counted yet. */
static const struct pytok *next_token(struct pyparser *p)
{
	if (p->n == p->cap) {
		struct pytok *old = p->t == p->few ? NULL : p->t;

		p->cap *= 2;
		p->t = xreallocarray(old, p->cap, sizeof(*p->t));
		if (!old)
			memcpy(p->t, p->few, sizeof(p->few));
	}
	pylex_next(&p->lex, &p->t[p->n]);
	return &p->t[p->n];
}

/* ---- definitions ---- */

static void take_decorators(struct pyparser *p, struct pysym *s)
{
	if (p->decos_n) {
		s->from = p->decos_from;
		s->decos = p->decos;
		s->decos_n = p->decos_n;
	}
	p->decos_n = 0;
}

static size_t generic_end(const struct pyparser *p, size_t i)
{
	return tok_is(p, i, "[") ? find_close(p, i, p->n) + 1 : i;
}

static void statement_class(struct pyparser *p, uint32_t indent)
{
	if (p->n < 2 || p->t[1].kind != PYTOK_NAME)
		return;
	int at = (int)p->m->n;
	struct pysym *s = pyparse_sym(p, PY_CLASS, text_of(p, 1, 2), p->t[0].off);
	take_decorators(p, s);
	size_t open = generic_end(p, 2);
	if (tok_is(p, open, "(")) {
		size_t close = find_close(p, open, p->n);
		s->bases = (uint32_t)p->m->spans_n;
		for (size_t i = open + 1; i < close; ) {
			size_t end = find_op(p, i, close, ",");
			if (end > i) {
				add_span(p->m, text_of(p, i, end));
				s->bases_n++;
			}
			i = end + 1;
		}
	}
	s->body = s->to;
	push(p, indent, at);
}

static void statement_decorator(struct pyparser *p)
{
	uint32_t at = add_span(p->m, text_of(p, 1, p->n));
	if (!p->decos_n) {
		p->decos = at;
		p->decos_from = p->t[0].off;
	}
	p->decos_n++;
}

static bool is_flow(const struct pyparser *p)
{
	/* most statements begin with none of their first letters */
	if (!strchr("ietfwa", p->m->src[p->t[0].off]))
		return false;
	return tok_is(p, 0, "if") || tok_is(p, 0, "elif") ||
	       tok_is(p, 0, "else") || tok_is(p, 0, "try") ||
	       tok_is(p, 0, "except") || tok_is(p, 0, "finally") ||
	       tok_is(p, 0, "with") || tok_is(p, 0, "for") ||
	       tok_is(p, 0, "while") ||
	       (tok_is(p, 0, "async") && (tok_is(p, 1, "with") ||
					  tok_is(p, 1, "for")));
}

/* Blocks that a statement indented so far ends; the open classes go on to `to`. */
static void leave_blocks(struct pyparser *p, uint32_t indent)
{
	while (p->open_n && p->open[p->open_n - 1].indent >= indent)
		p->open_n--;
}

static void extend_classes(struct pyparser *p, uint32_t to)
{
	for (int i = 0; i < p->open_n; i++)
		if (p->open[i].sym >= 0)
			p->m->syms[p->open[i].sym].to = to;
}

static void pass_body(struct pyparser *p, struct pysym *s, uint32_t indent)
{
	s->body = (uint32_t)p->lex.pos;
	s->to = (uint32_t)pylex_skip_block(&p->lex, indent);
	extend_classes(p, s->to);
}

/* Is the first token that of a definition?  "async def" is made one. */
static bool is_definition(struct pyparser *p)
{
	struct pylex next = p->lex;
	struct pytok t;

	if (tok_is(p, 0, "def"))
		return true;
	if (!tok_is(p, 0, "async") || pylex_next(&next, &t) != PYTOK_NAME ||
	    t.len != 3 || memcmp(p->m->src + t.off, "def", 3))
		return false;
	p->lex = next;
	return true;
}

/* Its first word was read; the rest and the body are, without their tokens. */
static void read_definition(struct pyparser *p)
{
	uint32_t indent = p->lex.indent, at = p->t[0].off;
	const struct pytok *name = next_token(p);
	struct pysym *s;

	if (name->kind != PYTOK_NAME) {
		if (!p->lex.fresh)
			pylex_skip_rest(&p->lex);
		return;
	}
	leave_blocks(p, indent);
	s = pyparse_sym(p, PY_FUNC, (struct span){ p->m->src + name->off,
					       name->len }, at);
	take_decorators(p, s);
	pylex_skip_rest(&p->lex);
	pass_body(p, s, indent);
}

static void statement(struct pyparser *p, uint32_t indent)
{
	leave_blocks(p, indent);
	extend_classes(p, p->t[p->n - 1].off + p->t[p->n - 1].len);
	if (p->t[0].kind == PYTOK_OP && tok_is(p, 0, "@")) {
		statement_decorator(p);
		return;
	}
	if (tok_is(p, 0, "class")) {
		statement_class(p, indent);
		return;
	}
	p->decos_n = 0;
	if (is_flow(p)) {
		if (tok_is(p, 0, "if") && tok_is(p, 1, "__name__")) {
			/* what only a script runs is nobody's surface */
			pylex_skip_block(&p->lex, indent);
			return;
		}
		push(p, indent, -1);
		return;
	}
	pynames_read(p);
}

/*
 * What a statement indented by `col` columns would stand in: LEVEL_MODULE, the
 * index of a class that itself begins in column 0, or LEVEL_DEEPER.
 */
enum { LEVEL_MODULE = -1, LEVEL_DEEPER = -2 };

static int level_at(const struct pyparser *p, uint32_t col)
{
	int n = p->open_n;

	if (!col)
		return LEVEL_MODULE;
	while (n && p->open[n - 1].indent >= col)
		n--;
	return n == 1 && !p->open[0].indent && p->open[0].sym >= 0 ?
	       p->open[0].sym : LEVEL_DEEPER;
}

/* A statement begins and no decorator waits for it: see struct pymark. */
static void add_mark(struct pyparser *p)
{
	struct pymodule *m = p->m;
	int cls = level_at(p, p->lex.indent);
	uint32_t off = p->t[0].off;

	if (cls == LEVEL_DEEPER)
		return;
	while (off && (m->src[off - 1] == ' ' || m->src[off - 1] == '\t'))
		off--;
	if (pylex_is_joined(m->src, off))
		return;		/* a statement began there, nothing on it */
	GROW(m->marks, m->marks_n, m->marks_cap);
	m->marks[m->marks_n++] = (struct pymark){ off, (uint32_t)m->n,
		(uint32_t)m->spans_n, cls,
		cls < 0 ? 0 : m->syms[cls].to };
}

/* Between two statements: what the old outline can say of the next. */
static enum pytaken take_old(struct pyparser *p, struct pyjoin *j)
{
	struct pymodule *m = p->m;
	uint32_t col;
	struct pyplace at = { .off = pylex_next_line(&p->lex, &col) };
	enum pytaken taken;

	at.cls = at.off < m->len ? level_at(p, col) : LEVEL_DEEPER;
	if (at.cls == LEVEL_DEEPER)
		return PYTAKEN_NOTHING;
	taken = pymodule_take(m, j, &at);
	if (taken == PYTAKEN_NOTHING || taken == PYTAKEN_REST)
		return taken;
	pylex_init(&p->lex, m->src, m->len);
	p->lex.pos = at.off;
	p->open_n = 0;
	if (at.cls >= 0)
		push(p, 0, at.cls);
	if (taken == PYTAKEN_HEADER)
		pass_body(p, &m->syms[m->n - 1], col);
	return taken;
}

#define ROOM(arr, want, cap) \
	do { \
		if ((cap) < (want)) { \
			free(arr); \
			(cap) = (want); \
			(arr) = xmalloc((cap) * sizeof(*(arr))); \
		} \
	} while (0)

/* Room for as much as `like` has and a little more, or for a file of usual
 * density, so that little is copied as it grows. */
static void begin(struct pymodule *m, const char *src, size_t len,
		  const struct pymodule *like)
{
	m->src = src;
	m->len = len;
	ROOM(m->syms, like ? like->n + 16 : len / 160 + 16, m->cap);
	ROOM(m->spans, like ? like->spans_n + 16 : len / 400 + 16,
	     m->spans_cap);
	ROOM(m->marks, like ? like->marks_n + 16 : len / 400 + 16,
	     m->marks_cap);
}

static void parser_init(struct pyparser *p, struct pymodule *m)
{
	p->m = m;
	p->t = p->few;		/* left as it is: it is large */
	p->n = p->decos = p->decos_n = p->decos_from = 0;
	p->cap = ARRAY_N(p->few);
	p->open_n = 0;
	pylex_init(&p->lex, m->src, m->len);
}

/* Does the outline know what stands in brackets there?  It does of imports and
 * bases, and of targets.  Values and decorators are text. */
static bool asks_inside(const struct pyparser *p)
{
	return depth_step(p, 0) || tok_is(p, 0, "class") ||
	       tok_is(p, 0, "from");
}

/* The last token opens a bracket: go to the one that closes it, but for a call
 * whose argument is a value (statement_extend). */
static void pass_bracket(struct pyparser *p)
{
	if (tok_is(p, p->n - 2, "extend") || tok_is(p, p->n - 2, "append"))
		return;
	p->before = p->lex;
	p->before_n = p->n;
	p->lex.pos = pylex_skip_bracket(&p->lex, p->t[p->n - 1].off);
}

/* "a = (b, c) = v": what was passed, between this '=' and another, are targets. */
static void look_inside(struct pyparser *p)
{
	if (p->inside || p->before_n < 2 || p->n != p->before_n + 2 ||
	    !tok_is(p, p->before_n - 2, "="))
		return;
	p->lex = p->before;
	p->n = p->before_n;
	p->inside = true;
}

/* The first token was read.  True: those of an import are all there. */
static bool read_import(struct pyparser *p)
{
	if (!tok_is(p, 0, "from") && !tok_is(p, 0, "import"))
		return false;
	p->n += pylex_import(&p->lex, p->t + 1, p->cap - 1);
	return p->n > 1;
}

/* The tokens of the next logical line; of a definition the first word.  False:
 * there is none. */
static bool read_line(struct pyparser *p)
{
	const struct pytok *t;

	p->n = p->before_n = 0;
	p->semicolon = false;
	while ((t = next_token(p))->kind != PYTOK_END) {
		if (t->kind == PYTOK_NEWLINE) {
			if (p->n)
				break;
		} else if (!p->n++) {
			p->definition = is_definition(p);
			p->inside = asks_inside(p);
			if (p->definition || read_import(p))
				break;
		} else if (t->kind == PYTOK_OP) {
			p->semicolon |= p->m->src[t->off] == ';';
			if (!p->inside && depth_step(p, p->n - 1) > 0)
				pass_bracket(p);
			else if (tok_is(p, p->n - 1, "="))
				look_inside(p);
		}
	}
	return p->n > 0;
}

static void parse_from(struct pymodule *m, const struct pymark *from,
		       struct pyjoin *j)
{
	struct pyparser p;

	parser_init(&p, m);
	if (from && from->off)
		p.lex.pos = from->off;
	if (from && from->cls >= 0)
		push(&p, 0, from->cls);
	for (;;) {
		if (j && !p.decos_n) {
			enum pytaken taken = take_old(&p, j);

			if (taken == PYTAKEN_REST)
				break;
			if (taken != PYTAKEN_NOTHING)
				continue;
		}
		if (!read_line(&p))
			break;
		if (!p.decos_n)
			add_mark(&p);
		if (p.definition)
			read_definition(&p);
		else
			statement(&p, p.lex.indent);
	}
	if (p.t != p.few)
		free(p.t);
}

void pymodule_parse(struct pymodule *m, const char *src, size_t len)
{
	begin(m, src, len, NULL);
	parse_from(m, NULL, NULL);
}

void pymodule_parse_like(struct pymodule *m, const char *src, size_t len,
			 const struct pymodule *old, size_t same_head,
			 size_t same_tail)
{
	struct pyjoin j = { old, same_tail, 0 };
	size_t k = old->marks_n;

	begin(m, src, len, old);
	while (k > 0 && old->marks[k - 1].off >= same_head)
		k--;
	if (k < 2) {
		parse_from(m, NULL, &j);
		return;
	}
	pymodule_take_head(m, &j, k - 1);
	parse_from(m, &old->marks[k - 1], &j);
}
