/* Ids found in the index of a pack, however they are spread. */
#include "core/pack.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

static uint32_t seed = 1;

static uint32_t next_random(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

static int by_id(const void *a, const void *b)
{
	return memcmp(a, b, 20);
}

/* n ids in order, whose bytes from `even` on are random and the others one of
 * a few. */
static void make_index(struct pack *p, uint32_t n, int even)
{
	unsigned char *ids = malloc((size_t)n * 20 + 1);
	unsigned char *fanout = calloc(256, 4);

	for (uint32_t i = 0; i < n * 20; i++)
		ids[i] = (unsigned char)((int)(i % 20) < even ?
					 next_random() % 2 * 255 :
					 next_random());
	qsort(ids, n, 20, by_id);
	for (uint32_t b = 0, i = 0; b < 256; b++) {
		while (i < n && ids[i * 20] <= b)
			i++;
		for (int k = 0; k < 4; k++)
			fanout[b * 4 + (uint32_t)k] =
				(unsigned char)(i >> (24 - 8 * k));
	}
	*p = (struct pack){ .n = n, .fanout = fanout, .ids = ids };
}

static void check(const struct pack *p, const unsigned char *id)
{
	uint32_t want = 0;

	while (want < p->n && memcmp(p->ids + (size_t)want * 20, id, 20) < 0)
		want++;
	assert_int_equal(pack_lower_bound(p, id), want);
}

static void every_id_and_its_neighbours_are_found(void **state UNUSED)
{
	static const uint32_t sizes[] = { 0, 1, 2, 40, 300, 3000 };

	for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++)
		for (int even = 0; even < 7; even++) {
			struct pack p;
			unsigned char id[20];

			make_index(&p, sizes[s], even);
			for (uint32_t i = 0; i < p.n;
			     i += 1 + next_random() % (1 + p.n / 60)) {
				memcpy(id, p.ids + (size_t)i * 20, 20);
				check(&p, id);
				id[19]++;
				check(&p, id);
				id[19] -= 2;
				check(&p, id);
			}
			for (int k = 0; k < 60; k++) {
				for (int b = 0; b < 20; b++)
					id[b] = (unsigned char)next_random();
				check(&p, id);
			}
			memset(id, 0, 20);
			check(&p, id);
			memset(id, 255, 20);
			check(&p, id);
			free((void *)(uintptr_t)p.ids);
			free((void *)(uintptr_t)p.fanout);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_id_and_its_neighbours_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
