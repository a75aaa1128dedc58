/*
 * mirror/worker_lines.h - what a worker and its parent say to each other.
 *
 * Lines of fields with single blanks between; a byte below '!' or above '~', and
 * '%', is %XX, so a path or a ref of any bytes is one field; an empty field is
 * "-".  The request is one line on the worker's stdin (flags: a accept deletions,
 * k keep old tips, d dry run):
 *
 *	fetch URL PATH CONFIG DATE =FLAGS
 *
 * The answer (flags: h HEAD changed, d detached, e empty, c created, s shallow):
 *
 *	p PHASE DONE TOTAL BYTES        progress, often
 *	w TEXT                          a warning
 *	m KIND OLD NEW GONE FRESH NAME  one ref that moved
 *	r =FLAGS RECEIVED OBJECTS HEAD MOVED
 *	e CODE TEXT                     it failed
 *	.                               the end; without it the answer is void
 */
#ifndef MIRROR_WORKER_LINES_H
#define MIRROR_WORKER_LINES_H

#include "mirror/fetch.h"
#include "mirror/worker.h"

void worker_add_field(struct str *out, const char *s);

/* In place; false: no valid field. */
bool worker_unfield(char *s);

/* The request of a job, with the final line feed. */
void worker_add_request(struct str *out, const struct worker_job *job,
			const struct worker_opts *o);

/* What that request said; the line is changed on the way. */
struct worker_request {
	char *url, *path, *config_path, *date;
	bool accept_deletions, keep, dry_run;
};
int worker_parse_request(struct worker_request *q, char *line, struct err *e);
void worker_request_release(struct worker_request *q);

/* The answer's final lines: result, error, end. */
void worker_add_answer(struct str *out, const struct fetch_result *r, int rc,
		       const struct err *e);

/* One progress line taken apart. */
struct worker_progress {
	char phase[16];
	uint64_t done, total, bytes;
};

enum worker_line { WORKER_PROGRESS, WORKER_PART, WORKER_END };

/*
 * Take one line (without its line feed; changed on the way) into p or job.
 * Returns an enum worker_line, or ERR_CORRUPT: the line makes no sense.
 */
int worker_take_line(struct worker_job *job, struct worker_progress *p,
		     char *line);

#endif
