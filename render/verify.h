/*
 * render/verify.h - are the claims of a text true?  The questions are asked of
 * a verify_source (mirrors and store: verify_store.h; tests bring their own).
 *
 * A claim that cannot be decided is never called wrong: "wrong" and "not
 * found" mean that the mirrors contradict it.
 */
#ifndef RENDER_VERIFY_H
#define RENDER_VERIFY_H

#include "core/err.h"
#include "core/str.h"
#include "render/claims.h"

struct verify_change {
	const char *path;
	const char *old_path;		/* NULL unless renamed */
	char status;			/* A M D R T */
	int64_t additions, deletions;	/* -1: not measured */
};

/* A commit as the source knows it; lives as long as the source. */
struct verify_commit {
	char oid[41];
	const char *repo;		/* as shown */
	const char *subject, *message;	/* UTF-8; message has subject and body */
	const char *author;
	int64_t pr;			/* 0: none */
	int64_t landed;			/* UTC seconds: its committer time, or
					 * the landed time where that is known */
	int32_t landed_offset;		/* seconds east, of the committer */
	int64_t observed;		/* when a sync first saw it, 0: unknown */
	int64_t authored;
	int32_t authored_offset;
	int64_t files, additions, deletions;	/* sums; -1: not measured */
	const struct verify_change *changes;	/* against the first parent */
	size_t changes_n;
	const char *counted_by;		/* where counts come from, for --explain */
	void *priv;			/* the source's */
};

struct verify_totals {
	int64_t changes, files, additions, deletions;
	int64_t unmeasured;	/* files without lines; of span() alone */
};

/*
 * Lookups.  Each returns 0 or a negative code: ERR_NOTFOUND is a definite "no",
 * anything else "cannot tell".  Pointers handed out are the source's.  Any
 * member but `commit` may be NULL.
 */
struct verify_source {
	void *arg;
	const char *const *repos;	/* names as shown */
	size_t repos_n;
	/* the one commit whose id begins with prefix (4..40 hex);
	 * ERR_LIMIT: several do */
	int (*commit)(void *arg, const char *repo, const char *prefix,
		      const struct verify_commit **out, struct err *e);
	/* the last commit of the mainline that landed before `at`, 0: of all */
	int (*tip)(void *arg, const char *repo, int64_t at,
		   const struct verify_commit **out, struct err *e);
	/* the landing of pull request n */
	int (*pull)(void *arg, const char *repo, int64_t n,
		    const struct verify_commit **out, struct err *e);
	/* is there an issue or pull request n?  *is_pull says which */
	int (*issue)(void *arg, const char *repo, int64_t n, bool *is_pull,
		     const char **title, const char **author, struct err *e);
	/* every path of the commit's tree, in byte order */
	int (*paths)(void *arg, const struct verify_commit *c,
		     const char *const **v, size_t *n, struct err *e);
	/* content of change i before (old) or after; empty where absent */
	int (*file)(void *arg, const struct verify_commit *c, size_t i,
		    bool old, const char **text, size_t *len, struct err *e);
	/* of the files that a landing and its revert touch (*total), how
	 * many does the revert undo line for line? */
	int (*inverse)(void *arg, const struct verify_commit *landing,
		       const struct verify_commit *revert, int64_t *same,
		       int64_t *total, struct err *e);
	/* sums over the landings of [since, until) */
	int (*window)(void *arg, const char *repo, int64_t since, int64_t until,
		      struct verify_totals *out, struct err *e);
	/* sums over the first parents from `to` down to `from` without it;
	 * ERR_NOTFOUND: `from` is none of them */
	int (*span)(void *arg, const struct verify_commit *from,
		    const struct verify_commit *to, struct verify_totals *out,
		    struct err *e);
	/* 0: some sync ended in [t, t + 60) */
	int (*synced)(void *arg, int64_t t, struct err *e);
	/* the page as the program wrote it, by the name in its footer;
	 * ERR_NOTFOUND also when this build would write it otherwise */
	int (*page)(void *arg, const char *name, struct str *out,
		    struct err *e);
};

enum verify_verdict {
	VERIFY_OK, VERIFY_WRONG, VERIFY_MISSING, VERIFY_UNCHECKED,
	VERIFY_VERDICTS
};

struct verify_result {
	int claim;		/* index, or -1: about a whole line */
	int line, column;
	enum verify_verdict verdict;
	const char *what;	/* what was checked: a claim's kind, "day" */
	const char *text;	/* the claim */
	const char *truth;	/* the true value, or NULL */
	const char *source;	/* where it comes from, or why not checked */
};

struct verify_report {
	const char *name;		/* of the text, for messages */
	struct claims claims;
	struct verify_result *v;	/* in order of lines */
	size_t n, cap;
	size_t count[VERIFY_VERDICTS];
	int64_t since, until;		/* the stated window; 0, 0: none */
	struct arena arena;
};

/*
 * Check one text.  name: its file name (a date in it counts), may be "-".
 * Always fills the report (release it); returns 0, or the first error of the
 * source that is neither "no" nor "cannot tell" (ERR_INTERRUPTED).
 */
int verify_text(struct verify_report *r, const char *name, const char *text,
		size_t len, const struct verify_source *src, struct err *e);
void verify_release(struct verify_report *r);

/* Something wrong or not found? */
bool verify_failed(const struct verify_report *r);

const char *verify_verdict_name(enum verify_verdict v);

/*
 * Lines "NAME:LINE:COLUMN: verdict: what 'text': truth".  all: confirmed and
 * unchecked ones too; explain: with the source of each true value.  Ends with
 * one line of counts.
 */
void verify_print(const struct verify_report *r, bool all, bool explain,
		  struct str *out);
/* One JSON object: {"file","counts":{..},"claims":[{..}]}. */
void verify_print_json(const struct verify_report *r, bool all, bool explain,
		       struct str *out);

#endif
