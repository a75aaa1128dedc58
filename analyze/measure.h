/* analyze/measure.h - one commit against one other: files, renames, counts. */
#ifndef ANALYZE_MEASURE_H
#define ANALYZE_MEASURE_H

#include "analyze/linecount.h"
#include "analyze/treediff.h"
#include "core/odb.h"

#include <stdbool.h>

/* Both contents of one measured file; valid during the call only, unless the
 * objects are kept with obj_get(). */
struct measured_file {
	const struct change *change;
	struct obj *old, *new;		/* NULL: absent, binary or unreadable */
	struct middle mid;
	/* What linecount() found, see there; NULL: not looked at by line. */
	const struct line_script *script;
};

/* One per thread. */
struct measurer {
	struct odb_reader *r;
	struct linecount lines;
	size_t max_file;		/* longer files are not measured */
	/* Called for every file whose lines were counted; may be NULL. */
	void (*on_file)(void *arg, const struct measured_file *f);
	void *arg;
};

void measurer_init(struct measurer *m, struct odb_reader *r, size_t max_file);
void measurer_release(struct measurer *m);

/*
 * What `git log --diff-merges=first-parent --numstat -M` prints for a commit
 * with new_tree whose first parent has old_tree (zero: the empty tree), into
 * l (sorted by path, strings in l->arena).  *flags gets COMMIT_RENAMES_SKIPPED,
 * or COMMIT_UNREADABLE / COMMIT_TOO_LARGE with an empty list: only then e is
 * set, and the return value is still 0.
 */
int measure(struct measurer *m, const git_oid *old_tree,
	    const git_oid *new_tree, struct change_list *l, uint32_t *flags,
	    struct err *e);

/* Additions, deletions and files without counts of a list. */
struct totals {
	int64_t additions, deletions;
	int files, unmeasured, binary;
};
void change_totals(const struct change_list *l, struct totals *t);

#endif
