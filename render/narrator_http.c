/*
 * render/narrator_http.c - see narrator_http.h.
 *
 * Servers differ in everything but the happy path: an error may be an object, a
 * string or at the top level, its code a number, a string or null, and may come
 * with status 200.  So only one thing counts as an answer: a choice with text
 * in it and no error beside it.
 */
#include "render/narrator_http.h"

#include "core/http.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/stop.h"
#include "render/narrator.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define ATTEMPTS 3		/* per model, when the server is busy */
#define PAUSE_MAX_MS 30000
#define ANSWER_BYTES ((size_t)1 << 20)

struct narrator_client {
	const struct config *cfg;
	struct http *http;
	char *url;
	char host[256];
	bool remote, told;
	unsigned without;	/* what the server refused: NARRATOR_NO_* */
	struct err dead;	/* why it is not asked any more */
	int requests;
	int64_t tokens, waited_ms;
};

static bool is_loopback(const char *host)
{
	return strcasecmp(host, "localhost") == 0 ||
	       strcmp(host, "::1") == 0 || strcmp(host, "[::1]") == 0 ||
	       (strncmp(host, "127.", 4) == 0 &&
		strspn(host, "0123456789.") == strlen(host));
}

bool narrator_configured(const struct config *cfg)
{
	const char *end = config_str(cfg, "llm.endpoint");

	return end && *end;
}

int narrator_client_new(struct narrator_client **out, const struct config *cfg,
			struct err *e)
{
	const char *base = config_str(cfg, "llm.endpoint");
	const char *model = config_str(cfg, "llm.model");
	struct narrator_client *c;
	struct http_origin o;
	size_t n;
	int rc;

	*out = NULL;
	if (!base || !*base || !model || !*model)
		return err_set(e, ERR_CONFIG, "set llm.endpoint and llm.model");
	rc = http_origin(base, &o, e);
	if (rc < 0)
		return err_wrap(e, "llm.endpoint");
	if (!is_loopback(o.host) && !config_bool(cfg, "llm.allowRemote"))
		return err_set(e, ERR_CONFIG, "llm.endpoint '%s' is not on this "
			       "machine: text of the repositories would leave "
			       "it; set llm.allowRemote=true to allow that",
			       o.host);
	c = xcalloc(1, sizeof(*c));
	rc = http_new(&c->http, cfg, e);
	if (rc < 0) {
		free(c);
		return rc;
	}
	c->cfg = cfg;
	c->remote = !is_loopback(o.host);
	snprintf(c->host, sizeof(c->host), "%s", o.host);
	for (n = strlen(base); n && base[n - 1] == '/'; n--)
		;
	c->url = xasprintf("%.*s/chat/completions", (int)n, base);
	*out = c;
	return 0;
}

void narrator_client_free(struct narrator_client *c)
{
	if (!c)
		return;
	http_free(c->http);
	free(c->url);
	free(c);
}

void narrator_reply_release(struct narrator_reply *r)
{
	str_release(&r->content);
	str_release(&r->model);
}

int narrator_client_requests(const struct narrator_client *c)
{
	return c->requests;
}

int64_t narrator_client_tokens(const struct narrator_client *c)
{
	return c->tokens;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The words of an error in any of its shapes; "" when there is none. */
static void error_words(const json_t *root, struct str *out)
{
	const json_t *e = json_object_get(root, "error"), *m;

	str_clear(out);
	if (!e || json_is_null(e)) {
		m = json_object_get(root, "object");
		if (!json_is_string(m) || strcmp(json_string_value(m), "error"))
			return;
		e = root;
	}
	m = json_is_object(e) ? json_object_get(e, "message") : e;
	str_add(out, json_is_string(m) ? json_string_value(m)
				       : "an error without words");
	m = json_object_get(e, "type");
	if (json_is_string(m))
		str_addf(out, " (%s)", json_string_value(m));
	str_cut(out, out->len < 300 ? out->len : 300);
}

static bool says_too_long(const char *s)
{
	return strcasestr(s, "context") != NULL ||
	       strcasestr(s, "too long") != NULL ||
	       strcasestr(s, "maximum") != NULL;
}

static const char *text_of(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_string(v) ? json_string_value(v) : NULL;
}

/* A 200: the text of the first choice, or why it is none. */
static int read_answer(const json_t *root, const struct str *words,
		       struct narrator_reply *out, struct err *e)
{
	const json_t *choice, *usage;
	const char *content, *reason;

	if (words->len)
		return err_set(e, ERR_FAILED, "the model's server says: %s",
			       str_c(words));
	choice = json_array_get(json_object_get(root, "choices"), 0);
	content = text_of(json_object_get(choice, "message"), "content");
	reason = text_of(choice, "finish_reason");
	if (reason && (strcmp(reason, "error") == 0 ||
		       strcmp(reason, "content_filter") == 0))
		return err_set(e, ERR_FAILED, "the model stopped: %s", reason);
	if (!content || !content[strspn(content, " \t\r\n")])
		return err_set(e, ERR_FAILED, "the answer holds no text");
	str_add(&out->content, content);
	out->truncated = reason && strcmp(reason, "length") == 0;
	usage = json_object_get(json_object_get(root, "usage"), "total_tokens");
	out->tokens = json_is_integer(usage) && json_integer_value(usage) > 0
		? (int64_t)json_integer_value(usage) : 0;
	return 0;
}

/*
 * Ask without what the words of a 400 name, else without the schema: the usual
 * reason.  False when all of that was tried.
 */
static bool ask_without(struct narrator_client *c, const char *words)
{
	static const struct {
		const char *word;
		unsigned bit;
	} all[] = {
		{ "max_completion_tokens", NARRATOR_NO_MAX_TOKENS },
		{ "temperature", NARRATOR_NO_TEMPERATURE },
		{ "", NARRATOR_NO_SCHEMA },
	};
	size_t i;

	for (i = 0; i < ARRAY_N(all); i++)
		if (strstr(words, all[i].word) && !(c->without & all[i].bit)) {
			c->without |= all[i].bit;
			return true;
		}
	return false;
}

/* By status; *again: worth another try, *next: another model may do. */
static int by_status(struct narrator_client *c, long status,
		     const struct str *words, bool *again, bool *next,
		     struct err *e)
{
	const char *w = words->len ? str_c(words) : "no words";

	*again = status == 429 || status >= 500;
	*next = *again || status == 404 || status == 402;
	if (status == 400 || status == 413 || status == 422) {
		if (says_too_long(w))
			return err_set(e, ERR_LIMIT, "%s", w);
		if (ask_without(c, w)) {
			*again = true;
			return err_set(e, ERR_FAILED, "%s", w);
		}
		*next = true;
	}
	if (status == 401 || status == 403) {
		err_set(&c->dead, ERR_AUTH, "the model's server refuses the "
			"key (status %ld)", status);
		if (e)
			*e = c->dead;
		return ERR_AUTH;
	}
	return err_set(e, status == 402 || status == 429 ? ERR_QUOTA
							 : ERR_FAILED,
		       "the model's server answers %ld: %s", status, w);
}

static int64_t retry_after_ms(const struct http_response *r, int64_t dflt)
{
	const char *v = http_header(r, "retry-after");
	char *end;
	long s = v ? strtol(v, &end, 10) : -1;

	return s >= 0 && s <= PAUSE_MAX_MS / 1000 ? (int64_t)s * 1000 : dflt;
}

static int in_budget(struct narrator_client *c, size_t prompt, struct err *e)
{
	if (c->dead.code) {
		*e = c->dead;
		return e->code;
	}
	if (c->requests >= config_int(c->cfg, "llm.budget"))
		return err_set(e, ERR_QUOTA, "the run's %d requests are used "
			       "up (llm.budget)", c->requests);
	if (c->tokens + (int64_t)prompt >
	    config_int(c->cfg, "llm.budgetTokens"))
		return err_set(e, ERR_QUOTA, "the run's tokens are used up "
			       "(llm.budgetTokens)");
	if (c->waited_ms / 1000 >= config_int(c->cfg, "llm.budgetSeconds"))
		return err_set(e, ERR_QUOTA, "the run's time for answers is "
			       "used up (llm.budgetSeconds)");
	return 0;
}

/* Whoever sends text of repositories away is told, where to and how much. */
static void tell(struct narrator_client *c, size_t bytes)
{
	if (c->remote)
		log_warn("llm: sending %zu bytes to %s", bytes, c->host);
	else
		log_debug("llm: sending %zu bytes to %s", bytes, c->host);
	c->told = true;
}

static int post(struct narrator_client *c, const struct str *body,
		struct http_response *resp, struct err *e)
{
	static const char *const headers[] = {
		"Content-Type: application/json", "Accept: application/json",
		NULL
	};
	const char *env = config_str(c->cfg, "llm.keyEnv");
	int64_t left, timeout = config_int(c->cfg, "llm.timeout"), from;
	struct http_request q = {
		.method = "POST", .url = c->url, .headers = headers,
		.body = str_c(body), .body_len = body->len,
		.max_bytes = ANSWER_BYTES,
		/* a proxy elsewhere would get what must stay here */
		.direct = !c->remote,
	};
	int rc;

	left = config_int(c->cfg, "llm.budgetSeconds") - c->waited_ms / 1000;
	q.total_s = (int)(timeout < left || left < 1 ? timeout : left);
	q.stall_s = q.total_s;	/* nothing comes while the model thinks */
	q.bearer = env && *env ? getenv(env) : NULL;
	tell(c, body->len);
	from = now_ms();
	c->requests++;
	rc = http_do(c->http, &q, resp, e);
	c->waited_ms += now_ms() - from;
	/* Down or stalled: one wait is enough for a run. */
	if (rc == ERR_NET || rc == ERR_TIMEOUT || rc == ERR_OFFLINE)
		c->dead = *e;
	return rc;
}

/* One request.  0 or an error with *again and *next as in by_status(). */
static int ask_once(struct narrator_client *c, const char *model,
		    const struct str *system, const struct str *user,
		    struct narrator_reply *out, bool *again, bool *next,
		    int64_t *pause, struct err *e)
{
	struct http_response resp;
	struct str body = STR_INIT, words = STR_INIT;
	json_t *root;
	int rc;

	*again = *next = false;
	rc = in_budget(c, narrator_tokens(str_c(user), user->len), e);
	if (rc < 0)
		return rc;
	narrator_body(&body, c->cfg, model, c->without, system, user);
	rc = post(c, &body, &resp, e);
	if (rc == 0) {
		root = json_loadb(str_c(&resp.body), resp.body.len,
				  JSON_REJECT_DUPLICATES, NULL);
		error_words(root, &words);
		*pause = retry_after_ms(&resp, *pause);
		if (resp.status < 200 || resp.status > 299)
			rc = by_status(c, resp.status, &words, again, next, e);
		else if (!json_is_object(root)) {
			*next = true;
			rc = err_set(e, ERR_FAILED, "the answer is not JSON");
		} else {
			*next = true;
			rc = read_answer(root, &words, out, e);
		}
		json_decref(root);
	}
	if (rc == 0 && !out->tokens)
		out->tokens = (int64_t)(narrator_tokens(str_c(&body), body.len) +
			narrator_tokens(str_c(&out->content), out->content.len));
	c->tokens += rc == 0 ? out->tokens : 0;
	http_response_release(&resp);
	str_release(&body);
	str_release(&words);
	return rc;
}

static void wait_ms(int64_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	if (ms > 0 && !stop_asked())
		nanosleep(&t, NULL);
}

static int ask_model(struct narrator_client *c, const char *model,
		     const struct str *system, const struct str *user,
		     struct narrator_reply *out, bool *next, struct err *e)
{
	int64_t pause = config_int(c->cfg, "llm.retryPause"), this_pause;
	unsigned without;
	bool again = true;
	int i, rc = ERR_FAILED;

	for (i = 0; i < ATTEMPTS && again && !stop_asked(); i++) {
		without = c->without;
		this_pause = pause << i;
		rc = ask_once(c, model, system, user, out, &again, next,
			      &this_pause, e);
		if (rc == 0 || !again)
			return rc;
		if (without != c->without) {
			i--;	/* asked differently at once; thrice at most */
			continue;
		}
		if (this_pause > PAUSE_MAX_MS)
			this_pause = PAUSE_MAX_MS;
		if (i + 1 < ATTEMPTS) {
			wait_ms(this_pause);
			c->waited_ms += this_pause;
		}
	}
	return rc;
}

int narrator_client_ask(struct narrator_client *c, const struct str *system,
			const struct str *user, struct narrator_reply *out,
			struct err *e)
{
	const char *model = config_str(c->cfg, "llm.model");
	bool next;
	int i, rc;

	memset(out, 0, sizeof(*out));
	for (i = 0;; i++) {
		rc = ask_model(c, model, system, user, out, &next, e);
		if (rc == 0)
			str_add(&out->model, model);
		if (rc == 0 || !next || c->dead.code)
			return rc;
		model = config_item(c->cfg, "llm.fallbackModel", i);
		if (!model || stop_asked())
			return rc;
	}
}
