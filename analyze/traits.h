/* analyze/traits.h - what kind of diff it is, read from both sides once, kept
 * in the store so that labels can be made again without a mirror. */
#ifndef ANALYZE_TRAITS_H
#define ANALYZE_TRAITS_H

#include "analyze/lineedit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum trait {
	TRAIT_ONLY_COMMENTS = 1,	/* every changed line is comment or blank */
	TRAIT_ONLY_SPACE = 2,		/* equal when white space is ignored */
	TRAIT_ONLY_DELETIONS = 4,
	TRAIT_ONLY_ADDITIONS = 8,
	TRAIT_ONLY_VERSION = 16,	/* only version strings differ */
	TRAIT_ONLY_PINS = 32,		/* only requirement/pin lines differ */
	TRAIT_ANY_PINS = 64,
	TRAIT_ONLY_RENAMES = 128,	/* every file is a rename with no edit */
	TRAIT_NEW_TESTS = 256,
	TRAIT_NEW_FUNCTIONS = 512,	/* product code gained a definition */
	TRAIT_ANY_VERSION = 1024,
	TRAIT_NEW_FILES = 2048,		/* product code gained a file */
	/* Equal without white space and the marks formatters move: , ; ( ) \
	 * and either quote. */
	TRAIT_ONLY_FORMAT = 4096,
	TRAIT_ONLY_ORDER = 8192,	/* the same lines in another order */
};

/* As rules and learned features name them; ended by a NULL name. */
extern const struct trait_name {
	const char *name;
	uint32_t bit;
} trait_names[];

/* Running state over the files of one commit; zero it with {0}. */
struct traits {
	uint32_t not_only;		/* ONLY_* bits already disproved */
	uint32_t any;			/* other bits seen */
	uint32_t files;
};

/*
 * One file.  old/new are the regions left after cutting common leading and
 * trailing lines (whole contents for A and D; NULL,0 for a missing side).
 * Costs at most 64 KiB of reading per side; a larger region disproves the
 * ONLY_ bits that were not decided by then.  script: the lines of the regions
 * that differ (lineedit.h), or NULL; it saves time and changes no bit.
 */
void traits_add(struct traits *t, const char *path, char status,
		const char *old, size_t old_len, const char *new,
		size_t new_len, const struct line_script *script);

/* The bit set of the commit. */
uint32_t traits_bits(const struct traits *t);

#endif
