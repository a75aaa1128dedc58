/* tests/unit/test_pytoken.c - Python tokens, outlines and values. */
#include "tests/unit/unit.h"

#include "analyze/signals/outlines.h"
#include "core/obj_cache.h"
#include "core/git_compat.h"
#include "analyze/signals/pydef.h"
#include "analyze/signals/pymodule.h"
#include "analyze/signals/pytoken.h"
#include "analyze/signals/pyvalue.h"
#include "core/str.h"

/* Every token in brackets, a '$' per logical line, its indentation before. */
static void expect_tokens(const char *src, const char *want)
{
	/* A heap copy without a NUL: reading past the end shows. */
	size_t len = strlen(src);
	char *copy = xmalloc(len + 1);
	struct str got = STR_INIT;
	struct pylex l;
	struct pytok t;
	bool fresh = true;

	memcpy(copy, src, len);
	copy = xrealloc(copy, len ? len : 1);
	pylex_init(&l, copy, len);
	while (pylex_next(&l, &t) != PYTOK_END) {
		if (fresh)
			str_addf(&got, "%u", l.indent);
		fresh = t.kind == PYTOK_NEWLINE;
		if (fresh)
			str_add(&got, "$");
		else
			str_addf(&got, "[%.*s]", (int)t.len, copy + t.off);
	}
	assert_string_equal(str_c(&got), want);
	str_release(&got);
	free(copy);
}

static void tokens_know_brackets_joins_and_indentation(void **state UNUSED)
{
	expect_tokens("", "");
	expect_tokens("a = 1", "0[a][=][1]$");
	expect_tokens("f(a,\n   b)\nc\n", "0[f][(][a][,][b][)]$0[c]$");
	expect_tokens("a = b + \\\n  c\n", "0[a][=][b][+][c]$");
	expect_tokens("if x:\n    y\n\n# c\n\tz\n",
		      "0[if][x][:]$4[y]$8[z]$");
	expect_tokens("x -> y ** z != 1e-5\r\n",
		      "0[x][->][y][**][z][!=][1e-5]$");
}

static void tokens_know_strings(void **state UNUSED)
{
	expect_tokens("a = 'x#y'  # c\n", "0[a][=]['x#y']$");
	expect_tokens("rb'\\'' f\"{x['k']}\" ''\n",
		      "0[rb'\\''][f\"{x['k']}\"]['']$");
	expect_tokens("f\"{x[\"k\"]}\" + 1\n", "0[f\"{x[\"k\"]}\"][+][1]$");
	expect_tokens("f'{{' + '}'\n", "0[f'{{'][+]['}']$");
	expect_tokens("\"\"\"a\n\"b\" \\\"\"\" c\"\"\"\nd\n",
		      "0[\"\"\"a\n\"b\" \\\"\"\" c\"\"\"]$0[d]$");
	expect_tokens("x = 'open\ny\n", "0[x][=]['open]$0[y]$");
	expect_tokens("'''never closed", "0['''never closed]$");
}

static void an_open_bracket_ends_at_the_next_definition(void **state UNUSED)
{
	expect_tokens("f(a,\ndef g():\n    pass\n",
		      "0[f][(][a][,]$0[def][g][(][)][:]$4[pass]$");
}

static void bodies_are_skipped_to_the_line_that_is_indented_less(
	void **state UNUSED)
{
	static const char src[] =
		"def f():\n    x = '''\ndef no():\n'''\n    y = [\n1]\n"
		"\n# c\nnext\n";
	struct pylex l;
	struct pytok t;
	pylex_init(&l, src, sizeof(src) - 1);
	while (pylex_next(&l, &t) != PYTOK_NEWLINE)
		;
	size_t end = pylex_skip_block(&l, 0);
	assert_string_equal(src + end, "\n# c\nnext\n");
	assert_int_equal(pylex_next(&l, &t), PYTOK_NAME);
	assert_memory_equal(src + t.off, "next", 4);
}

/* Logical line by logical line: what pylex_skip_block() must find. */
static size_t end_by_lines(struct pylex l, uint32_t indent)
{
	size_t end = l.pos;

	while (end < l.len) {
		pylex_skip_line(&l);
		if (l.indent <= indent)
			break;
		end = l.pos;
	}
	return end;
}

static void check_blocks(const char *s, size_t len)
{
	char *copy = xmalloc(len + 1);	/* no NUL behind it: see expect_tokens() */
	struct pylex l;

	memcpy(copy, s, len);
	copy = xrealloc(copy, len);
	pylex_init(&l, copy, len);
	while (l.pos < len) {
		struct pylex body;
		size_t end;

		if (pylex_skip_line(&l) >= len)
			break;
		body = l;
		end = end_by_lines(body, l.indent);
		if (pylex_skip_block(&body, l.indent) != end)
			fail_msg("to %zu and not to %zu, from %zu on, of:\n%.*s",
				 body.pos, end, l.pos, (int)len, s);
	}
	free(copy);
}

static void a_block_ends_where_its_lines_say(void **state UNUSED)
{
	static const char *const pieces[] = {
		"def f(a, b=1):\n", "    def g(\n        self,\n    ) -> int:\n",
		"    x = 1\n", "        y = (1,\n 2)\n", "        z = [\n]\n",
		"    '''doc'''\n", "        \"\"\"doc\n\ndef no():\n\"\"\"\n",
		"    s = '''\nclass No:\n    # no\n'''  # \"\"\"\n", "# c\n",
		"        # '''\n", "\n", "   \n", "@deco(1)\n", "    @deco\n",
		"class C(A):\n", "    class D:\n", "    t = 'it''s' \"\" ''\n",
		"    u = 1 + \\\n2\n", "    v = \"a\\\ndef b\"\n", "\tw = 1\n",
		"    if x:\n", "        return x\n", "\r\n", "    a = 1\r\n",
		"async def h(): pass\n", "    async def i(self):\n", "last = 1\n",
		"            deep = f\"{x['k']}\" \"'''\"\n", "if s:\n",
		"    p = r'\\'\n", "        raise a(\n  1,\n)\n",
		"    q = (a\n  if b\n  else c\n)\n", "    while x:\n",
		"return_ = f(\n)\n", "    r = '\\\n    return'\n", "        pass",
	};
	uint32_t seed = 5;
	struct str s = STR_INIT;

	for (int round = 0; round < 20000; round++) {
		int n = 1 + round % 14;

		str_clear(&s);
		while (n--) {
			seed = seed * 1664525u + 1013904223u;
			str_add(&s, pieces[(seed >> 16) % ARRAY_N(pieces)]);
			if (s.s[s.len - 1] != '\n')
				break;
		}
		check_blocks(s.s, s.len);
	}
	str_release(&s);
}

static void any_bytes_end_without_reading_past_the_end(void **state UNUSED)
{
	static const char alphabet[] = "a1 \n\t'\"\\#()[]{}@:=,.rfdef \xff";
	uint32_t seed = 7;
	for (int round = 0; round < 3000; round++) {
		size_t len = round % 60;
		char *s = xmalloc(len ? len : 1);
		for (size_t i = 0; i < len; i++) {
			seed = seed * 1664525u + 1013904223u;
			s[i] = alphabet[(seed >> 16) %
					(sizeof(alphabet) - 1)];
		}
		struct pymodule m = { 0 };
		struct pylex l;
		struct pytok t;
		size_t tokens = 0;
		pylex_init(&l, s, len);
		while (pylex_next(&l, &t) != PYTOK_END) {
			assert_true((size_t)t.off + t.len <= len + 1);
			assert_true(++tokens <= 2 * len + 2);
		}
		pymodule_parse(&m, s, len);
		pymodule_release(&m);
		free(s);
	}
}

/* One line per symbol; parents by name. */
static void outline(struct str *out, const struct pymodule *m)
{
	struct pyparams params = { 0 };
	struct arena a = { 0 };
	for (size_t i = 0; i < m->n; i++) {
		const struct pysym *s = &m->syms[i];
		bool is_def = pysym_is_definition(s);

		str_addf(out, "%d %s %u-%u", s->kind,
			 pymodule_qualified(m, (int)i, &a), s->from, s->to);
		if (is_def)
			str_addf(out, " %u b%u d%u", s->body, s->bases_n,
				 s->decos_n);
		for (uint32_t k = 0; is_def && k < s->bases_n; k++)
			str_addf(out, " <%.*s", (int)m->spans[s->bases + k].len,
				 m->spans[s->bases + k].s);
		if (s->kind == PY_FUNC)
			pydef_params(m, s, &params);
		for (size_t k = 0; s->kind == PY_FUNC && k < params.n; k++)
			str_addf(out, " (%.*s", (int)params.v[k].name.len,
				 params.v[k].name.s);
		str_addf(out, " =%.*s\n", is_def ? 0 : (int)s->value.len,
			 is_def || !s->value.s ? "" : s->value.s);
	}
	free(params.v);
	arena_release(&a);
}

/* The tokens that pylex_import() gives behind the first word; "" for none. */
static void expect_import(const char *src, const char *want, const char *next)
{
	size_t len = strlen(src);
	char *copy = xmalloc(len + 1);	/* no NUL behind it: see expect_tokens() */
	struct str got = STR_INIT;
	struct pytok first, t[32];
	struct pylex l;
	size_t n;

	memcpy(copy, src, len);
	copy = xrealloc(copy, len);
	pylex_init(&l, copy, len);
	pylex_next(&l, &first);
	n = pylex_import(&l, t, ARRAY_N(t));
	for (size_t i = 0; i < n; i++)
		str_addf(&got, "[%.*s]", (int)t[i].len, copy + t[i].off);
	assert_string_equal(str_c(&got), want);
	if (pylex_next(&l, &first) != PYTOK_END)
		assert_memory_equal(copy + first.off, next, strlen(next));
	else
		assert_string_equal(next, "");
	str_release(&got);
	free(copy);
}

static void a_plain_import_is_read_at_once(void **state UNUSED)
{
	expect_import("import os\nx\n", "[os]", "x");
	expect_import("import a.b as c, d  # e\n  x\n",
		      "[a][.][b][as][c][,][d]", "x");
	expect_import("from a.b import c, d as e\n\nx",
		      "[a.b][import][c][,][d][as][e]", "x");
	expect_import("from a import (  # b\n    c,\n\n    d,  # )\n)\nx",
		      "[a][import][(][c][,][d][,][)]", "x");
	/* all that is left to the other way */
	expect_import("from . import a\n", "", ".");
	expect_import("import a.1\n", "", "a");
	expect_import("from a import *\n", "", "a");
	expect_import("from a import b; c\n", "", "a");
	expect_import("from a import \\\n    b\n", "", "a");
	expect_import("from a import (b,\ndef f(): pass\n", "", "a");
	expect_import("from a import b", "", "a");
	expect_import("from\nx\n", "", "\n");
	expect_import("import r'x'\n", "", "r'x'");
}

static const char sample[] =
	"\"\"\"Doc.\"\"\"\nimport os, sys as s\nfrom .a import (b,\n"
	"    c as d)\nfrom .e import *\n\nX = {\n    'k': 1,\n}\n"
	"if s:\n    Y = 1\nelse:\n    Y = 2\n\n@deco(1)\n@other\n"
	"class C(Base, metaclass=M):\n    \"\"\"class no:\"\"\"\n"
	"    z: int = 3\n\n    @property\n    def f(self, a, *, k=1):\n"
	"        return a\n\n    async def g(self, *args, **kw): pass\n\n"
	"def h(x: int = (1, 2), /, y=\"s\") -> int:\n    w = 1\n"
	"    return w\n__all__ = ['X']\n__all__ += ['Y']\nlast = 1\n";

static void an_outline_names_what_the_module_binds(void **state UNUSED)
{
	struct pymodule m = { 0 };
	struct arena a = { 0 };
	pymodule_parse(&m, sample, sizeof(sample) - 1);
	static const char *const names[] = {
		"os", "s", "b", "d", "X", "Y", "C", "h", "last", "__all__"
	};
	for (size_t i = 0; i < ARRAY_N(names); i++) {
		struct span n = { names[i], (uint32_t)strlen(names[i]) };
		if (pymodule_find(&m, -1, n) < 0)
			fail_msg("'%s' is not bound", names[i]);
	}
	struct span w = { "w", 1 }, c = { "C", 1 }, f = { "f", 1 };
	assert_int_equal(pymodule_find(&m, -1, w), -1);
	int cls = pymodule_find(&m, -1, c);
	int method = pymodule_find(&m, cls, f);
	assert_true(method >= 0);
	assert_string_equal(pymodule_qualified(&m, method, &a), "C.f");
	struct pyparams params = { 0 };
	pydef_params(&m, &m.syms[method], &params);
	assert_int_equal(params.n, 3);
	assert_int_equal(params.v[2].kind, PY_KWONLY);
	free(params.v);
	arena_release(&a);
	pymodule_release(&m);
}

static void add_params(struct str *got, const struct pyparams *params)
{
	static const char *const kinds[] = { "/", "", "*", "k", "**" };

	for (size_t i = 0; i < params->n; i++) {
		const struct pyparam *p = &params->v[i];

		str_addf(got, "%s[%s%.*s", got->len ? " " : "", kinds[p->kind],
			 (int)p->name.len, p->name.s);
		if (p->annotation.s)
			str_addf(got, "|:%.*s", (int)p->annotation.len,
				 p->annotation.s);
		if (p->value.s)
			str_addf(got, "|=%.*s", (int)p->value.len, p->value.s);
		str_add(got, "]");
	}
}

/* The parameters of the functions of a text. */
static void expect_params(const char *src, const char *want)
{
	struct pymodule m = { 0 };
	struct pyparams params = { 0 };
	struct str got = STR_INIT;
	size_t len = strlen(src);
	char *copy = xmalloc(len);

	memcpy(copy, src, len);
	pymodule_parse(&m, copy, len);
	assert_true(m.n > 0);
	for (size_t i = 0; i < m.n; i++) {
		pydef_params(&m, &m.syms[i], &params);
		add_params(&got, &params);
		assert_true(!pysym_is_definition(&m.syms[i]) ||
			    m.syms[i].body <= len);
	}
	assert_string_equal(str_c(&got), want);
	free(params.v);
	str_release(&got);
	pymodule_release(&m);
	free(copy);
}

static void parameters_are_read_with_their_kinds(void **state UNUSED)
{
	expect_params("def f(): pass\n", "");
	expect_params("def f(a, b=1, *, c): pass\n", "[a] [b|=1] [kc]");
	expect_params("def f(a, /, b, *c, d=(1, 2), **e):\n",
		      "[/a] [b] [*c] [kd|=(1, 2)] [**e]");
	expect_params("async def f(a: int = 1, b: 'x, y' = ')',) -> {1: 2}:\n",
		      "[a|:int|=1] [b|:'x, y'|=')']");
	expect_params("def f(\n    a: Dict[\n        str, int] = {},  # = , )\n"
		      "    b=\"#\"\n    # c: int,\n):\n    pass\n",
		      "[a|:Dict[\n        str, int]|={}] [b|=\"#\"]");
	expect_params("def f(key=lambda x, y=1: x == y, z=a <= b):\n",
		      "[key|=lambda x, y=1: x == y] [z|=a <= b]");
	expect_params("def f(a=lambda b: lambda c, d: 0, e=(lambda: 1)):\n",
		      "[a|=lambda b: lambda c, d: 0] [e|=(lambda: 1)]");
	expect_params("def f[T: (int, str), *U](a: T, b=x[1:2]):\n",
		      "[a|:T] [b|=x[1:2]]");
	expect_params("def f(a, \\\n      b=f'{x!r:>{w}}'): pass\n",
		      "[a] [b|=f'{x!r:>{w}}']");
	expect_params("def f(a, (b, c), \xc3\xa9: int): pass\n",
		      "[a] [\xc3\xa9|:int]");
	expect_params("def f(a, b\ndef g(c): pass\n", "[a] [b] [c]");
	expect_params("def f(a=1", "[a|=1]");
	expect_params("def f(a: int =", "[a|:int]");
}

static void targets_in_brackets_are_bound(void **state UNUSED)
{
	static const char src[] = "a = (b, c) = d = [1, (2, 3)]\n"
				  "E = [] = {}\nF = (\n  1,\n)\n"
				  "(g, h) = i[0] = 1\n";
	struct pymodule m = { 0 };
	struct str got = STR_INIT;

	pymodule_parse(&m, src, sizeof(src) - 1);
	for (size_t i = 0; i < m.n; i++)
		str_addf(&got, "%.*s ", (int)m.syms[i].name.len,
			 m.syms[i].name.s);
	assert_string_equal(str_c(&got), "a b c d E F g h ");
	str_release(&got);
	pymodule_release(&m);
}

static void what_was_copied_is_told(void **state UNUSED)
{
	static const char was[] = "A = 1\nclass C:\n    def f(self, a):\n"
		"        return 1\n    def g(self):\n        return 2\n"
		"def h(b):\n    return 3\ndef i(): pass\n";
	static const char is[] = "A = 1\nclass C:\n    def f(self, a):\n"
		"        return 9\n    def g(self, x):\n        return 2\n"
		"def h(b):\n    return 3\ndef i(): pass\n";
	struct pymodule a = { 0 }, b = { 0 };
	size_t i, k, same = 0;

	pymodule_parse(&a, was, sizeof(was) - 1);
	pymodule_parse_like(&b, is, sizeof(is) - 1, &a, 6, 14);
	for (i = 0; i < b.same_n; i++)
		for (k = 0; k < b.same[i].n; k++) {
			const struct pysym *x = &b.syms[b.same[i].here + k];
			const struct pysym *y = &a.syms[b.same[i].there + k];

			assert_true(span_eq(x->name, y->name));
			assert_int_equal(x->decos_n, y->decos_n);
			assert_false(span_is(x->name, "g"));
			same++;
		}
	assert_int_equal(same, 5);	/* A, C, the header of f, h, i */
	pymodule_release(&a);
	pymodule_release(&b);
}

static void parsing_beside_an_old_outline_changes_nothing(void **state UNUSED)
{
	/* Cut every run of one to three lines out, and put it back in. */
	size_t len = sizeof(sample) - 1;
	for (size_t from = 0; from < len; from++) {
		if (from && sample[from - 1] != '\n')
			continue;
		size_t to = from;
		for (int lines = 0; lines < 3 && to < len; lines++) {
			while (to < len && sample[to++] != '\n')
				;
			struct str cut = STR_INIT, x = STR_INIT, y = STR_INIT;
			struct pymodule whole = { 0 }, part = { 0 };
			struct pymodule like = { 0 }, plain = { 0 };
			str_addmem(&cut, sample, from);
			str_addmem(&cut, sample + to, len - to);
			pymodule_parse(&whole, sample, len);
			pymodule_parse(&plain, str_c(&cut), cut.len);
			pymodule_parse_like(&like, str_c(&cut), cut.len,
					    &whole, from, len - to);
			outline(&x, &plain);
			outline(&y, &like);
			assert_string_equal(str_c(&y), str_c(&x));
			pymodule_parse_like(&part, sample, len, &plain, from,
					    len - to);
			str_clear(&x);
			str_clear(&y);
			outline(&x, &whole);
			outline(&y, &part);
			assert_string_equal(str_c(&y), str_c(&x));
			pymodule_release(&whole);
			pymodule_release(&plain);
			pymodule_release(&like);
			pymodule_release(&part);
			str_release(&cut);
			str_release(&x);
			str_release(&y);
		}
	}
}

static void same_outline(const struct pymodule *a, const struct pymodule *b,
			 const char *text)
{
	struct str x = STR_INIT, y = STR_INIT;
	outline(&x, a);
	outline(&y, b);
	for (size_t i = 0; i < a->marks_n; i++)
		str_addf(&x, "%u:%u:%u ", a->marks[i].off, a->marks[i].syms,
			 a->marks[i].spans);
	for (size_t i = 0; i < b->marks_n; i++)
		str_addf(&y, "%u:%u:%u ", b->marks[i].off, b->marks[i].syms,
			 b->marks[i].spans);
	if (strcmp(str_c(&x), str_c(&y)))
		fail_msg("%s\n--- whole\n%s\n--- kept\n%s", text, str_c(&x),
			 str_c(&y));
	str_release(&x);
	str_release(&y);
}

static struct obj *text_of(const char *s, size_t len)
{
	struct obj *o = obj_new(GIT_OBJECT_BLOB, len);
	memcpy(o->data, s, len);
	return o;
}

/* Texts of lines in any order, good Python or not; each outline is made from
 * the one before, as commit after commit does. */
static void outlines_kept_for_a_path_change_nothing(void **state UNUSED)
{
	static const char *const line[] = {
		"import a, b\n", "def f(x, y=1):\n", "    return x\n",
		"\n", "# note\n", "class C(B):\n", "    z = 1\n",
		"    def g(self): pass\n", "@deco\n", "X = {\n", "}\n",
		"  'k': (\n", "if X:\n", "else:\n", "Y = '''\n", "'''\n",
		"\t# deep\n", "Z: int = 3; W = 4\n", "\\\n", "\f\n",
		"    @property\n", "async def h(): ...\n", "\r\n", "V += [1]",
		"def h(\n    a,\n    *, k=2\n) -> int:\n", "]\n",
	};
	struct outlines *o = outlines_new((size_t)1 << 20);
	uint32_t seed = 7, n = 24;
	size_t at[24];
	for (uint32_t i = 0; i < n; i++) {
		seed = seed * 1103515245 + 12345;
		at[i] = (seed >> 16) % ARRAY_N(line);
	}
	for (int round = 0; round < 4000; round++) {
		struct pymodule whole = { 0 }, kept = { 0 };
		struct obj *text;
		struct str s = STR_INIT;
		for (int k = 0; k < 1 + round % 3; k++) {
			seed = seed * 1103515245 + 12345;
			at[(seed >> 16) % n] = (seed >> 8) % ARRAY_N(line);
		}
		for (uint32_t i = 0; i < n; i++)
			str_add(&s, line[at[i]]);
		text = text_of(str_c(&s), s.len);
		pymodule_parse(&whole, str_c(&s), s.len);
		if (outlines_take(o, "a.py", text->data, s.len, &kept) ||
		    outlines_make(o, "a.py", text->data, s.len, &kept))
			same_outline(&whole, &kept, str_c(&s));
		else
			pymodule_parse(&kept, text->data, s.len);
		outlines_give(o, "a.py", &kept, text);
		assert_null(kept.src);
		obj_put(text);
		pymodule_release(&whole);
		str_release(&s);
	}
	outlines_free(o);
}

static void outlines_leave_when_there_are_too_many(void **state UNUSED)
{
	static const char src[] = "a = 1\n";
	struct outlines *o = outlines_new(20000);
	struct pymodule m = { 0 };
	char path[16];
	int kept = 0;
	for (int i = 0; i < 1000; i++) {
		struct obj *text = text_of(src, sizeof(src) - 1);
		pymodule_parse(&m, text->data, text->len);
		snprintf(path, sizeof(path), "%d.py", i);
		outlines_give(o, path, &m, text);
		obj_put(text);
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(path, sizeof(path), "%d.py", i);
		if (!outlines_make(o, path, src, sizeof(src) - 1, &m))
			continue;
		kept++;
		assert_true(i > 900);
		outlines_give_back(o, &m);
	}
	assert_in_range(kept, 3, 99);
	outlines_free(o);
	assert_false(outlines_make(NULL, "a", src, 1, &m));
}

static void an_outline_of_the_same_text_is_given_whole(void **state UNUSED)
{
	static const char src[] = "class C:\n    def f(self): pass\n";
	size_t len = sizeof(src) - 1;
	struct outlines *o = outlines_new((size_t)1 << 20);
	struct pymodule m = { 0 }, whole = { 0 };
	struct span c = { "C", 1 };
	struct obj *text = text_of(src, len);
	pymodule_parse(&whole, src, len);
	pymodule_parse(&m, text->data, len);
	assert_int_equal(pymodule_find(&m, -1, c), 0);
	outlines_give(o, "a.py", &m, text);
	obj_put(text);	/* theirs keeps it */
	assert_false(outlines_take(o, "b.py", src, len, &m));
	assert_false(outlines_take(o, "a.py", src, len - 1, &m));
	assert_false(outlines_take(o, "a.py", "class D:", 8, &m));
	assert_true(outlines_take(o, "a.py", src, len, &m));
	assert_ptr_equal(m.src, src);
	assert_ptr_equal(m.syms[0].name.s, src + 6);
	same_outline(&whole, &m, src);
	assert_int_equal(pymodule_find(&m, -1, c), 0);
	outlines_give_back(o, &m);
	assert_false(outlines_take(o, "a.py", src, len, &m));
	/* What was given back serves the next one, and says nothing. */
	outlines_room(o, &m, 1);
	assert_true(m.cap > 0);
	pymodule_parse(&m, "C = 1\n", 6);
	assert_int_equal(m.n, 1);
	assert_int_equal(m.syms[pymodule_find(&m, -1, c)].kind, PY_VAR);
	pymodule_release(&m);
	pymodule_release(&whole);
	outlines_free(o);
}

static struct span sp(const char *s)
{
	return (struct span){ s, (uint32_t)strlen(s) };
}

static void values_are_compared_as_values(void **state UNUSED)
{
	assert_true(py_same_value(sp("'a'"), sp("\"a\"")));
	assert_true(py_same_value(sp("(1,\n 2,)"), sp("(1, 2)")));
	assert_true(py_same_value(sp("1e-5"), sp("0.00001")));
	assert_true(py_same_value(sp("(None)"), sp("None")));
	assert_true(py_same_value(sp("( ('a'\n) )"), sp("'a'")));
	assert_false(py_same_value(sp("(1,)"), sp("1")));
	assert_false(py_same_value(sp("(1) + (2)"), sp("1 + 2")));
	assert_false(py_same_value(sp("1"), sp("1.0")));
	assert_false(py_same_value(sp("'a'"), sp("'b'")));
	assert_false(py_same_value(sp("None"), sp("0")));
	assert_true(py_is_literal(sp("-1")));
	assert_true(py_is_literal(sp("[True, None]")));
	assert_false(py_is_literal(sp("os.sep")));
	assert_false(py_is_literal(sp("f'{x}'")));
}

static void the_default_of_a_field_is_its_argument(void **state UNUSED)
{
	struct span d = py_field_default(sp("field(repr=False, default=3)"));
	assert_true(span_is(d, "3"));
	d = py_field_default(sp("pydantic.Field(\"x\", gt=0)"));
	assert_true(span_is(d, "\"x\""));
	d = py_field_default(sp("field(default_factory=list)"));
	assert_null(d.s);
	d = py_field_default(sp("EnvBool(False)"));
	assert_true(span_is(d, "False"));
	d = py_field_default(sp("other(1)"));
	assert_true(span_is(d, "other(1)"));
}

static void add_key(void *arg, struct span text)
{
	str_addf(arg, "%.*s;", (int)text.len, text.s);
}

static void displays_give_keys_and_elements(void **state UNUSED)
{
	struct str s = STR_INIT;
	assert_true(py_display_each(sp("{'a': 'x', \"b\": {'c': 1}}"),
				    add_key, &s));
	assert_string_equal(str_c(&s), "a;b;");
	str_clear(&s);
	assert_true(py_display_each(sp("frozenset({'a', 'b'})"), add_key, &s));
	assert_string_equal(str_c(&s), "a;b;");
	str_clear(&s);
	assert_false(py_display_each(sp("make(['a'])"), add_key, &s));
	str_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_know_brackets_joins_and_indentation),
		cmocka_unit_test(tokens_know_strings),
		cmocka_unit_test(an_open_bracket_ends_at_the_next_definition),
		cmocka_unit_test(
			bodies_are_skipped_to_the_line_that_is_indented_less),
		cmocka_unit_test(a_block_ends_where_its_lines_say),
		cmocka_unit_test(any_bytes_end_without_reading_past_the_end),
		cmocka_unit_test(a_plain_import_is_read_at_once),
		cmocka_unit_test(an_outline_names_what_the_module_binds),
		cmocka_unit_test(parameters_are_read_with_their_kinds),
		cmocka_unit_test(targets_in_brackets_are_bound),
		cmocka_unit_test(what_was_copied_is_told),
		cmocka_unit_test(
			parsing_beside_an_old_outline_changes_nothing),
		cmocka_unit_test(outlines_kept_for_a_path_change_nothing),
		cmocka_unit_test(outlines_leave_when_there_are_too_many),
		cmocka_unit_test(an_outline_of_the_same_text_is_given_whole),
		cmocka_unit_test(values_are_compared_as_values),
		cmocka_unit_test(the_default_of_a_field_is_its_argument),
		cmocka_unit_test(displays_give_keys_and_elements),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
