/* cli/cmd_help.c - help from the command table: short, long, as a man page. */
#include "cli/cmds.h"

#include <stdio.h>
#include <string.h>

static bool as_man;

const struct option help_options[] = {
	OPTION_FLAG(0, "man", &as_man, NULL),
	OPTIONS_END
};

static void usage_line(struct str *out, const struct cmd *cmd)
{
	str_addf(out, "usage: airep-git [options] %s%s%s%s\n",
		 cmd ? cmd->name : "<command>",
		 cmd && cmd->options ? " [options]" : "",
		 cmd && *cmd->args ? " " : "", cmd ? cmd->args : "");
}

static void command_list(struct str *out)
{
	const struct cmd *c;

	for (c = cmds; c->name; c++)
		if (c->help)
			str_addf(out, "  %-10s %s\n", c->name, c->help);
}

void help_short(struct str *out, const struct cmd *cmd)
{
	usage_line(out, cmd);
	str_addch(out, '\n');
	if (cmd) {
		str_addf(out, "%s\n", cmd->help ? cmd->help : "");
		if (cmd->options)
			str_addch(out, '\n');
		options_help(out, cmd->options);
		return;
	}
	command_list(out);
	str_add(out, "\nOptions of every command:\n");
	options_help(out, global_options);
}

static const char *const exit_codes[] = {
	"0    ok",
	"1    failed: no repository succeeded",
	"2    the command line or the configuration is wrong",
	"3    partial: some failed, the rest is complete",
	"4    every failure was authentication or quota",
	"5    nothing new (only with --exit-code)",
	"6    verification failed",
	"7    needs the network, but --offline forbids it",
	"130  interrupted",
	NULL
};

void help_manual(struct str *out, const struct cmd *cmd)
{
	const char *const *x;

	help_short(out, cmd);
	if (cmd) {
		str_add(out, "\nOptions of every command:\n");
		options_help(out, global_options);
	}
	str_add(out, "\nExit codes:\n");
	for (x = exit_codes; *x; x++)
		str_addf(out, "  %s\n", *x);
	str_add(out, "\nWorkspace: -C DIR, else $AIREP_HOME, else the current "
		"folder when it has\nrepos.list, else "
		"$XDG_DATA_HOME/airep-git.\n");
}

/* roff wants hyphens that are minus signs, and no line that begins with '.'. */
static void roff(struct str *out, const char *s)
{
	if (*s == '.' || *s == '\'')
		str_add(out, "\\&");
	for (; *s; s++) {
		if (*s == '-')
			str_add(out, "\\-");
		else if (*s == '\\')
			str_add(out, "\\e");
		else
			str_addch(out, *s);
	}
}

static void roff_options(struct str *out, const struct option *o)
{
	for (; o && o->name; o++) {
		if (!o->help)
			continue;
		str_add(out, ".TP\n.B ");
		if (o->letter)
			str_addf(out, "\\-%c, ", o->letter);
		str_add(out, "\\-\\-");
		roff(out, o->name);
		if (o->arg || o->choices) {
			str_addch(out, '=');
			roff(out, o->choices ? o->choices : o->arg);
		}
		str_addch(out, '\n');
		roff(out, o->help);
		str_addch(out, '\n');
	}
}

static void man_page(struct str *out)
{
	const struct config_key *k;
	const char *const *x;
	const struct cmd *c;

	str_addf(out, ".TH AIREP\\-GIT 1 \"\" \"airep\\-git %s\"\n"
		 ".SH NAME\nairep\\-git \\- what changed in the repositories "
		 "you follow, from the diffs themselves\n.SH SYNOPSIS\n"
		 ".B airep\\-git\n[options] command [options] [arguments]\n"
		 ".SH OPTIONS OF EVERY COMMAND\n", AIREP_VERSION);
	roff_options(out, global_options);
	str_add(out, ".SH COMMANDS\n");
	for (c = cmds; c->name; c++) {
		if (!c->help)
			continue;
		str_addf(out, ".SS %s ", c->name);
		roff(out, c->args);
		str_addch(out, '\n');
		roff(out, c->help);
		str_add(out, ".\n");
		roff_options(out, c->options);
	}
	str_add(out, ".SH CONFIGURATION\nKeys of airep.conf.\n");
	for (k = config_keys; k->name; k++) {
		str_add(out, ".TP\n.B ");
		roff(out, k->name);
		str_addch(out, '\n');
		roff(out, k->help);
		if (k->dflt) {
			str_add(out, " (default ");
			roff(out, k->dflt);
			str_addch(out, ')');
		}
		str_add(out, ".\n");
	}
	str_add(out, ".SH EXIT STATUS\n.nf\n");
	for (x = exit_codes; *x; x++) {
		roff(out, *x);
		str_addch(out, '\n');
	}
	str_add(out, ".fi\n");
}

int cmd_help(struct cmd_ctx *c, struct err *e)
{
	struct str out = STR_INIT;
	const struct cmd *about = NULL;
	int rc = args_count(&c->args, 0, 1, "", e);

	if (!rc && c->args.n) {
		about = cmd_find(c->args.v[0]);
		if (!about)
			rc = cmd_unknown(c->args.v[0], e);
	}
	if (!rc) {
		if (as_man)
			man_page(&out);
		else
			help_manual(&out, about);
		rc = out_str(&out, e);
	}
	str_release(&out);
	return rc;
}
