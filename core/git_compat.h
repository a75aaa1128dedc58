/* core/git_compat.h - what differs between libgit2 1.5 (Debian 12) and 1.9. */
#ifndef CORE_GIT_COMPAT_H
#define CORE_GIT_COMPAT_H

#include <git2.h>
#include <git2/sys/odb_backend.h>
#include <string.h>

#include "core/err.h"
#include "core/git_lib.h"

#if LIBGIT2_VER_MAJOR < 1 || (LIBGIT2_VER_MAJOR == 1 && LIBGIT2_VER_MINOR < 5)
#error "libgit2 1.5 or newer is needed"
#endif

#if LIBGIT2_VER_MAJOR == 1 && LIBGIT2_VER_MINOR < 8
typedef git_odb_object git_odb_object_compat;
#endif

#define OID_RAW 20
#define OID_HEX 40

static inline int oid_eq(const git_oid *a, const git_oid *b)
{
	return memcmp(a->id, b->id, OID_RAW) == 0;
}

static inline int oid_cmp(const git_oid *a, const git_oid *b)
{
	return memcmp(a->id, b->id, OID_RAW);
}

static inline int oid_zero(const git_oid *a)
{
	static const git_oid zero;

	return memcmp(a->id, zero.id, OID_RAW) == 0;
}

/* out holds at least OID_HEX + 1 bytes; returns out. */
static inline char *oid_hex(const git_oid *id, char *out)
{
	static const char hex[] = "0123456789abcdef";
	int i;

	for (i = 0; i < OID_RAW; i++) {
		out[2 * i] = hex[id->id[i] >> 4];
		out[2 * i + 1] = hex[id->id[i] & 15];
	}
	out[OID_HEX] = 0;
	return out;
}

/* Exactly 40 lower- or upper-case hex digits at s.  0, or -1. */
static inline int oid_parse(git_oid *id, const char *s)
{
	int i, v, c;

	memset(id, 0, sizeof(*id));
	for (i = 0; i < OID_HEX; i++) {
		c = (unsigned char)s[i];
		if (c >= '0' && c <= '9')
			v = c - '0';
		else if (c >= 'a' && c <= 'f')
			v = c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			v = c - 'A' + 10;
		else
			return -1;
		id->id[i / 2] = (unsigned char)(id->id[i / 2] << 4 | v);
	}
	return 0;
}

/* git_error_last() as our error; `what` names the repository or file. */
static inline int err_git(struct err *e, const char *what)
{
	const git_error *g = git_error_last();

	return err_set(e, ERR_GIT, "%s: %s", what,
		       g && g->message ? g->message : "unknown git error");
}

#endif
