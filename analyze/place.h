/* analyze/place.h - what a changed file is, as far as its name tells: the
 * ground for labels (signals have a coarser list of their own). */
#ifndef ANALYZE_PLACE_H
#define ANALYZE_PLACE_H

enum place {
	PLACE_PYTHON,		/* product source */
	PLACE_KERNEL,		/* .cu .cuh .hip .metal ..., triton, csrc */
	PLACE_SOURCE,		/* any other language */
	PLACE_TEST,
	PLACE_DOC,
	PLACE_CI,
	PLACE_BUILD,		/* setup.py, CMakeLists.txt, Makefile */
	PLACE_DOCKER,
	PLACE_DEP,		/* requirements, locks, submodules */
	PLACE_VERSION,		/* files that hold the version */
	PLACE_BENCH,
	PLACE_EXAMPLE,
	PLACE_TOOLING,		/* .gitignore, linters, CODEOWNERS */
	PLACE_CONFIG,		/* yaml, json, toml of the product */
	PLACE_OTHER,
	PLACE_N
};

extern const char *const place_names[PLACE_N];

enum place place_of(const char *path);

#endif
