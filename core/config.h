/*
 * core/config.h - airep.conf: git-config syntax, a fixed table of known keys.
 *
 * Precedence: command line > AIREP_* environment > workspace airep.conf >
 * built-in default.  An unknown key or a value of the wrong type is an error
 * that names file and line and, where one is near, the key that was meant.
 */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include "core/err.h"
#include "core/str.h"

#include <stdbool.h>
#include <stdint.h>

enum config_type { CONFIG_STR, CONFIG_INT, CONFIG_BOOL, CONFIG_LIST };

/* One row of the table; credential.<host>.* uses '*' for the middle part. */
struct config_key {
	const char *name;	/* "report.timezone" */
	enum config_type type;
	const char *dflt;	/* NULL: unset */
	const char *help;	/* one line, for `config list` and the man page */
};
extern const struct config_key config_keys[];	/* ends with name NULL */

struct config;			/* the values with their origins */

/* path may not exist: then only defaults and environment count. */
int config_load(struct config **out, const char *path, struct err *e);
void config_free(struct config *c);

/* The value or the table's default; borrowed; NULL when unset.  An unknown
 * key is a mistake of ours (assert). */
const char *config_str(const struct config *c, const char *key);
int64_t config_int(const struct config *c, const char *key);
bool config_bool(const struct config *c, const char *key);

/* credential.<host>.<leaf>; NULL when unset. */
const char *config_host(const struct config *c, const char *host,
			const char *leaf);

/* i-th value of a CONFIG_LIST key in file order; NULL after the last.  A value
 * with commas counts as several. */
const char *config_item(const struct config *c, const char *key, int i);

/* "default", "environment AIREP_X", "airep.conf:12"; borrowed. */
const char *config_origin(const struct config *c, const char *key);

/* Write one key, keeping comments and order of the file. */
int config_set(const char *path, const char *key, const char *value,
	       struct err *e);

#endif
