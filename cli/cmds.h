/*
 * cli/cmds.h - what a command gets and how it is listed.
 *
 * A command is one file, cli/cmd_<name>.c, with its options as a table and a
 * function, both declared at the end of this header, and one row in
 * airep-git.c.  main parses the options, opens what the row needs, runs the
 * function, closes, and checks that stdout was really written.  A command
 * prints data with stdio or out_put() and talk with core/log.h; it returns 0
 * or an ERR_* with the sentence in *e, which main prints.
 */
#ifndef CLI_CMDS_H
#define CLI_CMDS_H

#include "cli/options.h"
#include "core/config.h"
#include "core/day.h"
#include "core/err.h"
#include "core/fs.h"
#include "mirror/repolist.h"

#include <stdbool.h>

struct db;

enum cmd_need {
	NEED_WORKSPACE = 1,	/* the folder is known; it may lack files */
	NEED_CONFIG = 2,	/* airep.conf read, zone loaded */
	NEED_LIST = 4,		/* repos.list read */
	NEED_STORE = 8,		/* the store open for reading */
	NEED_STORE_RW = 16,	/* open for writing, made when absent */
	NEED_PAGER = 32,	/* long output: page it on a terminal */
	/* Ctrl-C and SIGTERM only set what stop_asked() (core/stop.h) tells:
	 * the command ends at its next safe place with ERR_INTERRUPTED.
	 * Without it they end the program at once. */
	NEED_GENTLE_STOP = 64,
	/* args.paths: without it what stands behind "--" is arguments */
	NEED_PATHS = 128,
};

/* All of it lives until main has closed it; what `needs` lacks is NULL. */
struct cmd_ctx {
	const struct cmd *cmd;
	struct args args;	/* without what the options took */
	char *workspace;	/* absolute */
	char *config_path;	/* airep.conf in it, may not exist */
	struct config *config;
	struct zone zone;	/* report.timezone */
	struct repolist list;	/* repos.list in it */
	struct db *db;		/* store/db.h */
	struct fs_lock lock;	/* of the workspace, while it is held */
	const char *dash_C;	/* -C as given, or NULL */
	bool offline;		/* sockets are forbidden already */
	bool color;		/* colour what goes to stdout */
	bool no_pager;
};

typedef int cmd_fn(struct cmd_ctx *c, struct err *e);

struct cmd {
	const char *name;
	cmd_fn *run;
	unsigned needs;			/* enum cmd_need bits */
	const struct option *options;	/* its own; NULL: none */
	const char *args;		/* "[REPO...]" in the help, or "" */
	const char *help;		/* one line; NULL hides the command */
};
extern const struct cmd cmds[];		/* ends with name NULL; airep-git.c */
extern const struct option global_options[];

const struct cmd *cmd_find(const char *name);	/* or NULL */

/* ERR_USAGE: no such command, with one that is near. */
int cmd_unknown(const char *name, struct err *e);

/*
 * The repositories the arguments from `from` on name, all of repos.list when
 * there are none.  *out (free() it) points into c->list, in its order, each
 * once.  ERR_USAGE names what is not in the list.
 */
int cmd_repos(const struct cmd_ctx *c, size_t from,
	      const struct repo_spec ***out, size_t *n, struct err *e);

/* Does the store know of a sync of it?  false also when no store is open. */
bool cmd_was_synced(const struct cmd_ctx *c, const struct repo_spec *r);

/* For commands that open by themselves (doctor): what main does for NEED_*. */
int cmd_open_workspace(struct cmd_ctx *c, struct err *e);
int cmd_open_config(struct cmd_ctx *c, struct err *e);
int cmd_open_list(struct cmd_ctx *c, struct err *e);

/* Read: ERR_NOTFOUND without a store.  Write: takes the lock first, without
 * waiting, and makes the store when it is absent. */
int cmd_open_store(struct cmd_ctx *c, bool write, struct err *e);

/* The lock of whoever writes in the workspace; kept until cmd_close(). */
int cmd_lock(struct cmd_ctx *c, bool wait, struct err *e);
void cmd_close(struct cmd_ctx *c);

/*
 * Bytes to stdout.  A reader that has gone away (`| head`) is no failure: it
 * returns ERR_INTERRUPTED with an empty sentence, and main ends quietly with 0.
 */
int out_put(const void *p, size_t n, struct err *e);
int out_str(const struct str *s, struct err *e);
int out_finish(struct err *e);		/* flush and close; main calls it */
bool out_reader_gone(void);

/* Short help of one command (the whole table for NULL). */
void help_short(struct str *out, const struct cmd *cmd);
void help_manual(struct str *out, const struct cmd *cmd);

/* A line each, so that two new commands do not touch the same line. */
cmd_fn cmd_brief;
cmd_fn cmd_classify;
cmd_fn cmd_config;
cmd_fn cmd_doctor;
cmd_fn cmd_export;
cmd_fn cmd_fetch_worker;
cmd_fn cmd_help;
cmd_fn cmd_init;
cmd_fn cmd_log;
cmd_fn cmd_show;
cmd_fn cmd_gc;
cmd_fn cmd_query;
cmd_fn cmd_report;
cmd_fn cmd_status;
cmd_fn cmd_sync;
cmd_fn cmd_verify;
cmd_fn cmd_version;
extern const struct option brief_options[];
extern const struct option classify_options[];
extern const struct option config_options[];
extern const struct option export_options[];
extern const struct option help_options[];
extern const struct option log_options[];
extern const struct option show_options[];
extern const struct option gc_options[];
extern const struct option query_options[];
extern const struct option report_options[];
extern const struct option status_options[];
extern const struct option sync_options[];
extern const struct option verify_options[];

#endif
