/* render/md_summary.c - the first screen and the table of a page. */
#include "analyze/importance.h"
#include "core/mem.h"
#include "render/md_items.h"

#include <ctype.h>
#include <inttypes.h>

#define PER_KIND 4

static int by_score(const void *x, const void *y)
{
	const struct md_change *a = *(struct md_change *const *)x;
	const struct md_change *b = *(struct md_change *const *)y;

	return a->score != b->score ? b->score - a->score :
	       a->place - b->place;
}

/* Changes that fn accepts, best first, into v; returns how many. */
static size_t pick(struct md *m, const struct md_change **v,
		   bool (*fn)(const struct md_change *c))
{
	size_t i, n = 0;

	for (i = 0; i < m->n; i++)
		if (fn(&m->v[i]))
			v[n++] = &m->v[i];
	qsort(v, n, sizeof(*v), by_score);
	return n;
}

static void put_repo_name(struct md *m, const struct md_change *c)
{
	const char *name = md_str(c->repo, "repo");
	const char *slash = strrchr(name, '/');

	put_md_text(m->out, slash ? slash + 1 : name, NULL);
}

static void put_more(struct md *m, size_t n, size_t shown)
{
	if (n > shown) {
		str_add(m->out, "; ");
		SAY(m, S_MORE, (int)(n - shown));
	}
}

/* One bullet: a heading, up to PER_KIND items with repository and handle. */
static void put_sorted(struct md *m, enum text head,
		       bool (*fn)(const struct md_change *c),
		       void (*item)(struct md *m, const struct md_change *c),
		       int (*by)(const void *a, const void *b))
{
	const struct md_change **v = xcalloc(m->n + 1, sizeof(*v));
	size_t n = pick(m, v, fn), i;

	qsort(v, n, sizeof(*v), by);

	if (n) {
		str_addf(m->out, "- %s: ", text(m->lang, head));
		for (i = 0; i < n && i < PER_KIND; i++) {
			str_add(m->out, i ? "; " : "");
			put_repo_name(m, v[i]);
			str_addch(m->out, ' ');
			item(m, v[i]);
			str_addch(m->out, ' ');
			md_handle(m, v[i]);
		}
		put_more(m, n, i);
		str_add(m->out, ".\n");
	}
	free(v);
}

void md_kind_line(struct md *m, enum text head,
		     bool (*fn)(const struct md_change *c),
		     void (*item)(struct md *m, const struct md_change *c))
{
	put_sorted(m, head, fn, item, by_score);
}

static bool is_breaking(const struct md_change *c)
{
	return md_breaking(c->c) > 0;
}

bool md_still_used(const struct md_change *c)
{
	return json_array_size(json_object_get(c->c, "downstream")) > 0;
}

/* "flashinfer 2 files, flash-attention 4 files": who uses the name. */
static void users_of(struct md *m, json_t *uses, const char *name,
		     struct str *out)
{
	json_t *u;
	size_t i;

	json_array_foreach(uses, i, u) {
		const char *repo = md_str(u, "repo");
		const char *slash = strrchr(repo, '/');

		if (strcmp(md_str(u, "name"), name))
			continue;
		str_add(out, out->len ? ", " : "");
		put_md_text(out, slash ? slash + 1 : repo, NULL);
		str_addch(out, ' ');
		text_put(out, m->lang, TEXT_N_FILES, (int)md_int(u, "files"));
	}
}

static bool named_before(json_t *uses, size_t at, const char *name)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (!strcmp(md_str(json_array_get(uses, i), "name"), name))
			return true;
	return false;
}

/* "`A`, `B` (x 2 files, y 4 files)": names with the same users together. */
void md_item_used(struct md *m, const struct md_change *c)
{
	json_t *uses = json_object_get(c->c, "downstream"), *u;
	struct str last = STR_INIT, now = STR_INIT;
	size_t i;
	int names = 0;

	json_array_foreach(uses, i, u) {
		const char *name = md_str(u, "name");

		if (named_before(uses, i, name))
			continue;
		if (names++ == 6) {
			str_add(m->out, ", ...");
			break;
		}
		str_clear(&now);
		users_of(m, uses, name, &now);
		if (last.len && strcmp(str_c(&last), str_c(&now)))
			str_addf(m->out, " (%s)", str_c(&last));
		str_add(m->out, names > 1 ? ", " : "");
		put_md_code(m->out, name);
		str_clear(&last);
		str_add(&last, str_c(&now));
	}
	if (last.len)
		str_addf(m->out, " (%s)", str_c(&last));
	str_release(&last);
	str_release(&now);
}

/* Names that others still use come first: they are what will break. */
static void item_breaking(struct md *m, const struct md_change *c)
{
	if (md_still_used(c)) {
		str_addf(m->out, "%s: ", TX(m, STILL_USED));
		md_item_used(m, c);
		str_addf(m->out, "; %s: ", TX(m, ALL_LEFT));
	}
	md_signal_names(m, c->c, "*", 3);
}

static bool in_thread(const struct md_change *c)
{
	return json_array_size(json_object_get(c->c, "thread")) > 1;
}

void md_item_thread(struct md *m, const struct md_change *c)
{
	md_thread(m, c);
}

static bool has_pin(const struct md_change *c)
{
	return md_has_kind(c->c, "pin") || md_has_kind(c->c, "submodule");
}

static void item_pin(struct md *m, const struct md_change *c)
{
	if (md_signal_names(m, c->c, "pin", 3) &&
	    md_has_kind(c->c, "submodule"))
		str_add(m->out, ", ");
	md_signal_names(m, c->c, "submodule", 2);
}

/* Whole words: "Change" is no "hang". */
static bool has_word(const char *s, const char *const *words)
{
	const char *p;
	size_t i;

	for (i = 0; words[i]; i++)
		for (p = s; (p = strcasestr(p, words[i])); p++)
			if ((p == s || !isalpha((unsigned char)p[-1])) &&
			    !isalpha((unsigned char)p[strlen(words[i])]))
				return true;
	return false;
}

static bool is_severe(const struct md_change *c)
{
	return importance_is_severe(md_str(c->c, "subject"));
}

/* Without a word of severity the title has to say so itself: of the others a
 * good part are labelled by what else they say. */
static bool is_fix(const struct md_change *c)
{
	const char *title = md_str(c->c, "subject");

	if (strcmp(md_str(c->c, "type"), "fix") != 0)
		return false;
	return is_severe(c) ||
	       (!md_bool(c->c, "unsure") && !c->folded &&
		(strcasestr(title, "fix") || strcasestr(title, "bug")));
}

static int by_severity(const void *a, const void *b)
{
	int x = is_severe(*(const struct md_change *const *)a);
	int y = is_severe(*(const struct md_change *const *)b);

	return x != y ? y - x : by_score(a, b);
}

void md_item_title(struct md *m, const struct md_change *c)
{
	str_addch(m->out, '"');
	md_subject(m, c);
	str_addch(m->out, '"');
}

static bool has_new(const struct md_change *c)
{
	return md_has_kind(c->c, "new-kernel") ||
	       md_has_kind(c->c, "new-model") ||
	       md_has_kind(c->c, "new-enum-value");
}

/* What a change says of several kinds, at most max of each; false: nothing. */
static bool put_kinds(struct md *m, json_t *change, const char *const *kinds,
		      size_t n, int max)
{
	size_t i;
	bool any = false;

	for (i = 0; i < n; i++) {
		if (!md_has_kind(change, kinds[i]))
			continue;
		str_add(m->out, any ? ", " : "");
		any |= md_signal_names(m, change, kinds[i], max);
	}
	return any;
}

static void item_new(struct md *m, const struct md_change *c)
{
	static const char *const kinds[] = { "new-model", "new-kernel",
					     "new-enum-value" };

	put_kinds(m, c->c, kinds, ARRAY_N(kinds), 2);
}

static bool has_switch(const struct md_change *c)
{
	return md_has_kind(c->c, "env-added") ||
	       md_has_kind(c->c, "flag-added") ||
	       md_has_kind(c->c, "metric-added") ||
	       md_has_kind(c->c, "docs-code-mismatch");
}

static void item_switch(struct md *m, const struct md_change *c)
{
	static const char *const kinds[] = { "env-added", "flag-added",
					     "metric-added" };
	bool any = put_kinds(m, c->c, kinds, ARRAY_N(kinds), 3);

	if (md_has_kind(c->c, "docs-code-mismatch")) {
		str_addf(m->out, "%s%s: ", any ? ", " : "",
			 TX(m, WATCH_DOCS));
		md_signal_names(m, c->c, "docs-code-mismatch", 2);
	}
}

static bool has_number(const struct md_change *c)
{
	return md_has_kind(c->c, "number");
}

static void item_number(struct md *m, const struct md_change *c)
{
	md_signal_names(m, c->c, "number", 1);
}

bool md_weakens(const struct md_change *c)
{
	return md_has_kind(c->c, "test-weakened") ||
	       md_has_kind(c->c, "test-skipped") ||
	       md_has_kind(c->c, "test-deleted");
}

void md_item_weakened(struct md *m, const struct md_change *c)
{
	static const char *const kinds[] = { "test-weakened", "test-skipped",
					     "test-deleted" };
	size_t i;
	bool any = false;

	for (i = 0; i < ARRAY_N(kinds); i++) {
		const struct kind_text *k = kind_text(kinds[i]);

		if (!md_has_kind(c->c, kinds[i]))
			continue;
		str_addf(m->out, "%s%s ", any ? ", " : "",
			 m->lang == LANG_ZH ? k->zh : k->en);
		any |= md_signal_names(m, c->c, kinds[i], 2);
	}
}

static bool is_nightly(const char *tag)
{
	return strcasestr(tag, "nightly") || strcasestr(tag, "dev") ||
	       strcasestr(tag, "rc");
}

/* "1.2", "v0.6.3" */
static bool has_version(const char *s)
{
	for (; *s; s++)
		if (isdigit((unsigned char)*s) && s[1] == '.' &&
		    isdigit((unsigned char)s[2]))
			return true;
	return false;
}

static bool is_release(const struct md_change *c)
{
	static const char *const words[] = { "release", NULL };
	const char *title = md_str(c->c, "subject");

	/* A title that only sounds like one names no version. */
	return md_has_kind(c->c, "version") ||
	       (!strcmp(md_str(c->c, "type"), "release") &&
		(has_word(title, words) || has_version(title)));
}

static void item_release(struct md *m, const struct md_change *c)
{
	if (!md_signal_names(m, c->c, "version", 2))
		md_item_title(m, c);
}

/* Tags of the day and version changes; their absence is said. */
static void put_releases(struct md *m)
{
	const struct md_change **v = xcalloc(m->n + 1, sizeof(*v));
	json_t *r, *x;
	size_t i, k, n;
	int tags = 0, nightly = 0;

	str_addf(m->out, "- %s: ", TX(m, RELEASES));
	json_array_foreach(json_object_get(m->doc, "repositories"), i, r)
		json_array_foreach(json_object_get(r, "events"), k, x) {
			const char *ref = md_str(x, "ref");

			if (strncmp(ref, "refs/tags/", 10))
				continue;
			if (is_nightly(ref + 10)) {
				nightly++;
				continue;
			}
			str_add(m->out, tags++ ? ", " : "");
			put_md_text(m->out, md_str(r, "repo"), NULL);
			str_addch(m->out, ' ');
			put_md_code(m->out, ref + 10);
		}
	if (!tags)
		str_add(m->out, TX(m, NO_RELEASE));
	if (nightly) {
		str_add(m->out, "; ");
		SAY(m, NIGHTLY, nightly);
	}
	n = pick(m, v, is_release);
	for (i = 0; i < n && i < PER_KIND; i++) {
		str_add(m->out, "; ");
		put_repo_name(m, v[i]);
		str_addch(m->out, ' ');
		item_release(m, v[i]);
		str_addch(m->out, ' ');
		md_handle(m, v[i]);
	}
	put_more(m, n, i);
	str_add(m->out, ".\n");
	free(v);
}

static void put_numbers(struct md *m)
{
	size_t i, silent = 0;

	for (i = 0; i < m->n; i++)
		silent += !strcmp(md_str(m->v[i].c, "type"), "performance") &&
			  !has_number(&m->v[i]);
	md_kind_line(m, TEXT_S_NUMBERS, has_number, item_number);
	if (silent) {
		str_add(m->out, "- ");
		SAY(m, S_NO_NUMBERS, (int)silent);
		str_add(m->out, ".\n");
	}
}

static void put_tests(struct md *m)
{
	size_t i;
	int product = 0, untested = 0;

	md_kind_line(m, TEXT_S_TESTS, md_weakens, md_item_weakened);
	for (i = 0; i < m->n; i++) {
		if (strcmp(md_str(m->v[i].c, "class"), "normal"))
			continue;
		product++;
		untested += !md_int(json_object_get(m->v[i].c, "tests"),
				    "files");
	}
	if (product) {
		str_add(m->out, "- ");
		SAY(m, S_UNTESTED, product, untested);
		str_add(m->out, ".\n");
	}
}

void md_summary(struct md *m)
{
	if (!m->n)
		str_addf(m->out, "- %s\n", TX(m, S_NOTHING));
	md_kind_line(m, TEXT_S_BREAKING, is_breaking, item_breaking);
	md_kind_line(m, TEXT_S_THREADS, in_thread, md_item_thread);
	put_releases(m);
	md_kind_line(m, TEXT_S_PINS, has_pin, item_pin);
	put_sorted(m, TEXT_S_FIXES, is_fix, md_item_title, by_severity);
	md_issue_summary(m);
	md_kind_line(m, TEXT_S_NEW, has_new, item_new);
	md_kind_line(m, TEXT_S_SWITCHES, has_switch, item_switch);
	put_numbers(m);
	put_tests(m);
	str_addf(m->out, "- %s: ", TX(m, LATE));
	if (m->late_n)
		str_addf(m->out, "%zu", m->late_n);
	else
		str_add(m->out, TX(m, LATE_NONE));
	str_add(m->out, ".\n\n");
}

static void put_ratio(struct md *m, double value, double mean, int decimals)
{
	if (mean > 0)
		str_addf(m->out, " %.2fx (%.*f) |", value / mean, decimals,
			 mean);
	else
		str_add(m->out, " - |");
}

static void put_row(struct md *m, json_t *r)
{
	json_t *mean = json_object_get(r, "mean");
	int64_t lines = md_int(r, "additions") + md_int(r, "deletions");
	size_t i;
	int breaking = 0, threads = 0;

	for (i = 0; i < m->n; i++)
		if (m->v[i].repo == r) {
			breaking += is_breaking(&m->v[i]);
			threads += in_thread(&m->v[i]);
		}
	str_add(m->out, "| ");
	put_md_text(m->out, md_str(r, "repo"), NULL);
	str_addf(m->out, " | %" PRId64 " | %" PRId64 " | +%" PRId64 "/-%"
		 PRId64 " |", md_int(r, "landings"), md_int(r, "files"),
		 md_int(r, "additions"), md_int(r, "deletions"));
	put_ratio(m, (double)md_int(r, "landings"),
		  json_number_value(json_object_get(mean, "landings")), 2);
	put_ratio(m, (double)lines,
		  json_number_value(json_object_get(mean, "lines")), 0);
	str_addf(m->out, " %d | %d |\n", breaking, threads);
}

void md_table(struct md *m)
{
	json_t *r;
	size_t i;

	str_addf(m->out, "| %s | %s | %s | +/- | %s | %s | %s | %s |\n"
		 "|---|--:|--:|--:|--:|--:|--:|--:|\n", TX(m, T_REPO),
		 TX(m, CHANGES), TX(m, FILES), TX(m, T_MEAN), TX(m, T_LINES),
		 TX(m, T_BREAKING), TX(m, T_THREADS));
	json_array_foreach(json_object_get(m->doc, "repositories"), i, r)
		put_row(m, r);
}
