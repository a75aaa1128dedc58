/*
 * analyze/signals/numbers.c - numbers the author claims, quoted whole.
 *
 * A number counts when it has a unit, when nothing glues it to a word ("mi35x",
 * "x12@"), and when its sentence speaks of what got better or worse.  Looked
 * for in the title, in the author's own sentences of the body (no fences: test
 * runners print seconds and percents) and in added lines of documents.
 */
#include "analyze/excerpt.h"
#include "analyze/signals/lines.h"
#include "analyze/signals/numclaim.h"
#include "analyze/signals/numtoken.h"
#include "analyze/signals/readers.h"
#include "analyze/signals/surface.h"
#include "core/find.h"
#include "core/json.h"
#include "core/map.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NUMBERS_MAX 8		/* statements of one landing */
#define QUOTE_MAX 400

static bool is_change_log(const char *path)
{
	/* What teaches, guides and advises has numbers of its own. */
	static const char *const teaching[] = {
		"tutorial", "faq", "install", "started", "guide", "practice",
		"quickstart", NULL
	};
	const char *b = path_base(path);

	for (const char *const *t = teaching; *t; t++)
		if (strcasestr(path, *t))
			return false;
	return starts_with(b, "CHANGELOG") || starts_with(b, "README") ||
	       starts_with(b, "RELEASE") || strstr(path, "docs/") == path ||
	       strstr(path, "/docs/");
}

static bool numbers_want(const struct landing_file *f)
{
	return f->new && f->lang == LANG_TEXT && f->kind != PATH_VENDORED &&
	       f->change->additions > 0 && is_change_log(f->change->path);
}

/* --- sentences ---------------------------------------------------------- */

static char *hardware_of(struct arena *a, const char *s)
{
	struct str out = STR_INIT;
	const char *said[4];
	struct json j;
	char *r;
	int n = 0;

	json_init(&j, &out);
	json_open(&j, '[');
	for (const char *p = s; *p && n < 4; p++) {
		size_t k = hardware_at(s, p);
		bool twice = false;

		for (int i = 0; k && i < n; i++)
			twice |= hardware_at(s, said[i]) == k &&
				 !strncasecmp(said[i], p, k);
		if (!k)
			continue;
		if (!twice) {
			json_strn(&j, p, k);
			said[n++] = p;
		}
		p += k - 1;
	}
	json_close(&j, ']');
	r = arena_strndup(a, str_c(&out), out.len);
	str_release(&out);
	return r;
}

struct claims_out {
	struct signal_list *out;
	int n;
	const struct landing_view *v;
	const struct landing_file *f;	/* of a document, or NULL */
	const char *title;
	struct str before;		/* letters of all documents before */
	bool made;
	int asked;
};

#define ASKED_MAX 200		/* sentences compared with them */

/* What is compared of a text: letters, digits and points. */
static void add_letters(struct str *out, const char *s, size_t n)
{
	char *w;

	str_reserve(out, n);
	if (out->over)
		return;
	w = out->s + out->len;
	for (const char *end = s + n; s < end; s++)
		if ((is_word_byte(*s) && *s != '_') || *s == '.')
			*w++ = *s;
	*w = '\0';
	out->len = (size_t)(w - out->s);
}

/* In other documents as well: one may have been moved or converted. */
static void read_before(struct claims_out *c)
{
	c->made = true;
	for (size_t k = 0; k < c->v->files_n; k++) {
		const struct landing_file *f = &c->v->files[k];

		if (f->old && f->lang == LANG_TEXT)
			add_letters(&c->before, f->old, f->old_len);
		str_addch(&c->before, '\n');
	}
}

/*
 * Did a document claim it before?  The number with the three words in front
 * of it and the two behind it, on lines broken otherwise and with other marks.
 */
static bool claimed_before(struct claims_out *c, const char *s,
			   const struct number *num)
{
	const char *a = num->at, *b = num->at + num->len;
	struct str want = STR_INIT;
	bool found;

	if (c->asked++ >= ASKED_MAX)
		return true;

	for (int i = 0; i < 4 && a > s; i++)
		while (a > s && *--a != ' ')
			;
	for (int i = 0; i < 3 && *b; i++)
		while (*b && *b++ != ' ')
			;
	add_letters(&want, a, (size_t)(b - a));
	if (!c->made)
		read_before(c);
	found = want.len && find_bytes(c->before.s, c->before.len, want.s,
				       want.len);
	str_release(&want);
	return found;
}

/* Of a speedup the ratio is quoted, not the bandwidth that explains it. */
static bool prefers_ratio(const char *s, const struct number *num)
{
	struct number other;

	if (!num->rate || !(strcasestr(s, "speedup") ||
			    strcasestr(s, "speed up") ||
			    strcasestr(s, "faster")))
		return false;
	for (const char *p = s; number_next(s, &p, &other);)
		if (other.at[other.len - 1] == 'x')
			return true;
	return false;
}

/* The same line stands in README and CHANGELOG: once is enough. */
static bool said_before(const struct claims_out *c, const char *s)
{
	for (size_t i = c->out->n - (size_t)c->n; i < c->out->n; i++)
		if (!strcmp(c->out->v[i].new, s))
			return true;
	return false;
}

/* A row of a table that lost its line ends, or a formula. */
static bool is_no_sentence(const char *s)
{
	int bars = 0, gaps = 0;

	for (const char *p = s; *p; p++) {
		bars += *p == '|';
		gaps += !strncmp(p, "  ", 2) && p[2] != ' ';
	}
	/* "load   686s -> 4s   save   3s -> 1s" says what became of it. */
	return bars > 2 || (gaps > 2 && !strstr(s, "->")) ||
	       strstr(s, "\xc3\x97 100%") || strstr(s, "* 100%");
}

static bool has_number(const char *s)
{
	const char *p = s;
	struct number num;

	return number_next(s, &p, &num);
}

/* One signal for the first claim of the sentence; the quote has the rest. */
static void read_sentence(struct claims_out *c, const char *s,
			  const char *where, const char *path, int line,
			  const char *title)
{
	const char *p = s, *hw;
	struct number num;
	size_t n = strlen(s);

	if (c->n >= NUMBERS_MAX || n > QUOTE_MAX || !has_number(s) ||
	    is_no_sentence(s) || !sentence_claims(s, !strcmp(where, "doc")))
		return;
	while (number_next(s, &p, &num)) {
		/* A list of a device's data is no measurement either. */
		if (num.rate && (starts_with(s, "Add ") ||
				 starts_with(s, "Fix ")))
			continue;
		if (said_before(c, s))
			return;
		if (strcmp(where, "title") && !number_is_claimed(s, &num))
			continue;
		if ((c->f && claimed_before(c, s, &num)) ||
		    prefers_ratio(s, &num))
			continue;
		hw = hardware_of(c->out->arena, s);
		/* The title names the device for the whole body. */
		if (!strcmp(hw, "[]") && (title || c->title))
			hw = hardware_of(c->out->arena,
					 title ? title : c->title);
		struct signal sig = {
			.kind = "number",
			.name = arena_strndup(c->out->arena, num.at, num.len),
			.new = s, .path = path, .line = line,
			.detail = arena_printf(c->out->arena, "{\"where\":"
					       "\"%s\",\"hardware\":%s}",
					       where, hw),
		};
		signal_add(c->out, &sig);
		c->n++;
		return;
	}
}

/* The subject without the number that GitHub appends. */
static char *bare_title(struct arena *a, const char *s)
{
	char *t = arena_strdup(a, s), *p = strrchr(t, '(');

	if (p && p[1] == '#' && p > t)
		*p = '\0';
	for (p = t + strlen(t); p > t && p[-1] == ' ';)
		*--p = '\0';
	return t;
}

static void read_body(struct claims_out *c, const struct landing_view *v)
{
	struct arena a = { 0 };
	const char **s;
	size_t n;

	/* Most bodies hold no number with a unit: no need to unwrap them. */
	if (!v->body || !has_number(v->body))
		return;
	n = excerpt_sentences(&s, &a, v->body);
	for (size_t i = 0; i < n; i++)
		read_sentence(c, s[i], "body", NULL, 0, v->subject);
	arena_release(&a);
}

/* The cells of a table's row, sentence by sentence. */
static void read_row(struct claims_out *c, struct arena *a,
		     const struct landing_file *f, const struct dline *l)
{
	char *t = arena_strndup(a, l->s, l->len), *cell, *next;

	for (cell = t; cell; cell = next) {
		next = strchr(cell, '|');
		if (next)
			*next++ = '\0';
		cell += strspn(cell, " \t");
		for (const char *s = cell; *s;) {
			size_t n = sentence_len(s), k = n;
			char *one = arena_strndup(a, s, n);

			while (k && one[k - 1] == ' ')
				one[--k] = '\0';
			read_sentence(c, one, "doc", f->change->path, l->no,
				      NULL);
			s += n;
			s += strspn(s, " ");
		}
	}
}

/* A paragraph of added lines that ends before unchanged text is cut there. */
static bool goes_on(const struct landing_file *f, const struct dline *last)
{
	const char *p = last->s + last->len, *end = f->new + f->new_len;

	while (p < end && (*p == '\r' || *p == '\n')) {
		if (*p++ == '\n')
			break;
	}
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p < end && (isalnum((unsigned char)*p) || *p == '(' ||
			   *p == '`');
}

/* Lines [from, to) of one hunk, unwrapped; the claims in them. */
static void read_lines(struct claims_out *c, struct arena *a,
		       const struct landing_file *f, const struct dlines *d,
		       size_t from, size_t to)
{
	struct str text = STR_INIT;
	const char **s;
	size_t n;
	bool cut;

	for (size_t i = from; i < to; i++) {
		str_addmem(&text, d->v[i].s, d->v[i].len);
		str_addch(&text, '\n');
	}
	n = excerpt_sentences(&s, a, str_c(&text));
	cut = goes_on(f, &d->v[to - 1]);
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(s[i]), at = from;

		/* The beginning or the end may stand in unchanged lines. */
		if (!has_number(s[i]) || islower((unsigned char)*s[i]) ||
		    (i + 1 == n && cut && !strchr(".!?", s[i][len - 1])))
			continue;
		for (size_t k = from; k < to; k++)
			if (find_bytes(d->v[k].s, d->v[k].len, s[i],
				       len < 12 ? len : 12))
				at = k;
		read_sentence(c, s[i], "doc", f->change->path, d->v[at].no,
			      NULL);
	}
	str_release(&text);
}

/* Which lines the old text has; few are asked for in most files. */
struct old_lines {
	struct map lines;
	int asked;
};

#define ASKED_FIRST 12		/* before all are read */

static void read_old_lines(struct map *m, const char *s, size_t len)
{
	for (const char *end = s + len, *e; s < end; s = e + 1) {
		const char *a = s, *b;

		e = memchr(s, '\n', (size_t)(end - s));
		e = e ? e : end;
		for (b = e; b > a && (b[-1] == ' ' || b[-1] == '\t' ||
				      b[-1] == '\r'); b--)
			;
		for (; a < b && (*a == ' ' || *a == '\t'); a++)
			;
		map_set(m, a, (size_t)(b - a), 1);
	}
}

/* is_moved_line(), for many lines of one file. */
static bool stood_before(struct old_lines *o, const struct landing_file *f,
			 const struct dline *l)
{
	const char *s = l->s;
	size_t n = l->len;

	if (!f->old || ++o->asked <= ASKED_FIRST)
		return is_moved_line(f, l);
	if (o->asked == ASKED_FIRST + 1)
		read_old_lines(&o->lines, f->old, f->old_len);
	trim(&s, &n);
	return !n || map_get(&o->lines, s, n) >= 0;
}

/* May an added line of the hunk that begins at i hold a number? */
static bool hunk_may_number(const struct dlines *d, size_t i)
{
	for (int h = d->v[i].hunk; i < d->n && d->v[i].hunk == h; i++)
		if (d->v[i].op == '+' &&
		    line_may_number(d->v[i].s, d->v[i].len))
			return true;
	return false;
}

/* May one that the file did not have?  Others are passed over. */
static bool file_may_number(const struct landing_view *v, size_t file)
{
	const struct line_diff *d = surface_lines(v, file);

	for (size_t i = 0; i < d->new_n; i++)
		if (line_may_number(d->new[i].s, d->new[i].len))
			return true;
	return d->cut;
}

static void read_docs(struct claims_out *c, const struct landing_file *f)
{
	struct arena a = { 0 };
	struct dlines d;
	struct old_lines old = { .asked = 0 };
	bool fence = false, digits = false;
	size_t from = 0;

	dlines_read(&d, f);
	for (size_t i = 0; i <= d.n; i++) {
		const struct dline *l = &d.v[i];
		bool plain, row;

		if (i < d.n && (!i || l->hunk != d.v[i - 1].hunk))
			digits = hunk_may_number(&d, i);
		plain = i < d.n && l->op == '+' && !fence && digits &&
			!has_bytes(l->s, l->len, "```") &&
			!stood_before(&old, f, l);
		row = plain && l->len && *l->s == '|';
		if (i > from && (!plain || row ||
				 l->hunk != d.v[i - 1].hunk))
			read_lines(c, &a, f, &d, from, i);
		if (!plain || row)
			from = i + 1;
		else if (i && l->hunk != d.v[i - 1].hunk)
			from = i;
		if (row)
			read_row(c, &a, f, l);
		if (i < d.n && l->op == '+' && has_bytes(l->s, l->len, "```"))
			fence = !fence;
	}
	dlines_release(&d);
	map_release(&old.lines);
	arena_release(&a);
}

static void numbers_read(const struct landing_view *v,
			 struct signal_list *out)
{
	struct claims_out c = { .out = out, .v = v, .title = v->subject };

	if (strpbrk(v->subject, "0123456789"))
		read_sentence(&c, bare_title(out->arena, v->subject), "title",
			      NULL, 0, NULL);
	read_body(&c, v);
	for (size_t i = 0; i < v->files_n; i++)
		if (numbers_want(&v->files[i]) && file_may_number(v, i)) {
			c.f = &v->files[i];
			read_docs(&c, c.f);
		}
	str_release(&c.before);
}

/* The message is read on every landing. */
const struct signal_reader numbers_reader = { "numbers", NULL, numbers_read };
