/* render/md_change.c - one change: a section, or a line. */
#include "render/md.h"

#include <inttypes.h>

/* "`fix` `moe,gemm` `hopper`" */
static void put_badges(struct md *m, json_t *c)
{
	const char *const lists[] = { "areas", "hardware" };
	json_t *w;
	size_t i, k;

	if (*md_str(c, "type")) {
		str_addf(m->out, "`%s`", md_str(c, "type"));
		if (md_bool(c, "unsure"))
			str_addf(m->out, " (%s)", TX(m, UNSURE));
	}
	for (k = 0; k < 2; k++) {
		json_t *list = json_object_get(c, lists[k]);

		if (!json_array_size(list))
			continue;
		str_add(m->out, " `");
		json_array_foreach(list, i, w)
			str_addf(m->out, "%s%s", i ? "," : "",
				 json_string_value(w));
		str_addch(m->out, '`');
	}
}

static void put_flags(struct md *m, json_t *c)
{
	static const struct {
		const char *flag;
		enum text text;
	} names[] = {
		{ "gone", TEXT_GONE },
		{ "sidelined", TEXT_SIDELINED },
		{ "unreadable", TEXT_UNREADABLE },
	};
	json_t *f;
	size_t i, k;

	json_array_foreach(json_object_get(c, "flags"), i, f)
		for (k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			if (!strcmp(json_string_value(f), names[k].flag))
				str_addf(m->out, " · %s",
					 text(m->lang, names[k].text));
	if (md_bool(c, "doubtful"))
		str_addf(m->out, " · %s", TX(m, DOUBTFUL));
}

static void put_title(struct md *m, const struct md_change *c)
{
	int pr = (int)md_int(c->c, "pr");

	put_md_commit(m->out, md_str(c->c, "oid"), c->web, 7);
	str_addch(m->out, ' ');
	md_subject(m, c);
	if (pr) {
		str_addch(m->out, ' ');
		md_pr(m, c->web, pr);
	}
}

static void put_counts(struct md *m, json_t *c)
{
	md_size(m, c);
	if (md_int(c, "unmeasured")) {
		str_add(m->out, ", ");
		SAY(m, UNMEASURED, (int)md_int(c, "unmeasured"));
	}
}

static void put_excerpt(struct md *m, const struct md_change *c)
{
	json_t *x = json_object_get(c->c, "excerpt"), *s;
	size_t i;

	if (!json_array_size(x))
		return;
	str_add(m->out, "> ");
	json_array_foreach(x, i, s) {
		str_add(m->out, i ? " \"" : "\"");
		put_md_text(m->out, json_string_value(s), c->web);
		str_addch(m->out, '"');
	}
	str_addch(m->out, '\n');
}

static void put_tests(struct md *m, json_t *c)
{
	json_t *t = json_object_get(c, "tests"), *p;
	int64_t rest = md_int(c, "components_rest");
	size_t i;

	str_addf(m->out, "- %s: ", TX(m, TESTS));
	if (md_int(t, "files"))
		md_size(m, t);
	else
		str_add(m->out, TX(m, TESTS_NONE));
	if (!json_array_size(json_object_get(c, "excerpt")))
		str_addf(m->out, ". %s", TX(m, BODY_NONE));
	if (md_int(c, "files") < 2) {
		str_add(m->out, ".\n");
		return;
	}
	str_addf(m->out, ". %s: ", TX(m, COMPONENTS));
	json_array_foreach(json_object_get(c, "components"), i, p) {
		str_add(m->out, i ? ", " : "");
		put_md_code(m->out, md_str(p, "dir"));
		str_addf(m->out, " %" PRId64, md_int(p, "files"));
	}
	if (rest)
		str_addf(m->out, ", %s %" PRId64, TX(m, OTHER), rest);
	str_add(m->out, ".\n");
}

/* Issues whose title the store knows. */
static void put_closes(struct md *m, const struct md_change *c)
{
	json_t *v = json_object_get(c->c, "closes"), *o;
	size_t i;

	if (!json_array_size(v))
		return;
	str_addf(m->out, "- %s: ", TX(m, CLOSES));
	json_array_foreach(v, i, o) {
		str_add(m->out, i ? ", " : "");
		md_issue_number(m, o, c->web);
		str_add(m->out, " \"");
		put_md_text(m->out, md_str(o, "title"), NULL);
		str_addch(m->out, '"');
	}
	str_addch(m->out, '\n');
}

static void put_members(struct md *m, const struct md_change *c)
{
	json_t *v = json_object_get(c->c, "commits"), *o;
	size_t i;

	if (!json_array_size(v))
		return;
	str_addf(m->out, "- %s (%zu): ", TX(m, MERGED), json_array_size(v));
	json_array_foreach(v, i, o) {
		str_add(m->out, i ? ", " : "");
		put_md_commit(m->out, json_string_value(o), c->web, 9);
	}
	str_addch(m->out, '\n');
}

/* Longer than any run of backticks in the lines. */
static int fence_len(json_t *lines)
{
	int longest = 2, run;
	const char *p;
	json_t *l;
	size_t i;

	json_array_foreach(lines, i, l)
		for (p = json_string_value(l), run = 0; *p; p++) {
			run = *p == '`' ? run + 1 : 0;
			if (run > longest)
				longest = run;
		}
	return longest + 1;
}

static void put_hunks(struct md *m, const struct md_change *c)
{
	json_t *h, *l;
	size_t i, k;
	char at[32];

	json_array_foreach(json_object_get(c->c, "hunks"), i, h) {
		json_t *lines = json_object_get(h, "lines");
		int n = fence_len(lines), f;
		struct str where = STR_INIT;

		snprintf(at, sizeof(at), ":%" PRId64, md_int(h, "line"));
		str_add(&where, md_str(h, "path"));
		str_add(&where, at);
		str_add(m->out, "- ");
		put_md_code(m->out, where.s);
		str_addf(m->out, " (%s)\n\n  ", md_str(h, "handle"));
		str_release(&where);
		for (f = 0; f < n; f++)
			str_addch(m->out, '`');
		str_add(m->out, "diff\n");
		json_array_foreach(lines, k, l) {
			str_add(m->out, "  ");
			put_md_fenced(m->out, json_string_value(l));
			str_addch(m->out, '\n');
		}
		str_add(m->out, "  ");
		for (f = 0; f < n; f++)
			str_addch(m->out, '`');
		str_addch(m->out, '\n');
	}
}

static void put_downstream(struct md *m, const struct md_change *c)
{
	json_t *uses = json_object_get(c->c, "downstream"), *u;
	json_t *bounds = json_object_get(c->c, "bounds");
	size_t i;

	if (json_array_size(uses))
		str_addf(m->out, "- %s: ", TX(m, DOWNSTREAM));
	json_array_foreach(uses, i, u) {
		struct str where = STR_INIT;

		str_add(m->out, i ? "; " : "");
		put_md_text(m->out, md_str(u, "repo"), NULL);
		str_addch(m->out, ' ');
		put_md_code(m->out, md_str(u, "name"));
		str_addch(m->out, ' ');
		SAY(m, N_FILES, (int)md_int(u, "files"));
		str_add(m->out, " / ");
		SAY(m, N_LINES, (int)md_int(u, "lines"));
		str_add(m->out, " (");
		str_addf(&where, "%s:%" PRId64, md_str(u, "path"),
			 md_int(u, "line"));
		put_md_code(m->out, where.s);
		str_addch(m->out, ')');
		str_release(&where);
	}
	if (json_array_size(uses))
		str_addch(m->out, '\n');
	if (!json_array_size(bounds) || !json_array_size(uses))
		return;
	str_addf(m->out, "- %s: ", TX(m, BOUNDS));
	json_array_foreach(bounds, i, u) {
		struct str spec = STR_INIT, where = STR_INIT;

		str_add(m->out, i ? "; " : "");
		put_md_text(m->out, md_str(u, "repo"), NULL);
		str_addch(m->out, ' ');
		str_addf(&where, "%s:%" PRId64, md_str(u, "path"),
			 md_int(u, "line"));
		put_md_code(m->out, where.s);
		str_addch(m->out, ' ');
		str_addf(&spec, "%s%s", md_str(u, "package"),
			 md_str(u, "spec"));
		put_md_code(m->out, spec.s);
		if (!strpbrk(md_str(u, "spec"), "<=~") ||
		    (strstr(md_str(u, "spec"), ">=") &&
		     !strchr(md_str(u, "spec"), '<')))
			str_addf(m->out, " (%s)", TX(m, NO_UPPER));
		str_release(&spec);
		str_release(&where);
	}
	str_addch(m->out, '\n');
}

void md_change_detail(struct md *m, const struct md_change *c)
{
	const char *landed = md_str(c->c, "landed");

	str_addf(m->out, "#### %s ", md_str(c->c, "handle"));
	put_title(m, c);
	str_addch(m->out, '\n');
	put_badges(m, c->c);
	str_add(m->out, " · ");
	put_md_text(m->out, md_str(json_object_get(c->c, "author"), "name"),
		    NULL);
	str_addf(m->out, " · %.5sZ · ", strlen(landed) > 16 ? landed + 11 :
		 "-");
	put_counts(m, c->c);
	str_addf(m->out, " · %s %d · %s `airep-git show %s@%s`", TX(m, SCORE),
		 c->score, TX(m, DRILL), md_str(c->c, "handle"), m->label);
	put_flags(m, c->c);
	str_addch(m->out, '\n');
	put_excerpt(m, c);
	if (json_array_size(json_object_get(c->c, "thread"))) {
		str_addf(m->out, "- %s: ", TX(m, THREAD));
		md_thread(m, c);
		str_addch(m->out, '\n');
	}
	put_closes(m, c);
	md_signal_list(m, c, 12);
	put_downstream(m, c);
	put_members(m, c);
	put_tests(m, c->c);
	put_hunks(m, c);
	str_addch(m->out, '\n');
}

static void put_first_sentence(struct md *m, const struct md_change *c)
{
	json_t *x = json_object_get(c->c, "excerpt");

	if (!json_array_size(x))
		return;
	str_add(m->out, " · \"");
	put_md_text(m->out, json_string_value(json_array_get(x, 0)), c->web);
	str_addch(m->out, '"');
}

void md_change_line(struct md *m, const struct md_change *c, bool date)
{
	size_t before;

	str_addf(m->out, "- %s ", md_str(c->c, "handle"));
	put_title(m, c);
	str_add(m->out, " · ");
	put_badges(m, c->c);
	str_add(m->out, " · ");
	put_md_text(m->out, md_str(json_object_get(c->c, "author"), "name"),
		    NULL);
	str_add(m->out, " · ");
	put_counts(m, c->c);
	if (date) {
		str_add(m->out, " · ");
		put_md_text(m->out, md_str(c->c, "repo"), NULL);
		str_add(m->out, " · ");
		SAY(m, LATE_LINE, md_str(c->c, "landed"),
		    md_str(c->c, "observed"));
	}
	if (json_array_size(json_object_get(c->c, "thread"))) {
		str_add(m->out, " · ");
		md_thread(m, c);
	}
	before = m->out->len;
	md_signal_inline(m, c, 3);
	/* Nothing was read from the diff: what the author says it does. */
	if (m->out->len == before && !c->folded)
		put_first_sentence(m, c);
	put_flags(m, c->c);
	str_addch(m->out, '\n');
}
