/* core/mem.c - see mem.h. */
#include "core/mem.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define OWN_PAGES (1 << 20)	/* a content from here on is mapped by itself */
#define AHEAD (8 << 20)		/* below M_TRIM_THRESHOLD: it stays */
#define KEPT_AHEAD (28 << 20)	/* below the largest M_MMAP_THRESHOLD */
#define HUGE_PAGE ((size_t)2 << 20)

static void out_of_memory(size_t n)
{
	fprintf(stderr, "airep-git: out of memory (%zu bytes)\n", n);
	exit(1);
}

void *xmalloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		out_of_memory(n);
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		out_of_memory(n);
	return p;
}

void *xrealloc(void *p, size_t n)
{
	void *q = realloc(p, n ? n : 1);

	if (!q)
		out_of_memory(n);
	return q;
}

void *xreallocarray(void *p, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		out_of_memory(n);
	return xrealloc(p, n * size);
}

char *xstrndup(const char *s, size_t n)
{
	char *p = xmalloc(n + 1);

	memcpy(p, s, n);
	p[n] = 0;
	return p;
}

char *xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory(0);
	return s;
}

static bool kept;		/* mem_keep() was called */

void mem_init(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, OWN_PAGES);
	mallopt(M_ARENA_MAX, 2);
	mallopt(M_TRIM_THRESHOLD, 16 << 20);
	mallopt(M_TOP_PAD, 512 << 10);
#endif
}

#ifdef __GLIBC__
/* The heap of this thread grows by so much and keeps it. */
static void grow(size_t n, bool huge UNUSED)
{
	void *volatile p = malloc(n);	/* else both calls are left out */
#ifdef MADV_HUGEPAGE
	uintptr_t mask = ~(uintptr_t)(HUGE_PAGE - 1);
	uintptr_t from = ((uintptr_t)p + HUGE_PAGE - 1) & mask;
	uintptr_t to = ((uintptr_t)p + n) & mask;

	if (p && huge && from < to)
		madvise((void *)from, to - from, MADV_HUGEPAGE);
#endif
	free(p);
}
#endif

void mem_keep(void)
{
#ifdef __GLIBC__
	kept = true;
	mallopt(M_ARENA_MAX, 4);
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TRIM_THRESHOLD, 256 << 20);
	mallopt(M_TOP_PAD, 4 << 20);
	grow(KEPT_AHEAD, true);
#endif
}

void mem_ahead(void)
{
#ifdef __GLIBC__
	if (kept) {
		grow(KEPT_AHEAD, true);
		return;
	}
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	grow(AHEAD, false);
	mallopt(M_MMAP_THRESHOLD, OWN_PAGES);
#endif
}

void mem_trim(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WATCHED
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WATCHED
#endif

bool mem_watched(void)
{
#ifdef WATCHED
	return true;
#else
	return false;
#endif
}
