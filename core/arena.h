/* core/arena.h - memory that is released all at once. */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stddef.h>

/* Zero it with {0}.  Everything from it lives until arena_release(). */
struct arena {
	struct arena_block *head;
	size_t used;		/* bytes handed out */
};

void arena_release(struct arena *a);
void *arena_alloc(struct arena *a, size_t n);	/* zeroed, 16-aligned */
void *arena_room(struct arena *a, size_t n);	/* the same, not zeroed */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
