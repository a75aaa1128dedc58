/*
 * tests/bench/model.h - the rows of a corpus as features, and the softmax that
 * is fitted to them.
 *
 * A row is seen in two ways: `full`, as the program sees a commit of a mirror
 * (body, what the diff does, author), and `bare`, by subject and paths alone, as
 * a row of dev.tsv has them.  What the rules say of each is added to what the
 * table says, in training as in the program.
 */
#ifndef TESTS_BENCH_MODEL_H
#define TESTS_BENCH_MODEL_H

#include "analyze/features.h"
#include "tests/bench/rows.h"

#define CLASSES 13

enum view { FULL, BARE, VIEWS };

struct options {
	const char *dir, *write, *score, *hold;
	int folds, keep, epochs;
	int min_repos, min_rows;
	double drop, rate, l2, class_power, repo_power;
};

struct model {
	float (*w)[CLASSES];
	float (*g)[CLASSES];	/* AdaGrad's sums of squares */
};

struct data {
	struct rows rows;
	uint32_t **x;		/* per row: indexes of features, UINT32_MAX
				 * ends */
	float (*rules)[VIEWS][CLASSES];	/* log-odds, per row */
	float (*scale)[FEATURE_GROUPS];	/* per row */
	double *weight;
	int *fold;		/* per row: in which fold it is measured, -1:
				 * held out of everything */
	struct map64 index;	/* hash -> feature */
	char **name;
	int *rows_of, *repos_of, *last_repo;
	size_t n, cap;
	int *dim;		/* feature -> column of the model or -1 */
	int dims;
	bool *off;		/* pruned */
	unsigned char *group;	/* enum feature_group of a feature */
};

/* Rows of d->rows into features, rule scores, weights; the repositories named
 * in o->hold get fold -1, the rest in turn. */
int data_read(struct data *d, const struct options *o, struct err *e);

/* Log-odds of each type for a row: table and rules. */
void data_logits(const struct data *d, const struct model *m, size_t row,
		 enum view v, double p[CLASSES]);

/* In place: log-odds to probabilities. */
void softmax(double p[CLASSES]);

/* Fit on all rows but those of the fold and those held out, after keeping the
 * o->keep features that move most, chosen without them, too. */
void model_fit(struct data *d, struct model *m, int fold,
	       const struct options *o);
void model_release(struct model *m);

/* Is the name a line of the text? */
bool listed(const char *text, const char *name);

#endif
