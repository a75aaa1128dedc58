/* cli/cmd_show.c - airep-git show: one commit down to its lines. */
#include "cli/cmds.h"

#include "analyze/commit.h"
#include "analyze/landing_view.h"
#include "analyze/measure.h"
#include "cli/color.h"
#include "cli/show_find.h"
#include "core/gitlib.h"
#include "core/mem.h"
#include "mirror/sound.h"
#include "render/commit_json.h"
#include "render/diff.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define COMMIT_MAX ((size_t)64 << 20)	/* bytes of one commit object */
#define CACHE ((size_t)32 << 20)

enum form { FORM_PATCH, FORM_STAT, FORM_NUMSTAT, FORM_SIGNALS, FORM_JSON };
static int form;

const struct option show_options[] = {
	OPTION_SET('p', "patch", &form, FORM_PATCH, "the whole diff (default)"),
	OPTION_SET(0, "stat", &form, FORM_STAT, "lines of each file, as bars"),
	OPTION_SET(0, "numstat", &form, FORM_NUMSTAT,
		   "lines of each file, for programs"),
	OPTION_SET(0, "signals", &form, FORM_SIGNALS,
		   "the facts that were read from it"),
	OPTION_SET(0, "json", &form, FORM_JSON, "one JSON object"),
	OPTIONS_END
};

/* One commit as mirror and store know it. */
struct shown {
	struct show_target t;
	struct arena arena;
	git_repository *repo;
	struct odb *odb;
	struct odb_reader *r;
	struct commit commit;
	struct change_list changes;
	uint32_t flags;
	struct stored stored;		/* id 0: not in the store */
	struct stored landing;
	struct sync_times syncs;
};

static void shown_release(struct shown *s)
{
	change_list_release(&s->changes);
	odb_reader_free(s->r);
	odb_free(s->odb);
	git_repository_free(s->repo);
	arena_release(&s->arena);
}

/* The tree of the first parent; zero for a root or where it is cut off. */
static void base_tree(struct shown *s, git_oid *tree)
{
	struct obj *o = NULL;
	git_oid parent;
	int64_t time;
	int n;

	memset(tree, 0, sizeof(*tree));
	if (!s->commit.parents_n ||
	    odb_read(s->r, &s->commit.parents[0], COMMIT_MAX, &o, NULL))
		return;
	commit_scan(o->data, o->len, tree, &parent, 1, &n, &time);
	obj_put(o);
}

static int read_mirror(struct cmd_ctx *c, struct shown *s, struct err *e)
{
	char *dir = repo_mirror_path(s->t.repo, c->workspace);
	size_t max = (size_t)config_int(c->config, "analyze.maxFileSize");
	struct measurer m;
	struct obj *o = NULL;
	git_oid base;
	int rc = 0;

	if (!fs_exists(dir))
		rc = mirror_missing(s->t.repo, dir, e);
	else
		rc = gitlib_open_bare(&s->repo, dir, e);
	free(dir);
	if (!rc)
		rc = odb_open(&s->odb, git_repository_path(s->repo), e);
	if (rc)
		return rc;
	s->r = odb_reader_new(s->odb, CACHE);
	rc = odb_read(s->r, &s->t.oid, COMMIT_MAX, &o, e);
	if (rc)
		return rc;
	commit_parse(&s->commit, &s->t.oid, o->data, o->len, &s->arena);
	obj_put(o);
	base_tree(s, &base);
	s->changes.arena = &s->arena;
	measurer_init(&m, s->r, max);
	rc = measure(&m, &base, &s->commit.tree, &s->changes, &s->flags, e);
	measurer_release(&m);
	return rc;
}

/* Landing, labels and signals; a commit of another branch has none. */
static int read_store(struct cmd_ctx *c, struct shown *s, struct err *e)
{
	char hex[OID_HEX + 1];
	struct repo_row row;
	int64_t ids[8];
	int n = 0, rc;

	rc = repo_get(c->db, s->t.repo->name, &s->arena, &row, e);
	if (rc || !row.id)
		return rc;
	rc = find_commits(c->db, row.id, oid_hex(&s->t.oid, hex), ids, &n, e);
	if (rc || !n)
		return rc;
	rc = read_commit(c->db, ids[0], &s->arena, &s->stored, e);
	if (!rc && s->stored.landing_id)
		rc = read_commit(c->db, s->stored.landing_id, &s->arena,
				 &s->landing, e);
	if (!rc)
		rc = sync_times(c->db, row.id, &s->arena, &s->syncs, e);
	return rc;
}

static bool selected(const char *path, const struct args *args)
{
	size_t i, n;

	for (i = 0; i < args->paths_n; i++) {
		n = strlen(args->paths[i]);
		while (n && args->paths[i][n - 1] == '/')
			n--;
		if (!strncmp(path, args->paths[i], n) &&
		    (!path[n] || path[n] == '/'))
			return true;
		if (!fnmatch(args->paths[i], path, 0))
			return true;
	}
	return args->paths_n == 0;
}

/* Keep what "-- PATH..." or the file of a handle asks for. */
static int filter(struct cmd_ctx *c, struct shown *s, struct err *e)
{
	struct change *v = s->changes.v;
	size_t i, n = 0;

	if (s->t.file) {
		if ((size_t)s->t.file > s->changes.n)
			return err_set(e, ERR_NOTFOUND, "there are %zu files, "
				       "no .f%d", s->changes.n, s->t.file);
		v[0] = v[s->t.file - 1];
		s->changes.n = 1;
	}
	for (i = 0; i < s->changes.n; i++)
		if (selected(v[i].path, &c->args) ||
		    (v[i].old_path && selected(v[i].old_path, &c->args)))
			v[n++] = v[i];
	if (!n && s->changes.n)
		return err_set(e, ERR_NOTFOUND, "no file of the change is "
			       "under that path");
	s->changes.n = n;
	return 0;
}

static void put_head(struct str *out, const struct shown *s,
		     const struct term_style *st)
{
	char landed[40], hex[OID_HEX + 1];
	struct term_facts f = {
		.repo = s->t.repo->name, .type = s->stored.type,
		.areas = s->stored.areas, .hardware = s->stored.hardware,
	};

	if (s->stored.landing_id) {
		f.landed = time_format_utc(s->landing.landed, landed);
		f.doubtful = s->landing.doubtful;
		if (!oid_eq(&s->landing.c.oid, &s->t.oid))
			f.landing = oid_hex(&s->landing.c.oid, hex);
	}
	term_commit(out, st, &s->commit, &f);
	if (s->flags & (COMMIT_UNREADABLE | COMMIT_TOO_LARGE))
		str_addf(out, "not shown: %s\n", s->flags & COMMIT_TOO_LARGE ?
			 "the trees are over the limits" :
			 "a tree is missing from the mirror");
}

static int put_patches(struct str *out, const struct shown *s,
		       const struct diff_style *st, struct err *e)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < s->changes.n && !rc; i++) {
		rc = diff_patch(out, s->repo, &s->changes.v[i], st, e);
		/* A merge may have a gigabyte of them: never hold all. */
		if (!rc && out->len > 65536) {
			rc = out_str(out, e);
			str_clear(out);
		}
	}
	return rc;
}

/*
 * Read them as a page does, whole trees searched: the store keeps only those
 * that need no such search.
 */
static void read_signals(struct cmd_ctx *c, struct shown *s,
			 struct signal_list *out)
{
	struct change_list l = { .arena = &s->arena };
	struct landing_hold h;
	struct tree_text words;
	struct measurer m;

	out->arena = &s->arena;
	measurer_init(&m, s->r, (size_t)config_int(c->config,
						   "analyze.maxFileSize"));
	tree_text_init(&words, s->r, NULL);
	landing_hold_init(&h, s->r);
	h.words = &words;
	if (!landing_hold_commit(&h, &m, s->t.repo->name, &s->commit, &l,
				 NULL))
		signals_read(&h.view, out);
	landing_hold_release(&h);
	tree_text_release(&words);
	measurer_release(&m);
	change_list_release(&l);
}

static int put_signals(struct cmd_ctx *c, struct str *out, struct shown *s,
		       const struct term_style *st, struct err *e)
{
	struct term_table t = { .columns = 4 };
	struct signal_list list = { 0 };
	size_t i;

	if (!s->stored.id)
		return err_set(e, ERR_NOTFOUND, "the commit is not on the "
			       "tracked branch: no signals were read");
	read_signals(c, s, &list);
	for (i = 0; i < list.n; i++) {
		const struct signal *v = &list.v[i];

		term_cell(&t, v->kind);
		term_cell(&t, v->name ? v->name : "");
		if (v->old || v->new)
			term_cellf(&t, "%s -> %s", v->old ? v->old : "",
				   v->new ? v->new : "");
		else
			term_cell(&t, "");
		if (v->path)
			term_cellf(&t, "%s:%d", v->path, v->line);
		else
			term_cell(&t, "");
	}
	term_table_put(out, st, &t);
	term_table_release(&t);
	signal_list_release(&list);
	return 0;
}

/* What the store would have said, for a commit that is not in it. */
static void fill_stored(struct shown *s)
{
	struct totals t;

	if (s->stored.id)
		return;
	change_totals(&s->changes, &t);
	s->stored.c = s->commit;
	s->stored.pr = commit_pr(s->commit.subject);
	s->stored.files = t.files;
	s->stored.additions = t.additions;
	s->stored.deletions = t.deletions;
	s->stored.unmeasured = t.unmeasured;
	s->stored.binary = t.binary;
	s->stored.type = s->stored.areas = s->stored.hardware = "";
}

static int put_json(struct cmd_ctx *c, struct str *out, struct shown *s,
		    struct err *e)
{
	struct stored_changes ch = { s->changes.v, s->changes.n };
	struct stored_list members = {0};
	struct signal_list live = {0};
	struct commit_view v = { .repo = s->t.repo->name, .s = &s->stored,
				 .changes = &ch };
	struct json j;
	int rc = 0;

	fill_stored(s);
	if (s->stored.landing_id) {
		v.landing = &s->landing.c.oid;
		v.landing_observed = s->landing.observed;
		v.late = is_late(&s->syncs, &c->zone, s->landing.landed,
				 s->landing.observed);
	}
	if (s->stored.is_landing && s->commit.parents_n > 1)
		rc = read_members(c->db, s->stored.id, &s->arena, &members, e);
	v.members = members.v;
	v.members_n = members.n;
	if (!rc && s->stored.id) {
		read_signals(c, s, &live);
		v.live = &live;
	}
	if (!rc) {
		json_init(&j, out);
		json_open(&j, '{');
		commit_json_keys(&j, &v);
		json_close(&j, '}');
		str_addch(out, '\n');
	}
	stored_list_release(&members);
	signal_list_release(&live);
	return rc;
}

static int put(struct cmd_ctx *c, struct str *out, struct shown *s,
	       struct err *e)
{
	struct diff_style st = {
		.max_file = (size_t)config_int(c->config,
					       "analyze.maxFileSize"),
		.context = 3, .only_hunk = s->t.hunk,
	};

	color_style(&st.term, c->color);
	switch (form) {
	case FORM_JSON:
		return put_json(c, out, s, e);
	case FORM_NUMSTAT:
		diff_numstat(out, s->changes.v, s->changes.n);
		return 0;
	case FORM_SIGNALS:
		put_head(out, s, &st.term);
		return put_signals(c, out, s, &st.term, e);
	case FORM_STAT:
		put_head(out, s, &st.term);
		diff_stat(out, s->repo, s->changes.v, s->changes.n, &st);
		return 0;
	}
	put_head(out, s, &st.term);
	return put_patches(out, s, &st, e);
}

static int show_one(struct cmd_ctx *c, const char *spec, struct err *e)
{
	struct shown s = {0};
	struct str out = STR_INIT;
	int rc = show_find(c, spec, &s.t, e);

	if (!rc)
		rc = read_mirror(c, &s, e);
	if (!rc && c->db)
		rc = read_store(c, &s, e);
	if (!rc)
		rc = filter(c, &s, e);
	if (!rc)
		rc = put(c, &out, &s, e);
	if (!rc)
		rc = out_str(&out, e);
	str_release(&out);
	shown_release(&s);
	return rc;
}

int cmd_show(struct cmd_ctx *c, struct err *e)
{
	size_t i;
	int rc = args_count(&c->args, 1, 1000, "REPO@REV", e);

	/* Without a store the mirrors still tell the diff. */
	if (!rc)
		rc = cmd_open_store(c, false, e);
	if (rc == ERR_NOTFOUND) {
		memset(e, 0, sizeof(*e));
		rc = 0;
	}
	for (i = 0; i < c->args.n && !rc; i++)
		rc = show_one(c, c->args.v[i], e);
	return rc;
}
