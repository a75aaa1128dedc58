/*
 * tests/fuzz/fuzz_claims.c - any bytes through the scanner of claims: no crash,
 * every index it hands out valid.  Built with -fsanitize=fuzzer where there is
 * one; with -DFUZZ_MAIN it reads files named on the command line.
 */
#include "render/claims.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct claims c;
	size_t i;

	claims_scan(&c, (const char *)data, size, NULL, 0);
	for (i = 0; i < c.n; i++) {
		const struct claim *k = &c.v[i];

		if (k->off + k->len > size || k->block < 0 ||
		    (size_t)k->block >= c.blocks_n || k->ref >= (int)c.n ||
		    claims_owner(&c, k->block) >= (int)c.n)
			abort();
	}
	claims_release(&c);
	return 0;
}

#ifdef FUZZ_MAIN
#include "core/fs.h"

int main(int argc, char **argv)
{
	struct str s = STR_INIT;
	struct err e;
	int i;

	for (i = 1; i < argc; i++)
		if (fs_read(argv[i], (size_t)1 << 28, &s, &e) == 0)
			LLVMFuzzerTestOneInput((const unsigned char *)str_c(&s),
					       s.len);
	str_release(&s);
	return 0;
}
#endif
