/* render/md_signal.c - signals and threads as sentences. */
#include "core/mem.h"
#include "render/md.h"

#include <inttypes.h>

#define ITEMS_MAX 12
#define GROUPS_MAX 10
#define VALUE_MAX 100

/* Signals that say the same of the same file, on one line. */
struct group {
	const char *kind, *path;
	bool breaking;
	json_t **v;
	size_t n, cap;
};

static bool has_line(const char *kind)
{
	return kind_text(kind) != NULL;
}

static size_t group_by(json_t *signals, bool by_path, struct group **out)
{
	struct group *v = NULL;
	size_t n = 0, cap = 0, i, k;
	json_t *s;

	json_array_foreach(signals, i, s) {
		const char *kind = md_str(s, "kind"), *path = md_str(s, "path");
		bool breaking = md_bool(s, "breaking");

		if (!has_line(kind))
			continue;
		for (k = 0; k < n; k++)
			if (!strcmp(v[k].kind, kind) &&
			    v[k].breaking == breaking &&
			    (!by_path || !strcmp(v[k].path, path)))
				break;
		if (k == n) {
			GROW(v, n, cap);
			memset(&v[n], 0, sizeof(v[n]));
			v[n].kind = kind;
			v[n].path = path;
			v[n++].breaking = breaking;
		}
		GROW(v[k].v, v[k].n, v[k].cap);
		v[k].v[v[k].n++] = s;
	}
	*out = v;
	return n;
}

static void free_groups(struct group *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free(v[i].v);
	free(v);
}

/* By file while that stays readable, else by kind alone. */
static size_t make_groups(json_t *signals, struct group **out)
{
	size_t n = group_by(signals, true, out), i;

	if (n <= GROUPS_MAX)
		return n;
	free_groups(*out, n);
	n = group_by(signals, false, out);
	for (i = 0; i < n; i++)
		if ((*out)[i].n > 1)
			(*out)[i].path = "";
	return n;
}

/* Whole sentences and lines are quoted, names stand in backticks. */
static bool is_quote(const char *kind)
{
	return !strcmp(kind, "stated-break") || !strcmp(kind, "number");
}

static void put_value(struct md *m, const char *s)
{
	if (strlen(s) <= VALUE_MAX)
		put_md_code(m->out, s);
	else
		str_add(m->out, "(...)");
}

static void put_quote(struct md *m, json_t *s, const char *web)
{
	const char *kind = md_str(s, "kind");
	json_t *d = json_object_get(s, "detail");
	const char *q = md_str(s, "new");

	if (!*q)
		q = md_str(s, "name");
	str_addch(m->out, '"');
	put_md_text(m->out, q, web);
	str_addch(m->out, '"');
	if (!strcmp(kind, "number")) {
		const char *hw = md_str(d, "hardware");

		str_add(m->out, " (");
		if (*hw)
			put_md_text(m->out, hw, NULL);
		else
			str_add(m->out, TX(m, NO_HARDWARE));
		str_addch(m->out, ')');
	}
}

static void put_item(struct md *m, json_t *s, const char *web)
{
	const char *name = md_str(s, "name"), *old = md_str(s, "old");
	const char *new = md_str(s, "new"), *kind = md_str(s, "kind");

	if (is_quote(kind)) {
		put_quote(m, s, web);
		return;
	}
	if (*name && strcmp(name, old) && strcmp(name, new) &&
	    strcmp(kind, "layout")) {
		put_value(m, name);
		if (*old || *new)
			str_addch(m->out, ' ');
	}
	if (*old && *new) {
		put_value(m, old);
		str_add(m->out, " -> ");
		put_value(m, new);
	} else if (*old) {
		put_value(m, old);
		if (strcmp(name, old)) {
			str_add(m->out, " -> ");
			str_add(m->out, TX(m, NONE_VALUE));
		}
	} else if (*new) {
		if (!strcmp(kind, "pin")) {
			str_add(m->out, TX(m, NONE_VALUE));
			str_add(m->out, " -> ");
		}
		put_value(m, new);
	}
}

static void put_where(struct md *m, const struct group *g)
{
	struct str at = STR_INIT;
	int64_t line = md_int(g->v[0], "line");

	if (!*g->path)
		return;
	str_add(&at, g->path);
	if (line)
		str_addf(&at, ":%" PRId64, line);
	str_add(m->out, " (");
	put_md_code(m->out, at.s);
	str_addch(m->out, ')');
	str_release(&at);
}

static void put_group(struct md *m, const struct group *g, const char *web,
		      bool where)
{
	const struct kind_text *k = kind_text(g->kind);
	const char *label = m->lang == LANG_ZH ? k->zh : k->en;
	bool titled = false;
	size_t i;

	if (g->breaking)
		str_addf(m->out, "%s, ", TX(m, BREAKING));
	str_add(m->out, label);
	if (g->n > 1)
		str_addf(m->out, " (%zu)", g->n);
	str_add(m->out, ": ");
	for (i = 0; i < g->n && i < ITEMS_MAX; i++) {
		str_add(m->out, i ? ", " : "");
		put_item(m, g->v[i], web);
	}
	for (i = 0; i < g->n; i++)
		titled |= md_bool(g->v[i], "in_title");
	if (g->n > ITEMS_MAX) {
		str_add(m->out, ", ");
		str_addf(m->out, TX(m, AND_MORE), (int)(g->n - ITEMS_MAX));
	}
	if (g->breaking && !titled)
		str_addf(m->out, " [%s]", TX(m, NOT_IN_TITLE));
	if (where)
		put_where(m, g);
}

void md_signal_list(struct md *m, const struct md_change *c, int max)
{
	struct group *g;
	size_t n = make_groups(json_object_get(c->c, "signals"), &g), i;
	int pass, shown = 0, left = (int)n;

	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < n; i++) {
			if (g[i].breaking != (pass == 0) ||
			    (max && shown >= max))
				continue;
			str_add(m->out, "- ");
			put_group(m, &g[i], c->web, true);
			str_addch(m->out, '\n');
			shown++;
			left--;
		}
	if (left) {
		str_add(m->out, "- ");
		str_addf(m->out, TX(m, AND_MORE), left);
		str_addf(m->out, ": `airep-git show %s@%s --signals`\n",
			 md_str(c->c, "handle"), m->label);
	}
	free_groups(g, n);
}

void md_signal_inline(struct md *m, const struct md_change *c, int max)
{
	struct group *g;
	size_t n = make_groups(json_object_get(c->c, "signals"), &g), i;
	int pass, shown = 0;

	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < n && shown < max; i++) {
			if (g[i].breaking != (pass == 0))
				continue;
			str_add(m->out, " · ");
			put_group(m, &g[i], c->web, false);
			shown++;
		}
	if ((int)n > shown) {
		str_add(m->out, " · ");
		str_addf(m->out, TX(m, AND_MORE), (int)n - shown);
	}
	free_groups(g, n);
}

/* The same name left two files: once is enough in a summary. */
static bool said_before(json_t *signals, size_t at)
{
	const char *name = md_str(json_array_get(signals, at), "name");
	size_t i;

	for (i = 0; i < at; i++) {
		json_t *s = json_array_get(signals, i);

		if (!strcmp(md_str(s, "name"), name) &&
		    md_bool(s, "breaking") ==
			    md_bool(json_array_get(signals, at), "breaking"))
			return true;
	}
	return false;
}

bool md_signal_names(struct md *m, json_t *change, const char *kind, int max)
{
	json_t *s;
	size_t i;
	int n = 0, more = 0;

	json_array_foreach(json_object_get(change, "signals"), i, s) {
		bool want = *kind == '*' ? md_bool(s, "breaking") :
			    !strcmp(md_str(s, "kind"), kind);

		if (!want || said_before(json_object_get(change, "signals"),
					 i))
			continue;
		if (n == max) {
			more++;
			continue;
		}
		str_add(m->out, n++ ? ", " : "");
		put_item(m, s, NULL);
	}
	if (more) {
		str_add(m->out, ", ");
		str_addf(m->out, TX(m, AND_MORE), more);
	}
	return n > 0;
}

static void put_gap(struct md *m, int64_t s)
{
	if (s >= 86400 * 3)
		str_addf(m->out, " +%" PRId64 " d", s / 86400);
	else
		str_addf(m->out, " +%" PRId64 " h %" PRId64 " min", s / 3600,
			 s / 60 % 60);
}

static int64_t seconds_of(json_t *step)
{
	struct tm t = { 0 };
	const char *s = md_str(step, "landed");

	if (sscanf(s, "%d-%d-%dT%d:%d:%d", &t.tm_year, &t.tm_mon, &t.tm_mday,
		   &t.tm_hour, &t.tm_min, &t.tm_sec) != 6)
		return 0;
	t.tm_year -= 1900;
	t.tm_mon -= 1;
	return (int64_t)timegm(&t);
}

bool md_thread(struct md *m, const struct md_change *c)
{
	json_t *steps = json_object_get(c->c, "thread"), *s, *last = NULL;
	json_t *inverse = json_object_get(c->c, "inverse");
	size_t i;

	if (!json_array_size(steps))
		return false;
	json_array_foreach(steps, i, s) {
		const char *kind = md_str(s, "kind");
		int pr = (int)md_int(s, "pr");

		if (i)
			str_add(m->out, " -> ");
		if (!strcmp(kind, "revert"))
			str_addf(m->out, "%s ", TX(m, REVERT));
		else if (!strcmp(kind, "reland"))
			str_addf(m->out, "%s ", TX(m, RELAND));
		if (pr) {
			md_pr(m, c->web, pr);
			str_addch(m->out, ' ');
		}
		put_md_commit(m->out, md_str(s, "oid"), c->web, 7);
		if (md_bool(s, "self"))
			str_addf(m->out, " (%s)", TX(m, THIS));
		if (last)
			put_gap(m, seconds_of(s) - seconds_of(last));
		last = s;
	}
	if (last && !strcmp(md_str(last, "kind"), "revert"))
		str_addf(m->out, " (%s)", TX(m, REVERTED_OPEN));
	if (json_array_size(inverse) == 2) {
		str_add(m->out, "; ");
		str_addf(m->out, md_at(inverse, 0) == md_at(inverse, 1) ?
			 TX(m, INVERSE) : TX(m, NOT_INVERSE),
			 (int)md_at(inverse, 0), (int)md_at(inverse, 1));
	}
	return true;
}
