/* airep-git.c - the commands there are. */
#include "cli/cmds.h"
#include "cli/run.h"
#include "core/mem.h"

const struct cmd cmds[] = {
	/* name, runs, needs, options, arguments, one line of help */
	{ "init", cmd_init, 0, NULL, "[DIR]",
	  "write a starting workspace" },
	{ "sync", cmd_sync, NEED_LIST | NEED_CONFIG | NEED_GENTLE_STOP,
	  sync_options, "[REPO...]", "refresh mirrors and analyse what is new" },
	{ "status", cmd_status, NEED_LIST | NEED_CONFIG | NEED_STORE,
	  status_options, "", "tips, freshness and what is missing" },
	{ "report", cmd_report, NEED_LIST | NEED_CONFIG, report_options,
	  "[REPO...]", "write the pages that are due, and the front page" },
	{ "log", cmd_log, NEED_LIST | NEED_CONFIG | NEED_STORE | NEED_PAGER,
	  log_options, "[REPO...]", "list landings" },
	{ "brief", cmd_brief, NEED_LIST | NEED_CONFIG | NEED_STORE | NEED_PAGER,
	  brief_options, "REPO A..B",
	  "what changed between two tags or commits of the mainline" },
	{ "classify", cmd_classify, 0, classify_options,
	  "[REPO@REV]", "labels of a commit, and the rules that decided" },
	{ "show", cmd_show, NEED_LIST | NEED_CONFIG | NEED_PAGER | NEED_PATHS,
	  show_options,
	  "REPO@REV | REV | HANDLE[@DATE] [-- PATH...]",
	  "one commit down to its lines" },
	{ "export", cmd_export, NEED_LIST | NEED_CONFIG | NEED_STORE,
	  export_options, "--meta [REPO...]",
	  "write metadata for a machine without a network" },
	{ "query", cmd_query, NEED_STORE | NEED_PAGER | NEED_GENTLE_STOP,
	  query_options, "SQL", "read-only SQL on the documented views" },
	{ "gc", cmd_gc, NEED_LIST | NEED_CONFIG, gc_options, "",
	  "drop old tips kept longer than mirror.keepRewritten" },
	{ "config", cmd_config, NEED_WORKSPACE, config_options,
	  "get KEY | set KEY VALUE | unset KEY | list | check",
	  "read, write and check airep.conf" },
	{ "verify", cmd_verify, NEED_CONFIG | NEED_LIST, verify_options,
	  "FILE.md...", "check the claims of any Markdown against the mirrors" },
	{ "doctor", cmd_doctor, 0, NULL, "",
	  "look for what is missing, broken or unsafe" },
	{ "help", cmd_help, NEED_PAGER, help_options, "[COMMAND]",
	  "say more about a command" },
	{ "version", cmd_version, 0, NULL, "", "print the version" },
	{ "fetch-worker", cmd_fetch_worker, 0, NULL, "", NULL },
	{ NULL, NULL, 0, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	mem_init();
	return cli_run(argc, argv);
}
