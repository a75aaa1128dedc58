/* render/narrator_doc.c - see narrator_doc.h. */
#include "render/narrator_doc.h"

#include "core/log.h"
#include "core/mem.h"

#include <string.h>

#define PATHS_MAX 12		/* of a change, as evidence */
#define SIGNALS_MAX 24
#define EVIDENCE_MAX (PATHS_MAX + SIGNALS_MAX + 16)

struct facts {
	struct arena *a;
	struct narrator_fact *v;
	size_t n, cap;
};

static const char *str_of(json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static long long int_of(json_t *o, const char *key)
{
	return (long long)json_integer_value(json_object_get(o, key));
}

static struct narrator_fact *add_fact(struct facts *f, const char *handle,
				      const char *text, size_t weight)
{
	struct narrator_fact *x;

	GROW(f->v, f->n, f->cap);
	x = &f->v[f->n++];
	memset(x, 0, sizeof(*x));
	x->handle = arena_strdup(f->a, handle);
	x->text = text;
	x->weight = (int)weight;
	return x;
}

static void add_words(struct str *out, const char *head, json_t *list)
{
	json_t *w;
	size_t i;

	json_array_foreach(list, i, w)
		str_addf(out, "%s%s", i ? "," : head, json_string_value(w));
}

/* "Fix a race (#12); fix; kernels; 3 files +10/-2" */
static const char *change_line(struct arena *a, json_t *c)
{
	struct str s = STR_INIT;
	const char *out;

	str_add(&s, str_of(c, "subject"));
	if (*str_of(c, "type"))
		str_addf(&s, "; %s", str_of(c, "type"));
	add_words(&s, "; ", json_object_get(c, "areas"));
	add_words(&s, "; ", json_object_get(c, "hardware"));
	str_addf(&s, "; %lld files +%lld/-%lld", int_of(c, "files"),
		 int_of(c, "additions"), int_of(c, "deletions"));
	out = arena_strdup(a, s.s);
	str_release(&s);
	return out;
}

/* "symbol-renamed a -> b (src/x.py)" */
static const char *signal_line(struct arena *a, json_t *s)
{
	struct str out = STR_INIT;
	const char *line, *was = str_of(s, "old"), *now = str_of(s, "new");

	str_addf(&out, "%s %s", str_of(s, "kind"), str_of(s, "name"));
	if (*was || *now)
		str_addf(&out, " %s -> %s", *was ? was : "none",
			 *now ? now : "none");
	if (*str_of(s, "path"))
		str_addf(&out, " (%s)", str_of(s, "path"));
	line = arena_strdup(a, out.s);
	str_release(&out);
	return line;
}

/* The author's sentences first: the prompt cuts from the end. */
static void add_evidence(struct arena *a, struct narrator_fact *f, json_t *c)
{
	const char **v = arena_alloc(a, EVIDENCE_MAX * sizeof(*v));
	json_t *x;
	size_t i, n = 0;

	json_array_foreach(json_object_get(c, "excerpt"), i, x)
		if (n < EVIDENCE_MAX - PATHS_MAX - SIGNALS_MAX)
			v[n++] = json_string_value(x);
	json_array_foreach(json_object_get(c, "signals"), i, x)
		if (i < SIGNALS_MAX)
			v[n++] = signal_line(a, x);
	json_array_foreach(json_object_get(c, "changes"), i, x)
		if (i < PATHS_MAX)
			v[n++] = str_of(x, "path");
	f->evidence = v;
	f->evidence_n = n;
}

static bool has_handle(const struct facts *f, const char *handle)
{
	size_t i;

	for (i = f->n; i-- > 0;)
		if (!strcmp(f->v[i].handle, handle))
			return true;
	return false;
}

/* A hunk with its lines, and the file it stands in. */
static void add_hunk(struct facts *f, json_t *h, size_t weight)
{
	const char *handle = str_of(h, "handle"), *path = str_of(h, "path");
	const char *dot = strrchr(handle, '.');
	char *file = arena_strndup(f->a, handle, dot ? (size_t)(dot - handle) :
						       strlen(handle));
	json_t *lines = json_object_get(h, "lines"), *l;
	const char **v = arena_alloc(f->a, (json_array_size(lines) + 1) *
					   sizeof(*v));
	struct narrator_fact *x;
	size_t i;

	if (dot && !has_handle(f, file))
		add_fact(f, file, path, weight);
	x = add_fact(f, handle, arena_printf(f->a, "%s:%lld", path,
					     int_of(h, "line")), weight);
	json_array_foreach(lines, i, l)
		v[i] = json_string_value(l);
	x->evidence = v;
	x->evidence_n = json_array_size(lines);
}

/* Changes weigh more than any hunk: those go first when room is short. */
static void add_change(struct facts *f, json_t *c)
{
	long long score = int_of(c, "score");
	size_t weight = score > 0 ? (size_t)score : 0, i;
	struct narrator_fact *x = add_fact(f, str_of(c, "handle"),
					   change_line(f->a, c), 10000 + weight);
	json_t *h;

	if (json_is_true(json_object_get(c, "folded")))
		return;
	add_evidence(f->a, x, c);
	json_array_foreach(json_object_get(c, "hunks"), i, h)
		add_hunk(f, h, weight);
}

static void add_issue(struct facts *f, json_t *i)
{
	const char **v = arena_alloc(f->a, 2 * sizeof(*v));
	struct narrator_fact *x = add_fact(f, str_of(i, "handle"),
		arena_printf(f->a, "%s; %s", str_of(i, "title"),
			     str_of(i, "kind")), 10000);

	v[0] = str_of(i, "sentence");
	v[1] = str_of(i, "environment");
	x->evidence = v;
	x->evidence_n = 2;
}

static void fill_section(struct narrator_section *s, struct arena *a, json_t *r)
{
	struct facts f = { .a = a };
	struct narrator_fact *own;
	json_t *x;
	size_t i;

	json_array_foreach(json_object_get(r, "changes"), i, x)
		add_change(&f, x);
	json_array_foreach(json_object_get(r, "issues"), i, x)
		add_issue(&f, x);
	own = arena_alloc(a, (f.n + 1) * sizeof(*own));
	if (f.n)
		memcpy(own, f.v, f.n * sizeof(*own));
	free(f.v);
	s->repo = str_of(r, "repo");
	s->facts = own;
	s->facts_n = f.n;
}

static json_t *part_json(const struct narrator_part *p)
{
	json_t *o = json_object(), *v = json_array();
	size_t i;

	json_object_set_new(o, "repo", p->repo ? json_string(p->repo) :
						 json_null());
	json_object_set_new(o, "model", p->model ? json_string(p->model) :
						   json_null());
	for (i = 0; i < p->n; i++)
		json_array_append_new(v, json_string(p->sentences[i]));
	json_object_set_new(o, "sentences", v);
	json_object_set_new(o, "dropped", json_integer((json_int_t)p->dropped));
	json_object_set_new(o, "facts", json_integer((json_int_t)p->facts_n));
	json_object_set_new(o, "left_out",
			    json_integer((json_int_t)p->left_out));
	json_object_set_new(o, "truncated", json_boolean(p->truncated));
	json_object_set_new(o, "failed", p->why ? json_string(p->why) :
						  json_null());
	return o;
}

/* A dead server says the same of every part: once is enough. */
static void tell_failures(const struct narrator_text *t)
{
	const char *last = NULL;
	size_t i;

	for (i = 0; i < t->n; i++) {
		const struct narrator_part *p = &t->parts[i];

		const char *of = p->repo ? p->repo : "the day";

		if (p->failed && (!last || p->faults || strcmp(last, p->failed)))
			log_warn("llm: no text for %s: %s", of, p->failed);
		if (p->faults)
			log_warn("llm: %s: sentences dropped: %zu (%s)%s", of,
				 p->dropped, p->faults,
				 p->cached ? ", of a kept answer" : "");
		last = p->failed ? p->failed : last;
	}
}

void narrator_document(json_t *doc, enum lang lang, const struct config *cfg,
		       struct db *db, struct narrator_client *client)
{
	json_t *repos = json_object_get(doc, "repositories"), *r, *parts;
	struct arena a = { 0 };
	struct narrator_section *v = arena_alloc(&a, (json_array_size(repos) +
						      1) * sizeof(*v));
	struct narrator_day day = { .label = str_of(doc, "label"),
				    .lang = lang == LANG_EN ? "en" : "zh",
				    .sections = v };
	struct narrator_text t;
	size_t i;

	json_array_foreach(repos, i, r)
		fill_section(&v[day.sections_n++], &a, r);
	narrator_ask(&t, &day, cfg, db, client);
	tell_failures(&t);
	parts = json_array();
	for (i = 0; i < t.n; i++)
		if (t.parts[i].facts_n)
			json_array_append_new(parts, part_json(&t.parts[i]));
	json_object_set_new(doc, "narration", json_pack("{s:s,s:o}", "lang",
							day.lang, "parts",
							parts));
	narrator_text_release(&t);
	arena_release(&a);
}
