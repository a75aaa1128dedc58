/*
 * analyze/table.h - the learned weights of analyze/weights.tsv.
 *
 * scripts/pack-weights.c makes the arrays when the program is built: nothing is
 * parsed at run time, and what no commit asks for is not even read from disk.
 */
#ifndef ANALYZE_TABLE_H
#define ANALYZE_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* Raised when code that decides labels changes, so that rows are made again. */
#define LABELS_VERSION "labels 1"

#define TABLE_TYPES 16			/* the length of a row; some unused */
#define TABLE_BUCKETS 8192

/* Rows stand in buckets: those of bucket b are first[b] to first[b + 1]. */
extern const size_t table_rows;
extern const uint16_t table_first[TABLE_BUCKETS + 1];
extern const uint64_t table_keys[];	/* hash64() of the feature's name */
extern const int16_t table_weights[][TABLE_TYPES];	/* hundredths, by
							 * classify_types */
extern const unsigned char table_right[20];	/* percent at p >= i / 20 */

/* hash64() of LABELS_VERSION, rules.conf and weights.tsv, each with its NUL:
 * where the hash of all rules begins. */
extern const uint64_t table_sources_hash;

/* FNV's low bits are weak for short text: mix before cutting. */
static inline size_t table_bucket(uint64_t hash)
{
	return (size_t)((hash ^ hash >> 32) * 0x9e3779b97f4a7c15ULL >> 51);
}

/* The weights of a feature, or NULL. */
static inline const int16_t *table_get(uint64_t hash)
{
	size_t b = table_bucket(hash), i;

	for (i = table_first[b]; i < table_first[b + 1]; i++)
		if (table_keys[i] == hash)
			return table_weights[i];
	return NULL;
}

/*
 * Percent of commits that had the right type when the highest probability was
 * p, on repositories the table was not fitted on.
 */
static inline int table_confidence(double p)
{
	int i = (int)(p * 20);

	return table_right[i < 0 ? 0 : i > 19 ? 19 : i];
}

#endif
