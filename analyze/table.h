/* analyze/table.h - the learned weights of analyze/weights.tsv. */
#ifndef ANALYZE_TABLE_H
#define ANALYZE_TABLE_H

#include "analyze/map64.h"
#include "core/err.h"

#define TABLE_TYPES 16

struct table {
	struct map64 row;		/* feature hash -> row */
	int16_t (*w)[TABLE_TYPES];	/* hundredths, by classify_types */
	size_t n, cap;
	int right[20];			/* percent right at p >= i / 20 */
};

/* classify_types is the order of columns in memory, whatever the text's. */
int table_read(struct table *t, const char *text, struct err *e);
void table_release(struct table *t);

/* The weights of a feature, or NULL. */
const int16_t *table_get(const struct table *t, uint64_t hash);

/*
 * Percent of commits that had the right type when the highest probability was
 * p, on repositories the table was not fitted on.
 */
int table_confidence(const struct table *t, double p);

#endif
