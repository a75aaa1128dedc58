/* render/claims_result.c - what came of a scan: asked of, and released. */
#include "render/claims.h"

#include <stdlib.h>
#include <string.h>

void claims_release(struct claims *c)
{
	arena_release(&c->arena);
	free(c->v);
	free(c->blocks);
	memset(c, 0, sizeof(*c));
}

const char *claim_kind_name(enum claim_kind kind)
{
	static const char *const names[CLAIM_KINDS] = {
		"repository", "commit", "commit", "number", "pull request",
		"issue", "compare", "link", "path", "counts", "files",
		"changes", "inverse", "author", "date", "time", "version",
		"code", "code line", "quote",
	};

	return (unsigned)kind < CLAIM_KINDS ? names[kind] : "?";
}

int claims_owner(const struct claims *c, int block)
{
	while (block >= 0) {
		if (c->blocks[block].owner >= 0)
			return c->blocks[block].owner;
		block = c->blocks[block].parent;
	}
	return -1;
}

const char *claims_repo(const struct claims *c, int block)
{
	const char *weak;

	if (block < 0)
		return NULL;
	weak = c->blocks[block].repo;
	if (weak && !(c->blocks[block].flags & BLOCK_WEAK))
		return weak;
	while (block >= 0) {
		if (c->blocks[block].link_repo)
			return c->blocks[block].link_repo;
		block = c->blocks[block].parent;
	}
	return weak;
}
