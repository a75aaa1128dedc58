/* cli/cmd_brief.c - what changed between two revisions of one repository. */
#include "cli/cmds.h"

#include "analyze/commit.h"
#include "cli/show_find.h"
#include "core/mem.h"
#include "core/odb.h"
#include "render/brief.h"
#include "render/pages.h"

#define COMMIT_MAX ((size_t)64 << 20)
#define BACK_MAX 20000			/* first parents looked through */

static const char *lang;
static bool as_json;

const struct option brief_options[] = {
	OPTION_CHOICE(0, "lang", &lang, "zh|en", "instead of report.lang"),
	OPTION_FLAG(0, "json", &as_json, "the document behind the page"),
	OPTIONS_END
};

struct brief {
	struct cmd_ctx *c;
	const struct repo_spec *spec;
	struct repo_row row;
	struct arena a;
};

/* The stored commit of that id; its id stays 0 when there is none. */
static int stored_commit(struct brief *b, const git_oid *oid,
			 struct stored *out, struct err *e)
{
	char hex[OID_HEX + 1];
	int64_t ids[8];
	int n = 0, rc;

	memset(out, 0, sizeof(*out));
	rc = find_commits(b->c->db, b->row.id, oid_hex(oid, hex), ids, &n, e);
	if (!rc && n)
		rc = read_commit(b->c->db, ids[0], &b->a, out, e);
	return rc;
}

static bool on_mainline(const struct stored *s)
{
	return s->id && s->landing_id && !s->gone && !s->sidelined;
}

/* Where a side branch left the mainline, for the sentence that refuses it. */
static bool left_at(struct brief *b, git_oid id, git_oid *out)
{
	char *dir = repo_mirror_path(b->spec, b->c->workspace);
	struct odb_reader *r = NULL;
	struct odb *odb = NULL;
	struct stored s = { 0 };
	git_oid tree, parent;
	uint32_t i;
	bool found = false;

	if (!odb_open(&odb, dir, NULL))
		r = odb_reader_new(odb, (size_t)1 << 20);
	for (i = 0; r && i < BACK_MAX && !found; i++) {
		struct obj *o;
		int64_t t;
		int n = 0;

		if (odb_read(r, &id, COMMIT_MAX, &o, NULL))
			break;
		commit_scan(o->data, o->len, &tree, &parent, 1, &n, &t);
		obj_put(o);
		if (!n || stored_commit(b, &parent, &s, NULL))
			break;
		id = *out = parent;
		found = on_mainline(&s);
	}
	if (odb) {
		odb_reader_free(r);
		odb_free(odb);
	}
	free(dir);
	return found;
}

static int not_on_mainline(struct brief *b, const char *rev,
			   const git_oid *oid, struct err *e)
{
	char hex[OID_HEX + 1], from[OID_HEX + 1];
	git_oid at;

	oid_hex(oid, hex);
	if (left_at(b, *oid, &at))
		return err_set(e, ERR_NOTFOUND, "'%.80s' (%.7s) is not on nor "
			       "reachable from the stored mainline of '%s'; "
			       "its branch left it at %.10s: use that instead",
			       rev, hex, b->spec->name, oid_hex(&at, from));
	return err_set(e, ERR_NOTFOUND, "'%.80s' (%.7s) is not on nor "
		       "reachable from the stored mainline of '%s'", rev, hex,
		       b->spec->name);
}

static int find_end(struct brief *b, const char *rev, struct brief_end *out,
		    struct err *e)
{
	char *spec = xasprintf("%s@%s", b->spec->name, rev);
	struct show_target t;
	int rc = show_find(b->c, spec, &t, e);

	free(spec);
	out->rev = rev;
	if (!rc)
		rc = stored_commit(b, &t.oid, &out->commit, e);
	if (!rc && !on_mainline(&out->commit))
		rc = not_on_mainline(b, rev, &t.oid, e);
	if (!rc)
		rc = read_commit(b->c->db, out->commit.landing_id, &b->a,
				 &out->landing, e);
	return rc;
}

/* "A..B"; "A.." goes to the tip of the tracked branch. */
static int find_ends(struct brief *b, const char *range, struct brief_end *from,
		     struct brief_end *to, struct err *e)
{
	const char *dots = strstr(range, ".."), *second;
	char hex[OID_HEX + 1];
	int rc;

	if (!dots || dots == range || dots[2] == '.' || strstr(dots + 2, ".."))
		return err_set(e, ERR_USAGE, "'%.80s' is no A..B", range);
	second = dots[2] ? arena_strdup(&b->a, dots + 2) :
			   arena_strdup(&b->a, oid_hex(&b->row.tip, hex));
	rc = find_end(b, arena_strndup(&b->a, range, (size_t)(dots - range)),
		      from, e);
	if (!rc)
		rc = find_end(b, second, to, e);
	if (!rc && from->landing.pos > to->landing.pos)
		rc = err_set(e, ERR_USAGE, "'%.80s' landed after '%.80s': turn "
			     "the two round", from->rev, to->rev);
	return rc;
}

static int find_repo(struct brief *b, struct err *e)
{
	const char *name = b->c->args.v[0];
	int rc;

	b->spec = repolist_find(&b->c->list, name);
	if (!b->spec)
		return err_set(e, ERR_USAGE, "no repository '%.80s' in %s",
			       name, b->c->list.path);
	rc = repo_get(b->c->db, b->spec->name, &b->a, &b->row, e);
	if (!rc && !b->row.first_sync)
		rc = err_set(e, ERR_NOTFOUND, "'%s' is not synced yet",
			     b->spec->name);
	return rc;
}

static int print(struct brief *b, const struct brief_request *rq,
		 struct err *e)
{
	const char *l = lang ? lang : config_str(b->c->config, "report.lang");
	struct str text = STR_INIT, page = STR_INIT;
	json_t *doc = NULL;
	int rc = brief_build(rq, &text, e);

	if (!rc && as_json) {
		str_addch(&text, '\n');
		rc = out_str(&text, e);
	} else if (!rc) {
		rc = document_parse(text.s, text.len, &doc, e);
		if (!rc) {
			brief_markdown(&page, doc, strcmp(l, "en") ? LANG_ZH :
								     LANG_EN);
			rc = out_str(&page, e);
		}
	}
	json_decref(doc);
	str_release(&text);
	str_release(&page);
	return rc;
}

int cmd_brief(struct cmd_ctx *c, struct err *e)
{
	struct brief b = { .c = c };
	struct brief_request rq = { .db = c->db, .zone = &c->zone };
	char *dir = NULL;
	int rc = args_count(&c->args, 2, 2, "REPO A..B", e);

	if (!rc)
		rc = find_repo(&b, e);
	if (!rc)
		rc = find_ends(&b, c->args.v[1], &rq.from, &rq.to, e);
	if (!rc) {
		rq.name = b.spec->name;
		rq.gitdir = dir = repo_mirror_path(b.spec, c->workspace);
		rq.max_file = (size_t)config_int(c->config,
						 "analyze.maxFileSize");
		rq.repo_id = b.row.id;
		if (!strcmp(b.spec->host, "github.com") &&
		    !strchr(b.spec->name, ' '))
			rq.web = arena_printf(&b.a, "https://github.com/%s",
					      b.spec->name);
		rc = print(&b, &rq, e);
	}
	free(dir);
	arena_release(&b.a);
	return rc;
}
