/*
 * tests/fuzz/fuzz_config.c - any bytes as airep.conf: no crash; what is refused
 * says why; what is accepted has a value of the right type for every key.
 */
#include "tests/fuzz/fuzz.h"

#include "core/config.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	const char *path = fuzz_file(data, size);
	const struct config_key *k;
	struct config *c;
	struct err e = {0};

	if (config_load(&c, path, &e)) {
		if (!e.msg[0] || c)
			abort();
		return 0;
	}
	for (k = config_keys; k->name; k++) {
		if (k->type == CONFIG_INT && (k->min || k->max) &&
		    (config_int(c, k->name) < k->min ||
		     config_int(c, k->name) > k->max))
			abort();
		if (k->type == CONFIG_LIST && config_str(c, k->name) &&
		    *config_str(c, k->name) && !config_item(c, k->name, 0))
			abort();
	}
	config_free(c);
	return 0;
}
