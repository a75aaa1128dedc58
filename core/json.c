/* core/json.c - see json.h. */
#include "core/json.h"

#include "core/utf8.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void json_add_str(struct str *out, const char *s, size_t len)
{
	size_t i = 0, from = 0;
	uint32_t cp;
	int n;

	str_addch(out, '"');
	while (i < len) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 0x20 && c != '"' && c != '\\' && c < 0x7f) {
			i++;
			continue;
		}
		n = c < 0x80 ? 1 : utf8_next(s + i, len - i, &cp);
		if (n > 1) {
			i += (size_t)n;
			continue;
		}
		str_addmem(out, s + from, i - from);
		if (!n)
			str_add(out, "\xef\xbf\xbd");
		else if (!c)
			str_add(out, "\xe2\x90\x80");
		else if (c == '"' || c == '\\')
			str_addf(out, "\\%c", c);
		else if (c == '\n')
			str_add(out, "\\n");
		else if (c == '\t')
			str_add(out, "\\t");
		else
			str_addf(out, "\\u%04x", c);
		from = ++i;
	}
	str_addmem(out, s + from, i - from);
	str_addch(out, '"');
}

void json_init(struct json *j, struct str *out)
{
	memset(j, 0, sizeof(*j));
	j->out = out;
}

/* ---- a tree */

void json_init_tree(struct json *j)
{
	memset(j, 0, sizeof(*j));
	j->tree = true;
}

json_t *json_take_tree(struct json *j)
{
	json_t *root = j->root;

	j->root = NULL;
	if (!j->bad)
		return root;
	json_decref(root);
	return NULL;
}

/* Takes v over; NULL: it could not be made. */
static void put(struct json *j, json_t *v)
{
	json_t *at = j->at[j->depth];
	int rc = v ? 0 : -1;

	if (v && !j->depth)
		j->root = v;
	else if (v && json_is_array(at))
		rc = json_array_append_new(at, v);
	else if (v)
		rc = json_object_set_new_nocheck(at, j->key, v);
	j->bad |= rc != 0;
}

static json_t *parsed(const char *s, size_t len)
{
	return json_loadb(s, len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES,
			  NULL);
}

/* As what the text would say: most strings are what they are. */
static json_t *tree_str(const char *s, size_t len)
{
	json_t *v = memchr(s, 0, len) ? NULL : json_stringn(s, len);
	struct str text = STR_INIT;

	if (v)
		return v;
	json_add_str(&text, s, len);
	v = parsed(str_c(&text), text.len);
	str_release(&text);
	return v;
}

/* ---- a tree as text */

/* As jansson escapes: json_add_str() has its own way with some. */
static void dump_str(struct str *out, const char *s, size_t len)
{
	static const char letters[] = "\bb\ff\nn\rr\tt\"\"\\\\";
	const char *l;
	size_t i, from = 0;

	str_addch(out, '"');
	for (i = 0; i < len; i++) {
		if ((unsigned char)s[i] >= 0x20 && s[i] != '"' && s[i] != '\\')
			continue;
		str_addmem(out, s + from, i - from);
		from = i + 1;
		for (l = letters; *l && *l != s[i]; l += 2)
			;
		if (*l)
			str_addf(out, "\\%c", l[1]);
		else
			str_addf(out, "\\u%04X", s[i]);
	}
	str_addmem(out, s + from, len - from);
	str_addch(out, '"');
}

static void dump_object(struct str *out, json_t *v)
{
	void *at = json_object_iter(v);
	const char *key;

	str_addch(out, '{');
	while (at) {
		key = json_object_iter_key(at);
		dump_str(out, key, strlen(key));
		str_addch(out, ':');
		json_add_tree(out, json_object_iter_value(at));
		at = json_object_iter_next(v, at);
		if (at)
			str_addch(out, ',');
	}
	str_addch(out, '}');
}

static void dump_array(struct str *out, json_t *v)
{
	json_t *item;
	size_t i;

	str_addch(out, '[');
	json_array_foreach(v, i, item) {
		if (i)
			str_addch(out, ',');
		json_add_tree(out, item);
	}
	str_addch(out, ']');
}

void json_add_tree(struct str *out, json_t *v)
{
	char real[64];
	size_t n;

	switch (json_typeof(v)) {
	case JSON_OBJECT:
		dump_object(out, v);
		break;
	case JSON_ARRAY:
		dump_array(out, v);
		break;
	case JSON_STRING:
		dump_str(out, json_string_value(v), json_string_length(v));
		break;
	case JSON_INTEGER:
		str_addf(out, "%" PRId64, (int64_t)json_integer_value(v));
		break;
	case JSON_REAL:
		n = json_dumpb(v, real, sizeof(real), JSON_ENCODE_ANY);
		str_addmem(out, real, n < sizeof(real) ? n : 0);
		break;
	case JSON_TRUE:
		str_add(out, "true");
		break;
	case JSON_FALSE:
		str_add(out, "false");
		break;
	case JSON_NULL:
		str_add(out, "null");
		break;
	}
}

/* ---- text, and both */

static void before_value(struct json *j)
{
	if (j->keyed) {
		j->keyed = false;
		return;
	}
	if (j->any[j->depth])
		str_addch(j->out, ',');
	j->any[j->depth] = 1;
}

void json_open(struct json *j, char bracket)
{
	if (j->tree) {
		json_t *v = bracket == '{' ? json_object() : json_array();

		put(j, v);
		assert(j->depth < 31);
		j->at[++j->depth] = v;
		return;
	}
	before_value(j);
	str_addch(j->out, bracket);
	assert(j->depth < 31);
	j->any[++j->depth] = 0;
}

void json_close(struct json *j, char bracket)
{
	assert(j->depth > 0);
	j->depth--;
	if (!j->tree)
		str_addch(j->out, bracket);
}

void json_key(struct json *j, const char *key)
{
	j->key = key;
	if (j->tree)
		return;
	before_value(j);
	json_add_str(j->out, key, strlen(key));
	str_addch(j->out, ':');
	j->keyed = true;
}

void json_strn(struct json *j, const char *s, size_t len)
{
	if (j->tree) {
		put(j, tree_str(s, len));
		return;
	}
	before_value(j);
	json_add_str(j->out, s, len);
}

void json_str(struct json *j, const char *s)
{
	if (s)
		json_strn(j, s, strlen(s));
	else
		json_put_null(j);
}

void json_int(struct json *j, int64_t v)
{
	if (j->tree) {
		put(j, json_integer(v));
		return;
	}
	before_value(j);
	str_addf(j->out, "%" PRId64, v);
}

void json_put_real(struct json *j, double v, int decimals)
{
	char text[400];		/* the largest has 309 digits */

	if (!isfinite(v)) {
		json_put_null(j);
		return;
	}
	snprintf(text, sizeof(text), "%.*f", decimals, v);
	json_raw(j, text);
}

void json_bool(struct json *j, bool v)
{
	if (j->tree) {
		put(j, json_boolean(v));
		return;
	}
	before_value(j);
	str_add(j->out, v ? "true" : "false");
}

void json_put_null(struct json *j)
{
	if (j->tree) {
		put(j, json_null());
		return;
	}
	before_value(j);
	str_add(j->out, "null");
}

void json_raw(struct json *j, const char *json)
{
	if (j->tree) {
		put(j, parsed(json, strlen(json)));
		return;
	}
	before_value(j);
	str_add(j->out, json);
}

void json_kstr(struct json *j, const char *key, const char *s)
{
	json_key(j, key);
	json_str(j, s);
}

void json_kint(struct json *j, const char *key, int64_t v)
{
	json_key(j, key);
	json_int(j, v);
}

void json_kbool(struct json *j, const char *key, bool v)
{
	json_key(j, key);
	json_bool(j, v);
}
