/*
 * analyze/signals/neutral.h - lines of a Python surface that changed and yet may
 * say what they said.
 *
 * No reader states an annotation (P4, P5), a base or how many lines a header
 * takes, and a value of a class or module is stated when both sides bind its name.
 * Of the lines that changed that much is noted for each side; when it is the same,
 * the outlines need not be made: of 25,700 files of vllm whose surface changed,
 * 4,700.
 */
#ifndef ANALYZE_SIGNALS_NEUTRAL_H
#define ANALYZE_SIGNALS_NEUTRAL_H

#include "analyze/signals/linediff.h"
#include "analyze/signals/signals.h"

#define NEUTRAL_FIELDS 64
#define NEUTRAL_ITEMS 128

/* What was noted of one side. */
struct neutral {
	const char *text, *end;
	size_t from;			/* the middle's first byte */
	const struct changed_line *v;	/* its script */
	size_t v_n;
	size_t passed, passed_bytes;	/* of the script, see place() */
	/* Headers and classes: how much of what both sides have stands before
	 * them, their line, of classes a hash of the name (headers: 0). */
	struct neutral_item { size_t place, line; uint64_t name; }
		items[NEUTRAL_ITEMS];
	size_t items_n;
	const struct neutral *old;	/* NULL: this is the old side */
	size_t header;		/* 1 + begin of the last one's; 0: none */
	struct neutral_field { uint64_t name, value; } fields[NEUTRAL_FIELDS];
	size_t fields_n;
};

/* f has both sides and a script; old NULL for the old side, which comes first. */
void neutral_init(struct neutral *q, const struct landing_file *f,
		  const struct neutral *old);

/*
 * Note a changed line, without its blanks: one of the header of the function
 * whose first line begins at the byte `line`; one that begins a class; one of the
 * bases of the class that the line cls begins, or right in that class; one of the
 * module.  False: it is not understood, or the old side does not say the same.
 */
bool neutral_header(struct neutral *q, size_t line);
bool neutral_class(struct neutral *q, const struct diff_line *l);
bool neutral_base(const struct neutral *q, const struct diff_line *cls);
bool neutral_field(struct neutral *q, const struct diff_line *cls,
		   const struct diff_line *l);
bool neutral_constant(struct neutral *q, const struct diff_line *l);

bool neutral_any(const struct neutral *q);	/* was anything noted? */
bool neutral_same(const struct neutral *old, const struct neutral *new);

#endif
