/*
 * analyze/importance.c
 *
 * The table `points` is the documented rule; what needs more than "a signal of
 * this kind is there" is a function below it.
 */
#include "analyze/importance.h"

#include "core/mem.h"
#include "core/str.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#define REASONS_MAX 48

struct score {
	struct importance *out;
	const struct importance_input *in;
};

static void add(struct score *s, int points, const char *what,
		const char *name)
{
	struct importance *o = s->out;

	if (!points || o->reasons_n == REASONS_MAX)
		return;
	o->score += points;
	o->reasons[o->reasons_n++] =
		(struct importance_reason){ points, what, name };
}

/* --- signals ------------------------------------------------------------ */

enum when {
	ALWAYS,
	BREAKING,		/* the signal is a breaking candidate */
};

/* Rows with one `what` count once, the first that fires. */
static const struct {
	const char *kind;
	enum when when;
	int points;
	const char *what;
} points[] = {
	{ "export-removed", BREAKING, 40, "exported name removed" },
	{ "module-removed", BREAKING, 40, "exported name removed" },
	{ "env-removed", ALWAYS, 40, "environment variable removed" },
	{ "flag-removed", ALWAYS, 40, "flag removed" },
	{ "stated-break", ALWAYS, 40, "break stated" },
	{ "enum-value", BREAKING, 40, "enum value changed" },
	{ "header-moved", BREAKING, 40, "public path changed" },
	{ "deprecation-enforced", ALWAYS, 30, "deprecation enforced" },
	{ "layout", ALWAYS, 24, "layout changed" },
	{ "line-order", ALWAYS, 12, "elements changed places" },
	{ "default", BREAKING, 18, "default changed" },
	{ "registry-key", BREAKING, 18, "default changed" },
	{ "config-key-removed", BREAKING, 18, "config key removed" },
	{ "metric-removed", ALWAYS, 18, "metric removed" },
	{ "signature", BREAKING, 16, "signature changed" },
	{ "symbol-renamed", BREAKING, 16, "public name renamed" },
	{ "header-symbol-removed", BREAKING, 16, "public name removed" },
	{ "macro-removed", BREAKING, 16, "public name removed" },
	{ "symbol-removed", BREAKING, 16, "public name removed" },
	{ "symbol-moved", BREAKING, 16, "public path changed" },
	{ "module-moved", BREAKING, 16, "public path changed" },
	{ "symbol-removed", ALWAYS, 8, "internal name removed" },
	{ "env-added", ALWAYS, 12, "new switch" },
	{ "flag-added", ALWAYS, 12, "new switch" },
	{ "metric-added", ALWAYS, 12, "new metric" },
	{ "config-key-added", ALWAYS, 12, "new switch" },
	{ "number", ALWAYS, 12, "claimed number" },
	{ "new-model", ALWAYS, 18, "new architecture" },
	{ "new-kernel", ALWAYS, 10, "new kernel file" },
	{ "test-weakened", ALWAYS, 14, "test weakened" },
	{ "test-skipped", ALWAYS, 14, "test weakened" },
	{ "docs-code-mismatch", ALWAYS, 14, "documents and code differ" },
	{ "build-macro", ALWAYS, 14, "build macro" },
	{ "export-added", ALWAYS, 6, "new export" },
};

static bool reason_given(const struct importance *o, const char *what)
{
	for (size_t i = 0; i < o->reasons_n; i++)
		if (!strcmp(o->reasons[i].what, what))
			return true;
	return false;
}

static void score_signals(struct score *s)
{
	for (size_t r = 0; r < ARRAY_N(points); r++) {
		bool given = reason_given(s->out, points[r].what);

		for (size_t i = 0; i < s->in->signals_n && !given; i++) {
			const struct signal *sig = &s->in->signals[i];

			if (strcmp(sig->kind, points[r].kind) ||
			    (points[r].when == BREAKING && !sig->breaking))
				continue;
			add(s, points[r].points, points[r].what, sig->name);
			given = true;
		}
	}
}

static void score_pins(struct score *s)
{
	static const char marker[] = "dependency marker";
	const struct signal *best = NULL;
	int p = 0;

	for (size_t i = 0; i < s->in->signals_n; i++) {
		const struct signal *sig = &s->in->signals[i];
		const char *d = sig->detail ? sig->detail : "";
		bool product = strstr(d, "\"runtime\"") ||
			       strstr(d, "\"build\"") ||
			       strstr(d, "\"image\"");
		int v;

		if (!strcmp(sig->kind, "submodule"))
			v = 22;
		else if (strcmp(sig->kind, "pin"))
			continue;
		else
			v = product ? 22 : 8;
		if (v == 22 && strstr(d, "\"marker\"") &&
		    !reason_given(s->out, marker))
			add(s, 14, marker, sig->name);
		if (v > p) {
			p = v;
			best = sig;
		}
	}
	if (best)
		add(s, p, p == 22 ? "runtime pin" : "test pin", best->name);
}

/* --- text --------------------------------------------------------------- */

static bool is_alpha(char c)
{
	return isalpha((unsigned char)c) || c == '_';
}

/* Whole word, case ignored; `stem` allows an ending. */
static bool has_word(const char *s, const char *word, bool stem)
{
	size_t n = strlen(word);

	for (const char *p = s; (p = strcasestr(p, word)); p++)
		if ((p == s || !is_alpha(p[-1])) &&
		    (stem || !is_alpha(p[n])))
			return true;
	return false;
}

/* "traced", "change" and "leaky" must not count: only some may go on. */
static const struct severity {
	const char *word;
	bool stem;
} severities[] = {
	{ "deadlock", true }, { "race", false }, { "corrupt", true },
	{ "hang", true }, { "leak", true }, { "crash", true },
	{ "nan", false }, { "illegal", false }, { "oom", false },
	{ "wrong", false }, { "regression", false },
	{ "out of memory", false }, { "incorrect", true },
	{ "overflow", true }, { "oob", false }, { "out of bounds", false },
	{ "out-of-bounds", false }, { "segfault", true },
	{ "fault", false }, { "accuracy", false },
};

static const struct severity *severity_of(const char *text)
{
	for (size_t i = 0; i < ARRAY_N(severities); i++)
		if (has_word(text, severities[i].word, severities[i].stem))
			return &severities[i];
	return NULL;
}

bool importance_is_severe(const char *text)
{
	return severity_of(text) != NULL;
}

static void score_severity(struct score *s)
{
	const struct severity *w = severity_of(s->in->subject);
	const char *body = s->in->body;

	if (!w)
		return;
	if (body && has_word(body, w->word, w->stem))
		add(s, 14, "severe, also in the body", w->word);
	else
		add(s, 10, "severe", w->word);
}

static void score_text(struct score *s)
{
	const char *t = s->in->type;

	if (t && !strcmp(t, "fix"))
		add(s, 14, "fix", NULL);
	score_severity(s);
	if (t && !strcmp(t, "performance"))
		add(s, 6, "performance", NULL);
	if (s->in->in_thread)
		add(s, 35, "revert or re-land", NULL);
	if (s->in->release_tag)
		add(s, 30, "release tag", NULL);
	if (s->in->downstream > 0)
		add(s, s->in->downstream > 1 ? 20 : 10,
		    "named in other tracked trees", NULL);
	for (size_t i = 0; i < s->in->signals_n; i++) {
		const struct signal *sig = &s->in->signals[i];

		if (sig->breaking && sig->in_title &&
		    strstr(sig->kind, "removed")) {
			add(s, 6, "the title names what left", sig->name);
			return;
		}
	}
}

/* --- paths -------------------------------------------------------------- */

static bool is_kernel_path(const char *p)
{
	return ends_with(p, ".cu") || ends_with(p, ".cuh") ||
	       (path_lang(p) != LANG_OTHER && path_lang(p) != LANG_TEXT &&
		(path_has_part(p, "kernels") || path_has_part(p, "kernel") ||
		 path_has_part(p, "jit_kernel") || path_has_part(p, "csrc") ||
		 path_has_part(p, "fused_moe")));
}

static int64_t product_lines(const struct importance_input *in)
{
	int64_t n = 0;

	for (size_t i = 0; i < in->changes_n; i++) {
		const struct change *c = &in->changes[i];

		if (path_kind(c->path) != PATH_PRODUCT)
			continue;
		n += c->additions > 0 ? c->additions : 0;
		n += c->deletions > 0 ? c->deletions : 0;
	}
	return n;
}

static void score_paths(struct score *s)
{
	const struct importance_input *in = s->in;
	int size = (int)lround(2 * log2(1 + (double)product_lines(in)));

	for (size_t i = 0; i < in->changes_n; i++) {
		const char *p = in->changes[i].path;

		if (path_kind(p) == PATH_PRODUCT && is_kernel_path(p)) {
			add(s, 12, "kernel path", p);
			break;
		}
	}
	add(s, size > 20 ? 20 : size, "lines of product code", NULL);
}

/* --- classes ------------------------------------------------------------ */

static bool only_support(const struct importance_input *in)
{
	for (size_t i = 0; i < in->changes_n; i++) {
		const struct change *c = &in->changes[i];

		if (path_kind(c->path) == PATH_PRODUCT ||
		    path_kind(c->path) == PATH_VENDORED ||
		    path_kind(c->path) == PATH_DATA ||
		    (c->flags & CHANGE_SUBMODULE))
			return false;
	}
	return in->changes_n > 0;
}

static bool only_renames(const struct importance_input *in)
{
	for (size_t i = 0; i < in->changes_n; i++)
		if (in->changes[i].status != 'R' ||
		    !oid_eq(&in->changes[i].old_oid, &in->changes[i].oid))
			return false;
	return in->changes_n > 0;
}

static void classify(struct score *s)
{
	const char *t = s->in->type;

	if (only_support(s->in)) {
		s->out->class = CLASS_SUPPORT;
		add(s, -30, "only docs, CI, tests, benchmarks or scripts",
		    NULL);
	} else if (only_renames(s->in)) {
		s->out->class = CLASS_RENAMES;
		add(s, -25, "only renames of unchanged files", NULL);
	}
	if (t && !strcmp(t, "chore")) {
		if (s->out->class == CLASS_NORMAL)
			s->out->class = CLASS_CHORE;
		add(s, -10, "chore", NULL);
	}
	if (s->in->bot)
		s->out->class = CLASS_BOT;
}

/* --- the reader's own stack --------------------------------------------- */

static bool concerns(const struct importance_input *in, const char *word)
{
	for (size_t i = 0; i < in->areas_n; i++)
		if (!strcasecmp(in->areas[i], word))
			return true;
	for (size_t i = 0; i < in->hardware_n; i++)
		if (!strcasecmp(in->hardware[i], word))
			return true;
	if (has_word(in->subject, word, false))
		return true;
	for (size_t i = 0; i < in->signals_n; i++)
		if (in->signals[i].name &&
		    has_word(in->signals[i].name, word, false))
			return true;
	for (size_t i = 0; i < in->changes_n; i++)
		if (has_word(in->changes[i].path, word, true))
			return true;
	return false;
}

void importance_score(struct importance *out, struct arena *a,
		      const struct importance_input *in)
{
	struct score s = { out, in };

	*out = (struct importance){ 0 };
	out->reasons = arena_alloc(a, REASONS_MAX * sizeof(*out->reasons));
	score_signals(&s);
	score_pins(&s);
	score_text(&s);
	score_paths(&s);
	classify(&s);
	for (size_t i = 0; i < in->stack_n; i++)
		if (*in->stack[i] && concerns(in, in->stack[i]))
			add(&s, 15, "your stack", in->stack[i]);
	for (size_t i = 0; i < in->signals_n; i++)
		if (!strcmp(in->signals[i].kind, "test-weakened") ||
		    !strcmp(in->signals[i].kind, "test-skipped"))
			out->weakens_tests = true;
	out->folded = out->score < 0 || in->bot;
}
