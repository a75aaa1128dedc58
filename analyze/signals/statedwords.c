/*
 * analyze/signals/statedwords.c - does a sentence of a change log or a readme
 * state that something breaks its users?
 *
 * The words alone do not tell: "removed" is said of copies, tests and bugs as
 * well.  Accepted is what is said of an interface: `code`, or one of the nouns
 * below, in one of few forms.
 */
#include "analyze/signals/statedwords.h"

#include "core/find.h"
#include "core/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

const char *const stated_words[] = {
	"now require", "no longer", "renamed", "removed", "deprecat",
	"breaking change", "breaking:", "breaking]", "breaking api", NULL
};

bool stated_has_word(const char *s, size_t n)
{
	for (const char *const *w = stated_words; *w; w++)
		if (find_folded(s, n, *w, strlen(*w)))
			return true;
	return false;
}

static bool says(const char *s, const char *word)
{
	return strcasestr(s, word) != NULL;
}

static bool says_any(const char *s, const char *const *words)
{
	for (; *words; words++)
		if (says(s, *words))
			return true;
	return false;
}

static bool begins(const char *s, const char *word)
{
	return !strncasecmp(s, word, strlen(word));
}

static bool begins_any(const char *s, const char *const *words)
{
	for (; *words; words++)
		if (begins(s, *words))
			return true;
	return false;
}

/* Nobody's loss, a relief, a reference, a delay, a way back, others'. */
static const char *const reliefs[] = {
	"no longer require", "no longer need", "no longer a need",
	"no longer depend", "no longer has", "no longer have",
	"no longer restricted", "no longer limited", "no longer necessary",
	"should be removed", "to be removed later", "un-deprecat",
	"undeprecat", "non-breaking", "nonbreaking", "no breaking",
	"not a breaking", "not breaking", "not really breaking",
	"isn't breaking", "without breaking", "avoid breaking",
	"added or removed", "see [breaking", "see breaking",
	"revert a breaking", "re-introduc", "reintroduc", "postpone",
	"defer removal", "removal of the deprecat", "deprecation warning",
	"deprecationwarning", "deprecated warning", "backwards compatible",
	"backward compatible", "backward-compatible", "fully compatible",
	"bring back", "brings back", "brought back", "by accident",
	"accidental", "internal", "third party", "third-party",
	"dependency on ", "the pin for", "pinning of", NULL
};

/* What may be removed or renamed without anybody missing it. */
static const char *const own_things[] = {
	"redundan", "unnecess", "unneccess", "unneeded", "unused",
	"unreachable", "superfluous", "needless", "duplicat", "dead code",
	"leftover", "stale", "warning", "test", " docs", "documentation",
	"readme", "changelog", "docstring", "tutorial", "notebook",
	"example", "dependenc", "depend on", " log", "comment", "typo",
	"workaround", " hack", "pipeline", "hard-cod",
	"hardcod", "limitation", "restriction", "requirement", "need for",
	"overhead", "leak", " bug", "assert", " copy", " copies", "print",
	"whitespace", "inclusion", "bottleneck", "todo", "call to",
	"calls to", " use of", "usage of", "workflow", " check", "private",
	"badge", "link", "banner", "screenshot", " ci ", "limit on",
	"reference to", "references to", "synchroniz", "lock", "calls in",
	"requires-python", "the pin ", " pin for", "classifier", "codecov", "coverage",
	"upper bound", "upper limit", "constraint on", NULL
};

/* What has users. */
static const char *const interfaces[] = {
	"support", "compat", "option", "argument", "parameter", " param",
	" flag", "method", "function", "class", "module", " api", "backend",
	"component", "command", "field", "attribute", "endpoint", "property",
	"properties", "variable", "setting", "alias", "operator", "metric",
	"feature", "->", "=>", "package", "enum", "macro", "header",
	"namespace", "interface", "backward pass", "builds", "binar",
	"wheel", "keyword", "kwarg", "deprecated", NULL
};

/* Past bullets, numbers, marks, tags: "3. **[core]** Removed" -> "Removed". */
static const char *past_marks(const char *s)
{
	for (;;) {
		const char *e;

		while (*s && (strchr("-*+_>#.)( \t:~!", *s) ||
			      isdigit((unsigned char)*s) || (*s & 0x80)))
			s++;
		if (*s == '[' && !begins(s, "[breaking") &&
		    (e = strchr(s, ']')) && e - s < 40 && e[1] != '(') {
			s = e + 1;
			continue;
		}
		/* ":role:`12`" of reStructuredText left its colon behind */
		e = s;
		while (isalpha((unsigned char)*e))
			e++;
		if (e > s && e[0] == ':' && e[1] == '`' &&
		    (e = strchr(e + 2, '`'))) {
			s = e + 1;
			continue;
		}
		return s;
	}
}

/* "core: removed ...", "API change: ...": past one short label. */
static const char *past_label(const char *s)
{
	const char *colon = strchr(s, ':');

	if (!colon || colon - s > 30 || colon == s || begins(s, "breaking") ||
	    (colon[1] != ' ' && colon[1] != '*'))
		return s;
	return past_marks(colon + 1);
}

/* `code` among the bytes [s, e). */
static bool has_code(const char *s, const char *e)
{
	const char *a = memchr(s, '`', (size_t)(e - s));

	return a && a + 1 < e;
}

/* Does it say of itself that it breaks? */
static bool says_breaking(const char *t, const struct stated_in *in)
{
	static const char *const forms[] = {
		"breaking]", "(breaking)", "is a breaking change",
		"is breaking", "breaking api", "(breaking change)", NULL
	};

	if (begins(t, "breaking") || begins(t, "[breaking")) {
		const char *rest = t + strcspn(t, ":]-");

		/* "Breaking changes:" alone is a heading. */
		rest += strspn(rest, ":]-* _!.");
		return in->readme ? begins(t, "breaking change") && *rest :
				    *rest || in->list;
	}
	return says_any(t, forms);
}

/* "Removed `x`", "Renamed a -> b", "Deprecate `x`", at the begin. */
static bool says_done(const char *t, const struct stated_in *in)
{
	static const char *const gone[] = {
		"removed ", "renamed ", NULL
	};
	static const char *const dying[] = {
		"deprecate ", "deprecated ", "deprecates ", "deprecating ",
		"deprecation of ", "deprecated:", NULL
	};
	const char *end = t + strlen(t);
	bool code = has_code(t, end), pr = says(t, " by @");

	/* "Deprecated in 2.8." is said of what stands above it. */
	if (begins_any(t, dying) && !begins(t, "deprecated in "))
		return !says(t, " test") && (code || !in->readme);
	if (!begins_any(t, gone) || in->fixes || says_any(t, own_things))
		return false;
	/* A title of a pull request speaks of the project's inside too. */
	if (pr || in->readme)
		return code;
	return code || says_any(t, interfaces);
}

/* The word in front of p, its length; *p moves to its begin. */
static size_t word_before(const char *s, const char **p)
{
	const char *e = *p, *a;

	while (e > s && e[-1] == ' ')
		e--;
	for (a = e; a > s && a[-1] != ' '; a--)
		;
	*p = a;
	return (size_t)(e - a);
}

/* "`x` has been removed", "`x` is now deprecated": of code said before it. */
static bool says_passive(const char *t, const struct stated_in *in)
{
	static const char *const done[] = {
		"removed", "renamed", "deprecated", NULL
	};
	static const char *const is[] = {
		"is", "are", "was", "were", "been", "be", NULL
	};
	static const char *const has[] = {
		"has", "have", "had", "will", NULL
	};
	static const char *const now[] = { "now", "also", "being", NULL };
	static const char *const maybe[] = {
		"can", "should", "could", "may", "must", "to", "not", "if",
		"when", "until", "once", "which", "that", "might", NULL
	};

	if (in->fixes || says(t, " since ") || says(t, " when ") ||
	    says(t, " if ") || says(t, " once ") || says(t, " until "))
		return false;
	for (const char *const *d = done; *d; d++)
		for (const char *p = t; (p = strcasestr(p, *d)); p++) {
			const char *w = p;
			size_t n = word_before(t, &w);

			if (isalnum((unsigned char)p[strlen(*d)]))
				continue;
			if (n && is_one_of(w, n, now))
				n = word_before(t, &w);
			if (!n || !is_one_of(w, n, is) || !has_code(t, w))
				continue;
			/* "Add an option (by default `x` is removed)" */
			if (begins(t, "add") && **d != 'd')
				continue;
			n = word_before(t, &w);
			if (is_one_of(w, n, has))
				n = word_before(t, &w);
			if (!is_one_of(w, n, maybe))
				return true;
		}
	return false;
}

/* "no longer supports X": what users could do before. */
static bool says_no_longer(const char *t, const struct stated_in *in)
{
	static const char *const verbs[] = {
		"support", "accept", "available", "export", "provid", "ship",
		"allow", "includ", "return", "build", "built", "work",
		"possible", "compatib", "expos", "part of", "a parameter",
		"default", "inherit", "take", "publish", "install",
		"implement", "public", "enabled", "implicit", "maintain",
		"a member", "a subclass", "recogni", "respect", "read",
		"automatic", "usable", NULL
	};
	const char *p = strcasestr(t, "no longer");

	if (!p || in->fixes || says(t, "fixed ") || begins(t, "fix") ||
	    begins(t, "although") || begins(t, "since ") ||
	    begins(t, "because") || begins(t, "as "))
		return false;	/* a reason, often one of others */
	p += strlen("no longer");
	p += strspn(p, " ");
	if (begins(p, "be "))
		p += 3;
	if (!begins_any(p, verbs))
		return false;
	return !in->readme || has_code(t, t + strlen(t)) ||
	       begins(p, "support");
}

bool stated_is_break(const char *s, const struct stated_in *in)
{
	const char *t = past_marks(s);

	if (!*t || says_any(t, reliefs) || *s == '#' || begins(s, ".. "))
		return false;
	/* A row of contents: it leads to where it is said. */
	if (*t == '[' && in->readme)
		return false;
	if (says_breaking(t, in))
		return true;
	if (in->begin && (says_done(t, in) || says_done(past_label(t), in)))
		return true;
	if (begins(t, "fix") || (in->readme && !has_code(t, t + strlen(t)) &&
				 !says(t, "support")))
		return false;
	if (says(t, "now require"))
		return !in->fixes;
	return says_passive(t, in) || says_no_longer(t, in);
}
