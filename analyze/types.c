/* analyze/types.c - the names of labels; apart, because the build makes the
 * table of weights with them before the rest is there. */
#include "analyze/classify.h"

#include <string.h>

const char *const classify_types[] = {
	"feature", "fix", "performance", "refactor", "documentation", "test",
	"ci", "build", "dependency", "release", "revert", "style", "chore",
	"other", NULL
};

bool label_name_valid(const char *s, size_t len)
{
	size_t i;

	if (!len || len > LABEL_NAME_MAX || strchr("-/._+", s[0]))
		return false;
	for (i = 0; i < len; i++)
		if (!is_word_byte(s[i]) && (!s[i] || !strchr("-/.+", s[i])))
			return false;
	return true;
}
