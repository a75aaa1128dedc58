/* render/narrator_doc.c - see narrator_doc.h. */
#include "render/narrator_doc.h"

#include "core/log.h"
#include "core/mem.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define PATHS_MAX 40		/* of one change as evidence */
#define SIGNALS_MAX 60
#define HUNK_LINES 12

/* A growing list of evidence strings in an arena. */
struct evidence {
	struct arena *a;
	const char **v;
	size_t n, cap;
};

static const char *text_at(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_string(v) ? json_string_value(v) : "";
}

static int64_t int_at(const json_t *o, const char *key)
{
	return (int64_t)json_integer_value(json_object_get(o, key));
}

static void add(struct evidence *ev, const char *s)
{
	if (!s || !*s)
		return;
	GROW(ev->v, ev->n, ev->cap);
	ev->v[ev->n++] = arena_strdup(ev->a, s);
}

/* The list moves into the arena; the fact borrows it. */
static void settle(struct evidence *ev, struct narrator_fact *f)
{
	const char **v = arena_alloc(ev->a, (ev->n + 1) * sizeof(*v));

	if (ev->n)
		memcpy(v, ev->v, ev->n * sizeof(*v));
	f->evidence = v;
	f->evidence_n = ev->n;
	free(ev->v);
}

static void add_signal(struct evidence *ev, const json_t *s)
{
	static const char *const keys[] = { "kind", "name", "old", "new",
					    "path" };
	struct str line = STR_INIT;
	size_t i;

	for (i = 0; i < ARRAY_N(keys); i++) {
		const char *t = text_at(s, keys[i]);

		if (*t)
			str_addf(&line, "%s%s", line.len ? " " : "", t);
	}
	add(ev, str_c(&line));
	str_release(&line);
}

static void fill_change(struct narrator_fact *f, const json_t *c,
			struct arena *a)
{
	struct evidence ev = { .a = a };
	json_t *one;
	size_t i;

	f->handle = text_at(c, "handle");
	f->weight = (int)int_at(c, "score");
	f->text = arena_printf(a, "%s (%s; %lld files +%lld/-%lld)",
			       text_at(c, "subject"), text_at(c, "type"),
			       (long long)int_at(c, "files"),
			       (long long)int_at(c, "additions"),
			       (long long)int_at(c, "deletions"));
	json_array_foreach(json_object_get(c, "excerpt"), i, one)
		add(&ev, json_is_string(one) ? json_string_value(one)
					     : text_at(one, "text"));
	json_array_foreach(json_object_get(c, "signals"), i, one)
		if (i < SIGNALS_MAX)
			add_signal(&ev, one);
	json_array_foreach(json_object_get(c, "areas"), i, one)
		add(&ev, json_string_value(one));
	json_array_foreach(json_object_get(c, "hardware"), i, one)
		add(&ev, json_string_value(one));
	json_array_foreach(json_object_get(c, "changes"), i, one)
		if (i < PATHS_MAX)
			add(&ev, text_at(one, "path"));
	settle(&ev, f);
}

static void fill_hunk(struct narrator_fact *f, const json_t *h, int weight,
		      struct arena *a)
{
	struct evidence ev = { .a = a };
	json_t *line;
	size_t i;

	f->handle = text_at(h, "handle");
	f->weight = weight - 1;
	f->text = arena_strdup(a, text_at(h, "path"));
	json_array_foreach(json_object_get(h, "lines"), i, line)
		if (i < HUNK_LINES)
			add(&ev, json_is_string(line)
			    ? json_string_value(line) : text_at(line, "text"));
	settle(&ev, f);
}

static size_t count_facts(const json_t *repo)
{
	json_t *c;
	size_t i, n = json_array_size(json_object_get(repo, "issues"));

	json_array_foreach(json_object_get(repo, "changes"), i, c)
		n += 1 + json_array_size(json_object_get(c, "hunks"));
	return n;
}

static void fill_section(struct narrator_section *s, const json_t *repo,
			 struct arena *a)
{
	struct narrator_fact *f = arena_alloc(a, (count_facts(repo) + 1) *
					      sizeof(*f));
	json_t *c, *h;
	size_t i, k, n = 0;

	s->repo = text_at(repo, "repo");
	s->facts = f;
	json_array_foreach(json_object_get(repo, "changes"), i, c) {
		int weight = (int)int_at(c, "score");

		fill_change(&f[n++], c, a);
		json_array_foreach(json_object_get(c, "hunks"), k, h)
			if (*text_at(h, "handle"))
				fill_hunk(&f[n++], h, weight, a);
	}
	json_array_foreach(json_object_get(repo, "issues"), i, c) {
		if (!*text_at(c, "handle"))
			continue;
		f[n].handle = text_at(c, "handle");
		f[n].text = text_at(c, "title");
		f[n++].weight = (int)int_at(c, "score");
	}
	s->facts_n = n;
}

static json_t *part_json(const struct narrator_part *p)
{
	json_t *o = json_object(), *list = json_array();
	size_t i;

	for (i = 0; i < p->n; i++)
		json_array_append_new(list, json_string(p->sentences[i]));
	json_object_set_new(o, "repo", p->repo ? json_string(p->repo)
					       : json_null());
	json_object_set_new(o, "sentences", list);
	json_object_set_new(o, "dropped", json_integer((json_int_t)p->dropped));
	json_object_set_new(o, "left_out",
			    json_integer((json_int_t)p->left_out));
	json_object_set_new(o, "facts", json_integer((json_int_t)p->facts_n));
	json_object_set_new(o, "truncated", json_boolean(p->truncated));
	json_object_set_new(o, "model", p->model ? json_string(p->model)
						 : json_null());
	json_object_set_new(o, "failed", p->failed ? json_string(p->failed)
						   : json_null());
	return o;
}

/* Why a part has no text is said once for each reason, not on the page. */
static void tell_failures(const struct narrator_text *t)
{
	const char *last = NULL;
	size_t i;

	for (i = 0; i < t->n; i++) {
		const struct narrator_part *p = &t->parts[i];

		if (!p->failed || (last && strcmp(last, p->failed) == 0))
			continue;
		log_warn("no text of a model for %s: %s",
			 p->repo ? p->repo : "the day", p->failed);
		last = p->failed;
	}
	log_info("llm: %d requests, %lld tokens", t->requests,
		 (long long)t->tokens);
}

int narrator_document(json_t *doc, enum lang lang, const struct config *cfg,
		      struct db *db, struct err *e)
{
	json_t *repos = json_object_get(doc, "repositories"), *r, *parts;
	struct narrator_section *s;
	struct narrator_day day = { 0 };
	struct narrator_text t;
	struct arena a = { 0 };
	size_t i;
	int rc;

	s = arena_alloc(&a, (json_array_size(repos) + 1) * sizeof(*s));
	json_array_foreach(repos, i, r)
		fill_section(&s[i], r, &a);
	day.label = text_at(doc, "label");
	day.lang = lang == LANG_EN ? "en" : "zh";
	day.sections = s;
	day.sections_n = json_array_size(repos);
	rc = narrator_run(&t, &day, cfg, db, e);
	if (rc == 0) {
		tell_failures(&t);
		parts = json_array();
		for (i = 0; i < t.n; i++)
			if (t.parts[i].facts_n)
				json_array_append_new(parts,
						      part_json(&t.parts[i]));
		json_object_set_new(doc, "narration",
				    json_pack("{s:o}", "parts", parts));
	}
	narrator_text_release(&t);
	arena_release(&a);
	return rc;
}

/* ---- Markdown */

/* The change or issue with that handle ("c3" of "c3.f2.h1") and its repo. */
static json_t *find(json_t *doc, const char *handle, size_t n, json_t **repo)
{
	const char *key = *handle == 'i' ? "issues" : "changes";
	json_t *c;
	size_t i, k;

	json_array_foreach(json_object_get(doc, "repositories"), i, *repo)
		json_array_foreach(json_object_get(*repo, key), k, c)
			if (strlen(text_at(c, "handle")) == n &&
			    memcmp(text_at(c, "handle"), handle, n) == 0)
				return c;
	return NULL;
}

static void put_handle(struct str *out, json_t *doc, const char *h, size_t n)
{
	const char *dot = memchr(h, '.', n);
	json_t *repo, *c = find(doc, h, dot ? (size_t)(dot - h) : n, &repo), *f;

	if (!c)
		return;
	if (*h == 'i') {
		str_addf(out, "[#%lld](%s/issues/%lld)",
			 (long long)int_at(c, "number"), text_at(repo, "web"),
			 (long long)int_at(c, "number"));
		return;
	}
	if (dot && dot[1] == 'f') {
		f = json_array_get(json_object_get(c, "changes"),
				   strtoul(dot + 2, NULL, 10) - 1);
		if (f && !strchr(text_at(f, "path"), '`'))
			str_addf(out, "`%s` ", text_at(f, "path"));
	}
	str_addf(out, "[%.*s](%s/commit/%s)", dot ? (int)(dot - h) : (int)n, h,
		 text_at(repo, "web"), text_at(c, "oid"));
}

static void put_sentence(struct str *out, json_t *doc, const char *s)
{
	const char *end;
	bool code = false;

	for (; *s; s++) {
		end = *s == '{' && !code ? strchr(s, '}') : NULL;
		if (end) {
			put_handle(out, doc, s + 1, (size_t)(end - s - 1));
			s = end;
			continue;
		}
		code = code != (*s == '`');
		/* the check lets no other mark through outside of code */
		if (!code && *s == '_')
			str_addch(out, '\\');
		str_addch(out, *s);
	}
}

static void put_part(struct str *out, json_t *doc, json_t *p, enum lang lang)
{
	json_t *list = json_object_get(p, "sentences"), *one;
	bool en = lang == LANG_EN;
	size_t i;

	if (!json_array_size(list))
		return;
	str_addf(out, en ? "> Generated text (`%s`, not a source):"
			 : "> \xe6\xa8\xa1\xe5\x9e\x8b\xe7\x94\x9f\xe6\x88\x90"
			   " (`%s`, \xe9\x9d\x9e\xe4\xba\x8b\xe5\xae\x9e"
			   "\xe6\x9d\xa5\xe6\xba\x90):", text_at(p, "model"));
	json_array_foreach(list, i, one) {
		str_addch(out, ' ');
		put_sentence(out, doc, json_string_value(one));
	}
	if (int_at(p, "dropped") || int_at(p, "left_out"))
		str_addf(out, en ? " (%lld sentences dropped, %lld facts left "
				   "out)"
				 : " (\xe5\xbc\x83\xe7\x94\xa8 %lld \xe5\x8f\xa5,"
				   " \xe6\x9c\xaa\xe6\x8f\x90\xe4\xba\xa4 %lld "
				   "\xe6\x9d\xa1)",
			 (long long)int_at(p, "dropped"),
			 (long long)int_at(p, "left_out"));
	str_add(out, "\n\n");
}

void narrator_markdown(struct str *out, json_t *doc, const char *repo,
		       enum lang lang)
{
	json_t *p;
	size_t i;

	json_array_foreach(json_object_get(json_object_get(doc, "narration"),
					   "parts"), i, p)
		if (repo ? strcmp(text_at(p, "repo"), repo) == 0
			 : json_is_null(json_object_get(p, "repo")))
			put_part(out, doc, p, lang);
}

const char *narrator_model(json_t *doc)
{
	json_t *p;
	size_t i;

	json_array_foreach(json_object_get(json_object_get(doc, "narration"),
					   "parts"), i, p)
		if (json_array_size(json_object_get(p, "sentences")))
			return text_at(p, "model");
	return "none";
}
