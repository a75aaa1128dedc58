/*
 * tests/fuzz/fuzz_repolist.c - any bytes as repos.list: no crash, and whatever
 * is accepted has a name, a host and a folder below the workspace.
 */
#include "tests/fuzz/fuzz.h"

#include "core/log.h"
#include "mirror/repolist.h"

static void check(const struct repo_spec *r)
{
	char *p = repo_mirror_path(r, "/ws");

	if (!r->name || !r->host || !r->forge || !(r->url || r->mirror))
		abort();
	if (!r->mirror && (strncmp(p, "/ws/mirrors/", 12) ||
			   strstr(p, "/../") || strstr(p, "/.")))
		abort();
	free(p);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	const char *path = fuzz_file(data, size);
	struct repolist l;
	struct err e = {0};
	size_t i;

	log_level = -1;
	if (repolist_load(&l, path, &e)) {
		if (!e.msg[0] || e.code >= 0)
			abort();
		return 0;
	}
	for (i = 0; i < l.n; i++)
		check(&l.v[i]);
	repolist_release(&l);
	return 0;
}
