/* analyze/importance.h - the order of a day's landings, and what is folded. */
#ifndef ANALYZE_IMPORTANCE_H
#define ANALYZE_IMPORTANCE_H

#include "analyze/signals/signals.h"
#include "core/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct importance_input {
	const char *subject, *body;	/* body may be NULL */
	const char *type;		/* label, or NULL */
	bool bot;
	const char *const *areas;
	size_t areas_n;
	const char *const *hardware;
	size_t hardware_n;
	const struct signal *signals;
	size_t signals_n;
	const struct change *changes;
	size_t changes_n;
	bool in_thread;			/* a resolved revert or re-land */
	bool release_tag;		/* a release tag points at it */
	int downstream;			/* tracked trees that name what left */
	const char *const *stack;	/* words of report.stack */
	size_t stack_n;
};

enum importance_class {
	CLASS_NORMAL,
	CLASS_SUPPORT,		/* only docs, CI, tests, benchmarks, ... */
	CLASS_RENAMES,		/* only renames of unchanged files */
	CLASS_CHORE,
	CLASS_BOT,
};

struct importance_reason {
	int points;
	const char *what;	/* fixed text of docs/report.md */
	const char *name;	/* the signal's name or the word, or NULL */
};

struct importance {
	int score;
	enum importance_class class;
	bool folded;		/* score < 0, or a bot's */
	bool weakens_tests;	/* named even when folded */
	struct importance_reason *reasons;	/* in the order of the table */
	size_t reasons_n;
};

/* Does it say a word of severity ("deadlock", "wrong", ...)? */
bool importance_is_severe(const char *text);

/*
 * Points per kind of fact, each kind once, as docs/report.md lists them.
 * Pure and deterministic; arrays live in `a`, strings are borrowed from `in`
 * or static.
 */
void importance_score(struct importance *out, struct arena *a,
		      const struct importance_input *in);

#endif
