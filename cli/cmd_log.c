/* cli/cmd_log.c - landings, or every commit, of a window. */
#include "cli/cmds.h"

#include "analyze/classify.h"
#include "cli/out_log.h"
#include "core/fs.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/stop.h"
#include "render/commit_json.h"
#include "render/searched.h"
#include "render/texts.h"
#include "store/ledger.h"
#include "store/read.h"

#include <fnmatch.h>
#include <limits.h>

static const char *date, *since, *until, *type, *area, *hardware, *path_glob,
	*author, *grep_re, *signal_kind;
static bool commits, as_json, as_csv;

const struct option log_options[] = {
	OPTION_STR(0, "date", &date, "DATE", "landings of one day"),
	OPTION_STR(0, "since", &since, "TIME", "landed at or after"),
	OPTION_STR(0, "until", &until, "TIME", "landed before"),
	OPTION_STR(0, "type", &type, "TYPE", "labelled with this type"),
	OPTION_STR(0, "area", &area, "AREA", "labelled with this area"),
	OPTION_STR(0, "hardware", &hardware, "NAME",
		   "labelled with this hardware"),
	OPTION_STR(0, "path", &path_glob, "GLOB", "touching such a file"),
	OPTION_STR(0, "author", &author, "TEXT",
		   "author's name or address has it"),
	OPTION_STR(0, "grep", &grep_re, "RE", "message matches"),
	OPTION_STR(0, "signal", &signal_kind, "KIND",
		   "with a signal of this kind"),
	OPTION_FLAG(0, "commits", &commits, "also the commits merges brought"),
	OPTION_FLAG(0, "json", &as_json, "one JSON object a line"),
	OPTION_FLAG(0, "csv", &as_csv, "comma-separated values"),
	OPTIONS_END
};

/* One repository being listed. */
struct listing {
	struct cmd_ctx *c;
	const char *repo;
	struct sync_times syncs;
	struct searched searched;	/* for --signal */
	struct signal_list live;	/* of the landing of the moment */
	struct arena live_arena;
	struct regex *re;
	struct str out;
	int shown;
};

static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);
	const char *p;

	for (p = list; p; p = strchr(p, ',')) {
		p += *p == ',';
		if (!strncmp(p, word, n) && (!p[n] || p[n] == ','))
			return true;
	}
	return false;
}

static bool touches(const struct stored_changes *ch)
{
	size_t i;

	for (i = 0; i < ch->n; i++)
		if (!fnmatch(path_glob, ch->v[i].path, 0) ||
		    (ch->v[i].old_path &&
		     !fnmatch(path_glob, ch->v[i].old_path, 0)))
			return true;
	return false;
}

static bool has_stored_signal(struct db *db, int64_t commit)
{
	sqlite3_stmt *s = db_query(db, Q_SIGNAL_LIST, NULL);
	bool found = false;

	if (!s)
		return false;
	q_int(s, ":commit", commit);
	while (!found && db_step(db, s, NULL) > 0)
		found = !strcmp(c_text(s, 0), signal_kind);
	sqlite3_reset(s);
	return found;
}

static void drop_live(struct listing *l)
{
	signal_list_release(&l->live);
	l->live.arena = NULL;
	arena_release(&l->live_arena);
}

/*
 * Kinds that need a search of the tree are not all in the store: a landing
 * that asked for one is read again.
 */
static bool has_signal(struct listing *l, const struct stored *s)
{
	size_t i;

	if (has_stored_signal(l->c->db, s->id))
		return true;
	if (!searched_kind(signal_kind))
		return false;
	l->live.arena = &l->live_arena;
	if (!stop_asked() && searched_read(&l->searched, s, &l->live))
		for (i = 0; i < l->live.n; i++)
			if (!strcmp(l->live.v[i].kind, signal_kind))
				return true;
	drop_live(l);
	return false;
}

/* The cheap conditions, before changes are read. */
static bool wanted(struct listing *l, const struct stored *s)
{
	struct str text = STR_INIT;
	bool ok = true;

	if (type && strcmp(s->type, type))
		return false;
	if (area && !has_word(s->areas, area))
		return false;
	if (hardware && !has_word(s->hardware, hardware))
		return false;
	if (author && !strcasestr(s->c.author.name, author) &&
	    !strcasestr(s->c.author.email, author))
		return false;
	if (l->re) {
		str_addf(&text, "%s\n%s", s->c.subject, s->c.body);
		ok = regex_test(l->re, text.s, text.len) == REGEX_YES;
		str_release(&text);
	}
	if (ok && signal_kind)
		ok = has_signal(l, s);
	return ok;
}

static int show(struct listing *l, const struct stored *s,
		const struct stored *landing, const struct stored_list *members,
		struct err *e)
{
	struct commit_view v = { .repo = l->repo, .s = s };
	struct stored_changes changes = { 0 };
	struct arena a = { 0 };
	int rc = 0;

	if (!wanted(l, s))
		return 0;
	if (path_glob || as_json)
		rc = read_changes(l->c->db, s->id, &a, &changes, e);
	if (rc || (path_glob && !touches(&changes)))
		goto out;
	v.landing = &landing->c.oid;
	v.landing_observed = landing->observed;
	v.late = is_late(&l->syncs, &l->c->zone, landing->landed,
			 landing->observed);
	v.members = members->v;
	v.members_n = members->n;
	v.changes = &changes;
	v.live = l->live.arena ? &l->live : NULL;
	if (as_json) {
		v.signals = db_query(l->c->db, Q_SIGNAL_LIST, e);
		q_int(v.signals, ":commit", s->id);
	}
	if (as_json)
		log_json(&l->out, &v);
	else if (as_csv)
		log_csv(&l->out, &v);
	else
		log_line(&l->out, &v, l->c->color);
	l->shown++;
	if (l->out.len > 65536) {
		rc = out_str(&l->out, e);
		str_clear(&l->out);
	}
out:
	drop_live(l);
	arena_release(&a);
	return rc;
}

static int show_landing(struct listing *l, const struct stored *s,
			struct err *e)
{
	struct stored_list members = { 0 };
	struct arena a = { 0 };
	size_t i;
	int rc = 0;

	if (s->c.parents_n > 1)
		rc = read_members(l->c->db, s->id, &a, &members, e);
	for (i = 0; commits && i < members.n && !rc; i++)
		rc = show(l, &members.v[i], s, &members, e);
	if (!rc)
		rc = show(l, s, s, &members, e);
	stored_list_release(&members);
	arena_release(&a);
	return rc;
}

/* Windows of a year or so at a time would save memory; a history fits. */
static int list_repo(struct listing *l, int64_t id, int64_t from, int64_t to,
		     struct err *e)
{
	struct stored_list all = { 0 };
	struct arena a = { 0 };
	size_t i;
	int rc;

	rc = sync_times(l->c->db, id, &a, &l->syncs, e);
	if (!rc)
		rc = read_landings(l->c->db, id, from, to, &a, &all, e);
	for (i = 0; i < all.n && !rc; i++)
		rc = stop_asked() ? err_set(e, ERR_INTERRUPTED, "interrupted") :
				    show_landing(l, &all.v[i], e);
	if (l->searched.skipped)
		log_warn("%s: %d landings could not be read again: signals of "
			 "kind '%s' may be missing", l->repo,
			 l->searched.skipped, signal_kind);
	stored_list_release(&all);
	arena_release(&a);
	return rc;
}

static int window(struct cmd_ctx *c, int64_t *from, int64_t *to,
		  struct err *e)
{
	int64_t day;

	*from = INT64_MIN;
	*to = INT64_MAX;
	if (date) {
		if (since || until)
			return err_set(e, ERR_USAGE,
				       "--date goes without --since/--until");
		if (day_parse(date, &day, e))
			return e->code;
		*from = day_start(&c->zone, day);
		*to = day_start(&c->zone, day + 1);
	}
	if (since && time_parse(since, &c->zone, from, e))
		return e->code;
	if (until && time_parse(until, &c->zone, to, e))
		return e->code;
	return 0;
}

/* Types and kinds are fixed lists: a slip would find nothing and look right. */
static int check_names(struct err *e)
{
	struct str all = STR_INIT;
	bool known = !type;
	int i;

	for (i = 0; classify_types[i]; i++) {
		known = known || !strcmp(type, classify_types[i]);
		str_addf(&all, "%s%s", i ? ", " : "", classify_types[i]);
	}
	if (!known)
		err_set(e, ERR_USAGE, "no type is called '%.80s'; the types "
			"are %s", type, str_c(&all));
	str_release(&all);
	if (known && signal_kind && !kind_exists(signal_kind)) {
		known = false;
		err_set(e, ERR_USAGE, "no signal is called '%.80s'; "
			"docs/report.md lists them", signal_kind);
	}
	return known ? 0 : ERR_USAGE;
}

int cmd_log(struct cmd_ctx *c, struct err *e)
{
	const struct repo_spec **repos = NULL;
	struct listing l = { .c = c };
	int64_t from, to;
	size_t n, i;
	int rc;

	rc = window(c, &from, &to, e);
	if (!rc)
		rc = check_names(e);
	if (!rc)
		rc = cmd_repos(c, 0, &repos, &n, e);
	if (!rc && grep_re)
		rc = regex_new(&l.re, grep_re, false, e);
	if (rc == ERR_CONFIG)
		rc = e->code = ERR_USAGE;
	if (!rc && as_csv)
		log_csv_header(&l.out);
	for (i = 0; !rc && i < n; i++) {
		struct arena a = { 0 };
		struct repo_row r;

		l.repo = repos[i]->name;
		rc = repo_get(c->db, l.repo, &a, &r, e);
		if (!rc && r.id) {
			char *dir = repo_mirror_path(repos[i], c->workspace);

			searched_init(&l.searched, dir, l.repo,
				      (size_t)config_int(c->config,
						"analyze.maxFileSize"),
				      INT_MAX);
			rc = list_repo(&l, r.id, from, to, e);
			searched_release(&l.searched);
			free(dir);
		}
		arena_release(&a);
	}
	if (!rc)
		rc = out_str(&l.out, e);
	str_release(&l.out);
	regex_free(l.re);
	free(repos);
	return rc;
}
