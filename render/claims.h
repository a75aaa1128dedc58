/*
 * render/claims.h - what a Markdown text claims about repositories: ids,
 * numbers, links, paths, counts, authors, dates, versions and quoted code, each
 * with its place and context.  Says nothing about whether a claim is true.
 *
 * Any bytes will do.  One pass, time linear in the length; memory is bounded by
 * CLAIMS_MAX and CLAIM_BLOCKS_MAX: what is over is counted in `dropped`.
 */
#ifndef RENDER_CLAIMS_H
#define RENDER_CLAIMS_H

#include "core/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLAIMS_MAX 200000
#define CLAIM_BLOCKS_MAX 200000

enum claim_kind {
	CLAIM_REPO,		/* owner/name in a heading or table cell */
	CLAIM_OID,		/* 7 to 40 hex digits that read as a commit */
	CLAIM_BAD_OID,		/* meant as an id, and no id can look so */
	CLAIM_NUMBER,		/* #N or owner/name#N: PR or issue */
	CLAIM_PR,		/* link to /pull/N */
	CLAIM_ISSUE,		/* link to /issues/N */
	CLAIM_COMPARE,		/* link to /compare/A...B, text is "A...B" */
	CLAIM_LABEL,		/* link text that contradicts its target */
	CLAIM_PATH,
	CLAIM_COUNTS,		/* +a -b, or only one of them, or their sum */
	CLAIM_FILES,		/* "N files" */
	CLAIM_CHANGES,		/* "N changes": landings */
	CLAIM_INVERSE,		/* "the inverse (a/b files)" of a revert */
	CLAIM_AUTHOR,
	CLAIM_DATE,		/* YYYY-MM-DD, with or without a time */
	CLAIM_TIME,		/* HH:MMZ */
	CLAIM_VERSION,
	CLAIM_CODE,		/* inline code that is none of the above */
	CLAIM_LINE,		/* one line of a fenced block */
	CLAIM_QUOTE,		/* "..." in a block quote */
	CLAIM_KINDS
};

enum claim_flag {
	CLAIM_EXOTIC = 1,	/* holds U+2011, an exotic space or the like */
	CLAIM_ELIDED = 2,	/* cut by "..." or U+2026 */
	CLAIM_GLOB = 4,		/* a path with '*' or ending in '/' */
	CLAIM_LINKED = 8,	/* stands in a link's text; `ref` is the target */
	CLAIM_TARGET = 16,	/* is a link's target */
	CLAIM_CODED = 32,	/* stood in backticks */
	CLAIM_QUOTED = 64,	/* in a block quote or somebody's title */
	CLAIM_TOTAL = 128,	/* counts said to be cumulative */
	CLAIM_EACH = 256,	/* counts said to hold for each path */
	CLAIM_EITHER = 512,	/* U+00B1: a is both or the sum */
	CLAIM_SUM = 1024,	/* a is additions plus deletions */
	CLAIM_ADDED = 2048,	/* diff line with '+' */
	CLAIM_REMOVED = 4096,	/* diff line with '-' */
	CLAIM_DIFF = 8192,	/* in a diff block (or unchanged line of one) */
	CLAIM_PARTS = 16384,	/* "n/m": a of b */
	CLAIM_COMMENT = 32768,	/* code line that is only a comment */
	CLAIM_OTHERS = 65536,	/* counts of "path and others" */
	CLAIM_DENIED = 131072,	/* "not the inverse" */
	CLAIM_UNMEASURED = 262144,	/* files "not measured" */
	CLAIM_AS_OF = 1048576,	/* a date with "as of" before it */
	CLAIM_RANGE = 524288,	/* changes and files of "A .. B"; ref is B */
};

struct claim {
	enum claim_kind kind;
	uint32_t flags;		/* enum claim_flag */
	int line, column;	/* 1-based; column in bytes */
	size_t off, len;	/* bytes of the text as it was given */
	const char *text;	/* plain form: hyphens and blanks of ASCII */
	const char *repo;	/* named by the claim itself, or NULL */
	int64_t a, b;		/* counts (-1: not said); number in a; day (-1:
				 * no such) and second of day (-1: none, over
				 * 86400: no such) of a date; line
				 * number in a path's a, 0: none */
	int block;		/* index into claims.blocks */
	int ref;		/* claim this one depends on, or -1: counts ->
				 * path, link text -> target, code -> path,
				 * inverse -> id of the revert, "(this)",
				 * landings of a range -> id of its end */
};

enum claim_block_kind {
	BLOCK_PAGE,		/* block 0, parent of all */
	BLOCK_HEADING, BLOCK_PARAGRAPH, BLOCK_ITEM, BLOCK_ROW, BLOCK_DETAILS,
	BLOCK_FENCE,
};

enum claim_block_flag {
	BLOCK_QUOTED = 1,	/* behind '>' */
	BLOCK_WEAK = 2,		/* a repo-less larger heading came between */
	BLOCK_LATE = 4,		/* below a heading on late arrivals */
	BLOCK_FOLDED = 8,	/* inside <details> */
};

struct claim_block {
	enum claim_block_kind kind;
	uint32_t flags;		/* enum claim_block_flag */
	int parent;		/* enclosing block, -1 for the page */
	int line;
	int level;		/* of a heading 1..6; indent of an item */
	int owner;		/* first commit (damaged id) in it, or -1 */
	const char *repo;	/* of its section, or NULL */
	const char *link_repo;	/* of the first link in it, or NULL */
	const char *text;	/* plain form of its first line */
	const char *header;	/* first row of a row's table, or NULL */
	const char *lang;	/* of a fence: "diff", "python", "" */
	int caption;		/* of a fence: the path claim above, or -1 */
};

struct claims {
	struct arena arena;	/* every string of it */
	struct claim *v;	/* in order of place */
	size_t n;
	struct claim_block *blocks;
	size_t blocks_n;
	size_t lines;
	size_t dropped;		/* claims over the limits */
	size_t exotic;		/* characters read as plain ones */
	size_t broken;		/* ill-formed bytes, NUL, bidi controls */
	bool ours;		/* ends with our replay footer */
	const char *page;	/* the file it names, or NULL */
	/* private */
	size_t cap, blocks_cap;
};

/*
 * Scan `len` bytes.  `repos` (may be NULL) are the names that count in the
 * middle of a heading; a heading that is nothing but owner/name always counts.
 * The result owns its memory: claims_release().  Cannot fail.
 */
void claims_scan(struct claims *out, const char *text, size_t len,
		 const char *const *repos, size_t repos_n);
void claims_release(struct claims *c);

const char *claim_kind_name(enum claim_kind kind);

/*
 * The commit a claim speaks of: the first one named in its block, else in the
 * nearest enclosing item, row or heading.  Index of a CLAIM_OID or
 * CLAIM_BAD_OID, or -1.
 */
int claims_owner(const struct claims *c, int block);

/* The repository of a block: its section's, else its links', else NULL. */
const char *claims_repo(const struct claims *c, int block);

#endif
