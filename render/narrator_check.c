/*
 * render/narrator_check.c - see narrator_check.h.
 *
 * The evidence of a sentence is one text: everything its handles' facts hold,
 * between '\n'.  A word of the sentence is either common (narrator_words.c) or
 * stands in that text as a whole word.
 */
#include "render/narrator_check.h"

#include "core/mem.h"
#include "core/str.h"
#include "core/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SENTENCE_MAX 700	/* bytes */
#define HANDLES_MAX 12

const char *narrator_fault_name(enum narrator_fault f)
{
	static const char *const names[NARRATOR_FAULTS] = {
		"ok", "characters", "length", "markup", "handle", "language",
		"number", "name", "term", "order", "said twice", "too many",
	};

	return names[f];
}

/* ---- characters */

static bool allowed(uint32_t cp, bool *cjk)
{
	*cjk = (cp >= 0x4e00 && cp <= 0x9fff) || (cp >= 0x3400 && cp <= 0x4dbf);
	if (cp < 0x80)
		return cp >= 0x20 && cp != 0x7f;
	if (*cjk || cp == 0x2013 || cp == 0x2014 || cp == 0x2018 ||
	    cp == 0x2019 || cp == 0x201c || cp == 0x201d || cp == 0x2026 ||
	    cp == 0xb7)
		return true;
	if (cp == 0x3001 || cp == 0x3002 || (cp >= 0x300a && cp <= 0x3011))
		return true;
	/* full-width punctuation, but neither digits nor letters */
	return cp == 0xff01 || cp == 0xff08 || cp == 0xff09 || cp == 0xff0c ||
	       cp == 0xff1a || cp == 0xff1b || cp == 0xff1f;
}

static enum narrator_fault check_bytes(const char *s, size_t len,
				       const char *lang)
{
	size_t i = 0, han = 0, latin = 0;
	uint32_t cp;
	bool cjk, code = false;		/* code has no language */
	int k;

	for (; i < len; i += (size_t)k) {
		k = utf8_next(s + i, len - i, &cp);
		if (k <= 0 || !allowed(cp, &cjk))
			return NARRATOR_BYTES;
		code = code != (cp == '`');
		han += cjk && !code;
		latin += !code && cp < 0x80 && isalpha((int)cp);
	}
	if (strcmp(lang, "zh") == 0)
		return han >= 4 && han * 5 >= latin ? NARRATOR_OK
						    : NARRATOR_LANGUAGE;
	return han == 0 && latin >= 4 ? NARRATOR_OK : NARRATOR_LANGUAGE;
}

/* ---- handles */

static bool is_handle(const char *s, size_t n)
{
	size_t i = 1, from;

	if (n < 2 || (s[0] != 'c' && s[0] != 'i'))
		return false;
	while (i < n && isdigit((unsigned char)s[i]))
		i++;
	if (i == 1)
		return false;
	if (s[0] == 'c' && n - i > 2 && s[i] == '.' && s[i + 1] == 'f') {
		for (from = i += 2; i < n && isdigit((unsigned char)s[i]); i++)
			;
		if (i == from)
			return false;
		if (n - i > 2 && s[i] == '.' && s[i + 1] == 'h') {
			for (from = i += 2;
			     i < n && isdigit((unsigned char)s[i]); i++)
				;
			if (i == from)
				return false;
		}
	}
	return i == n;
}

/* A fact belongs to a handle when either is the other or a part of it. */
static bool belongs(const char *fact, const char *handle, size_t n)
{
	size_t f = strlen(fact), m = f < n ? f : n;

	if (memcmp(fact, handle, m) != 0)
		return false;
	return f == n || (f < n ? handle[f] == '.' : fact[n] == '.');
}

static void add_fact(struct str *out, const struct narrator_fact *f)
{
	size_t i;

	str_add(out, f->text ? f->text : "");
	str_addch(out, '\n');
	for (i = 0; i < f->evidence_n; i++) {
		str_add(out, f->evidence[i]);
		str_addch(out, '\n');
	}
}

/* Is there such a handle?  Its facts are added to the evidence. */
static bool gather(struct str *out, const char *handle, size_t n,
		   const struct narrator_section *sections, size_t sections_n)
{
	bool exact = false;
	size_t i, k;

	for (i = 0; i < sections_n; i++) {
		bool any = false;

		for (k = 0; k < sections[i].facts_n; k++) {
			const struct narrator_fact *f = &sections[i].facts[k];

			if (!belongs(f->handle, handle, n))
				continue;
			exact = exact || (strlen(f->handle) == n);
			any = true;
			add_fact(out, f);
		}
		if (any) {
			str_add(out, sections[i].repo);
			str_addch(out, '\n');
		}
	}
	return exact;
}

/* Copies s without its handles into *bare, their evidence into *ev. */
static enum narrator_fault check_handles(const char *s, size_t len,
					 const struct narrator_section *sections,
					 size_t n, struct str *bare,
					 struct str *ev)
{
	size_t i, end, handles = 0;

	for (i = 0; i < len; i++) {
		if (s[i] == '}')
			return NARRATOR_HANDLE;
		if (s[i] != '{') {
			str_addch(bare, s[i]);
			continue;
		}
		for (end = i + 1; end < len && s[end] != '}'; end++)
			;
		if (end == len || !is_handle(s + i + 1, end - i - 1) ||
		    !gather(ev, s + i + 1, end - i - 1, sections, n) ||
		    ++handles > HANDLES_MAX)
			return NARRATOR_HANDLE;
		str_addch(bare, ' ');
		i = end;
	}
	return handles ? NARRATOR_OK : NARRATOR_HANDLE;
}

/* ---- form */

static bool ends_sentence(const char *s, size_t len)
{
	static const char *const marks[] = { ".", "!", "?", "\xe3\x80\x82",
					     "\xef\xbc\x81", "\xef\xbc\x9f" };
	size_t i, n;

	for (i = 0; i < ARRAY_N(marks); i++) {
		n = strlen(marks[i]);
		if (len >= n && memcmp(s + len - n, marks[i], n) == 0)
			return len < 3 || memcmp(s + len - 3, "...", 3) != 0;
	}
	return false;
}

static bool is_ended(const char *s, size_t len)
{
	while (len && s[len - 1] == ' ')
		len--;
	if (ends_sentence(s, len))
		return true;
	while (len && s[len - 1] == '}') {	/* "It moves. {c3}" */
		while (len && s[len - 1] != '{')
			len--;
		len -= len > 0;
		while (len && s[len - 1] == ' ')
			len--;
	}
	return ends_sentence(s, len);
}

static enum narrator_fault check_markup(const char *s)
{
	static const char *const never[] = { "://", "www.", "](", "mailto:",
					     "javascript:", ".com", "``" };
	bool code = false;
	size_t i;

	for (i = 0; i < ARRAY_N(never); i++)
		if (strcasestr(s, never[i]))
			return NARRATOR_MARKUP;
	for (; *s; s++) {
		if (*s == '`')
			code = !code;
		else if (!code && strchr("<>[]|*#\\$^&~", *s))
			return NARRATOR_MARKUP;
	}
	return code ? NARRATOR_MARKUP : NARRATOR_OK;
}

/* ---- words */

/* Does w stand in the text as a whole word?  A digit's neighbours must not go
 * on with it: "1.5" does not stand in "11.52". */
static bool stands(const char *text, const char *w, size_t n, bool fold)
{
	const char *p = text;
	char needle[256];

	if (n == 0 || n >= sizeof(needle))
		return false;
	memcpy(needle, w, n);
	needle[n] = 0;
	while ((p = fold ? strcasestr(p, needle) : strstr(p, needle))) {
		bool left = p == text || !is_word_byte(p[-1]) || !is_word_byte(w[0]);
		bool right = !is_word_byte(p[n]) || !is_word_byte(w[n - 1]);

		if (isdigit((unsigned char)w[0]) && p > text + 1 &&
		    (p[-1] == '.' || p[-1] == ',') &&
		    isdigit((unsigned char)p[-2]))
			left = false;
		if (isdigit((unsigned char)w[n - 1]) &&
		    (p[n] == '.' || p[n] == ',' || p[n] == '%') &&
		    (p[n] == '%' || isdigit((unsigned char)p[n + 1])))
			right = false;
		if (left && right)
			return true;
		p++;
	}
	return false;
}

struct word_kind { bool digit, upper_inside, mark, lower_only; };

static struct word_kind kind_of(const char *w, size_t n)
{
	struct word_kind k = { false, false, false, true };
	size_t i;

	for (i = 0; i < n; i++) {
		k.digit = k.digit || isdigit((unsigned char)w[i]);
		k.upper_inside = k.upper_inside ||
			(i > 0 && isupper((unsigned char)w[i]));
		k.mark = k.mark || !isalpha((unsigned char)w[i]);
		k.lower_only = k.lower_only && islower((unsigned char)w[i]);
	}
	return k;
}

/* An inflection of a word that stands in the evidence ("kernels"). */
static bool inflected(const char *ev, const char *w, size_t n)
{
	static const char *const tails[] = { "s", "es", "ed", "d", "ing" };
	size_t i, t;

	for (i = 0; i < ARRAY_N(tails); i++) {
		t = strlen(tails[i]);
		if (n > t + 2 && memcmp(w + n - t, tails[i], t) == 0 &&
		    stands(ev, w, n - t, true))
			return true;
	}
	return false;
}

static bool word_allowed(const char *ev, const char *w, size_t n)
{
	struct word_kind k = kind_of(w, n);
	char lower[64];
	size_t i;

	/* exact letters where they carry meaning */
	if (stands(ev, w, n, !k.digit && !k.upper_inside && !k.mark))
		return true;
	if (k.digit || k.upper_inside || k.mark || n >= sizeof(lower))
		return false;
	for (i = 0; i < n; i++)
		lower[i] = (char)tolower((unsigned char)w[i]);
	return n == 1 || narrator_common(lower, n) ||
	       inflected(ev, lower, n);
}

/* "load-balancing": its parts, unless it holds digits, dots or slashes. */
static bool parts_allowed(const char *ev, const char *w, size_t n)
{
	size_t i, from = 0;

	for (i = 0; i < n; i++)
		if (w[i] != '-' && !isalpha((unsigned char)w[i]))
			return false;
	for (i = 0; i <= n; i++)
		if (i == n || w[i] == '-') {
			if (i == from || !word_allowed(ev, w + from, i - from))
				return false;
			from = i + 1;
		}
	return true;
}

/* End of the word at i: connectors count when a word goes on behind them. */
static size_t word_end(const char *s, size_t i)
{
	while (is_word_byte(s[i]) || (s[i] && strchr("-./:+@,", s[i]) &&
				 is_word_byte(s[i + 1]) &&
				 (s[i] != ',' ||
				  (isdigit((unsigned char)s[i - 1]) &&
				   isdigit((unsigned char)s[i + 1])))))
		i++;
	if (s[i] == '%' || s[i] == '+')
		i++;
	return i;
}

static enum narrator_fault check_words(const char *s, const char *ev)
{
	size_t i = 0, end;
	const char *close;

	while (s[i]) {
		if (s[i] == '`') {
			close = strchr(s + i + 1, '`');
			end = (size_t)(close - s);
			if (!stands(ev, s + i + 1, end - i - 1, false))
				return NARRATOR_WORD;
			i = end + 1;
			continue;
		}
		/* a connector in front makes a path or an option of it */
		if (!is_word_byte(s[i]) && !(strchr("/-.+", s[i]) &&
					is_word_byte(s[i + 1]))) {
			i++;
			continue;
		}
		end = word_end(s, i + !is_word_byte(s[i]));
		if (!word_allowed(ev, s + i, end - i) &&
		    !parts_allowed(ev, s + i, end - i))
			return kind_of(s + i, end - i).digit ? NARRATOR_NUMBER
							     : NARRATOR_WORD;
		i = end;
	}
	return NARRATOR_OK;
}

/* Numerals written in Chinese: two and more of something, multiples, halves. */
static enum narrator_fault check_numerals(const char *s)
{
	static const char *const never[] = {
		"\xe5\x80\x8d", "\xe4\xb8\x80\xe5\x8d\x8a",
		"\xe7\xbf\xbb\xe7\x95\xaa", "\xe5\x88\x86\xe4\xb9\x8b",
		"\xe6\x95\xb0\xe5\x8d\x81", "\xe6\x95\xb0\xe7\x99\xbe",
	};
	static const char numerals[] =
		"\xe4\xba\x8c\xe4\xb8\xa4\xe4\xb8\x89\xe5\x9b\x9b\xe4\xba\x94"
		"\xe5\x85\xad\xe4\xb8\x83\xe5\x85\xab\xe4\xb9\x9d\xe5\x8d\x81"
		"\xe7\x99\xbe\xe5\x8d\x83";
	static const char units[] =
		"\xe4\xb8\xaa\xe9\xa1\xb9\xe5\xa4\x84\xe8\xa1\x8c\xe6\xac\xa1"
		"\xe7\xa7\x8d\xe7\xb1\xbb\xe5\xa4\xa9\xe5\xb9\xb4\xe6\x9c\x88"
		"\xe6\x97\xa5\xe5\x88\x86\xe7\xa7\x92\xe6\x9d\xa1\xe5\x8d\x83"
		"\xe4\xb8\x87\xe7\x99\xbe\xe5\x8d\x81\xe6\x88\x90\xe5\xb1\x82"
		"\xe6\xad\xa5\xe7\xbb\x84\xe5\x80\x8d\xe9\x83\xa8";
	size_t i, k, m;

	for (i = 0; i < ARRAY_N(never); i++)
		if (strstr(s, never[i]))
			return NARRATOR_NUMBER;
	for (i = 0; s[i]; i++)
		for (k = 0; numerals[k]; k += 3)
			for (m = 0; units[m] &&
			     strncmp(s + i, numerals + k, 3) == 0; m += 3)
				if (strncmp(s + i + 3, units + m, 3) == 0)
					return NARRATOR_NUMBER;
	return NARRATOR_OK;
}

/* ---- terms and orders */

static bool has_any(const char *text, const char *alternatives)
{
	const char *p = alternatives, *end;
	char one[64];

	for (; *p; p = *end ? end + 1 : end) {
		end = p + strcspn(p, "|");
		snprintf(one, sizeof(one), "%.*s", (int)(end - p), p);
		if (strcasestr(text, one))
			return true;
	}
	return false;
}

static enum narrator_fault check_terms(const char *s, const char *ev)
{
	const struct narrator_term *t;
	const char *const *o;

	for (t = narrator_terms; t->phrase; t++)
		if (strcasestr(s, t->phrase) && !has_any(ev, t->needs))
			return NARRATOR_GLOSSARY;
	for (o = narrator_orders; *o; o++)
		if (strcasestr(s, *o))
			return NARRATOR_ORDER;
	return NARRATOR_OK;
}

enum narrator_fault narrator_check(const char *s, size_t len, const char *lang,
				   const struct narrator_section *sections,
				   size_t n)
{
	struct str bare = STR_INIT, ev = STR_INIT;
	enum narrator_fault f;

	if (len < 8 || len > SENTENCE_MAX)
		return NARRATOR_LENGTH;
	f = check_bytes(s, len, lang);
	if (f == NARRATOR_OK)
		f = check_handles(s, len, sections, n, &bare, &ev);
	if (f == NARRATOR_OK && !is_ended(s, len))
		f = NARRATOR_LENGTH;
	if (f == NARRATOR_OK)
		f = check_markup(str_c(&bare));
	if (f == NARRATOR_OK)
		f = check_words(str_c(&bare), str_c(&ev));
	if (f == NARRATOR_OK)
		f = check_numerals(str_c(&bare));
	if (f == NARRATOR_OK)
		f = check_terms(str_c(&bare), str_c(&ev));
	str_release(&bare);
	str_release(&ev);
	return f;
}
