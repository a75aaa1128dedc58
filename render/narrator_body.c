/* render/narrator_body.c - the JSON text of one request. */
#include "render/narrator_http.h"

#include "core/json.h"

static void message(struct json *j, const char *role, const struct str *s)
{
	json_open(j, '{');
	json_kstr(j, "role", role);
	json_key(j, "content");
	json_strn(j, str_c(s), s->len);
	json_close(j, '}');
}

void narrator_body(struct str *out, const struct config *cfg, const char *model,
		   unsigned without, const struct str *system,
		   const struct str *user)
{
	static const char form[] =
		"{\"type\":\"json_schema\",\"json_schema\":{\"name\":"
		"\"sentences\",\"strict\":true,\"schema\":{\"type\":\"object\","
		"\"properties\":{\"sentences\":{\"type\":\"array\",\"items\":"
		"{\"type\":\"string\"}}},\"required\":[\"sentences\"],"
		"\"additionalProperties\":false}}}";
	struct json j;

	json_init(&j, out);
	json_open(&j, '{');
	json_kstr(&j, "model", model);
	json_key(&j, "messages");
	json_open(&j, '[');
	message(&j, "system", system);
	message(&j, "user", user);
	json_close(&j, ']');
	if (!(without & NARRATOR_NO_TEMPERATURE)) {
		json_key(&j, "temperature");
		json_put_real(&j, config_real(cfg, "llm.temperature"), 3);
	}
	json_kint(&j, "seed", config_int(cfg, "llm.seed"));
	json_kint(&j, without & NARRATOR_NO_MAX_TOKENS ?
			  "max_completion_tokens" : "max_tokens",
		  config_int(cfg, "llm.maxTokens"));
	json_kbool(&j, "stream", false);
	if (!(without & NARRATOR_NO_SCHEMA)) {
		json_key(&j, "response_format");
		json_raw(&j, form);
	}
	json_close(&j, '}');
}
