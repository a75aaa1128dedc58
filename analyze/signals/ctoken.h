/*
 * analyze/signals/ctoken.h - the tokens of a C, C++ or CUDA header.
 *
 * Comments, blanks and directives are passed over; of those only "#define NAME
 * body" is told.
 */
#ifndef ANALYZE_SIGNALS_CTOKEN_H
#define ANALYZE_SIGNALS_CTOKEN_H

#include "analyze/signals/pymodule.h"

enum ctok_kind { CT_END, CT_NAME, CT_NUMBER, CT_STRING, CT_OP };

struct ctok {
	enum ctok_kind kind;
	uint32_t off, len;
};

struct clex {
	const char *s;
	size_t len, pos;	/* len: below 4 GiB */
	bool line_start;	/* true at the begin of a text */
	void (*macro)(void *arg, struct span name);
	void *arg;
};

/* CT_END at the end, and ever after. */
struct ctok clex_next(struct clex *p);

/*
 * After an opening brace: to after its closing one.  Most of a header is
 * bodies, so they are not taken apart into tokens.
 */
void clex_skip_braces(struct clex *p);

#endif
