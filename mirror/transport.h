/*
 * mirror/transport.h - bytes to and from a git server, whatever the way:
 * http(s) through core/http.h, git:// on a socket, ssh:// and local paths
 * through a pipe to a program.  What the bytes mean is upload_pack.h's business.
 */
#ifndef MIRROR_TRANSPORT_H
#define MIRROR_TRANSPORT_H

#include "core/config.h"
#include "core/err.h"
#include "core/str.h"

#include <stdbool.h>
#include <stdint.h>

/* Takes the next bytes: 0 to go on, 1 when the answer is complete, or an
 * error. */
typedef int transport_sink(void *arg, const void *p, size_t n, struct err *e);

struct transport;

/* The ways.  Each returns what the sink said last when that was an error. */
struct transport_ops {
	/* The first thing a server says. */
	int (*advert)(struct transport *t, transport_sink *sink, void *arg,
		      struct err *e);
	/* Send one request, read its answer. */
	int (*request)(struct transport *t, const struct str *body,
		       transport_sink *sink, void *arg, struct err *e);
	void (*free)(struct transport *t);
};

struct transport {
	const struct transport_ops *ops;
	uint64_t received;	/* bytes on the wire */
	char *moved;		/* where redirects of the same host led, or NULL */
	bool stateless;		/* http: every request tells everything */
};

/*
 * url is an address without credentials or a path.  Nothing is sent yet, except
 * that a program is started or a socket connected.  cfg must outlive it.
 * ERR_CONFIG for an address we cannot use, ERR_OFFLINE for a socket that
 * --offline forbids, ERR_NOTFOUND when a local path needs `git` and there is
 * none (see transport_needs_git).
 */
int transport_open(struct transport **out, const char *url,
		   const struct config *cfg, struct err *e);
void transport_free(struct transport *t);

/* The path of a local address ("/a/b", "file:///a/b"), fresh memory; NULL for
 * everything that is not on this machine. */
char *transport_local_path(const char *url);

/* Is the program `git` there? */
bool transport_have_git(void);

/* The ways themselves, for transport_open(). */
int transport_http(struct transport **out, const char *url,
		   const struct config *cfg, struct err *e);
int transport_git(struct transport **out, const char *url,
		  const struct config *cfg, struct err *e);
int transport_ssh(struct transport **out, const char *url,
		  const struct config *cfg, struct err *e);
int transport_path(struct transport **out, const char *path,
		   const struct config *cfg, struct err *e);

#endif
