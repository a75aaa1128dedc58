/* analyze/signals/deprecation_words.c - see deprecation_words.h. */
#include "analyze/signals/deprecation_words.h"
#include "analyze/signals/signals.h"
#include "core/find.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define ADVICE 20		/* bytes before a name that may say "use" */

/* Words of every such message. */
static bool is_filler(struct span w)
{
	static const char *const words[] = {
		"raise", "with", "that", "this", "must", "should", "will",
		"error", "please", "from", "instead", "have", "been", "warn",
		"warnings", "warning", "warning_once", "logger", "self",
		"type", "cls", "__name__", "__class__", "stacklevel", "removed",
		"deprecated", "argument", "arguments", "version", "future",
		"super", "__init__", "none", "true", "false", "when", "only",
		"used", "using", "value", "values", "format", "message", NULL
	};
	for (int i = 0; words[i]; i++)
		if (w.len == strlen(words[i]) &&
		    !strncasecmp(w.s, words[i], w.len))
			return true;
	return w.len < 4 ||
	       (w.len > 5 && !memcmp(w.s + w.len - 5, "Error", 5)) ||
	       (w.len > 7 && !memcmp(w.s + w.len - 7, "Warning", 7));
}

/* The next word outside of braces that is no filler. */
static bool next_term(const char **p, const char *end, struct span *out)
{
	int depth = 0;

	while (*p < end) {
		const char *from = *p;
		while (*p < end && (isalnum((unsigned char)**p) || **p == '_'))
			(*p)++;
		*out = (struct span){ from, (uint32_t)(*p - from) };
		if (*p == from) {
			depth += **p == '{' ? 1 : **p == '}' && depth ? -1 : 0;
			(*p)++;
		} else if (!depth && !is_filler(*out)) {
			return true;
		}
	}
	return false;
}

/* Is it a term of the text, its first letter in either case? */
static bool has_term(struct span text, struct span w)
{
	const char *p = text.s;
	struct span x;

	while (next_term(&p, text.s + text.len, &x))
		if (x.len == w.len && !memcmp(x.s + 1, w.s + 1, w.len - 1) &&
		    tolower((unsigned char)*x.s) == tolower((unsigned char)
							    *w.s))
			return true;
	return false;
}

/* "group_size", "ObjectDetector": no word of English. */
static bool is_name(struct span w)
{
	bool lower = false;

	for (uint32_t i = 0; i < w.len; i++) {
		if (w.s[i] == '_' || (lower && isupper((unsigned char)w.s[i])))
			return w.len >= 5;
		lower |= islower((unsigned char)w.s[i]) != 0;
	}
	return false;
}

static bool says_gone(struct span s)
{
	static const char *const gone[] = {
		" deprecated", "moved", "no longer", "not supported",
		"unsupported", "not allowed", "forbidden", NULL
	};
	for (int i = 0; gone[i]; i++)
		if (find_folded(s.s, s.len, gone[i], strlen(gone[i])))
			return true;
	return false;
}

bool deprecation_same(struct span warning, struct span raise)
{
	const char *p = raise.s, *end = raise.s + raise.len;
	bool gone = says_gone(raise), named = false;
	struct span w;
	int shared = 0;

	/* What a module's __getattr__ says of any name. */
	if (find_bytes(raise.s, raise.len, "has no attribute", 16))
		return false;
	while (shared < 3 && next_term(&p, end, &w)) {
		struct span before = { raise.s, (uint32_t)(w.s - raise.s) };
		if (has_term(before, w) || !has_term(warning, w))
			continue;
		shared++;
		named |= is_name(w);
	}
	return shared >= 3 || (gone && (shared >= 2 || named));
}

/* Only as what to take instead: "use `new_name`". */
static bool is_advice(struct span text, struct span w)
{
	const char *p = text.s, *end = text.s + text.len;

	while ((p = find_word(p, (size_t)(end - p), w.s, w.len))) {
		const char *from = p - text.s > ADVICE ? p - ADVICE : text.s;
		if (!find_folded(from, (size_t)(p - from), "use ", 4))
			return false;
		p += w.len;
	}
	return true;
}

struct span deprecation_name(const char *title, struct span warning,
			     struct span raise)
{
	const char *p = warning.s;
	struct span w, best = { NULL, 0 };
	bool titled = false;

	while (next_term(&p, warning.s + warning.len, &w)) {
		bool now = title && find_word(title, strlen(title), w.s, w.len);

		/* "__init__" links the two, but names nothing. */
		if (!is_name(w) || !memcmp(w.s, "__", 2) ||
		    !has_term(raise, w) || is_advice(warning, w) ||
		    (titled && !now))
			continue;
		/* What a message is about, it says first. */
		if ((now && !titled) || !best.len)
			best = w;
		titled |= now;
	}
	return best;
}
