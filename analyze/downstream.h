/*
 * analyze/downstream.h - who else's tree uses a name that left.
 *
 * A text match of the qualified name, and always to be worded as one: nothing
 * is imported or run.
 */
#ifndef ANALYZE_DOWNSTREAM_H
#define ANALYZE_DOWNSTREAM_H

#include "core/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct downstream_name {
	const char *name;	/* "ProxyKind"; at least 6 bytes to count */
	/*
	 * Dotted module that exported it ("cutlass.cute.arch"): only
	 * "cute.arch.NAME", an alias of that module, or NAME in a file that
	 * imports it from there counts.  NULL: the whole word counts by
	 * itself (environment variables, flags, header paths).
	 */
	const char *module;
	/*
	 * A word the line must hold, too, in any case, or NULL: "--mode" is
	 * anybody's flag, "vllm serve --mode" is not.
	 */
	const char *beside;
};

struct downstream_use {
	int files, lines;
	const char *path;	/* of the first one; NULL: none */
	int line;
};

/* A requirement line of that tree that names a package. */
struct downstream_bound {
	const char *package, *spec, *marker, *path;
	const char *scope;	/* as pin_scope() */
	int line;
};
#define DOWNSTREAM_BOUNDS_MAX 16

struct downstream {
	struct downstream_use *uses;	/* one per name */
	struct downstream_bound bounds[DOWNSTREAM_BOUNDS_MAX];
	size_t bounds_n;
	size_t files, bytes;		/* read */
	size_t skipped;			/* binary or over the size limit */
};

/*
 * The files of a tree, one a call: true and all three set (borrowed until the
 * next call; text is followed by a NUL byte), false at the end.
 */
typedef bool downstream_next(void *arg, const char **path, const char **text,
			     size_t *len);

/* Is a path worth reading at all?  Lets a caller leave blobs unread. */
bool downstream_reads(const char *path);

/* Does a path hold requirement lines?  Its words alone do not tell. */
bool downstream_reads_bounds(const char *path);

/*
 * One pass over a tree for all names and packages (distribution names, case,
 * '-' and '_' alike).  Strings of *out live in `a`.  About 60 MB in 0.1 s.
 */
void downstream_scan(struct downstream *out, struct arena *a,
		     const struct downstream_name *names, size_t names_n,
		     const char *const *packages, size_t packages_n,
		     downstream_next *next, void *arg);

#endif
