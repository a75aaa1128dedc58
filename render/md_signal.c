/* render/md_signal.c - signals and threads as sentences. */
#include "core/mem.h"
#include "render/md.h"

#include <inttypes.h>

#define ITEMS_MAX 12
#define GROUPS_MAX 12
#define VALUE_MAX 160

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

/* Does another signal speak of the one line of a small diff? */
static bool said_better(json_t *signals, json_t *small)
{
	json_t *s;
	size_t i;

	json_array_foreach(signals, i, s)
		if (s != small && has_line(md_str(s, "kind")) &&
		    md_int(s, "line") == md_int(small, "line") &&
		    !strcmp(md_str(s, "path"), md_str(small, "path")))
			return true;
	return false;
}

static size_t group_by(json_t *signals, bool by_path, struct group **out)
{
	struct group *v = NULL;
	size_t n = 0, cap = 0, i, k;
	json_t *s;

	json_array_foreach(signals, i, s) {
		const char *kind = md_str(s, "kind"), *path = md_str(s, "path");
		bool breaking = md_bool(s, "breaking");

		if (!has_line(kind) ||
		    (!strcmp(kind, "small-diff") && said_better(signals, s)))
			continue;
		/* Signals about files say their paths anyhow. */
		if (!strcmp(path, md_str(s, "name")) &&
		    strcmp(kind, "small-diff"))
			path = "";
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

/* A whole id is cut as others are on a page. */
static void put_value(struct md *m, const char *s)
{
	char id[11];

	if (strlen(s) == 40 && strspn(s, "0123456789abcdef") == 40) {
		snprintf(id, sizeof(id), "%.10s", s);
		put_md_code(m->out, id);
	} else if (strlen(s) <= VALUE_MAX)
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
		json_t *hw = json_object_get(d, "hardware"), *v;
		size_t i;

		str_add(m->out, " (");
		json_array_foreach(hw, i, v) {
			str_add(m->out, i ? ", " : "");
			put_md_text(m->out, json_string_value(v), NULL);
		}
		if (!json_array_size(hw))
			str_add(m->out, TX(m, NO_HARDWARE));
		str_addch(m->out, ')');
	}
}

/*
 * Two long values: only the words in which they differ, as they stand (a
 * marker of a requirement differs by "and" -> "or").  False: nothing short.
 */
static bool put_middle(struct md *m, const char *old, const char *new)
{
	size_t a = strlen(old), b = strlen(new), head = 0, tail = 0;
	char *was, *is;
	bool ok;

	while (head < a && head < b && old[head] == new[head])
		head++;
	while (head && old[head - 1] != ' ')
		head--;
	while (tail < a - head && tail < b - head &&
	       old[a - 1 - tail] == new[b - 1 - tail])
		tail++;
	while (tail && old[a - tail] != ' ')
		tail--;
	was = xstrndup(old + head, a - head - tail);
	is = xstrndup(new + head, b - head - tail);
	ok = *was && *is && strlen(was) <= VALUE_MAX &&
	     strlen(is) <= VALUE_MAX;
	if (ok) {
		str_add(m->out, "... ");
		put_md_code(m->out, was);
		str_add(m->out, " -> ");
		put_md_code(m->out, is);
		str_add(m->out, " ...");
	}
	free(was);
	free(is);
	return ok;
}

/* "4 times in 2 files", "21 headers", "22, 13 unchanged" */
static void put_counts(struct md *m, json_t *s)
{
	const char *kind = md_str(s, "kind");
	json_t *d = json_object_get(s, "detail");

	if (!strcmp(kind, "substitution") && md_int(d, "places") > 1) {
		str_add(m->out, ", ");
		SAY(m, PLACES, (int)md_int(d, "places"),
		    (int)md_int(d, "files"));
	} else if (!strcmp(kind, "header-moved") && md_int(d, "n")) {
		str_add(m->out, ", ");
		SAY(m, HEADERS, (int)md_int(d, "n"));
	} else if (!strcmp(kind, "rename") && json_is_object(d) &&
		   md_int(d, "renames") > 1) {
		str_add(m->out, ", ");
		SAY(m, UNCHANGED, (int)md_int(d, "unchanged"));
	}
}

/* The functions by name, three at most. */
static void put_deleted(struct md *m, json_t *s)
{
	json_t *names = json_object_get(json_object_get(s, "detail"), "names");
	int all = (int)strtol(md_str(s, "name"), NULL, 10), n = 0;
	json_t *x;
	size_t i;

	json_array_foreach(names, i, x) {
		if (n == 3)
			break;
		str_add(m->out, n++ ? ", " : "");
		put_md_code(m->out, json_string_value(x));
	}
	if (all > n) {
		str_add(m->out, n ? ", " : "");
		SAY(m, AND_MORE, all - n);
	}
}

/* One side of a pin: its bound, or that there is none, or no such pin. */
static void put_bound(struct md *m, json_t *s, const char *side)
{
	const char *spec = md_str(s, side);
	json_t *d = json_object_get(s, "detail");

	if (*spec)
		put_value(m, spec);
	else if (json_is_null(json_object_get(s, side)) ||
		 !strcmp(md_str(d, "what"), "marker"))
		str_add(m->out, TX(m, NONE_VALUE));
	else
		str_add(m->out, TX(m, ANY_VERSION));
}

static void put_pin(struct md *m, json_t *s)
{
	const char *old = md_str(s, "old"), *new = md_str(s, "new");

	put_value(m, md_str(s, "name"));
	str_addch(m->out, ' ');
	if (*old && *new && strlen(old) + strlen(new) > VALUE_MAX &&
	    put_middle(m, old, new))
		return;
	put_bound(m, s, "old");
	str_add(m->out, " -> ");
	put_bound(m, s, "new");
}

/* Of a signature many parameters left: how many.  False: they are short. */
static bool put_params(struct md *m, json_t *s, const char *side)
{
	static const char *const lists[2][4] = {
		{ "removed", "defaults", "kwonly", NULL },
		{ "required", "added", "defaults", "kwonly" },
	};
	bool new = !strcmp(side, "new");
	json_t *d = json_object_get(s, "detail");
	size_t n = 0, i;

	if (strcmp(md_str(s, "kind"), "signature") ||
	    strlen(md_str(s, side)) <= VALUE_MAX)
		return false;
	for (i = 0; i < 4 && lists[new][i]; i++)
		n += json_array_size(json_object_get(d, lists[new][i]));
	SAY(m, N_PARAMS, (int)n);
	return true;
}

/* Two values of which nothing could be shown: the name says enough. */
static bool are_too_long(json_t *s, const char *old, const char *new)
{
	return strlen(old) > VALUE_MAX && strlen(new) > VALUE_MAX &&
	       *md_str(s, "name") && strcmp(md_str(s, "kind"), "signature");
}

/* A value that may be many parameters. */
static void put_side(struct md *m, json_t *s, const char *side)
{
	if (!put_params(m, s, side))
		put_value(m, md_str(s, side));
}

static void put_item(struct md *m, json_t *s, const char *web)
{
	const char *name = md_str(s, "name"), *old = md_str(s, "old");
	const char *new = md_str(s, "new"), *kind = md_str(s, "kind");

	if (is_quote(kind)) {
		put_quote(m, s, web);
		return;
	}
	if (!strcmp(kind, "test-deleted")) {
		put_deleted(m, s);
		return;
	}
	if (!strcmp(kind, "pin")) {
		put_pin(m, s);
		return;
	}
	if (are_too_long(s, old, new)) {
		put_value(m, name);
		return;
	}
	/* How many, when it is one: the paths say it. */
	if (!strcmp(kind, "rename") && *old)
		name = "";
	if (*name && strcmp(name, old) && strcmp(name, new) &&
	    strcmp(kind, "layout") && strcmp(kind, "small-diff")) {
		put_value(m, name);
		if (*old || *new)
			str_addch(m->out, ' ');
	}
	if (*old) {
		put_side(m, s, "old");
		if (*new || strcmp(name, old))
			str_add(m->out, " -> ");
		if (!*new && strcmp(name, old))
			str_add(m->out, TX(m, NONE_VALUE));
	}
	if (*new)
		put_side(m, s, "new");
	put_counts(m, s);
}

static void put_place(struct md *m, json_t *s)
{
	/* A signal about a file has said it. */
	if (!*md_str(s, "path") ||
	    (!strcmp(md_str(s, "path"), md_str(s, "name")) &&
	     strcmp(md_str(s, "kind"), "small-diff")))
		return;
	md_place(m, s);
}

/*
 * Lines of the tree that still say the names; nothing where one is unknown.
 * The word of a method is anybody's: only that none is left tells something.
 */
static void put_left(struct md *m, const struct group *g)
{
	int64_t left = 0;
	size_t i;

	for (i = 0; i < g->n; i++) {
		json_t *n = json_object_get(json_object_get(g->v[i], "detail"),
					    "left");

		if (!json_is_integer(n) || json_integer_value(n) < 0 ||
		    (json_integer_value(n) &&
		     strchr(md_str(g->v[i], "name"), '.')))
			return;
		left += json_integer_value(n);
	}
	str_add(m->out, "; ");
	if (left)
		SAY(m, LEFT_WORD, (int)left);
	else
		SAY(m, LEFT, 0);
}

static bool same_item(json_t *a, json_t *b)
{
	return !strcmp(md_str(a, "name"), md_str(b, "name")) &&
	       !strcmp(md_str(a, "old"), md_str(b, "old")) &&
	       !strcmp(md_str(a, "new"), md_str(b, "new"));
}

/* Items of a group, each once; those of several files with their place. */
static void put_items(struct md *m, const struct group *g, const char *web,
		      bool where)
{
	bool spread = !*g->path && g->n > 1 && g->breaking && where;
	size_t i, k, shown = 0, more = 0;

	for (i = 0; i < g->n; i++) {
		for (k = 0; k < i && !same_item(g->v[k], g->v[i]); k++)
			;
		if (k < i && !spread)
			continue;
		if (shown == ITEMS_MAX) {
			more++;
			continue;
		}
		str_add(m->out, shown++ ? ", " : "");
		put_item(m, g->v[i], web);
		if (spread && (i + 1 == g->n || shown == ITEMS_MAX ||
			       strcmp(md_str(g->v[i], "path"),
				      md_str(g->v[i + 1], "path"))))
			put_place(m, g->v[i]);
	}
	if (more) {
		str_add(m->out, ", ");
		SAY(m, AND_MORE, (int)more);
	}
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
	put_items(m, g, web, where);
	for (i = 0; i < g->n; i++)
		titled |= md_bool(g->v[i], "in_title");
	if (g->breaking && !titled)
		str_addf(m->out, " [%s]", TX(m, NOT_IN_TITLE));
	if (where && *g->path)
		put_place(m, g->v[0]);
	if (where && g->breaking)
		put_left(m, g);
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
		SAY(m, AND_MORE, left);
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
		SAY(m, AND_MORE, (int)n - shown);
	}
	free_groups(g, n);
}

/* Is it one of those asked for: a kind, or "*" for what is breaking? */
static bool is_asked(json_t *s, const char *kind)
{
	return *kind == '*' ? md_bool(s, "breaking") :
			      !strcmp(md_str(s, "kind"), kind);
}

/*
 * The same name left two files: once is enough in a summary.  Of one kind the
 * values tell, too: two tests are skipped for two reasons.
 */
static bool said_before(json_t *signals, size_t at, const char *kind)
{
	json_t *x = json_array_get(signals, at), *s;
	size_t i;

	for (i = 0; i < at; i++) {
		s = json_array_get(signals, i);
		if (is_asked(s, kind) &&
		    (*kind == '*' ?
		     !strcmp(md_str(s, "name"), md_str(x, "name")) :
		     same_item(s, x)))
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
		if (!is_asked(s, kind) ||
		    said_before(json_object_get(change, "signals"), i, kind))
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
		SAY(m, AND_MORE, more);
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
		text_put(m->out, m->lang, md_at(inverse, 0) ==
			 md_at(inverse, 1) ? TEXT_INVERSE : TEXT_NOT_INVERSE,
			 (int)md_at(inverse, 0), (int)md_at(inverse, 1));
	}
	return true;
}
