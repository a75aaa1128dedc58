/*
 * train DIR [--folds N] [--keep N] [--score FILE] [--hold FILE] [--write FILE]
 * - fit the learned table of the labels and measure it on repositories it has
 * not seen.
 *
 * DIR holds TSV files as scripts/label-corpus writes them.  FILE of --score
 * names the repositories that are measured by cross-validation, one a line:
 * those of the kind the product is for, where DIR holds others too.  FILE of
 * --hold names repositories that nothing is ever learned from or chosen by;
 * they are measured once, with the table that is written.
 *
 * Cross-validation leaves whole repositories out: fold k holds every k-th by
 * name, so a figure never comes from a repository that was trained on.  The
 * features are chosen without it, too.
 *
 * The table that is written is fitted on all rows but those held out.
 */
#include "core/fs.h"
#include "tests/bench/score.h"

#include "core/mem.h"

#include <math.h>

typedef double logits_of[VIEWS][CLASSES];

struct run {
	struct options o;
	struct data d;
	bool *scored;			/* row counts in cross-validation */
	logits_of *left_out;		/* each row by a model without it */
};

static void choose_scored(struct run *r)
{
	struct str list = STR_INIT;
	struct err e = { 0 };
	size_t i;

	if (r->o.score && fs_read(r->o.score, 1 << 20, &list, &e) < 0)
		fprintf(stderr, "%s\n", e.msg);
	r->scored = xcalloc(r->d.rows.n, sizeof(bool));
	for (i = 0; i < r->d.rows.n; i++)
		r->scored[i] = r->d.fold[i] >= 0 && (!list.len ||
			listed(str_c(&list), r->d.rows.row[i].repo));
	str_release(&list);
}

static void cross_validate(struct run *r)
{
	size_t i;
	int f, v;

	r->left_out = xcalloc(r->d.rows.n, sizeof(*r->left_out));
	for (f = 0; f < r->o.folds; f++) {
		struct model m;

		model_fit(&r->d, &m, f, &r->o);
		for (i = 0; i < r->d.rows.n; i++)
			for (v = 0; v < VIEWS && r->d.fold[i] == f; v++)
				data_logits(&r->d, &m, i, (enum view)v,
					    r->left_out[i][v]);
		model_release(&m);
	}
}

static void score_left_out(const struct run *r, struct score s[VIEWS])
{
	size_t i;
	int v;

	memset(s, 0, VIEWS * sizeof(*s));
	for (i = 0; i < r->d.rows.n; i++)
		for (v = 0; v < VIEWS && r->scored[i]; v++)
			score_add(&s[v], r->d.rows.row[i].type,
				  r->d.rows.row[i].repo_id,
				  r->left_out[i][v]);
}

static void score_held(const struct run *r, const struct model *m,
		       struct score s[VIEWS])
{
	size_t i;
	int v;

	memset(s, 0, VIEWS * sizeof(*s));
	for (i = 0; i < r->d.rows.n; i++)
		for (v = 0; v < VIEWS && r->d.fold[i] < 0; v++) {
			double p[CLASSES];

			data_logits(&r->d, m, i, (enum view)v, p);
			score_add(&s[v], r->d.rows.row[i].type,
				  r->d.rows.row[i].repo_id, p);
		}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *line_of(const char *name, const float w[CLASSES])
{
	struct str l = STR_INIT;
	double mean = 0;
	int c;

	for (c = 0; c < CLASSES; c++)
		mean += (double)w[c] / CLASSES;
	str_add(&l, name);
	for (c = 0; c < CLASSES; c++) {
		long v = lround(((double)w[c] - mean) * 100);

		if (labs(v) > 2)
			str_addf(&l, "\t%ld", v);
		else
			str_add(&l, "\t");
	}
	str_add(&l, "\n");
	return str_detach(&l);
}

static void add_measured(struct str *out, const char *where,
			 const struct score s[VIEWS])
{
	if (s[FULL].n > 0)
		str_addf(out, "# %s, %.0f commits: accuracy %.4f, macro-F1 "
			 "%.4f; by subject and paths alone %.4f, %.4f.\n",
			 where, s[FULL].n, s[FULL].ok / s[FULL].n,
			 score_macro(&s[FULL], true), s[BARE].ok / s[BARE].n,
			 score_macro(&s[BARE], true));
}

static void write_table(const struct run *r, const struct model *m,
			const struct score cv[VIEWS],
			const struct score held[VIEWS])
{
	const struct data *d = &r->d;
	struct str out = STR_INIT;
	char **lines = xcalloc(d->n, sizeof(*lines));
	struct err e = { 0 };
	size_t i, n = 0, rows = 0;
	int c, k;

	for (i = 0; i < d->rows.n; i++)
		rows += d->fold[i] >= 0;
	str_addf(&out, "# Learned weights, hundredths of log-odds, one column "
		 "for each type.\n# Written by scripts/train-labels from %zu "
		 "commits; docs/rules.md says how.\n", rows);
	add_measured(&out, "Repositories left out in turn", cv);
	add_measured(&out, "Repositories never learned from", held);
	str_add(&out, "!types");
	for (c = 0; c < CLASSES; c++)
		str_addf(&out, "\t%s", classify_types[c]);
	str_add(&out, "\n");
	for (k = 0; k < 20; k++)
		if (cv[FULL].bucket_n[k] >= 20)
			str_addf(&out, "!right\t%d\t%.0f\n", k * 5, 100 *
				 cv[FULL].bucket_ok[k] / cv[FULL].bucket_n[k]);
	for (i = 0; i < d->n; i++)
		if (d->dim[i] >= 0)
			lines[n++] = line_of(d->name[i], m->w[d->dim[i]]);
	qsort(lines, n, sizeof(*lines), by_name);
	for (i = 0; i < n; i++)
		str_add(&out, lines[i]);
	if (fs_write(r->o.write, out.s, out.len, &e) < 0)
		printf("%s\n", e.msg);
	else
		printf("%s: %zu features, %zu bytes\n", r->o.write, n, out.len);
}

struct option {
	const char *name;
	int *number;
	double *real;
	const char **text;
};

static void read_options(struct options *o, int argc, char **argv)
{
	const struct option known[] = {
		{ "--folds", &o->folds, NULL, NULL },
		{ "--keep", &o->keep, NULL, NULL },
		{ "--epochs", &o->epochs, NULL, NULL },
		{ "--min-repos", &o->min_repos, NULL, NULL },
		{ "--min-rows", &o->min_rows, NULL, NULL },
		{ "--drop", NULL, &o->drop, NULL },
		{ "--rate", NULL, &o->rate, NULL },
		{ "--l2", NULL, &o->l2, NULL },
		{ "--class-power", NULL, &o->class_power, NULL },
		{ "--repo-power", NULL, &o->repo_power, NULL },
		{ "--write", NULL, NULL, &o->write },
		{ "--score", NULL, NULL, &o->score },
		{ "--hold", NULL, NULL, &o->hold },
	};
	size_t k;
	int i;

	for (i = 2; i + 1 < argc; i += 2)
		for (k = 0; k < ARRAY_N(known); k++) {
			if (strcmp(argv[i], known[k].name))
				continue;
			if (known[k].number)
				*known[k].number =
					(int)strtol(argv[i + 1], NULL, 10);
			else if (known[k].real)
				*known[k].real = strtod(argv[i + 1], NULL);
			else
				*known[k].text = argv[i + 1];
		}
}

int main(int argc, char **argv)
{
	struct run r = { .o = { .dir = argc > 1 ? argv[1] : ".", .folds = 10,
		.keep = 10000, .epochs = 4, .min_repos = 2, .min_rows = 4,
		.rate = 0.02, .l2 = 0.02, .class_power = 0.6,
		.repo_power = 0.5 } };
	struct score cv[VIEWS], held[VIEWS];
	struct err e = { 0 };
	struct model m;

	read_options(&r.o, argc, argv);
	if (data_read(&r.d, &r.o, &e) < 0) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	printf("%zu rows, %d repositories, %zu features\n", r.d.rows.n,
	       r.d.rows.repos_n, r.d.n);
	choose_scored(&r);
	cross_validate(&r);
	score_left_out(&r, cv);
	score_print("left out", &cv[FULL], true);
	score_print("left out, subject and paths alone", &cv[BARE], true);
	score_print_repos(&cv[FULL], &r.d.rows);
	model_fit(&r.d, &m, -1, &r.o);
	score_held(&r, &m, held);
	if (held[FULL].n > 0) {
		score_print("held out", &held[FULL], true);
		score_print("held out, subject and paths alone", &held[BARE],
			    true);
		score_print_repos(&held[FULL], &r.d.rows);
	}
	if (r.o.write && *r.o.write)
		write_table(&r, &m, cv, held);
	return 0;
}
