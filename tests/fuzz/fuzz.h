/*
 * tests/fuzz/fuzz.h - for targets of readers that want a file.  With
 * -DFUZZ_MAIN a target reads the files named on its command line instead.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "core/fs.h"
#include "core/git_compat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Once, or every input would pay for it. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	git_libgit2_init();
	return 0;
}

static char fuzz_path[64];

static inline void fuzz_clean(void)
{
	unlink(fuzz_path);
}

/* The bytes as a file of this process, gone when it ends. */
static inline const char *fuzz_file(const unsigned char *data, size_t size)
{
	FILE *f;

	if (!fuzz_path[0]) {
		snprintf(fuzz_path, sizeof(fuzz_path), "/tmp/airep-fuzz-%ld",
			 (long)getpid());
		atexit(fuzz_clean);
	}
	f = fopen(fuzz_path, "wb");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f))
		abort();
	return fuzz_path;
}

#ifdef FUZZ_MAIN
int main(int argc, char **argv)
{
	struct str s = STR_INIT;
	int i;

	for (i = 1; i < argc; i++)
		if (fs_read(argv[i], (size_t)1 << 28, &s, NULL) == 0)
			LLVMFuzzerTestOneInput((const unsigned char *)str_c(&s),
					       s.len);
	str_release(&s);
	return 0;
}
#endif

#endif
