/*
 * render/issues.h - which issues of a window a reader should see first, and
 * the two lines of each that tell the most.  Pure: no store, no clock.
 */
#ifndef RENDER_ISSUES_H
#define RENDER_ISSUES_H

#include "core/arena.h"
#include "store/forge.h"

/* What an issue is about, by its title, else by its author's first sentence;
 * in the order of the page.  A request or a question is never a defect. */
enum issue_kind {
	ISSUE_CRASH,		/* crash, hang, illegal access, out of memory */
	ISSUE_WRONG,		/* wrong results, lost accuracy, corruption */
	ISSUE_NAN,		/* NaN or infinity */
	ISSUE_REGRESSION,	/* worked before, or was faster */
	ISSUE_IMPORT,		/* does not import, link, build or install */
	ISSUE_BUG,		/* another defect */
	ISSUE_OTHER,		/* neither defect nor request by its words */
	ISSUE_REQUEST,		/* feature, question, documentation */
	ISSUE_KINDS
};

struct issue_item {
	const struct issue *issue;	/* of the list given */
	enum issue_kind kind;
	const char *word;	/* what decided, as written there; or NULL */
	bool opened, closed;	/* within the window (both is possible) */
	const char *sentence;	/* first one of the author's own, or NULL */
	const char *environment;	/* one line of the body, or NULL */
};

struct issue_page {
	struct issue_item *v;	/* issues, no pull requests; ranked */
	size_t n;
	size_t opened, closed;		/* issues */
	size_t pr_opened, pr_merged, pr_closed;	/* the last without merge */
};

/*
 * From the rows of forge_issues_window() for [since, until).  Ranked by kind,
 * then still open before closed, more comments first, number ascending.
 * Everything lives in the arena or in the list.
 */
void issues_rank(struct issue_page *out, struct arena *a,
		 const struct issue_list *l, int64_t since, int64_t until);

/* The kinds that concern correctness: they appear in the summary. */
bool issue_kind_is_correctness(enum issue_kind k);

/* "crash", "wrong-results", "nan", "regression", "import", "bug", "other",
 * "request": the `kind` of an issue in the JSON document. */
const char *issue_kind_name(enum issue_kind k);

/* Kind of one issue; *word (may be NULL) as in struct issue_item. */
enum issue_kind issue_classify(const struct issue *i, struct arena *a,
			       const char **word);

/* First real sentence of a body: the template around it, environment dumps and
 * code are not the author's own.  NULL when there is none. */
const char *issue_sentence(struct arena *a, const char *title,
			   const char *body);

/* The line that says on what it happened: behind "Environment:", under such a
 * heading, or of a dump (the graphics card first).  NULL when there is none. */
const char *issue_environment(struct arena *a, const char *body);

#endif
