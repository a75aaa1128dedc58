/* analyze/signals/pins.h - dependency pins of one file, parsed. */
#ifndef ANALYZE_SIGNALS_PINS_H
#define ANALYZE_SIGNALS_PINS_H

#include "core/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum pin_format {
	PINS_NONE,
	PINS_REQUIREMENTS,	/* requirements*.txt, constraints*.txt */
	PINS_PYPROJECT,
	PINS_SETUP,		/* setup.py, setup.cfg */
	PINS_DOCKER,
	PINS_CMAKE,
	PINS_SHELL,		/* .sh, .yml: NAME_VERSION=, pip install x== */
	PINS_CARGO,
};

struct pin {
	const char *name;	/* as written: "vllm_xpu_kernels", "FROM x" */
	const char *key;	/* lower case, '-' and '.' as '_'; see below */
	const char *spec;	/* ">=3.13.3", "" unbounded, a tag or an id */
	const char *norm;	/* spec without blanks, clauses sorted */
	const char *marker;	/* "platform_machine == ..." or "" */
	const char *group;	/* section of a pyproject, stage, or "" */
	int line;		/* 1-based */
};

struct pins {
	struct pin *v;
	size_t n, cap;
	struct arena *arena;
};

/* By name only. */
enum pin_format pin_format(const char *path);

/*
 * Every pin of a text, in its order; comments never count.  lines_before: what
 * stands above it in its file.
 */
void pins_parse(struct pins *out, enum pin_format format, const char *text,
		size_t len, int lines_before);
void pins_release(struct pins *p);	/* not the arena */

/* Fill key and norm, which are NULL before: most pins are as they were, and
 * what is spelled alike needs neither. */
void pin_norm(struct pin *p, struct arena *a);

/* "runtime", "build", "image", "test", "dev", "docs" or "ci". */
const char *pin_scope(const char *path, const struct pin *p);

#endif
