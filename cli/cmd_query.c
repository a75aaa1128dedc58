/* cli/cmd_query.c - SQL on the documented views, reading only. */
#include "cli/cmds.h"

#include "core/json.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/stop.h"
#include "core/str.h"
#include "store/db.h"

#include <stdlib.h>
#include <string.h>

static bool as_json, as_csv;

const struct option query_options[] = {
	OPTION_FLAG(0, "json", &as_json, "one JSON object a line"),
	OPTION_FLAG(0, "csv", &as_csv, "comma-separated values"),
	OPTIONS_END
};

/* Nothing but reading: no ATTACH, no PRAGMA, no writing functions. */
static int allow(void *arg UNUSED, int action, const char *a UNUSED,
		 const char *b UNUSED, const char *c UNUSED,
		 const char *d UNUSED)
{
	return action == SQLITE_SELECT || action == SQLITE_READ ||
	       action == SQLITE_FUNCTION || action == SQLITE_RECURSIVE ?
	       SQLITE_OK : SQLITE_DENY;
}

/* Ctrl-C ends a query that runs away. */
static int still_wanted(void *arg UNUSED)
{
	return stop_asked();
}

static void put_csv(struct str *out, sqlite3_stmt *s, int i)
{
	const char *t = c_text(s, i);

	if (!t[strcspn(t, ",\"\r\n")]) {
		str_add(out, t);
		return;
	}
	str_addch(out, '"');
	for (; *t; t++) {
		if (*t == '"')
			str_addch(out, '"');
		str_addch(out, *t);
	}
	str_addch(out, '"');
}

/* A key of an object stands once: the second "x" is "x_2". */
struct names {
	char **v;		/* NULL-terminated */
	int n;
};

static void name_columns(struct names *k, sqlite3_stmt *s)
{
	int n = sqlite3_column_count(s), i, no;

	k->v = xcalloc((size_t)n + 1, sizeof(*k->v));
	for (i = 0; i < n; i++) {
		const char *name = sqlite3_column_name(s, i);
		char *one = xstrdup(name);

		for (no = 2; is_one_of(one, strlen(one),
				       (const char *const *)k->v); no++) {
			free(one);
			one = xasprintf("%s_%d", name, no);
		}
		k->v[k->n++] = one;
	}
}

static void names_release(struct names *k)
{
	while (k->n)
		free(k->v[--k->n]);
	free(k->v);
}

static void put_json(struct str *out, sqlite3_stmt *s, const struct names *k)
{
	int n = sqlite3_column_count(s), i;
	struct json j;

	json_init(&j, out);
	json_open(&j, '{');
	for (i = 0; i < n; i++) {
		json_key(&j, k->v[i]);
		switch (sqlite3_column_type(s, i)) {
		case SQLITE_NULL:
			json_put_null(&j);
			break;
		case SQLITE_INTEGER:
			json_int(&j, c_int(s, i));
			break;
		case SQLITE_FLOAT:
			json_put_real(&j, sqlite3_column_double(s, i), 6);
			break;
		default:
			json_strn(&j, c_text(s, i),
				  (size_t)sqlite3_column_bytes(s, i));
		}
	}
	json_close(&j, '}');
	str_addch(out, '\n');
}

static void put_row(struct str *out, sqlite3_stmt *s, const struct names *k)
{
	int n = sqlite3_column_count(s), i;

	if (as_json) {
		put_json(out, s, k);
		return;
	}
	for (i = 0; i < n; i++) {
		if (as_csv) {
			str_add(out, i ? "," : "");
			put_csv(out, s, i);
			continue;
		}
		str_add(out, i ? "\t" : "");
		put_terminal(out, c_text(s, i),
			     (size_t)sqlite3_column_bytes(s, i));
	}
	str_add(out, as_csv ? "\r\n" : "\n");
}

static void put_header(struct str *out, sqlite3_stmt *s)
{
	int n = sqlite3_column_count(s), i;

	for (i = 0; i < n; i++)
		str_addf(out, "%s%s", i ? as_csv ? "," : "\t" : "",
			 sqlite3_column_name(s, i));
	str_add(out, as_csv ? "\r\n" : "\n");
}

static int sql_error(struct cmd_ctx *c, struct err *e)
{
	if (stop_asked())
		return err_set(e, ERR_INTERRUPTED, "interrupted");
	return err_set(e, ERR_USAGE, "query: %s (byte %d)",
		       sqlite3_errmsg(c->db->sql),
		       sqlite3_error_offset(c->db->sql));
}

int cmd_query(struct cmd_ctx *c, struct err *e)
{
	struct str out = STR_INIT;
	struct names names = { 0 };
	sqlite3_stmt *s = NULL;
	const char *tail = "";
	int rc = args_count(&c->args, 1, 1, "SQL", e), step;

	if (rc)
		return rc;
	sqlite3_set_authorizer(c->db->sql, allow, NULL);
	sqlite3_progress_handler(c->db->sql, 10000, still_wanted, NULL);
	if (sqlite3_prepare_v2(c->db->sql, c->args.v[0], -1, &s, &tail) !=
	    SQLITE_OK)
		return sql_error(c, e);
	if (!s || tail[strspn(tail, " \t\r\n;")]) {
		sqlite3_finalize(s);
		return err_set(e, ERR_USAGE, "query: exactly one statement");
	}
	if (as_json)
		name_columns(&names, s);
	else
		put_header(&out, s);
	while (!rc && (step = sqlite3_step(s)) == SQLITE_ROW) {
		put_row(&out, s, &names);
		if (out.len > 65536) {
			rc = out_str(&out, e);
			str_clear(&out);
		}
	}
	if (!rc && step != SQLITE_DONE)
		rc = sql_error(c, e);
	if (!rc)
		rc = out_str(&out, e);
	sqlite3_finalize(s);
	sqlite3_set_authorizer(c->db->sql, NULL, NULL);
	names_release(&names);
	str_release(&out);
	return rc;
}
