/*
 * forge_json.c - issues, releases and repositories out of GitHub's documents.
 *
 * Every getter returns false for "wrong type": the item is then skipped.  A
 * skipped item is not lost for ever, the next change of it is read again.
 */
#include "mirror/forge_json.h"

#include "core/day.h"
#include "core/utf8.h"

#include <jansson.h>
#include <string.h>

/* --- the document --- */

/* Depth is counted before parsing: jansson recurses, and so would freeing. */
static int check_depth(const char *s, size_t len, struct err *e)
{
	size_t i;
	int depth = 0;
	bool quoted = false;

	for (i = 0; i < len; i++) {
		if (quoted) {
			if (s[i] == '\\')
				i++;
			else if (s[i] == '"')
				quoted = false;
		} else if (s[i] == '"') {
			quoted = true;
		} else if (s[i] == '[' || s[i] == '{') {
			if (++depth > FORGE_MAX_DEPTH)
				return err_set(e, ERR_CORRUPT, "brackets "
					       "nested deeper than %d at byte "
					       "%zu", FORGE_MAX_DEPTH, i);
		} else if (s[i] == ']' || s[i] == '}') {
			depth--;
		}
	}
	return 0;
}

static int load(json_t **out, const char *text, size_t len, struct err *e)
{
	json_error_t je;
	size_t i = 0;
	int rc;

	*out = NULL;
	while (i < len && strchr(" \t\r\n", text[i]) && text[i])
		i++;
	if (i == len)
		return err_set(e, ERR_CORRUPT, "the answer is empty");
	if (text[i] == '<')
		return err_set(e, ERR_CORRUPT,
			       "got HTML, not the API (a login page or proxy?)");
	rc = check_depth(text, len, e);
	if (rc)
		return rc;
	*out = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
			  &je);
	if (!*out)
		return err_set(e, ERR_CORRUPT, "not valid JSON: %s at byte %d",
			       je.text, je.position);
	return 0;
}

/* --- fields --- */

static bool absent(const json_t *v)
{
	return !v || json_is_null(v);
}

/* Text cut to max bytes between characters; NULL where absent. */
static bool get_text(const char **out, bool *cut, struct arena *a, json_t *o,
		     const char *key, size_t max)
{
	json_t *v = json_object_get(o, key);
	struct str b = STR_INIT;
	size_t len, n;

	*out = NULL;
	if (absent(v))
		return true;
	if (!json_is_string(v))
		return false;
	len = json_string_length(v);
	n = utf8_cut(json_string_value(v), len, max);
	if (cut)
		*cut = n < len;
	utf8_add_clean(&b, json_string_value(v), n);
	*out = arena_strndup(a, str_c(&b), b.len);
	str_release(&b);
	return true;
}

static bool get_int(int64_t *out, json_t *o, const char *key)
{
	json_t *v = json_object_get(o, key);

	*out = 0;
	if (absent(v))
		return true;
	*out = json_integer_value(v);
	return json_is_integer(v) && *out >= 0;
}

static bool get_bool(bool *out, json_t *o, const char *key)
{
	json_t *v = json_object_get(o, key);

	*out = json_is_true(v);
	return absent(v) || json_is_boolean(v);
}

static bool get_time(int64_t *out, json_t *o, const char *key)
{
	static const struct zone utc;
	json_t *v = json_object_get(o, key);

	*out = 0;
	if (absent(v))
		return true;
	return json_is_string(v) && json_string_length(v) >= 20 &&
		!time_parse(json_string_value(v), &utc, out, NULL) &&
		*out > 0;
}

/* Only a web address is kept: it becomes a link. */
static bool get_url(const char **out, struct arena *a, json_t *o,
		    const char *key)
{
	const char *s;
	bool cut = false;

	if (!get_text(out, &cut, a, o, key, FORGE_MAX_URL))
		return false;
	s = *out;
	if (!s)
		return true;
	if (cut || (!starts_with(s, "https://") && !starts_with(s, "http://")))
		*out = NULL;
	for (; *s; s++)
		if ((unsigned char)*s <= 0x20 || strchr("<>\"'`\\", *s))
			*out = NULL;
	return true;
}

/* {"login": "x"}; null for a deleted user. */
static bool get_user(const char **out, struct arena *a, json_t *o,
		     const char *key)
{
	json_t *v = json_object_get(o, key);

	*out = NULL;
	if (absent(v))
		return true;
	return json_is_object(v) &&
		get_text(out, NULL, a, v, "login", FORGE_MAX_NAME);
}

/* Strings or objects with a name that may be null. */
static bool get_labels(struct issue *i, struct arena *a, json_t *o)
{
	json_t *v = json_object_get(o, "labels"), *l, *wrap;
	const char **names, *name;
	size_t at;
	bool ok = true;

	i->labels = NULL;
	i->labels_n = 0;
	if (absent(v))
		return true;
	if (!json_is_array(v))
		return false;
	names = arena_alloc(a, sizeof(*names) * FORGE_MAX_LABELS);
	i->labels = names;
	json_array_foreach(v, at, l) {
		if (i->labels_n == FORGE_MAX_LABELS)
			break;
		if (json_is_string(l)) {
			wrap = json_pack("{s:O}", "name", l);
			ok = get_text(&name, NULL, a, wrap, "name",
				      FORGE_MAX_NAME);
			json_decref(wrap);
		} else {
			ok = json_is_object(l) &&
				get_text(&name, NULL, a, l, "name",
					 FORGE_MAX_NAME);
		}
		if (!ok)
			return false;
		if (name && *name)
			names[i->labels_n++] = name;
	}
	return true;
}

/* --- items --- */

/* A key that is there and not null makes it a pull request. */
static bool get_pull(struct issue *i, json_t *o)
{
	json_t *pr = json_object_get(o, "pull_request");

	i->is_pr = !absent(pr);
	if (!i->is_pr)
		return true;
	return json_is_object(pr) && get_time(&i->merged_utc, pr, "merged_at");
}

/* Returns the name of the field that is wrong, or NULL. */
static const char *read_issue(struct issue *i, struct arena *a, json_t *o)
{
	const char *state;
	int s;

	memset(i, 0, sizeof(*i));
	if (!json_is_object(o))
		return "item";
	if (!get_int(&i->number, o, "number") || !i->number)
		return "number";
	if (!get_int(&i->forge_id, o, "id"))
		return "id";
	if (!get_text(&i->title, NULL, a, o, "title", FORGE_MAX_TITLE) ||
	    !i->title)
		return "title";
	if (!get_text(&state, NULL, a, o, "state", 16) ||
	    (s = issue_state_parse(state)) < 0)
		return "state";
	if (!get_text(&i->state_reason, NULL, a, o, "state_reason", 32))
		return "state_reason";
	if (!get_user(&i->author, a, o, "user"))
		return "user";
	if (!get_labels(i, a, o))
		return "labels";
	if (!get_time(&i->created_utc, o, "created_at") || !i->created_utc)
		return "created_at";
	if (!get_time(&i->updated_utc, o, "updated_at") || !i->updated_utc)
		return "updated_at";
	if (!get_time(&i->closed_utc, o, "closed_at"))
		return "closed_at";
	if (!get_int(&i->comments, o, "comments"))
		return "comments";
	if (!get_text(&i->body, &i->body_cut, a, o, "body", FORGE_MAX_BODY))
		return "body";
	if (!get_url(&i->url, a, o, "html_url"))
		return "html_url";
	if (!get_bool(&i->draft, o, "draft"))
		return "draft";
	if (!get_pull(i, o))
		return "pull_request";
	i->state = i->merged_utc ? ISSUE_MERGED : (enum issue_state)s;
	return NULL;
}

static const char *read_release(struct release *r, struct arena *a, json_t *o,
				bool *draft)
{
	memset(r, 0, sizeof(*r));
	if (!json_is_object(o))
		return "item";
	if (!get_bool(draft, o, "draft"))
		return "draft";
	if (!get_text(&r->tag, NULL, a, o, "tag_name", FORGE_MAX_NAME) ||
	    !r->tag || !*r->tag)
		return "tag_name";
	if (!get_text(&r->name, NULL, a, o, "name", FORGE_MAX_TITLE))
		return "name";
	if (!get_text(&r->body, &r->body_cut, a, o, "body", FORGE_MAX_BODY))
		return "body";
	if (!get_bool(&r->prerelease, o, "prerelease"))
		return "prerelease";
	if (!get_user(&r->author, a, o, "author"))
		return "author";
	if (!get_time(&r->created_utc, o, "created_at"))
		return "created_at";
	if (!get_time(&r->published_utc, o, "published_at"))
		return "published_at";
	if (!get_url(&r->url, a, o, "html_url"))
		return "html_url";
	return NULL;
}

static int not_a_list(json_t *doc, struct err *e)
{
	const char *s = json_string_value(json_object_get(doc, "message"));

	err_set(e, ERR_CORRUPT, "the answer is not a list%s%.200s",
		s ? ": " : "", s ? s : "");
	json_decref(doc);
	return ERR_CORRUPT;
}

static void note_skip(size_t *skipped, char *why, size_t cap, size_t at,
		      const char *field)
{
	if (!(*skipped)++)
		snprintf(why, cap, "item %zu: '%s' is missing or of the wrong "
			 "type", at, field);
}

int forge_json_issues(struct forge_issues *out, struct arena *a,
		      const char *text, size_t len, struct err *e)
{
	json_t *doc, *o;
	const char *bad;
	size_t at;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = load(&doc, text, len, e);
	if (rc)
		return rc;
	if (!json_is_array(doc))
		return not_a_list(doc, e);
	out->v = arena_alloc(a, sizeof(*out->v) * (json_array_size(doc) + 1));
	json_array_foreach(doc, at, o) {
		bad = read_issue(&out->v[out->n], a, o);
		if (bad)
			note_skip(&out->skipped, out->why, sizeof(out->why),
				  at, bad);
		else
			out->n++;
	}
	json_decref(doc);
	return 0;
}

int forge_json_issue(struct issue *out, struct arena *a, const char *text,
		     size_t len, struct err *e)
{
	const char *bad;
	json_t *doc;
	int rc;

	rc = load(&doc, text, len, e);
	if (rc)
		return rc;
	bad = read_issue(out, a, doc);
	json_decref(doc);
	if (bad)
		return err_set(e, ERR_CORRUPT, "'%s' is missing or of the "
			       "wrong type", bad);
	return 0;
}

int forge_json_releases(struct forge_releases *out, struct arena *a,
			const char *text, size_t len, struct err *e)
{
	json_t *doc, *o;
	const char *bad;
	bool draft;
	size_t at;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = load(&doc, text, len, e);
	if (rc)
		return rc;
	if (!json_is_array(doc))
		return not_a_list(doc, e);
	out->v = arena_alloc(a, sizeof(*out->v) * (json_array_size(doc) + 1));
	json_array_foreach(doc, at, o) {
		bad = read_release(&out->v[out->n], a, o, &draft);
		if (bad)
			note_skip(&out->skipped, out->why, sizeof(out->why),
				  at, bad);
		else if (!draft)
			out->n++;
	}
	json_decref(doc);
	return 0;
}

int forge_json_repo(struct forge_repo *out, const char *text, size_t len,
		    struct err *e)
{
	struct arena a = { 0 };
	const char *name = NULL;
	json_t *doc, *v;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = load(&doc, text, len, e);
	if (rc)
		return rc;
	if (!json_is_object(doc) || !get_int(&out->id, doc, "id") ||
	    !out->id ||
	    !get_text(&name, NULL, &a, doc, "full_name", FORGE_MAX_NAME - 1))
		rc = err_set(e, ERR_CORRUPT,
			     "the answer does not describe a repository");
	else
		snprintf(out->full_name, sizeof(out->full_name), "%s",
			 name ? name : "");
	v = json_object_get(doc, "has_issues");
	out->has_issues = !json_is_false(v);
	arena_release(&a);
	json_decref(doc);
	return rc;
}
