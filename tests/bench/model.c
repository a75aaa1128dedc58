/*
 * Fitting is AdaGrad in a fixed order from a fixed seed, one thread, no fast
 * math: the same rows give the same table.  Rows count less where their
 * repository or their type has many, so that one large project does not set
 * its habits for all.
 */
#include "tests/bench/model.h"

#include "analyze/evidence.h"
#include "analyze/rules.h"
#include "core/fs.h"
#include "core/mem.h"

#include <math.h>

bool listed(const char *text, const char *name)
{
	size_t n = strlen(name);

	for (; text && *text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (!strncmp(text, name, n) && (!text[n] || text[n] == '\n'))
			return true;
	}
	return false;
}

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

/* A feature counts where it may be learned from: not in what is held out. */
static void keep_features(struct data *d, size_t row, const struct features *f)
{
	int repo = d->rows.row[row].repo_id;
	size_t k;

	d->x[row] = xcalloc(f->n + 1, sizeof(uint32_t));
	for (k = 0; k < f->n; k++) {
		uint32_t id = intern(d, f->f[k].hash, features_name(f, k));

		d->x[row][k] = id;
		d->group[id] = f->f[k].group;
		if (d->fold[row] < 0)
			continue;
		d->rows_of[id]++;
		if (d->last_repo[id] != repo) {
			d->last_repo[id] = repo;
			d->repos_of[id]++;
		}
	}
	d->x[row][k] = UINT32_MAX;
	for (k = 0; k < FEATURE_GROUPS; k++)
		d->scale[row][k] = (float)features_scale(f,
			(enum feature_group)k) / 1024;
}

static void read_row(struct data *d, struct classify_cache *c, size_t i)
{
	const struct row *row = &d->rows.row[i];
	struct classify_input in = { .subject = row->stripped,
		.paths = row->paths, .paths_n = row->paths_n,
		.files = row->files, .project = row->repo };
	struct arena a = { 0 };
	int v, t;

	for (v = VIEWS - 1; v >= 0; v--) {
		struct evidence ev = { .arena = &a };

		if (v == FULL) {
			in.body = row->body;
			in.traits = row->traits;
			in.author = row->author;
		}
		evidence_read(&ev, c, &in);
		for (t = 0; t < CLASSES; t++)
			d->rules[i][v][t] = (float)ev.score[t] / 100;
	}
	c->feat.keep_names = true;
	features_read(&c->feat, &c->msg, &in, c->facts);
	keep_features(d, i, &c->feat);
	arena_release(&a);
}

static void weigh_rows(struct data *d, const struct options *o)
{
	double types[CLASSES] = { 0 }, *repos, sum = 0, n = 0;
	size_t i;

	repos = xcalloc((size_t)d->rows.repos_n, sizeof(double));
	d->weight = xcalloc(d->rows.n, sizeof(double));
	for (i = 0; i < d->rows.n; i++) {
		if (d->fold[i] < 0)
			continue;
		types[d->rows.row[i].type]++;
		repos[d->rows.row[i].repo_id]++;
	}
	for (i = 0; i < d->rows.n; i++) {
		if (d->fold[i] < 0)
			continue;
		d->weight[i] = pow(types[d->rows.row[i].type],
				   -o->class_power) *
			       pow(repos[d->rows.row[i].repo_id],
				   -o->repo_power);
		sum += d->weight[i];
		n++;
	}
	for (i = 0; i < d->rows.n; i++)
		d->weight[i] *= n / sum;
	free(repos);
}

/* Which fold a repository is in: in turn by name, the held out ones apart. */
static int share_out(struct data *d, const struct options *o, struct err *e)
{
	struct str hold = STR_INIT;
	int *fold = xcalloc((size_t)d->rows.repos_n + 1, sizeof(int));
	int r, next = 0;
	size_t i;

	if (o->hold && fs_read(o->hold, 1 << 20, &hold, e) < 0)
		return e->code;
	for (r = 0; r < d->rows.repos_n; r++)
		fold[r] = listed(str_c(&hold), d->rows.repo[r]) ? -1 :
			next++ % o->folds;
	d->fold = xcalloc(d->rows.n, sizeof(int));
	for (i = 0; i < d->rows.n; i++)
		d->fold[i] = fold[d->rows.row[i].repo_id];
	free(fold);
	str_release(&hold);
	return 0;
}

int data_read(struct data *d, const struct options *o, struct err *e)
{
	struct classify_cache *c;
	struct rules *r;
	size_t i;

	if (rules_load(&r, NULL, e) < 0 ||
	    rows_read_dir(&d->rows, o->dir, e) < 0 || share_out(d, o, e) < 0)
		return e->code;
	c = classify_cache_new(r);
	d->x = xcalloc(d->rows.n, sizeof(*d->x));
	d->rules = xcalloc(d->rows.n, sizeof(*d->rules));
	d->scale = xcalloc(d->rows.n, sizeof(*d->scale));
	for (i = 0; i < d->rows.n; i++)
		read_row(d, c, i);
	classify_cache_free(c);
	rules_free(r);
	weigh_rows(d, o);
	return 0;
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

void softmax(double p[CLASSES])
{
	double max = -1e30, sum = 0;
	int c;

	for (c = 0; c < CLASSES; c++)
		max = p[c] > max ? p[c] : max;
	for (c = 0; c < CLASSES; c++)
		sum += p[c] = exp(p[c] - max);
	for (c = 0; c < CLASSES; c++)
		p[c] /= sum;
}

/* Groups of features that only the full view has. */
static void scales_of(const struct data *d, size_t row, enum view v,
		      float scale[FEATURE_GROUPS])
{
	memcpy(scale, d->scale[row], sizeof(d->scale[row]));
	if (v == BARE)
		scale[FEATURE_BODY] = scale[FEATURE_DIFF] = 0;
}

static void add_logits(const struct data *d, const struct model *m,
		       const uint32_t *x, const float *scale, double factor,
		       double p[CLASSES])
{
	double sum[CLASSES] = { 0 };
	int c;

	for (; *x != UINT32_MAX; x++)
		if (d->dim[*x] >= 0)
			for (c = 0; c < CLASSES; c++)
				sum[c] += (double)m->w[d->dim[*x]][c] *
					scale[d->group[*x]];
	for (c = 0; c < CLASSES; c++)
		p[c] += sum[c] * factor;
}

void data_logits(const struct data *d, const struct model *m, size_t row,
		 enum view v, double p[CLASSES])
{
	float scale[FEATURE_GROUPS];
	int c;

	for (c = 0; c < CLASSES; c++)
		p[c] = d->rules[row][v][c];
	scales_of(d, row, v, scale);
	add_logits(d, m, d->x[row], scale, 1, p);
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
 * other time it is seen bare, so that the table serves commits without a body.
 */
static void step(const struct data *d, struct model *m, size_t row,
		 const struct options *o, uint64_t *seed)
{
	uint32_t left[FEATURES_MAX + 1], *x = left;
	enum view v = next_random(seed) >> 40 & 1 ? BARE : FULL;
	const uint32_t *all;
	float g[CLASSES], scale[FEATURE_GROUPS];
	double p[CLASSES];
	int c;

	scales_of(d, row, v, scale);
	for (all = d->x[row]; *all != UINT32_MAX; all++)
		if (d->dim[*all] >= 0 && scale[d->group[*all]] > 0 &&
		    (double)(next_random(seed) >> 40) >=
		    o->drop * (1 << 24))
			*x++ = *all;
	*x = UINT32_MAX;
	for (c = 0; c < CLASSES; c++)
		p[c] = d->rules[row][v][c];
	add_logits(d, m, left, scale, 1 / (1 - o->drop), p);
	softmax(p);
	for (c = 0; c < CLASSES; c++)
		g[c] = (float)((p[c] - (c == d->rows.row[row].type)) *
			       d->weight[row]);
	for (x = left; *x != UINT32_MAX; x++) {
		float *w = m->w[d->dim[*x]], *h = m->g[d->dim[*x]];

		for (c = 0; c < CLASSES; c++) {
			float gg = g[c] * scale[d->group[*x]] +
				(float)o->l2 * w[c];

			h[c] += gg * gg;
			w[c] -= (float)o->rate * gg / (sqrtf(h[c]) + 0.01f);
		}
	}
}

/* The mean of the weights at eight places of the second half: what the last
 * few rows did to them does not count. */
static void average(struct model *m, double (*sum)[CLASSES], int dims, int n)
{
	int i, c;

	for (i = 0; i < dims; i++)
		for (c = 0; c < CLASSES; c++)
			m->w[i][c] = (float)(sum[i][c] / n);
}

static void add_weights(const struct model *m, double (*sum)[CLASSES],
			int dims)
{
	int i, c;

	for (i = 0; i < dims; i++)
		for (c = 0; c < CLASSES; c++)
			sum[i][c] += (double)m->w[i][c];
}

/* Reverts are left out: without the word they read as what they undo, and a
 * commit that does not say it reverts is no revert. */
static size_t rows_to_fit(const struct data *d, int fold, size_t *order)
{
	size_t i, n = 0;

	for (i = 0; i < d->rows.n; i++)
		if (d->fold[i] >= 0 && d->fold[i] != fold &&
		    strcmp(classify_types[d->rows.row[i].type], "revert"))
			order[n++] = i;
	return n;
}

static void fit(const struct data *d, struct model *m, int fold,
		const struct options *o)
{
	uint64_t seed = 0x9e3779b97f4a7c15ULL;
	size_t *order = xcalloc(d->rows.n, sizeof(*order)), n, i, done = 0;
	double (*sum)[CLASSES] = xcalloc((size_t)d->dims, sizeof(*sum));
	int e, sums = 0;

	m->w = xcalloc((size_t)d->dims, sizeof(*m->w));
	m->g = xcalloc((size_t)d->dims, sizeof(*m->g));
	n = rows_to_fit(d, fold, order);
	for (e = 0; e < o->epochs; e++) {
		for (i = n - 1; i > 0; i--) {
			size_t k = next_random(&seed) % (i + 1), t = order[i];

			order[i] = order[k];
			order[k] = t;
		}
		for (i = 0; i < n; i++) {
			step(d, m, order[i], o, &seed);
			if (++done * 2 > n * (size_t)o->epochs &&
			    done % (n * (size_t)o->epochs / 16) == 0) {
				add_weights(m, sum, d->dims);
				sums++;
			}
		}
	}
	average(m, sum, d->dims, sums);
	free(sum);
	free(order);
}

void model_release(struct model *m)
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

/* Keep the features that move most: spread of weights times how often, rows
 * counted as in fitting. */
static void prune(struct data *d, const struct options *o,
		  const struct model *m)
{
	struct ranked *rank = xcalloc(d->n, sizeof(*rank));
	double *seen = xcalloc(d->n, sizeof(*seen));
	const uint32_t *x;
	size_t i, n = 0;
	int c;

	for (i = 0; i < d->rows.n; i++)
		for (x = d->x[i]; *x != UINT32_MAX; x++)
			seen[*x] += d->weight[i] *
				(double)d->scale[i][d->group[*x]] *
				(double)d->scale[i][d->group[*x]];

	for (i = 0; i < d->n; i++) {
		double mean = 0, var = 0;

		if (d->dim[i] < 0)
			continue;
		for (c = 0; c < CLASSES; c++)
			mean += (double)m->w[d->dim[i]][c] / CLASSES;
		for (c = 0; c < CLASSES; c++)
			var += pow((double)m->w[d->dim[i]][c] - mean, 2);
		rank[n].v = sqrt(var) * pow(seen[i], 0.6) *
			    pow(d->repos_of[i], 0.25);
		rank[n++].i = i;
	}
	qsort(rank, n, sizeof(*rank), by_value);
	d->off = xcalloc(d->n, sizeof(bool));
	for (i = (size_t)o->keep; i < n; i++)
		d->off[rank[i].i] = true;
	free(rank);
	free(seen);
}

void model_fit(struct data *d, struct model *m, int fold,
	       const struct options *o)
{
	free(d->off);
	d->off = NULL;
	choose_columns(d, o);
	fit(d, m, fold, o);
	if (!o->keep || o->keep >= d->dims)
		return;
	prune(d, o, m);
	model_release(m);
	choose_columns(d, o);
	fit(d, m, fold, o);
}
