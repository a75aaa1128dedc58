/* mirror/forge_seen.h - numbers one reading of the list has shown. */
#ifndef MIRROR_FORGE_SEEN_H
#define MIRROR_FORGE_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero it with {0}. */
struct forge_seen {
	int64_t *number;	/* open addressing; 0: free */
	int64_t *updated;
	size_t cap, n;
};

/*
 * Note a number with the time of its last change.  Returns true when it was
 * there already, with the time it had in *before.
 */
bool forge_seen_put(struct forge_seen *s, int64_t number, int64_t updated,
		    int64_t *before);
bool forge_seen_has(const struct forge_seen *s, int64_t number);
void forge_seen_clear(struct forge_seen *s);
void forge_seen_release(struct forge_seen *s);

#endif
