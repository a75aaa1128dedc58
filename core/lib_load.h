/*
 * core/lib_load.h - functions of a library that is loaded when it is needed, for
 * core/curl_lib.c and core/git_lib.c.
 */
#ifndef CORE_LIB_LOAD_H
#define CORE_LIB_LOAD_H

#include <stddef.h>

/* A function by name, and the pointer to it that is filled. */
struct lib_function {
	const char *name;
	void *to;
};

/* The first of the file names that can be loaded (NULL ends them), and n of its
 * functions.  What is missing ends the program with a message that says which
 * package has it. */
void lib_load(const char *const *names, const char *package,
	      const struct lib_function *functions, size_t n);

#endif
