/* analyze/signals/pins_parse.h - what the readers of the formats share. */
#ifndef ANALYZE_SIGNALS_PINS_PARSE_H
#define ANALYZE_SIGNALS_PINS_PARSE_H

#include "analyze/signals/pins.h"

struct pin_lines {
	const char *p, *end;	/* what is left of the text */
	int no;			/* of the line given last, from 1 */
};

/* The next line without its end; false at the end. */
bool pins_next_line(struct pin_lines *l, const char **s, size_t *n);

/* A letter, digit or one of "-_." */
bool pins_name_char(char c);

/* Where a comment starts: '#' first or after a blank; else n. */
size_t pins_without_comment(const char *s, size_t n);

/* "name-1.2.3-cp38-...whl", ".../v1.2.3/...", "...@v1.2.3": the version. */
char *pins_url_version(struct arena *a, const char *s, size_t n);

/* Names that differ in case, "-", "_" and "." only have one key. */
char *pins_key(struct arena *a, const char *s);

/* Strings are kept as they are, in the arena of p. */
void pins_add(struct pins *p, const char *name, const char *spec,
	      const char *marker, const char *group, int line);

/*
 * "torch>=2; marker" and "name[extra] @ url"; nothing for anything else, nor
 * for a name without an operator and a version when need_spec.
 */
void pins_add_requirement(struct pins *p, const char *s, size_t n,
			  const char *group, int line, bool need_spec);

/* One reader per family of formats; see pins_parse(). */
void pins_docker(struct pins *p, struct pin_lines l);
void pins_shell(struct pins *p, struct pin_lines l);
void pins_cmake(struct pins *p, struct pin_lines l);

#endif
