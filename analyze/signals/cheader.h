/*
 * analyze/signals/cheader.h - the outline of a C, C++ or CUDA header.
 *
 * Read without a preprocessor: both branches of an #if count.  Comments,
 * strings and function bodies are passed over; what stands in a namespace
 * called detail, internal or impl, or in none, is marked.
 */
#ifndef ANALYZE_SIGNALS_CHEADER_H
#define ANALYZE_SIGNALS_CHEADER_H

#include "analyze/signals/pymodule.h"

enum citem_kind {
	C_MACRO,		/* #define with a body, no include guard */
	C_ENUM, C_ENUMERATOR,
	C_STRUCT, C_FIELD,
	C_FUNC,			/* at namespace level */
};

struct citem {
	enum citem_kind kind;
	int owner;		/* index of the enum or struct, or -1 */
	struct span name;
	struct span value;	/* enumerator: as written, or absent */
	long long number;	/* enumerator: its value when has_number */
	bool has_number;
	bool internal;		/* detail namespaces, unnamed ones */
	uint32_t at;
};

struct cheader {
	struct citem *v;
	size_t n, cap;
};

/* Linear in len, never reads past it, nests at most 64 scopes. */
void cheader_parse(struct cheader *h, const char *src, size_t len);
void cheader_release(struct cheader *h);

/* First item of that kind, owner and name, or -1. */
int cheader_find(const struct cheader *h, enum citem_kind kind, int owner,
		 struct span name);

#endif
