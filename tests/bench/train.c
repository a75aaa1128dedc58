/*
 * train DIR [--folds N] [--keep N] [--score FILE] [--write FILE] - fit the
 * learned table of the labels and measure it on repositories it has not seen.
 * FILE of --score names the repositories that are measured, one a line: those
 * of the kind the product is for, where DIR holds others too.
 *
 * DIR holds TSV files as scripts/label-corpus writes them.  The model is a
 * softmax over the binary features of analyze/features.h.  Rows count less
 * where their repository or their type has many (see row_weight), so that one
 * large project does not set its habits for all.  Fitting is AdaGrad in a fixed
 * order from a fixed seed, one thread, no fast math: the same rows give the
 * same table.
 *
 * Measured by leaving whole repositories out: fold k holds every k-th
 * repository by name, so a figure never comes from a repository that was
 * trained on.  The table that is written is fitted on all rows.
 */
#include "analyze/features.h"
#include "analyze/rules.h"
#include "core/fs.h"
#include "core/mem.h"
#include "tests/bench/rows.h"

#include <math.h>

#define CLASSES 13

struct options {
	const char *dir, *write, *score;
	int folds, keep, epochs, revert;
	int min_repos, min_rows;
	double drop, rate, l2, class_power, repo_power;
};

struct model {
	float (*w)[CLASSES];
	float (*g)[CLASSES];	/* AdaGrad's sums of squares */
};

struct data {
	struct rows rows;
	uint32_t **x;		/* per row: indexes of kept features, -1 ends */
	double *weight;
	struct map64 index;	/* hash -> feature */
	char **name;
	int *rows_of, *repos_of, *last_repo;
	size_t n, cap;
	int *dim;		/* feature -> column of the model or -1 */
	int dims;
	bool *off;		/* pruned */
	unsigned char *group;	/* enum feature_group of a feature */
	float (*scale)[FEATURE_GROUPS];	/* per row */
};

static uint32_t intern(struct data *d, uint64_t hash, const char *name)
{
	uint32_t i = map64_get(&d->index, hash);

	if (i != MAP64_NONE)
		return i;
	if (d->n >= d->cap) {
		d->cap = d->cap ? d->cap * 2 : 4096;
		d->name = xreallocarray(d->name, d->cap, sizeof(*d->name));
		d->rows_of = xreallocarray(d->rows_of, d->cap, sizeof(int));
		d->repos_of = xreallocarray(d->repos_of, d->cap, sizeof(int));
		d->last_repo = xreallocarray(d->last_repo, d->cap,
					     sizeof(int));
		d->group = xreallocarray(d->group, d->cap, 1);
	}
	d->name[d->n] = xstrdup(name);
	d->rows_of[d->n] = d->repos_of[d->n] = 0;
	d->last_repo[d->n] = -1;
	map64_set(&d->index, hash, (uint32_t)d->n);
	return (uint32_t)d->n++;
}

static void read_features(struct data *d, const struct rules *r)
{
	struct features f = { .keep_names = true };
	struct message m = { 0 };
	struct path_facts facts[30];
	const struct path_facts *fp[30];
	size_t i, k;

	d->x = xcalloc(d->rows.n, sizeof(*d->x));
	d->scale = xcalloc(d->rows.n, sizeof(*d->scale));
	for (i = 0; i < d->rows.n; i++) {
		struct row *row = &d->rows.row[i];
		struct classify_input in = { .subject = row->stripped,
			.paths = row->paths, .paths_n = row->paths_n,
			.files = row->files };

		for (k = 0; k < in.paths_n; k++) {
			path_facts_read(&facts[k], in.paths[k].path);
			fp[k] = &facts[k];
		}
		message_read(&m, rules_prefix_words(r), row->stripped,
			     row->body);
		features_read(&f, &m, &in, fp);
		d->x[i] = xcalloc(f.n + 1, sizeof(uint32_t));
		for (k = 0; k < f.n; k++) {
			uint32_t id = intern(d, f.f[k].hash,
					     features_name(&f, k));

			d->x[i][k] = id;
			d->group[id] = f.f[k].group;
			d->rows_of[id]++;
			if (d->last_repo[id] != row->repo_id) {
				d->last_repo[id] = row->repo_id;
				d->repos_of[id]++;
			}
		}
		d->x[i][k] = UINT32_MAX;
		for (k = 0; k < FEATURE_GROUPS; k++)
			d->scale[i][k] = (float)features_scale(&f,
				(enum feature_group)k) / 1024;
	}
	features_release(&f);
	message_release(&m);
}

/* A feature of one repository alone cannot help on another. */
static void choose_columns(struct data *d, const struct options *o)
{
	size_t i;

	free(d->dim);
	d->dim = xcalloc(d->n, sizeof(int));
	d->dims = 0;
	for (i = 0; i < d->n; i++)
		d->dim[i] = d->repos_of[i] >= o->min_repos &&
			    d->rows_of[i] >= o->min_rows &&
			    !(d->off && d->off[i]) ? d->dims++ : -1;
}

static void weigh_rows(struct data *d, const struct options *o)
{
	double types[CLASSES] = { 0 }, *repos, sum = 0;
	size_t i;

	repos = xcalloc((size_t)d->rows.repos_n, sizeof(double));
	d->weight = xcalloc(d->rows.n, sizeof(double));
	for (i = 0; i < d->rows.n; i++) {
		types[d->rows.row[i].type]++;
		repos[d->rows.row[i].repo_id]++;
	}
	for (i = 0; i < d->rows.n; i++) {
		d->weight[i] = pow(types[d->rows.row[i].type],
				   -o->class_power) *
			       pow(repos[d->rows.row[i].repo_id],
				   -o->repo_power);
		sum += d->weight[i];
	}
	for (i = 0; i < d->rows.n; i++)
		d->weight[i] *= (double)d->rows.n / sum;
	free(repos);
}

static void predict(const struct data *d, const struct model *m,
		    const uint32_t *x, double p[CLASSES], double scale,
		    const float *ps)
{
	double max = -1e30, sum = 0;
	int c;

	for (c = 0; c < CLASSES; c++)
		p[c] = 0;
	for (; *x != UINT32_MAX; x++)
		if (d->dim[*x] >= 0)
			for (c = 0; c < CLASSES; c++)
				p[c] += (double)m->w[d->dim[*x]][c] *
					ps[d->group[*x]];
	for (c = 0; c < CLASSES; c++)
		p[c] *= scale;
	for (c = 0; c < CLASSES; c++)
		max = p[c] > max ? p[c] : max;
	for (c = 0; c < CLASSES; c++)
		sum += p[c] = exp(p[c] - max);
	for (c = 0; c < CLASSES; c++)
		p[c] /= sum;
}

static uint64_t next_random(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	return *s ^= *s << 17;
}

/*
 * One row.  A share of its features is left out by lot: what is left must do
 * without them, so that weight spreads over all that tell the same.  Every
 * other time it has no body, so that the table serves commits without one.
 */
static void step(const struct data *d, struct model *m, size_t row,
		 const struct options *o, uint64_t *seed)
{
	uint32_t left[FEATURES_MAX + 1], *x = left;
	const uint32_t *all;
	double p[CLASSES];
	float g[CLASSES], scale[FEATURE_GROUPS];
	int c;

	memcpy(scale, d->scale[row], sizeof(scale));
	if (next_random(seed) >> 40 & 1)
		scale[FEATURE_BODY] = 0;
	for (all = d->x[row]; *all != UINT32_MAX; all++)
		if (d->dim[*all] >= 0 && scale[d->group[*all]] > 0 &&
		    (double)(next_random(seed) >> 40) >=
		    o->drop * (1 << 24))
			*x++ = *all;
	*x = UINT32_MAX;
	predict(d, m, left, p, 1 / (1 - o->drop), scale);
	for (c = 0; c < CLASSES; c++)
		g[c] = (float)((p[c] - (c == d->rows.row[row].type)) *
			       d->weight[row]);
	for (x = left; *x != UINT32_MAX; x++) {
		float *w, *h;

		w = m->w[d->dim[*x]];
		h = m->g[d->dim[*x]];
		for (c = 0; c < CLASSES; c++) {
			float gg = g[c] * scale[d->group[*x]] + (float)o->l2 * w[c];

			h[c] += gg * gg;
			w[c] -= (float)o->rate * gg / (sqrtf(h[c]) + 0.01f);
		}
	}
}

/*
 * fold -1: fit on every row.  Reverts are left out: without the word they read
 * as what they undo, and a commit that does not say it reverts is no revert.
 */
static void fit(const struct data *d, struct model *m, int fold,
		const struct options *o)
{
	uint64_t seed = 0x9e3779b97f4a7c15ULL;
	size_t *order, n = 0, i;
	int e;

	m->w = xcalloc((size_t)d->dims, sizeof(*m->w));
	m->g = xcalloc((size_t)d->dims, sizeof(*m->g));
	order = xcalloc(d->rows.n, sizeof(*order));
	for (i = 0; i < d->rows.n; i++)
		if ((fold < 0 || d->rows.row[i].repo_id % o->folds != fold) &&
		    d->rows.row[i].type != o->revert)
			order[n++] = i;
	for (e = 0; e < o->epochs; e++) {
		for (i = n - 1; i > 0; i--) {
			size_t k = next_random(&seed) % (i + 1), t = order[i];

			order[i] = order[k];
			order[k] = t;
		}
		for (i = 0; i < n; i++)
			step(d, m, order[i], o, &seed);
	}
	free(order);
}

static void model_release(struct model *m)
{
	free(m->w);
	free(m->g);
}

struct ranked { double v; size_t i; };

static int by_value(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->v != y->v)
		return x->v < y->v ? 1 : -1;
	return x->i < y->i ? -1 : x->i > y->i;
}

/* Keep the features that move most: spread of weights times how often. */
static void prune(struct data *d, const struct options *o, int fold)
{
	struct ranked *rank;
	struct model m;
	size_t i, n = 0;
	int c;

	free(d->off);
	d->off = NULL;
	choose_columns(d, o);
	fit(d, &m, fold, o);
	rank = xcalloc(d->n, sizeof(*rank));
	for (i = 0; i < d->n; i++) {
		double mean = 0, var = 0;

		if (d->dim[i] < 0)
			continue;
		for (c = 0; c < CLASSES; c++)
			mean += (double)m.w[d->dim[i]][c] / CLASSES;
		for (c = 0; c < CLASSES; c++)
			var += pow((double)m.w[d->dim[i]][c] - mean, 2);
		rank[n].v = sqrt(var) * pow(d->rows_of[i], 0.5) *
			    pow(d->repos_of[i], 0.25);
		rank[n++].i = i;
	}
	qsort(rank, n, sizeof(*rank), by_value);
	d->off = xcalloc(d->n, sizeof(bool));
	for (i = (size_t)o->keep; i < n; i++)
		d->off[rank[i].i] = true;
	free(rank);
	model_release(&m);
	choose_columns(d, o);
}

static int best(const double p[CLASSES])
{
	int c, b = 0;

	for (c = 1; c < CLASSES; c++)
		if (p[c] > p[b])
			b = c;
	return b;
}

struct score {
	double n, ok, sum, repo_mean, repo_w;
	double hit[CLASSES], said[CLASSES], is[CLASSES];
	double bucket_n[20], bucket_ok[20];
	double confusion[CLASSES][CLASSES];
};

static double macro(const struct score *s, bool all)
{
	double sum = 0, n = 0;
	int c;

	for (c = 0; c < CLASSES; c++) {
		if (!s->is[c] || (!all && (!strcmp(classify_types[c], "revert")
		    || !strcmp(classify_types[c], "release") ||
		    !strcmp(classify_types[c], "dependency"))))
			continue;
		sum += s->said[c] + s->is[c] > 0 ?
			2 * s->hit[c] / (s->said[c] + s->is[c]) : 0;
		n++;
	}
	return n ? sum / n : 0;
}

static void count(struct score *s, int is, const double p[CLASSES])
{
	int b = best(p), k = (int)(p[b] * 20);

	k = k > 19 ? 19 : k;
	s->n++;
	s->ok += b == is;
	s->is[is]++;
	s->said[b]++;
	s->hit[is] += b == is;
	s->bucket_n[k]++;
	s->bucket_ok[k] += b == is;
	s->confusion[is][b]++;
}

/* Is the name a line of the list? */
static bool listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (; list && *list; list = strchr(list, '\n')) {
		list += *list == '\n';
		if (!strncmp(list, name, n) && (!list[n] || list[n] == '\n'))
			return true;
	}
	return false;
}

static void cross_validate(struct data *d, const struct options *o,
			   struct score *s, struct score *bare, bool talk)
{
	struct str list = STR_INIT;
	double *ok, *n;
	size_t i;
	int f, r, used = 0;

	ok = xcalloc((size_t)d->rows.repos_n, sizeof(double));
	n = xcalloc((size_t)d->rows.repos_n, sizeof(double));
	*s = *bare = (struct score){ 0 };
	if (o->score)
		fs_read(o->score, 1 << 20, &list, NULL);
	for (f = 0; f < o->folds; f++) {
		struct model m;

		/* which features are kept is chosen without them, too */
		if (o->keep)
			prune(d, o, f);
		fit(d, &m, f, o);
		for (i = 0; i < d->rows.n; i++) {
			double p[CLASSES];
			float scale[FEATURE_GROUPS];
			int id = d->rows.row[i].repo_id;

			if (id % o->folds != f)
				continue;
			if (list.len && !listed(str_c(&list), d->rows.repo[id]))
				continue;
			predict(d, &m, d->x[i], p, 1, d->scale[i]);
			count(s, d->rows.row[i].type, p);
			memcpy(scale, d->scale[i], sizeof(scale));
			scale[FEATURE_BODY] = 0;
			predict(d, &m, d->x[i], p, 1, scale);
			count(bare, d->rows.row[i].type, p);
			n[id]++;
			ok[id] += best(p) == d->rows.row[i].type;
		}
		model_release(&m);
	}
	for (r = 0; r < d->rows.repos_n; r++) {
		if (talk && n[r] > 0)
			printf("  %-45s %5.0f rows  %.3f\n", d->rows.repo[r],
			       n[r], ok[r] / n[r]);
		if (n[r] >= 40) {
			bare->repo_mean += ok[r] / n[r];
			used++;
		}
	}
	bare->repo_mean /= used ? used : 1;
	free(ok);
	free(n);
}

static void print_score(const char *what, const struct score *s, bool more)
{
	int c, k;

	printf("%s: %.0f rows, accuracy %.4f, macro-F1 %.4f, without revert, "
	       "release, dependency %.4f\n", what, s->n, s->ok / s->n,
	       macro(s, true), macro(s, false));
	if (more)
		printf("mean accuracy of repositories of 40 rows or more %.4f\n",
		       s->repo_mean);
	for (c = 0; more && c < CLASSES; c++) {
		printf("  %-14s n %5.0f  precision %.3f recall %.3f  as",
		       classify_types[c], s->is[c],
		       s->hit[c] / (s->said[c] ? s->said[c] : 1),
		       s->hit[c] / (s->is[c] ? s->is[c] : 1));
		for (k = 0; k < CLASSES; k++)
			printf(" %.3s=%.0f", classify_types[k],
			       s->confusion[c][k]);
		printf("\n");
	}
	for (k = 0; more && k < 20; k++)
		if (s->bucket_n[k])
			printf("  p >= %.2f: %5.0f rows, right %.3f\n",
			       k / 20.0, s->bucket_n[k],
			       s->bucket_ok[k] / s->bucket_n[k]);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void write_table(const struct data *d, const struct model *m,
			const struct score *cv, const char *path)
{
	struct str out = STR_INIT;
	char **lines = xcalloc(d->n, sizeof(*lines));
	struct err e = { 0 };
	size_t i, n = 0;
	int c, k;

	str_addf(&out, "# Learned weights, hundredths of log-odds, one column "
		 "for each type.\n# Written by scripts/train-labels from %zu "
		 "commits of %d repositories; docs/rules.md says how.\n"
		 "# Measured on %.0f of them, their repositories left out: "
		 "accuracy %.4f, macro-F1 %.4f.\n!types", d->rows.n,
		 d->rows.repos_n, cv->n, cv->ok / cv->n, macro(cv, true));
	for (c = 0; c < CLASSES; c++)
		str_addf(&out, "\t%s", classify_types[c]);
	str_add(&out, "\n");
	for (k = 0; k < 20; k++)
		if (cv->bucket_n[k] >= 20)
			str_addf(&out, "!right\t%d\t%.0f\n", k * 5,
				 100 * cv->bucket_ok[k] / cv->bucket_n[k]);
	for (i = 0; i < d->n; i++) {
		struct str l = STR_INIT;
		double mean = 0;

		if (d->dim[i] < 0)
			continue;
		for (c = 0; c < CLASSES; c++)
			mean += (double)m->w[d->dim[i]][c] / CLASSES;
		str_add(&l, d->name[i]);
		for (c = 0; c < CLASSES; c++) {
			long v = lround(((double)m->w[d->dim[i]][c] - mean) *
					100);

			if (labs(v) > 2)
				str_addf(&l, "\t%ld", v);
			else
				str_add(&l, "\t");
		}
		str_add(&l, "\n");
		lines[n++] = str_detach(&l);
	}
	qsort(lines, n, sizeof(*lines), by_name);
	for (i = 0; i < n; i++)
		str_add(&out, lines[i]);
	if (fs_write(path, out.s, out.len, &e) < 0)
		printf("%s\n", e.msg);
	else
		printf("%s: %zu features, %zu bytes\n", path, n, out.len);
}

static double number(const char *s)
{
	return strtod(s, NULL);
}

static void read_options(struct options *o, int argc, char **argv)
{
	int i;

	*o = (struct options){ .dir = argc > 1 ? argv[1] : ".", .folds = 12,
		.keep = 6600, .epochs = 4, .min_repos = 2, .min_rows = 4,
		.rate = 0.02, .l2 = 0.01, .class_power = 0.6,
		.repo_power = 0.5 };
	for (i = 2; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--folds"))
			o->folds = (int)number(argv[i + 1]);
		else if (!strcmp(argv[i], "--keep"))
			o->keep = (int)number(argv[i + 1]);
		else if (!strcmp(argv[i], "--write"))
			o->write = argv[i + 1];
		else if (!strcmp(argv[i], "--epochs"))
			o->epochs = (int)number(argv[i + 1]);
		else if (!strcmp(argv[i], "--min-repos"))
			o->min_repos = (int)number(argv[i + 1]);
		else if (!strcmp(argv[i], "--min-rows"))
			o->min_rows = (int)number(argv[i + 1]);
		else if (!strcmp(argv[i], "--drop"))
			o->drop = number(argv[i + 1]);
		else if (!strcmp(argv[i], "--score"))
			o->score = argv[i + 1];
		else if (!strcmp(argv[i], "--rate"))
			o->rate = number(argv[i + 1]);
		else if (!strcmp(argv[i], "--l2"))
			o->l2 = number(argv[i + 1]);
		else if (!strcmp(argv[i], "--class-power"))
			o->class_power = number(argv[i + 1]);
		else if (!strcmp(argv[i], "--repo-power"))
			o->repo_power = number(argv[i + 1]);
	}
}

int main(int argc, char **argv)
{
	struct options o;
	struct data d = { 0 };
	struct rules *r;
	struct err e = { 0 };
	struct score cv, bare;
	struct model m;

	read_options(&o, argc, argv);
	while (strcmp(classify_types[o.revert], "revert"))
		o.revert++;
	if (rules_load(&r, NULL, &e) < 0 ||
	    rows_read_dir(&d.rows, o.dir, &e) < 0) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	read_features(&d, r);
	weigh_rows(&d, &o);
	choose_columns(&d, &o);
	printf("%zu rows, %d repositories, %zu features, %d in use\n",
	       d.rows.n, d.rows.repos_n, d.n, d.dims);
	cross_validate(&d, &o, &cv, &bare, o.write != NULL);
	print_score("left out, with bodies", &cv, false);
	print_score("left out", &bare, true);
	if (o.write) {
		if (o.keep)
			prune(&d, &o, -1);
		fit(&d, &m, -1, &o);
		write_table(&d, &m, &bare, o.write);
	}
	return 0;
}
