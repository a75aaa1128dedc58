/* render/claims_scan.h - what the parts of the claim scanner share. */
#ifndef RENDER_CLAIMS_SCAN_H
#define RENDER_CLAIMS_SCAN_H

#include "render/claims.h"
#include "render/claims_text.h"

#define BRACKETS 32		/* open '[' remembered on one line */
#define TICKS 8			/* longest run of backticks that is a span */

struct claim_scan {
	struct claims *c;
	const char *const *repos;
	size_t repos_n;
	struct plain ln;	/* the current line */
	size_t line_off;	/* of its first byte */
	int line;		/* 1-based */
	int block;		/* where claims go now */
	uint32_t flags;		/* given to every claim: CLAIM_QUOTED */
	/* state of one line */
	int path;		/* last path that counts may belong to, or -1 */
	size_t path_end;	/* where it ended */
	int files;		/* last "N files", or -1 */
	size_t files_end;
	int self;		/* last id that "(this)" follows, or -1 */
	int from;		/* id before " .. ", or -1 */
	int range;		/* "N landings" of the range, or -1 */
	bool no_close[TICKS + 1];	/* no closing run of this length */
	struct { size_t at; size_t claim; } open[BRACKETS];
	int open_n;
};

/* Append a claim over plain bytes [from, to) of the line; NULL when full. */
struct claim *scan_add(struct claim_scan *s, enum claim_kind kind, size_t from,
		       size_t to);
/* Its index, for `ref`. */
int scan_last(const struct claim_scan *s);

/* All inline claims of plain bytes [from, end of line). */
void scan_inline(struct claim_scan *s, size_t from);

/* What stands in backticks, [from, to) without them. */
void scan_code(struct claim_scan *s, size_t from, size_t to);

/*
 * A link's target [from, to).  Returns the index of the claim it makes, or -1.
 * text_from..text_to is the link's text (equal: none), whose claims start at
 * index `first`.
 */
int scan_target(struct claim_scan *s, size_t from, size_t to,
		size_t text_from, size_t text_to, size_t first);

/* Word classes. */
bool scan_is_word(char ch);		/* letters, digits, '_' */
bool scan_is_hex(const char *t, size_t n);
size_t scan_repo_name(const char *t, size_t n);	/* owner/name at t: length */
/* The same; of the repositories that are known whatever letters they have. */
size_t scan_repo(const struct claim_scan *s, const char *t, size_t n);
bool scan_path_like(const char *t, size_t n, bool coded, uint32_t *flags,
		    size_t *path_n, int64_t *line);

#endif
