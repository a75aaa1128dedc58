/* core/err.h - error codes and the sentence that goes with them. */
#ifndef CORE_ERR_H
#define CORE_ERR_H

/*
 * Every fallible function returns 0 or one of these.  The command line maps
 * them to exit codes (airep-git.c); nothing else depends on their values.
 */
enum err_code {
	ERR_FAILED = -1,	/* anything without a code of its own */
	ERR_USAGE = -2,		/* the command line is wrong */
	ERR_CONFIG = -3,	/* repos.list, airep.conf or rules.conf is */
	ERR_NOTFOUND = -4,
	ERR_GIT = -5,		/* an object or a mirror cannot be read */
	ERR_DB = -6,
	ERR_IO = -7,
	ERR_NET = -8,
	ERR_AUTH = -9,
	ERR_QUOTA = -10,
	ERR_OFFLINE = -11,	/* needs a socket, --offline forbids it */
	ERR_LIMIT = -12,	/* larger than a ceiling of ours */
	ERR_CORRUPT = -13,
	ERR_BUSY = -14,		/* somebody else holds the lock */
	ERR_INTERRUPTED = -15,
	ERR_PARTIAL = -16,	/* some parts failed, the rest is complete */
	ERR_VERIFY = -17,
	ERR_NOTHING_NEW = -18,
	ERR_TIMEOUT = -19,
};

/* Plain data: no allocation, may live on the stack, zero it with {0}. */
struct err {
	int code;		/* 0 or an enum err_code */
	char msg[512];		/* cut messages end in "..." */
};

/*
 * Set code and sentence (lower case, no full stop, subject in single quotes).
 * Returns code, so that a function can end in `return err_set(...)`.
 * e may be NULL where the caller does not care.
 */
int err_set(struct err *e, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Put "<fmt>: " in front of what is there.  Returns e->code. */
int err_wrap(struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* As err_set with ": strerror(errno)" appended, code ERR_IO. */
int err_errno(struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
