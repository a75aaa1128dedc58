/*
 * core/curl_lib.h - libcurl, loaded by whoever needs it first.
 *
 * Most runs open no connection, and libcurl brings twenty libraries of its own:
 * 2.5 of the 6 ms that the program took to start.  So it is not linked; every
 * file that calls it includes this header instead of <curl/curl.h> and writes
 * the calls as always.
 */
#ifndef CORE_CURL_LIB_H
#define CORE_CURL_LIB_H

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#define CURL_FUNCTIONS(X) \
	X(curl_easy_cleanup) X(curl_easy_getinfo) X(curl_easy_init) \
	X(curl_easy_perform) X(curl_easy_reset) X(curl_easy_setopt) \
	X(curl_easy_strerror) X(curl_free) X(curl_slist_append) \
	X(curl_slist_free_all) X(curl_url) X(curl_url_cleanup) \
	X(curl_url_get) X(curl_url_set) X(curl_version_info)

struct curl_lib {
#define X(name) __typeof__(&name) p_##name;
	CURL_FUNCTIONS(X)
#undef X
};

/*
 * Loaded and started at the first call, from any thread.  Ends the program with
 * a message when the library is not there, as the loader of a linked one does.
 */
const struct curl_lib *curl_lib(void);

#undef curl_easy_getinfo
#undef curl_easy_setopt
#define curl_easy_cleanup curl_lib()->p_curl_easy_cleanup
#define curl_easy_getinfo curl_lib()->p_curl_easy_getinfo
#define curl_easy_init curl_lib()->p_curl_easy_init
#define curl_easy_perform curl_lib()->p_curl_easy_perform
#define curl_easy_reset curl_lib()->p_curl_easy_reset
#define curl_easy_setopt curl_lib()->p_curl_easy_setopt
#define curl_easy_strerror curl_lib()->p_curl_easy_strerror
#define curl_free curl_lib()->p_curl_free
#define curl_slist_append curl_lib()->p_curl_slist_append
#define curl_slist_free_all curl_lib()->p_curl_slist_free_all
#define curl_url curl_lib()->p_curl_url
#define curl_url_cleanup curl_lib()->p_curl_url_cleanup
#define curl_url_get curl_lib()->p_curl_url_get
#define curl_url_set curl_lib()->p_curl_url_set
#define curl_version_info curl_lib()->p_curl_version_info

#endif
