/* core/config_check.h - may a setting have this value? */
#ifndef CORE_CONFIG_CHECK_H
#define CORE_CONFIG_CHECK_H

#include "core/config.h"

#include <stdbool.h>

/* 0, or ERR_CONFIG with what is allowed.  Relative paths, ranges, zones. */
int config_check(const struct config_key *k, const char *s, struct err *e);

/* "0.5" in every locale; false when it is no such number. */
bool config_parse_real(const char *s, double *v);
/* As git reads them ("2m", "yes"); false: it is none. */
bool config_parse_int(const char *s, int64_t *v);
bool config_parse_bool(const char *s, int *v);

#endif
