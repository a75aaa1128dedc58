/*
 * analyze/landing_view.h - the two sides of a landing, held for the readers of
 * signals, excerpts and hunks.
 */
#ifndef ANALYZE_LANDING_VIEW_H
#define ANALYZE_LANDING_VIEW_H

#include "analyze/measure.h"
#include "analyze/signals/signals.h"
#include "analyze/tree_text.h"
#include "core/odb.h"

#include <stdbool.h>

/* More than this of one landing is not held; `cut` says so. */
#define LANDING_HELD_MAX ((size_t)96 << 20)

struct held_file {
	struct measured_file measured;
	struct line_script script;	/* a copy; its caps are 0 */
};

struct landing_hold {
	struct odb_reader *r;
	struct landing_view view;	/* files in the order of the changes */
	git_oid tree[2];		/* before and after */
	struct tree_text *words;	/* borrowed; NULL: no tree is searched */
	bool cut;			/* contents of some files are missing */
	struct obj **held;
	size_t held_n, held_cap, held_bytes;
	bool asked;			/* a count was wanted: no words */
	struct arena arena;		/* the scripts of the files */
	struct held_file *files;
	size_t files_n, files_cap;
};

/*
 * Use: init, set measurer.on_file = landing_hold_file with this as arg,
 * measure(), landing_hold_view(), read, release.  repo, subject and body are
 * borrowed.
 */
void landing_hold_init(struct landing_hold *h, struct odb_reader *r);
void landing_hold_file(void *arg, const struct measured_file *f);
void landing_hold_view(struct landing_hold *h, const char *repo,
		       const struct commit *c, const git_oid *old_tree,
		       const struct change_list *l);
void landing_hold_release(struct landing_hold *h);

/*
 * All of that for one stored commit: reads its trees, measures it again and
 * fills the view; the changes (with blob ids) are in *l, strings in l->arena.
 */
int landing_hold_commit(struct landing_hold *h, struct measurer *m,
			const char *repo, const struct commit *c,
			struct change_list *l, struct err *e);

#endif
