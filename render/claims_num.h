/* render/claims_num.h - counts, dates, times and versions at one place. */
#ifndef RENDER_CLAIMS_NUM_H
#define RENDER_CLAIMS_NUM_H

#include "render/claims.h"

struct num_counts {
	int64_t a, b;		/* -1: not said */
	uint32_t flags;		/* CLAIM_EITHER */
	size_t end;
};

/* "+a -b", "+a/-b", "+a lines", "-b lines" or U+00B1 with a number, at i. */
bool num_counts(const char *t, size_t n, size_t i, struct num_counts *out);

struct num_word {
	enum claim_kind kind;
	int64_t a, b;
	uint32_t flags;
	size_t end;
};

/* A date, time, "N files", "N changes", "N lines" or version at i. */
bool num_word(const char *t, size_t n, size_t i, struct num_word *out);

/* CLAIM_TOTAL, CLAIM_EACH: what the words right before i say. */
uint32_t num_said(const char *t, size_t i);

#endif
