/* render/doc_change.h - what a page knows of one landing. */
#ifndef RENDER_DOC_CHANGE_H
#define RENDER_DOC_CHANGE_H

#include "analyze/excerpt.h"
#include "analyze/hunks.h"
#include "analyze/importance.h"
#include "analyze/landing_view.h"
#include "analyze/signals/fixcopy.h"
#include "render/doc_collect.h"

#include <stdbool.h>

/* A verbatim window, copied out of the files. */
struct doc_hunk {
	int file, h;			/* c1.f<file>.h<h> */
	const char *path;
	int line;
	bool old_side;
	const char **lines;		/* each with its sign in front */
	size_t lines_n;
};

struct doc_step {			/* of a revert / re-land thread */
	const char *kind;		/* "landing", "revert", "reland" */
	git_oid oid;
	int pr;
	const char *subject;
	int64_t landed;
	bool self;
};

struct doc_use {			/* a name that left, in another tree */
	const char *repo, *name, *path;
	int files, lines, line;
};

struct doc_bound {			/* what another tree requires */
	const char *repo, *package, *spec, *path;
	int line;
};

struct doc_fixed {			/* a file of a small fix */
	const char *path;
	struct fixcopy_lines removed, added;
};
#define DOC_FIXED_MAX 3			/* a fix of more files is none */

struct doc_change {
	const struct doc_landing *dl;
	const struct doc_repo *repo;
	const struct stored *s;
	struct stored_list members;
	struct stored_changes changes;
	bool unsure;			/* of its type: under the threshold */
	bool readable;			/* both sides could be read */
	bool lost;			/* no more, but when it was synced */
	struct signal_list signals;
	struct excerpt excerpt;
	struct doc_hunk hunks[WINDOWS_MAX];
	size_t hunks_n;
	struct doc_step *steps;
	size_t steps_n;
	int same_files, total_files;	/* exactness of a revert; 0 0 unknown */
	struct doc_fixed fixed[DOC_FIXED_MAX];	/* product files only */
	size_t fixed_n;
	struct doc_use *uses;
	size_t uses_n, uses_cap;
	struct doc_bound *bounds;
	size_t bounds_n, bounds_cap;
	int tests_files;
	int64_t tests_additions, tests_deletions;
	struct importance importance;
	struct {
		const char *dir;
		int files;
	} parts[4];			/* components, most files first */
	int parts_n, parts_rest;	/* files in further ones */
};

/* One mirror, open or not.  Zero it with {0}. */
struct doc_mirror {
	struct odb *odb;		/* NULL: not open, or cannot be read */
	struct odb_reader *reader;
	struct measurer measurer;
	struct tree_text words;
	/* These stay when it is closed: the owner releases them. */
	struct blobwords known;		/* file NULL: not used */
	struct arena arena;
};
void doc_mirror_open(struct doc_mirror *m, const char *gitdir,
		     size_t max_file);
void doc_mirror_close(struct doc_mirror *m);
/* All of closing but that its packs stay mapped: nothing is read of it any more. */
void doc_mirror_done(struct doc_mirror *m);

/* What the store knows of it: changes, members, parts, which doc_change_look()
 * leaves alone. */
int doc_change_load(struct doc_change *c, struct db *db, struct arena *a,
		    struct err *e);

/*
 * What its diff says: everything else but thread, downstream and importance;
 * strings live in the mirror's arena.  What the mirror lacks only leaves readable
 * false.  Reads nothing but the mirror: several may be read at the same time.
 */
void doc_change_look(struct doc_change *c, struct doc_mirror *m);
void doc_change_release(struct doc_change *c);

/* Signals a reader should look at first: their names, at most n. */
size_t doc_change_names(const struct doc_change *c, const char **out,
			size_t n);

/* Landings that a window's reverts and re-lands may be about. */
struct doc_threads {
	struct stored_list all;		/* n 0: no change speaks of another */
	struct arena arena;
};
/* Of a repository's changes, looking back only; released also on error. */
int doc_threads_load(struct doc_threads *t, const struct doc_change *v,
		     size_t n, const struct doc_repo *r, struct db *db,
		     int64_t until, struct err *e);
/* Reads nothing but the mirror, as doc_change_look(). */
void doc_threads_link(struct doc_threads *t, struct doc_change *v, size_t n,
		      const struct doc_repo *r, struct doc_mirror *m);
void doc_threads_release(struct doc_threads *t);

#endif
