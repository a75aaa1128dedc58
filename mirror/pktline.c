/* pktline.c - framing only: what packets mean is upload_pack.c's business. */
#include "mirror/pktline.h"

#include "core/mem.h"

#include <stdarg.h>
#include <string.h>

#define HEAD 4

static int hex_len(const char *s)
{
	int i, v = 0;

	for (i = 0; i < HEAD; i++) {
		char c = s[i];

		if (c >= '0' && c <= '9')
			v = v * 16 + c - '0';
		else if (c >= 'a' && c <= 'f')
			v = v * 16 + c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			v = v * 16 + c - 'A' + 10;
		else
			return -1;
	}
	return v;
}

/* Bytes the packet at hand needs, its length included; -1 for nonsense. */
static int packet_size(const struct pkt_reader *r)
{
	int len;

	if (r->have < HEAD)
		return HEAD;
	len = hex_len(r->buf);
	if (len == 3 || len < 0 || len > HEAD + PKT_DATA_MAX)
		return -1;
	return len < HEAD ? HEAD : len;
}

static int hand_out(struct pkt_reader *r, struct err *e)
{
	static const enum pkt_kind special[] = {
		PKT_FLUSH, PKT_DELIM, PKT_END
	};
	int len = hex_len(r->buf);
	struct pkt p = { .kind = PKT_DATA, .data = r->buf + HEAD };
	int rc;

	if (len < HEAD)
		p.kind = special[len];
	else
		p.len = (size_t)len - HEAD;
	r->buf[HEAD + p.len] = 0;
	r->have = 0;
	rc = r->handler(r->arg, &p, e);
	if (rc == 1)
		r->done = true;
	return rc < 0 ? rc : 0;
}

static int bad_length(const struct pkt_reader *r, struct err *e)
{
	char shown[HEAD + 1];
	int i;

	for (i = 0; i < HEAD; i++)
		shown[i] = r->buf[i] > 32 && r->buf[i] < 127 ? r->buf[i] : '?';
	shown[HEAD] = 0;
	return err_set(e, ERR_NET, "the server does not speak git's protocol "
		       "(packet length '%s')", shown);
}

int pkt_feed(struct pkt_reader *r, const void *data, size_t n, struct err *e)
{
	const char *p = data;
	int need, rc;

	if (!r->buf)
		r->buf = xmalloc(HEAD + PKT_DATA_MAX + 1);
	while (n) {
		size_t take;

		if (r->done)
			return err_set(e, ERR_NET,
				       "the server sent more than its answer");
		need = packet_size(r);
		take = (size_t)need - r->have;
		if (take > n)
			take = n;
		memcpy(r->buf + r->have, p, take);
		r->have += take;
		p += take;
		n -= take;
		need = packet_size(r);
		if (need < 0)
			return bad_length(r, e);
		if (r->have < HEAD || r->have < (size_t)need)
			continue;
		rc = hand_out(r, e);
		if (rc)
			return rc;
	}
	return r->done ? 1 : 0;
}

bool pkt_partial(const struct pkt_reader *r)
{
	return r->have > 0;
}

void pkt_reader_release(struct pkt_reader *r)
{
	free(r->buf);
	r->buf = NULL;
	r->have = 0;
}

size_t pkt_text_len(const struct pkt *p)
{
	return p->len && p->data[p->len - 1] == '\n' ? p->len - 1 : p->len;
}

void pkt_add(struct str *out, const char *fmt, ...)
{
	struct str line = STR_INIT;
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&line, fmt, ap);
	va_end(ap);
	str_addf(out, "%04zx", line.len + HEAD);
	str_addmem(out, str_c(&line), line.len);
	str_release(&line);
}

void pkt_add_flush(struct str *out)
{
	str_add(out, "0000");
}

void pkt_add_delim(struct str *out)
{
	str_add(out, "0001");
}
