/*
 * issues_body.c - the body of an issue: its author's words and the machine.
 *
 * Bodies are forms: headings, comments of the template, check lists, a dump of
 * the environment folded into <details>.  The author's text stands between
 * them, most often under "Describe the bug".
 */
#include "render/issues.h"

#include "analyze/excerpt.h"
#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define ENV_MAX 200		/* bytes of an environment line */

static const char *const env_heads[] = { "environment", "system info",
	"system information", "versions", "env info", "hardware", "setup",
	"your setup", "platform", NULL };
static const char *const bug_heads[] = { "describe the bug", "description",
	"bug description", "the bug", "what happened", "problem", "summary",
	"current behavior", "actual behavior", "issue", NULL };
/* Names that tell the machine; matched anywhere in a line. */
static const char *const cards[] = { "NVIDIA ", "H100", "H200", "H800", "H20",
	"B200", "B300", "GB200", "GB300", "A100", "A800", "L40", "L20", "RTX",
	"GeForce", "Tesla", "MI300", "MI325", "MI355", "Jetson", "Thor",
	"sm_", "SM90", "SM100", "SM120", "Blackwell", "Hopper", "Ascend",
	NULL };

struct line {
	const char *s;
	size_t n;
};

static bool next_line(const char **p, struct line *l)
{
	if (!**p)
		return false;
	l->s = *p;
	l->n = strcspn(*p, "\n");
	*p += l->n + ((*p)[l->n] == '\n');
	while (l->n && isspace((unsigned char)l->s[l->n - 1]))
		l->n--;
	while (l->n && isspace((unsigned char)*l->s)) {
		l->s++;
		l->n--;
	}
	return true;
}

static bool holds(const struct line *l, const char *word)
{
	size_t n = strlen(word), i;

	for (i = 0; i + n <= l->n; i++)
		if (!strncasecmp(l->s + i, word, n))
			return true;
	return false;
}

static bool holds_any(const struct line *l, const char *const *list)
{
	for (; *list; list++)
		if (holds(l, *list))
			return true;
	return false;
}

/* "### Environment", "**Environment**", "Environment:" on its own line. */
static bool is_heading(const struct line *l)
{
	if (!l->n || l->n > 80)
		return false;
	return *l->s == '#' ||
		(l->n > 4 && !memcmp(l->s, "**", 2) &&
		 (!memcmp(l->s + l->n - 2, "**", 2) ||
		  !memcmp(l->s + l->n - 2, "*:", 2)));
}

/* The body without what is in HTML comments; fresh memory. */
static char *without_comments(const char *body)
{
	struct str out = STR_INIT;
	const char *p = body, *open, *close;

	while ((open = strstr(p, "<!--"))) {
		str_addmem(&out, p, (size_t)(open - p));
		close = strstr(open, "-->");
		if (!close)
			return str_detach(&out);
		p = close + 3;
	}
	str_add(&out, p);
	return str_detach(&out);
}

/* --- the author's sentence --- */

/* Skip what is folded, tags and the environment's section. */
static void own_text(struct str *out, const char *body, bool from_bug)
{
	const char *p = body;
	struct line l;
	int folded = 0;
	bool env = false, on = !from_bug;

	while (next_line(&p, &l)) {
		if (holds(&l, "<details"))
			folded++;
		if (folded) {
			if (holds(&l, "</details"))
				folded--;
			continue;
		}
		if (is_heading(&l)) {
			env = holds_any(&l, env_heads);
			on |= !env && holds_any(&l, bug_heads);
			str_addch(out, '\n');
			continue;
		}
		if (env || !on || (l.n && *l.s == '<'))
			continue;
		str_addmem(out, l.s, l.n);
		str_addch(out, '\n');
	}
}

static const char *sentence_of(struct arena *a, const char *title,
			       const char *body, bool from_bug)
{
	struct str text = STR_INIT;
	struct excerpt ex;

	own_text(&text, body, from_bug);
	excerpt_read(&ex, a, title, str_c(&text), NULL, 0);
	str_release(&text);
	return ex.n ? ex.text[0] : NULL;
}

const char *issue_sentence(struct arena *a, const char *title,
			   const char *body)
{
	const char *s;
	char *clean;

	if (!body)
		return NULL;
	clean = without_comments(body);
	s = sentence_of(a, title, clean, true);
	if (!s)
		s = sentence_of(a, title, clean, false);
	free(clean);
	return s;
}

/* --- the machine --- */

static bool has_digit(const struct line *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (isdigit((unsigned char)l->s[i]))
			return true;
	return false;
}

/* "- GPU: H100" and "* GPU" without the mark of the list. */
static struct line unlisted(struct line l)
{
	if (l.n > 2 && strchr("-*+", *l.s) && l.s[1] == ' ') {
		l.s += 2;
		l.n -= 2;
	}
	return l;
}

static bool is_plain(const struct line *l)
{
	return l->n && l->n <= ENV_MAX && !strchr("<`#|>=", *l->s) &&
		!holds(l, "http://") && !holds(l, "https://") &&
		!holds(l, "- [ ]") && !holds(l, "collect_env");
}

/* "Environment: H100, CUDA 12.8": what stands behind the colon. */
static bool inline_environment(const struct line *l, struct line *value)
{
	static const char *const keys[] = { "environment", "env", "gpu",
		"hardware", "**environment**", "**gpu**", "**hardware**",
		"**environment", "**gpu", "**hardware", NULL };
	const char *colon = memchr(l->s, ':', l->n);
	size_t n = colon ? (size_t)(colon - l->s) : 0;
	int i;

	for (i = 0; n && keys[i]; i++)
		if (strlen(keys[i]) == n && !strncasecmp(l->s, keys[i], n))
			break;
	if (!n || !keys[i])
		return false;
	value->s = colon + 1;
	value->n = l->n - n - 1;
	while (value->n && strchr(" *", *value->s)) {
		value->s++;
		value->n--;
	}
	return value->n > 3 && value->n <= ENV_MAX && is_plain(value);
}

/* 3: names the card, 2: in a section about the machine and with a version,
 * 0: says nothing. */
static int worth(const struct line *l, bool env)
{
	if (!is_plain(l))
		return 0;
	if (holds_any(l, cards) && has_digit(l) &&
	    (env || !strncasecmp(l->s, "GPU ", l->n < 4 ? l->n : 4)))
		return 3;
	return env && has_digit(l) && memchr(l->s, ' ', l->n) ? 2 : 0;
}

const char *issue_environment(struct arena *a, const char *body)
{
	char *clean;
	const char *p;
	struct line l, value, best = { NULL, 0 };
	bool env = false;
	int got = 0, w;

	if (!body)
		return NULL;
	clean = without_comments(body);
	p = clean;
	while (next_line(&p, &l) && got < 4) {
		if (is_heading(&l)) {
			env = holds_any(&l, env_heads);
			continue;
		}
		l = unlisted(l);
		if (inline_environment(&l, &value)) {
			best = value;
			got = 4;
			break;
		}
		w = worth(&l, env);
		if (w > got) {
			best = l;
			got = w;
		}
	}
	p = best.n ? arena_strndup(a, best.s, best.n) : NULL;
	free(clean);
	return p;
}
