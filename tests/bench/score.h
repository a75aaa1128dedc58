/* tests/bench/score.h - counting how often a type was right. */
#ifndef TESTS_BENCH_SCORE_H
#define TESTS_BENCH_SCORE_H

#include "tests/bench/model.h"

struct score {
	double n, ok, hit[CLASSES], said[CLASSES], is[CLASSES];
	double bucket_n[20], bucket_ok[20];	/* by probability */
	double confusion[CLASSES][CLASSES];
	double repo_n[256], repo_ok[256];
};

/* logits: log-odds of each type. */
void score_add(struct score *s, int is, int repo, const double *logits);

/* Mean of the F1 of the types that occur; or without revert, release and
 * dependency, which rules tell better than any reader of a stripped subject. */
double score_macro(const struct score *s, bool all);

void score_print(const char *what, const struct score *s, bool more);
void score_print_repos(const struct score *s, const struct rows *rows);

int best_class(const double *p);

#endif
