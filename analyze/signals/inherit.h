/*
 * analyze/signals/inherit.h - where a name comes from when a module or class
 * does not define it itself.
 */
#ifndef ANALYZE_SIGNALS_INHERIT_H
#define ANALYZE_SIGNALS_INHERIT_H

#include "analyze/signals/surface.h"

enum found {
	FOUND_NO,
	FOUND_YES,
	FOUND_UNKNOWN,		/* a base or module we cannot see: say nothing */
};

/* Does the module bind `name` at its top level, star imports followed? */
enum found module_binds(const struct landing_view *v, int side,
			const char *path, struct span name);

/*
 * Does the class `cls` of the module at `path` get `member` from a base?
 * Bases are looked up by simple name: same file, then the module they were
 * imported from.  Well-known bases without public members do not count.
 */
enum found class_inherits(const struct landing_view *v, int side,
			  const char *path, const struct pymodule *m, int cls,
			  struct span member);

/* Enum, IntEnum, StrEnum, Flag, or a name that ends so. */
bool class_is_enum(const struct pymodule *m, int cls);

/* Do users write its fields: a name like RopeConfig, SamplingParams? */
bool class_is_config(struct span name);

#endif
