/*
 * analyze/signals/signals.h - facts read from a landing's diff or message.
 *
 * A signal is only ever stated from both sides of the diff or quoted from the
 * message; see docs/report.md for the rule behind each kind.  Nothing here
 * looks at a later landing, at the clock or at another repository.
 *
 * Kinds, a fixed list of lower-case strings (name; old -> new):
 *
 * public surface
 *   export-removed       "package/__init__.py" loses a bound name; not
 *                        breaking when only __all__ lost it
 *   export-added
 *   module-removed       a product Python file went with its public names
 *                        (name: path; detail: names)
 *   module-moved         its path changed (old path -> new path)
 *   symbol-removed       Class, function or Class.method
 *   symbol-renamed       old -> new, bodies alike
 *   symbol-moved         old path -> new path
 *   symbol-added
 *   signature            parameters that differ, as spelled (old -> new)
 *   default              class or module value (old -> new literal)
 *   enum-value           Enum.MEMBER; value old -> new, new NULL: removed
 *   registry-key         key of a named dict or list of strings; one of
 *                        old/new is NULL
 *   config-key-removed, config-key-added    Class.field of a config class
 *   env-removed, env-added                  environment variable
 *   flag-removed, flag-added                --flag
 *   metric-removed, metric-added            ns:name
 *   header-moved         path of a public header (old -> new)
 *   header-removed       path of a public header that went
 *   header-symbol-removed  function or Struct::field
 *   macro-removed
 *   deprecation-enforced identifier; warning line -> raising line
 *   stated-break         the line of a changelog that says so
 *   layout               old -> new as written
 *   line-order           class or function; elements that changed places
 * facts
 *   pin                  name; spec or marker old -> new, NULL: absent, "":
 *                        unbounded (detail: scope, what)
 *   submodule            path; commit old -> new
 *   version              folder of the package; old -> new (detail: scope)
 *   revert, reland       what the message names; unresolved (detail: title,
 *                        pr, oid, repo), see threads.h
 *   number               number with unit; new: the whole sentence (detail:
 *                        where, hardware)
 *   test-touched         number of files (detail: files, new, additions,
 *                        deletions)
 *   test-deleted         number of test functions (detail: names)
 *   test-skipped         skip or xfail; new: the reason
 *   test-weakened        tolerance or accuracy limit that became easier
 *   test-threshold       another limit that changed
 *   test-expected        expression; expected number old -> new
 *   test-variable        environment variable of a test; old -> new
 *   docs-code-mismatch   documented variable no product file reads; old: the
 *                        one it replaced and the code does read
 *   substitution         tokens old -> new (detail: places, files)
 *   small-diff           path; new: the telling added line
 *   move, comment-only   path
 *   rename               number of files (detail: unchanged, from, to)
 *   new-kernel           path (detail: lines)
 *   new-model            architecture registered
 *   build-macro          macro; "-DX" old -> new
 */
#ifndef ANALYZE_SIGNALS_H
#define ANALYZE_SIGNALS_H

#include "analyze/lineedit.h"
#include "analyze/signals/pathkind.h"
#include "core/arena.h"
#include "core/err.h"
#include "store/rows.h"

#include <stdbool.h>
#include <stddef.h>

struct obj;

/* What a landing offers to the readers; every pointer is borrowed. */
struct landing_file {
	const struct change *change;
	const char *old, *new;		/* contents, followed by a NUL byte;
					 * NULL: absent, binary, too large or
					 * missing */
	size_t old_len, new_len;
	/* The differing middle after cutting common leading and trailing
	 * lines: byte ranges of old and new.  Equal ends: no difference. */
	size_t old_from, old_to, new_from, new_to;
	struct obj *old_obj, *new_obj;	/* whose data they are, or NULL */
	/* The lines of the middles that one side has and the other has not (or
	 * not as often), and maybe some that only moved; NULL: not known. */
	const struct line_script *script;

	/* Filled by signals_read() before any reader runs: */
	enum path_kind kind;		/* of change->path */
	enum path_lang lang;
	unsigned look;			/* enum surface_look (surface.h) */
};

struct signal_cache;			/* parses shared by the readers */

struct landing_view {
	const char *repo;		/* "owner/name" */
	git_oid oid;
	const char *subject, *body;
	struct landing_file *files;
	size_t files_n;
	/*
	 * Read a file of the tree after (side 1) or before (side 0) the
	 * landing.  *out is borrowed until the view is released.  ERR_NOTFOUND
	 * when there is no such file.
	 */
	int (*read)(void *arg, int side, const char *path, const char **out,
		    size_t *len);
	/*
	 * Whole-word occurrences of `word` in product files of the tree after
	 * the landing: lines counted; -1 where it cannot be told.  Costly:
	 * only for names that left.
	 */
	int (*count_word)(void *arg, const char *word, size_t word_len);
	bool *unsearched;		/* not NULL: count_word can only say -1
					 * and this is set when one is wanted;
					 * see signals_unsearched() */
	void *arg;
	struct outlines *outlines;	/* kept between landings; may be NULL */
	struct signal_cache *cache;	/* signals_read() makes and frees it;
					 * the caller leaves it NULL */
};

struct signal {
	const char *kind;		/* one of the list above */
	const char *name;		/* what it is about */
	const char *old, *new;		/* values, or NULL */
	const char *path;		/* or NULL: from the message */
	int line;			/* 1-based on the side it names, 0 none */
	bool old_side;			/* line counts in the old file */
	bool breaking;			/* a breaking candidate */
	bool in_title;			/* the title mentions the name */
	const char *detail;		/* kind-specific, JSON text or NULL */
};

struct signal_list {
	struct signal *v;
	size_t n, cap;
	struct arena *arena;		/* owns every string */
};

/* Add a copy; strings are copied into the list's arena. */
void signal_add(struct signal_list *l, const struct signal *s);
void signal_list_release(struct signal_list *l);	/* not the arena */

/*
 * Run every registered reader over one landing, in table order.  Fills the
 * last fields of v->files; `in_title` of every new signal is set here.
 */
void signals_read(const struct landing_view *v, struct signal_list *out);

/* One registered kind of reader. */
struct signal_reader {
	const char *name;
	/* May the file matter at all?  Cheap: looks at path and the middle.
	 * NULL: the reader runs on every landing (it reads the message). */
	bool (*wants)(const struct landing_file *f);
	void (*read)(const struct landing_view *v, struct signal_list *out);
};

/* The table (signals.c); ends with NULL. */
extern const struct signal_reader *const signal_readers[];

/*
 * Nothing can be counted in this view: true, and the landing is marked as one
 * that may have more to say.  A reader asks before it prepares a count.
 */
bool signals_unsearched(const struct landing_view *v);

/* Small helpers of the readers. */

/* 1-based line of byte `at` of text. */
int line_of(const char *text, size_t at);

/* Whole-word occurrence: neither neighbour is a letter, digit or '_'. */
const char *find_word(const char *hay, size_t len, const char *word,
		      size_t word_len);

/* Files whose name changed read their old contents under this path. */
const char *file_old_path(const struct landing_file *f);

#endif
