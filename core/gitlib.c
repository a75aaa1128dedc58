/* gitlib.c - libgit2's global options. */
#include "core/gitlib.h"

#include "core/fs.h"
#include "core/git_compat.h"

#include <pthread.h>
#include <stdlib.h>

#define WINDOW ((size_t)32 << 20)
#define MAPPED ((size_t)256 << 20)
#define OPEN_PACKS ((size_t)64)

static int started;

static void start(void)
{
	static const int levels[] = { GIT_CONFIG_LEVEL_PROGRAMDATA,
		GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG,
		GIT_CONFIG_LEVEL_GLOBAL };
	size_t i;

	started = git_libgit2_init();
	if (started < 0)
		return;
	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, WINDOW);
	git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, MAPPED);
	git_libgit2_opts(GIT_OPT_SET_MWINDOW_FILE_LIMIT, OPEN_PACKS);
#ifdef HAVE_PACK_MAX_OBJECT_SIZE
	/* an enum value: the Makefile asks the compiler whether it is there */
	git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECT_SIZE, GITLIB_OBJECT_MAX);
#endif
}

int gitlib_init(struct err *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, start);
	return started < 0 ? err_git(e, "cannot start libgit2") : 0;
}

int gitlib_refuse_odd(const char *dir, struct err *e)
{
	static const char *const names[] = {
		"HEAD", "config", "packed-refs", "shallow", "commondir"
	};
	size_t i;
	int rc = 0;

	for (i = 0; i < sizeof(names) / sizeof(names[0]) && !rc; i++) {
		char *file = fs_join(dir, names[i]);

		rc = fs_refuse_odd(file, e);
		free(file);
	}
	return rc;
}

int gitlib_open_bare(struct git_repository **out, const char *dir,
		     struct err *e)
{
	int rc = gitlib_refuse_odd(dir, e);

	*out = NULL;
	if (!rc)
		rc = gitlib_init(e);
	if (!rc && git_repository_open_bare(out, dir))
		rc = err_git(e, dir);
	return rc;
}

void gitlib_end(void)
{
	if (started > 0)
		git_libgit2_shutdown();
}
