/*
 * P6 - public headers: enumerators and their values, macros, functions at
 * namespace level, structs and their fields, and the paths of the files.
 *
 * A name is gone when neither the touched files nor the rest of the tree say
 * it any more: headers are included under many conditions, so absence in one
 * file proves little.  Values of enumerators are compared across an enum that
 * was renamed, letter case aside.
 */
#include "analyze/signals/cheader.h"
#include "analyze/signals/emit.h"
#include "analyze/signals/headerenum.h"
#include "analyze/signals/readers.h"
#include "core/find.h"
#include "core/mem.h"

#include <stdlib.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#define GONE_MAX 40		/* names looked up per landing */
#define MOVED_MIN 70		/* percent; below, two files share a licence */
#define PATHS_MAX 20		/* named in one header-moved */

static bool wants(const struct landing_file *f)
{
	return f->lang == LANG_HEADER && f->kind == PATH_PRODUCT &&
	       ((f->look & LOOK_LINES) || f->change->old_path);
}

struct headers {
	const struct landing_view *v;
	struct cheader *h[2];	/* by side, by file; read when asked for */
	bool *read[2];
	size_t n;
	int asked;
};

static const struct cheader *header(struct headers *hs, int side, size_t i)
{
	const struct landing_file *f = &hs->v->files[i];
	const char *s;
	size_t len;
	if (!hs->read[side][i] && wants(f) && (f->look & LOOK_LINES) &&
	    surface_text(f, side, &s, &len))
		cheader_parse(&hs->h[side][i], s, len);
	hs->read[side][i] = true;
	return &hs->h[side][i];
}

/* ---- enums ---- */

static int find_enumerator(const struct cheader *h, int owner,
			   struct span name, bool fold)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct citem *c = &h->v[i];
		if (c->kind == C_ENUMERATOR && c->owner == owner &&
		    c->name.len == name.len &&
		    (fold ? !strncasecmp(c->name.s, name.s, name.len) :
			    !memcmp(c->name.s, name.s, name.len)))
			return (int)i;
	}
	return -1;
}

/* An enum of h with at least half of the members of a's enum `en`. */
static int renamed_enum(const struct cheader *a, int en,
			const struct cheader *h)
{
	for (size_t k = 0; k < h->n; k++) {
		int all = 0, same = 0;
		if (h->v[k].kind != C_ENUM ||
		    cheader_find(a, C_ENUM, h->v[k].owner, h->v[k].name) >= 0)
			continue;
		for (size_t i = 0; i < a->n; i++)
			if (a->v[i].kind == C_ENUMERATOR &&
			    a->v[i].owner == en) {
				all++;
				same += find_enumerator(h, (int)k,
					a->v[i].name, true) >= 0;
			}
		if (all > 1 && same * 2 >= all)
			return (int)k;
	}
	return -1;
}

/* The enum that is `en` of file `file` now, in whichever touched header. */
static int find_enum(struct headers *hs, size_t file, int en, size_t *in,
		     bool *renamed)
{
	const struct cheader *a = header(hs, 0, file);
	struct span name = a->v[en].name;
	*renamed = false;
	for (size_t k = 0; k < hs->n; k++) {
		size_t i = (file + k) % hs->n;
		const struct cheader *b = header(hs, 1, i);
		for (size_t j = 0; name.len && j < b->n; j++)
			if (b->v[j].kind == C_ENUM &&
			    span_eq(b->v[j].name, name)) {
				*in = i;
				return (int)j;
			}
	}
	int at = name.len ? renamed_enum(a, en, header(hs, 1, file)) : -1;
	*in = file;
	*renamed = at >= 0;
	return at;
}

static const char *value_text(const struct landing_view *v,
			      const struct citem *c)
{
	if (c->value.s)
		return span_text(v, c->value);
	if (!c->has_number)
		return NULL;
	return arena_printf(surface_arena(v), "%lld", c->number);
}

/* The next name of "A | B | C"; false at the end or at anything else. */
static bool next_flag(struct span s, uint32_t *at, struct span *out)
{
	while (*at < s.len && (s.s[*at] == ' ' || s.s[*at] == '|' ||
			       s.s[*at] == '\n'))
		(*at)++;
	*out = (struct span){ s.s + *at, 0 };
	while (*at < s.len && (isalnum((unsigned char)s.s[*at]) ||
			       s.s[*at] == '_'))
		(*at)++;
	out->len = (uint32_t)(s.s + *at - out->s);
	return out->len > 0;
}

/* Flags joined by "|" in another order are the same number. */
static bool same_flags(struct span a, struct span b)
{
	struct span x, y;
	uint32_t at = 0, n = 0, k = 0;

	if (!memchr(a.s, '|', a.len) || !memchr(b.s, '|', b.len))
		return false;
	while (next_flag(a, &at, &x)) {
		uint32_t in = 0;
		bool found = false;

		while (!found && next_flag(b, &in, &y))
			found = span_eq(x, y);
		if (!found)
			return false;
		n++;
	}
	if (at < a.len)
		return false;
	for (at = 0; next_flag(b, &at, &y);)
		k++;
	return n == k && at == b.len;
}

static bool same_value(const struct citem *a, const struct citem *b)
{
	if (a->has_number && b->has_number)
		return a->number == b->number;
	if (a->has_number != b->has_number || !a->value.s || !b->value.s)
		return true;	/* cannot be compared: nothing to say */
	return span_same_code(a->value, b->value) ||
	       same_flags(a->value, b->value);
}

/* Is the word gone from the landing's new files and from the tree? */
static bool is_gone(const struct landing_view *v, struct headers *hs,
		    struct span name)
{
	if (signals_unsearched(v) || ++hs->asked > GONE_MAX || name.len < 2)
		return false;
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		if (f->new && f->kind == PATH_PRODUCT &&
		    find_word(f->new, f->new_len, name.s, name.len))
			return false;
	}
	return !v->count_word || v->count_word(v->arg, name.s, name.len) == 0;
}

static const char *joined(const struct landing_view *v, struct span a,
			  struct span b)
{
	return arena_printf(surface_arena(v), "%.*s::%.*s", (int)a.len, a.s,
			    (int)b.len, b.s);
}

static void say_enumerator(const struct landing_view *v, size_t file,
			   const struct citem *en, const struct citem *x,
			   size_t in, const struct citem *y, bool renamed,
			   struct signal_list *out)
{
	const struct landing_file *f = &v->files[y ? in : file];
	struct signal s = signal_at("enum-value", f, y != NULL,
				    y ? y->at : x->at,
				    joined(v, en->name, x->name));
	s.old = value_text(v, x);
	s.new = y ? value_text(v, y) : NULL;
	if (renamed && y && s.old && s.new) {
		s.old = arena_printf(surface_arena(v), "%s %s",
				     span_text(v, x->name), s.old);
		s.new = arena_printf(surface_arena(v), "%s %s",
				     span_text(v, y->name), s.new);
	}
	if (!y && !s.old)
		s.old = span_text(v, x->name);
	s.breaking = true;
	signal_add(out, &s);
}

/* The middle lies in the enum, or from its name to its last member. */
static bool enum_touched(const struct landing_file *f, const struct cheader *h,
			 int en)
{
	size_t to = h->v[en].at + h->v[en].name.len;
	for (size_t i = (size_t)en + 1; i < h->n && h->v[i].owner == en; i++)
		to = h->v[i].at + h->v[i].name.len + h->v[i].value.len + 4;
	return surface_touched(f, 0, h->v[en].at, to);
}

static void compare_enums(const struct landing_view *v, size_t file,
			  struct headers *hs, struct signal_list *out)
{
	const struct cheader *a = header(hs, 0, file);
	for (size_t e = 0; e < a->n; e++) {
		size_t in = file;
		bool renamed;
		if (a->v[e].kind != C_ENUM || a->v[e].internal ||
		    !enum_touched(&v->files[file], a, (int)e))
			continue;
		int to = find_enum(hs, file, (int)e, &in, &renamed);
		if (to < 0)
			continue;
		const struct cheader *b = header(hs, 1, in);
		for (size_t i = 0; i < a->n; i++) {
			const struct citem *x = &a->v[i];
			if (x->kind != C_ENUMERATOR || x->owner != (int)e)
				continue;
			int at = find_enumerator(b, to, x->name, renamed);
			const struct citem *y = at < 0 ? NULL : &b->v[at];
			if (y ? same_value(x, y) : !is_gone(v, hs, x->name))
				continue;
			say_enumerator(v, file, &a->v[e], x, in, y, renamed,
				       out);
		}
	}
}

/* ---- names ---- */

/* Does the new side of the file say the word? */
static bool still_says(const struct landing_file *f, struct span word)
{
	return f->new && find_word(f->new, f->new_len, word.s, word.len);
}

static bool seen_before(const struct cheader *h, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (h->v[k].kind == h->v[i].kind &&
		    span_eq(h->v[k].name, h->v[i].name))
			return true;
	return false;
}

/* The bytes before and after a name on its line, blanks at the ends off. */
static void around(const char *text, size_t len, const struct citem *c,
		   struct diff_line out[2])
{
	const char *at = text + c->at, *end = memchr(at, '\n', len - c->at);
	const char *nl = c->at ? memrchr(text, '\n', c->at) : NULL;
	const char *from = nl ? nl + 1 : text, *behind = at + c->name.len;

	end = end ? end : text + len;
	out[0] = diff_line_trim((struct diff_line){
		from, (uint32_t)(at - from), 0, 0 });
	out[1] = diff_line_trim((struct diff_line){
		behind, (uint32_t)(end - behind), 0, 0 });
}

static bool same_bytes(const struct diff_line *a, const struct diff_line *b)
{
	return a->len == b->len && !memcmp(a->s, b->s, a->len);
}

/*
 * A field of a struct that stays, whose line is there with another name: the
 * only new one like it.  Whether others say the old word does not matter then.
 */
static const struct citem *renamed_field(const struct landing_file *f,
					 const struct cheader *a, size_t i,
					 const struct cheader *b)
{
	const struct citem *x = &a->v[i], *found = NULL;
	struct diff_line was[2], is[2];
	int to = cheader_find(b, C_STRUCT, a->v[x->owner].owner,
			      a->v[x->owner].name);

	if (to < 0 || a->v[x->owner].owner >= 0 || !f->new ||
	    cheader_find(b, C_FIELD, to, x->name) >= 0)
		return NULL;
	around(f->old, f->old_len, x, was);
	for (size_t k = 0; k < b->n; k++) {
		const struct citem *y = &b->v[k];

		if (y->kind != C_FIELD || y->owner != to ||
		    cheader_find(a, C_FIELD, x->owner, y->name) >= 0)
			continue;
		around(f->new, f->new_len, y, is);
		if (!was[0].len || !same_bytes(&was[0], &is[0]) ||
		    !same_bytes(&was[1], &is[1]))
			continue;
		if (found)
			return NULL;
		found = y;
	}
	return found;
}

/* Two fields that went may not both be the one that came. */
static bool is_only_one(const struct landing_file *f, const struct cheader *a,
			size_t i, const struct cheader *b,
			const struct citem *to)
{
	for (size_t k = 0; k < a->n; k++)
		if (k != i && a->v[k].kind == C_FIELD &&
		    a->v[k].owner == a->v[i].owner &&
		    renamed_field(f, a, k, b) == to)
			return false;
	return true;
}

static bool say_renamed_field(const struct landing_view *v, size_t file,
			      struct headers *hs, size_t i,
			      struct signal_list *out)
{
	const struct landing_file *f = &v->files[file];
	const struct cheader *a = header(hs, 0, file);
	const struct cheader *b = header(hs, 1, file);
	const struct citem *x = &a->v[i], *owner = &a->v[x->owner];
	const struct citem *y = renamed_field(f, a, i, b);

	if (!y || !is_only_one(f, a, i, b, y))
		return false;
	struct signal s = signal_at("symbol-renamed", f, 0, x->at,
				    joined(v, owner->name, x->name));
	s.old = s.name;
	s.new = joined(v, owner->name, y->name);
	s.breaking = true;
	signal_add(out, &s);
	return true;
}

/* "#undef NAME" below its definition: the macro never left its header. */
static bool is_taken_back(const struct landing_file *f, const struct citem *c)
{
	const char *p = f->old + c->at, *end = f->old + f->old_len;

	while ((p = find_bytes(p, (size_t)(end - p), "#undef ", 7))) {
		p += 7;
		if ((size_t)(end - p) > c->name.len &&
		    !memcmp(p, c->name.s, c->name.len) &&
		    !is_word_byte(p[c->name.len]))
			return true;
	}
	return false;
}

static void compare_names(const struct landing_view *v, size_t file,
			  struct headers *hs, struct signal_list *out)
{
	const struct cheader *a = header(hs, 0, file);
	const struct landing_file *f = &v->files[file];

	for (size_t i = 0; i < a->n; i++) {
		const struct citem *c = &a->v[i];
		if (c->kind == C_ENUMERATOR || c->internal ||
		    !c->name.len || *c->name.s == '_' ||
		    !surface_touched(f, 0, c->at, c->at + c->name.len))
			continue;
		const struct citem *owner = c->kind == C_FIELD ?
					    &a->v[c->owner] : NULL;
		if (owner && owner->name.len && !owner->internal &&
		    say_renamed_field(v, file, hs, i, out))
			continue;
		if (still_says(f, c->name) || seen_before(a, i))
			continue;
		if (owner && (!owner->name.len || owner->internal ||
			      !still_says(f, owner->name)))
			continue;	/* said with its struct, if at all */
		if ((c->kind == C_MACRO && is_taken_back(f, c)) ||
		    !is_gone(v, hs, c->name))
			continue;
		struct signal s = signal_at(c->kind == C_MACRO ?
				"macro-removed" : "header-symbol-removed",
			f, 0, c->at, owner ? joined(v, owner->name, c->name) :
					     span_text(v, c->name));
		s.breaking = true;
		signal_add(out, &s);
	}
}

/* ---- paths ---- */

static size_t common_folder(const char *a, size_t len, const char *b)
{
	size_t n = 0, cut = 0;
	while (n < len && a[n] && a[n] == b[n]) {
		n++;
		if (a[n - 1] == '/')
			cut = n;
	}
	return cut;
}

static bool is_moved(const struct landing_file *f)
{
	return f->change->status == 'R' && f->lang == LANG_HEADER &&
	       f->change->similarity >= MOVED_MIN && f->kind == PATH_PRODUCT &&
	       path_lang(f->change->old_path) == LANG_HEADER &&
	       path_kind(f->change->old_path) == PATH_PRODUCT;
}

/* Many headers from one folder to another are one statement. */
static void say_moved_together(const struct landing_view *v, int n,
			       struct signal_list *out)
{
	const char *old = NULL, *new = NULL;
	size_t old_len = 0, new_len = 0;
	struct str detail = STR_INIT;
	struct json j;
	int shown = 0;

	json_init(&j, &detail);
	json_open(&j, '{');
	json_kint(&j, "n", n);
	json_key(&j, "paths");
	json_open(&j, '[');
	for (size_t i = 0; i < v->files_n; i++) {
		const struct change *c = v->files[i].change;
		if (!is_moved(&v->files[i]))
			continue;
		if (!old) {
			old = c->old_path;
			new = c->path;
			old_len = strlen(old);
			new_len = strlen(new);
		}
		old_len = common_folder(old, old_len, c->old_path);
		new_len = common_folder(new, new_len, c->path);
		if (shown++ < PATHS_MAX)
			json_str(&j, c->old_path);
	}
	json_close(&j, ']');
	json_close(&j, '}');
	struct signal s = { .kind = "header-moved", .breaking = true };
	s.old = arena_strndup(surface_arena(v), old, old_len);
	s.new = arena_strndup(surface_arena(v), new, new_len);
	/* Renamed in their folder: nothing moved from one to the other. */
	if (!*s.old || !strcmp(s.old, s.new))
		s.old = s.new = NULL;
	s.name = old_len ? arena_strndup(surface_arena(v), old, old_len) :
			   "headers";
	s.detail = str_c(&detail);
	signal_add(out, &s);
	str_release(&detail);
}

static void say_paths(const struct landing_view *v, struct signal_list *out)
{
	int n = 0;
	for (size_t i = 0; i < v->files_n; i++)
		n += is_moved(&v->files[i]);
	if (n > 3) {
		say_moved_together(v, n, out);
		return;
	}
	for (size_t i = 0; n && i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		if (!is_moved(f))
			continue;
		struct signal s = signal_at("header-moved", f, 0, 0,
					    f->change->old_path);
		s.line = 0;
		s.old = f->change->old_path;
		s.new = f->change->path;
		s.breaking = true;
		signal_add(out, &s);
	}
}

/* Installed beside the others, but nobody's to include. */
static bool is_inner_path(const char *path)
{
	return path_is_internal(path) || path_has_part(path, "detail") ||
	       path_has_part(path, "details") || path_has_part(path, "impl") ||
	       path_has_part(path, "internal");
}

/* A public header whose path leads nowhere now. */
static void say_lost_paths(const struct landing_view *v,
			   struct signal_list *out)
{
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];
		const char *old = file_old_path(f);
		bool gone = f->change->status == 'D' ||
			    (f->change->status == 'R' && !is_moved(f));
		if (!gone || f->lang != LANG_HEADER || !f->old ||
		    path_kind(old) != PATH_PRODUCT ||
		    !path_has_part(old, "include") || is_inner_path(old))
			continue;
		struct signal s = signal_at("header-removed", f, 0, 0, old);
		s.line = 0;
		s.breaking = true;
		signal_add(out, &s);
	}
}

static void read_headers(const struct landing_view *v,
			 struct signal_list *out)
{
	struct headers hs = { .v = v, .n = v->files_n };

	for (int side = 0; side < 2; side++) {
		hs.h[side] = xcalloc(hs.n + 1, sizeof(**hs.h));
		hs.read[side] = xcalloc(hs.n + 1, sizeof(**hs.read));
	}
	for (size_t i = 0; i < hs.n; i++) {
		if (!wants(&v->files[i]) || !v->files[i].old)
			continue;
		if (header_enum_may_change(v, i))
			compare_enums(v, i, &hs, out);
		if (surface_lines(v, i)->old_n && !signals_unsearched(v))
			compare_names(v, i, &hs, out);
	}
	say_paths(v, out);
	say_lost_paths(v, out);
	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; i < hs.n; i++)
			cheader_release(&hs.h[side][i]);
		free(hs.h[side]);
		free(hs.read[side]);
	}
}

const struct signal_reader read_header_names = {
	"header", wants, read_headers
};
