/* analyze/signals/testdeleted.c - which tests a landing deletes. */
#include "analyze/signals/lines.h"
#include "analyze/signals/surface.h"
#include "analyze/signals/testvalues.h"
#include "core/find.h"
#include "core/json.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define PER_FILE_MAX 12		/* names told of one file */
#define NAMES_FEW 3		/* looked for one by one */

/* The name of a Python test defined on this line, or 0. */
static size_t test_name(const char *s, size_t n, const char **name)
{
	size_t k = 0;

	trim(&s, &n);
	if (n > 6 && !memcmp(s, "async ", 6)) {
		s += 6;
		n -= 6;
	}
	if (n < 10 || memcmp(s, "def test_", 9))
		return 0;
	s += 4;
	n -= 4;
	while (k < n && (isalnum((unsigned char)s[k]) || s[k] == '_'))
		k++;
	*name = s;
	return k;
}

/* Every word that begins with "test_": a text is read once for all names. */
static void add_words(struct map *m, const char *s, size_t len)
{
	const char *end = s + len, *p = s, *q;

	for (; (p = find_bytes(p, (size_t)(end - p), "test_", 5)); p = q) {
		for (q = p + 5; q < end && is_word_byte(*q);)
			q++;
		if (p == s || !is_word_byte(p[-1]))
			map_set(m, p, (size_t)(q - p), 1);
	}
}

/* Does any file of the landing hold this name afterwards? */
static bool name_lives(const struct landing_view *v,
		       const struct landing_file *own, const char *name,
		       size_t n, struct test_names *names)
{
	if (names->made)
		return map_get(&names->words, name, n) >= 0;
	if (own->new && find_word(own->new, own->new_len, name, n))
		return true;
	if (names->asked++ < NAMES_FEW) {
		for (size_t i = 0; i < v->files_n; i++)
			if (v->files[i].new &&
			    find_word(v->files[i].new, v->files[i].new_len,
				      name, n))
				return true;
		return false;
	}
	for (size_t i = 0; i < v->files_n; i++)
		if (v->files[i].new)
			add_words(&names->words, v->files[i].new,
				  v->files[i].new_len);
	names->made = true;
	return map_get(&names->words, name, n) >= 0;
}

void test_names_release(struct test_names *names)
{
	map_release(&names->words);
}

#define BODY_MAX 40		/* lines of a body that are looked for */
#define LINE_MIN 12		/* bytes of one that says something */

/* The lines of the body that starts after `p`, trimmed. */
static size_t body_lines(const struct landing_file *f, const char *p,
			 struct span out[BODY_MAX])
{
	const char *end = f->old + f->old_len;
	size_t lines = 0;

	p = memchr(p, '\n', (size_t)(end - p));
	while (p && ++p < end && lines < BODY_MAX) {
		const char *e = memchr(p, '\n', (size_t)(end - p)), *s = p;
		const char *dummy;
		size_t n = (size_t)((e ? e : end) - p);

		if (test_name(s, n, &dummy) || (n && !isspace(
		    (unsigned char)*p) && *p != ')' && *p != '#'))
			break;
		trim(&s, &n);
		if (n >= LINE_MIN)
			out[lines++] = (struct span){ s, (uint32_t)n };
		p = e;
	}
	return lines;
}

/* In this file, from *at on first, which is behind the line found before. */
static bool here(const struct landing_file *f, struct span l, const char **at)
{
	const char *end = f->new ? f->new + f->new_len : NULL, *p;

	if (!f->new)
		return false;
	p = find_bytes(*at, (size_t)(end - *at), l.s, l.len);
	if (!p && *at > f->new) {
		if ((size_t)(end - *at) >= l.len)
			end = *at + l.len - 1;
		p = find_bytes(f->new, (size_t)(end - f->new), l.s, l.len);
	}
	if (p)
		*at = p + l.len;
	return p;
}

static bool in_new_file(const struct landing_view *v, struct span l)
{
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *o = &v->files[i];

		if (o->change->status == 'A' && o->new &&
		    find_bytes(o->new, o->new_len, l.s, l.len))
			return true;
	}
	return false;
}

/*
 * Does most of the body that starts after `p` live on, in this file or in a
 * new one?  Then the test was renamed or merged, not deleted.
 */
static bool body_lives(const struct landing_view *v,
		       const struct landing_file *f, const char *p)
{
	struct span l[BODY_MAX];
	size_t n = body_lines(f, p, l), found = 0, lost = 0;
	const char *at = f->new;

	/* Six of ten; asked no longer than that is open. */
	for (size_t i = 0; i < n; i++) {
		if (here(f, l[i], &at) || in_new_file(v, l[i]))
			found++;
		else
			lost++;
		if (found * 10 >= n * 6 || (n - lost) * 10 < n * 6)
			break;
	}
	return n && found * 10 >= n * 6;
}

/* Half of the words between the underscores of `a` also stand in `b`. */
static bool alike(const char *a, size_t an, const char *b, size_t bn)
{
	int words = 0, shared = 0;

	/* Both begin with "test_". */
	for (size_t i = 5; i < an;) {
		size_t n = 0;

		while (i + n < an && a[i + n] != '_')
			n++;
		if (n) {
			words++;
			shared += find_bytes(b + 5, bn - 5, a + i, n) != NULL;
		}
		i += n + 1;
	}
	return words && shared * 2 >= words;
}

/* Names of tests on changed lines of the new side. */
struct successors {
	struct successor {
		struct span name;
		bool asked, came;	/* the old text was; it has it not */
	} *v;
	size_t n, cap;
};

static void find_successors(struct successors *l, const struct line_diff *d)
{
	for (size_t i = 0; i < d->new_n; i++) {
		const char *name;
		size_t k = test_name(d->new[i].s, d->new[i].len, &name);

		if (!k)
			continue;
		GROW(l->v, l->n, l->cap);
		l->v[l->n++] = (struct successor){ .name = { name,
							     (uint32_t)k } };
	}
}

/* Does a changed line of the new side define it?  Most that change do. */
static bool is_redefined(const struct successors *l, const char *name, size_t n)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].name.len == n && !memcmp(l->v[i].name.s, name, n))
			return true;
	return false;
}

/* The text is searched for few of them. */
static bool is_new(struct successor *s, const struct landing_file *f)
{
	if (!s->asked)
		s->came = !find_word(f->old, f->old_len, s->name.s,
				     s->name.len);
	s->asked = true;
	return s->came;
}

/* Did the file gain a test of a similar name?  Then this one was renamed. */
static bool has_successor(struct successors *l, const struct landing_file *f,
			  const char *name, size_t n)
{
	for (size_t i = 0; i < l->n; i++)
		if (alike(name, n, l->v[i].name.s, l->v[i].name.len) &&
		    is_new(&l->v[i], f))
			return true;
	return false;
}

/* One statement per file: the names, and how many there are. */
void test_read_deleted(const struct landing_view *v, size_t file,
		       struct test_names *known, struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	struct successors came = { NULL, 0, 0 };
	struct str names = STR_INIT;
	const struct line_diff *d;
	const char *first = NULL;
	struct json j;
	int n = 0;

	if (!f->old || f->lang != LANG_PYTHON)
		return;
	d = surface_lines(v, file);
	if (!line_diff_has(d, 0, "def test_"))
		return;
	find_successors(&came, d);
	json_init(&j, &names);
	json_open(&j, '{');
	json_key(&j, "names");
	json_open(&j, '[');
	for (size_t i = 0; i < d->old_n; i++) {
		const struct diff_line *l = &d->old[i];
		const char *name;
		size_t k = test_name(l->s, l->len, &name);

		if (!k || is_redefined(&came, name, k) ||
		    name_lives(v, f, name, k, known) ||
		    has_successor(&came, f, name, k) ||
		    body_lives(v, f, l->s))
			continue;
		if (!first)
			first = name;
		if (n++ < PER_FILE_MAX)
			json_strn(&j, name, k);
	}
	json_close(&j, ']');
	json_key(&j, "file_deleted");
	json_bool(&j, f->change->status == 'D');
	json_close(&j, '}');
	if (n) {
		struct signal s = {
			.kind = "test-deleted",
			.path = file_old_path(f),
			.line = line_of(f->old, (size_t)(first - f->old)),
			.old_side = true,
			.detail = str_c(&names),
		};

		s.name = arena_printf(out->arena, "%d", n);
		signal_add(out, &s);
	}
	str_release(&names);
	free(came.v);
}
