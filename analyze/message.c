/*
 * Order matters: bracket tags first, as many as there are, then `word(scope)!:`
 * once, before which one plain `area:` may stand.  What is not known as a
 * prefix word stays as a tag, since areas are read from it.
 */
#include "analyze/message.h"

#include "core/find.h"
#include "core/mem.h"

#include <ctype.h>
#include <strings.h>

void message_release(struct message *m)
{
	str_release(&m->body);
}

uint64_t message_word_key(const char *s, size_t len)
{
	uint64_t h = HASH64_START;
	size_t i;

	for (i = 0; i < len; i++) {
		char c = (char)tolower((unsigned char)s[i]);

		if (c != ' ' && c != '-' && c != '_' && c != '\t')
			h = hash64(h, &c, 1);
	}
	return h;
}

static struct slice trim(struct slice t)
{
	while (t.len && isspace((unsigned char)t.s[0]))
		t.s++, t.len--;
	while (t.len && isspace((unsigned char)t.s[t.len - 1]))
		t.len--;
	return t;
}

static void add_tag(struct message *m, struct slice t)
{
	t = trim(t);
	if (t.len && m->tags_n < MESSAGE_TAGS)
		m->tags[m->tags_n++] = t;
}

static void add_type(struct message *m, uint32_t type, struct slice t)
{
	int i;

	for (i = 0; i < m->types_n; i++)
		if (m->types[i] == type)
			return;
	if (m->types_n < MESSAGE_TYPES) {
		m->type_words[m->types_n] = trim(t);
		m->types[m->types_n++] = type;
	}
}

/* One word of a tag.  True when it is a known prefix word. */
static bool take_word(struct message *m, const struct map64 *words,
		      struct slice t)
{
	uint32_t v = map64_get(words, message_word_key(t.s, t.len));

	if (v == MAP64_NONE || !t.len)
		return false;
	if (v == PREFIX_WEAK) {
		m->weak = true;
		add_tag(m, t);
	} else if (v != PREFIX_DROP) {
		add_type(m, v, t);
	}
	return true;
}

/* A tag may be one word or a list ("Tests,MLA"): the whole is tried first. */
static bool take_tag(struct message *m, const struct map64 *words,
		     struct slice t, bool keep)
{
	size_t i, from = 0;
	bool known = false;

	if (take_word(m, words, trim(t)))
		return true;
	for (i = 0; i <= t.len; i++) {
		struct slice part = { t.s + from, i - from };

		if (i < t.len && !strchr(",/|&+;", t.s[i]))
			continue;
		part = trim(part);
		if (take_word(m, words, part))
			known = true;
		else if (keep)
			add_tag(m, part);
		from = i + 1;
	}
	return known;
}

/* Length of the opening bracket at s, 0 for none; *shut is its partner. */
static size_t bracket(const char *s, size_t len, const char **shut)
{
	if (len && s[0] == '[')
		return *shut = "]", 1;
	if (len > 2 && !memcmp(s, "\xe3\x80\x90", 3))
		return *shut = "\xe3\x80\x91", 3;
	return 0;
}

static struct slice after(struct slice s, size_t n)
{
	return (struct slice){ s.s + n, s.len - n };
}

static struct slice take_brackets(struct message *m, const struct map64 *words,
				  struct slice s)
{
	const char *shut, *end;
	size_t open;

	while ((s = trim(s)), (open = bracket(s.s, s.len, &shut)) != 0) {
		end = memmem(s.s + open, s.len - open, shut, strlen(shut));
		if (!end || end - s.s > 64)
			break;
		take_tag(m, words, (struct slice){ s.s + open,
			 (size_t)(end - s.s) - open }, true);
		s = trim(after(s, (size_t)(end - s.s) + strlen(shut)));
		if (s.len && s.s[0] == ':')
			s = after(s, 1);
	}
	return s;
}

/* `word(scope)!:` at the front of s. */
struct colon {
	struct slice word, scope;
	bool breaking;
	size_t len;		/* of all of it */
};

static bool read_colon(struct slice s, struct colon *c)
{
	size_t i = 0, j;

	*c = (struct colon){ 0 };
	while (i < s.len && i < 40 &&
	       (isalnum((unsigned char)s.s[i]) || strchr(" _/&,+-.", s.s[i])))
		i++;
	if (!i)
		return false;
	c->word = trim((struct slice){ s.s, i });
	if (i < s.len && s.s[i] == '(') {
		for (j = i + 1; j < s.len && j - i < 64 && s.s[j] != ')'; j++)
			;
		if (j >= s.len || s.s[j] != ')')
			return false;
		c->scope = (struct slice){ s.s + i + 1, j - i - 1 };
		for (i = j + 1; i < s.len && s.s[i] == ' '; i++)
			;
	}
	if (i < s.len && s.s[i] == '!')
		c->breaking = true, i++;
	while (i < s.len && s.s[i] == ' ')
		i++;
	if (i < s.len && s.s[i] == ':')
		i++;
	else if (i + 2 < s.len && !memcmp(s.s + i, "\xef\xbc\x9a", 3))
		i += 3;
	else
		return false;
	c->len = i;
	return c->word.len > 0;
}

/* Is any part of the word list a known prefix word? */
static bool knows(const struct map64 *words, struct slice t)
{
	struct message scratch = { 0 };

	return take_tag(&scratch, words, t, false);
}

static bool one_word(struct slice t)
{
	return t.len <= 24 && !memchr(t.s, ' ', t.len);
}

static void take_scope(struct message *m, const struct map64 *words,
		       struct slice scope)
{
	if (map64_get(words, message_word_key(scope.s, scope.len)) ==
	    MAP64_NONE)
		take_tag(m, words, scope, true);
	else
		add_tag(m, scope);
}

static struct slice take_colon(struct message *m, const struct map64 *words,
			       struct slice s)
{
	struct colon c, d;
	struct slice t;

	if (!read_colon(s, &c))
		return s;
	if (!knows(words, c.word)) {
		/* "nixl_ep: fix: ..." and, kept as a tag, "moe: ..." */
		if (!one_word(c.word) || c.scope.len || c.len >= s.len ||
		    s.s[c.len] != ' ')
			return s;
		add_tag(m, c.word);
		t = trim(after(s, c.len));
		if (!read_colon(t, &d) || !knows(words, d.word))
			return t;
		c = d;
		s = t;
	}
	take_tag(m, words, c.word, true);
	m->breaking |= c.breaking;
	if (c.scope.len)
		take_scope(m, words, trim(c.scope));
	return after(s, c.len);
}

/* "(#12) (#13)" at the end is a number of the forge, not text. */
static struct slice cut_numbers(struct slice s)
{
	size_t i;

	for (s = trim(s); s.len > 3 && s.s[s.len - 1] == ')'; s = trim(s)) {
		for (i = s.len - 1; i && isdigit((unsigned char)s.s[i - 1]); i--)
			;
		if (i < 2 || i == s.len - 1 || s.s[i - 1] != '#' ||
		    s.s[i - 2] != '(')
			break;
		s.len = i - 2;
	}
	return s;
}

static bool is_merge(struct slice s)
{
	static const char *const starts[] = { "Merge pull request ",
		"Merge branch ", "Merge remote-tracking ", "Merge commit ",
		"Merge tag " };
	size_t i;

	for (i = 0; i < ARRAY_N(starts); i++)
		if (s.len >= strlen(starts[i]) &&
		    !memcmp(s.s, starts[i], strlen(starts[i])))
			return true;
	return false;
}

static struct slice first_line(struct slice body)
{
	const char *nl;

	body = trim(body);
	nl = memchr(body.s, '\n', body.len);
	if (nl)
		body.len = (size_t)(nl - body.s);
	return trim(body);
}

/* Lines that forms, tools and sign-offs bring: they say nothing of this
 * change, and their words would be taken for its own. */
static bool is_noise(struct slice l)
{
	static const char *const starts[] = { "signed-off-by:",
		"co-authored-by:", "reviewed-by:", "approved-by:", "acked-by:",
		"tested-by:", "cc:", "change-id:", "- [ ]", "- [x]", "* [ ]",
		"* [x]", "<!--", "-->", "##", "---", "===", "![", "https://",
		"http://", "| ", "co-developed-by:", "assisted-by:",
		"generated with", "* vllm version", "- vllm version",
		"- vllm main" };
	size_t i;

	if (!l.len)
		return true;
	for (i = 0; i < ARRAY_N(starts); i++)
		if ((*l.s | 0x20) == (*starts[i] | 0x20) &&
		    l.len >= strlen(starts[i]) &&
		    !strncasecmp(l.s, starts[i], strlen(starts[i])))
			return true;
	return false;
}

static void clean_body(struct str *out, struct slice body)
{
	bool comment = false, code = false;
	struct slice l;
	const char *nl;

	str_clear(out);
	while (body.len && out->len < MESSAGE_BODY_MAX) {
		nl = memchr(body.s, '\n', body.len);
		l = (struct slice){ body.s,
			nl ? (size_t)(nl - body.s) : body.len };
		body = after(body, nl ? l.len + 1 : l.len);
		l = trim(l);
		if (l.len >= 3 && !memcmp(l.s, "```", 3)) {
			code = !code;
			continue;
		}
		if (find_bytes(l.s, l.len, "<!--", 4))
			comment = true;
		if (!comment && !code && !is_noise(l)) {
			str_addmem(out, l.s, l.len < 1000 ? l.len : 1000);
			str_addch(out, '\n');
		}
		if (find_bytes(l.s, l.len, "-->", 3))
			comment = false;
	}
	if (out->len > MESSAGE_BODY_MAX)
		str_cut(out, MESSAGE_BODY_MAX);
}

void message_read(struct message *m, const struct map64 *words,
		  const char *subject, const char *body)
{
	struct str keep = m->body;
	struct slice s = { subject, strlen(subject) };
	struct slice b = { body ? body : "", body ? strlen(body) : 0 };

	*m = (struct message){ .body = keep };
	if (is_merge(trim(s))) {
		m->merge = true;
		s = first_line(b);
		b = s.len ? after(b, (size_t)(s.s + s.len - b.s)) : b;
	}
	if (s.len > MESSAGE_BODY_MAX)
		s.len = MESSAGE_BODY_MAX;
	m->subject = trim(s);
	s = take_brackets(m, words, s);
	s = take_colon(m, words, trim(s));
	s = take_brackets(m, words, trim(s));
	m->rest = cut_numbers(s);
	clean_body(&m->body, b);
}
