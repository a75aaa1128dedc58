/*
 * A rule fires at most once on a commit.  Patterns run only when the literal
 * text they need is there (analyze/literals.h); what a path satisfies is found
 * once for each distinct path and kept.  A pattern that hits a limit is
 * counted as not evaluated: it neither fires nor fails to.
 */
#include "analyze/evidence.h"

#include "core/mem.h"
#include "core/utf8.h"

static void fire(struct evidence *ev, struct classify_cache *c, size_t i,
		 const char *seen, size_t len)
{
	const struct rule *r = &c->rules->rule[i];
	struct classify_fired *f;

	if (r->off || c->done[i])
		return;
	c->done[i] = 1;
	if (r->kind == RULE_TYPE)
		ev->score[r->label] += r->weight;
	else if (r->kind == RULE_BOT)
		ev->bot += r->weight;
	else
		ev->label[r->label] += r->weight;
	if (!ev->explain)
		return;
	GROW(ev->fired, ev->fired_n, ev->fired_cap);
	f = &ev->fired[ev->fired_n++];
	f->rule = r->name;
	f->label = r->shown;
	f->weight = r->weight;
	f->seen = arena_strndup(ev->arena, seen, utf8_cut(seen, len, 80));
}

static void not_evaluated(struct evidence *ev, const struct rule *r)
{
	if (!ev->not_evaluated++)
		ev->not_evaluated_rule = r->name;
}

/* Lower-case copy into c->low; true when it is all ASCII. */
static bool lower(struct classify_cache *c, const char *s, size_t len)
{
	bool ascii = true;
	size_t i;

	str_clear(&c->low);
	str_addmem(&c->low, s, len);
	for (i = 0; i < len; i++) {
		ascii &= (unsigned char)s[i] < 128;
		c->low.s[i] = (char)word_low[(unsigned char)s[i]];
	}
	return ascii;
}

/* All pattern rules that look at `look`, on one text. */
static void run_patterns(struct evidence *ev, struct classify_cache *c,
			 enum rule_look look, struct slice text)
{
	const struct rule_list *list = &c->rules->by_look[look];
	size_t k, at[2 * REGEX_GROUPS];
	bool ascii;

	if (!text.len || !list->n)
		return;
	ascii = lower(c, text.s, text.len);
	for (k = 0; k < list->n; k++) {
		uint32_t i = list->v[k];
		const struct rule *r = &c->rules->rule[i];
		enum regex_result res;

		if (c->done[i])
			continue;
		if (!literals_may_match(&r->need, str_c(&c->low), text.len,
					ascii))
			continue;
		res = regex_match(r->re, text.s, text.len, 0, at);
		if (res == REGEX_NOT_EVALUATED)
			not_evaluated(ev, r);
		else if (res == REGEX_YES)
			fire(ev, c, i, text.s + at[0], at[1] - at[0]);
	}
}

typedef void word_found(void *arg, uint32_t rule, struct slice text);

/* Every word and phrase of the text that some rule names. */
static void find_words(const struct rules *rs, const struct rule_words *words,
		       struct slice text, word_found *found, void *arg)
{
	uint64_t open[RULES_PHRASE], hash;
	const char *start[RULES_PHRASE];
	struct slice w;
	size_t pos = 0;
	int n = 0, k;
	uint32_t at;

	if (!words->longest)
		return;
	while (word_next(text.s, text.len, &pos, &w)) {
		hash = word_hash(w);
		n += n < words->longest;
		for (k = n - 1; k >= 0; k--) {
			open[k] = phrase_add(k ? open[k - 1] : PHRASE_START,
					     hash);
			start[k] = k ? start[k - 1] : w.s;
			at = map64_get(&words->map, open[k]);
			for (; at != MAP64_NONE && at;
			     at = rs->chain[at - 1].next)
				found(arg, rs->chain[at - 1].rule,
				      (struct slice){ start[k], (size_t)
				      (w.s + w.len - start[k]) });
		}
	}
}

struct firing {
	struct evidence *ev;
	struct classify_cache *c;
};

static void fire_word(void *arg, uint32_t rule, struct slice text)
{
	struct firing *f = arg;

	fire(f->ev, f->c, rule, text.s, text.len);
}

static void set_path_bit(void *arg, uint32_t rule, struct slice text UNUSED)
{
	struct firing *f = arg;
	struct seen_path *p = f->c->seen[f->c->seen_n - 1];
	int bit = f->c->rules->rule[rule].path_bit;

	p->bits[bit / 64] |= 1ULL << (bit % 64);
}

static void look_at_path(struct classify_cache *c, const char *path)
{
	const struct rules *rs = c->rules;
	struct seen_path *p = xcalloc(1, sizeof(*p));
	struct firing f = { NULL, c };
	struct slice text = { path, strlen(path) };
	const struct rule_list *list = &rs->by_look[LOOK_PATH];
	bool ascii;
	size_t k;

	GROW(c->seen, c->seen_n, c->seen_cap);
	c->seen[c->seen_n++] = p;
	path_facts_read(&p->facts, path);
	find_words(rs, &rs->pathwords, text, set_path_bit, &f);
	ascii = lower(c, path, text.len);
	for (k = 0; k < list->n; k++) {
		const struct rule *r = &rs->rule[list->v[k]];
		enum regex_result res;

		if (!literals_may_match(&r->need, str_c(&c->low), text.len,
					ascii))
			continue;
		res = regex_test(r->re, path, text.len);
		if (res == REGEX_YES)
			p->bits[r->path_bit / 64] |= 1ULL << (r->path_bit % 64);
		else if (res == REGEX_NOT_EVALUATED)
			p->failed[r->path_bit / 64] |=
				1ULL << (r->path_bit % 64);
	}
}

static void forget_paths(struct classify_cache *c)
{
	size_t i;

	for (i = 0; i < c->seen_n; i++)
		free(c->seen[i]);
	c->seen_n = 0;
	map64_clear(&c->index);
}

static void look_at_paths(struct classify_cache *c,
			  const struct classify_input *in)
{
	size_t i;

	if (c->path_cap < in->paths_n) {
		c->path_cap = in->paths_n;
		c->path = xreallocarray(c->path, c->path_cap,
					sizeof(*c->path));
		c->facts = xreallocarray(c->facts, c->path_cap,
					 sizeof(*c->facts));
	}
	if (c->seen_n > SEEN_PATHS_MAX)
		forget_paths(c);
	for (i = 0; i < in->paths_n; i++) {
		const char *path = in->paths[i].path;
		uint64_t key = hash64(HASH64_START, path, strlen(path));
		uint32_t at = map64_get(&c->index, key);

		if (at == MAP64_NONE) {
			look_at_path(c, path);
			at = (uint32_t)c->seen_n - 1;
			map64_set(&c->index, key, at);
		}
		c->path[i] = c->seen[at];
		c->facts[i] = &c->seen[at]->facts;
	}
}

/* How many files, and how many of their lines, satisfy each rule. */
struct share {
	int64_t files, lines;
	size_t first;		/* path to show */
	bool failed;
};

static int64_t lines_of(const struct classify_path *p)
{
	return p->additions < 0 || p->deletions < 0 ? 1 :
		(int64_t)p->additions + p->deletions;
}

static bool enough(const struct rule *r, const struct share *s, int64_t files,
		   int64_t lines)
{
	if (!s->files)
		return false;
	if (r->files)
		return s->files * 100 >= files * r->files;
	if (r->lines)
		return lines && s->lines * 100 >= lines * r->lines;
	return true;
}

static void judge_path_rule(struct evidence *ev, struct classify_cache *c,
			    const struct classify_input *in, size_t i,
			    int64_t all_lines)
{
	const struct rule *r = &c->rules->rule[i];
	struct share s = { 0 };
	size_t k;

	for (k = 0; k < in->paths_n; k++) {
		const struct seen_path *p = c->path[k];
		bool hit;

		if (r->look == LOOK_PLACE) {
			hit = r->bits >> p->facts.place & 1;
		} else {
			hit = p->bits[r->path_bit / 64] >>
				(r->path_bit % 64) & 1;
			s.failed |= p->failed[r->path_bit / 64] >>
				(r->path_bit % 64) & 1;
		}
		if (!hit)
			continue;
		if (!s.files++)
			s.first = k;
		s.lines += lines_of(&in->paths[k]);
	}
	if (s.failed)
		not_evaluated(ev, r);
	else if (enough(r, &s, (int64_t)in->paths_n, all_lines))
		fire(ev, c, i, in->paths[s.first].path,
		     strlen(in->paths[s.first].path));
}

/* `any`: bits that some path has; NULL when each rule must be looked at. */
static void judge_path_list(struct evidence *ev, struct classify_cache *c,
			    const struct classify_input *in,
			    enum rule_look look, const uint64_t *any,
			    int64_t lines)
{
	const struct rule_list *list = &c->rules->by_look[look];
	size_t k;

	for (k = 0; k < list->n; k++) {
		int bit = c->rules->rule[list->v[k]].path_bit;

		if (!any || any[bit / 64] >> (bit % 64) & 1)
			judge_path_rule(ev, c, in, list->v[k], lines);
	}
}

static void judge_paths(struct evidence *ev, struct classify_cache *c,
			const struct classify_input *in)
{
	uint64_t any[RULES_PATH_BITS / 64] = { 0 };
	int64_t lines = 0;
	size_t i, k;

	for (k = 0; k < in->paths_n; k++) {
		lines += lines_of(&in->paths[k]);
		for (i = 0; i < ARRAY_N(any); i++)
			any[i] |= c->path[k]->bits[i] | c->path[k]->failed[i];
	}
	judge_path_list(ev, c, in, LOOK_PLACE, NULL, lines);
	judge_path_list(ev, c, in, LOOK_PATH, any, lines);
	judge_path_list(ev, c, in, LOOK_PATHWORDS, any, lines);
}

static void judge_message(struct evidence *ev, struct classify_cache *c)
{
	const struct rules *rs = c->rules;
	const struct message *m = &c->msg;
	struct firing f = { ev, c };
	int i;

	for (i = 0; i < m->types_n; i++)
		fire(ev, c, m->types[i] - PREFIX_OWN, m->type_words[i].s,
		     m->type_words[i].len);
	find_words(rs, &rs->words, m->subject, fire_word, &f);
	for (i = 0; i < m->tags_n; i++) {
		find_words(rs, &rs->tagwords, m->tags[i], fire_word, &f);
		run_patterns(ev, c, LOOK_TAG, m->tags[i]);
	}
	find_words(rs, &rs->bodywords, (struct slice){ str_c(&m->body),
		   m->body.len }, fire_word, &f);
	run_patterns(ev, c, LOOK_SUBJECT, m->subject);
	run_patterns(ev, c, LOOK_REST, m->rest);
	run_patterns(ev, c, LOOK_BODY, (struct slice){ str_c(&m->body),
		     m->body.len });
}

static void judge_rest(struct evidence *ev, struct classify_cache *c,
		       const struct classify_input *in)
{
	const struct rule_list *list = &c->rules->by_look[LOOK_TRAIT];
	size_t i;

	for (i = 0; i < list->n; i++)
		if (c->rules->rule[list->v[i]].bits & in->traits)
			fire(ev, c, list->v[i], "", 0);
	if (in->author)
		run_patterns(ev, c, LOOK_AUTHOR, (struct slice){ in->author,
			     strlen(in->author) });
	for (i = 0; i < in->pr_labels_n; i++)
		run_patterns(ev, c, LOOK_LABEL, (struct slice){
			in->pr_labels[i], strlen(in->pr_labels[i]) });
}

void evidence_read(struct evidence *ev, struct classify_cache *c,
		   const struct classify_input *in)
{
	memset(c->done, 0, c->rules->n);
	message_read(&c->msg, &c->rules->prefix, in->subject, in->body);
	look_at_paths(c, in);
	judge_message(ev, c);
	judge_paths(ev, c, in);
	judge_rest(ev, c, in);
}
