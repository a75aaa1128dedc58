/* core/curl_lib.c - see curl_lib.h. */
#include "core/curl_lib.h"

#include "core/lib_load.h"
#include "core/mem.h"

#include <pthread.h>

static struct curl_lib lib;

static void load(void)
{
	/* one interface under two names: built with OpenSSL, with GnuTLS */
	static const char *const names[] = { "libcurl.so.4",
					     "libcurl-gnutls.so.4", NULL };
	static CURLcode (*start)(long);
	static const struct lib_function functions[] = {
#define X(f) { #f, &lib.p_##f },
		CURL_FUNCTIONS(X)
#undef X
		{ "curl_global_init", &start },
	};

	lib_load(names, "libcurl4", functions, ARRAY_N(functions));
	start(CURL_GLOBAL_DEFAULT);
}

const struct curl_lib *curl_lib(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load);
	return &lib;
}
