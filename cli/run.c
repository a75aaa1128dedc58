/* cli/run.c - see run.h. */
#include "cli/run.h"

#include "cli/cmds.h"
#include "cli/color.h"
#include "cli/pager.h"
#include "core/gitlib.h"
#include "core/http.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/stop.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *opt_dir, *opt_color;
static bool opt_quiet, opt_verbose, opt_no_pager, opt_offline, opt_version;

const struct option global_options[] = {
	OPTION_STR('C', "directory", &opt_dir, "DIR", "the workspace"),
	OPTION_FLAG('q', "quiet", &opt_quiet, "say errors only"),
	OPTION_FLAG('v', "verbose", &opt_verbose, "say more"),
	OPTION_CHOICE(0, "color", &opt_color, "auto|always|never",
		      "colour what is printed"),
	OPTION_FLAG(0, "no-pager", &opt_no_pager, "never start a pager"),
	OPTION_FLAG(0, "offline", &opt_offline, "open no socket at all"),
	OPTION_FLAG(0, "version", &opt_version, NULL),
	OPTIONS_END
};

int cli_exit_code(int rc)
{
	switch (rc) {
	case 0:
		return 0;
	case ERR_USAGE:
	case ERR_CONFIG:
		return 2;
	case ERR_PARTIAL:
		return 3;
	case ERR_AUTH:
	case ERR_QUOTA:
		return 4;
	case ERR_NOTHING_NEW:
		return 5;
	case ERR_VERIFY:
		return 6;
	case ERR_OFFLINE:
		return 7;
	case ERR_INTERRUPTED:
		return 130;
	}
	return 1;
}

/* A closed 0, 1 or 2 would be given to the next file that is opened, and what
 * is printed would land in it. */
static void fill_std_fds(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

static int open_needs(struct cmd_ctx *c, struct err *e)
{
	unsigned needs = c->cmd->needs;
	int rc = 0;

	if (needs & (NEED_STORE | NEED_STORE_RW))
		needs |= NEED_CONFIG;
	if (needs & (NEED_CONFIG | NEED_LIST))
		needs |= NEED_WORKSPACE;
	if (needs & NEED_WORKSPACE)
		rc = cmd_open_workspace(c, e);
	if (!rc && needs & NEED_CONFIG)
		rc = cmd_open_config(c, e);
	if (!rc && needs & NEED_LIST)
		rc = cmd_open_list(c, e);
	if (!rc && needs & (NEED_STORE | NEED_STORE_RW))
		rc = cmd_open_store(c, (needs & NEED_STORE_RW) != 0, e);
	return rc;
}

static void start_output(struct cmd_ctx *c)
{
	const char *ui = c->config ? config_str(c->config, "color.ui") : "auto";
	const char *pager = c->config ? config_str(c->config, "core.pager") :
			    NULL;

	if (c->cmd->needs & NEED_PAGER && !c->no_pager)
		pager_start(pager);
	c->color = color_wanted(opt_color, ui);
}

static int run_help(const struct cmd *cmd, bool manual, struct err *e)
{
	struct str out = STR_INIT;
	int rc;

	if (manual && !opt_no_pager)
		pager_start(NULL);
	if (manual)
		help_manual(&out, cmd);
	else
		help_short(&out, cmd);
	rc = out_str(&out, e);
	str_release(&out);
	return rc;
}

static int run_cmd(struct cmd_ctx *c, int argc, char **argv, struct err *e)
{
	int rc = options_parse(c->cmd->options, global_options, argc, argv,
			       false, &c->args, e);

	if (rc)
		return err_wrap(e, "%s", c->cmd->name);
	if (c->args.help || c->args.manual)
		return run_help(c->cmd, c->args.manual, e);
	if (!(c->cmd->needs & NEED_PATHS))
		args_join(&c->args);
	log_level = opt_quiet ? -1 : opt_verbose ? 1 : 0;
	c->dash_C = opt_dir;
	c->no_pager = opt_no_pager;
	c->offline = opt_offline;
	if (c->offline)
		http_forbid();
	stop_install((c->cmd->needs & NEED_GENTLE_STOP) != 0, pager_abandon);
	rc = open_needs(c, e);
	if (rc)
		return rc;
	start_output(c);
	return c->cmd->run(c, e);
}

/* The words before the command, then the command's own. */
static int run_words(struct cmd_ctx *c, int argc, char **argv, struct err *e)
{
	struct args top = {0};
	int rc, at;

	rc = options_parse(global_options, NULL, argc - 1, argv + 1, true, &top,
			   e);
	if (rc)
		return rc;
	if (top.help || top.manual) {
		rc = run_help(NULL, top.manual, e);
		goto out;
	}
	if (opt_version && !top.n) {
		c->cmd = cmd_find("version");
		rc = cmd_version(c, e);
		goto out;
	}
	if (!top.n) {
		rc = err_set(e, ERR_USAGE, "no command given; 'airep-git -h' "
			     "lists them");
		goto out;
	}
	c->cmd = cmd_find(top.v[0]);
	at = argc - (int)top.n + 1;
	rc = c->cmd ? run_cmd(c, argc - at, argv + at, e) :
	     cmd_unknown(top.v[0], e);
out:
	args_release(&top);
	return rc;
}

/* What went wrong, unless the code says all of it. */
static void say(int rc, const struct err *e)
{
	if (!rc || !e->msg[0])
		return;
	if (rc == ERR_NOTHING_NEW)
		log_info("%s", e->msg);
	else if (rc == ERR_PARTIAL)
		log_warn("%s", e->msg);
	else
		log_error("%s", e->msg);
}

/* The store is closed, the lock given back, what was printed is out: what the
 * libraries would free one by one is left to the kernel (core/mem.h). */
static void end_now(int code)
{
	if (mem_watched())
		return;
	fflush(NULL);
	_exit(code);
}

int cli_run(int argc, char **argv)
{
	struct err e = {0}, late = {0};
	struct cmd_ctx c = {0};
	int rc, end;

	fill_std_fds();
	signal(SIGPIPE, SIG_IGN);
	rc = run_words(&c, argc, argv, &e);
	cmd_close(&c);
	end = out_finish(&late);
	/* Before the pager goes: it shows what we say. */
	if (!(rc == ERR_INTERRUPTED && out_reader_gone()))
		say(rc, &e);
	pager_finish();
	if (!rc && end && !out_reader_gone()) {
		say(end, &late);
		rc = end;
	}
	if (rc == ERR_INTERRUPTED && out_reader_gone())
		rc = 0;
	end_now(cli_exit_code(rc));
	gitlib_end();
	return cli_exit_code(rc);
}
