/*
 * Runs the groups of tests/cases/classify.txt and the examples of docs/rules.md
 * (fenced as ```case).  A group is lines of "key: value" up to a blank line:
 * subject, body, author, pr-label, trait, path ("a/b.py +3 -1") go in; type,
 * areas, hardware, bot, rule, no-rule are what must come out.
 */
#include "tests/unit/unit.h"

#include "analyze/classify.h"
#include "core/str.h"

struct group {
	const char *file;
	int line;
	char *subject, *author, *type, *areas, *hardware, *bot;
	struct str body;
	struct classify_path path[16];
	const char *pr_label[4];
	size_t paths_n, labels_n;
	const char *rule[8], *no_rule[8];
	int rules_n, no_rules_n;
	uint32_t traits;
};

static struct rules *rules;
static int groups_run;

static char *joined(const char *const *list, int n)
{
	struct str s = STR_INIT;
	int i;

	for (i = 0; i < n; i++)
		str_addf(&s, "%s%s", i ? " " : "", list[i]);
	return str_detach(&s);
}

static void same(const struct group *g, const char *what, const char *want,
		 const char *got)
{
	if (want && strcmp(want, got))
		fail_msg("%s:%d: %s is '%s', not '%s'", g->file, g->line, what,
			 got, want);
}

static bool fired(const struct labels *l, const char *rule)
{
	size_t i;

	for (i = 0; i < l->fired_n; i++)
		if (!strcmp(l->fired[i].rule, rule))
			return true;
	return false;
}

static void run_group(struct group *g)
{
	struct classify_input in = { .subject = g->subject,
		.body = str_c(&g->body), .author = g->author,
		.paths = g->path, .paths_n = g->paths_n, .files = g->paths_n,
		.traits = g->traits, .pr_labels = g->pr_label,
		.pr_labels_n = g->labels_n };
	struct arena a = { 0 };
	struct labels l;
	char *s;
	int i;

	if (!g->subject)
		return;
	groups_run++;
	classify(rules, &in, true, &a, &l);
	same(g, "type", g->type, l.type);
	same(g, "bot", g->bot, l.bot ? "yes" : "no");
	same(g, "areas", g->areas, s = joined(l.areas, l.areas_n));
	free(s);
	same(g, "hardware", g->hardware, s = joined(l.hardware, l.hardware_n));
	free(s);
	for (i = 0; i < g->rules_n; i++)
		if (!fired(&l, g->rule[i]))
			fail_msg("%s:%d: rule '%s' did not fire", g->file,
				 g->line, g->rule[i]);
	for (i = 0; i < g->no_rules_n; i++)
		if (fired(&l, g->no_rule[i]))
			fail_msg("%s:%d: rule '%s' fired", g->file, g->line,
				 g->no_rule[i]);
	str_release(&g->body);
	arena_release(&a);
}

static uint32_t trait_bit(const char *s)
{
	return !strcmp(s, "only-comments") ? TRAIT_ONLY_COMMENTS :
	       !strcmp(s, "only-space") ? TRAIT_ONLY_SPACE :
	       !strcmp(s, "only-version") ? TRAIT_ONLY_VERSION :
	       !strcmp(s, "only-pins") ? TRAIT_ONLY_PINS :
	       !strcmp(s, "only-deletions") ? TRAIT_ONLY_DELETIONS : 0;
}

static void add_path(struct group *g, char *value)
{
	struct classify_path *p = &g->path[g->paths_n++];
	char *plus = strstr(value, " +");

	assert_non_null(plus);
	*plus = 0;
	p->path = value;
	p->additions = (int32_t)strtol(plus + 2, &plus, 10);
	p->deletions = (int32_t)strtol(plus + 2, NULL, 10);
}

static void take_line(struct group *g, char *key, char *value)
{
	if (!strcmp(key, "subject"))
		g->subject = value;
	else if (!strcmp(key, "body"))
		str_addf(&g->body, "%s\n", value);
	else if (!strcmp(key, "author"))
		g->author = value;
	else if (!strcmp(key, "pr-label"))
		g->pr_label[g->labels_n++] = value;
	else if (!strcmp(key, "trait"))
		g->traits |= trait_bit(value);
	else if (!strcmp(key, "path"))
		add_path(g, value);
	else if (!strcmp(key, "type"))
		g->type = value;
	else if (!strcmp(key, "areas"))
		g->areas = value;
	else if (!strcmp(key, "hardware"))
		g->hardware = value;
	else if (!strcmp(key, "bot"))
		g->bot = value;
	else if (!strcmp(key, "rule"))
		g->rule[g->rules_n++] = value;
	else if (!strcmp(key, "no-rule"))
		g->no_rule[g->no_rules_n++] = value;
	else
		fail_msg("%s:%d: what is '%s'?", g->file, g->line, key);
}

/* fenced: only what stands between ```case and ``` counts. */
static void run_file(const char *file, bool fenced)
{
	struct str text = STR_INIT;
	struct group g = { .file = file };
	char *rest, *line, *value;
	bool in = !fenced;
	int n = 0;

	assert_int_equal(fs_read(file, 1 << 20, &text, NULL), 0);
	rest = text.s;
	groups_run = 0;
	while ((line = strsep(&rest, "\n")) != NULL) {
		n++;
		if (fenced && !strncmp(line, "```", 3)) {
			in = !strcmp(line, "```case");
			*line = 0;
		}
		if (*line == '#' && !fenced)
			continue;
		if (!*line) {
			run_group(&g);
			g = (struct group){ .file = file, .line = n + 1 };
			continue;
		}
		if (!in)
			continue;
		value = strchr(line, ':');
		assert_non_null(value);
		*value++ = 0;
		take_line(&g, line, value + (*value == ' '));
	}
	run_group(&g);
	str_release(&text);
}

static void the_cases_come_out_as_written(void **state UNUSED)
{
	run_file("tests/cases/classify.txt", false);
	assert_true(groups_run > 40);
}

static void the_examples_of_the_reference_hold(void **state UNUSED)
{
	run_file("docs/rules.md", true);
	assert_true(groups_run >= 8);
}

static int load(void **state UNUSED)
{
	struct err e = { 0 };

	return rules_load(&rules, NULL, &e);
}

static int unload(void **state UNUSED)
{
	rules_free(rules);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cases_come_out_as_written),
		cmocka_unit_test(the_examples_of_the_reference_hold),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
