/*
 * forge_import.c - lines to rows (mirror/forge_jsonl.h).
 *
 * The file comes from another machine and is as untrusted as a server: bounded
 * lines, strict JSON, every field checked and bounded again, one transaction.
 * A file with our first line must also have our last one: a copy that was cut
 * off between two lines would otherwise look complete.
 */
#include "mirror/forge_jsonl.h"

#include "core/day.h"
#include "core/mem.h"
#include "core/utf8.h"
#include "store/ledger.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

struct reader {
	struct db *db;
	struct forge_import *out;
	struct arena a;		/* of one line */
	json_t *o;
	const char *bad;	/* field that is wrong */
	int64_t now_utc;
	bool ours;		/* began with our first line */
	bool ended;
	char repo[256];		/* of the last line ... */
	int64_t repo_id;	/* ... and its row, 0: unknown */
};

/* --- fields; the first bad one is remembered --- */

static const char *text(struct reader *r, const char *key, size_t max,
			bool needed)
{
	json_t *v = json_object_get(r->o, key);
	struct str b = STR_INIT;
	const char *s;
	size_t n;

	if ((!v || json_is_null(v)) && !needed)
		return NULL;
	if (!json_is_string(v)) {
		r->bad = r->bad ? r->bad : key;
		return "";
	}
	n = utf8_cut(json_string_value(v), json_string_length(v), max);
	utf8_add_clean(&b, json_string_value(v), n);
	s = arena_strndup(&r->a, str_c(&b), b.len);
	str_release(&b);
	return s;
}

static int64_t integer(struct reader *r, const char *key, bool needed)
{
	json_t *v = json_object_get(r->o, key);

	if ((!v || json_is_null(v)) && !needed)
		return 0;
	if (!json_is_integer(v) || json_integer_value(v) < needed)
		r->bad = r->bad ? r->bad : key;
	return json_integer_value(v);
}

static bool boolean(struct reader *r, const char *key)
{
	json_t *v = json_object_get(r->o, key);

	if (v && !json_is_null(v) && !json_is_boolean(v))
		r->bad = r->bad ? r->bad : key;
	return json_is_true(v);
}

static int64_t when(struct reader *r, const char *key, bool needed)
{
	static const struct zone utc;
	const char *s = text(r, key, 64, needed);
	int64_t t = 0;

	if (s && (time_parse(s, &utc, &t, NULL) || t <= 0))
		r->bad = r->bad ? r->bad : key;
	return t;
}

static enum issue_state state(struct reader *r, const char *key)
{
	int s = issue_state_parse(text(r, key, 16, true));

	if (s < 0)
		r->bad = r->bad ? r->bad : key;
	return s < 0 ? ISSUE_OPEN : (enum issue_state)s;
}

/* Becomes a link on a page: only a plain web address. */
static const char *address(struct reader *r, const char *key)
{
	const char *s = text(r, key, FORGE_MAX_URL, false), *p;

	if (!s)
		return NULL;
	if (!starts_with(s, "https://") && !starts_with(s, "http://"))
		return NULL;
	for (p = s; *p; p++)
		if ((unsigned char)*p <= 0x20 || strchr("<>\"'`\\", *p))
			return NULL;
	return s;
}

static void labels(struct reader *r, struct issue *i)
{
	json_t *v = json_object_get(r->o, "labels"), *l;
	const char **names;
	size_t at;

	if (v && !json_is_null(v) && !json_is_array(v))
		r->bad = r->bad ? r->bad : "labels";
	names = arena_alloc(&r->a, sizeof(*names) * FORGE_MAX_LABELS);
	i->labels = names;
	json_array_foreach(v, at, l) {
		const char *s = json_string_value(l);

		if (!s)
			r->bad = r->bad ? r->bad : "labels";
		else if (i->labels_n < FORGE_MAX_LABELS)
			names[i->labels_n++] = arena_strndup(&r->a, s,
				utf8_cut(s, strlen(s), FORGE_MAX_NAME));
	}
}

/* --- one kind of line each --- */

static int put_issue(struct reader *r, struct err *e)
{
	struct issue i = { .number = integer(r, "number", true) };
	const char *gone = text(r, "gone", 16, false);

	i.forge_id = integer(r, "id", false);
	i.is_pr = boolean(r, "pr");
	i.draft = boolean(r, "draft");
	i.title = text(r, "title", FORGE_MAX_TITLE, true);
	i.state = state(r, "state");
	i.state_reason = text(r, "state_reason", 32, false);
	i.author = text(r, "author", FORGE_MAX_NAME, false);
	labels(r, &i);
	i.created_utc = when(r, "created", true);
	i.updated_utc = when(r, "updated", true);
	i.closed_utc = when(r, "closed", false);
	i.merged_utc = when(r, "merged", false);
	i.comments = integer(r, "comments", false);
	i.body = text(r, "body", FORGE_MAX_BODY, false);
	i.body_cut = boolean(r, "body_cut");
	i.url = address(r, "url");
	if (gone && strcmp(gone, "moved") && strcmp(gone, "deleted"))
		r->bad = r->bad ? r->bad : "gone";
	else if (gone)
		i.gone = *gone == 'm' ? ISSUE_MOVED : ISSUE_DELETED;
	/* a file of ours brings its events along */
	return r->bad || !r->repo_id ? 0 :
		forge_put_issue(r->db, r->repo_id, &i, r->now_utc, !r->ours,
				&r->out->saved, e);
}

static int put_event(struct reader *r, struct err *e)
{
	struct issue_event v = { .number = integer(r, "number", true) };
	struct issue i;

	v.was = state(r, "was");
	v.is = state(r, "state");
	v.seen_utc = when(r, "seen", true);
	if (r->bad || !r->repo_id)
		return 0;
	if (forge_get_issue(r->db, r->repo_id, v.number, &i, &r->a, e) != 1) {
		r->bad = "number";
		return 0;
	}
	r->out->saved.events++;
	return forge_put_event(r->db, r->repo_id, &v, e);
}

static int put_release(struct reader *r, struct err *e)
{
	struct release v = { .tag = text(r, "tag", FORGE_MAX_NAME, true) };

	v.name = text(r, "name", FORGE_MAX_TITLE, false);
	v.author = text(r, "author", FORGE_MAX_NAME, false);
	v.created_utc = when(r, "created", false);
	v.published_utc = when(r, "published", false);
	v.prerelease = boolean(r, "prerelease");
	v.body = text(r, "body", FORGE_MAX_BODY, false);
	v.body_cut = boolean(r, "body_cut");
	v.url = address(r, "url");
	return r->bad || !r->repo_id ? 0 :
		forge_put_release(r->db, r->repo_id, &v, &r->out->saved, e);
}

/* What the file covers joins what the store covers, if the two meet. */
static int put_coverage(struct reader *r, struct err *e)
{
	int64_t id = integer(r, "id", false), from = when(r, "from", false);
	int64_t done = when(r, "done", false), at = when(r, "synced", false);
	struct forge_cursor c;
	int rc;

	if (r->bad || !r->repo_id)
		return 0;
	rc = forge_cursor_get(r->db, r->repo_id, &c, &r->a, e);
	if (rc)
		return rc;
	if (id && c.forge_id && id != c.forge_id)
		return err_set(e, ERR_CORRUPT, "'%s' is another repository "
			       "(id %lld, stored is %lld)", r->repo,
			       (long long)id, (long long)c.forge_id);
	c.forge_id = c.forge_id ? c.forge_id : id;
	if (done && (!c.done_utc || from > c.done_utc))
		c.from_utc = from;
	else if (done && from < c.from_utc && done >= c.from_utc)
		c.from_utc = from;
	if (done > c.done_utc)
		c.done_utc = done;
	if (at > c.synced_utc)
		c.synced_utc = at;
	return forge_cursor_put(r->db, r->repo_id, &c, e);
}

static int find_repo(struct reader *r, struct err *e)
{
	const char *name = text(r, "repo", sizeof(r->repo) - 1, true);
	struct repo_row row;
	int rc = 0;

	if (r->bad)
		return 0;
	if (strcmp(name, r->repo) || !*name) {
		rc = repo_get(r->db, name, &r->a, &row, e);
		r->repo_id = rc ? 0 : row.id;
		snprintf(r->repo, sizeof(r->repo), "%s", name);
	}
	if (!rc && !r->repo_id && !r->out->unknown++)
		snprintf(r->out->unknown_name, sizeof(r->out->unknown_name),
			 "%s", name);
	return rc;
}

static int put_line(struct reader *r, struct err *e)
{
	const char *kind = text(r, "kind", 32, true);
	static const struct {
		const char *kind;
		int (*put)(struct reader *, struct err *);
	} kinds[] = {
		{ "repo", put_coverage }, { "issue", put_issue },
		{ "event", put_event }, { "release", put_release },
	};
	size_t i;
	int rc;

	if (r->bad)
		return 0;
	if (!strcmp(kind, "airep-metadata")) {
		r->ours = true;
		if (r->out->lines != 1 || integer(r, "version", true) !=
		    FORGE_JSONL_VERSION)
			r->bad = "version";
		return 0;
	}
	if (!strcmp(kind, "end")) {
		r->ended = true;
		if (integer(r, "lines", true) != r->out->lines)
			r->bad = "lines";
		return 0;
	}
	for (i = 0; i < ARRAY_N(kinds); i++)
		if (!strcmp(kind, kinds[i].kind)) {
			rc = find_repo(r, e);
			return rc ? rc : kinds[i].put(r, e);
		}
	r->bad = "kind";
	return 0;
}

/* --- the file --- */

/* 1: a line without its end in *line, 0: the file's end. */
static int next_line(FILE *f, struct str *line, struct err *e)
{
	int ch;

	str_clear(line);
	while ((ch = getc_unlocked(f)) != EOF && ch != '\n') {
		if (line->len >= FORGE_MAX_LINE)
			return err_set(e, ERR_LIMIT, "longer than %zu bytes",
				       FORGE_MAX_LINE);
		str_addch(line, (char)ch);
	}
	if (ferror(f))
		return err_errno(e, "cannot read");
	return ch == '\n' || line->len;
}

static int read_line(struct reader *r, const struct str *line, struct err *e)
{
	json_error_t je;
	int rc;

	r->out->lines++;
	if (r->ended)
		return err_set(e, ERR_CORRUPT, "something follows the end");
	r->o = json_loadb(str_c(line), line->len,
			  JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &je);
	if (!r->o)
		return err_set(e, ERR_CORRUPT, "not valid JSON: %s at byte %d",
			       je.text, je.position);
	rc = json_is_object(r->o) ? put_line(r, e) :
		err_set(e, ERR_CORRUPT, "not an object");
	if (!rc && r->bad)
		rc = err_set(e, ERR_CORRUPT, "'%s' is missing or wrong",
			     r->bad);
	json_decref(r->o);
	arena_release(&r->a);
	return rc;
}

static int read_file(struct reader *r, FILE *f, const char *path,
		     struct err *e)
{
	struct str line = STR_INIT;
	int rc;

	while ((rc = next_line(f, &line, e)) > 0) {
		rc = read_line(r, &line, e);
		if (rc)
			break;
	}
	str_release(&line);
	if (rc < 0)
		return err_wrap(e, "'%s' line %lld", path,
				(long long)r->out->lines +
				(rc == ERR_LIMIT || rc == ERR_IO));
	if (r->ours && !r->ended)
		return err_set(e, ERR_CORRUPT, "'%s' is cut off after line "
			       "%lld: nothing was taken", path,
			       (long long)r->out->lines);
	return 0;
}

int forge_import(struct db *db, const char *path, int64_t now_utc,
		 struct forge_import *out, struct err *e)
{
	struct reader r = { .db = db, .out = out, .now_utc = now_utc };
	FILE *f = fopen(path, "rb");
	int rc;

	memset(out, 0, sizeof(*out));
	if (!f)
		return err_errno(e, "cannot open '%s'", path);
	rc = db_begin(db, e);
	if (!rc) {
		rc = read_file(&r, f, path, e);
		if (!rc)
			rc = db_commit(db, e);
		if (rc)
			db_rollback(db);
	}
	fclose(f);
	return rc;
}
