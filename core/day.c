/* core/day.c - see day.h.  Calendar arithmetic on day numbers: the algorithms
 * are Howard Hinnant's days_from_civil and civil_from_days. */
#include "core/day.h"

#include "core/fs.h"
#include "core/mem.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t day_from_civil(int64_t y, int m, int d)
{
	int64_t era;
	unsigned yoe, doy, doe;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = (unsigned)(y - era * 400);
	doy = (153u * (unsigned)(m + (m > 2 ? -3 : 9)) + 2) / 5 +
	      (unsigned)d - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + (int64_t)doe - 719468;
}

void day_to_civil(int64_t day, int64_t *y, int *m, int *d)
{
	int64_t era;
	unsigned doe, yoe, doy, mp;

	day += 719468;
	era = (day >= 0 ? day : day - 146096) / 146097;
	doe = (unsigned)(day - era * 146097);
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = (int64_t)yoe + era * 400 + (*m <= 2);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

char *day_format(int64_t day, char *out)
{
	int64_t y;
	int m, d;

	day_to_civil(day, &y, &m, &d);
	snprintf(out, 16, "%04d-%02d-%02d", (int)(y % 100000), m, d);
	return out;
}

static void format_local(int64_t t, char *out)
{
	int64_t day = floor_div(t, 86400);
	int s = (int)(t - day * 86400);

	day_format(day, out);
	snprintf(out + strlen(out), 12, "T%02u:%02u:%02u",
		 (unsigned)s / 3600 % 24, (unsigned)s / 60 % 60,
		 (unsigned)s % 60);
}

char *time_format_utc(int64_t t, char *out)
{
	format_local(t, out);
	memcpy(out + strlen(out), "Z", 2);
	return out;
}

char *time_format_offset(int64_t t, int offset_s, char *out)
{
	int o = abs(offset_s) / 60;

	format_local(t + offset_s, out);
	snprintf(out + strlen(out), 8, "%c%02d:%02d", offset_s < 0 ? '-' : '+',
		 o / 60 % 100, o % 60);
	return out;
}

/* n decimal digits at s, or -1. */
static int digits(const char *s, int n)
{
	int v = 0;

	while (n--) {
		if (!isdigit((unsigned char)*s))
			return -1;
		v = v * 10 + (*s++ - '0');
	}
	return v;
}

int day_parse(const char *s, int64_t *day, struct err *e)
{
	int y, m, d, m2, d2;
	int64_t y2;

	if (strlen(s) != 10 || s[4] != '-' || s[7] != '-' ||
	    (y = digits(s, 4)) < 0 || (m = digits(s + 5, 2)) < 1 || m > 12 ||
	    (d = digits(s + 8, 2)) < 1 || d > 31)
		return err_set(e, ERR_USAGE,
			       "'%s' is not a date (YYYY-MM-DD)", s);
	*day = day_from_civil(y, m, d);
	day_to_civil(*day, &y2, &m2, &d2);
	if (m2 != m || d2 != d)
		return err_set(e, ERR_USAGE, "there is no %s", s);
	return 0;
}

/* "+08:00", "-0730", "+08": seconds east, or false. */
static bool parse_offset(const char *s, int *out)
{
	int h, m = 0, sign = *s == '-' ? -1 : 1;
	size_t n = strlen(s);

	if ((*s != '+' && *s != '-') || (h = digits(s + 1, 2)) < 0)
		return false;
	if (n == 6 && s[3] == ':')
		m = digits(s + 4, 2);
	else if (n == 5)
		m = digits(s + 3, 2);
	else if (n != 3)
		return false;
	if (m < 0 || m > 59 || h > 14)
		return false;
	*out = sign * (h * 3600 + m * 60);
	return true;
}

int time_parse(const char *s, const struct zone *z, int64_t *t, struct err *e)
{
	char date[11];
	int h, m, sec, off;
	int64_t day;

	if (strlen(s) < 10)
		return err_set(e, ERR_USAGE, "'%s' is not a date", s);
	memcpy(date, s, 10);
	date[10] = 0;
	if (day_parse(date, &day, e))
		return e ? e->code : ERR_USAGE;
	if (!s[10]) {
		*t = day_start(z, day);
		return 0;
	}
	if (strlen(s) < 19 || (s[10] != 'T' && s[10] != ' ') ||
	    (h = digits(s + 11, 2)) < 0 || h > 23 || s[13] != ':' ||
	    (m = digits(s + 14, 2)) < 0 || m > 59 || s[16] != ':' ||
	    (sec = digits(s + 17, 2)) < 0 || sec > 60)
		return err_set(e, ERR_USAGE, "'%s' is not a time "
			       "(YYYY-MM-DDTHH:MM:SSZ)", s);
	s += 19;
	*t = day * 86400 + h * 3600 + m * 60 + sec;
	if (*s == '.')
		while (isdigit((unsigned char)*++s))
			;
	if (!strcmp(s, "Z"))
		return 0;
	if (!*s) {
		*t -= zone_offset(z, *t);
		return 0;
	}
	if (!parse_offset(s, &off))
		return err_set(e, ERR_USAGE, "'%s' is not a UTC offset", s);
	*t -= off;
	return 0;
}

static uint32_t be32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] << 24 | u[1] << 16 | u[2] << 8 | u[3];
}

static int64_t be64(const char *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

/* RFC 8536: a version 1 block that is skipped, then one with 64-bit times. */
static int parse_tzif(struct zone *z, const struct str *f)
{
	size_t pos = 44, need;
	uint32_t isut, isstd, leap, n, types, chars, i;
	const char *p = f->s, *idx, *tt;

	if (f->len < 44 || memcmp(p, "TZif", 4) || p[4] < '2')
		return -1;
	isut = be32(p + 20), isstd = be32(p + 24), leap = be32(p + 28);
	n = be32(p + 32), types = be32(p + 36), chars = be32(p + 40);
	if (n > 10000 || types > 256 || chars > 10000 || leap > 1000 ||
	    isut > 256 || isstd > 256)
		return -1;
	pos += n * 5 + types * 6 + chars + leap * 8 + isstd + isut;
	if (f->len < pos + 44 || memcmp(p + pos, "TZif", 4))
		return -1;
	p += pos;
	isut = be32(p + 20), isstd = be32(p + 24), leap = be32(p + 28);
	n = be32(p + 32), types = be32(p + 36), chars = be32(p + 40);
	if (n > 10000 || types > 256 || !types || chars > 10000 ||
	    leap > 1000 || isut > 256 || isstd > 256)
		return -1;
	need = (size_t)n * 9 + types * 6 + chars + leap * 12 + isstd + isut;
	if (f->len < pos + 44 + need)
		return -1;
	p += 44;
	idx = p + (size_t)n * 8;
	tt = idx + n;
	z->at = xcalloc(n, sizeof(*z->at));
	z->offset = xcalloc(n, sizeof(*z->offset));
	for (i = 0; i < n; i++) {
		unsigned type = (unsigned char)idx[i];

		if (type >= types)
			return -1;
		z->at[i] = be64(p + i * 8);
		z->offset[i] = (int32_t)be32(tt + type * 6);
	}
	z->n = (int)n;
	z->before = (int32_t)be32(tt);
	if (!n)
		z->fixed = z->before;
	p += need;
	if (p < f->s + f->len && *p == '\n') {
		const char *end = memchr(p + 1, '\n',
					 (size_t)(f->s + f->len - p - 1));

		if (end && (size_t)(end - p - 1) < sizeof(z->rule))
			memcpy(z->rule, p + 1, (size_t)(end - p - 1));
	}
	return 0;
}

int zone_load(struct zone *z, const char *name, struct err *e)
{
	struct str file = STR_INIT;
	char *path;
	int rc;

	memset(z, 0, sizeof(*z));
	if (strlen(name) >= sizeof(z->name))
		return err_set(e, ERR_CONFIG, "time zone name is too long");
	memcpy(z->name, *name ? name : "UTC", *name ? strlen(name) : 3);
	if (!*name || !strcmp(name, "UTC") || !strcmp(name, "Z") ||
	    !strcmp(name, "GMT"))
		return 0;
	if (*name == '+' || *name == '-') {
		if (parse_offset(name, &z->fixed))
			return 0;
		return err_set(e, ERR_CONFIG,
			       "'%s' is not a UTC offset like +08:00", name);
	}
	if (strstr(name, "..") || *name == '/')
		return err_set(e, ERR_CONFIG, "unknown time zone '%s'", name);
	path = fs_join("/usr/share/zoneinfo", name);
	rc = fs_read(path, 1 << 20, &file, NULL);
	if (rc || parse_tzif(z, &file)) {
		zone_release(z);
		rc = err_set(e, ERR_CONFIG, "unknown time zone '%s' (is tzdata "
			     "installed? +08:00 always works)", name);
	}
	free(path);
	str_release(&file);
	return rc;
}

void zone_release(struct zone *z)
{
	free(z->at);
	free(z->offset);
	z->at = NULL;
	z->offset = NULL;
	z->n = 0;
}

/* One "Mm.w.d/time" date of a POSIX rule: seconds into the year, local. */
static const char *rule_date(const char *s, int64_t year, int64_t *at)
{
	int m, w, d, used = 0, wday, h = 2, mi = 0, sec = 0, sign = 1;
	int64_t first, day;

	if (sscanf(s, ",M%d.%d.%d%n", &m, &w, &d, &used) != 3 || m < 1 ||
	    m > 12 || w < 1 || w > 5 || d < 0 || d > 6)
		return NULL;
	s += used;
	if (*s == '/') {
		s++;
		if (*s == '-')
			sign = -1, s++;
		h = 0;
		while (isdigit((unsigned char)*s))
			h = h * 10 + (*s++ - '0');
		if (*s == ':') {
			mi = digits(s + 1, 2);
			s += 3;
		}
	}
	first = day_from_civil(year, m, 1);
	wday = (int)((first % 7 + 11) % 7);	/* 1970-01-01: Thursday */
	day = first + (d - wday + 7) % 7 + (w - 1) * 7;
	while (day >= (m == 12 ? day_from_civil(year + 1, 1, 1)
			       : day_from_civil(year, m + 1, 1)))
		day -= 7;
	*at = day * 86400 + sign * (h * 3600 + mi * 60 + sec);
	return s;
}

/* "CST" or "<+08>" then "[+-]h[:mm]": seconds east. */
static const char *rule_offset(const char *s, int *east, int dflt)
{
	int sign = -1, h = 0, m = 0;

	if (*s == '<') {
		s = strchr(s, '>');
		if (!s)
			return NULL;
		s++;
	} else {
		while (isalpha((unsigned char)*s))
			s++;
	}
	if (*s != '+' && *s != '-' && !isdigit((unsigned char)*s)) {
		*east = dflt;
		return s;
	}
	if (*s == '-')
		sign = 1, s++;
	else if (*s == '+')
		s++;
	while (isdigit((unsigned char)*s))
		h = h * 10 + (*s++ - '0');
	if (*s == ':') {
		m = digits(s + 1, 2);
		s += 3;
	}
	*east = sign * (h * 3600 + m * 60);
	return s;
}

/* Offset after the last transition of the table, by its POSIX rule. */
static int rule_at(const struct zone *z, int64_t t, int last)
{
	int std, dst, mon, d;
	int64_t from, to, year;
	const char *s = rule_offset(z->rule, &std, 0);

	if (!s || !z->rule[0])
		return last;
	if (!*s)
		return std;
	s = rule_offset(s, &dst, std + 3600);
	day_to_civil(floor_div(t + std, 86400), &year, &mon, &d);
	if (!s || !(s = rule_date(s, year, &from)) ||
	    !rule_date(s, year, &to))
		return last;
	from -= std;
	to -= dst;
	if (from < to)
		return t >= from && t < to ? dst : std;
	return t >= from || t < to ? dst : std;
}

int zone_offset(const struct zone *z, int64_t t)
{
	int lo = 0, hi = z->n;

	if (!z->n)
		return z->fixed;
	while (lo < hi) {
		int mid = (lo + hi) / 2;

		if (z->at[mid] <= t)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo)
		return z->before;
	if (lo == z->n)
		return rule_at(z, t, z->offset[lo - 1]);
	return z->offset[lo - 1];
}

int64_t day_of(const struct zone *z, int64_t t)
{
	return floor_div(t + zone_offset(z, t), 86400);
}

int64_t day_start(const struct zone *z, int64_t day)
{
	int64_t local = day * 86400, t = local - zone_offset(z, local);

	/* Twice: the offset at the guess may not be the offset at the answer. */
	t = local - zone_offset(z, t);
	while (day_of(z, t) < day)
		t += 900;
	while (day_of(z, t - 1) >= day)
		t -= 900;
	while (day_of(z, t) < day)
		t++;
	return t;
}

int64_t clock_now(void)
{
	const char *s = getenv("AIREP_NOW");
	struct zone utc = { .name = "UTC" };
	int64_t t;
	char *end;

	if (s && *s) {
		t = strtoll(s, &end, 10);
		if (!*end)
			return t;
		if (time_parse(s, &utc, &t, NULL) == 0)
			return t;
	}
	return (int64_t)time(NULL);
}
