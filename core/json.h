/*
 * core/json.h - writing JSON text.  Reading is jansson's work.
 *
 * A writer of our own because millions of rows go straight from columns to
 * text: no tree is built.  Text is made valid UTF-8 on the way (see utf8.h).
 * What is read as soon as it is written can be a tree of jansson's at once.
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include "core/str.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* The quoted and escaped form of s. */
void json_add_str(struct str *out, const char *s, size_t len);

/*
 * A small state machine for commas: open an object or array, name keys, put
 * values.  Depth is bounded by 32; more is a mistake of ours (assert).
 */
struct json {
	struct str *out;
	unsigned char any[32];	/* something was written at this depth */
	int depth;
	bool keyed;		/* a key waits for its value */
	/* of a tree: */
	bool tree, bad;		/* bad: a part of it could not be made */
	const char *key;	/* borrowed, that waits */
	json_t *root, *at[32];	/* what is open at each depth */
};

void json_init(struct json *j, struct str *out);
/* The same calls make the tree that parsing the text would make. */
void json_init_tree(struct json *j);
/* It, or NULL where a part was not JSON; the caller's. */
json_t *json_take_tree(struct json *j);

/* What json_dumps() makes of a tree, with JSON_COMPACT, in a third of the time. */
void json_add_tree(struct str *out, json_t *v);
void json_open(struct json *j, char bracket);	/* '{' or '[' */
void json_close(struct json *j, char bracket);	/* '}' or ']' */
void json_key(struct json *j, const char *key);
void json_str(struct json *j, const char *s);	/* NULL writes null */
void json_strn(struct json *j, const char *s, size_t len);
void json_int(struct json *j, int64_t v);
/* What is no number in JSON (infinity) is null. */
void json_put_real(struct json *j, double v, int decimals);
void json_bool(struct json *j, bool v);
void json_put_null(struct json *j);
void json_raw(struct json *j, const char *json);	/* already JSON */

/* key and value at once */
void json_kstr(struct json *j, const char *key, const char *s);
void json_kint(struct json *j, const char *key, int64_t v);
void json_kbool(struct json *j, const char *key, bool v);

#endif
