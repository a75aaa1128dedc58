/* analyze/signals/pydef.c - see pydef.h. */
#include "analyze/signals/pydef.h"

#include "analyze/signals/pyscan.h"
#include "core/mem.h"

/* Where one parameter is read. */
struct reader {
	const struct pylex *l;
	size_t i;		/* the next byte */
	size_t last;		/* behind the last byte of code */
	int depth;		/* of brackets inside of the parameters' own */
	int lambdas;		/* whose colon did not come yet */
	bool ended;		/* the list was closed, or nothing closes it */
	struct hot_block block;
};

/* The bytes at which something may end, begin or be passed: those of bodies,
 * ',', '=', ':', and the first of "lam". */
#ifdef __SSE2__
static inline unsigned part_mask(const char *p)
{
	__m128i c = _mm_loadu_si128((const __m128i *)p);
	__m128i d = _mm_loadu_si128((const __m128i *)(p + 1));
	__m128i e = _mm_loadu_si128((const __m128i *)(p + 2));
	__m128i lam, hit;

#define IS(v, byte) _mm_cmpeq_epi8(v, _mm_set1_epi8(byte))
	lam = _mm_and_si128(_mm_and_si128(IS(c, 'l'), IS(d, 'a')), IS(e, 'm'));
	hit = _mm_or_si128(_mm_or_si128(IS(c, ','), IS(c, '=')),
			   _mm_or_si128(IS(c, ':'), lam));
#undef IS
	return (unsigned)_mm_movemask_epi8(hit) | pyscan_hot_mask(p);
}
#else
#define part_mask NULL
#endif

static const bool is_hot[256] = {
	PYSCAN_HOT, [','] = true, ['='] = true, [':'] = true, ['l'] = true,
};

/* Blanks, line ends, comments and joins.  False: nothing comes. */
static bool pass_space(struct reader *r)
{
	const struct pylex *l = r->l;

	while (r->i < l->len) {
		switch (pyscan_at(l, r->i)) {
		case C_SPACE:
			r->i += pyscan_spaces(l, r->i + 1);
			break;
		case C_BACK:
			break;
		case C_HASH:
			r->i = pyscan_after_line(l, r->i);
			r->i -= l->s[r->i - 1] == '\n';
			continue;
		case C_NL:
			if (pyscan_is_recovery(l, r->i + 1)) {
				r->ended = true;
				return false;
			}
			break;
		default:
			return true;
		}
		r->i++;
	}
	r->ended = true;
	return false;
}

/* Is the 'l' at i the begin of the word "lambda"? */
static bool is_lambda(const struct pylex *l, size_t i)
{
	return l->len - i > 6 && !memcmp(l->s + i, "lambda", 6) &&
	       pyscan_at(l, i + 6) < C_NAME &&
	       pyscan_at(l, i + 6) != C_QUOTE &&
	       (!i || pyscan_at(l, i - 1) < C_NAME);
}

/* Is the '=' at i one of its own, and no part of == != <= >= := += ...? */
static bool is_assignment(const struct pylex *l, size_t i)
{
	return (i + 1 == l->len || l->s[i + 1] != '=') &&
	       (!i || !l->s[i - 1] || !strchr("=!<>:+-*/|&^%@", l->s[i - 1]));
}

/* Is the byte at i, outside of brackets, one that ends a part of a parameter? */
static bool ends_part(struct reader *r, bool colon)
{
	char c = r->l->s[r->i];

	if (c == ',')
		return !r->lambdas;
	if (c == '=')
		return !r->lambdas && is_assignment(r->l, r->i);
	if (c != ':' || (r->i + 1 < r->l->len && r->l->s[r->i + 1] == '='))
		return false;
	if (!r->lambdas)
		return colon;
	r->lambdas--;
	return false;
}

/* Code goes from r->i to `to`, but for blanks at its end. */
static void pass_code(struct reader *r, size_t to)
{
	size_t end = to;

	while (end > r->i && pyscan_at(r->l, end - 1) == C_SPACE)
		end--;
	if (end > r->i)
		r->last = end;
	r->i = to;
}

/* Passes the byte at r->i, and what it begins.  False: the part ends there. */
static bool pass_hot(struct reader *r, bool colon)
{
	const struct pylex *l = r->l;

	switch (pyscan_at(l, r->i)) {
	case C_OPEN:
		r->depth++;
		break;
	case C_CLOSE:
		if (!r->depth) {
			r->ended = true;
			return false;
		}
		r->depth--;
		break;
	case C_QUOTE:
		r->last = r->i = pyscan_string(l, r->i);
		return true;
	case C_SPACE:
	case C_HASH:
	case C_NL:
	case C_BACK:
		return pass_space(r);
	case C_NAME:
		if (!r->depth && is_lambda(l, r->i))
			r->lambdas++;
		break;
	default:
		if (!r->depth && ends_part(r, colon))
			return false;
		break;
	}
	r->last = ++r->i;
	return true;
}

/*
 * To the comma, '=' or closing bracket, or the colon, that ends this part; the
 * part without blanks and comments around it.
 */
static struct span read_part(struct reader *r, bool colon)
{
	const struct pylex *l = r->l;
	size_t from;

	if (!pass_space(r))
		return (struct span){ NULL, 0 };
	from = r->last = r->i;
	do {
		pass_code(r, pyscan_next(l, r->i, &r->block, part_mask, is_hot));
	} while (pass_hot(r, colon) && r->i < l->len);
	r->ended |= r->i >= l->len;
	if (r->last == from)
		return (struct span){ NULL, 0 };
	return (struct span){ l->s + from, (uint32_t)(r->last - from) };
}

static bool next_is(const struct reader *r, char c)
{
	return !r->ended && r->i < r->l->len && r->l->s[r->i] == c;
}

/* Up to two stars, or a slash, before the name; false: the list ends. */
static bool read_stars(struct reader *r, int *stars, bool *slash)
{
	*stars = 0;
	*slash = false;
	if (!pass_space(r))
		return false;
	while (next_is(r, '*') && *stars < 2)
		r->i++, ++*stars;
	*slash = !*stars && next_is(r, '/');
	r->i += *slash;
	return pass_space(r);
}

/* What stands before a colon, '=' or comma, if that is a name. */
static struct span read_name(struct reader *r)
{
	struct span s = read_part(r, true);
	uint32_t n = 0;

	if (!s.s || pyscan_class[(unsigned char)*s.s] != C_NAME)
		return (struct span){ NULL, 0 };
	while (n < s.len && pyscan_class[(unsigned char)s.s[n]] >= C_NAME)
		n++;
	return (struct span){ s.s, n };
}

/* One parameter and the comma behind it; false: it was the last one. */
static bool read_param(struct reader *r, struct pyparams *out, bool *kwonly)
{
	struct pyparam q = { .kind = *kwonly ? PY_KWONLY : PY_NORMAL };
	bool slash;
	int stars;

	r->depth = r->lambdas = 0;
	if (!read_stars(r, &stars, &slash))
		return false;
	if (slash)
		for (size_t i = 0; i < out->n; i++)
			out->v[i].kind = PY_POSITIONAL;
	if (stars)
		q.kind = stars == 1 ? PY_VARARGS : PY_KWARGS;
	*kwonly |= stars == 1;
	q.name = read_name(r);
	if (next_is(r, ':')) {
		r->i++;
		q.annotation = read_part(r, false);
	}
	if (next_is(r, '=')) {
		r->i++;
		q.value = read_part(r, false);
	}
	while (next_is(r, '=')) {
		r->i++;
		read_part(r, false);
	}
	if (q.name.s && !slash) {
		GROW(out->v, out->n, out->cap);
		out->v[out->n++] = q;
	}
	if (!next_is(r, ','))
		return false;
	r->i++;
	return true;
}

void pydef_read(const struct pylex *l, struct pyparams *out)
{
	struct reader r = { .l = l, .i = l->pos };
	bool kwonly = false;

	out->n = 0;
	if (pass_space(&r) && next_is(&r, '[')) {
		r.i = pylex_skip_bracket(l, r.i);
		r.i += next_is(&r, ']');
	}
	if (pass_space(&r) && next_is(&r, '(')) {
		r.i++;
		while (read_param(&r, out, &kwonly))
			;
	}
}

void pydef_params(const struct pymodule *m, const struct pysym *s,
		  struct pyparams *out)
{
	struct pylex l;

	pylex_init(&l, m->src, m->len);
	l.pos = (size_t)(s->name.s - m->src) + s->name.len;
	pydef_read(&l, out);
}
