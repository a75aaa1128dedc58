/*
 * P8 - command-line flags (the names first given to add_argument or option)
 * and metrics (name="ns:word").
 *
 * A flag left when nothing in the tree says it as a string any more: many are
 * declared by two parsers.  One came when nothing said it before.
 */
#include "analyze/signals/emit.h"
#include "analyze/signals/readers.h"
#include "analyze/signals/strlit.h"
#include "core/find.h"

#include <ctype.h>
#include <string.h>

static bool wants(const struct landing_file *f)
{
	return surface_is_python(f) &&
	       (f->look & (LOOK_FLAG | LOOK_METRIC)) &&
	       !path_is_internal(f->change->path);
}

static bool is_flag_name(struct span s)
{
	if (s.len < 3 || s.len > 80 || s.s[0] != '-' || s.s[1] != '-')
		return false;
	for (uint32_t i = 2; i < s.len; i++)
		if (!isalnum((unsigned char)s.s[i]) && s.s[i] != '-' &&
		    s.s[i] != '_' && s.s[i] != '.')
			return false;
	return true;
}

static bool is_metric_name(struct span s)
{
	uint32_t colon = 0;
	if (s.len > 80)
		return false;
	for (uint32_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.s[i];
		if (c == ':' && !colon && i)
			colon = i;
		else if (!islower(c) && !isdigit(c) && c != '_')
			return false;
	}
	return colon && colon + 1 < s.len && islower((unsigned char)*s.s);
}

/*
 * Walk back from the opening quote over earlier string arguments to the
 * bracket of the call.
 */
static bool is_declared(const char *text, struct span s)
{
	size_t at = (size_t)(s.s - 1 - text);
	for (int args = 0; args < 6; args++) {
		char open;
		struct span w = word_before(text, at, &open);
		if (open == '(')
			return (w.len >= 12 &&
				!memcmp(w.s + w.len - 12, "add_argument", 12)) ||
			       (w.len >= 6 &&
				!memcmp(w.s + w.len - 6, "option", 6));
		while (at && isspace((unsigned char)text[at - 1]))
			at--;
		if (at < 3 || text[at - 1] != ',')
			return false;
		at--;
		while (at && isspace((unsigned char)text[at - 1]))
			at--;
		char q = at ? text[at - 1] : 0;
		if (q != '"' && q != '\'')
			return false;
		at--;
		while (at && text[at - 1] != q && text[at - 1] != '\n')
			at--;
		if (!at || text[at - 1] != q)
			return false;
		at--;
	}
	return false;
}

struct walk {
	const struct landing_view *v;
	struct name_set *flags, *metrics;
	size_t file;
	int side;
	const char *script;	/* see in_script_part(); NULL: not asked */
};

/*
 * Below `if __name__` in column 0: a demo's options, not the product's.  Where
 * that begins is found once for all of a file's strings.
 */
static bool in_script_part(struct walk *w, const char *text, size_t len,
			   struct span s)
{
	static const char mark[] = "\nif __name__";

	if (!w->script)
		w->script = find_bytes(text, len, mark, sizeof(mark) - 1);
	if (!w->script)
		w->script = text + len;
	return w->script + sizeof(mark) - 1 <= s.s;
}

static void on_string(void *arg, struct span s)
{
	struct walk *w = arg;
	const char *text;
	size_t len;
	if (!surface_text(&w->v->files[w->file], w->side, &text, &len))
		return;
	if (is_flag_name(s) && is_declared(text, s) &&
	    !in_script_part(w, text, len, s)) {
		name_set_add(w->flags, s, w->file, true);
	} else if (is_metric_name(s)) {
		char open;
		struct span k = word_before(text, (size_t)(s.s - 1 - text),
					    &open);
		if (open == '=' && span_is(k, "name"))
			name_set_add(w->metrics, s, w->file, true);
	}
}

static void collect(const struct landing_view *v, int side,
		    struct name_set *flags, struct name_set *metrics)
{
	for (size_t i = 0; i < v->files_n; i++) {
		if (!wants(&v->files[i]))
			continue;
		const struct line_diff *d = surface_lines(v, i);
		const struct diff_line *l = side ? d->new : d->old;
		size_t n = side ? d->new_n : d->old_n;
		struct walk w = { v, flags, metrics, i, side, NULL };
		for (size_t k = 0; k < n; k++)
			strlit_each(&l[k], on_string, &w);
	}
}

/* Lines of the tree after that quote the name; -1: cannot be told. */
static int quoted_left(const struct landing_view *v, const char *name)
{
	int sum = 0;
	for (int q = 0; q < 2; q++) {
		const char *mark = q ? "'" : "\"";
		const char *word = arena_printf(surface_arena(v), "%s%s%s",
						mark, name, mark);
		int n = v->count_word ? v->count_word(v->arg, word,
						      strlen(word)) : -1;
		if (n < 0)
			return -1;
		sum += n;
	}
	return sum;
}

static int quoted_in(const struct landing_view *v, const char *name, int side)
{
	size_t n = strlen(name);

	return side ? quoted_in_new(v, name, n) : quoted_in_old(v, name, n);
}

/* Did a touched file say it as a field before: an indented "name:"? */
static bool field_before(const struct landing_view *v, const char *field,
			 size_t n)
{
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		const char *p = f->old, *end = p ? p + f->old_len : NULL;
		if (!p || !surface_is_python(f))
			continue;
		for (; (p = find_word(p, (size_t)(end - p), field, n)); p++)
			if (p > f->old && p[-1] == ' ' && p + n < end &&
			    p[n] == ':')
				return true;
	}
	return false;
}

/*
 * "--lr-decay" went and `lr_decay: float` came to a class: argument parsers
 * are made from such fields, so it may be there as before.
 */
static bool became_field(const struct landing_view *v, const char *flag)
{
	char *field = arena_strdup(surface_arena(v), flag + 2);
	size_t n = strlen(field);

	for (char *p = field; *p; p++)
		if (*p == '-')
			*p = '_';
	for (size_t i = 0; i < v->files_n; i++) {
		const struct line_diff *d;
		if (!surface_is_python(&v->files[i]) || !v->files[i].new)
			continue;
		d = surface_lines(v, i);
		for (size_t k = 0; k < d->new_n; k++) {
			struct diff_line t = diff_line_trim(d->new[k]);
			if (t.len > n && !memcmp(t.s, field, n) &&
			    t.s[n] == ':' && t.s < d->new[k].s + d->new[k].len &&
			    t.s > d->new[k].s)
				return !field_before(v, field, n);
		}
	}
	return false;
}

static void say(const struct landing_view *v, int side, const struct name *n,
		const char *kind, struct signal_list *out)
{
	const struct landing_file *f = &v->files[n->file];
	const char *text = side ? f->new : f->old;
	struct signal s = signal_at(kind, f, side, (size_t)(n->text.s - text),
				    span_text(v, n->text));
	s.breaking = !side;
	signal_add(out, &s);
}

/*
 * A client adds "_total" to the name of a counter and "_info" to that of an
 * info where they are not there: both spellings are one metric.  Is the other
 * spelling quoted, after the landing or in the lines it changed before?
 */
static bool has_twin(const struct landing_view *v, const char *name, int side)
{
	static const char *const ends[] = { "_total", "_info" };
	size_t n = strlen(name);

	for (int i = 0; i < 2 && *name != '-'; i++) {
		size_t k = strlen(ends[i]);
		const char *twin = n > k && !strcmp(name + n - k, ends[i]) ?
			arena_strndup(surface_arena(v), name, n - k) :
			arena_printf(surface_arena(v), "%s%s", name, ends[i]);

		if (quoted_in(v, twin, side) ||
		    (side && quoted_left(v, twin) > 0))
			return true;
	}
	return false;
}

/* "--x/--no-x": one half of a pair that a touched file declares. */
static bool is_in_pair(const struct landing_view *v, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; *name == '-' && i < v->files_n; i++) {
		const char *p = v->files[i].new;
		const char *end = p ? p + v->files[i].new_len : NULL;

		for (; p && (p = find_bytes(p, (size_t)(end - p), name, n));
		     p += n) {
			const char *q = p + n;
			char before = p > v->files[i].new ? p[-1] : 0;
			char after = q < end ? *q : 0;

			if ((after == '/' && (before == '"' || before == '\'')) ||
			    (before == '/' && (after == '"' || after == '\'')))
				return true;
		}
	}
	return false;
}

static void compare(const struct landing_view *v, const struct name_set *old,
		    const struct name_set *new, const char *gone,
		    const char *came, struct signal_list *out)
{
	for (size_t i = 0; i < old->n; i++) {
		const char *name = span_text(v, old->v[i].text);
		if (!name_set_get(new, old->v[i].text) &&
		    !quoted_in(v, name, 1) && quoted_left(v, name) == 0 &&
		    (*name != '-' || !became_field(v, name)) &&
		    !is_in_pair(v, name) && !has_twin(v, name, 1))
			say(v, 0, &old->v[i], gone, out);
	}
	for (size_t i = 0; i < new->n; i++) {
		const char *name = span_text(v, new->v[i].text);
		if (name_set_get(old, new->v[i].text) ||
		    quoted_in(v, name, 0) || has_twin(v, name, 0))
			continue;
		int all = quoted_left(v, name);
		if (all >= 0 && all <= quoted_in(v, name, 1))
			say(v, 1, &new->v[i], came, out);
	}
}

static bool one_sided(const struct name_set *a, const struct name_set *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (!name_set_get(b, a->v[i].text))
			return true;
	for (size_t i = 0; i < b->n; i++)
		if (!name_set_get(a, b->v[i].text))
			return true;
	return false;
}

static void read_flag_names(const struct landing_view *v,
			    struct signal_list *out)
{
	struct name_set f[2] = { { 0 } }, m[2] = { { 0 } };
	collect(v, 0, &f[0], &m[0]);
	collect(v, 1, &f[1], &m[1]);
	if (!(one_sided(&f[0], &f[1]) || one_sided(&m[0], &m[1])) ||
	    !signals_unsearched(v)) {
		compare(v, &f[0], &f[1], "flag-removed", "flag-added", out);
		compare(v, &m[0], &m[1], "metric-removed", "metric-added",
			out);
	}
	for (int i = 0; i < 2; i++) {
		name_set_release(&f[i]);
		name_set_release(&m[i]);
	}
}

const struct signal_reader read_flags = { "flags", wants, read_flag_names };
