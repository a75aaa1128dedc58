/* mirror/forge_github.h - GitHub's REST API, version 2022-11-28. */
#ifndef MIRROR_FORGE_GITHUB_H
#define MIRROR_FORGE_GITHUB_H

#include "mirror/forge.h"

extern const struct forge_ops forge_github;

/*
 * The URL with this relation in one Link header ("<url>; rel=\"next\", ...").
 * Returns false when there is none or it is longer than FORGE_MAX_URL.
 */
bool forge_link(struct str *out, const char *header, const char *rel);

#endif
