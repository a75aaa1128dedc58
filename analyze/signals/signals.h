/*
 * analyze/signals/signals.h - facts read from a landing's diff or message.
 *
 * A signal is only ever stated from both sides of the diff or quoted from the
 * message; see docs/report.md for the rule behind each kind.  Nothing here
 * looks at a later landing, at the clock or at another repository.
 */
#ifndef ANALYZE_SIGNALS_H
#define ANALYZE_SIGNALS_H

#include "core/arena.h"
#include "core/err.h"
#include "store/rows.h"

#include <stdbool.h>
#include <stddef.h>

/* What a landing offers to the readers; every pointer is borrowed. */
struct landing_file {
	const struct change *change;
	const char *old, *new;		/* contents; NULL: absent, binary, too
					 * large or missing */
	size_t old_len, new_len;
	/* The differing middle after cutting common leading and trailing
	 * lines: byte ranges of old and new.  Equal ends: no difference. */
	size_t old_from, old_to, new_from, new_to;
};

struct landing_view {
	const char *repo;		/* "owner/name" */
	git_oid oid;
	const char *subject, *body;
	struct landing_file *files;
	size_t files_n;
	/*
	 * Read a file of the tree after (side 1) or before (side 0) the
	 * landing.  *out is borrowed until the view is released.  ERR_NOTFOUND
	 * when there is no such file.
	 */
	int (*read)(void *arg, int side, const char *path, const char **out,
		    size_t *len);
	/*
	 * Whole-word occurrences of `word` in product files of the tree after
	 * the landing: lines counted; -1 where it cannot be told.  Costly:
	 * only for names that left.
	 */
	int (*count_word)(void *arg, const char *word, size_t word_len);
	void *arg;
};

struct signal {
	const char *kind;		/* fixed list in docs/report.md */
	const char *name;		/* what it is about */
	const char *old, *new;		/* values, or NULL */
	const char *path;		/* or NULL: from the message */
	int line;			/* 1-based on the side it names, 0 none */
	bool old_side;			/* line counts in the old file */
	bool breaking;			/* a breaking candidate */
	bool in_title;			/* the title mentions the name */
	const char *detail;		/* kind-specific, JSON text or NULL */
};

struct signal_list {
	struct signal *v;
	size_t n, cap;
	struct arena *arena;		/* owns every string */
};

/* Add a copy; strings are copied into the list's arena. */
void signal_add(struct signal_list *l, const struct signal *s);
void signal_list_release(struct signal_list *l);	/* not the arena */

/* Run every registered reader over one landing, in table order. */
void signals_read(const struct landing_view *v, struct signal_list *out);

/* One registered kind of reader (table in signals.c). */
struct signal_reader {
	const char *name;
	/* May the file matter at all?  Cheap: looks at path and the middle. */
	bool (*wants)(const struct landing_file *f);
	void (*read)(const struct landing_view *v, struct signal_list *out);
};
extern const struct signal_reader signal_readers[];	/* ends with NULL */

#endif
