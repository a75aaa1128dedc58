/*
 * test_linediff.c - the changed lines of a file against a slow count of them, and
 * the hunks of a file against what they make of its old text.
 */
#include "tests/unit/unit.h"

#include "analyze/linecount.h"
#include "analyze/signals/linediff.h"
#include "analyze/signals/lines.h"
#include "core/str.h"

static uint32_t seed = 7;

static uint32_t below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* Few different lines, some blank, some with blanks at their end. */
static void random_text(struct str *s, uint32_t lines)
{
	static const char *const v[] = {
		"", "  ", "}", "    foo(a, b),", "    foo(a, b), ", "\tx = 1",
		"a very long line that differs at its begin only, so it does",
		"b very long line that differs at its begin only, so it does",
	};

	for (uint32_t i = 0; i < lines; i++)
		if (below(3))
			str_addf(s, "%s\n", v[below(ARRAY_N(v))]);
		else
			str_addf(s, "line %u,\n", below(40 + lines * 4));
	if (!below(4))
		str_add(s, "no line end");
}

/* Another text: of some lines of the first one, and of new ones. */
static void change_text(struct str *out, const struct str *s)
{
	const char *p = str_c(s), *nl;

	for (; (nl = strchr(p, '\n')); p = nl + 1) {
		uint32_t what = below(12);

		if (what == 1)
			random_text(out, below(4));
		if (out->len && out->s[out->len - 1] != '\n')
			str_addch(out, '\n');
		if (what)
			str_addmem(out, p, (size_t)(nl - p) + 1);
	}
}

/* The last third of the lines comes first. */
static void turn_text(struct str *s)
{
	char *text = str_detach(s), *p = text + strlen(text) * 2 / 3;
	char *nl = strchr(p, '\n');

	str_add(s, nl ? nl + 1 : "");
	if (s->len && s->s[s->len - 1] != '\n')
		str_addch(s, '\n');
	str_addmem(s, text, nl ? (size_t)(nl + 1 - text) : strlen(text));
	free(text);
}

static size_t count(const struct diff_line *v, size_t n,
		    const struct diff_line *l)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		k += v[i].len == l->len && !memcmp(v[i].s, l->s, l->len);
	return k;
}

/* All lines of a text: those it differs in from nothing. */
static struct line_diff all_lines(const char *s, size_t len, struct arena *a)
{
	struct line_diff d;

	line_diff_make(&d, "", 0, s, len, NULL, a);
	return d;
}

/* Of each value so many are left as that side has more of, the last ones. */
static void is_difference(const struct diff_line *got, size_t got_n,
			  const struct line_diff *own,
			  const struct line_diff *other)
{
	size_t k = got_n;

	for (size_t i = own->new_n; i-- > 0;) {
		const struct diff_line *l = &own->new[i];
		size_t a = count(own->new, own->new_n, l);
		size_t b = count(other->new, other->new_n, l);
		size_t later = count(l + 1, own->new_n - i - 1, l);

		if (a <= b || later >= a - b)
			continue;
		assert_true(k > 0);
		k--;
		assert_ptr_equal(got[k].s, l->s);
		assert_int_equal(got[k].len, l->len);
	}
	assert_int_equal(k, 0);
}

static void what_is_left_is_the_difference_of_multisets(void **state UNUSED)
{
	for (int round = 0; round < 300; round++) {
		struct str s = STR_INIT, t = STR_INIT;
		struct arena arena = { 0 };
		struct line_diff d, a, b;

		random_text(&s, below(60));
		change_text(&t, &s);
		line_diff_make(&d, str_c(&s), s.len, str_c(&t), t.len, NULL,
			       &arena);
		a = all_lines(str_c(&s), s.len, &arena);
		b = all_lines(str_c(&t), t.len, &arena);
		is_difference(d.old, d.old_n, &a, &b);
		is_difference(d.new, d.new_n, &b, &a);
		assert_int_equal(d.moved, a.new_n - d.old_n);
		str_release(&s);
		str_release(&t);
		arena_release(&arena);
	}
}

static struct landing_file file_of(const struct str *s, const struct str *t,
				   struct linecount *w, struct change *c)
{
	struct landing_file f = { .change = c, .old = str_c(s),
		.old_len = s->len, .new = str_c(t), .new_len = t->len };
	struct middle m;
	struct err e;

	linecount_middle(f.old, s->len, f.new, t->len, &m);
	assert_int_equal(linecount(w, f.old, s->len, f.new, t->len, &m,
				   &c->additions, &c->deletions, &e), 0);
	f.old_from = m.old_from;
	f.old_to = m.old_to;
	f.new_from = m.new_from;
	f.new_to = m.new_to;
	f.script = w->scripted ? &w->edit.script : NULL;
	return f;
}

static void a_script_gives_the_same_lines(void **state UNUSED)
{
	struct linecount w = { .scripted = false };

	for (int round = 0; round < 300; round++) {
		struct str s = STR_INIT, t = STR_INIT;
		struct arena arena = { 0 };
		struct change c = { .status = 'M' };
		struct line_diff d, all;
		struct landing_file f;

		random_text(&s, below(90));
		change_text(&t, &s);
		f = file_of(&s, &t, &w, &c);
		line_diff_make(&d, f.old + f.old_from, f.old_to - f.old_from,
			       f.new + f.new_from, f.new_to - f.new_from,
			       f.script, &arena);
		line_diff_make(&all, f.old + f.old_from,
			       f.old_to - f.old_from, f.new + f.new_from,
			       f.new_to - f.new_from, NULL, &arena);
		assert_int_equal(d.old_n, all.old_n);
		assert_int_equal(d.new_n, all.new_n);
		for (size_t i = 1; i < d.new_n; i++) {
			const char *p = d.new[i - 1].s + d.new[i - 1].len;

			while (*p != '\n')
				p++;
			assert_int_equal(p + 1 == d.new[i].s,
					 d.new[i].line == d.new[i - 1].line + 1);
		}
		str_release(&s);
		str_release(&t);
		arena_release(&arena);
	}
	linecount_release(&w);
}

/* The old text with its '-' lines left out and the '+' ones put in. */
static void apply(struct str *out, const struct landing_file *f,
		  const struct dlines *d)
{
	const char *p = f->old, *end = f->old + f->old_len;
	size_t k = 0;
	int old_no = 1, new_no = 1;

	while (p < end || k < d->n) {
		if (k < d->n && d->v[k].op == '+' && d->v[k].no == new_no) {
			str_addmem(out, d->v[k].s, d->v[k].len);
			str_addch(out, '\n');
			k++;
			new_no++;
			continue;
		}
		assert_true(p < end);
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		if (k < d->n && d->v[k].op == '-' && d->v[k].no == old_no) {
			assert_ptr_equal(d->v[k].s, p);
			k++;
		} else {
			str_addmem(out, p, (size_t)((nl ? nl : end) - p));
			str_addch(out, '\n');
			new_no++;
		}
		p = nl ? nl + 1 : end;
		old_no++;
	}
}

static void hunks_make_the_new_text_of_the_old_one(void **state UNUSED)
{
	struct linecount w = { .scripted = false };

	for (int round = 0; round < 400; round++) {
		struct str s = STR_INIT, t = STR_INIT, got = STR_INIT;
		struct change c = { .status = 'M' };
		struct landing_file f;
		struct dlines d;

		random_text(&s, below(round % 8 ? 60 : 600));
		change_text(&t, &s);
		if (round % 3 == 0 && t.len)
			turn_text(&t);
		f = file_of(&s, &t, &w, &c);
		if (round % 2)
			f.script = NULL;
		dlines_read(&d, &f);
		apply(&got, &f, &d);
		if (t.len && t.s[t.len - 1] != '\n')
			str_addch(&t, '\n');
		assert_string_equal(str_c(&got), str_c(&t));
		dlines_release(&d);
		str_release(&s);
		str_release(&t);
		str_release(&got);
	}
	linecount_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_is_the_difference_of_multisets),
		cmocka_unit_test(a_script_gives_the_same_lines),
		cmocka_unit_test(hunks_make_the_new_text_of_the_old_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
