/* render/markdown.c - see markdown.h. */
#include "render/markdown.h"

#include "core/mem.h"
#include "core/utf8.h"
#include "render/md.h"

#include <inttypes.h>

#define DETAIL_SCORE 36
#define DETAIL_MAX 20
#define SMALL_REPO 3
#define SUBJECT_SHOWN 1000	/* bytes; a forge shows some 70 */

const char *const replay_marks[2] = {
	"重放: `airep-git report --replay ",
	"Replay: `airep-git report --replay ",
};

const char *md_str(json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

int64_t md_int(json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

int64_t md_at(json_t *array, size_t i)
{
	return json_integer_value(json_array_get(array, i));
}

bool md_bool(json_t *o, const char *key)
{
	return json_is_true(json_object_get(o, key));
}

void md_handle(struct md *m, const struct md_change *c)
{
	const char *h = md_str(c->c, "handle");

	if (c->web)
		str_addf(m->out, "[%s](%s/commit/%s)", h, c->web,
			 md_str(c->c, "oid"));
	else
		str_add(m->out, h);
}

void md_pr(struct md *m, const char *web, int pr)
{
	if (web)
		str_addf(m->out, "[#%d](%s/pull/%d)", pr, web, pr);
	else
		str_addf(m->out, "`#%d`", pr);
}

void md_subject(struct md *m, const struct md_change *c)
{
	const char *s = md_str(c->c, "subject");
	char tail[32], *own;
	int pr = (int)md_int(c->c, "pr");
	size_t n = strlen(s);

	if (!n) {
		str_add(m->out, "(no message)");
		return;
	}
	snprintf(tail, sizeof(tail), "(#%d)", pr);
	own = xstrdup(s);
	if (pr && ends_with(own, tail)) {
		n -= strlen(tail);
		while (n && own[n - 1] == ' ')
			n--;
		own[n] = 0;
	}
	if (n > SUBJECT_SHOWN)
		own[utf8_cut(own, n, SUBJECT_SHOWN)] = 0;
	put_md_text(m->out, own, c->web);
	if (n > SUBJECT_SHOWN)
		str_add(m->out, "...");
	free(own);
}

void md_place(struct md *m, json_t *o)
{
	struct str at = STR_INIT;
	int64_t line = md_int(o, "line");

	str_add(&at, md_str(o, "path"));
	if (line)
		str_addf(&at, ":%" PRId64, line);
	str_add(m->out, " (");
	put_md_code(m->out, at.s);
	str_addch(m->out, ')');
	str_release(&at);
}

void md_minute(struct md *m, const char *time)
{
	if (strlen(time) >= 16)
		str_addf(m->out, "%.16s%s", time, time + 19);
	else
		str_add(m->out, "-");
}

void md_size(struct md *m, json_t *o)
{
	SAY(m, N_FILES, (int)md_int(o, "files"));
	str_addf(m->out, " +%" PRId64 "/-%" PRId64, md_int(o, "additions"),
		 md_int(o, "deletions"));
}

int md_breaking(json_t *change)
{
	json_t *s;
	size_t i;
	int n = 0;

	json_array_foreach(json_object_get(change, "signals"), i, s)
		n += md_bool(s, "breaking");
	return n;
}

bool md_has_kind(json_t *change, const char *kind)
{
	json_t *s;
	size_t i;

	json_array_foreach(json_object_get(change, "signals"), i, s)
		if (!strcmp(md_str(s, "kind"), kind))
			return true;
	return false;
}

static const char *web_of(json_t *repo)
{
	return json_string_value(json_object_get(repo, "web"));
}

static json_t *repo_named(json_t *doc, const char *name)
{
	json_t *r;
	size_t i;

	json_array_foreach(json_object_get(doc, "repositories"), i, r)
		if (!strcmp(md_str(r, "repo"), name))
			return r;
	return NULL;
}

static void add_change(struct md_change *v, size_t *n, json_t *c, json_t *repo)
{
	v[*n].c = c;
	v[*n].repo = repo;
	v[*n].web = web_of(repo);
	v[*n].score = (int)md_int(c, "score");
	v[*n].folded = md_bool(c, "folded");
	v[*n].place = (int)*n;
	(*n)++;
}

static int by_score(const void *x, const void *y)
{
	const struct md_change *a = *(struct md_change *const *)x;
	const struct md_change *b = *(struct md_change *const *)y;

	return a->score != b->score ? b->score - a->score :
	       a->place - b->place;
}

/* Who gets a section of his own: documented in docs/report.md. */
static void choose_details(struct md *m)
{
	struct md_change **by = xcalloc(m->n + 1, sizeof(*by));
	size_t i, n = 0;

	for (i = 0; i < m->n; i++) {
		bool small = md_int(m->v[i].repo, "landings") <= SMALL_REPO;

		if (!m->v[i].folded &&
		    (small || m->v[i].score >= DETAIL_SCORE))
			by[n++] = &m->v[i];
	}
	qsort(by, n, sizeof(*by), by_score);
	for (i = 0; i < n && i < DETAIL_MAX; i++)
		by[i]->detail = true;
	free(by);
}

static void collect(struct md *m)
{
	json_t *repos = json_object_get(m->doc, "repositories");
	json_t *late = json_object_get(m->doc, "late"), *r, *c;
	size_t i, k, n = 0;

	json_array_foreach(repos, i, r)
		n += json_array_size(json_object_get(r, "changes"));
	m->v = xcalloc(n + 1, sizeof(*m->v));
	json_array_foreach(repos, i, r)
		json_array_foreach(json_object_get(r, "changes"), k, c)
			add_change(m->v, &m->n, c, r);
	m->late = xcalloc(json_array_size(late) + 1, sizeof(*m->late));
	json_array_foreach(late, i, c)
		add_change(m->late, &m->late_n, c,
			   repo_named(m->doc, md_str(c, "repo")));
	choose_details(m);
}

static void put_previous(struct md *m, json_t *previous)
{
	json_t *p;
	size_t i;

	if (!previous)
		previous = json_object_get(m->doc, "previous");
	str_addf(m->out, "# %s\n\n## %s\n", TX(m, TITLE), TX(m, PREVIOUS));
	if (!json_array_size(previous)) {
		str_addf(m->out, "%s\n", TX(m, NO_PREVIOUS));
	} else {
		json_array_foreach(previous, i, p) {
			str_addf(m->out, "%s[%s](", i ? " · " : "",
				 md_str(p, "day"));
			put_md_url(m->out, md_str(p, "file"));
			str_addf(m->out, ") (%" PRId64 ")",
				 md_int(p, "changes"));
		}
		str_addf(m->out, " %s\n", TX(m, PREVIOUS_NOTE));
	}
	str_add(m->out, "\n---\n");
}

static void put_header(struct md *m)
{
	json_t *w = json_object_get(m->doc, "window"), *r;
	json_t *cov = json_object_get(m->doc, "coverage");
	json_t *files = json_object_get(cov, "files");
	json_t *repos = json_object_get(cov, "repositories");
	int64_t add = 0, del = 0, bin = 0, busy = 0;
	size_t i;

	json_array_foreach(json_object_get(m->doc, "repositories"), i, r) {
		add += md_int(r, "additions");
		del += md_int(r, "deletions");
		bin += md_int(r, "binary");
		busy += md_int(r, "landings") > 0;
	}
	str_addf(m->out, "## %s (%s)\n%s %s - %s (", TX(m, LATEST), m->label,
		 TX(m, WINDOW), md_str(w, "since"), md_str(w, "until"));
	put_md_text(m->out, md_str(w, "timezone"), NULL);
	str_addf(m->out, ", %s) · %s ", TX(m, LANDED_TIME), TX(m, SYNCED));
	md_minute(m, md_str(m->doc, "synced"));
	str_addf(m->out, " · %s %" PRId64 "/%" PRId64 " (%" PRId64 " %s)",
		 TX(m, REPOSITORIES),
		 md_at(repos, 0),
		 md_at(repos, 1), busy,
		 TX(m, WITH_CHANGES));
	str_addf(m->out, " · %s %zu/%zu · %s %" PRId64 "/%" PRId64 " %s, %s "
		 "%" PRId64 " · +%" PRId64 "/-%" PRId64, TX(m, CHANGES), m->n,
		 m->n, TX(m, FILES),
		 md_at(files, 0),
		 md_at(files, 1),
		 TX(m, MEASURED), TX(m, BINARY), bin, add, del);
	str_add(m->out, " · ");
	md_metadata(m);
	str_addf(m->out, " · %s\n\n", md_str(m->doc, "tool"));
}

static void put_quiet(struct md *m, json_t *r)
{
	json_t *to = json_object_get(r, "to");

	if (!md_bool(r, "synced")) {
		str_addf(m->out, "%s.\n\n", TX(m, NEVER_SYNCED));
		return;
	}
	if (!md_bool(r, "covers")) {
		str_addf(m->out, "%s ", TX(m, AS_OF));
		md_minute(m, md_str(r, "last_sync"));
		str_addf(m->out, "; %s.", TX(m, AS_OF_NOTE));
	} else if (!json_array_size(json_object_get(r, "events"))) {
		str_add(m->out, TX(m, QUIET));
	}
	if (json_is_object(to)) {
		str_addf(m->out, " %s: ", TX(m, LAST_LANDING));
		put_md_commit(m->out, md_str(to, "oid"), web_of(r), 7);
		str_add(m->out, ", ");
		md_minute(m, md_str(to, "landed"));
		str_add(m->out, ".");
	}
	str_add(m->out, "\n\n");
}

static void put_range(struct md *m, json_t *r)
{
	const char *from = md_str(json_object_get(r, "from"), "oid");
	const char *to = md_str(json_object_get(r, "to"), "oid");

	str_addf(m->out, " · ");
	put_md_text(m->out, md_str(r, "branch"), NULL);
	str_addch(m->out, ' ');
	if (!*from)
		put_md_commit(m->out, to, web_of(r), 9);
	else if (web_of(r))
		str_addf(m->out, "[%.9s..%.9s](%s/compare/%s...%s)", from, to,
			 web_of(r), from, to);
	else
		str_addf(m->out, "`%.9s..%.9s`", from, to);
}

static void put_repo_head(struct md *m, json_t *r)
{
	SAY(m, N_CHANGES, (int)md_int(r, "landings"));
	str_add(m->out, " · ");
	SAY(m, N_FILES, (int)md_int(r, "files"));
	str_addf(m->out, " · +%" PRId64 "/-%" PRId64, md_int(r, "additions"),
		 md_int(r, "deletions"));
	put_range(m, r);
	if (md_int(r, "unmeasured")) {
		str_add(m->out, " · ");
		SAY(m, UNMEASURED, (int)md_int(r, "unmeasured"));
	}
	if (!md_bool(r, "covers")) {
		str_addf(m->out, " · %s ", TX(m, AS_OF));
		md_minute(m, md_str(r, "last_sync"));
		str_addf(m->out, "; %s", TX(m, AS_OF_NOTE));
	}
	str_add(m->out, "\n\n");
}

static enum text event_text(const char *kind, const char *ref)
{
	if (strncmp(ref, "refs/tags/", 10))
		return !strcmp(kind, "sidelined") ? TEXT_SIDELINED_EVENT :
						    TEXT_REWRITTEN;
	return !strcmp(kind, "deleted") ? TEXT_TAG_GONE :
	       !strcmp(kind, "tag-moved") ? TEXT_TAG_MOVED : TEXT_TAG_NEW;
}

static void put_events(struct md *m, json_t *r)
{
	json_t *events = json_object_get(r, "events"), *v;
	size_t i;

	json_array_foreach(events, i, v) {
		const char *ref = md_str(v, "ref");
		const char *old = md_str(v, "old"), *new = md_str(v, "new");
		const char *target = md_str(v, "target");

		str_addf(m->out, "- %s: ",
			 text(m->lang, event_text(md_str(v, "kind"), ref)));
		put_md_code(m->out, !strncmp(ref, "refs/", 5) &&
			    strchr(ref + 5, '/') ? strchr(ref + 5, '/') + 1 :
			    ref);
		if (*target) {
			str_addf(m->out, " %s ", TX(m, POINTS_AT));
			put_md_commit(m->out, target, web_of(r), 9);
		} else if (*old && *new) {
			str_addch(m->out, ' ');
			put_md_commit(m->out, old, web_of(r), 9);
			str_add(m->out, " -> ");
			put_md_commit(m->out, new, web_of(r), 9);
		}
		str_addch(m->out, '\n');
	}
	if (json_array_size(events))
		str_addch(m->out, '\n');
}

/* The changes of one repository by score: sections, lines, folded ones. */
static void put_changes(struct md *m, json_t *r)
{
	struct md_change **v = xcalloc(m->n + 1, sizeof(*v));
	size_t n = 0, i, lines = 0, folded = 0;
	int64_t files = 0, add = 0, del = 0;

	for (i = 0; i < m->n; i++)
		if (m->v[i].repo == r)
			v[n++] = &m->v[i];
	qsort(v, n, sizeof(*v), by_score);
	for (i = 0; i < n; i++) {
		if (v[i]->detail)
			md_change_detail(m, v[i]);
		lines += !v[i]->detail && !v[i]->folded;
		folded += v[i]->folded;
	}
	if (lines) {
		SAY(m, MORE, (int)lines);
		str_add(m->out, ":\n");
	}
	for (i = 0; i < n; i++)
		if (!v[i]->detail && !v[i]->folded)
			md_change_line(m, v[i], false);
	if (lines)
		str_addch(m->out, '\n');
	for (i = 0; i < n; i++)
		if (v[i]->folded) {
			files += md_int(v[i]->c, "files");
			add += md_int(v[i]->c, "additions");
			del += md_int(v[i]->c, "deletions");
		}
	if (folded) {
		str_add(m->out, "<details><summary>");
		SAY(m, FOLDED, (int)folded);
		str_addf(m->out, ": %s, ", TX(m, FOLDED_WHY));
		SAY(m, N_FILES, (int)files);
		str_addf(m->out, " +%" PRId64 "/-%" PRId64 "</summary>\n\n",
			 add, del);
	}
	for (i = 0; i < n; i++)
		if (v[i]->folded)
			md_change_line(m, v[i], false);
	if (folded)
		str_add(m->out, "\n</details>\n\n");
	free(v);
}

static void put_repo(struct md *m, json_t *r)
{
	str_add(m->out, "### ");
	put_md_text(m->out, md_str(r, "repo"), NULL);
	str_addch(m->out, '\n');
	if (md_int(r, "landings"))
		put_repo_head(m, r);
	else
		put_quiet(m, r);
	md_narration(m, md_str(r, "repo"));
	put_events(m, r);
	if (md_int(r, "replaced")) {
		SAY(m, REPLACED, (int)md_int(r, "replaced"));
		str_add(m->out, "\n\n");
	}
	put_changes(m, r);
	md_issues(m, r);
}

static void put_late(struct md *m)
{
	json_t *errata = json_object_get(m->doc, "errata"), *x;
	size_t i;

	if (m->late_n) {
		str_addf(m->out, "## %s\n", TX(m, LATE));
		for (i = 0; i < m->late_n; i++)
			md_change_line(m, &m->late[i], true);
		str_addch(m->out, '\n');
	}
	if (json_array_size(errata))
		str_addf(m->out, "## %s\n", TX(m, ERRATA));
	json_array_foreach(errata, i, x) {
		const char *seen = md_str(x, "observed");

		str_add(m->out, "- ");
		put_md_text(m->out, md_str(x, "repo"), NULL);
		str_addch(m->out, ' ');
		put_md_commit(m->out, md_str(x, "oid"), web_of(x), 7);
		str_addch(m->out, ' ');
		put_md_text(m->out, md_str(x, "subject"), web_of(x));
		str_add(m->out, ": ");
		SAY(m, ERRATA_LINE, seen, md_str(x, "page"));
		str_addch(m->out, '\n');
	}
	if (json_array_size(errata))
		str_addch(m->out, '\n');
}

static void put_footer(struct md *m, const char *file)
{
	json_t *w = json_object_get(m->doc, "window"), *r;
	size_t i;

	str_addf(m->out, "---\n```text\nschema %" PRId64 "; window %s..%s; "
		 "lang %s; tool %s; rules %s; model ",
		 md_int(m->doc, "schema"), md_str(w, "since"),
		 md_str(w, "until"), m->lang == LANG_ZH ? "zh" : "en",
		 md_str(m->doc, "tool"), *md_str(m->doc, "rules") ?
		 md_str(m->doc, "rules") : "none");
	md_models(m);
	str_addch(m->out, '\n');
	json_array_foreach(json_object_get(m->doc, "repositories"), i, r) {
		const char *from = md_str(json_object_get(r, "from"), "oid");
		const char *to = md_str(json_object_get(r, "to"), "oid");

		put_md_fenced(m->out, md_str(r, "repo"));
		str_addf(m->out, " %s..%s %" PRId64 "\n", *from ? from : "-",
			 *to ? to : "-", md_int(r, "landings"));
	}
	str_addf(m->out, "```\n%s%s`\n", replay_marks[m->lang], file);
}

void markdown_page(struct str *out, json_t *doc, enum lang lang,
		   json_t *previous, const char *file)
{
	struct md m = { .out = out, .lang = lang, .doc = doc,
			.label = md_str(doc, "label") };
	json_t *r;
	size_t i;

	collect(&m);
	put_previous(&m, previous);
	put_header(&m);
	str_addf(out, "## %s\n", TX(&m, SUMMARY));
	md_summary(&m);
	md_table(&m);
	str_addch(out, '\n');
	md_narration(&m, NULL);
	str_addf(out, "## %s\n", TX(&m, DETAILS));
	json_array_foreach(json_object_get(doc, "repositories"), i, r)
		put_repo(&m, r);
	put_late(&m);
	str_addf(out, "## %s\n", TX(&m, CONCLUSION));
	md_conclusion(&m);
	put_footer(&m, file);
	free(m.v);
	free(m.late);
}

bool markdown_front(struct str *out, const struct str *page, json_t *doc,
		    enum lang lang, json_t *previous)
{
	struct str own = STR_INIT;
	struct md m = { .out = &own, .lang = lang, .doc = doc };
	bool fits;

	put_previous(&m, NULL);
	fits = page->len >= own.len && !memcmp(page->s, own.s, own.len);
	if (fits) {
		m.out = out;
		put_previous(&m, previous);
		str_addmem(out, page->s + own.len, page->len - own.len);
	}
	str_release(&own);
	return fits;
}
