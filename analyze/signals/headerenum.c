/* analyze/signals/headerenum.c - see headerenum.h. */
#include "analyze/signals/headerenum.h"
#include "analyze/signals/ctoken.h"
#include "analyze/signals/pymodule.h"
#include "core/find.h"
#include "core/mem.h"
#include "core/str.h"

#include <string.h>

#define BEHIND 8	/* bytes behind an enum that still touch it */
#define ENUMS_MAX 64	/* in a file with more the header is parsed */
#define LEN_MAX 65536	/* bytes of one */
#define HEAD_MAX 512	/* bytes before its brace */
#define FILES_MAX 64	/* of a landing that are searched for its name */

/* What begins with "enum" in a text. */
struct enum_text {
	const char *s;
	size_t head;		/* bytes before its brace; 0: it has none */
	size_t len;		/* to its closing brace or ";" */
	bool open;		/* that was not found */
};

static void pass_macro(void *arg UNUSED, struct span name UNUSED)
{
}

/* From the word at s to where its braces end, or its statement. */
static struct enum_text enum_at(const char *s, size_t len)
{
	struct clex lex = { .s = s, .len = len < LEN_MAX ? len : LEN_MAX,
			    .macro = pass_macro };
	struct enum_text e = { s, 0, 0, false };
	int depth = 0, parens = 0;

	for (;;) {
		struct ctok t = clex_next(&lex);
		char c = t.kind == CT_OP ? s[t.off] : 0;

		e.len = t.off;
		e.open = t.kind == CT_END;
		if (e.open)
			return e;
		if (c == '{') {
			depth++;
			if (!e.head)
				e.head = t.off;
		} else if (c == '}' && --depth <= 0 && !parens) {
			return e;
		} else if (c == '(') {
			parens++;
		} else if (c == ')' && parens) {
			parens--;
		} else if (c == ';' && !depth && !parens) {
			return e;
		}
	}
}

/* The name in "enum class Name : int"; empty: none; false: cannot be told. */
static bool enum_name(const struct enum_text *e, struct span *out)
{
	const char *p = e->s + 4, *end = e->s + e->head;
	const char *colon = memchr(p, ':', (size_t)(end - p));

	*out = (struct span){ NULL, 0 };
	for (const char *q = p; q < end; q++)
		if (strchr("([<#/\"", *q))
			return false;
	if (colon)
		end = colon;
	while (p < end) {
		struct span w = { p, 0 };

		while (p < end && is_word_byte(*p))
			p++;
		w.len = (uint32_t)(p - w.s);
		if (w.len && !span_is(w, "class") && !span_is(w, "struct"))
			*out = w;
		p += p < end && !is_word_byte(*p);
	}
	return true;
}

/* Is it the name of one enum of the text, or of what looks like one? */
static bool is_named_once(const char *s, size_t len, struct span name)
{
	const char *end = s + len;
	int n = 0;

	for (; (s = find_bytes(s, (size_t)(end - s), "enum", 4)); s += 4) {
		size_t left = (size_t)(end - s), k = 0;

		left = left < HEAD_MAX ? left : HEAD_MAX;
		while (k < left && s[k] != '{' && s[k] != ';')
			k++;
		if ((k < left && s[k] == ';') ||
		    !find_word(s, k, name.s, name.len))
			continue;
		if (k == left || ++n > 1)
			return false;
	}
	return n == 1;
}

/* Behind a comment's begin and not behind its end? */
static bool in_comment(const char *text, const char *p)
{
	while ((p = memrchr(text, '*', (size_t)(p - text)))) {
		if (p[1] == '/')
			return false;
		if (p > text && p[-1] == '/')
			return true;
	}
	return false;
}

/* Does a header that came or changed beside a deleted one say the name?  Not
 * asked of many. */
static bool went_elsewhere(const struct landing_view *v, struct span name)
{
	if (v->files_n > FILES_MAX)
		return true;
	for (size_t i = 0; i < v->files_n; i++) {
		const struct landing_file *f = &v->files[i];

		if (f->new && f->lang == LANG_HEADER &&
		    find_word(f->new, f->new_len, name.s, name.len))
			return true;
	}
	return false;
}

/*
 * Word for word in the new text, and the only one of its name there; or it is
 * nowhere, with its header.  Without a name it is compared with none.
 */
static bool stands_as_it_was(const struct landing_view *v,
			     const struct landing_file *f,
			     const struct enum_text *e)
{
	const char *there;
	struct span name;

	if (e->open || e->head > HEAD_MAX || !enum_name(e, &name))
		return false;
	if (!name.len)
		return true;
	if (!f->new)
		return !went_elsewhere(v, name);
	there = find_bytes(f->new, f->new_len, e->s, e->len + 1);
	return there && !in_comment(f->new, there) &&
	       is_named_once(f->new, f->new_len, name);
}

/* The keyword, not a part of a word, and no remark on its line. */
static bool is_keyword(const char *text, const char *p)
{
	const char *s = p;

	if (is_word_byte(p[4]) || (p > text && is_word_byte(p[-1])))
		return false;
	while (s > text && s[-1] != '\n') {
		if (p - s > HEAD_MAX)
			return true;
		s--;
		if (*s == '/' && s[1] == '/')
			return false;
	}
	while (*s == ' ' || *s == '\t')
		s++;
	return *s != '*';
}

bool header_enum_may_change(const struct landing_view *v, size_t i)
{
	const struct landing_file *f = &v->files[i];
	size_t from = f->new ? f->old_from : 0;
	const char *p = f->old, *end = p + (f->new ? f->old_to : f->old_len);
	size_t read = 0;
	int asked = 0;

	for (; (p = find_bytes(p, (size_t)(end - p), "enum", 4)); p += 4) {
		size_t at = (size_t)(p - f->old);
		struct enum_text e;

		if (!is_keyword(f->old, p))
			continue;
		e = enum_at(p, f->old_len - at);
		/* One above the middle, or none. */
		read += e.len;
		if (!e.open && (at + e.len + BEHIND < from || !e.head) &&
		    read < f->old_len + LEN_MAX)
			continue;
		if (++asked > ENUMS_MAX || read >= f->old_len + LEN_MAX ||
		    !stands_as_it_was(v, f, &e))
			return true;
	}
	return false;
}
