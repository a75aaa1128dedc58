/* upload_pack.c - what a server is and which refs it has. */
#include "mirror/upload_pack.h"

#include "core/mem.h"

#include <string.h>

#define AGENT "airep-git/" AIREP_VERSION

int upload_pack_err_line(const struct pkt *p, struct err *e)
{
	if (p->kind != PKT_DATA || p->len < 4 || memcmp(p->data, "ERR ", 4))
		return 0;
	return err_set(e, ERR_NET, "the server says: %.*s",
		       (int)pkt_text_len(p) - 4, p->data + 4);
}

static int refuse_hash(const char *name, size_t len, struct err *e)
{
	if (len == 4 && !memcmp(name, "sha1", 4))
		return 0;
	return err_set(e, ERR_GIT, "it is a %.*s repository: only SHA-1 is "
		       "supported", (int)len, name);
}

/* --- the first answer --- */

struct advert {
	struct upload_pack *u;
	bool banner;		/* "# service=" came, its flush follows */
	bool first;		/* the first ref carries the capabilities */
	bool known;		/* which version it is */
};

static bool word_is(const char *p, size_t n, const char *word)
{
	return strlen(word) == n && !memcmp(p, word, n);
}

/* Capabilities of version 2: one a packet, "name" or "name=v1 v2". */
static int v2_capability(struct upload_pack *u, const char *p, size_t n,
			 struct err *e)
{
	const char *eq = memchr(p, '=', n), *w;
	size_t name = eq ? (size_t)(eq - p) : n, k;

	if (word_is(p, name, "object-format") && eq) {
		u->names_hash = true;
		return refuse_hash(eq + 1, n - name - 1, e);
	}
	if (!word_is(p, name, "ls-refs") || !eq)
		return 0;
	for (w = eq + 1; w < p + n; w += k + 1) {
		k = strcspn(w, " \n");
		if (word_is(w, k, "unborn"))
			u->ls_unborn = true;
	}
	return 0;
}

static int v0_capability(struct upload_pack *u, const char *p, size_t n,
			 struct err *e)
{
	static const char head[] = "symref=HEAD:";

	if (word_is(p, n, "side-band-64k"))
		u->sideband = true;
	else if (word_is(p, n, "ofs-delta"))
		u->ofs_delta = true;
	else if (word_is(p, n, "thin-pack"))
		u->thin_pack = true;
	else if (word_is(p, n, "shallow"))
		u->shallow = true;
	else if (n > 14 && !memcmp(p, "object-format=", 14))
		return refuse_hash(p + 14, n - 14, e);
	else if (n > sizeof(head) - 1 && !memcmp(p, head, sizeof(head) - 1) &&
		 !u->advertised.head)
		u->advertised.head = xstrndup(p + sizeof(head) - 1,
					      n - (sizeof(head) - 1));
	return 0;
}

static int v0_capabilities(struct upload_pack *u, const char *p, struct err *e)
{
	int rc = 0;
	size_t k;

	for (; !rc && *p; p += k + (p[k] != 0)) {
		k = strcspn(p, " \n");
		rc = v0_capability(u, p, k, e);
	}
	return rc;
}

static int add_ref(struct reflist *l, const char *name, size_t len,
		   const git_oid *id, struct err *e)
{
	if (l->n >= REFS_MAX)
		return err_set(e, ERR_LIMIT, "the server lists more than %d "
			       "refs", REFS_MAX);
	if (len == 4 && !memcmp(name, "HEAD", 4))
		l->head_id = *id;
	else if ((starts_with(name, "refs/heads/") ||
		  starts_with(name, "refs/tags/")) &&
		 !(len > 3 && !memcmp(name + len - 3, "^{}", 3)))
		reflist_add(l, name, len, id);
	return 0;
}

/* "<id> <name>[\0capabilities]" */
static int v0_ref(struct advert *a, const struct pkt *p, struct err *e)
{
	size_t len = strcspn(p->data, "\n");
	git_oid id;
	int rc = 0;

	if (starts_with(p->data, "shallow "))
		return 0;
	if (len < OID_HEX + 2 || oid_parse(&id, p->data) ||
	    p->data[OID_HEX] != ' ')
		return err_set(e, ERR_NET, "the server's list of refs makes no "
			       "sense");
	if (a->first && len < p->len)
		rc = v0_capabilities(a->u, p->data + len + 1, e);
	a->first = false;
	if (!rc && !oid_zero(&id))
		rc = add_ref(&a->u->advertised, p->data + OID_HEX + 1,
			     len - OID_HEX - 1, &id, e);
	return rc;
}

static int on_advert(void *arg, const struct pkt *p, struct err *e)
{
	struct advert *a = arg;
	int rc = upload_pack_err_line(p, e);

	if (rc)
		return rc;
	if (p->kind == PKT_FLUSH && a->banner) {
		a->banner = false;
		return 0;
	}
	if (p->kind == PKT_FLUSH)
		return 1;
	if (p->kind != PKT_DATA)
		return err_set(e, ERR_NET, "the server's greeting makes no "
			       "sense");
	if (!a->known && starts_with(p->data, "# service=")) {
		a->banner = true;
		return 0;
	}
	a->banner = false;
	if (!a->known) {
		a->known = true;
		if (word_is(p->data, pkt_text_len(p), "version 2")) {
			a->u->version = 2;
			return 0;
		}
		if (word_is(p->data, pkt_text_len(p), "version 1"))
			return 0;
	}
	if (a->u->version == 2)
		return v2_capability(a->u, p->data, pkt_text_len(p), e);
	return v0_ref(a, p, e);
}

static int feed(void *arg, const void *p, size_t n, struct err *e)
{
	return pkt_feed(arg, p, n, e);
}

int upload_pack_open(struct upload_pack *u, struct transport *t,
		     struct err *e)
{
	struct advert a = { .u = u, .first = true };
	struct pkt_reader r = { .handler = on_advert, .arg = &a };
	int rc;

	memset(u, 0, sizeof(*u));
	u->t = t;
	rc = t->ops->advert(t, feed, &r, e);
	pkt_reader_release(&r);
	if (rc)
		upload_pack_release(u);
	return rc;
}

void upload_pack_release(struct upload_pack *u)
{
	reflist_release(&u->advertised);
}

/* --- refs --- */

/* "<id> <name>[ symref-target:<t>][ peeled:<id>]" or "unborn HEAD ..." */
static int on_ref(void *arg, const struct pkt *p, struct err *e)
{
	static const char target[] = " symref-target:";
	struct reflist *l = arg;
	const char *name, *sym;
	size_t len;
	git_oid id = { 0 };
	int rc = upload_pack_err_line(p, e);

	if (rc || p->kind == PKT_FLUSH)
		return rc ? rc : 1;
	name = memchr(p->data, ' ', p->len);
	if (p->kind != PKT_DATA || !name || memchr(p->data, 0, p->len) ||
	    (!starts_with(p->data, "unborn ") &&
	     (name - p->data != OID_HEX || oid_parse(&id, p->data))))
		return err_set(e, ERR_NET, "the server's list of refs makes no "
			       "sense");
	p->data[pkt_text_len(p)] = 0;
	len = strcspn(++name, " ");
	sym = strstr(name + len, target);
	if (len == 4 && !memcmp(name, "HEAD", 4)) {
		l->detached = !sym && !oid_zero(&id);
		if (sym && !l->head) {
			sym += sizeof(target) - 1;
			l->head = xstrndup(sym, strcspn(sym, " "));
		}
	}
	return oid_zero(&id) ? 0 : add_ref(l, name, len, &id, e);
}

static int v2_refs(struct upload_pack *u, struct reflist *out, struct err *e)
{
	struct pkt_reader r = { .handler = on_ref, .arg = out };
	struct str q = STR_INIT;
	int rc;

	pkt_add(&q, "command=ls-refs\n");
	pkt_add(&q, "agent=" AGENT "\n");
	if (u->names_hash)
		pkt_add(&q, "object-format=sha1\n");
	pkt_add_delim(&q);
	pkt_add(&q, "symrefs\n");
	if (u->ls_unborn)
		pkt_add(&q, "unborn\n");
	pkt_add(&q, "ref-prefix HEAD\n");
	pkt_add(&q, "ref-prefix refs/heads/\n");
	pkt_add(&q, "ref-prefix refs/tags/\n");
	pkt_add_flush(&q);
	rc = u->t->ops->request(u->t, &q, feed, &r, e);
	pkt_reader_release(&r);
	str_release(&q);
	return rc;
}

/* A version 0 server that does not say where HEAD points: the branch at the
 * same commit, of several the usual names first. */
static void guess_head(struct reflist *l)
{
	static const char *const usual[] = {
		"refs/heads/main", "refs/heads/master"
	};
	size_t i;

	if (l->head || oid_zero(&l->head_id))
		return;
	for (i = 0; i < ARRAY_N(usual) && !l->head; i++) {
		const struct ref *r = reflist_find(l, usual[i]);

		if (r && oid_eq(&r->id, &l->head_id))
			l->head = xstrdup(r->name);
	}
	for (i = 0; i < l->n && !l->head; i++)
		if (ref_is_branch(l->v[i].name) &&
		    oid_eq(&l->v[i].id, &l->head_id))
			l->head = xstrdup(l->v[i].name);
	l->detached = !l->head;
}

int upload_pack_refs(struct upload_pack *u, struct reflist *out,
		     struct err *e)
{
	int rc = 0;

	memset(out, 0, sizeof(*out));
	if (u->version == 2) {
		rc = v2_refs(u, out, e);
	} else {
		*out = u->advertised;
		memset(&u->advertised, 0, sizeof(u->advertised));
	}
	if (rc) {
		reflist_release(out);
		return rc;
	}
	reflist_sort(out);
	if (u->version != 2)
		guess_head(out);
	if (out->head && !starts_with(out->head, "refs/heads/")) {
		/* where HEAD may point to in a mirror of heads and tags */
		free(out->head);
		out->head = NULL;
		out->detached = !oid_zero(&out->head_id);
	}
	return 0;
}
