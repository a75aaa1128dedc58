/*
 * tests/fuzz/fuzz_rules.c - any bytes as rules.conf: refused with a sentence, or
 * a commit is labelled by them with a known type.
 */
#include "tests/fuzz/fuzz.h"

#include "analyze/classify.h"
#include "core/log.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const struct classify_path paths[] = {
		{ .path = "csrc/moe/aaaaaaaaaaaaaaaaaaaa.cu", .additions = 1 },
	};
	struct classify_input in = { .subject = "fix(moe): aaaaaaaaaaaaaaaaa b",
		.body = "aaaaaaaaaaaaaaaaaaaaaaa\n", .paths = paths,
		.paths_n = 1, .files = 1, .author = "bot[bot] <a@b>" };
	struct arena a = { 0 };
	struct rules *r = NULL;
	struct labels l;
	struct err e = { 0 };
	int i;

	log_level = -1;
	if (rules_load(&r, fuzz_file(data, size), &e)) {
		if (!e.msg[0] || e.code >= 0 || r)
			abort();
		return 0;
	}
	classify(r, &in, true, &a, &l);
	for (i = 0; classify_types[i] && strcmp(classify_types[i], l.type); i++)
		;
	if (!classify_types[i] || l.areas_n > 3 || l.hardware_n > 3)
		abort();
	arena_release(&a);
	rules_free(r);
	return 0;
}
