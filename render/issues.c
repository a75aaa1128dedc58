/* issues.c - kinds and order of issues (issues.h). */
#include "render/issues.h"

#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* A word counts between characters that are no letters or digits; '*' at its
 * end takes any ending ("crash*": crashes, crashing). */
static const char *const crash[] = { "crash*", "segfault*",
	"segmentation fault", "core dump*", "illegal memory access",
	"illegal instruction*", "illegal address", "device-side assert*",
	"assertion fail*", "assertionerror", "sigsegv", "sigabrt", "deadlock*",
	"hang", "hangs", "hanging", "hung", "stuck", "out of memory", "oom",
	"ooms", "outofmemoryerror", "memory leak*", "misaligned address",
	"unspecified launch failure", "double free", NULL };
static const char *const wrong[] = { "wrong", "incorrect*", "inaccurate",
	"garbage", "gibberish", "garbled", "mismatch*", "corrupt*",
	"accuracy drop*", "accuracy issue*", "accuracy degradation",
	"accuracy loss", "low accuracy", "numerical error*",
	"numerical issue*", "different results", "inconsistent results",
	"inconsistent output*", "silently", "nonsense", "data race",
	"race condition", "repeats itself", NULL };
static const char *const nan_words[] = { "nan", "nans", "inf", "infs",
	"infinity", "nan/inf", NULL };
static const char *const regression[] = { "regression*", "regressed",
	"used to work", "worked before", "worked in", "no longer work*",
	"stopped working", "broken since", "broke after", "after upgrad*",
	"since upgrad*", "after updat*", "slower than", "slowdown",
	"performance drop*", "performance degradation", NULL };
static const char *const import[] = { "importerror", "modulenotfounderror",
	"import error*", "import fail*", "fails to import", "failed to import",
	"cannot import", "can't import", "no module named",
	"undefined symbol*", "undefined reference*", "cannot open shared",
	"build fail*", "build error*", "fails to build", "failed to build",
	"compile error*", "compilation error*", "fails to compile",
	"failed to compile", "compilation fail*", "install fail*",
	"installation fail*", "failed to install", "cannot install", NULL };
static const char *const bug[] = { "bug", "bugs", "error", "errors", "fail",
	"fails", "failed", "failure*", "failing", "broken", "exception*",
	"runtimeerror", "valueerror", "typeerror", "keyerror",
	"attributeerror", "indexerror", "doesn't work", "does not work",
	"not working", "unable to", NULL };
static const char *const *const words[] = { crash, wrong, nan_words,
	regression, import, bug };

static const char *const requests[] = { "feature", "feature request", "rfc",
	"question", "usage", "doc", "docs", "documentation", "roadmap",
	"proposal", "discussion", "enhancement", "new model", "misc",
	"support request", "help wanted", "good first issue", NULL };

bool issue_kind_is_correctness(enum issue_kind k)
{
	return k <= ISSUE_IMPORT;
}

const char *issue_kind_name(enum issue_kind k)
{
	static const char *const names[ISSUE_KINDS] = { "crash",
		"wrong-results", "nan", "regression", "import", "bug", "other",
		"request" };

	return names[k];
}

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (c & 0x80);
}

/* Length of the word where it stands in s, 0: not there. */
static size_t find_word(const char *s, const char *word, const char **at)
{
	size_t n = strlen(word);
	bool open_end = word[n - 1] == '*';
	const char *p, *end;

	n -= open_end;
	for (p = s; *p; p++) {
		if (strncasecmp(p, word, n) ||
		    (p > s && is_word_char(p[-1])))
			continue;
		for (end = p + n; open_end && is_word_char(*end); end++)
			;
		if (is_word_char(*end))
			continue;
		*at = p;
		return (size_t)(end - p);
	}
	return 0;
}

static const char *find_any(struct arena *a, const char *s,
			    const char *const *list)
{
	const char *at;
	size_t n;

	for (; *list; list++) {
		n = find_word(s, *list, &at);
		if (n)
			return arena_strndup(a, at, n);
	}
	return NULL;
}

static bool in_list(const char *s, size_t n, const char *const *list)
{
	for (; *list; list++)
		if (strlen(*list) == n && !strncasecmp(s, *list, n))
			return true;
	return false;
}

/* "[Feature]: x", "[Bug][v1] x", "feat: x": what the author called it. */
static bool is_request(const struct issue *i)
{
	const char *s = i->title, *end;
	int n;

	while (*s == '[' && (end = strchr(s, ']'))) {
		if (in_list(s + 1, (size_t)(end - s - 1), requests))
			return true;
		for (s = end + 1; *s == ' ' || *s == ':'; s++)
			;
	}
	end = strchr(i->title, ':');
	if (end && in_list(i->title, (size_t)(end - i->title), requests))
		return true;
	for (n = 0; n < i->labels_n; n++)
		if (in_list(i->labels[n], strlen(i->labels[n]), requests))
			return true;
	return false;
}

static bool labelled_bug(const struct issue *i)
{
	int n;

	for (n = 0; n < i->labels_n; n++)
		if (!strncasecmp(i->labels[n], "bug", 3) ||
		    strcasestr(i->labels[n], "type: bug"))
			return true;
	return false;
}

/* The gravest kind whose words stand in s. */
static enum issue_kind kind_of(struct arena *a, const char *s, int upto,
			       const char **word)
{
	int k;

	for (k = 0; s && k < upto; k++) {
		*word = find_any(a, s, words[k]);
		if (*word)
			return (enum issue_kind)k;
	}
	return ISSUE_OTHER;
}

enum issue_kind issue_classify(const struct issue *i, struct arena *a,
			       const char **word)
{
	const char *none = NULL;
	enum issue_kind k;

	word = word ? word : &none;
	*word = NULL;
	if (is_request(i))
		return ISSUE_REQUEST;
	k = kind_of(a, i->title, ISSUE_BUG, word);
	/* the author's sentence counts where the title says nothing */
	if (k == ISSUE_OTHER)
		k = kind_of(a, issue_sentence(a, i->title, i->body), ISSUE_BUG,
			    word);
	if (k == ISSUE_OTHER)
		k = kind_of(a, i->title, ISSUE_BUG + 1, word);
	if (k == ISSUE_OTHER && labelled_bug(i))
		k = ISSUE_BUG;
	return k;
}

/* --- the page --- */

static int by_rank(const void *x, const void *y)
{
	const struct issue_item *a = x, *b = y;
	bool a_open = a->issue->state == ISSUE_OPEN;
	bool b_open = b->issue->state == ISSUE_OPEN;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a_open != b_open)
		return a_open ? -1 : 1;
	if (a->issue->comments != b->issue->comments)
		return a->issue->comments > b->issue->comments ? -1 : 1;
	return a->issue->number < b->issue->number ? -1 : 1;
}

static bool within(int64_t t, int64_t since, int64_t until)
{
	return t && t >= since && t < until;
}

void issues_rank(struct issue_page *out, struct arena *a,
		 const struct issue_list *l, int64_t since, int64_t until)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	out->v = arena_alloc(a, sizeof(*out->v) * (l->n + 1));
	for (i = 0; i < l->n; i++) {
		const struct issue *s = &l->v[i];
		struct issue_item t = { .issue = s };

		t.opened = within(s->created_utc, since, until);
		t.closed = within(s->closed_utc, since, until);
		if (s->is_pr) {
			out->pr_opened += t.opened;
			out->pr_merged += within(s->merged_utc, since, until);
			out->pr_closed += t.closed && !s->merged_utc;
			continue;
		}
		if (!t.opened && !t.closed)
			continue;
		out->opened += t.opened;
		out->closed += t.closed;
		t.kind = issue_classify(s, a, &t.word);
		t.sentence = issue_sentence(a, s->title, s->body);
		t.environment = issue_environment(a, s->body);
		out->v[out->n++] = t;
	}
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_rank);
}
