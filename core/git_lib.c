/* core/git_lib.c - see git_lib.h. */
#include "core/git_lib.h"

#include "core/mem.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The version of the headers: structures and flags belong to it. */
#define NAME "libgit2.so." LIBGIT2_SOVERSION

static struct git_lib lib;

static void fail(const char *why)
{
	fprintf(stderr, "airep-git: libgit2 cannot be loaded: %s; install it "
		"(Debian: libgit2-" LIBGIT2_SOVERSION ")\n", why);
	exit(1);
}

static void load(void)
{
	static const struct {
		const char *name;
		void *to;
	} functions[] = {
#define X(f) { #f, &lib.p_##f },
		GIT_FUNCTIONS(X)
#undef X
	};
	void *so = dlopen(NAME, RTLD_NOW | RTLD_LOCAL), *p;
	size_t i;

	if (!so)
		fail(dlerror());
	for (i = 0; i < ARRAY_N(functions); i++) {
		p = dlsym(so, functions[i].name);
		if (!p)
			fail(dlerror());
		memcpy(functions[i].to, &p, sizeof(p));
	}
}

const struct git_lib *git_lib(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load);
	return &lib;
}
