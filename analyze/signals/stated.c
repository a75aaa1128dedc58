/*
 * P10 - breaks that the authors state: added lines of changelogs and readme
 * files with one of the words below, and the list under them.
 */
#include "analyze/signals/emit.h"
#include "analyze/signals/readers.h"
#include "core/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define STATED_MAX 20		/* stated-break per landing */
#define ASKED_MAX 400		/* lines of a file compared with what it said */

static bool says(const struct diff_line *l, const char *word)
{
	return diff_line_has_ci(l, word);
}

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

/* "- Fix ...", "Fixed ...": behind its bullet. */
static bool is_fix(struct diff_line t)
{
	while (t.len && strchr("-*+ ", *t.s))
		t.s++, t.len--;
	return t.len > 4 && !strncasecmp(t.s, "fix", 3);
}

/*
 * At most three words that no full stop or colon ends, alone on their line
 * and not in a list: a heading underlined on the next one.
 */
static bool is_heading(struct diff_line t)
{
	int words = 1;

	if (!t.len || strchr(".:;-*+", t.s[t.len - 1]) ||
	    strchr("-*+0123456789", *t.s))
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

/* One of the words by which a break is stated. */
static const char *const stating[] = {
	"now require", "no longer", "renamed", "removed", "deprecat",
	"breaking change", "breaking:", "breaking]", "breaking api", NULL
};

/* What a document said before, taken apart once. */
struct notes {
	struct str letters;		/* all of it, letters and digits only */
	const struct diff_line *olds[ASKED_MAX];	/* that state a break */
	size_t olds_n;
	int asked;
};

static void only_letters(struct str *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (isalnum((unsigned char)s[i]))
			str_addch(out, s[i]);
}

static bool states(const struct diff_line *l)
{
	for (int i = 0; stating[i]; i++)
		if (says(l, stating[i]))
			return true;
	return false;
}

static void notes_read(struct notes *n, const struct landing_file *f,
		       const struct line_diff *d)
{
	memset(n, 0, sizeof(*n));
	only_letters(&n->letters, f->old, f->old_len);
	for (size_t i = 0; i < d->old_n && n->olds_n < ASKED_MAX; i++)
		if (states(&d->old[i]))
			n->olds[n->olds_n++] = &d->old[i];
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
	for (int i = 0; stating[i]; i++) {
		size_t n = strlen(stating[i]);
		for (uint32_t k = 0; k + n <= l->len; k++) {
			uint32_t a = k, b = (uint32_t)(k + n);
			uint32_t first = past_number(l);
			if (strncasecmp(l->s + k, stating[i], n))
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
 * Does a removed line say most of it, with the same word?  Then a typing
 * error, a link or a list's marks were changed, no statement was made.
 */
static bool is_reworded(const struct notes *notes,
			const struct diff_line *l)
{
	for (size_t i = 0; i < notes->olds_n; i++) {
		const struct diff_line *o = notes->olds[i];
		const char *p = l->s, *end = l->s + l->len;
		int all = 0, same = 0, w = 0;
		bool code = false, other = false;
		while (stating[w] && !(says(o, stating[w]) &&
				       says(l, stating[w])))
			w++;
		if (!stating[w])
			continue;
		while (p < end) {
			const char *from = p;
			while (p < end && isalnum((unsigned char)*p))
				p++;
			if (p - from > 2) {
				bool has = find_word(o->s, o->len, from,
						     (size_t)(p - from));
				all++;
				same += has;
				/* `code` that the old line has not */
				other |= code && !has;
			}
			if (p == from)
				code ^= *p++ == '`';
		}
		if (all && !other && same * 4 >= all * 3)
			return true;
	}
	return false;
}

static bool states_break(const struct diff_line *l)
{
	if (!states(l))
		return false;
	if (*diff_line_trim(*l).s == '#' && l->len)
		return false;	/* a heading */
	if (says(l, "no longer require") || says(l, "no longer need") ||
	    says(l, "no longer a need") || says(l, "no longer depend") ||
	    says(l, "no longer has") || says(l, "no longer have") ||
	    says(l, "no longer restricted"))
		return false;	/* a relief */
	if (says(l, "removed redundant") || says(l, "removed unnecessary") ||
	    says(l, "see [breaking"))
		return false;	/* nobody's loss; a reference */
	struct diff_line t = diff_line_trim(*l);
	if (t.len > 2 && !memcmp(t.s, "..", 2))
		return false;	/* a directive of reStructuredText */
	if (says(l, "should be removed") || says(l, "to be removed later"))
		return false;	/* a note to oneself */
	if (says(l, "un-deprecat") || says(l, "undeprecat"))
		return false;
	if (says(l, "non-breaking") || says(l, "added or removed"))
		return false;
	if (is_heading(t))
		return false;
	if (is_fix(t) && !says(l, "removed") && !says(l, "renamed"))
		return false;	/* "Fix ... breaking ...": it broke before */
	if (says(l, "no longer") && says(l, "fixed "))
		return false;	/* what it no longer does was wrong */
	return true;
}

/*
 * A file that describes instead of listing changes says "removed" and "no
 * longer" of all sorts of things: there the words must be a statement about an
 * interface, and name it.
 */
static bool states_in_readme(const struct diff_line *l)
{
	static const char *const said[] = {
		"now require", "renamed to", "been renamed", "been removed",
		"removed in", "are removed", "is removed", "was removed",
		"is deprecated", "are deprecated", "been deprecated",
		"now deprecated", "(deprecated)", "deprecated in",
		"deprecating", "no longer support", "no longer accept",
		"is a breaking change", "breaking changes:", NULL
	};
	bool named = memchr(l->s, '`', l->len) || says(l, "support") ||
		     says(l, "deprecat") || says(l, "function") ||
		     says(l, "breaking change") || says(l, "now require");
	for (int i = 0; named && said[i]; i++)
		if (says(l, said[i]))
			return true;
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

static struct diff_line without_bullet(struct diff_line l)
{
	l = diff_line_trim(l);
	while (l.len && (strchr("-*+ >#", *l.s)))
		l.s++, l.len--;
	return l;
}

/* The indented list under line i, counted, its items named. */
static int list_below(const struct line_diff *d, size_t i, struct json *j)
{
	uint32_t base = diff_line_indent(&d->new[i]);
	int n = 0;
	for (size_t k = i + 1; k < d->new_n; k++) {
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

static void say_stated(const struct landing_view *v, size_t file, size_t i,
		       size_t first, struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	const struct line_diff *d = surface_lines(v, file);
	struct diff_line t = without_bullet(d->new[i]);
	const char *text = span_text(v, (struct span){ t.s, t.len });
	struct str detail = STR_INIT;
	struct json j;

	if (said_before(out, first, text))
		return;
	json_init(&j, &detail);
	json_open(&j, '{');
	json_key(&j, "items");
	json_open(&j, '[');
	int n = list_below(d, i, &j);
	json_close(&j, ']');
	json_kint(&j, "n", n);
	json_close(&j, '}');
	struct signal s = signal_at("stated-break", f, 1,
				    (size_t)(d->new[i].s - f->new), text);
	s.breaking = true;
	s.detail = n ? str_c(&detail) : NULL;
	signal_add(out, &s);
	str_release(&detail);
}

/* One file: its lines are compared with what it said before. */
static void read_note(const struct landing_view *v, size_t file, size_t first,
		      struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	const struct line_diff *d = surface_lines(v, file);
	bool list = is_list_of_changes(f->change->path), made = false;
	struct notes notes;

	for (size_t k = 0; k < d->new_n && out->n - first < STATED_MAX; k++) {
		const struct diff_line *l = &d->new[k];

		if (!states_break(l) || (!list && !states_in_readme(l)))
			continue;
		if (!made)
			notes_read(&notes, f, d);
		made = true;
		if (!said_in(&notes, l) && !is_reworded(&notes, l))
			say_stated(v, file, k, first, out);
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
