/* core/curl_lib.c - see curl_lib.h. */
#include "core/curl_lib.h"

#include "core/mem.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct curl_lib lib;

static void fail(const char *why)
{
	fprintf(stderr, "airep-git: libcurl cannot be loaded: %s; install it "
		"(Debian: libcurl4)\n", why);
	exit(1);
}

static void load(void)
{
	static const struct {
		const char *name;
		void *to;
	} functions[] = {
#define X(f) { #f, &lib.p_##f },
		CURL_FUNCTIONS(X)
#undef X
	};
	/* one interface under two names: built with OpenSSL, with GnuTLS */
	static const char *const names[] = { "libcurl.so.4",
					     "libcurl-gnutls.so.4" };
	CURLcode (*start)(long);
	void *so = NULL, *p;
	size_t i;

	for (i = 0; i < ARRAY_N(names) && !so; i++)
		so = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	if (!so)
		fail(dlerror());
	for (i = 0; i < ARRAY_N(functions); i++) {
		p = dlsym(so, functions[i].name);
		if (!p)
			fail(dlerror());
		memcpy(functions[i].to, &p, sizeof(p));
	}
	p = dlsym(so, "curl_global_init");
	if (!p)
		fail(dlerror());
	memcpy(&start, &p, sizeof(p));
	start(CURL_GLOBAL_DEFAULT);
}

const struct curl_lib *curl_lib(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load);
	return &lib;
}
