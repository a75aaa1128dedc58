/*
 * mirror/upload_pack.h - git's fetch protocol from the client's side: version 2,
 * and versions 0 and 1 for servers that know no other.
 *
 * Own code, because libgit2 1.5's client has no time limit, negotiates with a
 * walk that one malformed commit ends, and makes the server list every
 * refs/pull at each sync.
 */
#ifndef MIRROR_UPLOAD_PACK_H
#define MIRROR_UPLOAD_PACK_H

#include "mirror/negotiate.h"
#include "mirror/pktline.h"
#include "mirror/reflist.h"
#include "mirror/transport.h"

struct upload_pack {
	struct transport *t;	/* borrowed */
	int version;		/* 0 or 2 */
	bool ls_unborn, filter_refs;
	bool names_hash;	/* it speaks of object formats */
	bool sideband, ofs_delta, thin_pack, shallow;	/* version 0 */
	struct reflist advertised;			/* version 0 */
};

/* Read what the server says first.  SHA-256 repositories are refused here. */
int upload_pack_open(struct upload_pack *u, struct transport *t,
		     struct err *e);
void upload_pack_release(struct upload_pack *u);

/*
 * HEAD, heads and tags of the remote, sorted.  With version 2 the server is
 * asked for these alone, whatever else it has.  out->head is set for an empty
 * repository too where the server tells it.
 */
int upload_pack_refs(struct upload_pack *u, struct reflist *out,
		     struct err *e);

struct upload_pack_fetch {
	const git_oid *wants;
	size_t wants_n;
	struct negotiator *have;
	/* the pack, piece by piece; an error ends the fetch */
	int (*on_pack)(void *arg, const void *p, size_t n, struct err *e);
	/* what the server says to a person; may be NULL */
	void (*on_text)(void *arg, const char *p, size_t n);
	/* a commit whose parents the server itself lacks; may be NULL */
	void (*on_shallow)(void *arg, const git_oid *id);
	void *arg;
};

/* Negotiate in rounds and receive one pack. */
int upload_pack_fetch(struct upload_pack *u,
		      const struct upload_pack_fetch *f, struct err *e);

/* "ERR no such repository" and its like, for both halves of the client. */
int upload_pack_err_line(const struct pkt *p, struct err *e);

#endif
