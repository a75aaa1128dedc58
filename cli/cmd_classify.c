/* cli/cmd_classify.c - labels: of stored commits or of standard input. */
#include "cli/cmds.h"

#include "analyze/relabel.h"
#include "cli/classify_find.h"
#include "cli/classify_stdin.h"
#include "core/log.h"
#include "core/mem.h"
#include "store/db.h"

#include <inttypes.h>

static bool explain, from_stdin, rebuild, set;
static int64_t jobs;

const struct option classify_options[] = {
	OPTION_FLAG(0, "explain", &explain, "also the rules that decided"),
	OPTION_FLAG(0, "stdin", &from_stdin,
		    "label JSON objects, one a line, from standard input"),
	OPTION_FLAG(0, "rebuild", &rebuild,
		    "label every stored commit again, without a mirror"),
	OPTION_FLAG(0, "set", &set,
		    "keep labels of a commit: REPO@REV type=fix areas=moe"),
	OPTION_INT('j', "jobs", &jobs, "N", "threads of --rebuild", 1, 64),
	OPTIONS_END
};

/* Standard input needs no workspace; where there is one, its rules count. */
static int load_rules(struct cmd_ctx *c, struct rules **out, struct err *e)
{
	struct err none = { 0 };
	bool needed = !from_stdin || c->dash_C;
	char *path = NULL;
	int rc;

	if (cmd_open_workspace(c, needed ? e : &none) < 0 && needed)
		return e->code;
	if (c->workspace)
		path = fs_join(c->workspace, "rules.conf");
	rc = rules_load(out, path, e);
	free(path);
	return rc;
}

static int run_rebuild(struct cmd_ctx *c, const struct rules *r, struct err *e)
{
	struct relabel_options o = { .rules = r, .jobs = (int)jobs,
				     .all = true };
	struct relabel_result res;
	int rc;

	if (cmd_open_store(c, true, e))
		return e->code;
	rc = relabel(c->db, &o, &res, e);
	if (rc == 0) {
		log_info("%" PRId64 " commits labelled", res.commits);
		if (res.not_evaluated)
			log_warn("rule '%s': a limit was reached %" PRId64
				 " times; those rules count as not evaluated",
				 res.rule, res.not_evaluated);
	}
	return rc;
}

/* What --set stored of one commit; the strings are fresh memory or NULL. */
struct overrides {
	char *type, *areas, *hardware;
};

static void overrides_release(struct overrides *o)
{
	free(o->type);
	free(o->areas);
	free(o->hardware);
}

static int read_overrides(struct cmd_ctx *c, int64_t id, struct overrides *o,
			  struct err *e)
{
	sqlite3_stmt *s = db_query(c->db, Q_LABEL_SET_LIST, e);
	int rc;

	if (!s)
		return e->code;
	q_int(s, ":commit", id);
	while ((rc = db_step(c->db, s, e)) > 0) {
		const char *what = c_text(s, 0);
		char **to = !strcmp(what, "type") ? &o->type :
			!strcmp(what, "areas") ? &o->areas : &o->hardware;

		free(*to);
		*to = xstrdup(c_text(s, 1));
	}
	sqlite3_reset(s);
	return rc;
}

static void put_list(struct str *out, const char *name, const char *const *list,
		     int n, const char *by_hand)
{
	const char *s;
	int i;

	str_addf(out, "%-9s", name);
	for (i = 0; !by_hand && i < n; i++)
		str_addf(out, " %s", list[i]);
	if (by_hand)
		str_addch(out, ' ');
	for (s = by_hand; s && *s; s++)
		str_addch(out, *s == ',' ? ' ' : *s);
	str_addf(out, "%s\n", by_hand ? " (set)" : "");
}

static void put_labels(struct str *out, const struct labels *l,
		       const struct overrides *o)
{
	if (o->type)
		str_addf(out, "type      %s (set)", o->type);
	else
		str_addf(out, "type      %s (%d%%)", l->type, l->confidence);
	str_addf(out, "%s\n", l->bot ? "  automatic" : "");
	put_list(out, "areas", l->areas, l->areas_n, o->areas);
	put_list(out, "hardware", l->hardware, l->hardware_n, o->hardware);
}

static void put_fired(struct str *out, const struct labels *l)
{
	size_t i;

	for (i = 0; i < l->fired_n; i++) {
		const struct classify_fired *f = &l->fired[i];

		str_addf(out, "%+6.2f  %-26s ", f->weight / 100.0, f->label);
		put_terminal(out, f->rule, strlen(f->rule));
		if (*f->seen) {
			str_add(out, "  \"");
			put_terminal(out, f->seen, strlen(f->seen));
			str_add(out, "\"");
		}
		str_addch(out, '\n');
	}
	if (l->not_evaluated)
		str_addf(out, "not evaluated: %d, first '%s'\n",
			 l->not_evaluated, l->not_evaluated_rule);
}

static int run_show(struct cmd_ctx *c, const struct rules *r, struct err *e)
{
	struct arena a = { 0 };
	struct str out = STR_INIT;
	struct overrides o = { 0 };
	struct labels l;
	int64_t id = 0;
	int rc;

	if (args_count(&c->args, 1, 1, "REPO@REV", e) ||
	    cmd_open_config(c, e) || cmd_open_list(c, e) ||
	    cmd_open_store(c, false, e) ||
	    classify_find(c, c->args.v[0], &id, e))
		return e->code;
	rc = relabel_explain(c->db, r, id, &a, &l, e);
	if (rc == 0)
		rc = read_overrides(c, id, &o, e);
	if (rc == 0) {
		put_labels(&out, &l, &o);
		if (explain)
			put_fired(&out, &l);
		rc = out_str(&out, e);
	}
	overrides_release(&o);
	str_release(&out);
	arena_release(&a);
	return rc;
}

static bool known_type(const char *s)
{
	int i;

	for (i = 0; classify_types[i]; i++)
		if (!strcmp(s, classify_types[i]))
			return true;
	return false;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int refuse_label(const char *name, struct err *e)
{
	struct str shown = STR_INIT;

	put_terminal(&shown, name, strlen(name));
	err_set(e, ERR_USAGE, "no label can be called '%.80s': "
		LABEL_NAME_RULE, str_c(&shown));
	str_release(&shown);
	return ERR_USAGE;
}

/* "moe,attention" -> sorted, each once; *to is fresh memory. */
static int sort_list(const char *list, char **to, struct err *e)
{
	char *copy = xstrdup(list), *rest = copy, *one;
	const char *v[16];
	struct str out = STR_INIT;
	size_t n = 0, i;
	int rc = 0;

	while (!rc && (one = strsep(&rest, ",")) != NULL) {
		if (!*one)
			continue;
		if (!label_name_valid(one, strlen(one)))
			rc = refuse_label(one, e);
		else if (n == ARRAY_N(v))
			rc = err_set(e, ERR_USAGE, "more than %zu labels in "
				     "'%.80s'", n, list);
		else
			v[n++] = one;
	}
	qsort(v, rc ? 0 : n, sizeof(*v), by_text);
	for (i = 0; i < n && !rc; i++)
		if (!i || strcmp(v[i], v[i - 1]))
			str_addf(&out, "%s%s", out.len ? "," : "", v[i]);
	free(copy);
	*to = str_detach(&out);
	return rc;
}

/* "type=fix"; an empty value takes the override away. */
static int set_one(struct cmd_ctx *c, int64_t id, const char *arg,
		   struct err *e)
{
	static const char *const whats[] = { "type", "areas", "hardware" };
	const char *eq = strchr(arg, '=');
	sqlite3_stmt *s;
	char *value;
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_N(whats); i++)
		if (eq && strlen(whats[i]) == (size_t)(eq - arg) &&
		    !strncmp(arg, whats[i], (size_t)(eq - arg)))
			break;
	if (i == ARRAY_N(whats))
		return err_set(e, ERR_USAGE, "'%s': type=, areas= or hardware= "
			       "is wanted", arg);
	if (i == 0 && eq[1] && !known_type(eq + 1))
		return err_set(e, ERR_USAGE, "no such type '%s'", eq + 1);
	rc = sort_list(eq + 1, &value, e);
	s = rc ? NULL : db_query(c->db, eq[1] ? Q_LABEL_SET_PUT :
				 Q_LABEL_SET_DROP, e);
	if (s) {
		q_int(s, ":commit", id);
		q_text(s, ":what", whats[i]);
		if (eq[1])
			q_text(s, ":value", value);
		rc = db_run(c->db, s, e);
	} else {
		rc = e->code;
	}
	free(value);
	return rc;
}

static int run_set(struct cmd_ctx *c, struct err *e)
{
	int64_t id = 0;
	size_t i;
	int rc;

	if (args_count(&c->args, 2, 4, "REPO@REV type=TYPE", e) ||
	    cmd_open_workspace(c, e) || cmd_open_config(c, e) ||
	    cmd_open_list(c, e) || cmd_open_store(c, true, e) ||
	    classify_find(c, c->args.v[0], &id, e) ||
	    db_begin(c->db, e))
		return e->code;
	for (rc = 0, i = 1; i < c->args.n && rc == 0; i++)
		rc = set_one(c, id, c->args.v[i], e);
	if (rc == 0)
		return db_commit(c->db, e);
	db_rollback(c->db);
	return rc;
}

int cmd_classify(struct cmd_ctx *c, struct err *e)
{
	struct rules *r = NULL;
	int rc;

	if (explain + from_stdin + rebuild + set > 1)
		return err_set(e, ERR_USAGE, "one of --explain, --stdin, "
			       "--rebuild and --set at a time");
	if (from_stdin || rebuild)
		rc = args_count(&c->args, 0, 0, "nothing more", e);
	else
		rc = 0;
	if (rc == 0 && set)
		return run_set(c, e);
	if (rc == 0)
		rc = load_rules(c, &r, e);
	if (rc == 0)
		rc = from_stdin ? classify_stdin(r, stdin, e) :
			rebuild ? run_rebuild(c, r, e) : run_show(c, r, e);
	rules_free(r);
	return rc;
}
