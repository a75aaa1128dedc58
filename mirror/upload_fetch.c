/*
 * upload_fetch.c - negotiation and the pack.
 *
 * Version 2 forgets between requests, so each round repeats the wants and the
 * commits known to be common.  A round that ends in "ready" brings the pack in
 * the same answer; else the next round tells more, until there is no more to
 * tell or the server has not known any for long: then "done".
 */
#include "mirror/upload_pack.h"

#include "core/mem.h"

#include <string.h>

#define AGENT "airep-git/" AIREP_VERSION
#define FIRST_ROUND 32
#define LARGEST_ROUND 8192
#define IN_VAIN 256		/* told after the last one it knew */
#define MOST_TOLD 65536
#define V0_TOLD 1024		/* version 0 has one round here */

enum section { SECTION_NAME, SECTION_ACKS, SECTION_SHALLOW, SECTION_OTHER,
	SECTION_PACK };

struct fetching {
	const struct upload_pack_fetch *f;
	enum section section;
	bool got_pack;
	bool waiting;		/* version 0: ACK or NAK comes first */
	git_oid *common;
	size_t common_n, common_cap;
	size_t told, vain;
};

/* --- the answer --- */

/* Band 1 is the pack, 2 talk, 3 the server's last words. */
static int on_band(struct fetching *s, const struct pkt *p, struct err *e)
{
	if (!p->len)
		return 0;
	switch (p->data[0]) {
	case 1:
		s->got_pack = true;
		return p->len == 1 ? 0 :
			s->f->on_pack(s->f->arg, p->data + 1, p->len - 1, e);
	case 2:
		if (s->f->on_text)
			s->f->on_text(s->f->arg, p->data + 1, p->len - 1);
		return 0;
	case 3:
		return err_set(e, ERR_NET, "the server gave up: %.*s",
			       (int)pkt_text_len(p) - 1, p->data + 1);
	default:
		return err_set(e, ERR_NET, "the server's pack makes no sense");
	}
}

static void on_ack(struct fetching *s, const struct pkt *p)
{
	git_oid id;

	if (!starts_with(p->data, "ACK ") || p->len < 4 + OID_HEX ||
	    oid_parse(&id, p->data + 4))
		return;		/* "NAK", "ready" */
	if (!negotiator_ack(s->f->have, &id))
		return;
	s->vain = 0;
	GROW(s->common, s->common_n, s->common_cap);
	s->common[s->common_n++] = id;
}

static void on_shallow(struct fetching *s, const struct pkt *p)
{
	git_oid id;

	if (s->f->on_shallow && starts_with(p->data, "shallow ") &&
	    p->len >= 8 + OID_HEX && !oid_parse(&id, p->data + 8))
		s->f->on_shallow(s->f->arg, &id);
}

static int enter(struct fetching *s, const struct pkt *p, struct err *e)
{
	if (starts_with(p->data, "acknowledgments"))
		s->section = SECTION_ACKS;
	else if (starts_with(p->data, "shallow-info"))
		s->section = SECTION_SHALLOW;
	else if (starts_with(p->data, "wanted-refs"))
		s->section = SECTION_OTHER;
	else if (starts_with(p->data, "packfile\n") ||
		 !strcmp(p->data, "packfile"))
		s->section = SECTION_PACK;
	else
		return err_set(e, ERR_NET, "the server's answer has a part "
			       "'%.40s' that was not asked for", p->data);
	return 0;
}

static int on_v2(void *arg, const struct pkt *p, struct err *e)
{
	struct fetching *s = arg;
	int rc = s->section == SECTION_PACK ? 0 : upload_pack_err_line(p, e);

	if (rc)
		return rc;
	if (p->kind == PKT_FLUSH)
		return 1;
	if (p->kind != PKT_DATA) {
		s->section = SECTION_NAME;
		return 0;
	}
	switch (s->section) {
	case SECTION_NAME:
		return enter(s, p, e);
	case SECTION_ACKS:
		on_ack(s, p);
		return 0;
	case SECTION_SHALLOW:
		on_shallow(s, p);
		return 0;
	case SECTION_OTHER:
		return 0;
	case SECTION_PACK:
		return on_band(s, p, e);
	}
	return 0;
}

static int on_v0(void *arg, const struct pkt *p, struct err *e)
{
	struct fetching *s = arg;
	int rc = s->waiting ? upload_pack_err_line(p, e) : 0;

	if (rc)
		return rc;
	if (p->kind != PKT_DATA)
		return p->kind == PKT_FLUSH && s->got_pack ? 1 : 0;
	/* some servers repeat an ACK; no band begins with a letter */
	if (starts_with(p->data, "NAK") || starts_with(p->data, "ACK "))
		s->waiting = false;
	else if (!s->waiting)
		return on_band(s, p, e);
	return 0;
}

/* --- the requests --- */

static int feed(void *arg, const void *p, size_t n, struct err *e)
{
	return pkt_feed(arg, p, n, e);
}

static int exchange(struct upload_pack *u, struct fetching *s,
		    pkt_handler *handler, struct str *q, struct err *e)
{
	struct pkt_reader r = { .handler = handler, .arg = s };
	int rc;

	rc = q->over ? err_set(e, ERR_LIMIT, "too much to ask for") :
		u->t->ops->request(u->t, q, feed, &r, e);
	pkt_reader_release(&r);
	str_clear(q);
	return rc;
}

/* Append up to n more haves; false when there are no more. */
static bool tell(struct fetching *s, struct str *q, size_t n)
{
	char hex[OID_HEX + 1];
	git_oid id;

	for (; n && negotiator_next(s->f->have, &id); n--) {
		pkt_add(q, "have %s\n", oid_hex(&id, hex));
		s->told++;
		s->vain++;
	}
	return n == 0;
}

static void begin(const struct upload_pack *u, const struct fetching *s,
		  struct str *q)
{
	char hex[OID_HEX + 1];
	size_t i;

	pkt_add(q, "command=fetch");
	pkt_add(q, "agent=" AGENT);
	if (u->names_hash)
		pkt_add(q, "object-format=sha1");
	pkt_add_delim(q);
	pkt_add(q, "thin-pack");
	pkt_add(q, "ofs-delta");
	for (i = 0; i < s->f->wants_n; i++)
		pkt_add(q, "want %s\n", oid_hex(&s->f->wants[i], hex));
	for (i = 0; i < s->common_n; i++)
		pkt_add(q, "have %s\n", oid_hex(&s->common[i], hex));
}

static int fetch_v2(struct upload_pack *u, struct fetching *s, struct err *e)
{
	size_t round = FIRST_ROUND;
	struct str q = STR_INIT;
	bool more = true;
	int rc = 0;

	while (!rc && !s->got_pack) {
		bool had_common = s->common_n > 0, done;

		begin(u, s, &q);
		if (more)
			more = tell(s, &q, round);
		done = !more || s->told >= MOST_TOLD ||
			(had_common && s->vain > IN_VAIN);
		if (done)
			pkt_add(&q, "done\n");
		pkt_add_flush(&q);
		s->section = SECTION_NAME;
		rc = exchange(u, s, on_v2, &q, e);
		if (!rc && done && !s->got_pack)
			rc = err_set(e, ERR_NET, "the server sent no pack");
		if (round < LARGEST_ROUND)
			round *= 2;
	}
	str_release(&q);
	return rc;
}

static int fetch_v0(struct upload_pack *u, struct fetching *s, struct err *e)
{
	struct str q = STR_INIT;
	char hex[OID_HEX + 1];
	size_t i;
	int rc;

	if (!u->sideband)
		return err_set(e, ERR_NET, "the server is too old: it has no "
			       "side-band-64k");
	for (i = 0; i < s->f->wants_n; i++)
		pkt_add(&q, "want %s%s%s%s%s\n",
			oid_hex(&s->f->wants[i], hex),
			i ? "" : " side-band-64k",
			!i && u->thin_pack ? " thin-pack" : "",
			!i && u->ofs_delta ? " ofs-delta" : "",
			i ? "" : " agent=" AGENT);
	pkt_add_flush(&q);
	tell(s, &q, V0_TOLD);
	pkt_add(&q, "done\n");
	s->waiting = true;
	rc = exchange(u, s, on_v0, &q, e);
	if (!rc && !s->got_pack)
		rc = err_set(e, ERR_NET, "the server sent no pack");
	str_release(&q);
	return rc;
}

int upload_pack_fetch(struct upload_pack *u,
		      const struct upload_pack_fetch *f, struct err *e)
{
	struct fetching s = { .f = f };
	int rc;

	rc = u->version == 2 ? fetch_v2(u, &s, e) : fetch_v0(u, &s, e);
	free(s.common);
	return rc;
}
