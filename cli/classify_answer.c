/* cli/classify_answer.c - apart from the reader: jansson's names and those of
 * our own writer cannot stand in one file. */
#include "cli/classify_stdin.h"

#include "core/json.h"

static void put_list(struct json *j, const char *key, const char *const *list,
		     int n)
{
	int i;

	json_key(j, key);
	json_open(j, '[');
	for (i = 0; i < n; i++)
		json_str(j, list[i]);
	json_close(j, ']');
}

void classify_answer(struct str *out, const struct labels *l)
{
	struct json j;
	size_t i;

	json_init(&j, out);
	json_open(&j, '{');
	json_kstr(&j, "type", l->type);
	put_list(&j, "areas", l->areas, l->areas_n);
	put_list(&j, "hardware", l->hardware, l->hardware_n);
	json_key(&j, "rules");
	json_open(&j, '[');
	for (i = 0; i < l->fired_n; i++)
		json_str(&j, l->fired[i].rule);
	json_close(&j, ']');
	json_kint(&j, "confidence", l->confidence);
	json_kbool(&j, "bot", l->bot);
	if (l->not_evaluated)
		json_kstr(&j, "not_evaluated", l->not_evaluated_rule);
	json_close(&j, '}');
	str_addch(out, '\n');
}
