/*
 * analyze/signals/strlit.h - string literals on changed lines and what stands
 * around them, for the readers that look for names written as strings.
 */
#ifndef ANALYZE_SIGNALS_STRLIT_H
#define ANALYZE_SIGNALS_STRLIT_H

#include "analyze/signals/surface.h"

/*
 * Call `each` for every quoted run without escapes on the line; `inside` is
 * the text between the quotes.
 */
void strlit_each(const struct diff_line *l,
		 void (*each)(void *arg, struct span inside), void *arg);

/*
 * The word that ends right before `at` in text, blanks and line ends passed;
 * "environ[" gives "environ" with *open '['.  Looks back at most 200 bytes.
 */
struct span word_before(const char *text, size_t at, char *open);

/* First byte after the closing quote that is no blank; 0 at the end. */
char byte_after(const char *text, size_t len, struct span inside,
		const char **at);

/* Does the text hold the word in quotes of its own? */
bool strlit_has(const char *text, size_t len, const char *word, size_t n);

/* Lines of the new sides of the landing's product files with the word. */
int lines_in_new(const struct landing_view *v, const char *word, size_t n);

/* Is the word in the old side of a product file of the landing? */
bool word_in_old(const struct landing_view *v, const char *word, size_t n);

/* The same for a word in quotes of its own; a line that has it in both kinds of
 * quotes is counted twice. */
int quoted_in_new(const struct landing_view *v, const char *word, size_t n);
bool quoted_in_old(const struct landing_view *v, const char *word, size_t n);

/* Is l a name a reader keeps once?  A growing set of spans. */
struct name_set {
	struct name {
		struct span text;
		size_t file;
		bool declared;	/* in a registry, not merely read */
	} *v;
	size_t n, cap;
};
void name_set_add(struct name_set *s, struct span text, size_t file,
		  bool declared);
const struct name *name_set_get(const struct name_set *s, struct span text);
void name_set_release(struct name_set *s);

#endif
