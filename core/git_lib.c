/* core/git_lib.c - see git_lib.h. */
#include "core/git_lib.h"

#include "core/lib_load.h"
#include "core/mem.h"

#include <pthread.h>

static struct git_lib lib;

static void load(void)
{
	/* The version of the headers: structures and flags belong to it. */
	static const char *const names[] = {
		"libgit2.so." LIBGIT2_SOVERSION, NULL
	};
	static const struct lib_function functions[] = {
#define X(f) { #f, &lib.p_##f },
		GIT_FUNCTIONS(X)
#undef X
	};

	lib_load(names, "libgit2-" LIBGIT2_SOVERSION, functions,
		 ARRAY_N(functions));
}

const struct git_lib *git_lib(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load);
	return &lib;
}
