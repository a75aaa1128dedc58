#include "cli/classify_stdin.h"

#include "cli/cmds.h"
#include "core/mem.h"

#include <jansson.h>

#define LINE_MAX_BYTES ((size_t)64 << 20)

static int bad(size_t line, const char *what, struct err *e)
{
	return err_set(e, ERR_FAILED, "standard input:%zu: %s", line, what);
}

/* A string of the object, dflt where it is absent or null. */
static int text_of(json_t *o, const char *key, const char *dflt,
		   const char **out)
{
	json_t *v = json_object_get(o, key);

	*out = dflt;
	if (!v || json_is_null(v))
		return 0;
	if (!json_is_string(v))
		return -1;
	*out = json_string_value(v);
	return 0;
}

static int count_of(json_t *o, const char *key, int32_t *out)
{
	json_t *v = json_object_get(o, key);

	*out = -1;
	if (!v || json_is_null(v))
		return 0;
	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return -1;
	*out = json_integer_value(v) > INT32_MAX ? INT32_MAX :
		(int32_t)json_integer_value(v);
	return 0;
}

static int read_changes_list(json_t *o, struct arena *a,
			     struct classify_input *in)
{
	json_t *list = json_object_get(o, "changes"), *one;
	struct classify_path *p;
	size_t i;

	if (!list || json_is_null(list))
		return 0;
	if (!json_is_array(list))
		return -1;
	p = arena_alloc(a, (json_array_size(list) + 1) * sizeof(*p));
	json_array_foreach(list, i, one) {
		if (!json_is_object(one) ||
		    text_of(one, "path", NULL, &p[i].path) || !p[i].path ||
		    count_of(one, "additions", &p[i].additions) ||
		    count_of(one, "deletions", &p[i].deletions))
			return -1;
	}
	in->paths = p;
	in->paths_n = in->files = json_array_size(list);
	return 0;
}

static int answer(struct classify_cache *c, const char *text, size_t len,
		  size_t line, struct str *out, struct err *e)
{
	struct classify_input in = { 0 };
	struct arena a = { 0 };
	struct labels l;
	json_error_t why;
	json_t *o = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	int rc = 0;

	if (!o)
		rc = err_set(e, ERR_FAILED, "standard input:%zu:%d: %s", line,
			     why.column, why.text);
	else if (!json_is_object(o))
		rc = bad(line, "not an object", e);
	else if (text_of(o, "subject", NULL, &in.subject) || !in.subject)
		rc = bad(line, "'subject' is not a string", e);
	else if (text_of(o, "body", NULL, &in.body) ||
		 text_of(o, "author", NULL, &in.author) ||
		 text_of(o, "repo", NULL, &in.project))
		rc = bad(line, "'body', 'author' or 'repo' is not a string", e);
	else if (read_changes_list(o, &a, &in))
		rc = bad(line, "'changes' is not a list of {\"path\",\"additions\""
			 ",\"deletions\"}", e);
	if (rc == 0) {
		classify_with(c, &in, true, &a, &l);
		classify_answer(out, &l);
	}
	arena_release(&a);
	json_decref(o);
	return rc;
}

int classify_stdin(const struct rules *r, FILE *in, struct err *e)
{
	struct classify_cache *c = classify_cache_new(r);
	struct str out = STR_INIT;
	struct err later = { 0 };
	char *text = NULL;
	size_t cap = 0, line = 0;
	ssize_t len;
	int rc = 0;

	while (rc == 0 && (len = getline(&text, &cap, in)) >= 0) {
		line++;
		if (len && text[len - 1] == '\n')
			len--;
		rc = (size_t)len > LINE_MAX_BYTES ?
			bad(line, "longer than 64 MiB", e) :
			answer(c, text, (size_t)len, line, &out, e);
		if (out.len > 65536 && rc == 0) {
			rc = out_str(&out, e);
			str_clear(&out);
		}
	}
	if (rc == 0 && ferror(in))
		rc = err_errno(e, "standard input");
	if (out.len && out_str(&out, rc ? &later : e) < 0 && rc == 0)
		rc = e->code;
	str_release(&out);
	free(text);
	classify_cache_free(c);
	return rc;
}
