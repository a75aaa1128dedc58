/*
 * analyze/signals/symlist.h - definitions that went with a landing, and such that
 * came: of its product files, what one side binds and the other does not.
 */
#ifndef ANALYZE_SIGNALS_SYMLIST_H
#define ANALYZE_SIGNALS_SYMLIST_H

#include "analyze/signals/similar.h"
#include "analyze/signals/surface.h"

/* Did another file of the landing define it before? */
enum symbefore {
	BEFORE_NOWHERE,
	BEFORE_MOVED,		/* it only changed files */
	BEFORE_COPIED,		/* the old place keeps it */
};

struct symentry {
	size_t file;
	int sym;
	const struct pymodule *m;
	const struct landing_file *f;
	struct span cls;	/* of a method, else absent */
	struct body_lines body;	/* read when it is compared */
	bool used;
	enum symbefore before;	/* of one that came */
};

struct symlist {
	struct symentry *v;
	size_t n, cap;
};

/* Files whose functions and classes can have changed. */
bool symlist_wants(const struct landing_file *f);

/*
 * Both lists, in the order of the files and of their lines; {0} before.  Classes
 * of one name are one (they stand under if and else).  Internal files are only
 * looked at where another file has something, to know where it went.
 */
void symlist_collect(const struct landing_view *v, struct symlist *gone,
		     struct symlist *came);
void symlist_release(struct symlist *l);

static inline const struct pysym *symlist_sym(const struct symentry *e)
{
	return &e->m->syms[e->sym];
}

/* The class of that name at the top of a module, or -1. */
int symlist_class(const struct pymodule *m, struct span name);

/* "Class.method", in the landing's arena. */
const char *symlist_name(const struct landing_view *v, const struct symentry *e);

/* By its names and by its path on that side. */
bool symlist_is_public(const struct symentry *e, int side);

#endif
