/* render/narrator_http.h - one question to an OpenAI-compatible server. */
#ifndef RENDER_NARRATOR_HTTP_H
#define RENDER_NARRATOR_HTTP_H

#include "core/config.h"
#include "core/err.h"
#include "core/str.h"

#include <stdbool.h>
#include <stdint.h>

struct narrator_client;

struct narrator_reply {
	struct str content;
	struct str model;	/* that answered: llm.model or a fallback */
	bool truncated;		/* stopped by its length: not a whole answer */
	int64_t tokens;		/* as the server says, else estimated */
};

/*
 * Reads llm.*.  ERR_CONFIG: no endpoint or model; an endpoint that is not on
 * this machine without llm.allowRemote.  Opens no socket yet.
 */
int narrator_client_new(struct narrator_client **out, const struct config *cfg,
			struct err *e);
void narrator_client_free(struct narrator_client *c);

/*
 * POST {endpoint}/chat/completions, without streaming, with a JSON schema and
 * other parameters until the server refuses them.  Busy servers are asked again
 * with growing pauses, then the fallback models; a server that is down, stalls
 * or refuses the key is not asked again in this run.  0, or with *e set: ERR_LIMIT (the prompt is
 * too long for the model), ERR_QUOTA (the run's budget), ERR_OFFLINE, ERR_NET,
 * ERR_TIMEOUT, ERR_AUTH, ERR_FAILED (no usable answer).  Release the reply.
 */
int narrator_client_ask(struct narrator_client *c, const struct str *system,
			const struct str *user, struct narrator_reply *out,
			struct err *e);
void narrator_reply_release(struct narrator_reply *r);

/* What a server may refuse in a request; it is then asked without. */
enum {
	NARRATOR_NO_SCHEMA = 1,		/* response_format */
	NARRATOR_NO_MAX_TOKENS = 2,	/* newer: max_completion_tokens */
	NARRATOR_NO_TEMPERATURE = 4	/* models that reason have their own */
};

/* The body of a request; without: of these, those that were refused. */
void narrator_body(struct str *out, const struct config *cfg, const char *model,
		   unsigned without, const struct str *system,
		   const struct str *user);

int narrator_client_requests(const struct narrator_client *c);
int64_t narrator_client_tokens(const struct narrator_client *c);

#endif
