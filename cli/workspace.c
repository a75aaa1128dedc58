/* cli/workspace.c - see workspace.h. */
#include "cli/workspace.h"

#include "core/fs.h"
#include "core/mem.h"

#include <stdlib.h>
#include <string.h>

extern const char repos_list[];		/* the list of this project */

static const char start_conf[] =
	"# airep.conf - settings in git-config syntax.  'airep-git config "
	"list'\n"
	"# shows every key with its value and where it comes from.\n"
	"[report]\n"
	"\t# timezone = Asia/Shanghai\n"
	"\t# lang = en\n"
	"\t# stack = hopper, fp8, moe\n";

static int named(char **out, const char *dir, const char *by, struct err *e)
{
	if (!fs_is_dir(dir))
		return err_set(e, ERR_CONFIG, "%s names '%s', which is not a "
			       "folder; 'airep-git init %s' makes it a "
			       "workspace", by, dir, dir);
	*out = fs_absolute(dir);
	return 0;
}

int workspace_find(char **out, const char *dash_C, struct err *e)
{
	const char *home = getenv("AIREP_HOME"), *data, *user;

	*out = NULL;
	if (dash_C)
		return named(out, dash_C, "-C", e);
	if (home && *home)
		return named(out, home, "AIREP_HOME", e);
	if (fs_exists("repos.list")) {
		*out = fs_absolute(".");
		return 0;
	}
	data = getenv("XDG_DATA_HOME");
	user = getenv("HOME");
	/* The XDG specification: a relative path is to be ignored. */
	if (data && data[0] == '/')
		*out = fs_join(data, "airep-git");
	else if (user && *user)
		*out = xasprintf("%s/.local/share/airep-git", user);
	if (*out && fs_is_dir(*out))
		return 0;
	free(*out);
	*out = NULL;
	return err_set(e, ERR_CONFIG, "no workspace here (no repos.list); "
		       "'airep-git init' makes one, -C DIR names one");
}

static int write_new(const char *dir, const char *name, const char *text,
		     int *made, struct err *e)
{
	char *path = fs_join(dir, name);
	int rc = 0;

	if (!fs_exists(path)) {
		rc = fs_write(path, text, strlen(text), e);
		*made += !rc;
	}
	free(path);
	return rc;
}

int workspace_init(const char *dir, int *made, struct err *e)
{
	int rc = fs_mkdirs(dir, e);

	*made = 0;
	if (!rc)
		rc = write_new(dir, "repos.list", repos_list, made, e);
	if (!rc)
		rc = write_new(dir, "airep.conf", start_conf, made, e);
	return rc;
}
