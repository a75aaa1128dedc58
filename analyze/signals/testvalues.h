/*
 * analyze/signals/testvalues.h - values that a landing changes in one file of
 * tests; `d` is that file's diff.
 */
#ifndef ANALYZE_SIGNALS_TESTVALUES_H
#define ANALYZE_SIGNALS_TESTVALUES_H

#include "analyze/signals/lines.h"

/* test-weakened, test-threshold: where it is certain what became what. */
void test_read_limits(const struct landing_file *f, const struct dlines *d,
		      struct signal_list *out);

/* test-expected: an assertion's number behind "==". */
void test_read_expected(const struct landing_file *f, const struct dlines *d,
			struct signal_list *out);

/* test-variable: an environment variable set to another literal. */
void test_read_variables(const struct landing_file *f, const struct dlines *d,
			 struct signal_list *out);

#endif
