/* core/config_check.c - see config_check.h. */
#include "core/config_check.h"

#include "core/day.h"
#include "core/git_compat.h"
#include "core/gitlib.h"

#include <ctype.h>
#include <string.h>

/*
 * Numbers and truth values are read as git reads them, which is libgit2's to
 * know; the usual ones are read here, for it takes longer to load than most
 * commands to run.
 */
static bool plain_int(const char *s, int64_t *v)
{
	static const char units[] = "kmg";
	size_t n = strspn(s, "0123456789"), i;
	const char *unit = s[n] ? strchr(units, s[n]) : NULL;

	if (!n || n > 9 || (*s == '0' && n > 1))	/* 010 is eight */
		return false;
	if (s[n] && (!unit || s[n + 1]))
		return false;
	for (i = 0, *v = 0; i < n; i++)
		*v = *v * 10 + (s[i] - '0');
	if (unit)
		*v <<= 10 * (unit - units + 1);
	return true;
}

static bool plain_bool(const char *s, int *v)
{
	*v = !strcmp(s, "true");
	return *v || !strcmp(s, "false");
}

bool config_parse_int(const char *s, int64_t *v)
{
	return plain_int(s, v) || !git_config_parse_int64(v, s);
}

bool config_parse_bool(const char *s, int *v)
{
	return plain_bool(s, v) || !git_config_parse_bool(v, s);
}

/* Where libgit2 is asked it may have to say why not. */
static int start_reader(const char *s, struct err *e)
{
	int64_t v;
	int b;

	return plain_int(s, &v) || plain_bool(s, &b) ? 0 : gitlib_init(e);
}

static int check_int(const struct config_key *k, const char *s, struct err *e)
{
	int64_t v;

	if (!config_parse_int(s, &v))
		return err_set(e, ERR_CONFIG, "'%s' wants a number, not '%.60s'",
			       k->name, s);
	if (k->max && (v < k->min || v > k->max))
		return err_set(e, ERR_CONFIG, "'%s' is %lld, but %lld to %lld "
			       "is allowed", k->name, (long long)v,
			       (long long)k->min, (long long)k->max);
	return 0;
}

/* "0.5" in every locale: strtod() would want a comma in some. */
bool config_parse_real(const char *s, double *v)
{
	double unit = 1;

	for (*v = 0; isdigit((unsigned char)*s); s++)
		*v = *v * 10 + (*s - '0');
	if (*s == '.')
		for (s++; isdigit((unsigned char)*s); s++)
			*v += (*s - '0') * (unit /= 10);
	return *s == 0;
}

static int check_real(const struct config_key *k, const char *s, struct err *e)
{
	double v;

	if (!*s || !config_parse_real(s, &v))
		return err_set(e, ERR_CONFIG, "'%s' wants a number, not '%.60s'",
			       k->name, s);
	if (v < (double)k->min || v > (double)k->max)
		return err_set(e, ERR_CONFIG, "'%s' is %.60s, but %lld to %lld "
			       "is allowed", k->name, s, (long long)k->min,
			       (long long)k->max);
	return 0;
}

static int check_choice(const struct config_key *k, const char *s,
			struct err *e)
{
	const char *p = k->choices;
	size_t n = strlen(s), m;

	for (; *p; p += m + (p[m] == '|')) {
		m = strcspn(p, "|");
		if (m == n && !memcmp(p, s, n))
			return 0;
	}
	return err_set(e, ERR_CONFIG, "'%s' wants one of %s, not '%.60s'",
		       k->name, k->choices, s);
}

/* No way out of the workspace, and no place that a day's page may want. */
static int check_path(const struct config_key *k, const char *s, struct err *e)
{
	const char *p, *why = NULL;
	size_t n;

	for (p = s; !why && *p; p += n + (p[n] == '/')) {
		n = strcspn(p, "/");
		if (!n || (n == 1 && *p == '.'))
			why = "has an empty part";
		else if (n == 2 && !memcmp(p, "..", 2))
			why = "has '..' in it";
	}
	for (p = s; *p; p++)
		if ((unsigned char)*p < 32 || *p == 127)
			why = "has a control character in it";
	if (*s == '/')
		why = "is absolute";
	else if (!why && (strlen(s) < 4 || strcmp(s + strlen(s) - 3, ".md")))
		why = "does not end in .md";
	else if (!why && starts_with(s, "reports/") &&
		 isdigit((unsigned char)s[8]))
		why = "is where the page of a day stands";
	return why ? err_set(e, ERR_CONFIG, "'%s' is a path inside the "
			     "workspace, but '%.60s' %s", k->name, s, why) : 0;
}

int config_check(const struct config_key *k, const char *s, struct err *e)
{
	struct zone z = {0};
	int b, rc;

	switch (k->type) {
	case CONFIG_INT:
		rc = start_reader(s, e);
		return rc ? rc : check_int(k, s, e);
	case CONFIG_REAL:
		return check_real(k, s, e);
	case CONFIG_CHOICE:
		return check_choice(k, s, e);
	case CONFIG_PATH:
		return check_path(k, s, e);
	case CONFIG_BOOL:
		rc = start_reader(s, e);
		if (rc || config_parse_bool(s, &b))
			return rc;
		return err_set(e, ERR_CONFIG, "'%s' wants true or false, not "
			       "'%.60s'", k->name, s);
	case CONFIG_ZONE:
		rc = zone_load(&z, s, e);
		zone_release(&z);
		if (rc && e) {
			e->code = ERR_CONFIG;
			err_wrap(e, "'%s'", k->name);
		}
		return rc ? ERR_CONFIG : 0;
	case CONFIG_STR:
	case CONFIG_LIST:
		break;
	}
	return 0;
}
