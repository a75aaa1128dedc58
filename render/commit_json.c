/* render/commit_json.c - see commit_json.h. */
#include "render/commit_json.h"

#include "core/day.h"
#include "core/utf8.h"

static void json_oid(struct json *j, const char *key, const git_oid *id)
{
	char hex[OID_HEX + 1];

	json_kstr(j, key, oid_zero(id) ? NULL : oid_hex(id, hex));
}

static void json_person(struct json *j, const char *key,
			const struct person *p)
{
	char t[40];

	json_key(j, key);
	json_open(j, '{');
	json_kstr(j, "name", p->name);
	json_kstr(j, "email", p->email);
	if (p->time_raw) {
		json_key(j, "time");
		json_put_null(j);
		json_kstr(j, "time_raw", p->time_raw);
	} else {
		json_kstr(j, "time", time_format_offset(p->time, p->offset,
							t));
		if (p->zone_raw)
			json_kstr(j, "time_raw", p->zone_raw);
	}
	json_close(j, '}');
}

/* "moe,gemm" -> ["gemm","moe"]; the store keeps them sorted. */
static void json_words(struct json *j, const char *key, const char *list)
{
	const char *end;

	json_key(j, key);
	json_open(j, '[');
	for (; *list; list = *end ? end + 1 : end) {
		end = strchrnul(list, ',');
		json_strn(j, list, (size_t)(end - list));
	}
	json_close(j, ']');
}

static void json_path(struct json *j, const char *key, const char *path)
{
	size_t len, i;

	json_kstr(j, key, path);
	if (!path || utf8_valid(path, strlen(path)))
		return;
	len = strlen(path);
	json_key(j, !strcmp(key, "path") ? "path_hex" : "old_path_hex");
	{
		struct str hex = STR_INIT;

		for (i = 0; i < len; i++)
			str_addf(&hex, "%02x", (unsigned char)path[i]);
		json_str(j, str_c(&hex));
		str_release(&hex);
	}
}

static void json_mode(struct json *j, const char *key, uint32_t mode)
{
	char text[16];

	snprintf(text, sizeof(text), "%06o", mode);
	json_kstr(j, key, text);
}

static void json_count(struct json *j, const char *key, int32_t n)
{
	json_key(j, key);
	if (n < 0)
		json_put_null(j);
	else
		json_int(j, n);
}

static void change_json(struct json *j, const struct change *c)
{
	char status[2] = { c->status, 0 };

	json_open(j, '{');
	json_path(j, "path", c->path);
	json_path(j, "old_path", c->old_path);
	json_kstr(j, "status", status);
	json_mode(j, "old_mode", c->old_mode);
	json_mode(j, "mode", c->mode);
	json_key(j, "similarity");
	if (c->similarity < 0)
		json_put_null(j);
	else
		json_int(j, c->similarity);
	json_count(j, "additions", c->additions);
	json_count(j, "deletions", c->deletions);
	json_kbool(j, "binary", c->flags & CHANGE_BINARY);
	json_kbool(j, "measured", c->additions >= 0);
	if (c->flags & CHANGE_SUBMODULE)
		json_kbool(j, "submodule", true);
	if (c->flags & CHANGE_LFS)
		json_kbool(j, "lfs", true);
	if (c->additions < 0)
		json_kstr(j, "why", c->flags & CHANGE_MISSING ?
			  "missing object" : "over the size limit");
	json_close(j, '}');
}

void changes_json(struct json *j, const struct stored_changes *c)
{
	size_t i;

	json_open(j, '[');
	for (i = 0; i < c->n; i++)
		change_json(j, &c->v[i]);
	json_close(j, ']');
}

static void signal_json(struct json *j, const struct signal *s)
{
	json_open(j, '{');
	json_kstr(j, "kind", s->kind);
	json_kstr(j, "name", s->name);
	json_kstr(j, "old", s->old);
	json_kstr(j, "new", s->new);
	json_kstr(j, "path", s->path);
	json_kint(j, "line", s->line);
	json_kbool(j, "old_side", s->old_side);
	json_kbool(j, "breaking", s->breaking);
	json_kbool(j, "in_title", s->in_title);
	if (s->detail) {
		json_key(j, "detail");
		json_raw(j, s->detail);
	}
	json_close(j, '}');
}

static void live_json(struct json *j, const struct signal_list *l)
{
	size_t i;

	json_open(j, '[');
	for (i = 0; i < l->n; i++)
		signal_json(j, &l->v[i]);
	json_close(j, ']');
}

static void stored_signals_json(struct json *j, sqlite3_stmt *s)
{
	json_open(j, '[');
	while (s && sqlite3_step(s) == SQLITE_ROW) {
		struct signal v = {
			.kind = c_text(s, 0), .name = c_text(s, 1),
			.old = c_null(s, 2) ? NULL : c_text(s, 2),
			.new = c_null(s, 3) ? NULL : c_text(s, 3),
			.path = c_null(s, 4) ? NULL : c_text(s, 4),
			.line = (int)c_int(s, 5), .old_side = c_int(s, 6),
			.breaking = c_int(s, 7), .in_title = c_int(s, 8),
			.detail = c_null(s, 9) ? NULL : c_text(s, 9),
		};

		signal_json(j, &v);
	}
	if (s)
		sqlite3_reset(s);
	json_close(j, ']');
}

static void json_flags(struct json *j, const struct stored *s)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} names[] = {
		{ COMMIT_MALFORMED, "malformed" },
		{ COMMIT_UNREADABLE, "unreadable" },
		{ COMMIT_SHALLOW, "shallow" },
		{ COMMIT_RENAMES_SKIPPED, "renames_skipped" },
		{ COMMIT_BAD_TEXT, "text_replaced" },
		{ COMMIT_GONE, "gone" },
		{ COMMIT_TOO_LARGE, "too_large" },
	};
	size_t i;

	json_key(j, "flags");
	json_open(j, '[');
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (s->c.flags & names[i].flag)
			json_str(j, names[i].name);
	if (s->recomputed)
		json_str(j, "recomputed");
	if (s->sidelined)
		json_str(j, "sidelined");
	json_close(j, ']');
}

static void ids_json(struct json *j, const struct commit_view *v)
{
	const struct stored *s = v->s;
	char hex[OID_HEX + 1];
	int i;

	json_kstr(j, "repo", v->repo);
	json_oid(j, "oid", &s->c.oid);
	json_key(j, "parents");
	json_open(j, '[');
	for (i = 0; i < s->c.parents_n; i++)
		json_str(j, oid_hex(&s->c.parents[i], hex));
	json_close(j, ']');
	json_kstr(j, "landing", v->landing ? oid_hex(v->landing, hex) : NULL);
	json_kbool(j, "mainline", s->is_landing);
}

static void members_json(struct json *j, const struct commit_view *v)
{
	char hex[OID_HEX + 1];
	size_t i;

	if (!v->s->is_landing || v->s->c.parents_n < 2)
		return;
	json_key(j, "commits");
	json_open(j, '[');
	for (i = 0; i < v->members_n; i++)
		json_str(j, oid_hex(&v->members[i].c.oid, hex));
	json_close(j, ']');
}

void commit_json_keys(struct json *j, const struct commit_view *v)
{
	const struct stored *s = v->s;
	char t[40];

	ids_json(j, v);
	json_person(j, "author", &s->c.author);
	json_person(j, "committer", &s->c.committer);
	json_kstr(j, "landed", v->landing ? time_format_utc(s->landed, t) :
					    NULL);
	json_kbool(j, "doubtful", s->doubtful);
	json_kstr(j, "observed", time_format_utc(v->landing_observed, t));
	json_kbool(j, "late", v->late);
	members_json(j, v);
	json_kstr(j, "subject", s->c.subject);
	json_kstr(j, "body", s->c.body);
	json_key(j, "pr");
	if (s->pr)
		json_int(j, s->pr);
	else
		json_put_null(j);
	json_kstr(j, "type", *s->type ? s->type : NULL);
	json_words(j, "areas", s->areas);
	json_words(j, "hardware", s->hardware);
	json_flags(j, s);
	json_kint(j, "files", s->files);
	json_kint(j, "additions", s->additions);
	json_kint(j, "deletions", s->deletions);
	json_kint(j, "unmeasured", s->unmeasured);
	if (v->changes) {
		json_key(j, "changes");
		changes_json(j, v->changes);
	}
	json_key(j, "signals");
	if (v->live)
		live_json(j, v->live);
	else
		stored_signals_json(j, v->signals);
}
