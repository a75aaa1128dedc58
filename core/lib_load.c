/* core/lib_load.c - see lib_load.h. */
#include "core/lib_load.h"

#include "core/mem.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *name, const char *package)
{
	fprintf(stderr, "airep-git: %.*s cannot be loaded: %s; install it "
		"(Debian: %s)\n", (int)strcspn(name, ".-"), name, dlerror(),
		package);
	exit(1);
}

void lib_load(const char *const *names, const char *package,
	      const struct lib_function *functions, size_t n)
{
	void *so = NULL, *p;
	size_t i;

	for (i = 0; names[i] && !so; i++)
		so = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	if (!so)
		fail(*names, package);
	for (i = 0; i < n; i++) {
		p = dlsym(so, functions[i].name);
		if (!p)
			fail(*names, package);
		memcpy(functions[i].to, &p, sizeof(p));
	}
}
