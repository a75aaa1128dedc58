/*
 * analyze/signals/testvalues.h - what a landing changes in one file of tests;
 * `d` is that file's diff.
 */
#ifndef ANALYZE_SIGNALS_TESTVALUES_H
#define ANALYZE_SIGNALS_TESTVALUES_H

#include "analyze/signals/linediff.h"
#include "analyze/signals/lines.h"
#include "core/map.h"

/* A value of a test: NAME = NUM, "NAME": NUM. */
struct setting {
	const char *name;
	size_t name_len;
	char text[32];
	const char *num;	/* where text stands on the line */
	double value;
	const struct dline *at;
	bool used;
};

/* A number at p that is a whole literal; bytes, or 0. */
size_t number_at(const char *p, const char *end, struct setting *out);

/* Where the hunk ends that begins at line `from`, which there is. */
size_t dlines_end(const struct dlines *d, size_t from);

/* Has the hunk lines of both sides? */
bool dlines_replaces(const struct dlines *d, size_t from, size_t to);

/* test-weakened, test-threshold: where it is certain what became what. */
void test_read_limits(const struct landing_file *f, const struct dlines *d,
		      struct signal_list *out);

/* test-expected: an assertion's number behind "==". */
void test_read_expected(const struct landing_file *f, const struct dlines *d,
			struct signal_list *out);

/* test-variable: an environment variable set to another literal. */
void test_read_variables(const struct landing_file *f, const struct dlines *d,
			 struct signal_list *out);

/* "test-skipped": a new skip or xfail of a test that ran before. */
void test_read_skips(const struct landing_file *f, const struct dlines *d,
		     struct signal_list *out);

/* By the changed lines, not cut: can test_read_skips() have anything to say? */
bool test_may_skip(const struct landing_file *f, const struct line_diff *d);

/* And the others?  "Yes" where lines moved. */
bool test_may_limit(const struct line_diff *d);
bool test_may_expect(const struct line_diff *d);
bool test_may_set(const struct line_diff *d);

/* The names of tests in the texts after a landing, found when first asked for;
 * zero it with {0}. */
struct test_names {
	struct map words;
	bool made;
	int asked;		/* before they were made */
};
void test_names_release(struct test_names *names);

/* "test-deleted": tests of v->files[file] that are nowhere in the landing
 * afterwards, under their names or under similar ones. */
void test_read_deleted(const struct landing_view *v, size_t file,
		       struct test_names *known, struct signal_list *out);

#endif
