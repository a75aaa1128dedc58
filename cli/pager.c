/* cli/pager.c - see pager.h. */
#include "cli/pager.h"

#include "cli/color.h"
#include "core/log.h"
#include "core/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t pager = -1;

static const char *choose(const char *configured)
{
	const char *s = getenv("AIREP_PAGER");

	if (!s)
		s = getenv("GIT_PAGER");
	if (!s)
		s = configured;
	if (!s)
		s = getenv("PAGER");
	if (!s)
		s = "less";
	return *s && strcmp(s, "cat") ? s : NULL;
}

/* Our environment with what git gives its pager. */
static char **pager_env(void)
{
	static char less[] = "LESS=FRX", lv[] = "LV=-c";
	size_t n = 0, i;
	char **env;

	while (environ[n])
		n++;
	env = xcalloc(n + 3, sizeof(*env));
	for (i = 0; i < n; i++)
		env[i] = environ[i];
	if (!getenv("LESS"))
		env[n++] = less;
	if (!getenv("LV"))
		env[n++] = lv;
	return env;
}

static int spawn(const char *command, int in)
{
	char *argv[] = { (char *)"sh", (char *)"-c", NULL, NULL };
	posix_spawn_file_actions_t fa;
	char **env = pager_env();
	int rc;

	argv[2] = xstrdup(command);
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_adddup2(&fa, in, STDIN_FILENO);
	rc = posix_spawn(&pager, "/bin/sh", &fa, NULL, argv, env);
	posix_spawn_file_actions_destroy(&fa);
	free(argv[2]);
	free(env);
	return rc;
}

void pager_start(const char *configured)
{
	const char *command;
	int fd[2], rc;

	if (!isatty(STDOUT_FILENO))
		return;
	command = choose(configured);
	if (!command || pipe2(fd, O_CLOEXEC))
		return;
	color_columns();	/* ask the terminal while stdout is one */
	fflush(stdout);
	rc = spawn(command, fd[0]);
	close(fd[0]);
	if (rc) {
		close(fd[1]);
		log_warn("cannot start the pager '%s': %s", command,
			 strerror(rc));
		return;
	}
	dup2(fd[1], STDOUT_FILENO);
	/* Warnings would tear the page while the pager shows it. */
	if (isatty(STDERR_FILENO))
		dup2(fd[1], STDERR_FILENO);
	close(fd[1]);
}

bool pager_running(void)
{
	return pager > 0;
}

static void wait_for_it(void)
{
	while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
		;
	pager = -1;
}

void pager_finish(void)
{
	if (pager < 0)
		return;
	fflush(stdout);
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	wait_for_it();
}

void pager_abandon(void)
{
	if (pager < 0)
		return;
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	wait_for_it();
}
