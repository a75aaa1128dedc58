/*
 * The sum of evidence: rules that fired and the learned table add up in
 * hundredths of log-odds, the highest sum is the type.  An area or hardware
 * label is given when its rules reach LABEL_ENOUGH.
 */
#include "analyze/classify.h"

#include "analyze/evidence.h"
#include "core/mem.h"

#include <math.h>

#define LABEL_ENOUGH 100
#define AREAS_MAX 3
#define HARDWARE_MAX 3

/* Learned features that --explain lists for the type that won. */
#define LEARNED_SHOWN 6

struct classify_cache *classify_cache_new(const struct rules *r)
{
	struct classify_cache *c = xcalloc(1, sizeof(*c));

	rules_ready(r);
	c->rules = r;
	c->done = xcalloc(r->n + 1, 1);
	return c;
}

const struct rules *classify_cache_rules(const struct classify_cache *c)
{
	return c->rules;
}

void classify_cache_free(struct classify_cache *c)
{
	size_t i;

	if (!c)
		return;
	for (i = 0; i < c->seen_n; i++)
		free(c->seen[i]);
	free(c->seen);
	free(c->path);
	free(c->facts);
	free(c->done);
	map64_release(&c->index);
	message_release(&c->msg);
	features_release(&c->feat);
	str_release(&c->low);
	free(c);
}

/* Hundredths that a feature gives to the type, scaled by 1/1024s. */
static inline int learned(const int16_t *w, int type, int scale)
{
	return w[type] * scale / 1024;
}

static void scales(const struct classify_cache *c, int scale[FEATURE_GROUPS])
{
	int g;

	for (g = 0; g < FEATURE_GROUPS; g++)
		scale[g] = features_scale(&c->feat, (enum feature_group)g);
}

static void add_learned(struct classify_cache *c, struct evidence *ev)
{
	int scale[FEATURE_GROUPS], t;
	const int16_t *w;
	size_t i;

	scales(c, scale);
	for (i = 0; i < c->feat.n; i++) {
		const int s = scale[c->feat.f[i].group];

		w = table_get(c->feat.f[i].hash);
		if (!w)
			continue;
		/* a row is 0 where there is no type */
		for (t = 0; t < TABLE_TYPES; t++)
			ev->score[t] += learned(w, t, s);
	}
}

/* The type with most; its probability among all in *p. */
static int best_type(const struct evidence *ev, double *p)
{
	int t, best = 0;
	double sum = 0;

	/* the last type, other, is given where there is nothing to read */
	for (t = 1; classify_types[t + 1]; t++)
		if (ev->score[t] > ev->score[best])
			best = t;
	for (t = 0; classify_types[t + 1]; t++)
		sum += exp((ev->score[t] - ev->score[best]) / 100.0);
	*p = 1 / sum;
	return best;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Labels of one kind over the limit: the strongest, then by name. */
static int pick_labels(const struct rules *r, const struct evidence *ev,
		       const char *kind, int max, const char **out)
{
	bool taken[RULES_LABELS] = { false };
	size_t skip = strlen(kind);
	int n, i, best;

	for (n = 0; n < max; n++) {
		best = -1;
		for (i = 0; i < r->label_n; i++) {
			if (taken[i] || ev->label[i] < LABEL_ENOUGH ||
			    strncmp(r->label[i], kind, skip))
				continue;
			if (best < 0 || ev->label[i] > ev->label[best] ||
			    (ev->label[i] == ev->label[best] &&
			     strcmp(r->label[i], r->label[best]) < 0))
				best = i;
		}
		if (best < 0)
			break;
		taken[best] = true;
		out[n] = r->label[best] + skip;
	}
	qsort(out, (size_t)n, sizeof(*out), by_text);
	return n;
}

static void explain_one(struct evidence *ev, const char *rule, int type,
			const char *seen, int weight)
{
	struct classify_fired *f;

	GROW(ev->fired, ev->fired_n, ev->fired_cap);
	f = &ev->fired[ev->fired_n++];
	f->rule = rule;
	f->label = arena_printf(ev->arena, "type=%s", classify_types[type]);
	f->seen = seen;
	f->weight = weight;
}

/*
 * The learned features that spoke most for the type, strongest first, and the
 * sum of the others: what is listed adds up to what the type got.
 */
static void explain_learned(struct classify_cache *c, struct evidence *ev,
			    int type)
{
	struct { int w; size_t i; } top[LEARNED_SHOWN];
	int scale[FEATURE_GROUPS], v, sum = 0;
	const int16_t *w;
	size_t i, n = 0, k, all = 0;

	scales(c, scale);
	for (i = 0; i < c->feat.n; i++) {
		w = table_get(c->feat.f[i].hash);
		v = w ? learned(w, type, scale[c->feat.f[i].group]) : 0;
		sum += v;
		all += v != 0;
		if (v < 10)
			continue;
		for (k = n; k > 0 && top[k - 1].w < v; k--)
			if (k < LEARNED_SHOWN)
				top[k] = top[k - 1];
		if (k < LEARNED_SHOWN) {
			top[k].w = v;
			top[k].i = i;
			n += n < LEARNED_SHOWN;
		}
	}
	for (k = 0; k < n; k++) {
		explain_one(ev, arena_printf(ev->arena, "learned:%s",
			    features_name(&c->feat, top[k].i)), type, "",
			    top[k].w);
		sum -= top[k].w;
	}
	if (all > n)
		explain_one(ev, "learned:others", type,
			    arena_printf(ev->arena, "%zu features", all - n),
			    sum);
}

static void hand_over_fired(struct evidence *ev, struct labels *out)
{
	out->fired = arena_alloc(ev->arena, (ev->fired_n + 1) *
				 sizeof(*out->fired));
	if (ev->fired_n)
		memcpy(out->fired, ev->fired, ev->fired_n *
		       sizeof(*out->fired));
	out->fired_n = ev->fired_n;
	free(ev->fired);
}

void classify_with(struct classify_cache *c, const struct classify_input *in,
		   bool explain, struct arena *a, struct labels *out)
{
	struct evidence ev = { .arena = a, .explain = explain };
	double p;
	int type;

	*out = (struct labels){ 0 };
	evidence_read(&ev, c, in);
	c->feat.keep_names = explain;
	features_read(&c->feat, &c->msg, in, c->facts);
	add_learned(c, &ev);
	type = best_type(&ev, &p);
	out->type = classify_types[type];
	out->confidence = table_confidence(p);
	if (!c->msg.subject.len && !in->paths_n) {
		out->type = "other";
		out->confidence = 0;
	} else if (explain) {
		explain_learned(c, &ev, type);
	}
	out->bot = ev.bot >= LABEL_ENOUGH;
	out->areas_n = pick_labels(c->rules, &ev, "area=", AREAS_MAX,
				   out->areas);
	out->hardware_n = pick_labels(c->rules, &ev, "hardware=", HARDWARE_MAX,
				      out->hardware);
	out->not_evaluated = ev.not_evaluated;
	out->not_evaluated_rule = ev.not_evaluated_rule;
	hand_over_fired(&ev, out);
}

void classify(const struct rules *r, const struct classify_input *in,
	      bool explain, struct arena *a, struct labels *out)
{
	struct classify_cache *c = classify_cache_new(r);

	classify_with(c, in, explain, a, out);
	classify_cache_free(c);
}
