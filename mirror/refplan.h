/*
 * mirror/refplan.h - what has to happen to our refs, decided before anything
 * does.  A pure function of two lists of refs: no file, no network.
 *
 * sync uses it twice: to bring a mirror from its refs to the remote's, and to
 * compare the refs last stored with those a mirror has now.  The second gives
 * the ledger its rows, for our mirrors and for mirror=PATH alike, so a run that
 * died between refs and store loses no row.
 */
#ifndef MIRROR_REFPLAN_H
#define MIRROR_REFPLAN_H

#include "mirror/reflist.h"

enum refmove_kind {
	REFMOVE_NEW,
	REFMOVE_FAST_FORWARD,
	REFMOVE_REWRITTEN,	/* the old tip is no ancestor of the new one */
	REFMOVE_DELETED,
	REFMOVE_TAG_MOVED,
	REFMOVE_CHANGED,	/* dry run: not known before the objects are */
};

/* "new", "fast-forward", "rewritten", "deleted", "tag-moved", "changed" */
const char *refmove_name(enum refmove_kind kind);

/* -1 when there is no such kind. */
int refmove_parse(const char *name);

struct refmove {
	char *name;
	git_oid old_id, new_id;		/* zero where absent */
	enum refmove_kind kind;
	size_t gone, fresh;		/* commits, of REFMOVE_REWRITTEN */
};

struct refplan_opts {
	/* Is old an ancestor of new (or the same)?  NULL: unknown, then a
	 * branch that moved is REFMOVE_CHANGED. */
	bool (*is_ancestor)(void *arg, const git_oid *old_id,
			    const git_oid *new_id);
	/* Commits that only old, and only new, can reach; may be NULL. */
	void (*difference)(void *arg, const git_oid *old_id,
			   const git_oid *new_id, size_t *gone, size_t *fresh);
	void *arg;
	bool accept_deletions;
	bool keep;		/* keep old tips under refs/airep/kept/ */
	const char *date;	/* "2026-02-04", of the kept tips */
};

struct refplan {
	/* heads and tags; deletions first, then the rest, both by name */
	struct refmove *moves;
	size_t n, cap;
	size_t deleted, created;
	struct reflist kept;	/* refs to create under refs/airep/kept/ */
	char *head;		/* new target of HEAD, NULL: as it is */
	bool head_detached;	/* HEAD becomes head_id itself */
	git_oid head_id;
	struct notes warnings;
};

#define REFS_KEPT "refs/airep/kept/"

/*
 * local holds every ref of the mirror (the kept ones choose the names of new
 * kept ones), remote its heads and tags; both sorted.  Remote refs whose name
 * git forbids are left out with a warning.  A ref that is damaged on either
 * side is no deletion.
 *
 * ERR_FAILED: more than half of our heads and tags would go without others
 * coming for them, and accept_deletions is not set.  *out is empty then.
 */
int refplan_make(struct refplan *out, const struct reflist *local,
		 const struct reflist *remote, const struct refplan_opts *o,
		 struct err *e);
void refplan_release(struct refplan *p);
bool refplan_empty(const struct refplan *p);

/* local with the plan carried out, sorted; fresh. */
void refplan_result(const struct refplan *p, const struct reflist *local,
		    struct reflist *out);

#endif
