/*
 * tests/fuzz/fuzz_regex.c - the first line is a pattern, the rest a subject: no
 * crash, an answer in time, groups inside the subject.
 */
#include "tests/fuzz/fuzz.h"

#include "core/regex.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	const unsigned char *nl = size ? memchr(data, '\n', size) : NULL;
	size_t g[2 * REGEX_GROUPS], i, len;
	struct regex *r;
	struct err e = {0};
	char *pattern;

	if (!nl)
		return 0;
	pattern = strndup((const char *)data, (size_t)(nl - data));
	len = size - (size_t)(nl + 1 - data);
	if (!regex_new(&r, pattern, size & 1, &e)) {
		if (regex_match(r, (const char *)nl + 1, len, 0, g) ==
		    REGEX_YES)
			for (i = 0; i < 2 * REGEX_GROUPS; i++)
				if (g[i] != (size_t)-1 && g[i] > len)
					abort();
		regex_free(r);
	} else if (!e.msg[0]) {
		abort();
	}
	free(pattern);
	return 0;
}
