/* mirror/reflist.h - the refs of a repository at one moment, as plain data. */
#ifndef MIRROR_REFLIST_H
#define MIRROR_REFLIST_H

#include "core/err.h"
#include "core/git_compat.h"

#include <stdbool.h>
#include <stddef.h>

#define REF_NAME_MAX 1024
#define REFS_MAX 1000000	/* of one repository; more is ERR_LIMIT */

struct ref {
	char *name;		/* bytes, "refs/heads/main" */
	git_oid id;
};

/* Zero it.  v is sorted by name (bytes) once reflist_sort() has run. */
struct reflist {
	struct ref *v;
	size_t n, cap;
	char *head;		/* the branch HEAD points to, NULL: none told */
	git_oid head_id;	/* where HEAD ends up; zero: nowhere */
	bool detached;		/* HEAD is the id itself */
	char **broken;		/* names of refs that are there but unreadable */
	size_t broken_n, broken_cap;
};

void reflist_release(struct reflist *l);
void reflist_add(struct reflist *l, const char *name, size_t len,
		 const git_oid *id);
void reflist_add_broken(struct reflist *l, const char *name);

/* Sort by name; of equal names the one added last stays. */
void reflist_sort(struct reflist *l);

/* NULL when absent; the list must be sorted. */
const struct ref *reflist_find(const struct reflist *l, const char *name);
bool reflist_is_broken(const struct reflist *l, const char *name);

/* Same names and ids among heads and tags, and the same HEAD. */
bool reflist_same_tracked(const struct reflist *a, const struct reflist *b);

/* A branch or a tag: what is mirrored unless more is asked for. */
bool ref_is_tracked(const char *name);
bool ref_is_branch(const char *name);
bool ref_is_tag(const char *name);

/* "main" for refs/heads/main, "v1" for refs/tags/v1, else the whole. */
const char *ref_short(const char *name);

/* Sentences that end as warnings; zero it. */
struct notes {
	char **v;
	size_t n, cap;
};
void notes_add(struct notes *l, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void notes_release(struct notes *l);

/*
 * Read the refs of a bare repository or a .git folder from its files:
 * packed-refs, then loose ones over them, HEAD; symbolic refs are resolved.
 * Nothing is written.  all: every ref; else heads and tags only.  A ref that is
 * there but cannot be read is in `broken` and in a warning, so that nobody
 * takes it for deleted (libgit2's iterator skips it).  The list is sorted.
 */
int reflist_read(struct reflist *out, const char *gitdir, bool all,
		 struct notes *warn, struct err *e);

#endif
