/* cli/cmd_report.c - write pages and the front page. */
#include "cli/cmds.h"

#include "analyze/blobwords.h"
#include "analyze/classify.h"
#include "cli/stale_labels.h"
#include "core/fs.h"
#include "core/http.h"
#include "core/log.h"
#include "core/mem.h"
#include "render/markdown.h"
#include "render/narrator.h"
#include "render/narrator_http.h"
#include "render/owed.h"
#include "render/pages.h"
#include "store/ledger.h"
#include "store/pages.h"

static const char *date, *since, *until, *replay, *timezone_name, *lang,
	*format = "md";
static bool to_stdout, exit_code, recompute, llm, no_llm;

const struct option report_options[] = {
	OPTION_STR(0, "date", &date, "DATE", "the page of one day"),
	OPTION_STR(0, "since", &since, "TIME", "a window: from"),
	OPTION_STR(0, "until", &until, "TIME", "a window: to"),
	OPTION_STR(0, "replay", &replay, "FILE",
		   "render a written page again, to stdout"),
	OPTION_FLAG(0, "recompute", &recompute,
		    "with --replay: say what would differ today"),
	OPTION_STR(0, "timezone", &timezone_name, "ZONE",
		   "instead of report.timezone"),
	OPTION_CHOICE(0, "lang", &lang, "zh|en", "instead of report.lang"),
	OPTION_CHOICE(0, "format", &format, "md|json", "what to print"),
	OPTION_FLAG(0, "stdout", &to_stdout, "print instead of writing"),
	OPTION_FLAG(0, "llm", &llm, "ask the configured model for text; an "
		    "error when there is none"),
	OPTION_FLAG(0, "no-llm", &no_llm, "no text of a model, whatever is "
		    "configured"),
	OPTION_FLAG(0, "exit-code", &exit_code,
		    "exit 5 when there was nothing to write"),
	OPTIONS_END
};

struct report {
	struct cmd_ctx *c;
	struct zone zone;
	struct doc_request rq;
	struct page_writer w;
	struct rules *rules;
	const char **names;
	bool partial;			/* a repository was never synced */
	int wrote;			/* pages */
};

static struct blobwords_file *open_words(struct cmd_ctx *c)
{
	char *path = fs_join(c->workspace, "cache/words");
	struct blobwords_file *f = blobwords_open(path);

	free(path);
	return f;
}

/* A page does not need it: what cannot be kept is read again. */
static void save_words(struct report *r)
{
	char *dir = fs_join(r->c->workspace, "cache");
	struct err e = { 0 };

	if (fs_mkdirs(dir, &e) || blobwords_save(r->rq.words, &e))
		log_debug("%s", e.msg);
	free(dir);
}

static int set_up(struct report *r, struct err *e)
{
	struct cmd_ctx *c = r->c;
	const struct repo_spec **repos = NULL;
	const char *own = config_str(c->config, "report.lang");
	char *rules = fs_join(c->workspace, "rules.conf");
	size_t n = 0, i;
	int rc;

	rc = zone_load(&r->zone, timezone_name ? timezone_name :
		       config_str(c->config, "report.timezone"), e);
	if (!rc)
		rc = rules_load(&r->rules, rules, e);
	free(rules);
	if (!rc && c->args.n) {
		rc = cmd_repos(c, 0, &repos, &n, e);
		r->names = xcalloc(n + 1, sizeof(*r->names));
		for (i = 0; i < n; i++)
			r->names[i] = repos[i]->name;
		to_stdout = true;
	}
	free(repos);
	r->rq = (struct doc_request) {
		.db = c->db, .config = c->config, .list = &c->list,
		.workspace = c->workspace, .zone = &r->zone,
		.repos = n ? r->names : NULL, .repos_n = n,
		.rules_hash = rc ? NULL : rules_hash(r->rules),
		.words = open_words(c),
		.mirrors_said = xcalloc(c->list.n + 1, sizeof(bool)),
	};
	r->w.rq = &r->rq;
	r->w.own = strcmp(own, "en") ? LANG_ZH : LANG_EN;
	r->w.lang = lang ? (strcmp(lang, "en") ? LANG_ZH : LANG_EN) :
			   r->w.own;
	r->w.now = clock_now();
	return rc;
}

/* The model to ask.  One that is configured and must not be used is an error,
 * as every mistake in a configuration is. */
static int open_model(struct report *r, struct err *e)
{
	const struct config *cfg = r->c->config;

	if (replay || no_llm || (!llm && (!narrator_configured(cfg) ||
					  http_forbidden())))
		return 0;
	if (http_forbidden())
		return err_set(e, ERR_OFFLINE, "--llm needs a socket, "
			       "--offline forbids it");
	return narrator_client_new(&r->w.model, cfg, e);
}

/* Never synced is said on the page and by the exit code. */
static int check_synced(struct report *r, struct err *e)
{
	struct arena a = { 0 };
	size_t i;
	int rc = 0;

	for (i = 0; i < r->c->list.n && !rc; i++) {
		struct repo_row row;

		rc = repo_get(r->c->db, r->c->list.v[i].name, &a, &row, e);
		r->partial |= !row.first_sync;
	}
	arena_release(&a);
	return rc;
}

/* As the document was built, unless a model's text was added to it. */
static int document_text(struct report *r, struct str *out, struct err *e)
{
	json_t *doc = NULL;
	char *text;
	int rc;

	if (!r->w.model)
		return document_build(&r->rq, out, e);
	rc = page_document(&r->w, &r->rq, &doc, e);
	if (rc)
		return rc;
	text = json_dumps(doc, JSON_COMPACT | JSON_PRESERVE_ORDER |
			       JSON_REAL_PRECISION(9));
	str_add(out, text);
	free(text);
	json_decref(doc);
	return 0;
}

static int print_document(struct report *r, struct err *e)
{
	struct str text = STR_INIT, page = STR_INIT;
	json_t *doc = NULL;
	char *file = page_file(r->rq.label, r->w.lang, r->w.own);
	int rc;

	if (!strcmp(format, "json")) {
		rc = document_text(r, &text, e);
		str_addch(&text, '\n');
		if (!rc)
			rc = out_str(&text, e);
	} else {
		rc = page_document(&r->w, &r->rq, &doc, e);
		if (!rc) {
			markdown_page(&page, doc, r->w.lang, NULL, file);
			rc = out_str(&page, e);
		}
	}
	json_decref(doc);
	str_release(&text);
	str_release(&page);
	free(file);
	return rc;
}

static int one_page(struct report *r, struct err *e)
{
	char *file = NULL;
	int rc, kept;

	if (to_stdout || !strcmp(format, "json"))
		return print_document(r, e);
	kept = r->w.kept;
	rc = page_write(&r->w, &r->rq, &file, e);
	if (!rc && r->w.kept == kept) {
		log_info("wrote reports/%s", file);
		r->wrote++;
	}
	free(file);
	return rc;
}

static int day_page(struct report *r, int64_t day, struct err *e)
{
	char label[16];

	r->rq.since = day_start(&r->zone, day);
	r->rq.until = day_start(&r->zone, day + 1);
	r->rq.label = day_format(day, label);
	return one_page(r, e);
}

/* A..B, by days where both ends are midnights. */
static int window_page(struct report *r, struct err *e)
{
	char a[40], b[40], *label;
	int rc;

	if (!since || !until)
		return err_set(e, ERR_USAGE, "--since and --until go together");
	if (time_parse(since, &r->zone, &r->rq.since, e) ||
	    time_parse(until, &r->zone, &r->rq.until, e))
		return e->code;
	if (r->rq.since >= r->rq.until)
		return err_set(e, ERR_USAGE, "--since is not before --until");
	if (day_start(&r->zone, day_of(&r->zone, r->rq.since)) ==
		    r->rq.since &&
	    day_start(&r->zone, day_of(&r->zone, r->rq.until)) ==
		    r->rq.until) {
		day_format(day_of(&r->zone, r->rq.since), a);
		day_format(day_of(&r->zone, r->rq.until), b);
	} else {
		time_format_utc(r->rq.since, a);
		time_format_utc(r->rq.until, b);
	}
	label = xasprintf("%s..%s", a, b);
	r->rq.label = label;
	rc = one_page(r, e);
	free(label);
	return rc;
}

static int owed_pages(struct report *r, struct err *e)
{
	struct owed o;
	size_t i;
	int rc = owed_read(&o, r->c->db, &r->c->list, &r->zone,
		r->w.lang == LANG_EN ? "en" : "zh",
		(int)config_int(r->c->config, "report.catchUp"), e);

	if (!rc && o.last < 0)
		rc = err_set(e, ERR_NOTFOUND, "nothing was synced yet: run "
			     "`airep-git sync` first");
	else if (!rc && to_stdout)
		rc = day_page(r, o.last, e);
	for (i = 0; i < o.n && !rc && !to_stdout; i++)
		rc = day_page(r, o.days[i], e);
	owed_release(&o);
	return rc;
}

/* A day that is under way may be looked at and is written again when it is over;
 * one that did not begin is a slip of the pen. */
static int dated_page(struct report *r, struct err *e)
{
	int64_t day, synced, today;
	char text[16], latest[16];
	int rc = day_parse(date, &day, e);

	if (!rc)
		rc = owed_newest_sync(r->c->db, &r->c->list, &synced, e);
	if (rc)
		return rc;
	today = day_of(&r->zone, synced > r->w.now ? synced : r->w.now);
	if (day > today)
		return err_set(e, ERR_USAGE, "%s is not over, it has not even "
			       "begun: no page was written; the last day that "
			       "is over is %s", day_format(day, text),
			       day_format(today - 1, latest));
	return day_page(r, day, e);
}

/* What a page says about itself: which document and language it is. */
static int do_replay(struct report *r, struct err *e)
{
	const char *base = strrchr(replay, '/');
	struct str page = STR_INIT, fresh = STR_INIT;
	struct arena a = { 0 };
	struct page_row *v;
	char *text = NULL;
	json_t *doc = NULL;
	size_t n, i;
	int rc = page_get(r->c->db, base ? base + 1 : replay, &text, e);

	base = base ? base + 1 : replay;
	if (!rc && !text)
		rc = err_set(e, ERR_NOTFOUND, "the store has no document of "
			     "'%s'", base);
	if (!rc)
		rc = document_parse(text, strlen(text), &doc, e);
	if (!rc)
		rc = page_names(r->c->db, &a, &v, &n, e);
	for (i = 0; !rc && i < n; i++)
		if (!strcmp(v[i].file, base))
			r->w.lang = strcmp(v[i].lang, "en") ? LANG_ZH :
							      LANG_EN;
	if (!rc && !recompute) {
		if (!strcmp(format, "json")) {
			str_add(&page, text);
			str_addch(&page, '\n');
		} else {
			markdown_page(&page, doc, r->w.lang, NULL, base);
		}
		rc = out_str(&page, e);
	} else if (!rc) {
		rc = page_recompute(&r->w, doc, base, &fresh, e);
		if (!rc)
			rc = out_str(&fresh, e);
	}
	json_decref(doc);
	free(text);
	str_release(&page);
	str_release(&fresh);
	arena_release(&a);
	return rc;
}

/* Pages, under the lock; else something is printed. */
static bool writes(const struct report *r)
{
	return !to_stdout && !r->c->args.n && strcmp(format, "json");
}

static int write_all(struct report *r, struct err *e)
{
	int rewritten = 0, rc;

	if (writes(r))
		pages_sweep(&r->w);
	if (date)
		rc = dated_page(r, e);
	else if (since || until)
		rc = window_page(r, e);
	else
		rc = owed_pages(r, e);
	if (rc || !writes(r))
		return rc;
	rc = pages_update(&r->w, &rewritten, e);
	save_words(r);
	if (!rc && rewritten)
		log_info("rewrote %d page%s (late news)", rewritten,
			 rewritten == 1 ? "" : "s");
	if (!rc)
		rc = page_write_front(&r->w, e);
	if (!rc && r->w.kept)
		return err_set(e, r->wrote || rewritten ? ERR_PARTIAL :
			       ERR_FAILED, "%d page%s kept as %s: mirrors "
			       "cannot be read; mend them and run it again",
			       r->w.kept, r->w.kept == 1 ? " was" : "s were",
			       r->w.kept == 1 ? "it was" : "they were");
	if (!rc && !r->wrote && !rewritten) {
		log_info("nothing to write: every closed day has its page");
		if (exit_code)
			return err_set(e, ERR_NOTHING_NEW, "nothing new");
	}
	return rc;
}

static void release(struct report *r)
{
	page_writer_release(&r->w);
	narrator_client_free(r->w.model);
	blobwords_close(r->rq.words);
	rules_free(r->rules);
	zone_release(&r->zone);
	free(r->rq.mirrors_said);
	free(r->names);
}

int cmd_report(struct cmd_ctx *c, struct err *e)
{
	struct report r = { .c = c };
	int rc;

	if (date && (since || until))
		return err_set(e, ERR_USAGE,
			       "--date goes without --since/--until");
	if (recompute && !replay)
		return err_set(e, ERR_USAGE, "--recompute goes with --replay");
	if (replay && (date || since || until))
		return err_set(e, ERR_USAGE, "--replay goes without a date");
	if (replay && (lang || c->args.n))
		return err_set(e, ERR_USAGE, "--replay goes without --lang and "
			       "repositories: a page has its own");
	if (llm && (no_llm || replay))
		return err_set(e, ERR_USAGE, "--llm goes without --no-llm and "
			       "--replay");
	mem_keep();
	rc = cmd_open_store(c, !replay && !to_stdout && !c->args.n &&
			    strcmp(format, "json"), e);
	if (!rc)
		rc = set_up(&r, e);
	if (!rc)
		rc = open_model(&r, e);
	if (!rc && replay)
		rc = do_replay(&r, e);
	else if (!rc)
		rc = write_all(&r, e);
	if (!rc && !replay)
		rc = check_synced(&r, e);
	if (!rc && !replay)
		rc = stale_labels_say(c, r.rules, e);
	if (!rc && r.partial)
		rc = err_set(e, ERR_PARTIAL, "some repositories were never "
			     "synced; the page says which");
	if (mem_watched())
		release(&r);
	return rc;
}
