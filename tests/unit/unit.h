/* tests/unit/unit.h - what every unit test includes. */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/err.h"
#include "core/fs.h"
#include "core/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A folder of this process's own; fresh memory, removed by the caller. */
static inline char *unit_dir(void)
{
	char *dir = xstrdup("/tmp/airep-unit-XXXXXX");

	assert_non_null(mkdtemp(dir));
	return dir;
}

static inline void unit_dir_remove(char *dir)
{
	assert_int_equal(fs_remove_tree(dir, NULL), 0);
	free(dir);
}

/* The sentence has `part` in it; prints both when not. */
#define assert_says(e, part) \
	do { \
		if (!strstr((e).msg, (part))) \
			fail_msg("'%s' does not say '%s'", (e).msg, (part)); \
	} while (0)

#endif
