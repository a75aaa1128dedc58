/* core/day.h - instants, calendar days and time zones, without libc's TZ. */
#ifndef CORE_DAY_H
#define CORE_DAY_H

#include "core/err.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A zone: UTC, a fixed offset, or a TZif file of the system's database read by
 * us, so that neither TZ nor the locale of the caller can show in a page.
 */
struct zone {
	char name[64];		/* as given: "UTC", "+08:00", "Asia/Shanghai" */
	int fixed;		/* seconds east of UTC when there is no table */
	int64_t *at;		/* instants of change, ascending */
	int32_t *offset;	/* seconds east from at[i] on */
	int n;			/* 0: fixed */
	int32_t before;		/* offset before at[0] */
	char rule[64];		/* POSIX rule for what follows the table */
};

/* "", "UTC", "Z", "+08:00", "-0730", or a name under /usr/share/zoneinfo. */
int zone_load(struct zone *z, const char *name, struct err *e);
void zone_release(struct zone *z);

/* Seconds east of UTC at instant t. */
int zone_offset(const struct zone *z, int64_t t);

/* The civil day number (days since 1970-01-01) that holds t in this zone. */
int64_t day_of(const struct zone *z, int64_t t);

/* The instant at which the civil day begins; 00:00 that a clock change skips
 * is the first instant after it. */
int64_t day_start(const struct zone *z, int64_t day);

/* "YYYY-MM-DD" -> day number.  ERR_USAGE names what is wrong. */
int day_parse(const char *s, int64_t *day, struct err *e);

/* out holds at least 16 bytes; returns out. */
char *day_format(int64_t day, char *out);

/*
 * RFC 3339 with the given offset; out holds at least 40 bytes; returns out.
 * utc: "2026-02-04T01:48:12Z"; else "2026-02-04T09:48:12+08:00".
 */
char *time_format_utc(int64_t t, char *out);
char *time_format_offset(int64_t t, int offset_s, char *out);

/* Accepts what the two above write, and a bare date (00:00 in zone). */
int time_parse(const char *s, const struct zone *z, int64_t *t, struct err *e);

/* Days since 1970-01-01 of a proleptic Gregorian date and back. */
int64_t day_from_civil(int64_t y, int m, int d);
void day_to_civil(int64_t day, int64_t *y, int *m, int *d);

/*
 * The wall clock in seconds: AIREP_NOW (seconds or RFC 3339) when set, so that
 * tests and replays need no clock.  Only sync and the choice of "yesterday"
 * look at it.
 */
int64_t clock_now(void);

#endif
