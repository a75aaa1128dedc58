/* cli/cmd_config.c - airep-git config get|set|unset|list|check. */
#include "cli/cmds.h"

#include "analyze/classify.h"
#include "core/fs.h"
#include "core/log.h"
#include "core/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool show_origin;

const struct option config_options[] = {
	OPTION_FLAG(0, "show-origin", &show_origin,
		    "list: say where each value comes from"),
	OPTIONS_END
};

/* The key as a user wrote it; what is unset is a failure without a sentence
 * of its own, as in git. */
static int get(struct cmd_ctx *c, struct err *e)
{
	const struct config_key *k;
	const char *key, *value = NULL, *host_key, *v, *origin;
	size_t i;
	int rc = args_count(&c->args, 2, 2, "KEY", e);

	if (rc)
		return rc;
	key = c->args.v[1];
	k = config_key_find(key);
	if (!k)
		return config_key_unknown(key, ERR_USAGE, e);
	if (!strchr(k->name, '*'))
		value = config_str(c->config, k->name);
	for (i = 0; config_host_at(c->config, i, &host_key, &v, &origin); i++)
		if (!strcasecmp(host_key, key))
			value = v;
	if (!value)
		return err_set(e, ERR_FAILED, "'%s' is not set", key);
	printf("%s\n", value);
	return 0;
}

static void print_row(const char *origin, const char *key, const char *value)
{
	if (show_origin)
		printf("%s\t", origin);
	if (value)
		printf("%s=%s\n", key, value);
	else
		printf("# %s\n", key);
}

static int list(struct cmd_ctx *c, struct err *e)
{
	const struct config_key *k;
	const char *key, *value, *origin;
	size_t i;
	int rc = args_count(&c->args, 1, 1, "", e);

	if (rc)
		return rc;
	for (k = config_keys; k->name; k++)
		if (!strchr(k->name, '*'))
			print_row(config_origin(c->config, k->name), k->name,
				  config_str(c->config, k->name));
		else
			print_row("default", k->name, NULL);
	for (i = 0; config_host_at(c->config, i, &key, &value, &origin); i++)
		print_row(origin, key, value);
	return 0;
}

static int check_rules(struct cmd_ctx *c, struct err *e)
{
	char *path = fs_join(c->workspace, "rules.conf");
	struct rules *r = NULL;
	int rc = rules_load(&r, path, e);

	rules_free(r);
	free(path);
	return rc;
}

/* All files that are read by people's hands; each mistake gets a line. */
static int check(struct cmd_ctx *c, struct err *e)
{
	struct err bad = {0};
	int rc = args_count(&c->args, 1, 1, "", e), wrong = 0;

	if (rc)
		return rc;
	if (cmd_open_config(c, &bad)) {
		log_error("%s", bad.msg);
		wrong++;
	}
	if (cmd_open_list(c, &bad)) {
		log_error("%s", bad.msg);
		wrong++;
	}
	if (check_rules(c, &bad)) {
		log_error("%s", bad.msg);
		wrong++;
	}
	if (wrong)
		return err_set(e, ERR_CONFIG, "%d file%s cannot be used", wrong,
			       wrong > 1 ? "s" : "");
	printf("ok: airep.conf%s, repos.list (%zu repositories)\n",
	       fs_exists(c->config_path) ? "" : " (absent: defaults)",
	       c->list.n);
	return 0;
}

int cmd_config(struct cmd_ctx *c, struct err *e)
{
	const char *what = c->args.n ? c->args.v[0] : "";
	bool unset = !strcmp(what, "unset");
	int rc;

	if (unset || !strcmp(what, "set")) {
		rc = args_count(&c->args, unset ? 2 : 3, unset ? 2 : 3,
				unset ? "KEY" : "KEY VALUE", e);
		return rc ? rc : config_set(c->config_path, c->args.v[1],
					    unset ? NULL : c->args.v[2], e);
	}
	if (!strcmp(what, "check"))
		return check(c, e);
	if (strcmp(what, "get") && strcmp(what, "list"))
		return err_set(e, ERR_USAGE, "config: get KEY, set KEY VALUE, "
			       "unset KEY, list or check");
	rc = cmd_open_config(c, e);
	if (rc)
		return rc;
	return !strcmp(what, "get") ? get(c, e) : list(c, e);
}
