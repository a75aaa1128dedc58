/* cli/cmd_status.c - what is known of each repository, and how fresh. */
#include "cli/cmds.h"

#include "analyze/classify.h"
#include "cli/stale_labels.h"
#include "core/fs.h"
#include "core/json.h"
#include "core/log.h"
#include "core/mem.h"
#include "store/ledger.h"

#include <inttypes.h>

static bool as_json;

const struct option status_options[] = {
	OPTION_FLAG(0, "json", &as_json, "one JSON object a line"),
	OPTIONS_END
};

struct counts {
	int64_t commits, landings, unmeasured, unreadable;
};

static int read_counts(struct db *db, int64_t repo, struct counts *n,
		       struct err *e)
{
	sqlite3_stmt *s = db_query(db, Q_STATUS_COUNTS, e);
	int rc;

	memset(n, 0, sizeof(*n));
	if (!s)
		return ERR_DB;
	q_int(s, ":repo", repo);
	rc = db_step(db, s, e);
	if (rc > 0) {
		n->commits = c_int(s, 0);
		n->unmeasured = c_int(s, 1);
		n->unreadable = c_int(s, 2);
		n->landings = c_int(s, 3);
	}
	sqlite3_reset(s);
	return rc < 0 ? rc : 0;
}

static void put_time(struct json *j, const char *key, int64_t t)
{
	char text[40];

	json_kstr(j, key, t ? time_format_utc(t, text) : NULL);
}

static void put_json(struct str *out, const struct repo_row *r,
		     const struct counts *n, bool listed)
{
	char hex[OID_HEX + 1];
	struct json j;

	json_init(&j, out);
	json_open(&j, '{');
	json_kstr(&j, "repo", r->name);
	json_kbool(&j, "listed", listed);
	json_kstr(&j, "branch", *r->branch ? r->branch : NULL);
	json_kstr(&j, "tip", oid_zero(&r->tip) ? NULL : oid_hex(&r->tip, hex));
	put_time(&j, "first_sync", r->first_sync);
	put_time(&j, "last_sync", r->last_sync);
	put_time(&j, "last_try", r->last_try);
	json_kstr(&j, "error", *r->last_error ? r->last_error : NULL);
	json_kstr(&j, "warnings", *r->warnings ? r->warnings : NULL);
	json_kbool(&j, "shallow", r->shallow);
	json_kint(&j, "commits", n->commits);
	json_kint(&j, "landings", n->landings);
	json_kint(&j, "unmeasured", n->unmeasured);
	json_kint(&j, "unreadable", n->unreadable);
	json_close(&j, '}');
	str_addch(out, '\n');
}

/* Lines of repository text under a repository, indented. */
static void put_lines(struct str *out, const char *head, const char *text)
{
	const char *end;

	for (; *text; text = *end ? end + 1 : end) {
		end = strchrnul(text, '\n');
		str_addf(out, "    %s", head);
		put_terminal(out, text, (size_t)(end - text));
		str_addch(out, '\n');
	}
}

static void put_text(struct str *out, const struct repo_row *r,
		     const struct counts *n, bool listed)
{
	char hex[OID_HEX + 1], t[40];

	put_terminal(out, r->name, strlen(r->name));
	if (!listed)
		str_add(out, " (not in repos.list any more; rows are kept)");
	str_addch(out, '\n');
	if (!r->first_sync) {
		str_add(out, "    never synced\n");
	} else {
		oid_hex(&r->tip, hex);
		hex[9] = 0;
		str_add(out, "    ");
		put_terminal(out, *r->branch ? r->branch : "HEAD",
			     strlen(*r->branch ? r->branch : "HEAD"));
		str_addf(out, " %s, synced %s, %" PRId64 " commits, %" PRId64
			 " landings\n", oid_zero(&r->tip) ? "(no commits yet)"
			 : hex, time_format_utc(r->last_sync, t), n->commits,
			 n->landings);
	}
	if (n->unmeasured || n->unreadable)
		str_addf(out, "    %" PRId64 " files not measured, %" PRId64
			 " commits unreadable\n", n->unmeasured,
			 n->unreadable);
	if (*r->last_error) {
		str_addf(out, "    last try %s failed: ",
			 time_format_utc(r->last_try, t));
		put_terminal(out, r->last_error, strlen(r->last_error));
		str_addch(out, '\n');
	}
	put_lines(out, "note: ", r->warnings);
}

static int show(struct cmd_ctx *c, struct str *out, const struct repo_row *r,
		bool listed, struct err *e)
{
	struct counts n;
	int rc = read_counts(c->db, r->id, &n, e);

	if (rc)
		return rc;
	if (as_json)
		put_json(out, r, &n, listed);
	else
		put_text(out, r, &n, listed);
	return 0;
}

/* The status is worth having with a broken rules.conf too. */
static int say_labels(struct cmd_ctx *c, struct err *e)
{
	char *path = fs_join(c->workspace, "rules.conf");
	struct rules *r = NULL;
	struct err bad = { 0 };
	int rc = 0;

	if (rules_load(&r, path, &bad))
		log_warn("%s", bad.msg);
	else
		rc = stale_labels_say(c, r, e);
	rules_free(r);
	free(path);
	return rc;
}

int cmd_status(struct cmd_ctx *c, struct err *e)
{
	struct str out = STR_INIT;
	struct arena a = { 0 };
	struct repo_row *all;
	size_t n = 0, i;
	int rc = args_count(&c->args, 0, 0, "", e);

	if (!rc)
		rc = repo_all(c->db, &a, &all, &n, e);
	for (i = 0; i < c->list.n && !rc; i++) {
		struct repo_row r;

		rc = repo_get(c->db, c->list.v[i].name, &a, &r, e);
		if (!r.id)
			r = (struct repo_row) { .name = c->list.v[i].name,
				.branch = "", .last_error = "",
				.warnings = "" };
		if (!rc)
			rc = show(c, &out, &r, true, e);
	}
	for (i = 0; i < n && !rc; i++) {
		const struct repo_spec *s = repolist_find(&c->list,
							  all[i].name);

		if (!s || strcmp(s->name, all[i].name))
			rc = show(c, &out, &all[i], false, e);
	}
	if (!rc)
		rc = out_str(&out, e);
	if (!rc)
		rc = say_labels(c, e);
	str_release(&out);
	arena_release(&a);
	return rc;
}
