/*
 * P10 - breaks that the authors state: added items and sentences of changelogs
 * and readme files that say so (statedwords.h), and the list under them.
 */
#include "analyze/excerpt.h"
#include "analyze/signals/emit.h"
#include "analyze/signals/readers.h"
#include "analyze/signals/statedwords.h"
#include "core/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define STATED_MAX 20		/* stated-break per landing */
#define ASKED_MAX 400		/* items of a file compared with what it said */
#define ITEM_MAX 300		/* bytes quoted whole; longer: by sentences */

static bool wants_notes(const struct landing_file *f)
{
	static const char *const names[] = {
		"CHANGELOG", "README", "RELEASE", "BREAKING", "MIGRAT",
		"CHANGES", "UPGRAD", NULL
	};
	const char *base = path_base(f->change->path);
	if (!(f->look & LOOK_LINES) || !f->new || !f->old)
		return false;
	for (int i = 0; names[i]; i++)
		if (!strncasecmp(base, names[i], strlen(names[i])))
			return true;
	return false;
}

/*
 * At most three words that no full stop or colon ends, alone on their line
 * and not in a list: a heading underlined on the next one.
 */
static bool is_heading(struct diff_line t)
{
	int words = 1;

	if (!t.len || strchr(".:;-*+", t.s[t.len - 1]))
		return false;
	for (uint32_t i = 0; i < t.len; i++)
		words += t.s[i] == ' ';
	return words <= 3;
}

/* Behind "12. " or "- ": a list that is numbered anew says the same. */
static uint32_t past_number(const struct diff_line *l)
{
	uint32_t i = diff_line_indent(l);

	while (i < l->len && (isdigit((unsigned char)l->s[i]) ||
			      strchr(".-*+) ", l->s[i])))
		i++;
	return i;
}

/* What a document said before, taken apart once. */
struct notes {
	struct str letters;		/* all of it, letters and digits only */
	struct diff_line olds[ASKED_MAX];	/* items with such a word */
	size_t olds_n;
	int asked;
};

static void only_letters(struct str *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (isalnum((unsigned char)s[i]))
			str_addch(out, s[i]);
}

/*
 * An item of a list, or a paragraph, as far as its lines were added: where it
 * begins and ends among the changed lines.
 */
struct item {
	size_t from, to;	/* lines [from, to) */
	struct diff_line text;	/* their bytes */
	bool begin;		/* its first line was added too */
	bool bullet;
	bool heading;		/* its second line underlines it */
};

/* "- x", "* x", "12. x", "| x": begins an item of its own. */
static bool is_bullet(const struct diff_line *l)
{
	struct diff_line t = diff_line_trim(*l);
	uint32_t i = 0;

	if (t.len > 1 && strchr("-*+", *t.s) && t.s[1] == ' ')
		return true;
	while (i < t.len && isdigit((unsigned char)t.s[i]))
		i++;
	return (i && i + 1 < t.len && strchr(".)", t.s[i]) &&
		t.s[i + 1] == ' ') || (t.len && strchr("#|", *t.s));
}

/* Is the line above it in the whole text blank, a heading or none? */
static bool is_first(const char *text, const struct diff_line *l)
{
	const char *p = l->s, *e;

	if (p == text)
		return true;
	e = --p;
	while (p > text && p[-1] != '\n')
		p--;
	while (p < e && isspace((unsigned char)*p))
		p++;
	return p == e || strchr("#=-~^|", *p);
}

/* The line under a heading: "-----", """""", "^^^^^". */
static bool is_underline(const struct diff_line *l)
{
	struct diff_line t = diff_line_trim(*l);

	for (uint32_t i = 0; i < t.len; i++)
		if (t.s[i] != *t.s)
			return false;
	return t.len > 2 && strchr("-=~^\"'*+#", *t.s);
}

static struct item item_at(const char *text, const struct diff_line *v,
			   size_t n, size_t from)
{
	struct item it = { .from = from, .to = from + 1 };
	const char *end;

	it.bullet = is_bullet(&v[from]);
	it.begin = it.bullet || is_first(text, &v[from]);
	while (it.to < n && v[it.to].line == v[it.to - 1].line + 1 &&
	       !is_bullet(&v[it.to]))
		it.to++;
	/* A heading is no item, and ends the one above it. */
	for (size_t i = from; i < it.to; i++)
		if (is_underline(&v[i])) {
			it.heading = i <= from + 1;
			it.to = it.heading ? i + 1 : i - 1;
		}
	end = v[it.to - 1].s + v[it.to - 1].len;
	it.text = v[from];
	it.text.len = (uint32_t)(end - it.text.s);
	return it;
}

static void notes_read(struct notes *n, const struct landing_file *f,
		       const struct line_diff *d)
{
	memset(n, 0, sizeof(*n));
	only_letters(&n->letters, f->old, f->old_len);
	for (size_t i = 0; i < d->old_n && n->olds_n < ASKED_MAX;) {
		struct item it = item_at(f->old, d->old, d->old_n, i);

		if (stated_has_word(it.text.s, it.text.len))
			n->olds[n->olds_n++] = it.text;
		i = it.to;
	}
}

/* A statement that was wrapped or quoted anew is the same. */
static bool notes_hold(struct notes *n, const char *s, size_t len)
{
	struct str w = STR_INIT;
	bool found;

	if (n->asked++ >= ASKED_MAX)
		return true;	/* nothing is said that cannot be compared */
	only_letters(&w, s, len);
	found = w.len && n->letters.len &&
		memmem(n->letters.s, n->letters.len, w.s, w.len);
	str_release(&w);
	return found;
}

/*
 * Did the document say it before?  The words around it, four in front and two
 * behind, stand in the old text, however its lines were broken.
 */
static bool said_in(struct notes *notes, const struct diff_line *l)
{
	for (int i = 0; stated_words[i]; i++) {
		size_t n = strlen(stated_words[i]);
		for (uint32_t k = 0; k + n <= l->len; k++) {
			uint32_t a = k, b = (uint32_t)(k + n);
			uint32_t first = past_number(l);
			if (strncasecmp(l->s + k, stated_words[i], n))
				continue;
			for (int w = 0; w < 5 && a; w++)
				while (a && l->s[--a] != ' ')
					;
			/* Its own end, and two more; no further than a stop */
			for (int w = 0; w < 3 && b < l->len; w++) {
				while (b < l->len && l->s[b++] != ' ')
					;
				if (b > 1 && l->s[b - 2] == '.')
					break;
			}
			if (a < first)
				a = first;
			if (!notes_hold(notes, l->s + a, b - a))
				return false;
		}
	}
	return true;
}

/*
 * Does a removed item say most of it, with the same word?  Then a typing
 * error, a link or a list's marks were changed, no statement was made.
 */
static bool is_reworded(const struct notes *notes,
			const struct diff_line *l)
{
	for (size_t i = 0; i < notes->olds_n; i++) {
		const struct diff_line *o = &notes->olds[i];
		const char *p = l->s, *end = l->s + l->len;
		int all = 0, same = 0, w = 0, other = 0;
		bool code = false;
		while (stated_words[w] &&
		       !(diff_line_has_ci(o, stated_words[w]) &&
			 diff_line_has_ci(l, stated_words[w])))
			w++;
		if (!stated_words[w])
			continue;
		while (p < end) {
			const char *from = p;
			while (p < end && is_word_byte(*p))
				p++;
			if (p - from > 2) {
				bool has = find_word(o->s, o->len, from,
						     (size_t)(p - from));
				all++;
				same += has;
				/* `code` that the old line has not */
				other += code && !has;
			}
			if (p == from)
				code ^= *p++ == '`';
		}
		if (all && ((!other && same * 4 >= all * 3) ||
			    (other < 2 && same * 10 >= all * 9)))
			return true;
	}
	return false;
}

/* Below "### Fixed" or "Bug fixes:"?  The last heading above, of any kind. */
static bool below_fixes(const char *text, const char *s)
{
	const char *e = s;

	for (int i = 0; i < 300 && e > text; i++) {
		const char *p = --e;
		struct diff_line t;

		while (p > text && p[-1] != '\n')
			p--;
		t = diff_line_trim((struct diff_line){ p, (uint32_t)(e - p),
						       0, 0 });
		e = p;
		if (!t.len || t.len > 60 || (*t.s != '#' &&
		    (is_bullet(&t) || !strchr(":*_", t.s[t.len - 1]) ||
		     isspace((unsigned char)*p))))
			continue;
		return diff_line_has_ci(&t, "fix");
	}
	return false;
}

static bool is_list_of_changes(const char *path)
{
	static const char *const names[] = {
		"CHANGE", "RELEASE", "BREAKING", "MIGRAT", "UPGRAD", NULL
	};
	for (int i = 0; names[i]; i++)
		if (!strncasecmp(path_base(path), names[i], strlen(names[i])))
			return !strcasestr(path_base(path), "process");
	return false;
}

/* "- **x** is": behind the bullet, with its marks. */
static struct diff_line without_bullet(struct diff_line l)
{
	l = diff_line_trim(l);
	while (l.len > 1 && strchr("-*+>#", *l.s) &&
	       strchr("-*+># ", l.s[1]) && (*l.s != '*' || l.s[1] != '*')) {
		l.s++, l.len--;
		l = diff_line_trim(l);
	}
	return l;
}

/* The indented list under line i, counted, its items named. */
static int list_below(const struct line_diff *d, const struct item *it,
		      struct json *j)
{
	uint32_t base = diff_line_indent(&d->new[it->from]);
	int n = 0;
	for (size_t k = it->to; k < d->new_n; k++) {
		struct diff_line t = diff_line_trim(d->new[k]);
		if (d->new[k].line != d->new[k - 1].line + 1 ||
		    diff_line_indent(&d->new[k]) <= base)
			break;
		if (!t.len || !strchr("-*+", *t.s))
			continue;
		t = without_bullet(t);
		if (n++ < 20)
			json_strn(j, t.s, t.len);
	}
	return n;
}

static bool said_before(const struct signal_list *out, size_t first,
			const char *text)
{
	for (size_t i = first; i < out->n; i++)
		if (!strcmp(out->v[i].kind, "stated-break") &&
		    !strcmp(out->v[i].name, text))
			return true;
	return false;
}

static bool has_list_below(const struct line_diff *d, const struct item *it)
{
	return it->to < d->new_n &&
	       d->new[it->to].line == d->new[it->to - 1].line + 1 &&
	       is_bullet(&d->new[it->to]) &&
	       diff_line_indent(&d->new[it->to]) >
	       diff_line_indent(&d->new[it->from]);
}

static void say_stated(const struct landing_view *v, size_t file,
		       const struct item *it, const char *text,
		       struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	const struct line_diff *d = surface_lines(v, file);
	struct str detail = STR_INIT;
	struct json j;

	json_init(&j, &detail);
	json_open(&j, '{');
	json_key(&j, "items");
	json_open(&j, '[');
	int n = list_below(d, it, &j);
	json_close(&j, ']');
	json_kint(&j, "n", n);
	json_close(&j, '}');
	struct signal s = signal_at("stated-break", f, 1,
				    (size_t)(it->text.s - f->new), text);
	s.breaking = true;
	s.detail = n ? str_c(&detail) : NULL;
	signal_add(out, &s);
	str_release(&detail);
}

/* An item whole when it is short, else, and a paragraph, by its sentences. */
static void read_item(const struct landing_view *v, size_t file, size_t first,
		      const struct item *it, struct notes *notes,
		      struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	struct diff_line t = without_bullet(it->text);
	const char *s = span_text(v, (struct span){ t.s, t.len });
	struct stated_in in = {
		.readme = !is_list_of_changes(f->change->path),
		.fixes = below_fixes(f->new, it->text.s),
		.begin = it->begin,
		.list = has_list_below(surface_lines(v, file), it),
	};
	bool whole = it->bullet && strlen(s) <= ITEM_MAX;

	while (*s && out->n - first < STATED_MAX) {
		size_t n = whole ? strlen(s) : sentence_len(s);
		char *one = arena_strndup(surface_arena(v), s, n);
		struct diff_line l = { one, (uint32_t)n, 0, 0 };

		/* A sentence that begins in unchanged lines is cut. */
		if ((in.begin || !islower((unsigned char)*one)) &&
		    (it->bullet || !is_heading(l)) &&
		    stated_is_break(one, &in) &&
		    !said_before(out, first, one) && !said_in(notes, &l) &&
		    !is_reworded(notes, &l))
			say_stated(v, file, it, one, out);
		s += n;
		s += strspn(s, " ");
		in.begin = true;
	}
}

/* One file: its items are compared with what it said before. */
static void read_note(const struct landing_view *v, size_t file, size_t first,
		      struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	const struct line_diff *d = surface_lines(v, file);
	struct notes notes;
	bool made = false;

	for (size_t k = 0; k < d->new_n && out->n - first < STATED_MAX;) {
		struct item it = item_at(f->new, d->new, d->new_n, k);

		k = it.to;
		if (it.heading || *diff_line_trim(it.text).s == '#' ||
		    !stated_has_word(it.text.s, it.text.len))
			continue;
		if (!made)
			notes_read(&notes, f, d);
		made = true;
		read_item(v, file, first, &it, &notes, out);
	}
	if (made)
		str_release(&notes.letters);
}

static void read_notes(const struct landing_view *v, struct signal_list *out)
{
	size_t first = out->n;

	for (size_t i = 0; i < v->files_n; i++)
		if (wants_notes(&v->files[i]))
			read_note(v, i, first, out);
}

const struct signal_reader read_stated = { "stated", wants_notes, read_notes };
