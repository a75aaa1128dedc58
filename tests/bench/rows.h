/* tests/bench/rows.h - labelled commits from TSV files. */
#ifndef TESTS_BENCH_ROWS_H
#define TESTS_BENCH_ROWS_H

#include "analyze/classify.h"

struct row {
	char *repo, *sha, *stripped, *subject;
	char *body, *author;	/* NULL for none */
	uint32_t traits;
	char *alt, *areas, *hardware;	/* gold sets only, "" for none */
	int type;			/* index of classify_types */
	int repo_id;
	struct classify_path *paths;
	size_t paths_n, files;
};

struct rows {
	struct row *row;
	size_t n, cap;
	char *repo[256];	/* sorted by name within rows_read_dir */
	int repos_n;
};

/* Files by their header row: dev.tsv's form or gold-dev.tsv's. */
int rows_read(struct rows *r, const char *path, struct err *e);

/* Every *.tsv of a folder whose header has subject_stripped, by name. */
int rows_read_dir(struct rows *r, const char *dir, struct err *e);

#endif
