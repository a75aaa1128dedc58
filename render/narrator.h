/*
 * render/narrator.h - sentences by a language model about facts the program
 * knows.  Optional and off by default: a page stands without it.
 *
 * The caller gives facts with handles; the model is asked for sentences that
 * name them as {c3}, {c3.f2}, {i12}; every sentence is checked against the
 * evidence of the facts it names (narrator_check.h) and dropped when it says
 * anything they do not contain.  The renderer puts ids, numbers and links in
 * place of the handles and marks the text as generated.
 */
#ifndef RENDER_NARRATOR_H
#define RENDER_NARRATOR_H

#include "core/arena.h"
#include "core/config.h"
#include "core/err.h"
#include "core/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct narrator_client;

/* One thing the page says; all strings are the caller's, UTF-8. */
struct narrator_fact {
	const char *handle;		/* "c3", "c3.f2", "c3.f2.h1", "i12" */
	const char *text;		/* one line: title, counts, labels */
	const char *const *evidence;	/* more that may be repeated: message
					 * sentences, paths, symbols, hunk lines */
	size_t evidence_n;
	int weight;			/* importance; the least goes first when
					 * the prompt is too long */
};

struct narrator_section {
	const char *repo;		/* "owner/name" */
	const struct narrator_fact *facts;	/* in order of the page */
	size_t facts_n;
};

struct narrator_day {
	const char *label;		/* "2026-02-04" */
	const char *lang;		/* "zh" or "en" */
	const struct narrator_section *sections;
	size_t sections_n;		/* those without facts are not asked for */
};

/* What became of one section, or of the day as a whole. */
struct narrator_part {
	const char *repo;		/* NULL: the day */
	const char **sentences;		/* with their {handles}; plain text */
	size_t n;
	size_t dropped;			/* sentences that failed a check */
	const char *faults;		/* which: "handle 3, number 1", or NULL */
	size_t left_out;		/* facts the prompt had no room for */
	size_t facts_n;
	bool truncated;			/* the model stopped in the middle */
	bool cached;
	const char *model;		/* that answered, or NULL */
	const char *failed;		/* why there is no text, or NULL; may
					 * hold words of the server */
	const char *why;		/* the same in one word of ours: "net",
					 * "timeout", "auth", "quota", "limit",
					 * "offline", "server", "cut",
					 * "unsupported", "stopped"; or NULL */
};

struct narrator_text {
	struct narrator_part *parts;	/* as the sections, the day last */
	size_t n;
	int requests;
	int64_t tokens;
	struct arena arena;
};

/*
 * Ask for every section and for the day.  db (may be NULL, or read-only: then
 * nothing is kept) holds answers by hash of prompt, model and settings; one
 * that is there is not asked for again.  A model that fails, lies or is slow
 * makes parts without sentences, never an error: only a configuration that
 * must not be used (ERR_CONFIG: no endpoint or model, an endpoint elsewhere
 * without llm.allowRemote) is one.  Release *out in any case.
 */
int narrator_run(struct narrator_text *out, const struct narrator_day *day,
		 const struct config *cfg, struct db *db, struct err *e);
void narrator_text_release(struct narrator_text *t);

/* The same with a client of the caller (narrator_http.h), so that several days
 * share one budget and one wait for a dead server.  Never fails. */
void narrator_ask(struct narrator_text *out, const struct narrator_day *day,
		  const struct config *cfg, struct db *db,
		  struct narrator_client *client);

/* Is a model configured at all? */
bool narrator_configured(const struct config *cfg);

/* ---- for tests and narrator.c: narrator_prompt.c */

struct narrator_prompt {
	struct str system, user;
	size_t left_out;		/* facts */
	size_t tokens;			/* estimate of both */
};

/*
 * The prompt of one section (repo), or of the day (all sections).  Repository
 * text stands between delimiter lines made from its own hash and is declared to
 * be data.  Over max_tokens, evidence is cut to shorter pieces, then facts are
 * left out, least weight first: always the same way.  Release it.
 */
void narrator_prompt_build(struct narrator_prompt *p,
			   const struct narrator_day *day,
			   const struct narrator_section *sections, size_t n,
			   bool whole_day, size_t max_tokens);
void narrator_prompt_release(struct narrator_prompt *p);

/* A rough count that does not fall short: bytes / 3, one for each character
 * that is not ASCII. */
size_t narrator_tokens(const char *s, size_t len);

#endif
