/* render/narrator_take.c - from a model's answer to the sentences that stay. */
#include "render/narrator_check.h"

#include "core/mem.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ANSWER_MAX (64u << 10)	/* more than that is not an answer */

struct taking {
	struct narrator_part *part;
	struct arena *arena;
	const char *lang;
	const struct narrator_section *sections;
	size_t n;
	size_t seen;
	size_t faults[NARRATOR_FAULTS];
};

/* Without what some servers leave in: reasoning, and a fence around it all. */
static void strip(struct str *out, const char *s, size_t len)
{
	const char *end;
	char *p;

	str_addmem(out, s, len);
	while (out->s && (p = strcasestr(out->s, "<think>")) != NULL) {
		end = strcasestr(p, "</think>");
		if (!end) {
			str_cut(out, (size_t)(p - out->s));
			break;
		}
		end += 8;
		memmove(p, end, strlen(end) + 1);
		str_cut(out, strlen(out->s));
	}
	if (!out->s)
		return;
	/* a template that opens the tag itself leaves only its end */
	p = strcasestr(out->s, "</think>");
	if (p) {
		memmove(out->s, p + 8, strlen(p + 8) + 1);
		str_cut(out, strlen(out->s));
	}
	for (p = out->s; isspace((unsigned char)*p);)
		p++;
	if (strncmp(p, "```", 3) == 0) {
		p += strcspn(p, "\n");
		memmove(out->s, p, strlen(p) + 1);
		str_cut(out, strlen(out->s));
		str_trim_end(out);
		if (ends_with(out->s, "```"))
			str_cut(out, out->len - 3);
	}
}

static bool said_before(const struct taking *t, const char *s)
{
	size_t i;

	for (i = 0; i < t->part->n; i++)
		if (strcmp(t->part->sentences[i], s) == 0)
			return true;
	return false;
}

/* What is said again is no lie; it only is not shown again. */
static void drop(struct taking *t, enum narrator_fault f)
{
	if (f == NARRATOR_TWICE)
		return;
	t->faults[f]++;
	t->part->dropped++;
}

static void take_one(struct taking *t, const char *s, size_t len)
{
	enum narrator_fault f;
	char *copy;

	while (len && isspace((unsigned char)*s)) {
		s++;
		len--;
	}
	while (len && isspace((unsigned char)s[len - 1]))
		len--;
	if (!len)
		return;
	copy = arena_strndup(t->arena, s, len);
	if (said_before(t, copy))
		f = NARRATOR_TWICE;
	else if (t->seen++ >= NARRATOR_CHECKED)
		f = NARRATOR_MANY;
	else
		f = narrator_check(s, len, t->lang, t->sections, t->n);
	if (f != NARRATOR_OK)
		drop(t, f);
	else if (t->part->n < NARRATOR_SENTENCES)
		t->part->sentences[t->part->n++] = copy;
}

/* "handle 3, number 1"; NULL when nothing was dropped. */
static const char *faults_text(const struct taking *t)
{
	struct str s = STR_INIT;
	const char *out = NULL;
	int f;

	for (f = 0; f < NARRATOR_FAULTS; f++)
		if (t->faults[f])
			str_addf(&s, "%s%s %zu", s.len ? ", " : "",
				 narrator_fault_name((enum narrator_fault)f),
				 t->faults[f]);
	if (s.len)
		out = arena_strdup(t->arena, s.s);
	str_release(&s);
	return out;
}

/* Length of the end mark at s, or 0; a '.' ends only before a blank. */
static size_t mark_at(const char *s, size_t len)
{
	if (len >= 3 && (memcmp(s, "\xe3\x80\x82", 3) == 0 ||
			 memcmp(s, "\xef\xbc\x81", 3) == 0 ||
			 memcmp(s, "\xef\xbc\x9f", 3) == 0))
		return 3;
	if ((*s == '.' || *s == '!' || *s == '?') &&
	    (len == 1 || s[1] == ' ' || s[1] == '\n'))
		return 1;
	return 0;
}

/* Sentences of a text; handles behind an end mark stay with the sentence. */
static void take_text(struct taking *t, const char *s, size_t len)
{
	size_t from = 0, i = 0, m, k;
	bool code = false, handled = false;

	while (i < len) {
		m = code ? 0 : mark_at(s + i, len - i);
		if (s[i] == '`')
			code = !code;
		if (s[i] == '{')
			handled = true;
		if (s[i] == '\n') {
			take_one(t, s + from, i - from);
			from = i + 1;
			code = handled = false;
		}
		if (!m) {
			i++;
			continue;
		}
		i += m;
		for (k = i; !handled && k < len; k = i) {
			while (k < len && s[k] == ' ')
				k++;
			if (k == len || s[k] != '{')
				break;
			while (k < len && s[k] != '}')
				k++;
			i = k < len ? k + 1 : len;
		}
		take_one(t, s + from, i - from);
		from = i;
		handled = false;
	}
	take_one(t, s + from, len - from);
}

/* {"sentences":[..]} of strings or of {"text":".."}: true when it is that. */
static bool take_json(struct taking *t, const char *s, size_t len)
{
	json_t *j = json_loadb(s, len, JSON_REJECT_DUPLICATES, NULL);
	json_t *list = json_object_get(j, "sentences"), *one;
	size_t i;

	if (!json_is_array(list)) {
		json_decref(j);
		return false;
	}
	json_array_foreach(list, i, one) {
		json_t *text = json_is_object(one)
			? json_object_get(one, "text") : one;

		if (json_is_string(text))
			take_text(t, json_string_value(text),
				  json_string_length(text));
		else
			drop(t, NARRATOR_LENGTH);
	}
	json_decref(j);
	return true;
}

/* Text that is no JSON: list markers in front of lines are not part of it. */
static void take_plain(struct taking *t, const char *s, size_t len)
{
	size_t i = 0, end;

	while (i < len) {
		const char *nl = memchr(s + i, '\n', len - i);

		end = nl ? (size_t)(nl - s) : len;
		while (i < end && strchr(" \t-*", s[i]))
			i++;
		take_text(t, s + i, end - i);
		i = end + 1;
	}
}

void narrator_take(struct narrator_part *part, struct arena *arena,
		   const char *answer, size_t len, const char *lang,
		   const struct narrator_section *sections, size_t n)
{
	struct taking t = { .part = part, .arena = arena, .lang = lang,
			    .sections = sections, .n = n };
	struct str s = STR_INIT;

	part->sentences = arena_alloc(arena, NARRATOR_SENTENCES *
				      sizeof(*part->sentences));
	part->n = part->dropped = 0;
	if (len > ANSWER_MAX || memchr(answer, 0, len)) {
		part->dropped = 1;
		part->failed = "the answer is not text of an answer's length";
		return;
	}
	strip(&s, answer, len);
	if (!take_json(&t, str_c(&s), s.len)) {
		const char *p = str_c(&s) + strspn(str_c(&s), " \t\r\n");

		/* half of a JSON document is not prose */
		if (*p == '{' && (p[1] == '"' || isspace((unsigned char)p[1])))
			drop(&t, NARRATOR_LENGTH);
		else
			take_plain(&t, str_c(&s), s.len);
	}
	str_release(&s);
	part->faults = faults_text(&t);
	if (part->dropped > part->n) {
		part->n = 0;
		part->failed = "most of the answer is not supported by facts";
	} else if (!part->n) {
		part->failed = "the answer has no sentence";
	}
}
