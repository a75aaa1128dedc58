/*
 * core/config.h - airep.conf: git-config syntax, a fixed table of known keys.
 *
 * Precedence: command line > AIREP_* environment > workspace airep.conf >
 * built-in default.  An unknown key or a value of the wrong type is an error
 * that names file and line and, where one is near, the key that was meant.
 *
 * The environment name of a key is AIREP_ and the key in capitals with '_' for
 * the dot: report.timezone is AIREP_REPORT_TIMEZONE.  Keys with a host in the
 * middle have none.
 */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include "core/err.h"
#include "core/str.h"

#include <stdbool.h>
#include <stdint.h>

enum config_type {
	CONFIG_STR,
	CONFIG_INT,		/* 16, 16k, 16m, 16g */
	CONFIG_REAL,
	CONFIG_BOOL,		/* true yes on 1, false no off 0 */
	CONFIG_LIST,		/* several lines, or one with commas */
	CONFIG_CHOICE,		/* one of `choices` */
	CONFIG_PATH,		/* of a page in the workspace, relative to it */
	CONFIG_ZONE,		/* what core/day.h's zone_load() reads */
};

/* One row of the table; credential.<host>.* uses '*' for the middle part. */
struct config_key {
	const char *name;	/* "report.timezone" */
	enum config_type type;
	const char *dflt;	/* NULL: unset */
	const char *help;	/* one line, for `config list` and the man page */
	const char *choices;	/* "zh|en" for CONFIG_CHOICE */
	int64_t min, max;	/* of CONFIG_INT and CONFIG_REAL; 0, 0: any */
};
extern const struct config_key config_keys[];	/* ends with name NULL */

/* The row of a key written in any case, its host part in the middle if it has
 * one; NULL when there is none. */
const struct config_key *config_key_find(const char *key);

/* "unknown key 'x'; did you mean 'y'?" with the given code, which it returns. */
int config_key_unknown(const char *key, int code, struct err *e);

struct config;			/* the values with their origins */

/*
 * path may not exist, or be NULL: then only defaults and environment count.
 * On error (ERR_CONFIG, or ERR_IO when the file cannot be read) *out is NULL.
 */
int config_load(struct config **out, const char *path, struct err *e);
void config_free(struct config *c);

/* The value or the table's default; borrowed; NULL when unset (numbers: 0,
 * booleans: false).  For a list all items, joined with ", ".  An unknown key is
 * a mistake of ours (assert). */
const char *config_str(const struct config *c, const char *key);
int64_t config_int(const struct config *c, const char *key);
double config_real(const struct config *c, const char *key);
bool config_bool(const struct config *c, const char *key);

/* credential.<host>.<leaf>; NULL when unset. */
const char *config_host(const struct config *c, const char *host,
			const char *leaf);

/* The i-th value with a host in its key, in file order; false after the last.
 * Borrowed. */
bool config_host_at(const struct config *c, size_t i, const char **key,
		    const char **value, const char **origin);

/* i-th value of a CONFIG_LIST key in file order; NULL after the last.  A value
 * with commas counts as several; an empty value drops those before it. */
const char *config_item(const struct config *c, const char *key, int i);

/* "default", "environment AIREP_X", "airep.conf:12"; borrowed. */
const char *config_origin(const struct config *c, const char *key);

/*
 * Write one key, keeping comments and order of the file; all earlier values of
 * the key go.  value NULL removes it.  The file is made when absent.  Key and
 * value are checked first, and that config_load() would take the file then
 * (ERR_USAGE, nothing written).
 */
int config_set(const char *path, const char *key, const char *value,
	       struct err *e);

#endif
