/* tests/unit/test_upload_pack.c - the protocol against a server of canned
 * answers: what is asked, what is taken, and what nonsense is survived. */
#include "tests/unit/unit.h"

#include "mirror/upload_pack.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

struct canned {
	struct transport t;
	const struct str *answers;	/* the first one is the greeting */
	size_t n, at, step;
	struct str asked;		/* requests, one after the other */
};

static int give(struct canned *c, transport_sink *sink, void *arg,
		struct err *e)
{
	const struct str *s;
	size_t k, n;
	int rc = 0;

	if (c->at >= c->n)
		return err_set(e, ERR_NET, "cut off");
	s = &c->answers[c->at++];
	for (k = 0; k < s->len && rc >= 0; k += n) {
		n = s->len - k < c->step ? s->len - k : c->step;
		rc = sink(arg, s->s + k, n, e);
	}
	return rc == 1 ? 0 : rc < 0 ? rc : err_set(e, ERR_NET, "cut off");
}

static int canned_advert(struct transport *t, transport_sink *sink, void *arg,
			 struct err *e)
{
	return give((struct canned *)t, sink, arg, e);
}

static int canned_request(struct transport *t, const struct str *body,
			  transport_sink *sink, void *arg, struct err *e)
{
	struct canned *c = (struct canned *)t;

	str_addmem(&c->asked, str_c(body), body->len);
	return give(c, sink, arg, e);
}

static const struct transport_ops ops = { canned_advert, canned_request,
	NULL };

static struct canned canned(const struct str *answers, size_t n)
{
	struct canned c = { .t = { .ops = &ops }, .answers = answers, .n = n,
		.step = 7 };

	return c;
}

/* Lines by '|': "~" flush, "." delimiter, else a packet. */
static struct str script(const char *text)
{
	struct str out = STR_INIT;

	while (*text) {
		size_t n = strcspn(text, "|");

		if (n == 1 && *text == '~')
			pkt_add_flush(&out);
		else if (n == 1 && *text == '.')
			pkt_add_delim(&out);
		else
			pkt_add(&out, "%.*s", (int)n, text);
		text += n + (text[n] != 0);
	}
	return out;
}

#define V2 "version 2\n|agent=git/2.39\n|ls-refs=unborn\n|fetch=shallow\n|" \
	"object-format=sha1\n|~"

/* "main=a v1=b @refs/heads/main" or the error. */
static char *refs_of(const char *greeting, const char *list, int want)
{
	struct str s[2] = { script(greeting), script(list) };
	struct canned c = canned(s, 2);
	struct upload_pack u;
	struct reflist l = { 0 };
	struct str out = STR_INIT;
	struct err e = { 0 };
	size_t i;
	int rc = upload_pack_open(&u, &c.t, &e);

	if (!rc) {
		rc = upload_pack_refs(&u, &l, &e);
		upload_pack_release(&u);
	}
	if (rc != want)
		fail_msg("%d: %s", rc, e.msg);
	for (i = 0; i < l.n; i++)
		str_addf(&out, "%s=%x ", ref_short(l.v[i].name),
			 l.v[i].id.id[0] & 15);
	if (l.head)
		str_addf(&out, "@%s", l.head);
	if (l.detached)
		str_add(&out, "detached");
	if (rc)
		str_add(&out, e.msg);
	reflist_release(&l);
	str_release(&s[0]);
	str_release(&s[1]);
	str_release(&c.asked);
	return str_detach(&out);
}

#define REFS(greeting, list, want) do { \
		char *got_ = refs_of(greeting, list, 0); \
		assert_string_equal(got_, want); \
		free(got_); \
	} while (0)

#define REFUSED(greeting, list, code, says) do { \
		char *got_ = refs_of(greeting, list, code); \
		if (!strstr(got_, says)) \
			fail_msg("'%s' does not say '%s'", got_, says); \
		free(got_); \
	} while (0)

static void version_2_lists_heads_and_tags(void **state UNUSED)
{
	REFS(V2, A " HEAD symref-target:refs/heads/main\n|"
	     A " refs/heads/main\n|" B " refs/tags/v1 peeled:" A "\n|~",
	     "main=a v1=b @refs/heads/main");
	REFS(V2, "unborn HEAD symref-target:refs/heads/trunk\n|~",
	     "@refs/heads/trunk");
	REFS(V2, A " HEAD\n|" B " refs/heads/main\n|~", "main=b detached");
	/* a server that does not filter */
	REFS(V2, A " refs/pull/1/head\n|" A " refs/heads/m\n|~", "m=a ");
	REFS("# service=git-upload-pack\n|~|" V2, "~", "");
}

static void versions_0_and_1_list_in_the_greeting(void **state UNUSED)
{
	struct str s = STR_INIT;
	struct canned c;
	struct upload_pack u;
	struct reflist l;

	str_add(&s, "001e# service=git-upload-pack\n0000");
	str_addf(&s, "%04x" A " HEAD%cside-band-64k ofs-delta "
		 "symref=HEAD:refs/heads/x agent=y\n", 4 + 40 + 5 + 1 + 57, 0);
	pkt_add(&s, A " refs/heads/x\n");
	pkt_add(&s, B " refs/tags/v\n");
	pkt_add(&s, A " refs/tags/v^{}\n");
	pkt_add(&s, A " refs/pull/9/head\n");
	pkt_add_flush(&s);
	c = canned(&s, 1);
	assert_int_equal(upload_pack_open(&u, &c.t, NULL), 0);
	assert_int_equal(u.version, 0);
	assert_true(u.sideband && u.ofs_delta && !u.thin_pack);
	assert_int_equal(upload_pack_refs(&u, &l, NULL), 0);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.head, "refs/heads/x");
	upload_pack_release(&u);
	reflist_release(&l);
	str_release(&s);
}

static void what_makes_no_sense_is_refused(void **state UNUSED)
{
	REFUSED("ERR access denied\n|~", "~", ERR_NET,
		"the server says: access denied");
	REFUSED("version 2\n|object-format=sha256\n|~", "~", ERR_GIT,
		"sha256");
	REFUSED(V2, "ERR no\n|~", ERR_NET, "says: no");
	REFUSED(V2, "hello\n|~", ERR_NET, "no sense");
	REFUSED(V2, "zz" A " refs/heads/m\n|~", ERR_NET, "no sense");
	REFUSED(V2, A " refs/heads/m\n", ERR_NET, "cut off");
	REFUSED("<html>", "~", ERR_NET, "no sense");
	REFUSED(V2 "|~", "~", ERR_NET, "more than its answer");
}

/* --- fetch --- */

static int on_pack(void *arg, const void *p, size_t n, struct err *e UNUSED)
{
	str_addmem(arg, p, n);
	return 0;
}

static int fetch(struct canned *c, struct str *pack, struct err *e)
{
	git_odb *odb = NULL;
	struct graph *g;
	struct reflist none = { 0 };
	struct upload_pack u;
	struct negotiator *neg;
	git_oid want;
	int rc;

	assert_int_equal(git_odb_new(&odb), 0);
	g = graph_new(odb);
	neg = negotiator_new(g, &none, &none);
	oid_parse(&want, A);
	rc = upload_pack_open(&u, &c->t, e);
	if (!rc) {
		struct upload_pack_fetch f = { .wants = &want, .wants_n = 1,
			.have = neg, .on_pack = on_pack, .arg = pack };

		rc = upload_pack_fetch(&u, &f, e);
		upload_pack_release(&u);
	}
	negotiator_free(neg);
	graph_free(g);
	git_odb_free(odb);
	return rc;
}

static void a_pack_comes_out_of_its_bands(void **state UNUSED)
{
	struct str s[2] = { script(V2), script("packfile\n|\002talk|\001PA|"
					       "\001|\001CK|\002more|~") };
	struct canned c = canned(s, 2);
	struct str pack = STR_INIT;

	assert_int_equal(fetch(&c, &pack, NULL), 0);
	assert_string_equal(str_c(&pack), "PACK");
	assert_non_null(strstr(c.asked.s, "command=fetch"));
	assert_non_null(strstr(c.asked.s, "0032want " A "\n0009done\n0000"));
	str_release(&pack);
	str_release(&c.asked);
	str_release(&s[0]);
	str_release(&s[1]);
}

static void fetch_fails(const char *answer, const char *says)
{
	struct str s[2] = { script(V2), script(answer) };
	struct canned c = canned(s, 2);
	struct str pack = STR_INIT;
	struct err e = { 0 };

	assert_int_equal(fetch(&c, &pack, &e), ERR_NET);
	assert_says(e, says);
	str_release(&pack);
	str_release(&c.asked);
	str_release(&s[0]);
	str_release(&s[1]);
}

static void a_server_that_gives_up_is_quoted(void **state UNUSED)
{
	fetch_fails("packfile\n|\003out of memory\n|~",
		    "gave up: out of memory");
	fetch_fails("ERR not our ref\n", "says: not our ref");
	fetch_fails("packfile\n|\001PA", "cut off");
	fetch_fails("packfile\n|\007what|~", "makes no sense");
	fetch_fails("packfile-uris\n|x|.|packfile\n|~", "not asked for");
	fetch_fails("acknowledgments\n|NAK\n|~", "no pack");
}

/* Bytes changed at random, by a fixed seed: an answer or an error, no crash. */
static void damaged_answers_are_survived(void **state UNUSED)
{
	static const char *const talks[][2] = {
		{ V2, "packfile\n|\001PACK|\002x|~" },
		{ V2, "acknowledgments\n|ACK " A "\n|ready\n|.|shallow-info\n|"
		  "shallow " B "\n|.|packfile\n|\001PACK|~" },
		{ A " HEAD\n|" A " refs/heads/main\n|~", "NAK\n|\001PACK|~" },
	};
	uint32_t seed = 12345;
	int i, k;

	for (i = 0; i < 30000; i++) {
		struct str s[2] = { script(talks[i % 3][0]),
			script(talks[i % 3][1]) };
		struct canned c = canned(s, 2);
		struct str pack = STR_INIT;
		struct err e = { 0 };

		for (k = 0; k < 1 + i % 4; k++) {
			struct str *t = &s[(seed >> 20) & 1];

			seed = seed * 1664525u + 1013904223u;
			t->s[(seed >> 8) % t->len] = (char)(seed >> 24);
		}
		c.step = 1 + (seed >> 12) % 40;
		fetch(&c, &pack, &e);
		str_release(&pack);
		str_release(&c.asked);
		str_release(&s[0]);
		str_release(&s[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_2_lists_heads_and_tags),
		cmocka_unit_test(versions_0_and_1_list_in_the_greeting),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(a_pack_comes_out_of_its_bands),
		cmocka_unit_test(a_server_that_gives_up_is_quoted),
		cmocka_unit_test(damaged_answers_are_survived),
	};

	git_libgit2_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
