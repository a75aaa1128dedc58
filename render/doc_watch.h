/*
 * render/doc_watch.h - what only several repositories together show: one rare
 * term in two of them on one day, a fix that a copy elsewhere still lacks, and
 * pins between them that stay behind (doc_pins.h).
 */
#ifndef RENDER_DOC_WATCH_H
#define RENDER_DOC_WATCH_H

#include "analyze/signals/sameterm.h"
#include "core/json.h"
#include "core/map.h"
#include "render/doc_pins.h"

struct doc_copy {
	const struct doc_change *fix;
	const char *path;		/* of the fix */
	const char *repo, *copy;	/* where else such a file stands */
	int line;			/* there: the first line held, 0 none */
	int held, removed;		/* of the lines the fix removed */
};

struct doc_watch {
	struct sameterm *terms;		/* their changes: indices into v */
	size_t terms_n;
	struct doc_copy *copies;	/* order of v, then of the set */
	size_t copies_n, copies_cap;
	struct doc_pins pins;
};

/* Changes of the window that are not late and whose repository is shown. */
bool doc_is_watched(const struct doc_change *c);

/*
 * The same term: titles of 90 days before the window decide what is rare
 * (analyze/signals/sameterm.h), read from the store first.
 */
struct doc_past {
	struct sameterm_past *v;	/* one for each of the set */
	size_t busy;			/* repositories with changes */
	struct arena arena;
};
int doc_past_read(struct doc_past *p, const struct doc_set *set, struct db *db,
		  int64_t since, struct err *e);
void doc_past_release(struct doc_past *p);
/* Strings live in the arena of p, and it may run beside other work. */
void doc_watch_terms(struct doc_watch *out, const struct doc_change *v,
		     size_t n, const struct doc_set *set, struct doc_past *p);

/* Copies: files of the same name in another mirror's tree as of the window's end
 * (analyze/signals/fixcopy.h). */
struct doc_fixes {
	struct map names;		/* base names of what was fixed */
};
struct doc_copies {
	struct doc_copy *v;		/* malloc; strings in the mirror's arena */
	size_t n, cap;
};
void doc_fixes_collect(struct doc_fixes *f, const struct doc_change *v,
		       size_t n);
/* Reads nothing but the mirror: trees may be searched at the same time. */
void doc_copies_find(struct doc_copies *out, const struct doc_fixes *f,
		     const struct doc_change *v, size_t n,
		     const struct doc_tree *t);
/* One tree after the other, in the set's order; then doc_copies_done(). */
void doc_copies_keep(struct doc_watch *out, const struct doc_copies *found);
void doc_copies_done(struct doc_watch *out);

void doc_watch_release(struct doc_watch *w);

/* The "watch" object of the document. */
void doc_watch_json(struct json *j, const struct doc_watch *w,
		    const struct doc_change *v);

#endif
