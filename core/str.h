/* core/str.h - a growing byte buffer, always NUL-terminated, with a ceiling. */
#ifndef CORE_STR_H
#define CORE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * Zero it with {0} or STR_INIT.  With max == 0 the ceiling is STR_MAX.  An
 * append that would pass the ceiling is dropped whole and sets `over`; the
 * caller looks at it once, at the end.
 */
struct str {
	char *s;		/* NULL until the first append */
	size_t len, cap;
	size_t max;
	bool over;
};

#define STR_INIT { 0 }
#define STR_MAX ((size_t)1 << 30)

void str_release(struct str *b);
void str_clear(struct str *b);		/* keeps the memory */
void str_reserve(struct str *b, size_t more);
void str_add(struct str *b, const char *s);
void str_addmem(struct str *b, const void *p, size_t n);
void str_addch(struct str *b, char c);
void str_addf(struct str *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void str_vaddf(struct str *b, const char *fmt, va_list ap);
void str_cut(struct str *b, size_t len);	/* shorten to len */
void str_trim_end(struct str *b);		/* blanks and line ends */

/* "" for an empty buffer; borrowed until the next append. */
const char *str_c(const struct str *b);

/* Hand the bytes over (never NULL); the buffer is empty afterwards. */
char *str_detach(struct str *b);

/* Here, so that the length of a constant is one: every path of a tree is asked
 * for some dozens. */
static inline bool starts_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static inline bool ends_with(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);

	return n >= k && !memcmp(s + n - k, suffix, k);
}

/* Are the n bytes at s one of the words, in either case?  NULL ends them. */
bool is_one_of(const char *s, size_t n, const char *const *words);

/* Edit distance for did-you-mean; stops counting at 9. */
int edit_distance(const char *a, const char *b);

/* Part of a word in source text: a letter, digit or '_' of ASCII. */
static inline bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* isspace() of the C locale, without a call for each byte of a history. */
static inline bool is_space_byte(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

#endif
