/* forge_rows.c - names of the states. */
#include "store/forge_rows.h"

#include <string.h>

static const char *const names[] = { "open", "closed", "merged" };

const char *issue_state_name(enum issue_state s)
{
	return names[s];
}

int issue_state_parse(const char *s)
{
	int i;

	for (i = 0; s && i < 3; i++)
		if (!strcmp(s, names[i]))
			return i;
	return -1;
}
