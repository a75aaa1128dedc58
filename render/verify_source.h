/* render/verify_source.h - what the parts of verify_store share. */
#ifndef RENDER_VERIFY_SOURCE_H
#define RENDER_VERIFY_SOURCE_H

#include "analyze/commit.h"
#include "analyze/measure.h"
#include "render/verify_store.h"

#define TREES 24			/* path lists that are kept */
#define VERIFY_FILE_MAX ((size_t)8 << 20)	/* larger ones are not
						 * searched for text */

struct pull { int64_t n; git_oid oid; };
struct step { int64_t at; git_oid oid; };	/* of the mainline; landed */

struct known {
	struct verify_commit c;
	git_oid oid, tree;
	struct change_list list;
	struct arena arena;
	struct known *next;	/* in its bucket */
};

struct repo_at {
	const struct repo_spec *spec;
	const char *workspace;
	int64_t id;		/* in the store; 0: none */
	struct odb *odb;
	struct odb_reader *reader;
	bool tried, ok;
	struct known *known[1024];
	struct pull *pulls;
	size_t pulls_n, pulls_cap;
	bool pulls_read;
	struct step *line;	/* newest first; only without a store */
	size_t line_n, line_cap;
	bool walked;
};

struct tree_paths {
	git_oid tree;
	struct arena arena;
	const char **v;
	size_t n, cap;
	unsigned used;
};

struct verify_store {
	struct db *db;
	size_t max_file;	/* larger ones are not measured */
	struct repo_at *repos;
	const char **names;
	size_t n;
	struct tree_paths trees[TREES];
	unsigned clock;
	struct obj *held;	/* what file() lent last ... */
	char link[80];		/* ... or, of a submodule, this */
	struct str title, author;
};

/* verify_objects.c: commits, trees and files of a mirror */

/* The tracked repository of this name, or NULL. */
struct repo_at *source_repo(struct verify_store *s, const char *name);
/* Open its mirror, once. */
int source_open(struct repo_at *r, struct err *e);
/* The commit with its changes; kept until the store closes. */
int source_commit(struct verify_store *s, struct repo_at *r, const git_oid *id,
		  const struct verify_commit **out, struct err *e);
void tree_paths_release(struct tree_paths *t);
int source_get_commit(void *arg, const char *repo, const char *prefix,
		      const struct verify_commit **out, struct err *e);
int source_get_paths(void *arg, const struct verify_commit *c,
		     const char *const **v, size_t *n, struct err *e);
int source_get_file(void *arg, const struct verify_commit *c, size_t i,
		    bool old, const char **text, size_t *len, struct err *e);

/* verify_inverse.c: a landing against the revert of it */
int source_get_inverse(void *arg, const struct verify_commit *landing,
		       const struct verify_commit *revert, int64_t *same,
		       int64_t *total, struct err *e);

/* verify_mainline.c: tips, pull requests and windows, from the store, else
 * from the first parents */

/* Without a store: *landed is set if the commit is of the mainline. */
void source_landed(struct verify_store *s, struct repo_at *r,
		   const git_oid *id, int64_t *landed);
int source_get_tip(void *arg, const char *repo, int64_t at,
		   const struct verify_commit **out, struct err *e);
int source_get_pull(void *arg, const char *repo, int64_t n,
		    const struct verify_commit **out, struct err *e);
int source_get_window(void *arg, const char *repo, int64_t since, int64_t until,
		      struct verify_totals *out, struct err *e);
int source_get_span(void *arg, const struct verify_commit *from,
		    const struct verify_commit *to, struct verify_totals *out,
		    struct err *e);

#endif
