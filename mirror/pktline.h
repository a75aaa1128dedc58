/*
 * mirror/pktline.h - git's pkt-line framing: writing to a buffer, reading from
 * pieces as they arrive.
 */
#ifndef MIRROR_PKTLINE_H
#define MIRROR_PKTLINE_H

#include "core/err.h"
#include "core/str.h"

#include <stdbool.h>
#include <stddef.h>

#define PKT_DATA_MAX 65516	/* bytes of one packet after its length */

enum pkt_kind {
	PKT_DATA,
	PKT_FLUSH,		/* 0000 */
	PKT_DELIM,		/* 0001 */
	PKT_END,		/* 0002, "response end" */
};

/* One packet, NUL-terminated behind len; valid during the call. */
struct pkt {
	enum pkt_kind kind;
	char *data;		/* the final line feed is still there */
	size_t len;
};

/* 0 to go on, 1 when the answer is complete, or an error. */
typedef int pkt_handler(void *arg, const struct pkt *p, struct err *e);

/* Zero it and set handler and arg. */
struct pkt_reader {
	pkt_handler *handler;
	void *arg;
	bool done;		/* the handler said 1 */
	char *buf;		/* 4 + PKT_DATA_MAX + 1 bytes, from the first use */
	size_t have;
};

/*
 * Take n more bytes and hand out every packet they complete.  Returns 0, or 1
 * once the handler has said that the answer is complete: bytes after that are
 * ERR_NET, as is a length that is no length ("0003", "zzzz", over 65520).
 */
int pkt_feed(struct pkt_reader *r, const void *p, size_t n, struct err *e);

/* Bytes of an unfinished packet wait: the other end was cut off. */
bool pkt_partial(const struct pkt_reader *r);
void pkt_reader_release(struct pkt_reader *r);

/* Length without one final line feed. */
size_t pkt_text_len(const struct pkt *p);

void pkt_add(struct str *out, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void pkt_add_flush(struct str *out);
void pkt_add_delim(struct str *out);

#endif
