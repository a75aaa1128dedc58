/*
 * core/mem.h - allocation that does not fail, and functions we do not use.
 *
 * Out of memory ends the program with one line and exit code 1.  That is safe:
 * every write we make is a transaction or a rename, so a run that dies here
 * leaves what a run killed by the system leaves.
 */
#ifndef CORE_MEM_H
#define CORE_MEM_H

#include <stdbool.h>
#include <stddef.h>

void *xmalloc(size_t n) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t n, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *p, size_t n) __attribute__((returns_nonnull));
void *xreallocarray(void *p, size_t n, size_t size)
	__attribute__((returns_nonnull));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));
char *xstrndup(const char *s, size_t n)
	__attribute__((malloc, returns_nonnull));
char *xasprintf(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), malloc, returns_nonnull));

/* Make room for one more element: arr, its count, its capacity. */
#define GROW(arr, n, cap) \
	do { \
		if ((n) >= (cap)) { \
			(cap) = (cap) ? (cap) * 2 : 16; \
			(arr) = xreallocarray((arr), (cap), sizeof(*(arr))); \
		} \
	} while (0)

#define ARRAY_N(a) (sizeof(a) / sizeof((a)[0]))

#define UNUSED __attribute__((unused))

/*
 * Once, before threads: large contents get pages of their own, which go back
 * when they are freed, and threads share two arenas instead of each keeping its
 * holes.  Measured with two threads: one arena for all makes them wait for each
 * other (cutile-python 300 ms instead of 230); without a limit cutlass needs up
 * to 295 MiB at its peak instead of 240.  What is at the top of the heap is kept
 * for the next commit.
 */
void mem_init(void);
/*
 * A thread that will work for a while, once: its heap is made 8 MiB of address
 * space long in one call.  glibc lengthens the heap of a thread page by page,
 * and each call stops the page faults of the other threads (DeepGEMM: 510 of
 * 641 calls of mprotect, 3 of 20 ms in the kernel).
 */
void mem_ahead(void);
/*
 * The opposite of mem_init(), for a run that is over in a moment: what was freed
 * is used again rather than given back, each thread has an arena, and the heaps
 * of this thread and of those that call mem_ahead() take large pages where the
 * kernel gives them (a day's report: 3,900 page faults instead of 17,600, 30 of
 * 240 ms of CPU).
 */
void mem_keep(void);
/* Give back what is free now. */
void mem_trim(void);
/*
 * Is the end of the program looked at (SAN=1, TSAN=1: leaks, threads)?  Else what is
 * held when all is written and closed needs no freeing: the kernel takes it back
 * at once, and thousands of small pieces cost 2 of 95 ms of a day's report.
 */
bool mem_watched(void);

#endif
