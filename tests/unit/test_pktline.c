/* tests/unit/test_pktline.c - framing, whole and in pieces. */
#include "tests/unit/unit.h"

#include "mirror/pktline.h"

struct seen {
	struct str text;	/* "data|" per packet, "F|" "D|" "E|" */
	int stop_after;		/* say 1 after so many packets; 0: never */
	int n;
};

static int note(void *arg, const struct pkt *p, struct err *e UNUSED)
{
	struct seen *s = arg;

	switch (p->kind) {
	case PKT_DATA:
		str_addmem(&s->text, p->data, p->len);
		break;
	case PKT_FLUSH:
		str_add(&s->text, "F");
		break;
	case PKT_DELIM:
		str_add(&s->text, "D");
		break;
	case PKT_END:
		str_add(&s->text, "E");
		break;
	}
	str_addch(&s->text, '|');
	return ++s->n == s->stop_after;
}

/* Feed in pieces of `step` bytes; returns the last code. */
static int feed(struct seen *s, const char *p, size_t n, size_t step,
		struct err *e)
{
	struct pkt_reader r = { .handler = note, .arg = s };
	size_t k;
	int rc = 0;

	for (; n && rc >= 0; p += k, n -= k) {
		k = n < step ? n : step;
		rc = pkt_feed(&r, p, k, e);
	}
	pkt_reader_release(&r);
	return rc;
}

static void pieces_of_any_size_give_the_same_packets(void **state UNUSED)
{
	static const char in[] = "0009hello0004000100060\n0000" "0002";
	size_t step;

	for (step = 1; step < sizeof(in); step++) {
		struct seen s = { 0 };

		assert_int_equal(feed(&s, in, sizeof(in) - 1, step, NULL), 0);
		assert_string_equal(s.text.s, "hello||D|0\n|F|E|");
		str_release(&s.text);
	}
}

static void the_longest_packet_arrives_whole(void **state UNUSED)
{
	struct seen s = { 0 };
	struct str in = STR_INIT;
	int i;

	str_add(&in, "fff0");
	for (i = 0; i < PKT_DATA_MAX; i++)
		str_addch(&in, (char)('a' + i % 26));
	assert_int_equal(feed(&s, in.s, in.len, 1000, NULL), 0);
	assert_int_equal(s.text.len, PKT_DATA_MAX + 1);
	assert_memory_equal(s.text.s, in.s + 4, PKT_DATA_MAX);
	str_release(&in);
	str_release(&s.text);
}

static void nonsense_lengths_are_refused(void **state UNUSED)
{
	static const char *const bad[] = {
		"0003", "zzzz", "fff1", "ffff", "00 5", "-001", "<htm", "\x1b[0m"
	};
	size_t i;

	for (i = 0; i < ARRAY_N(bad); i++) {
		struct seen s = { 0 };
		struct err e = { 0 };

		assert_int_equal(feed(&s, bad[i], 4, 4, &e), ERR_NET);
		assert_int_equal(s.n, 0);
		assert_null(strchr(e.msg, '\x1b'));
	}
}

static void bytes_after_the_answer_are_refused(void **state UNUSED)
{
	struct seen s = { .stop_after = 2 };
	struct err e = { 0 };

	assert_int_equal(feed(&s, "0005a0000", 9, 9, &e), 1);
	str_release(&s.text);
	s = (struct seen){ .stop_after = 2 };
	assert_int_equal(feed(&s, "0005a00000", 10, 10, &e), ERR_NET);
	str_release(&s.text);
}

static void an_unfinished_packet_is_noticed(void **state UNUSED)
{
	struct seen s = { 0 };
	struct pkt_reader r = { .handler = note, .arg = &s };

	assert_int_equal(pkt_feed(&r, "0009hel", 7, NULL), 0);
	assert_true(pkt_partial(&r));
	assert_int_equal(pkt_feed(&r, "lo", 2, NULL), 0);
	assert_false(pkt_partial(&r));
	pkt_reader_release(&r);
	str_release(&s.text);
}

static void what_is_written_is_what_is_read(void **state UNUSED)
{
	struct seen s = { 0 };
	struct str out = STR_INIT;

	pkt_add(&out, "want %d\n", 7);
	pkt_add_delim(&out);
	pkt_add(&out, "%s", "");
	pkt_add_flush(&out);
	assert_string_equal(out.s, "000bwant 7\n000100040000");
	assert_int_equal(feed(&s, out.s, out.len, 3, NULL), 0);
	assert_string_equal(s.text.s, "want 7\n|D||F|");
	str_release(&out);
	str_release(&s.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_of_any_size_give_the_same_packets),
		cmocka_unit_test(the_longest_packet_arrives_whole),
		cmocka_unit_test(nonsense_lengths_are_refused),
		cmocka_unit_test(bytes_after_the_answer_are_refused),
		cmocka_unit_test(an_unfinished_packet_is_noticed),
		cmocka_unit_test(what_is_written_is_what_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
