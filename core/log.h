/* core/log.h - talk to the user: stderr, escaped, quiet when asked. */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include "core/str.h"

#include <stdbool.h>

/* -1 quiet (errors only), 0 normal, 1 verbose.  Set once by main. */
extern int log_level;

/*
 * One line each to stderr with a prefix ("warning: ...").  Control characters
 * of the finished line are made visible: it may quote a server or a
 * repository.
 */
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Append s with every C0/C1 control but tab and newline as a visible picture
 * (ESC as "\x1b"), bidirectional overrides as <U+202E>, ill-formed bytes as
 * U+FFFD.  For terminals; the only way text from outside may reach one.
 */
void put_terminal(struct str *out, const char *s, size_t len);

#endif
