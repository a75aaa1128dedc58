/* render/doc_change_json.c - see doc_change_json.h. */
#include "render/doc_change_json.h"

static void steps_json(struct json *j, const struct doc_change *c)
{
	char hex[OID_HEX + 1], t[40];
	size_t i;

	json_key(j, "thread");
	json_open(j, '[');
	for (i = 0; i < c->steps_n; i++) {
		const struct doc_step *s = &c->steps[i];

		json_open(j, '{');
		json_kstr(j, "kind", s->kind);
		json_kstr(j, "oid", oid_hex(&s->oid, hex));
		json_kint(j, "pr", s->pr);
		json_kstr(j, "subject", s->subject);
		json_kstr(j, "landed", time_format_utc(s->landed, t));
		json_kbool(j, "self", s->self);
		json_close(j, '}');
	}
	json_close(j, ']');
	if (c->total_files) {
		json_key(j, "inverse");
		json_open(j, '[');
		json_int(j, c->same_files);
		json_int(j, c->total_files);
		json_close(j, ']');
	}
}

static void hunks_json(struct json *j, const struct doc_change *c)
{
	char handle[64];
	size_t i, k;

	json_key(j, "hunks");
	json_open(j, '[');
	for (i = 0; i < c->hunks_n; i++) {
		const struct doc_hunk *h = &c->hunks[i];

		snprintf(handle, sizeof(handle), "c%d.f%d.h%d",
			 c->dl->handle, h->file, h->h);
		json_open(j, '{');
		json_kstr(j, "handle", handle);
		json_kstr(j, "path", h->path);
		json_kint(j, "line", h->line);
		json_kbool(j, "old_side", h->old_side);
		json_key(j, "lines");
		json_open(j, '[');
		for (k = 0; k < h->lines_n; k++)
			json_str(j, h->lines[k]);
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void downstream_json(struct json *j, const struct doc_change *c)
{
	size_t i;

	json_key(j, "downstream");
	json_open(j, '[');
	for (i = 0; i < c->uses_n; i++) {
		json_open(j, '{');
		json_kstr(j, "repo", c->uses[i].repo);
		json_kstr(j, "name", c->uses[i].name);
		json_kint(j, "files", c->uses[i].files);
		json_kint(j, "lines", c->uses[i].lines);
		json_kstr(j, "path", c->uses[i].path);
		json_kint(j, "line", c->uses[i].line);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_key(j, "bounds");
	json_open(j, '[');
	for (i = 0; i < c->bounds_n; i++) {
		json_open(j, '{');
		json_kstr(j, "repo", c->bounds[i].repo);
		json_kstr(j, "package", c->bounds[i].package);
		json_kstr(j, "spec", c->bounds[i].spec);
		json_kstr(j, "path", c->bounds[i].path);
		json_kint(j, "line", c->bounds[i].line);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void importance_json(struct json *j, const struct doc_change *c)
{
	static const char *const classes[] = { "normal", "support", "renames",
					       "chore", "bot" };
	size_t i;

	json_kint(j, "score", c->importance.score);
	json_kstr(j, "class", classes[c->importance.class]);
	json_kbool(j, "folded", c->importance.folded);
	json_kbool(j, "weakens_tests", c->importance.weakens_tests);
	json_key(j, "reasons");
	json_open(j, '[');
	for (i = 0; i < c->importance.reasons_n; i++) {
		const struct importance_reason *r = &c->importance.reasons[i];

		json_open(j, '{');
		json_kint(j, "points", r->points);
		json_kstr(j, "what", r->what);
		json_kstr(j, "name", r->name);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void doc_change_json(struct json *j, const struct doc_change *c)
{
	importance_json(j, c);
	hunks_json(j, c);
	steps_json(j, c);
	downstream_json(j, c);
}
