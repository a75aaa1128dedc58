/* mirror/negotiate.h - which of our commits to tell a server about. */
#ifndef MIRROR_NEGOTIATE_H
#define MIRROR_NEGOTIATE_H

#include "mirror/graph.h"
#include "mirror/reflist.h"

struct negotiator;

/*
 * Our commits newest first, beginning at the tips of local.  What the remote
 * advertises is common from the start: it is told once, its history never.
 * graph is borrowed; its flags are the negotiator's while that lives.
 */
struct negotiator *negotiator_new(struct graph *g, const struct reflist *local,
				  const struct reflist *remote);
void negotiator_free(struct negotiator *n);

/* The next commit to tell; false: there are no more. */
bool negotiator_next(struct negotiator *n, git_oid *id);

/* The server has this one, hence all behind it.  True when that is news. */
bool negotiator_ack(struct negotiator *n, const git_oid *id);

#endif
