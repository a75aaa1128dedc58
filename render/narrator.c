/*
 * render/narrator.c - see narrator.h.
 *
 * What is kept in the store is the model's answer as it came, not the checked
 * sentences: a stricter check then holds for old answers too, and the same
 * store, facts and program give the same text.
 */
#include "render/narrator.h"

#include "core/git_compat.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/stop.h"
#include "render/narrator_check.h"
#include "render/narrator_http.h"
#include "store/narration.h"

#include <stdlib.h>
#include <string.h>

#define PROMPT_VERSION 1	/* raised when prompts change their meaning */
#define SHRINKS 3		/* halvings when a prompt is over the context */

struct run {
	struct narrator_text *out;
	const struct narrator_day *day;
	const struct config *cfg;
	struct db *db;
	struct narrator_client *client;
};

/* Everything that the answer depends on. */
static void cache_key(const struct run *r, const struct narrator_prompt *p,
		      char *hex)
{
	struct str all = STR_INIT;
	git_oid id;
	const char *m;
	int i;

	str_addf(&all, "%d\n%s\n%s\n%lld\n%lld\n%.3f\n", PROMPT_VERSION,
		 config_str(r->cfg, "llm.endpoint"),
		 config_str(r->cfg, "llm.model"),
		 (long long)config_int(r->cfg, "llm.maxTokens"),
		 (long long)config_int(r->cfg, "llm.seed"),
		 config_real(r->cfg, "llm.temperature"));
	for (i = 0; (m = config_item(r->cfg, "llm.fallbackModel", i)); i++)
		str_addf(&all, "%s\n", m);
	str_addmem(&all, str_c(&p->system), p->system.len);
	str_addch(&all, '\n');
	str_addmem(&all, str_c(&p->user), p->user.len);
	git_odb_hash(&id, all.s, all.len, GIT_OBJECT_BLOB);
	oid_hex(&id, hex);
	str_release(&all);
}

static void take(struct run *r, struct narrator_part *part, const char *answer,
		 size_t len, const char *model,
		 const struct narrator_section *sections, size_t n)
{
	part->model = arena_strdup(&r->out->arena, model);
	narrator_take(part, &r->out->arena, answer, len, r->day->lang, sections,
		      n);
	if (part->failed)
		part->why = "unsupported";
}

static void fail(struct run *r, struct narrator_part *part, const char *why,
		 const char *words)
{
	part->failed = arena_strdup(&r->out->arena, words);
	part->why = why;
	part->n = 0;
}

/* A page says it in words of ours: what a server says is not for a page. */
static const char *word_of(int code)
{
	switch (code) {
	case ERR_NET:
		return "net";
	case ERR_TIMEOUT:
		return "timeout";
	case ERR_AUTH:
		return "auth";
	case ERR_QUOTA:
		return "quota";
	case ERR_LIMIT:
		return "limit";
	case ERR_OFFLINE:
		return "offline";
	default:
		return "server";
	}
}

/* An answer that was cut ends in half a sentence, which its check drops; one
 * that never got that far says so. */
static void take_reply(struct run *r, struct narrator_part *part,
		       const struct narrator_reply *reply, const char *key,
		       const struct narrator_section *sections, size_t n)
{
	struct err e;

	part->truncated = reply->truncated;
	take(r, part, str_c(&reply->content), reply->content.len,
	     str_c(&reply->model), sections, n);
	if (reply->truncated && part->failed)
		fail(r, part, "cut", "the answer was cut off (llm.maxTokens)");
	if (r->db && !r->db->read_only && !reply->truncated && !part->failed &&
	    narration_put(r->db, key, str_c(&reply->model),
			  str_c(&reply->content), &e) < 0)
		log_warn("%s", e.msg);
}

static bool from_cache(struct run *r, struct narrator_part *part,
		       const char *key,
		       const struct narrator_section *sections, size_t n)
{
	struct str answer = STR_INIT, model = STR_INIT;
	struct err e;
	bool found = r->db &&
		narration_get(r->db, key, &answer, &model, &e) == 0;

	if (found) {
		part->cached = true;
		take(r, part, str_c(&answer), answer.len, str_c(&model),
		     sections, n);
	}
	str_release(&answer);
	str_release(&model);
	return found;
}

/* One part; a prompt over the model's context is halved and asked again. */
static void ask_part(struct run *r, struct narrator_part *part,
		     const struct narrator_section *sections, size_t n,
		     bool whole_day)
{
	size_t max = (size_t)config_int(r->cfg, "llm.promptTokens");
	struct narrator_prompt p;
	struct narrator_reply reply;
	char key[OID_HEX + 1];
	struct err e = { 0 };
	int i, rc = 0;

	for (i = 0; i <= SHRINKS; i++, max /= 2) {
		narrator_prompt_build(&p, r->day, sections, n, whole_day, max);
		part->left_out = p.left_out;
		cache_key(r, &p, key);
		if (from_cache(r, part, key, sections, n)) {
			narrator_prompt_release(&p);
			return;
		}
		rc = narrator_client_ask(r->client, &p.system, &p.user, &reply,
					 &e);
		narrator_prompt_release(&p);
		if (rc == 0)
			take_reply(r, part, &reply, key, sections, n);
		narrator_reply_release(&reply);
		if (rc != ERR_LIMIT)
			break;
	}
	if (rc < 0)
		fail(r, part, word_of(rc), e.msg);
}

static size_t facts_of(const struct narrator_day *day)
{
	size_t i, n = 0;

	for (i = 0; i < day->sections_n; i++)
		n += day->sections[i].facts_n;
	return n;
}

void narrator_ask(struct narrator_text *out, const struct narrator_day *day,
		  const struct config *cfg, struct db *db,
		  struct narrator_client *client)
{
	struct run r = { .out = out, .day = day, .cfg = cfg, .db = db,
			 .client = client };
	struct narrator_part *whole;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->n = day->sections_n + 1;
	out->parts = arena_alloc(&out->arena, out->n * sizeof(*out->parts));
	for (i = 0; i < day->sections_n; i++) {
		struct narrator_part *p = &out->parts[i];

		p->repo = arena_strdup(&out->arena, day->sections[i].repo);
		p->facts_n = day->sections[i].facts_n;
		if (p->facts_n && stop_asked())
			fail(&r, p, "stopped", "interrupted");
		else if (p->facts_n)
			ask_part(&r, p, &day->sections[i], 1, false);
	}
	whole = &out->parts[day->sections_n];
	whole->facts_n = facts_of(day);
	if (whole->facts_n && stop_asked())
		fail(&r, whole, "stopped", "interrupted");
	else if (whole->facts_n)
		ask_part(&r, whole, day->sections, day->sections_n, true);
	out->requests = narrator_client_requests(client);
	out->tokens = narrator_client_tokens(client);
}

int narrator_run(struct narrator_text *out, const struct narrator_day *day,
		 const struct config *cfg, struct db *db, struct err *e)
{
	struct narrator_client *client;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = narrator_client_new(&client, cfg, e);
	if (rc < 0)
		return rc;
	narrator_ask(out, day, cfg, db, client);
	narrator_client_free(client);
	return 0;
}

void narrator_text_release(struct narrator_text *t)
{
	arena_release(&t->arena);
	memset(t, 0, sizeof(*t));
}
