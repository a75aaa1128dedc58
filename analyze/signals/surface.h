/*
 * analyze/signals/surface.h - what the readers of one landing share: changed
 * lines, Python outlines, and a cheap look that tells which files matter.
 *
 * Everything lives in the view's cache and dies with it.
 */
#ifndef ANALYZE_SIGNALS_SURFACE_H
#define ANALYZE_SIGNALS_SURFACE_H

#include "analyze/signals/linediff.h"
#include "analyze/signals/pymodule.h"
#include "analyze/signals/signals.h"

/* What the changed lines of a file hold (landing_file.look), as far as a reader
 * of such files asks for it. */
enum surface_look {
	LOOK_LINES = 1,		/* some line changed */
	LOOK_OUTLINE = 2,	/* Python: a definition or a class or module
				 * value; set for added and deleted files */
	LOOK_ENV = 4,		/* reads or declares environment variables */
	LOOK_FLAG = 8,		/* add_argument, option */
	LOOK_METRIC = 16,	/* a string "ns:word" */
	LOOK_DEPRECATION = 32,	/* deprecat... or warn on the old side */
	LOOK_LAYOUT = 64,	/* brackets on both sides */
};

struct signal_cache *surface_cache_new(const struct landing_view *v);
/* Outlines go to v->outlines. */
void surface_cache_free(const struct landing_view *v);

/* Fill files[i].look of every file. */
void surface_look(const struct landing_view *v);

/* Is it Python / a header that others use: product, not generated? */
bool surface_is_python(const struct landing_file *f);

/* Whose functions and classes others can import: not those of a setup.py. */
bool surface_is_imported(const struct landing_file *f);

/*
 * Does [from, to) of that side touch the differing middle?  What does not is
 * on both sides, byte for byte.
 */
bool surface_touched(const struct landing_file *f, int side, size_t from,
		     size_t to);

/* Changed lines of file i; never NULL, empty where nothing is known. */
const struct line_diff *surface_lines(const struct landing_view *v, size_t i);

/* Line of a changed line in its file (diff_line counts in the middle). */
int surface_line_no(const struct landing_file *f, int side,
		    const struct diff_line *l);

/* Outline of file i before (0) or after (1); NULL where it is absent. */
const struct pymodule *surface_py(const struct landing_view *v, size_t i,
				  int side);

/*
 * Of file i, which both sides have: the symbols of that side, as indices in
 * order, that touch the middle and are not the same statement, in a class of the
 * same name, on the other side.  Until the cache dies; *n of them.
 */
const uint32_t *surface_changed(const struct landing_view *v, size_t i,
				int side, size_t *n);

/* Outline of any path of the tree of that side; NULL: no such file. */
const struct pymodule *surface_py_at(const struct landing_view *v, int side,
				     const char *path);

/*
 * Path of the module named in a file of `from` ("." and ".." relative,
 * absolute ones below the folder that has the first part); NULL when that
 * tree has no such file.  In the cache's arena.
 */
const char *surface_module_path(const struct landing_view *v, int side,
				const char *from, struct span module);

/* For strings that live as long as the landing. */
struct arena *surface_arena(const struct landing_view *v);

/* Bytes of one side of a file; false when absent. */
bool surface_text(const struct landing_file *f, int side, const char **s,
		  size_t *len);

#endif
