/*
 * pack-weights RULES.CONF WEIGHTS.TSV - C source of the arrays in
 * analyze/table.h, to stdout.  Runs when the program is built.
 */
#include "analyze/classify.h"
#include "analyze/map64.h"
#include "analyze/table.h"

#include <stdio.h>
#include <stdlib.h>

#define ROWS_MAX UINT16_MAX

struct row {
	uint64_t key;
	int16_t w[TABLE_TYPES];
};

struct packer {
	const char *file;
	int line;
	struct row *row;
	size_t n;
	int column[TABLE_TYPES], columns;	/* which type each one is of */
	int right[20];
};

static void die(const struct packer *p, const char *what)
{
	fprintf(stderr, "%s:%d: %s\n", p->file, p->line, what);
	exit(1);
}

/* The whole file, NUL-terminated. */
static char *read_file(struct packer *p, const char *path)
{
	size_t n = 0, cap = 1 << 22;
	char *s = malloc(cap);
	FILE *f = fopen(path, "rb");

	p->file = path;
	p->line = 0;
	if (!s || !f)
		die(p, "cannot be read");
	n = fread(s, 1, cap - 1, f);
	if (ferror(f) || !feof(f))
		die(p, "cannot be read, or over 4 MiB");
	fclose(f);
	s[n] = 0;
	if (strlen(s) != n)
		die(p, "a NUL byte");
	return s;
}

static int type_index(const char *s, size_t len)
{
	int i;

	for (i = 0; classify_types[i]; i++)
		if (strlen(classify_types[i]) == len &&
		    !memcmp(classify_types[i], s, len))
			return i;
	return -1;
}

/* "!types\tfeature\tfix...": which column is which. */
static void read_types(struct packer *p, const char *s)
{
	size_t n;

	for (p->columns = 0; *s; s += n + (s[n] == '\t')) {
		n = strcspn(s, "\t");
		if (p->columns == TABLE_TYPES)
			die(p, "too many types");
		p->column[p->columns] = type_index(s, n);
		if (p->column[p->columns++] < 0)
			die(p, "unknown type");
	}
}

static void read_right(struct packer *p, const char *s)
{
	int at, percent;

	if (sscanf(s, "%d\t%d", &at, &percent) != 2 || at < 0 || at > 99 ||
	    percent < 0 || percent > 100)
		die(p, "two percentages are wanted");
	p->right[at / 5] = percent;
}

/* "name\t12\t\t-3...": an empty column, or one that is missing, is 0. */
static void read_row(struct packer *p, const char *s)
{
	size_t n = strcspn(s, "\t");
	struct row *r = &p->row[p->n++];
	char *end;
	long v;
	int c;

	if (p->n > ROWS_MAX)
		die(p, "too many rows");
	if (!p->columns)
		die(p, "a row before the types");
	memset(r, 0, sizeof(*r));
	r->key = hash64(HASH64_START, s, n);
	s += n;
	for (c = 0; *s; c++) {
		if (c == p->columns)
			die(p, "more columns than types");
		s++;
		if (*s == '\t' || !*s)
			continue;
		v = strtol(s, &end, 10);
		if (end == s || (*end && *end != '\t') || v < INT16_MIN ||
		    v > INT16_MAX)
			die(p, "no weight");
		r->w[p->column[c]] = (int16_t)v;
		s = end;
	}
}

static void read_weights(struct packer *p, char *text)
{
	char *end;
	int i;

	p->row = calloc(ROWS_MAX + 1, sizeof(*p->row));
	if (!p->row)
		die(p, "out of memory");
	for (; *text; text = end) {
		p->line++;
		end = text + strcspn(text, "\n");
		if (*end)
			*end++ = 0;
		if (!strncmp(text, "!types\t", 7))
			read_types(p, text + 7);
		else if (!strncmp(text, "!right\t", 7))
			read_right(p, text + 7);
		else if (*text && *text != '#')
			read_row(p, text);
	}
	/* More sure is never less right. */
	for (i = 1; i < 20; i++)
		if (p->right[i] < p->right[i - 1])
			p->right[i] = p->right[i - 1];
}

static int by_bucket(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	size_t i = table_bucket(x->key), j = table_bucket(y->key);

	if (i != j)
		return i < j ? -1 : 1;
	return x->key < y->key ? -1 : x->key > y->key;
}

static void print_rows(struct packer *p)
{
	size_t i, b, t;

	qsort(p->row, p->n, sizeof(*p->row), by_bucket);
	printf("const size_t table_rows = %zu;\n", p->n);
	printf("const uint16_t table_first[TABLE_BUCKETS + 1] = {\n");
	for (b = i = 0; b <= TABLE_BUCKETS; b++) {
		while (i < p->n && table_bucket(p->row[i].key) < b)
			i++;
		printf("%zu,\n", i);
	}
	printf("};\nconst uint64_t table_keys[] = {\n");
	for (i = 0; i < p->n; i++) {
		if (i && p->row[i].key == p->row[i - 1].key)
			die(p, "two features of one hash");
		printf("%lluu,\n", (unsigned long long)p->row[i].key);
	}
	printf("};\nconst int16_t table_weights[][TABLE_TYPES] = {\n");
	for (i = 0; i < p->n; i++) {
		printf("{");
		for (t = 0; t < TABLE_TYPES; t++)
			printf("%d,", p->row[i].w[t]);
		printf("},\n");
	}
	printf("};\n");
}

int main(int argc, char **argv)
{
	struct packer p = { .n = 0 };
	char *conf, *weights;
	uint64_t h;
	int i;

	if (argc != 3) {
		fprintf(stderr, "usage: pack-weights RULES.CONF WEIGHTS.TSV\n");
		return 2;
	}
	conf = read_file(&p, argv[1]);
	weights = read_file(&p, argv[2]);
	h = hash64(HASH64_START, LABELS_VERSION, sizeof(LABELS_VERSION));
	h = hash64(h, conf, strlen(conf) + 1);
	h = hash64(h, weights, strlen(weights) + 1);
	printf("#include \"analyze/table.h\"\n");
	printf("const uint64_t table_sources_hash = %lluu;\n",
	       (unsigned long long)h);
	read_weights(&p, weights);
	print_rows(&p);
	printf("const unsigned char table_right[20] = {\n");
	for (i = 0; i < 20; i++)
		printf("%d,", p.right[i]);
	printf("};\n");
	free(p.row);
	free(conf);
	free(weights);
	return fflush(stdout) || ferror(stdout);
}
