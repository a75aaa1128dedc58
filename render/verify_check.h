/* render/verify_check.h - what the parts of verify share. */
#ifndef RENDER_VERIFY_CHECK_H
#define RENDER_VERIFY_CHECK_H

#include "render/verify.h"

struct verify_ctx {
	struct verify_report *r;
	const struct claims *c;
	const struct verify_source *src;
	bool strict;			/* one of our own pages */
	const struct verify_commit **of;	/* per claim: what an id resolved
						 * to, or NULL */
	struct corpus *corpora;		/* verify_corpus.c */
	int inverses;			/* pairs of commits compared */
	struct {			/* the last range that was summed up */
		const struct verify_commit *from, *to;
		struct verify_totals totals;
		bool known;
	} range;
	int ranges;			/* summed up so far */
	int misses;			/* long searches that found nothing */
	bool *late;			/* per claim: an id that is no commit, to
					 * be looked for in text */
};

/* A text of nothing but unknown words must not cost minutes: after so many
 * fruitless searches only direct look-ups are made. */
#define MISSES_MAX 3000
static inline bool check_tired(const struct verify_ctx *x)
{
	return x->misses > MISSES_MAX;
}

/* Record a result about claim i; text values are copied. */
void check_say(struct verify_ctx *x, int i, enum verify_verdict v,
	       const char *what, const char *truth, const char *source);
/* truth by format; NULL arena text is never made */
const char *check_fmt(struct verify_ctx *x, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The tracked name that equals `name` but for case, or NULL. */
const char *check_tracked(const struct verify_ctx *x, const char *name);

/* The commit a block speaks of, or NULL. */
const struct verify_commit *check_owner(struct verify_ctx *x, int block);

/*
 * Commits that a claim may speak of: its owner, all others of its block and of
 * the enclosing blocks up to the heading.  Returns how many, at most max, the
 * most likely first.
 */
size_t check_commits(struct verify_ctx *x, int claim,
		     const struct verify_commit **out, size_t max);

/* verify_ref.c: ids, numbers, links, repositories */
void check_oid(struct verify_ctx *x, int i);
void check_oid_late(struct verify_ctx *x, int i);
void check_bad_oid(struct verify_ctx *x, int i);
void check_number(struct verify_ctx *x, int i);
void check_label(struct verify_ctx *x, int i);
void check_compare(struct verify_ctx *x, int i);
void check_repo(struct verify_ctx *x, int i);
void check_days(struct verify_ctx *x);

/* verify_count.c */
void check_counts(struct verify_ctx *x, int i);
void check_files(struct verify_ctx *x, int i);
void check_changes(struct verify_ctx *x, int i);

/* verify_range.c: is it of the landings between two commits?  Then judged. */
bool check_range(struct verify_ctx *x, int i);

/* verify_revert.c: is a revert what it is said to be? */
void check_inverse(struct verify_ctx *x, int i);

/* verify_path.c */
void check_path(struct verify_ctx *x, int i);
bool path_matches(const struct claim *k, const char *path);

/*
 * verify_corpus.c: both sides of a commit's changed files as searchable text:
 * every line without blanks, in plain form, between '\n'.
 */
struct corpus_side {
	struct str text;
	size_t change;		/* index into the commit's changes */
	bool old;
};
struct corpus {
	const struct verify_commit *of;
	struct corpus_side *sides;
	size_t n, cap, bytes;
	bool whole;		/* nothing left out for size or absence */
	struct corpus *next;
};
/* Built once per commit; never NULL. */
const struct corpus *corpus_get(struct verify_ctx *x,
				const struct verify_commit *c);
/*
 * Also what the limit left out of the files that the path names.  True: every
 * side of them is there to be searched.
 */
bool corpus_need(struct verify_ctx *x, const struct verify_commit *c,
		 const struct claim *path);
void corpus_free_all(struct verify_ctx *x);
/* One line in the form the corpus has, without the line ends. */
void corpus_squeeze(struct str *out, const char *s, size_t len);
/* The line a match stands on, 1-based. */
int64_t corpus_line(const struct corpus_side *s, const char *at);

/* verify_line.c: lines of code */
void check_line(struct verify_ctx *x, int i);
/* Anything but punctuation in it? */
bool check_says_something(const char *s);

/* verify_quote.c: inline code, quotes, versions */
void check_code(struct verify_ctx *x, int i);
void check_quote(struct verify_ctx *x, int i);
void check_version(struct verify_ctx *x, int i);
/* Where the message or a changed file of the claim's commits has the text;
 * NULL: nowhere. */
const char *check_occurs(struct verify_ctx *x, int i, const char *text);
/* Does the message of one of the claim's commits say so?  Its id, or NULL. */
const char *check_in_message(struct verify_ctx *x, int i, const char *text);

/* Are these the words of a commit's title, message or author, which a page of
 * ours repeats and does not vouch for? */
bool check_of_author(struct verify_ctx *x, int i);

/* verify_page.c: against the stored document */
void check_page(struct verify_ctx *x, const char *text, size_t len);

/* verify_who.c: authors, dates, times, and the window of the page */
void check_window(struct verify_ctx *x);
void check_author(struct verify_ctx *x, int i);
void check_date(struct verify_ctx *x, int i);
void check_time(struct verify_ctx *x, int i);

#endif
