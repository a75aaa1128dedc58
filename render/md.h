/* render/md.h - what the parts of the Markdown renderer share. */
#ifndef RENDER_MD_H
#define RENDER_MD_H

#include "core/str.h"
#include "render/escape.h"
#include "render/texts.h"

#include <jansson.h>
#include <stdbool.h>

/* One change on the page, in the order it is shown. */
struct md_change {
	json_t *c;			/* borrowed from the document */
	json_t *repo;			/* its repository object */
	const char *web;		/* or NULL */
	int score;
	int place;			/* in landing order */
	bool folded, detail;
};

struct md {
	struct str *out;
	enum lang lang;
	json_t *doc;
	const char *label;
	struct md_change *v;		/* all but late ones */
	size_t n;
	struct md_change *late;
	size_t late_n;
};

#define TX(m, id) text((m)->lang, TEXT_##id)
/* A sentence with values: texts.h */
#define SAY(m, id, ...) text_put((m)->out, (m)->lang, TEXT_##id, __VA_ARGS__)

const char *md_str(json_t *o, const char *key);	/* "" when absent or null */
int64_t md_int(json_t *o, const char *key);
bool md_bool(json_t *o, const char *key);
int64_t md_at(json_t *array, size_t i);

/* "[c3](link)" to the commit, or "c3". */
void md_handle(struct md *m, const struct md_change *c);

/* "[#12](link)" or "#12". */
void md_pr(struct md *m, const char *web, int pr);

/* A subject without its final "(#N)". */
void md_subject(struct md *m, const struct md_change *c);

/* " (`path:line`)" of the "path" and "line" of `o`; a line of 0 is not said. */
void md_place(struct md *m, json_t *o);

/* "2026-02-04T01:48Z" of "2026-02-04T01:48:12Z". */
void md_minute(struct md *m, const char *time);

/* "3 files +5/-6": "files", "additions" and "deletions" of `o`. */
void md_size(struct md *m, json_t *o);

/* Breaking candidates of a change: signals that say so. */
int md_breaking(json_t *change);
bool md_has_kind(json_t *change, const char *kind);

/* md_signal.c: the signals of a change as list items, at most `max` lines
 * (0: all), or on one line behind " · ". */
void md_signal_list(struct md *m, const struct md_change *c, int max);
void md_signal_inline(struct md *m, const struct md_change *c, int max);
/* Signals of one kind ("*": breaking) as "`a`, `b` -> `c`"; false: none. */
bool md_signal_names(struct md *m, json_t *change, const char *kind, int max);
/* The steps of a revert thread on one line; false: no thread. */
bool md_thread(struct md *m, const struct md_change *c);

/* md_change.c */
void md_change_detail(struct md *m, const struct md_change *c);
void md_change_line(struct md *m, const struct md_change *c, bool date);

/* md_issues.c */
void md_metadata(struct md *m);
void md_issues(struct md *m, json_t *repo);
void md_issue_summary(struct md *m);
/* "[#12](link)" of an issue object, or "#12". */
void md_issue_number(struct md *m, json_t *issue, const char *web);

/* md_narrate.c: what a model said of a repository (NULL: of the day) in a
 * quote of its own, and the names of the models; nothing without. */
void md_narration(struct md *m, const char *repo);
void md_models(struct md *m);

/* md_watch.c: items of the conclusion; nothing where there is none. */
void md_watch_terms(struct md *m);
void md_watch_copies(struct md *m);
void md_watch_pins(struct md *m);

/* md_summary.c, md_conclusion.c */
void md_summary(struct md *m);
void md_table(struct md *m);
void md_conclusion(struct md *m);

#endif
