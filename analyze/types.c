/* analyze/types.c - the names of the types; apart, because the build makes the
 * table of weights with them before the rest is there. */
#include "analyze/classify.h"

const char *const classify_types[] = {
	"feature", "fix", "performance", "refactor", "documentation", "test",
	"ci", "build", "dependency", "release", "revert", "style", "chore",
	"other", NULL
};
